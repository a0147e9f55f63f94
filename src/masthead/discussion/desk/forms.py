"""What moderators send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from masthead.discussion.models import Discussion
from masthead.discussion.models.passage import LONGEST_PASSAGE, LONGEST_QUESTION
from masthead.discussion.moderation import Verdict
from masthead.discussion.passages import Marked
from masthead.discussion.text import clean_text
from masthead.lib.anchoring import CONTEXT

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
        fields = ("mode", "closes_at", "may_remark")
        labels = {"mode": _("Comments")}


class MarkedForm(forms.Form):
    """Words of a story that an editor marked."""

    exact = forms.CharField(
        label=_("Words of the story"),
        max_length=LONGEST_PASSAGE,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Mark them in the text, or copy them here: words of one paragraph."),
    )
    words_before = forms.CharField(required=False, max_length=CONTEXT * 2, strip=False)
    words_after = forms.CharField(required=False, max_length=CONTEXT * 2, strip=False)

    @property
    def marked(self) -> Marked:
        values = self.cleaned_data
        return Marked(values["exact"], values["words_before"], values["words_after"])


class QuestionForm(MarkedForm):
    """What an editor asks readers about words of a story."""

    question = forms.CharField(
        label=_("Question to readers"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean_question(self) -> str:
        return " ".join(clean_text(self.cleaned_data["question"]).split())


class QuestionChangeForm(forms.Form):
    """What shall become of a question."""

    question = forms.CharField(max_length=LONGEST_QUESTION)
    what = forms.ChoiceField(
        choices=[(each, each) for each in ("save", "open", "stop", "withdraw")]
    )
