"""What stands on a front page: what the desk composed, and the newest where it did not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from masthead.stories.models import FrontPage, Section, Story, WorkKind
from masthead.stories.queries import cards, latest_stories, sections, stories_in

SECTION_STORIES = 5


@dataclass(frozen=True)
class Stream:
    """Stories under one heading of the front page."""

    title: str
    stories: list[Story]
    section: Section | None = None
    is_opinion: bool = False
    is_latest: bool = False
    #: The place of the template that an app above fills, instead of stories.
    addition: str = ""


@dataclass(frozen=True)
class Front:
    """What a front page shows: no story twice but in the list of the latest."""

    lead: Story | None
    seconds: list[Story]
    streams: list[Stream]
    #: When its newest story was published.
    newest_at: datetime | None = None


def front_page(page: FrontPage) -> Front:
    """Return what the desk composed for a front page, with the newest stories where it did not."""
    latest = latest_stories(page)
    picked = cards().descendant_of(page).filter(pk=page.lead_id).first() if page.lead_id else None
    # What somebody paid for is no lead, unless an editor says so.
    own_work = [story for story in latest if story.kind != WorkKind.SPONSORED]
    lead = picked or next(iter(own_work), None)
    kept = _picked_below(page)
    others = [story for story in own_work if lead and story.pk not in {lead.pk, *kept}]
    seconds = _second_stories(others)
    shown = {story.pk for story in (lead, *seconds) if story}
    composed = _streams(page, latest, shown, kept)
    streams = [stream for stream in composed if stream.stories or stream.addition]
    return Front(lead, seconds, streams, latest[0].published_at if latest else None)


def _second_stories(stories: list[Story]) -> list[Story]:
    """Return the two stories that stand beside the lead: the newest with a picture comes first.

    A notice of one line leaves a hole there: it stands below while there is more to tell.
    """
    return _for_the_eye(stories)[:2]


def _for_the_eye(stories: list[Story]) -> list[Story]:
    """Return stories with the newest picture first and notices of one line last."""
    pictured = [story for story in stories if story.lead_picture_id or story.lead_clip_id][:1]
    others = [story for story in stories if story not in pictured]
    return [*pictured, *sorted(others, key=lambda story: not story.standfirst)]


def _picked_below(page: FrontPage) -> set[int]:
    """Return the stories that have a place below the lead, given by an editor."""
    picked = [block.value["stories"] for block in page.body if block.block_type == "picked"]
    return {story.pk for stories in picked for story in stories if story}


def _streams(
    page: FrontPage, latest: list[Story], shown: set[int], kept: set[int]
) -> Iterator[Stream]:
    for stream in _composed(page, latest, shown, kept):
        yield stream
        shown |= set() if stream.is_latest else {story.pk for story in stream.stories}
    placed = {block.block_type for block in page.body}
    if not page.body:
        yield _discussed_stream()
    if "latest" not in placed:
        yield _latest_stream(latest)


def _composed(
    page: FrontPage, latest: list[Story], shown: set[int], kept: set[int]
) -> Iterator[Stream]:
    open_sections = {section.pk: section for section in sections(page)}
    if not page.body:
        yield from (_section_stream(section, shown) for section in open_sections.values())
    for block in page.body:
        if block.block_type == "picked":
            yield _picked_stream(block.value, shown)
        elif block.block_type == "latest":
            yield _latest_stream(latest)
        elif block.block_type == "most_discussed":
            yield _discussed_stream()
        elif block.block_type == "opinion":
            yield _opinion_stream(page, block.value["title"], shown | kept)
        # A chosen section may have been deleted, unpublished or restricted since.
        elif (chosen := block.value["section"]) and chosen.pk in open_sections:
            yield _section_stream(open_sections[chosen.pk], shown | kept)


def _picked_stream(value: Any, shown: set[int]) -> Stream:
    picked = [story.pk for story in value["stories"] if story and story.pk not in shown]
    found = cards().in_bulk(picked)
    return _stream(value["title"], [found[pk] for pk in picked if pk in found])


def _opinion_stream(page: FrontPage, title: str, shown: set[int]) -> Stream:
    pieces = stories_in(page).filter(kind=WorkKind.OPINION).exclude(pk__in=shown)
    return _stream(title, list(pieces[:SECTION_STORIES]))


def _section_stream(section: Section, shown: set[int]) -> Stream:
    stories = stories_in(section).exclude(pk__in=shown)[:SECTION_STORIES]
    return _stream(section.title, _for_the_eye(list(stories)), section)


def _stream(title: str, stories: list[Story], section: Section | None = None) -> Stream:
    is_opinion = all(story.kind == WorkKind.OPINION for story in stories)
    return Stream(title, stories, section, is_opinion=is_opinion)


def _latest_stream(latest: list[Story]) -> Stream:
    """Return the list of the latest; one story alone is the lead and needs none."""
    return Stream(gettext("Latest"), latest if len(latest) > 1 else [], is_latest=True)


def _discussed_stream() -> Stream:
    """Return the place of what readers talk about; who knows of that fills it."""
    return Stream("", [], addition="most_discussed")
