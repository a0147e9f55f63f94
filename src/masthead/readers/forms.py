"""What readers fill in on the pages about their mail."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from masthead.readers.models import Frequency
from masthead.readers.queries import Group

PAUSES = {
    "7": (timedelta(days=7), _("a week")),
    "30": (timedelta(days=30), _("a month")),
    "90": (timedelta(days=90), _("three months")),
}


class AddressForm(forms.Form):
    """Asks for a mail address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class PauseForm(forms.Form):
    """Asks for how long nothing should come."""

    pause = forms.ChoiceField(
        label=_("Send nothing for"), choices=[(key, text) for key, (_days, text) in PAUSES.items()]
    )

    @property
    def duration(self) -> timedelta:
        """Return for how long, once the form is valid."""
        return PAUSES[self.cleaned_data["pause"]][0]


class ChoicesForm(forms.Form):
    """All that may be asked for, as checkboxes, and the language of mails."""

    def __init__(self, *args: Any, groups: list[Group], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups
        for group in groups:
            for choice in group.choices:
                self._add(group, choice)
        if len(settings.WAGTAIL_CONTENT_LANGUAGES) > 1:
            self.fields["language"] = forms.ChoiceField(
                label=_("Language of our mails"),
                choices=settings.WAGTAIL_CONTENT_LANGUAGES,
                required=False,
                initial=language,
            )

    def _add(self, group: Group, choice: Any) -> None:
        row = choice.subscription
        self.fields[choice.name] = forms.BooleanField(
            label=choice.description.title, required=False, initial=row is not None
        )
        if group.kind.has_frequency:
            self.fields[f"{choice.name}:often"] = forms.ChoiceField(
                label=_("How often"),
                choices=Frequency.choices,
                required=False,
                initial=row.frequency if row else Frequency.NOW,
            )

    def lines(self) -> list[tuple[Any, list[tuple[Any, Any, Any]]]]:
        """Return for each kind its heading, and each choice with its fields."""
        return [
            (
                group.kind.heading,
                [(each, self[each.name], self._often(each.name)) for each in group.choices],
            )
            for group in self.groups
        ]

    def _often(self, name: str) -> Any:
        return self[f"{name}:often"] if f"{name}:often" in self.fields else None

    def chosen(self) -> list[tuple[Any, str]]:
        """Return what is ticked, each with how often, once the form is valid."""
        return [
            (choice, self.cleaned_data.get(f"{choice.name}:often") or Frequency.NOW)
            for group in self.groups
            for choice in group.choices
            if self.cleaned_data[choice.name]
        ]
