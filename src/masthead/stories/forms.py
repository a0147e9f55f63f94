"""The forms behind the editor: drafts may be incomplete, a published story may not."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from masthead.stories.completeness import Name, missing
from masthead.stories.slugs import cut_slug, slug_for


class BylineForm(WagtailAdminModelForm):
    """One name. A row in which nothing was filled in is no name and no error."""

    def __init__(self, *args: Any, language: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields.get("person")
        if person and language:
            person.queryset = person.queryset.filter(locale=language).order_by("title")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(value for name, value in values.items() if name not in {"ORDER", "id"}):
            values["DELETE"] = True
        return values


class StoryCopyForm(CopyForm):
    """A copy of a story is another story: no alias, which would stand at the same address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class StoryForm(WagtailAdminPageForm):
    """A story in the editor."""

    matters_to_readers = forms.BooleanField(
        label=_("This change matters to readers"),
        required=False,
        help_text=_(
            "Ticked: when you publish, readers see “Updated” with the time. Leave it for a typo."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_places()
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "matters_to_readers" in self.fields:
            self.fields["matters_to_readers"].initial = self.instance.asks_for_update
            self.fields["matters_to_readers"].disabled = not self.instance.address

    @property
    def language(self) -> int | None:
        """Return the story's locale, from which the byline's people are offered."""
        locale: int | None = self.instance.locale_id
        return locale

    def _offer_places(self) -> None:
        """Offer the sections and topics of the story's own language."""
        for name in ("section", "topics"):
            field: Any = self.fields.get(name)
            if field:
                field.queryset = field.queryset.filter(locale=self.instance.locale_id)
        section: Any = self.fields.get("section")
        if section:
            section.empty_label = gettext("Choose a section")
        if section and not section.queryset.exists():
            section.help_text = self._no_section_yet()

    def _no_section_yet(self) -> SafeString:
        front = self.parent_page.get_parent() if self.parent_page else None
        if front and self.for_user and front.permissions_for_user(self.for_user).can_add_subpage():
            address = reverse("wagtailadmin_pages:add", args=["stories", "section", front.pk])
            text = gettext("There is no section yet.")
            return format_html('{} <a href="{}">{}</a>', text, address, gettext("Add a section"))
        return format_html("{}", gettext("There is no section yet. Ask your publisher for one."))

    def clean_slug(self) -> str:
        """Cut what the browser made of a long headline; make what it could not."""
        slug: str = self.cleaned_data["slug"]
        if self.instance.address:
            return slug or self.instance.slug
        return cut_slug(slug) or slug_for(self.cleaned_data.get("title", "")) or "story"

    def clean(self) -> dict[str, Any]:
        # Wagtail's page form would ask for a slug that no other story has: their addresses differ.
        values: dict[str, Any] = super(WagtailAdminPageForm, self).clean()
        if not self.is_deferred_validation:
            for field, message in missing(values, self._names()):
                self.add_error(field, message)
        return values

    def _names(self) -> list[Name]:
        formset = self.formsets["bylines"]
        rows = [each.cleaned_data for each in formset.forms if each.is_valid()]
        kept = [row for row in rows if row and not row.get("DELETE")]
        return [Name(row.get("person"), row.get("organisation", "")) for row in kept]

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        ticked = self.cleaned_data.get("matters_to_readers", False)
        if ticked and not self.instance.asks_for_update:
            self.instance.update_asked_at = timezone.now()
        elif not ticked:
            self.instance.update_asked_at = None
        return super().save(commit=commit)
