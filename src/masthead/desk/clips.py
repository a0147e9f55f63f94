"""Clips at the desk: the list, the form, and the tab beside “Search” where a story takes one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetCreateView,
)
from wagtail.snippets.views.snippets import SnippetViewSet

from masthead.media.clip_forms import ClipForm
from masthead.media.models import PROVENANCE, Clip
from masthead.media.permissions import may_change
from masthead.media.queries import state_of


class PreparationPanel(Panel):
    """Shows the clip and how far it is."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "media/preparation_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            clip = self.instance
            return context | {
                "clip": clip,
                "state": state_of(clip) if clip.pk else None,
                "may_change": not clip.pk or may_change(self.request.user, clip),
            }


WHERE_FROM = MultiFieldPanel(
    [FieldPanel(name) for name in PROVENANCE],
    heading=_("Where it comes from"),
    help_text=_("Readers open “About this clip” to see this."),
    classname="collapsed",
)


class _ForUser:
    """Tells the form who sends it: an upload belongs to one person.

    Its fields have names of their own for their labels: a story's fields stand in the same page.
    """

    request: Any

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_creation_form_kwargs()  # type: ignore[misc]
        return kwargs | {"for_user": self.request.user, "auto_id": "id_new_clip_%s"}


class ChooseClipView(_ForUser, ChooseView):
    pass


class ChooseClipResultsView(_ForUser, ChooseResultsView):
    pass


class CreateClipView(_ForUser, SnippetCreateView):
    pass


class NewClipForm(ClipForm):
    """What a clip needs before it can stand in a story; the rest can follow."""

    class Meta:
        model = Clip
        fields = ("film", "title", "description", "credit")
        field_classes: dict[str, Any] = {}


class ClipChooserViewSet(SnippetChooserViewSet):
    """Lets a reporter drop a clip into a story where they write it."""

    choose_view_class = ChooseClipView
    choose_results_view_class = ChooseClipResultsView
    create_view_class = CreateClipView
    creation_form_class = NewClipForm
    creation_tab_label = _("Upload")
    create_action_label = _("Put it into the story")


class ClipViewSet(SnippetViewSet):
    """Clips, in the menu beside pictures."""

    model = Clip
    icon = "media"
    menu_label = _("Clips")
    menu_order = 310
    add_to_admin_menu = True
    list_display = ("title", "credit", "created_at")
    search_fields = ("title", "description", "credit")
    search_backend_name = None  # Wagtail's on SQLite finds by all fields of a clip, or none
    chooser_viewset_class = ClipChooserViewSet
    edit_handler = ObjectList(
        [
            FieldPanel("film"),
            PreparationPanel(heading=_("Preparation")),
            FieldPanel("title"),
            FieldPanel("description"),
            FieldPanel("credit"),
            FieldPanel("poster"),
            MultiFieldPanel(
                [
                    FieldPanel("captions_text"),
                    FieldPanel("captions_file"),
                    FieldPanel("captions_language"),
                    FieldPanel("transcript"),
                ],
                heading=_("Captions"),
            ),
            WHERE_FROM,
        ],
        base_form_class=ClipForm,
    )
