"""What is decided about a letter at the desk."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class TestForm(forms.Form):
    """To whom a test goes."""

    email = forms.EmailField(label=gettext_lazy("Send a test to"), max_length=254)


class SendForm(forms.Form):
    """When a letter goes out: now, or at an hour in the newsroom's time zone."""

    at = forms.DateTimeField(
        label=gettext_lazy("On the day and at the hour"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_at(self) -> Any:
        at: datetime | None = self.cleaned_data["at"]
        if self.data.get("when") == "later" and at is None:
            raise ValidationError(_("Say when."))
        if at and at <= timezone.now():
            raise ValidationError(_("That hour has passed."))
        return at if self.data.get("when") == "later" else None
