"""What readers may see: every page, list and feed gets its stories here."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch
from django.db.models.functions import TruncMonth
from wagtail.models import Page, PageQuerySet, Site

from masthead.bake.capture import note, unrecorded
from masthead.bake.keys import part_key
from masthead.media.models import Image, Rendition
from masthead.media.queries import load_renditions
from masthead.stories.models import (
    Archive,
    Byline,
    Correction,
    CorrectionKind,
    FrontPage,
    Newsroom,
    Person,
    PublicPage,
    Section,
    StandingPage,
    Story,
    Topic,
    WorkKind,
)

PAGE_SIZE = 20
#: How the names of long lists begin; the number of the page follows.
LIST_PREFIX = "list/"
LATEST = 12
FEED_STORIES = 30
SECTION_STORIES = 5
RELATED_STORIES = 4
P = TypeVar("P", bound=Page)


def public(model: type[P] = Story) -> PageQuerySet[P]:
    """Return what readers may see: live, past its embargo, no restriction on it or above it.

    The worker lifts an embargo when its time has come, so that nothing here asks a clock.
    """
    pages = model.objects.live().public()
    if model is Story:
        pages = pages.filter(embargo_until=None)
    elif model is Page:
        pages = pages.filter(as_story__embargo_until=None)
    return pages


def retracted() -> PageQuerySet[Story]:
    """Return the stories of which readers may know the retraction and the headline alone."""
    unpublished = Story.objects.not_live().public()
    return unpublished.filter(corrections__kind=CorrectionKind.RETRACTION).distinct()


def cards() -> PageQuerySet[Story]:
    """Return public stories, newest first, with all that a card shows."""
    return (
        public()
        .select_related("section", "lead_picture", "lead_clip__poster", "locale")
        .prefetch_related(
            Prefetch("bylines", Byline.objects.select_related("person__portrait")),
            Prefetch("bylines__person__portrait__renditions", Rendition.objects.all()),
            Prefetch("lead_picture__renditions", Rendition.objects.all()),
            Prefetch("lead_clip__poster__renditions", Rendition.objects.all()),
        )
        .order_by("-published_at", "-pk")
    )


def latest_stories(front: FrontPage) -> list[Story]:
    """Return the newest stories in the language of a front page."""
    return list(cards().descendant_of(front)[:LATEST])


def people(page: Page) -> PageQuerySet[Person]:
    """Return the people below a list of them, with their portraits."""
    found = children(Person, page).select_related("portrait")
    return found.prefetch_related(Prefetch("portrait__renditions", Rendition.objects.all()))


def children(model: type[P], parent: Page) -> PageQuerySet[P]:
    """Return the public pages of one kind below a page, in the desk's order."""
    return public(model).child_of(parent).order_by("path")


def sections(front: FrontPage) -> PageQuerySet[Section]:
    """Return the sections of a newsroom in the language of its front page."""
    return children(Section, front)


def front_of(page: Page) -> FrontPage:
    """Return the front page above a page, in the page's own language."""
    if isinstance(page, FrontPage):
        return page
    # A page that was never saved has no place yet: its parent is known to Wagtail's preview.
    above = page if page.path else page.get_parent()
    front: FrontPage = FrontPage.objects.ancestor_of(above, inclusive=True).get()
    return front


def feed_stories(page: PublicPage) -> list[Story]:
    """Return the newest stories of a page with all that a feed tells of them."""
    stories = stories_in(page).prefetch_related("topics", "corrections")[:FEED_STORIES]
    names = [byline for story in stories for byline in story.bylines.all()]
    _with_profiles(names)
    return list(stories)


def stories_in(page: PublicPage) -> PageQuerySet[Story]:
    """Return the stories that stand on a section's, topic's or person's page or in an archive."""
    if isinstance(page, Section):
        return cards().filter(section=page)
    if isinstance(page, Topic):
        return cards().filter(topics=page)
    if isinstance(page, Person):
        return cards().filter(bylines__person=page)
    return cards().descendant_of(page)


@dataclass(frozen=True)
class Listing:
    """One page of a long list. Page 1 holds the oldest; the newest stand on the page itself."""

    stories: list[Story]
    number: int | None
    older: int | None
    newer: int | None
    pages: int


def listing(page: PublicPage, part: tuple[str, ...] = ()) -> Listing:
    """Return the newest stories of a page, or page ``("page", "3")`` of all of them.

    Raises LookupError when there is no such part.
    """
    if part:
        return _numbered(page, part)
    stories = stories_in(page)
    last = _pages(stories)
    return Listing(list(stories[:PAGE_SIZE]), None, _at_least_one(last - 1), None, last)


def _numbered(page: PublicPage, part: tuple[str, ...]) -> Listing:
    note_part(page, part)
    with unrecorded():
        oldest_first = stories_in(page).order_by("published_at", "pk")
        last = _pages(oldest_first)
        number = _page_number(part, last)
        shown = oldest_first[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        keys = list(shown.values_list("pk", flat=True))
    newer = number + 1 if number < last else None
    return Listing(_in_order(keys[::-1]), number, _at_least_one(number - 1), newer, last)


def _pages(stories: PageQuerySet[Story]) -> int:
    count: int = stories.count()
    return -(-count // PAGE_SIZE)


def _in_order(keys: list[int]) -> list[Story]:
    found = cards().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def note_part(page: PublicPage, part: tuple[str, ...]) -> None:
    """Tell the baker that one part of a long list was read; ``fingerprints`` says when it changed.

    So a new story wakes the last page of a section, not the five hundred before it.
    """
    note(part_key(f"{LIST_PREFIX}{page.pk}", "/".join(part)))


def fingerprints(page: PublicPage) -> dict[str, str]:
    """Return for every part of a long list what tells one state of it from another."""
    if isinstance(page, Archive):
        return _fingerprints_of_months(page)
    keys = list(stories_in(page).order_by("published_at", "pk").values_list("pk", flat=True))
    pages = [keys[start : start + PAGE_SIZE] for start in range(0, len(keys), PAGE_SIZE)]
    return {
        f"page/{number}": _fingerprint((shown, number == len(pages)))
        for number, shown in enumerate(pages, 1)
    }


def _fingerprints_of_months(page: Archive) -> dict[str, str]:
    zone = Newsroom.for_site(page.get_site()).zone
    months: dict[str, list[int]] = {}
    rows = stories_in(page).order_by("published_at", "pk").values_list("pk", "published_at")
    for key, published_at in rows:
        months.setdefault(f"{published_at.astimezone(zone):%Y/%m}", []).append(key)
    return {month: _fingerprint(keys) for month, keys in months.items()}


def _fingerprint(state: object) -> str:
    return hashlib.blake2b(repr(state).encode(), digest_size=8).hexdigest()


def _at_least_one(number: int) -> int | None:
    return number if number >= 1 else None


def _page_number(part: tuple[str, ...], last: int) -> int:
    match part:
        case ("page", digits) if digits.isascii() and digits.isdecimal() and digits[0] != "0":
            if len(digits) <= 7 and int(digits) <= last:
                return int(digits)
    raise LookupError(part)


@dataclass(frozen=True)
class ArchiveMonths:
    """The archive: its months with their counts, and the stories of the one that is shown."""

    months: list[tuple[datetime, int]]
    month: datetime | None
    stories: list[Story]


def archive(page: Archive, part: tuple[str, ...] = ()) -> ArchiveMonths:
    """Return all months of an archive, and the stories of month ``("2026", "11")``.

    Raises LookupError when no story was published in that month.
    """
    if part:
        return _month(page, part)
    zone = Newsroom.for_site(page.get_site()).zone
    stories = stories_in(page)
    by_month = (
        stories.order_by()
        .annotate(month=TruncMonth("published_at", tzinfo=zone))
        .values_list("month")
        .annotate(count=Count("pk"))
        .order_by("-month")
    )
    return ArchiveMonths(list(by_month), None, [])


def _month(page: Archive, part: tuple[str, ...]) -> ArchiveMonths:
    note_part(page, part)
    month = _month_of(part, Newsroom.for_site(page.get_site()).zone)
    # By instants: compared with a truncated month, the month would be taken for UTC's.
    following = (month + timedelta(days=31)).replace(day=1)
    with unrecorded():
        in_month = stories_in(page).filter(published_at__gte=month, published_at__lt=following)
        keys = list(in_month.values_list("pk", flat=True))
    if not keys:
        raise LookupError(part)
    return ArchiveMonths([], month, _in_order(keys))


def _month_of(part: tuple[str, ...], zone: ZoneInfo) -> datetime:
    match part:
        case (year, month) if re.fullmatch(
            r"[12]\d{3}/(0[1-9]|1[0-2])", f"{year}/{month}", re.ASCII
        ):
            return datetime(int(year), int(month), 1, tzinfo=zone)
    raise LookupError(part)


@dataclass(frozen=True)
class Stream:
    """Stories under one heading of the front page."""

    title: str
    stories: list[Story]
    section: Section | None = None


@dataclass(frozen=True)
class Front:
    """What a front page shows: no story twice above the list of the latest."""

    lead: Story | None
    seconds: list[Story]
    streams: list[Stream]
    latest: list[Story]


def front_page(page: FrontPage) -> Front:
    """Return what the desk composed for a front page, with the newest stories where it did not."""
    latest = latest_stories(page)
    picked = cards().descendant_of(page).filter(pk=page.lead_id).first() if page.lead_id else None
    # What somebody paid for is no lead, unless an editor says so.
    own_work = [story for story in latest if story.kind != WorkKind.SPONSORED]
    lead = picked or next(iter(own_work), None)
    others = [story for story in own_work if lead and story.pk != lead.pk]
    seconds = _second_stories(others)
    shown = {story.pk for story in (lead, *seconds) if story}
    streams = [stream for stream in _streams(page, shown) if stream.stories]
    return Front(lead, seconds, streams, latest)


def _second_stories(stories: list[Story]) -> list[Story]:
    """Return the two stories that stand beside the lead: the newest with a picture comes first."""
    pictured = [story for story in stories if story.lead_picture_id or story.lead_clip_id][:1]
    return [*pictured, *(story for story in stories if story not in pictured)][:2]


def _streams(page: FrontPage, shown: set[int]) -> Iterator[Stream]:
    open_sections = {section.pk: section for section in sections(page)}
    if not page.body:
        yield from (_section_stream(section, shown) for section in open_sections.values())
    for block in page.body:
        if block.block_type == "picked":
            picked = [story.pk for story in block.value["stories"] if story]
            found = cards().in_bulk(picked)
            yield Stream(block.value["title"], [found[pk] for pk in picked if pk in found])
        # A chosen section may have been deleted, unpublished or restricted since.
        elif (chosen := block.value["section"]) and chosen.pk in open_sections:
            yield _section_stream(open_sections[chosen.pk], shown)


def _section_stream(section: Section, shown: set[int]) -> Stream:
    stories = stories_in(section).exclude(pk__in=shown)[:SECTION_STORIES]
    return Stream(section.title, list(stories), section)


def story_context(story: Story) -> dict[str, Any]:
    """Return what a story's page shows besides the story itself."""
    bylines = _with_profiles(list(story.bylines.select_related("person__portrait").all()))
    topics = [topic.pk for topic in story.topics.all()]
    portraits = [each.person.portrait for each in bylines if each.person]
    load_renditions([*pictures_in(story), *(each for each in portraits if each)])
    return {
        "bylines": bylines,
        "topics": list(public(Topic).filter(pk__in=topics).order_by("path")),
        "related": related(story),
        "in_text": stories_in_text(story),
        "corrections": list(story.corrections.all()) if story.pk else [],
    }


def _with_profiles(bylines: list[Byline]) -> list[Byline]:
    """Let each byline know whether readers may open the page of its person."""
    names = [byline.person_id for byline in bylines if byline.person_id]
    open_pages = set(public(Person).filter(pk__in=names).values_list("pk", flat=True))
    for byline in bylines:
        byline.has_profile = byline.person_id in open_pages
    return bylines


def pictures_in(story: Story) -> list[Image]:
    """Return every picture that a story's page shows, but for those of other stories."""
    clips = [
        story.lead_clip,
        *(block.value["clip"] for block in story.body if block.block_type == "clip"),
    ]
    found = [story.lead_picture, *(clip.poster for clip in clips if clip)]
    for block in story.body:
        if block.block_type == "picture":
            found.append(block.value["image"])
        elif block.block_type == "embed":
            found.append(block.value["poster"])
        elif block.block_type == "gallery":
            found += [picture["image"] for picture in block.value["pictures"]]
    return [image for image in found if image]


def stories_in_text(story: Story) -> dict[int, Story]:
    """Return the public stories among those that an editor set into a story's text."""
    blocks = [block.value["stories"] for block in story.body if block.block_type == "related"]
    picked = [other.pk for stories in blocks for other in stories if other]
    return dict(cards().in_bulk(picked)) if picked else {}


def related(story: Story) -> list[Story]:
    """Return the stories that were chosen to stand under a story when it was published."""
    if not story.pk:
        return []
    order = list(story.related.values_list("other", flat=True))
    found = cards().in_bulk(order)
    return [found[pk] for pk in order if pk in found]


def stories_like(story: Story) -> list[Story]:
    """Return the newest stories that share topics with a story, then those of its section."""
    others = cards().filter(locale=story.locale_id).exclude(pk=story.pk)
    others = others.exclude(kind=WorkKind.SPONSORED)
    by_topic = others.filter(topics__in=story.topics.all()).distinct()[:RELATED_STORIES]
    by_section = others.filter(section=story.section_id)[: RELATED_STORIES * 2]
    return list({each.pk: each for each in (*by_topic, *by_section)}.values())[:RELATED_STORIES]


def corrections(page: StandingPage) -> list[Correction]:
    """Return all corrections of the newsroom in the language of a page, newest first.

    A retracted story is named although readers may not see it any more.
    """
    front = front_of(page)
    made = list(Correction.objects.select_related("story", "story__section"))
    on_record = {each.story_id for each in made}
    seen = set(public().descendant_of(front).filter(pk__in=on_record).values_list("pk", flat=True))
    gone = set(
        retracted().descendant_of(front).filter(pk__in=on_record).values_list("pk", flat=True)
    )
    return [
        each
        for each in made
        if each.story_id in seen
        or (each.story_id in gone and each.kind == CorrectionKind.RETRACTION)
    ]


def edition(*, site: Site, language: str) -> FrontPage:
    """Return a site's front page in a language, or in its main one."""
    fronts = public(FrontPage).filter(translation_key=site.root_page.translation_key)
    asked = [language] if "\0" not in language else []
    found: FrontPage | None = fronts.filter(locale__language_code__in=asked).first()
    return found or FrontPage.objects.get(pk=site.root_page_id)


def main_site() -> Site:
    """Return the site that stands at the installation's own address."""
    site: Site = Site.objects.get(is_default_site=True)
    return site
