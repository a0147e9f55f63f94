"""Long lists of stories, in parts that stay where they are.

A list's newest stories stand on its own page. All of them stand by year; a year of more stories
than one part holds, by month; a month of more, on full pages counted from its oldest story and a
last one at the month's own address. So what is published, moved or withdrawn changes what stands
around it, however long the list is.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice, pairwise
from zoneinfo import ZoneInfo

from wagtail.models import PageQuerySet

from masthead.bake.capture import note, unrecorded
from masthead.bake.keys import part_key
from masthead.bake.memory import shared
from masthead.stories.models import Archive, Listing, Newsroom, PublicPage, Story
from masthead.stories.queries import cards, stories_in, with_profiles

#: Stories on the list's own page, in its feeds, and at most in a part of it.
NEWEST, IN_FEED, MOST = 20, 30, 100
#: What the list's own page and its feeds show; no addresses.
ON_PAGE, ON_FEED = ("newest",), ("feed",)
#: How the names of long lists begin; the number of the page follows.
LIST_PREFIX = "list/"
#: The number of a story's page, and when it was published.
Row = tuple[int, datetime]


@dataclass(frozen=True)
class Part:
    """What stands at an address below a list, such as ``2026/`` or ``2026/11/page/1/``."""

    #: Stories, the newest first.
    keys: tuple[int, ...] = ()
    #: The addresses of the parts before and after it.
    older: str | None = None
    newer: str | None = None
    #: The months of a year that has too many stories for one part, and how many each has.
    months: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Shown:
    """A list as a page shows it, or one part of it."""

    stories: list[Story]
    older: str | None
    newer: str | None
    #: The addresses of all parts; only the list's own page names them.
    parts: tuple[tuple[str, ...], ...] = ()
    #: The first day of the year or the month that is shown.
    since: datetime | None = None
    is_year: bool = False
    number: int | None = None
    months: tuple[tuple[datetime, int], ...] = ()


def listing(page: PublicPage, part: tuple[str, ...] = ()) -> Shown:
    """Return the newest stories of a list, or the part at ``("2026",)``, ``("2026", "11")``...

    Raises LookupError when there is no such part.
    """
    note_part(page, part or ON_PAGE)
    if not part:
        with unrecorded():
            newest = _newest(_parts_of(page))
        return Shown(_in_order(cards(), newest.keys), newest.older, None, newest.parts)
    with unrecorded():
        found, zone = _parts_of(page)["/".join(part) + "/"], _zone_of(page)
    year, month, _page, number = (*part, *("1", "1", "page", "")[len(part) :])
    return Shown(
        stories=_in_order(cards(), found.keys),
        older=found.older,
        newer=found.newer,
        since=datetime(int(year), int(month), 1, tzinfo=zone),
        is_year=len(part) == 1,
        number=int(number) if number else None,
        months=tuple((_first_day(each, zone), count) for each, count in found.months),
    )


def archive(page: Archive, part: tuple[str, ...] = ()) -> Shown:
    """Return all months of an archive, or a part of it as ``listing`` does."""
    if part:
        return listing(page, part)
    note_part(page, ON_PAGE)
    with unrecorded():
        parts, zone = _parts_of(page), _zone_of(page)
    months = tuple((_first_day(month, zone), count) for month, count in _months(parts))
    return Shown([], None, None, _steps(parts), months=months)


def _months(parts: dict[str, Part]) -> list[tuple[str, int]]:
    return [month for part in reversed(parts.values()) for month in part.months]


def feed_stories(page: PublicPage) -> list[Story]:
    """Return the newest stories of a page with all that its feeds tell of them."""
    stories = cards().defer(None).prefetch_related("topics", "corrections")
    if isinstance(page, Listing):
        note_part(page, ON_FEED)
        with unrecorded():
            keys = _first_of(_parts_of(page), IN_FEED)
    else:
        keys = list(stories_in(page).values_list("pk", flat=True)[:IN_FEED])
    found = _in_order(stories, keys)
    with_profiles([byline for story in found for byline in story.bylines.all()])
    return found


@dataclass(frozen=True)
class Newest:
    """What a list's own page shows: stories, where they go on, and the addresses of all parts."""

    keys: list[int]
    older: str | None
    parts: tuple[tuple[str, ...], ...]


def _newest(parts: dict[str, Part]) -> Newest:
    keys = _first_of(parts, NEWEST)
    ends = ((address, part.keys[-1]) for address, part in reversed(parts.items()) if part.keys)
    older = next((address for address, oldest in ends if oldest not in keys), None)
    return Newest(keys, older, _steps(parts))


def _first_of(parts: dict[str, Part], count: int) -> list[int]:
    return list(islice((key for part in reversed(parts.values()) for key in part.keys), count))


def _in_order(stories: "PageQuerySet[Story]", keys: Sequence[int]) -> list[Story]:
    found = stories.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _steps(parts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.rstrip("/").split("/")) for each in parts)


def _first_day(month: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(month, "%Y/%m/").replace(tzinfo=zone)


def _zone_of(page: PublicPage) -> ZoneInfo:
    zone: ZoneInfo = Newsroom.for_site(page.get_site()).zone
    return zone


def note_part(page: PublicPage, part: tuple[str, ...]) -> None:
    """Tell the baker that one part of a long list was read; ``fingerprints`` says when it changed.

    So a new story wakes the last part of a section, not the hundreds before it.
    """
    note(part_key(f"{LIST_PREFIX}{page.pk}", "/".join(part)))


def fingerprints(page: PublicPage) -> dict[str, str]:
    """Return for every part of a long list what tells one state of it from another."""
    parts = _parts_of(page)
    found: dict[str, object] = {address.rstrip("/"): part for address, part in parts.items()}
    found[ON_PAGE[0]] = _months(parts) if isinstance(page, Archive) else _newest(parts)
    found[ON_FEED[0]] = _first_of(parts, IN_FEED)
    return {name: _fingerprint(state) for name, state in found.items()}


def _fingerprint(state: object) -> str:
    return hashlib.blake2b(repr(state).encode(), digest_size=8).hexdigest()


def _parts_of(page: PublicPage) -> dict[str, Part]:
    def find() -> dict[str, Part]:
        stories = stories_in(page).order_by("published_at", "pk")
        rows = stories.values_list("pk", "published_at")
        return divide(rows, _zone_of(page), by_year=not isinstance(page, Archive))

    return shared(f"parts of {page.pk}", find)


def divide(rows: Iterable[Row], zone: ZoneInfo, *, by_year: bool = True) -> dict[str, Part]:
    """Return the parts of a list by their addresses, the oldest first.

    ``rows`` come oldest first. Where ``by_year`` is false, every year is divided into months.
    """
    months: dict[str, list[int]] = {}
    for key, published_at in rows:
        months.setdefault(f"{published_at.astimezone(zone):%Y/%m/}", []).append(key)
    parts: dict[str, Part] = {}
    in_order: dict[str, list[int]] = {}
    for year, names in groupby(months, key=lambda month: month[:5]):
        of_year = {month: months[month] for month in names}
        count = sum(map(len, of_year.values()))
        if by_year and count <= MOST:
            in_order[year] = [key for keys in of_year.values() for key in keys]
            continue
        by_month = tuple((month, len(keys)) for month, keys in reversed(of_year.items()))
        parts[year] = Part(months=by_month)
        for month, keys in of_year.items():
            in_order |= _pages(month, keys)
    return parts | dict(_linked(in_order))


def _pages(month: str, keys: list[int]) -> Iterator[tuple[str, list[int]]]:
    """Yield full pages with their numbers, and at the month's own address what is left."""
    full = (len(keys) - 1) // MOST
    for number in range(1, full + 1):
        yield f"{month}page/{number}/", keys[(number - 1) * MOST : number * MOST]
    yield month, keys[full * MOST :]


def _linked(in_order: dict[str, list[int]]) -> Iterator[tuple[str, Part]]:
    """Yield the parts with the ways from each to the next."""
    older = dict(pairwise(reversed(in_order)))
    newer = dict(pairwise(in_order))
    for address, keys in in_order.items():
        yield address, Part(tuple(reversed(keys)), older.get(address), newer.get(address))
