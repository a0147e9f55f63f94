"""Why somebody should look at a comment before readers do. A reason is never a verdict."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.discussion.limits import LATELY
from masthead.discussion.models import Comment, DiscussionSettings
from masthead.discussion.models.rules import words_for
from masthead.discussion.text import links_in

#: Seconds that a person needs to write anything.
SHORTEST = 3
#: Texts shorter than this are said by many: “Thank you!”
TELLING = 30
Reason = dict[str, str]


class Code(StrEnum):
    """What a rule found."""

    WORDS = "words"
    LINKS = "links"
    REPEATED = "repeated"
    TRAP = "trap"
    QUICK = "quick"
    MUTED = "muted"
    REPORTED = "reported"
    EDITED = "edited"
    AKISMET = "akismet"
    SCORE = "score"


def reasons_in_text(
    *, text: str, html: str, rules: DiscussionSettings, language: str
) -> Iterator[Reason]:
    """Yield what the newsroom's rules find in a text below a story of some language."""
    if found := list(_words_in(text, words_for(rules.words, language))):
        yield reason(Code.WORDS, ", ".join(found))
    if (links := links_in(html)) > rules.most_links:
        yield reason(Code.LINKS, str(links))


def reasons_in_sending(
    *, text: str, network: str, is_trapped: bool, seconds: float | None
) -> Iterator[Reason]:
    """Yield what is odd about how a comment came; ``network`` is "" if nothing came before."""
    if is_trapped:
        yield reason(Code.TRAP)
    if seconds is not None and seconds < SHORTEST:
        yield reason(Code.QUICK, f"{seconds:.1f}")
    if network and len(text) >= TELLING and _was_said(text, network):
        yield reason(Code.REPEATED)


def in_words(found: Reason) -> str:
    """Return a reason as a moderator reads it."""
    return _texts()[Code(found["code"])] % {"what": found["what"]}


def _texts() -> dict[Code, str]:
    return {
        Code.WORDS: _("Words on the list: %(what)s"),
        Code.LINKS: _("Links: %(what)s"),
        Code.REPEATED: _("The same text was sent before from this network%(what)s"),
        Code.TRAP: _("A field was filled in that people do not see%(what)s"),
        Code.QUICK: _("Written in %(what)s seconds"),
        Code.MUTED: _("The person is muted%(what)s"),
        Code.REPORTED: _("Reported by readers: %(what)s"),
        Code.EDITED: _("Changed by its author after it was approved%(what)s"),
        Code.AKISMET: _("Akismet takes it for advertising%(what)s"),
        Code.SCORE: _("Your scorer gives it %(what)s"),
    }


def in_short(code: str) -> str:
    """Return in a word or two why a comment waits; "" stands for the rule of the discussion."""
    texts = {
        "": _("as the discussion asks"),
        Code.WORDS: _("words on the list"),
        Code.LINKS: _("many links"),
        Code.REPEATED: _("the same text again"),
        Code.TRAP: _("filled in like a program does"),
        Code.QUICK: _("written very quickly"),
        Code.MUTED: _("by a muted person"),
        Code.REPORTED: _("reported by readers"),
        Code.EDITED: _("changed by its author"),
        Code.AKISMET: _("advertising, says Akismet"),
        Code.SCORE: _("a high score"),
    }
    return texts[Code(code) if code else ""]


def reason(code: Code, what: str = "") -> Reason:
    """Return a reason as it is stored beside a comment."""
    return {"code": code.value, "what": what}


muted = reason(Code.MUTED)
edited = reason(Code.EDITED)


def reported(count: int) -> Reason:
    """Return that readers reported a comment."""
    return reason(Code.REPORTED, str(count))


def _words_in(text: str, words: Iterable[str]) -> Iterator[str]:
    plain = _folded(text)
    for line in words:
        word = _folded(line).strip()
        if word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain):
            yield line.strip()


def _folded(text: str) -> str:
    """Return a text without case and accents, which hide a word from a list but not from people."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def _was_said(text: str, network: str) -> bool:
    since = timezone.now() - LATELY
    # The index that answers has no comment without a network; SQLite wants to be told so.
    recent = Comment.objects.filter(network=network, created_at__gte=since).exclude(network="")
    return recent.filter(text=text).exists()
