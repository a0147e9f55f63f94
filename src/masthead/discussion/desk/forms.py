"""What moderators send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from masthead.discussion.models import Discussion
from masthead.discussion.moderation import Verdict

LONGEST_REASON = 500


class DecisionForm(forms.Form):
    """One verdict about some comments, each named with the version that was seen: ``12:3``."""

    verdict = forms.ChoiceField(choices=[(each.value, each.value) for each in Verdict])
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)
    comment = forms.MultipleChoiceField()

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        chosen = data.getlist("comment")
        field: Any = self.fields["comment"]
        field.choices = [(each, each) for each in chosen if _is_version(each)]

    @property
    def chosen(self) -> list[tuple[int, int]]:
        pairs = (each.split(":") for each in self.cleaned_data["comment"])
        return [(int(comment), int(version)) for comment, version in pairs]


def _is_version(text: str) -> bool:
    parts = text.split(":")
    return len(parts) == 2 and all(
        each.isascii() and each.isdecimal() and len(each) < 18 for each in parts
    )


class DiscussionForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's is no generic at run time
    """How open the discussion of one page is."""

    class Meta:
        model = Discussion
        fields = ("mode", "closes_at")
        labels = {"mode": _("Comments")}
