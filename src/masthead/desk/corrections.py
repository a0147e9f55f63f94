"""Corrections at the desk: the form that makes one, and the list of all."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - views of the desk
from django.http.response import HttpResponseBase  # noqa: TID251 - views of the desk
from django.shortcuts import get_object_or_404, redirect  # noqa: TID251 - views of the desk
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from masthead.readers.models import User
from masthead.stories.actions import correct_story, is_correctable, may_correct
from masthead.stories.errors import NewerVersionIncomplete, NotPublished
from masthead.stories.models import Correction, CorrectionKind, Story


class CorrectionForm(forms.Form):
    """What was wrong, what is right."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What this is"),
        choices=CorrectionKind,
        widget=forms.RadioSelect,
        initial=CorrectionKind.CORRECTION,
        help_text=gettext_lazy(
            "A correction mends an error, a clarification what could be misread; an update adds "
            "what happened since. A retraction takes the whole story away: its address says why."
        ),
    )
    was_wrong = forms.CharField(
        label=gettext_lazy("What was wrong"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_right = forms.CharField(
        label=gettext_lazy("What is right"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Readers see both, with the story and on the corrections page."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("kind") != CorrectionKind.UPDATE and not values.get("was_wrong"):
            self.add_error("was_wrong", _("Say what was wrong."))
        return values


class CorrectStoryView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # Django takes none at run time
    """Puts a correction of a story on record."""

    form_class = CorrectionForm
    template_name = "desk/correct_story.html"
    page_title = gettext_lazy("Correct this story")
    header_icon = "edit"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.story = get_object_or_404(Story, pk=kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.editor = cast("User", request.user)
        if not may_correct(story=self.story, by=self.editor):
            raise PermissionDenied
        if not is_correctable(self.story):
            messages.warning(request, str(NotPublished()))
            return redirect("wagtailadmin_pages:edit", self.story.pk)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CorrectionForm) -> HttpResponse:
        values = form.cleaned_data
        try:
            correct_story(
                story=self.story,
                kind=CorrectionKind(values["kind"]),
                was_wrong=values["was_wrong"],
                is_right=values["is_right"],
                by=self.editor,
            )
        except (NotPublished, NewerVersionIncomplete) as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("The correction is on record, and readers see it."))
        return redirect("wagtailadmin_pages:edit", self.story.pk)

    @cached_property
    def comparison_url(self) -> str:
        """Return where the two versions are compared that a correction would stand between."""
        live, newest = self.story.live_revision_id, self.story.latest_revision_id
        if not live or live == newest:
            return ""
        return reverse("wagtailadmin_pages:revisions_compare", args=[self.story.pk, live, newest])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        story = {
            "url": reverse("wagtailadmin_pages:edit", args=[self.story.pk]),
            "label": self.story.get_admin_display_title(),
        }
        return [*super().get_breadcrumbs_items(), story, {"url": "", "label": self.page_title}]


class VersionsColumn(Column):
    """A link to the two versions of the story."""

    cell_template_name = "desk/versions_cell.html"

    def get_value(self, instance: Correction) -> str:
        if not instance.before_id or instance.before_id == instance.after_id:
            return ""
        arguments = [instance.story_id, instance.before_id, instance.after_id]
        return reverse("wagtailadmin_pages:revisions_compare", args=arguments)


class CorrectionListView(generic.IndexView):
    """All corrections that were ever made. None can be changed or removed."""

    model = Correction
    page_title = gettext_lazy("Corrections")
    header_icon = "edit"
    index_url_name = "corrections"
    index_results_url_name = "corrections_results"
    any_permission_required = ("view",)
    default_ordering = "-made_at"
    search_fields = ("story__title", "was_wrong", "is_right")
    list_filter = ("kind",)
    paginate_by = 50
    columns = (
        TitleColumn(
            "story",
            label=gettext_lazy("Story"),
            get_url=lambda row: reverse("wagtailadmin_pages:edit", args=[row.story_id]),
        ),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display"),
        Column("was_wrong", label=gettext_lazy("What was wrong")),
        Column("is_right", label=gettext_lazy("What is right")),
        VersionsColumn("versions", label=gettext_lazy("Versions")),
        DateColumn("made_at", label=gettext_lazy("Made"), sort_key="made_at"),
        UserColumn("made_by", label=gettext_lazy("By")),
    )

    def get_base_queryset(self) -> Any:
        return Correction.objects.select_related("story", "made_by")
