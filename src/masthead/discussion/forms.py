"""What people fill in; whatever a stranger sends is checked here."""

from collections.abc import MutableMapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masthead.discussion.follow import ANSWERS, COMMENTS, REPLIES, UPDATES
from masthead.discussion.models import ReportReason
from masthead.discussion.models.comment import LONGEST_NAME, LONGEST_TEXT
from masthead.discussion.models.passage import LONGEST_PASSAGE
from masthead.discussion.passages import Marked
from masthead.discussion.text import clean_name, clean_text, html_of, words_in
from masthead.lib.anchoring import CONTEXT

LONGEST_REPORT = 2_000


def _clean_comment(text: str) -> str:
    plain = clean_text(text)
    if not words_in(html_of(plain)):
        raise ValidationError(gettext("Write something first."))
    return plain


class EditForm(forms.Form):
    """The text of a comment."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST_TEXT,
        strip=False,
        error_messages={"required": _("Write something first.")},
    )

    def clean_text(self) -> str:
        return _clean_comment(self.cleaned_data["text"])


class CommentForm(EditForm):
    """A comment and who writes it; whoever is remembered need not say so again."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    #: For programs that fill in every field: people do not see it.
    homepage = forms.CharField(required=False)
    seconds = forms.FloatField(required=False)

    def __init__(
        self, data: Any, *, is_known: bool, initial: MutableMapping[str, Any] | None = None
    ) -> None:
        self.is_known = is_known
        super().__init__(data, initial=initial)

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name and not self.is_known:
            raise ValidationError(gettext("Write the name that readers shall see."))
        return name

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if not email and not self.is_known:
            raise ValidationError(gettext("Write your address: nobody but us sees it."))
        if not email.isascii():
            raise ValidationError(gettext("This is no address that mail servers take."))
        return email


class RemarkForm(CommentForm):
    """A comment on words of the story; a browser with a script says what stands around them."""

    exact = forms.CharField(
        label=_("Words of the story"),
        max_length=LONGEST_PASSAGE,
        error_messages={"required": _("Mark words of the story, or copy them here.")},
    )
    words_before = forms.CharField(required=False, max_length=CONTEXT * 2, strip=False)
    words_after = forms.CharField(required=False, max_length=CONTEXT * 2, strip=False)

    @property
    def marked(self) -> Marked:
        values = self.cleaned_data
        return Marked(values["exact"], values["words_before"], values["words_after"])


class AnswerForm(forms.Form):
    """What the author of a comment says to the desk's decision."""

    answer = forms.CharField(max_length=1_000)

    def clean_answer(self) -> str:
        return clean_text(self.cleaned_data["answer"])


class FollowForm(forms.Form):
    """What somebody wants to be told of, and where."""

    what = forms.ChoiceField(
        choices=[(each, each) for each in (COMMENTS, REPLIES, ANSWERS, UPDATES)]
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Write your address: nobody but us sees it.")},
    )


class ReportForm(forms.Form):
    """Why somebody should look at a comment."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=ReportReason, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In your words"), required=False, max_length=LONGEST_REPORT, widget=forms.Textarea
    )

    def clean_words(self) -> str:
        return clean_text(self.cleaned_data["words"])
