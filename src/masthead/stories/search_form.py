"""The form in which readers ask; whatever stands in an address is checked here."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict  # noqa: TID251 - a question is what stands in an address
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masthead.stories.models import FrontPage, Person, Section
from masthead.stories.queries import public, sections
from masthead.stories.search import MOST_FOUND, Question

LONGEST = 200


class DayInput(forms.DateInput):
    """A field for a day. What is no day is not written back: no browser would show it."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            return None


class SearchForm(forms.Form):
    """A question to the archive. Field names are those in the address."""

    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST)
    section: Any = forms.ModelChoiceField(
        Section.objects.none(), label=_("Section"), required=False, to_field_name="slug"
    )
    person: Any = forms.ModelChoiceField(
        Person.objects.none(), label=_("Person"), required=False, to_field_name="slug"
    )
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
    everywhere = forms.BooleanField(label=_("In all our languages"), required=False)
    newest = forms.BooleanField(label=_("Newest first"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=MOST_FOUND)

    def __init__(self, data: QueryDict, *, front: FrontPage) -> None:
        self.asked = data
        super().__init__(data, auto_id="search-%s", use_required_attribute=False)
        self._offer("section", sections(front))
        self._offer("person", public(Person).descendant_of(front).order_by("title"))

    def _offer(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = choices
        field.empty_label = gettext("All")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            raise ValidationError({"until": gettext("This day comes before the other one.")})
        return values

    @property
    def question(self) -> Question:
        """Return what a valid form asks for."""
        values = self.cleaned_data
        return Question(
            text=values["q"],
            section=values["section"],
            person=values["person"],
            since=values["since"],
            until=values["until"],
            in_all_languages=values["everywhere"],
            newest_first=values["newest"],
            page=values["page"] or 1,
        )

    def link(self, page: int) -> str:
        """Return the query of another page of the same results."""
        asked = self.asked.copy()
        asked["page"] = str(page)
        return asked.urlencode()

    @property
    def without_filters(self) -> str:
        """Return the query for the same words with nothing held back."""
        asked = self.asked.copy()
        for name in ("section", "person", "since", "until", "page"):
            asked.pop(name, None)
        return asked.urlencode()
