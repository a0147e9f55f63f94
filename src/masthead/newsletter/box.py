"""The sign-up box on public pages: the same for every reader."""

from django.urls import reverse

from masthead.newsletter.models import Edition, LetterIndex
from masthead.newsletter.queries import Box, box, small_print
from masthead.stories.additions import Addition
from masthead.stories.models import PublicPage, Story
from masthead.stories.own_templates import fill
from masthead.stories.queries import public
from masthead.stories.render import Shell

#: The part of the site that asks for an address and nothing else; it has no second box.
ALONE = ("subscribe",)


def _of(shell: Shell) -> Box | None:
    return shell.once("letter box", lambda one: box(site=one.site, locale=one.front.locale))


def _archive(shell: Shell) -> str:
    """Return the path of the letters that were sent, "" while there are none."""
    index = public(LetterIndex).child_of(shell.front).first()
    has_some = index and public(Edition).child_of(index).exists()
    return shell.url(index) if has_some else ""


def _box(shell: Shell, page: PublicPage, place: str) -> str:
    found = _of(shell)
    if found is None:
        return ""
    context = {
        "shell": shell,
        "page": page,
        "box": found,
        "place": place,
        "action": reverse("subscribe"),
        "small_print": small_print(),
        "archive": shell.once("letter archive", _archive),
    }
    return fill("newsletter/box.html", context)


def _at_story_end(shell: Shell, page: PublicPage) -> str:
    return _box(shell, page, "end")


def _in_text(shell: Shell, page: PublicPage) -> str:
    return _box(shell, page, "text")


def _at_foot(shell: Shell, page: PublicPage) -> str:
    # A story has its box where its text ends: one invitation a page is enough.
    has_one = isinstance(page, Story) or shell.part == ALONE
    return "" if has_one else _box(shell, page, "foot")


def _style(shell: Shell, _page: PublicPage) -> str:
    return fill("newsletter/head.html", {}) if _of(shell) else ""


BOX = Addition(
    html={
        "head": _style,
        "story_text_end": _at_story_end,
        "letter_box": _in_text,
        "footer": _at_foot,
    }
)
