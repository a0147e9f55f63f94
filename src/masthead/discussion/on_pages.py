"""What the discussion puts on public pages: the area under a story, and the pages below it."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils import timezone, translation
from markupsafe import Markup

from masthead.bake.tables import track
from masthead.discussion.applause import recent_likes
from masthead.discussion.inline import Feedback, answers_to, feedback_on, has_page, with_marks
from masthead.discussion.models import (
    Applause,
    Comment,
    Discussion,
    DiscussionSettings,
    Duty,
    Mode,
    MostDiscussed,
    OffDuty,
    Passage,
    Tally,
    ThreadPage,
)
from masthead.discussion.most_discussed import on_front_page
from masthead.discussion.queries import (
    most_liked,
    newest,
    page_of_threads,
    picks,
    staff,
    tally_of,
    whole_thread,
)
from masthead.discussion.rules import chosen, is_resting, settings_for
from masthead.stories.additions import Addition, add
from masthead.stories.addresses import path_of
from masthead.stories.answer import Answer
from masthead.stories.models import PublicPage, Story
from masthead.stories.own_templates import fill
from masthead.stories.render import Shell

#: Seconds between two bakes while much happens: of what is fetched when the counter moves, and of
#: lists in other orders.
QUICK, SLOW = 0.25, 30.0
COUNTER, NEWEST = "comments.json", "comments/newest/"
LIKED, PICKED, STAFF = "comments/liked/", "comments/picked/", "comments/staff/"
INLINE = "comments/inline/"
#: The orders of which the first page is baked; so many are shown, each made when it is asked for.
ORDERS = {"liked": most_liked, "picked": picks, "staff": staff}
LAST = 20
#: Pages that are kept for so long (seconds) in each process.
KEPT, KEPT_FOR = 64, 30


def track_tables() -> None:
    """Name the tables that a discussion is made from."""
    track(ThreadPage, finders=("place", "story_id"))
    track(
        Comment,
        part_of=ThreadPage,
        owner="page_id",
        finders=("story_id",),
        order=(
            *("parent_id", "state", "likes_shown", "thread", "is_featured", "is_pinned"),
            *("published_at", "passage_id", "is_staff"),
        ),
        ignored=(
            *("source", "external_id", "commenter_id", "text", "created_at", "likes", "reports"),
            *("reasons", "verdict", "answer", "version", "once", "network", "path", "root_id"),
        ),
    )
    track(
        Passage,
        finders=("story_id",),
        ignored=("prefix", "suffix", "certainty", "asked_by_id", "asked_at"),
    )
    track(Tally)
    track(MostDiscussed)
    track(Applause)
    track(Discussion)
    track(
        DiscussionSettings,
        finders=("site_id",),
        ignored=(
            *("first_comment", "edit_minutes", "most_links", "most_score", "words", "shifts"),
            *("mail_at", "mail_past", "mail_to"),
        ),
    )
    track(
        Duty,
        ignored=("told_daily_at", "told_at_once_at", "is_told_of_many", "told_of_report"),
    )


def add_to_pages() -> None:
    """Put the discussion under every story."""
    add(
        Addition(
            html={"after_story": _area, "head": _head, "most_discussed": on_front_page},
            below={"comments": _below, COUNTER: _counter},
            paths=_paths,
            around_block=_around_block,
        )
    )


@dataclass(frozen=True)
class Facts:
    """What is asked of a story again and again while it is rendered, and found out once."""

    mode: Mode
    may_remark: bool
    #: Closed for as long as nobody of the newsroom is there.
    is_resting: bool = False

    @property
    def is_open(self) -> bool:
        return self.mode in {Mode.OPEN, Mode.FIRST, Mode.HELD} and not self.is_resting


def _facts(story: Story) -> Facts:
    memory = story.__dict__
    if "_discussion_facts" not in memory:
        settings = settings_for(story)
        # Whether comments wait is seen on no page: those are asked about duty that it closes.
        rests = settings.off_duty == OffDuty.CLOSED and is_resting(settings)
        found = chosen(story, settings)
        memory["_discussion_facts"] = Facts(found.mode, found.may_remark, rests)
    facts: Facts = memory["_discussion_facts"]
    return facts


def _tally(story: Story) -> Tally:
    """Return how much there is under a story: asked for by those pages alone that tell it.

    Each comment changes it, and wakes whoever asked.
    """
    memory = story.__dict__
    if "_discussion_tally" not in memory:
        memory["_discussion_tally"] = tally_of(story)
    tally: Tally = memory["_discussion_tally"]
    return tally


def _is_discussed(page: PublicPage) -> bool:
    return isinstance(page, Story) and bool(page.address) and _facts(page).mode != Mode.OFF


def _head(shell: Shell, page: PublicPage) -> Markup:
    return _filled("head.html", shell, page, {}) if _is_discussed(page) else Markup()


def _around_block(shell: Shell, page: PublicPage, block: Any, html: Markup) -> Markup:
    """Mark the passages of a text that something is asked or said about."""
    if block.block_type != "text" or not isinstance(page, Story) or not _is_discussed(page):
        return html

    def sign(feedback: Feedback) -> str:
        return _filled("sign.html", shell, page, {"feedback": feedback}).strip()

    done = with_marks(html, block.id or "", feedback_on(page), sign)
    return Markup(done)  # noqa: S704 - the text that was there, and a template's work


def _area(shell: Shell, page: PublicPage) -> Markup:
    if not isinstance(page, Story) or not _is_discussed(page):
        return Markup()
    area, feedback = newest(page, _tally(page)), feedback_on(page)
    return _filled("area.html", shell, page, {"area": area, "feedback": feedback, **_rules(page)})


def _paths(page: PublicPage) -> Iterator[str]:
    if not isinstance(page, Story) or not _is_discussed(page):
        return
    if _tally(page).threads:
        yield from (COUNTER, NEWEST, LIKED, PICKED, STAFF, "comments/1/")
    if feedback := feedback_on(page):
        yield INLINE
        yield from (f"{INLINE}{each.passage.name}/" for each in feedback)


def _counter(page: PublicPage, rest: str) -> Answer | None:
    if rest != COUNTER or not isinstance(page, Story) or not _is_discussed(page):
        return None
    told: dict[str, Any] = {"comments": _tally(page).comments}
    if likes := recent_likes(page.pk):
        told["likes"] = likes
    return Answer(
        content=json.dumps(told).encode(),
        content_type="application/json",
        key=f"p{page.pk}",
        pause=QUICK,
    )


def _below(page: PublicPage, rest: str) -> Answer | None:
    if not isinstance(page, Story) or not _is_discussed(page):
        return None
    steps = rest.split("/")[1:-1]
    if steps and all(map(_is_number, steps)) and len(steps) <= 3:
        numbers = map(int, steps)
        return _page(page, *numbers) if len(steps) == 1 else _one_thread(page, *numbers)
    if steps in (["newest"], ["inline"]):
        return _newest(page) if steps == ["newest"] else _inline(page)
    if steps[:1] and steps[0] in ORDERS:
        return _ordered(page, steps[0], steps[1:])
    if steps[:1] == ["inline"] and len(steps) <= 3 and all(map(_is_number, steps[2:])):
        return _one_passage(page, steps[1], *map(int, steps[2:]))
    return None


def _is_number(step: str) -> bool:
    return step.isascii() and step.isdecimal() and step[0] != "0" and len(step) <= 6


def _newest(story: Story) -> Answer:
    shell = Shell.around(story)
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        html = _filled(
            "newest.html",
            shell,
            story,
            {"area": newest(story, _tally(story)), **_rules(story)},
        )
    return Answer(content=html.encode(), key=f"p{story.pk}", pause=QUICK)


def _ordered(story: Story, name: str, rest: list[str]) -> Answer | None:
    """Return a page of one order: the first is baked, the others are made for who asks."""
    if not rest:
        return _chosen(story, name, 1)
    is_one = len(rest) == 1 and _is_number(rest[0]) and 1 < int(rest[0]) <= LAST
    moment = int(time.time() // KEPT_FOR)
    return _kept(Kept(story, name, int(rest[0]), story.public_id, moment)) if is_one else None


@dataclass(frozen=True)
class Kept:
    """A page that is kept for a moment, known by all but the story's row."""

    story: Story = field(compare=False)
    name: str
    number: int
    public_id: str
    moment: int


@lru_cache(maxsize=KEPT)
def _kept(asked: Kept) -> Answer | None:
    found = _chosen(asked.story, asked.name, asked.number)
    return found and replace(found, cache_control=f"public, max-age={KEPT_FOR}")


def _chosen(story: Story, name: str, number: int) -> Answer | None:
    found = ORDERS[name](story, number)
    if number > 1 and not found.threads:
        return None
    steps = ("comments", name) if number == 1 else ("comments", name, str(number))
    base = path_of(story, ("comments", name))
    has_next = found.has_next and number < LAST
    context = {"threads": found.threads, "name": name, "number": number, "base": base}
    context |= {"has_next": has_next}
    return _answer(story, steps, "chosen.html", context, pause=SLOW)


def _inline(story: Story) -> Answer | None:
    feedback = feedback_on(story)
    if not feedback and not _facts(story).may_remark:
        return None
    return _answer(story, ("comments", "inline"), "inline.html", {"feedback": feedback}, pause=SLOW)


def _one_passage(story: Story, name: str, number: int = 1) -> Answer | None:
    feedback = next((each for each in feedback_on(story) if each.passage.name == name), None)
    if feedback is None:
        return None
    try:
        threads = answers_to(feedback.passage, number)
    except LookupError:
        return None
    steps = ("comments", "inline", name)
    base = path_of(story, steps)
    has_next = has_page(feedback.passage, number + 1)
    context = {"feedback": feedback, "threads": threads, "number": number, "base": base}
    following = (f"{base}{number + 1}/",) if has_next else ()
    own = steps if number == 1 else (*steps, str(number))
    context |= {"has_next": has_next}
    return _answer(story, own, "passage.html", context, parts=following, pause=SLOW)


def _page(story: Story, number: int) -> Answer | None:
    try:
        found = page_of_threads(story, number)
    except LookupError:
        return None
    own = path_of(story)
    cut = [f"{own}comments/{number}/{each.number}/" for each in found.threads if each.is_cut]
    following = [f"{own}comments/{number + 1}/"] if found.has_next else []
    context = {"threads": found.threads, "number": number, "has_next": found.has_next}
    return _answer(story, ("comments", str(number)), "page.html", context, parts=(*cut, *following))


def _one_thread(story: Story, number: int, thread: int, part: int = 1) -> Answer | None:
    try:
        found, parts = whole_thread(story, number, thread, part)
    except LookupError:
        return None
    steps = ("comments", str(number), str(thread))
    base = path_of(story, steps)
    context = {"thread": found, "number": number, "part": part, "parts": parts, "base": base}
    following = (f"{base}{part + 1}/",) if part < parts else ()
    own = steps if part == 1 else (*steps, str(part))
    return _answer(story, own, "thread.html", context, parts=following)


def _answer(
    story: Story, steps: tuple[str, ...], template: str, context: dict[str, Any], **more: Any
) -> Answer:
    html = page_below(story, steps, template, context)
    return Answer(content=html.encode(), key=f"p{story.pk}", **more)


def page_below(story: Story, steps: tuple[str, ...], template: str, context: dict[str, Any]) -> str:
    """Return a whole page below a story, in the story's language."""
    shell = Shell.around(story, steps)
    with translation.override(shell.language), timezone.override(shell.newsroom.zone):
        return str(_filled(template, shell, story, {**context, **_rules(story)}))


def _rules(story: Story) -> dict[str, Any]:
    facts = _facts(story)
    return {
        "is_open": facts.is_open,
        "is_resting": facts.is_resting,
        "may_remark": facts.is_open and facts.may_remark,
    }


def _filled(template: str, shell: Shell, page: PublicPage, context: dict[str, Any]) -> Markup:
    facts = {"shell": shell, "page": page, "here": shell.url(page), **context}
    return Markup(fill(f"discussion/{template}", facts))  # noqa: S704 - a template's work
