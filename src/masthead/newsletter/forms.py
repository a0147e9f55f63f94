"""What a stranger types into the sign-up box."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from masthead.newsletter.queries import Box, Offered
from masthead.readers.domains import meant


class SubscribeForm(forms.Form):
    """An address and the letters that it wants. ``as_typed`` is an address that was asked about."""

    email = forms.EmailField(max_length=254, required=False)
    as_typed = forms.EmailField(max_length=254, required=False)
    page = forms.RegexField(r"^/(?![/\\])[^\s\\]*$", max_length=500, required=False)
    letter = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        error_messages={"invalid_choice": _("This letter cannot be asked for any more.")},
    )

    def __init__(self, *args: Any, box: Box, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.box = box
        letter: Any = self.fields["letter"]
        letter.choices = [(each.key, each.name) for each in box.letters]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self._typed() and "email" not in self.errors and "as_typed" not in self.errors:
            self.add_error("email", _("Write the address to which it shall come."))
        if not values.get("letter") and "letter" not in self.errors:
            self.add_error("letter", _("Choose at least one."))
        return values

    def _typed(self) -> str:
        typed: str = self.cleaned_data.get("as_typed") or self.cleaned_data.get("email") or ""
        return typed

    @property
    def address(self) -> str:
        """Return the address, of a valid form."""
        return self._typed()

    @property
    def meant(self) -> str:
        """Return the address that was probably meant, unless it was asked about; else ""."""
        return "" if self.cleaned_data.get("as_typed") else meant(self._typed())

    @property
    def back(self) -> str:
        """Return the page from which somebody came."""
        page: str = getattr(self, "cleaned_data", {}).get("page") or "/"
        return page

    @property
    def chosen(self) -> list[Offered]:
        """Return the letters that are ticked, of a valid form."""
        wanted = set(self.cleaned_data["letter"])
        return [each for each in self.box.letters if each.key in wanted]
