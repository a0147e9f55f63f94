"""What the edge or the web server in front counted, added to what is known of each story."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from wagtail.models import Site

from masthead.lib.reads import Tally, read_tally, tallies_of_log, this_hour, written
from masthead.stories.models import ReadLog, Story, StoryReads
from masthead.stories.queries import public
from masthead.stories.sites import host_of

logger = logging.getLogger("masthead.reads")
#: Sites that are kept apart for a story and hour; the others count with those whom none led here.
MOST_SITES = 20
#: Rows are kept for so long.
KEPT = timedelta(days=400)
#: Files, and bytes of a log, that are read in one go.
FILES, BYTES = 50, 4 * 1024 * 1024


@dataclass(frozen=True)
class MostRead:
    """A story, and how often it was read."""

    story: Story
    count: int


def count_written_reads() -> bool:
    """Add what the edge wrote down; return whether there was any.

    Where a web server's log is read, that holds all of it already.
    """
    files = written(Path(settings.READS_ROOT))[:FILES]
    for path in files:
        if not settings.READ_LOG:
            _add_file(path)
        path.unlink(missing_ok=True)
    return bool(files)


def _add_file(path: Path) -> None:
    try:
        tally = read_tally(path)
    except ValueError as error:
        logger.error("What was read is lost: %s", error)  # noqa: TRY400 - a fault of the file
    else:
        _add(tally)


def count_logged_reads() -> bool:
    """Add what stands in the web server's log since the last time; return whether there is more."""
    path = settings.READ_LOG
    if not path or not Path(path).exists():
        return False
    with Path(path).open("rb") as log, transaction.atomic():
        state = Path(path).stat()
        known, _made = ReadLog.objects.get_or_create(path=path)
        if known.inode != state.st_ino or known.offset > state.st_size:
            known.inode, known.offset = state.st_ino, 0  # another log, or one that was cut
        log.seek(known.offset)
        text = log.read(BYTES)
        whole = text[: text.rfind(b"\n") + 1]
        for tally in tallies_of_log(whole.decode("utf-8", "replace").splitlines()):
            _add(tally)
        known.offset += len(whole)
        known.save()
    return len(text) == BYTES and bool(whole)


def forget_old_reads() -> bool:
    """Delete what was counted long ago."""
    StoryReads.objects.filter(hour__lt=timezone.now() - KEPT).delete()
    return False


def most_read(*, hours: int, limit: int) -> list[MostRead]:
    """Return the public stories that were read most in the last hours, the most read first."""
    since = this_hour() - timedelta(hours=hours)
    counted = StoryReads.objects.filter(hour__gte=since).values("story").annotate(all=Sum("count"))
    rows = list(counted.order_by("-all", "-story")[: 2 * limit].values_list("story", "all"))
    stories = public().select_related("section", "locale").in_bulk([pk for pk, _all in rows])
    return [MostRead(stories[pk], count) for pk, count in rows if pk in stories][:limit]


def reads_by_hour(story: Story, *, hours: int) -> list[tuple[datetime, int]]:
    """Return how often a story was read in each of the last hours, the oldest first."""
    first = this_hour() - timedelta(hours=hours - 1)
    rows = StoryReads.objects.filter(story=story, hour__gte=first).values_list("hour")
    counts = dict(rows.annotate(all=Sum("count")))
    every = [first + timedelta(hours=number) for number in range(hours)]
    return [(each, counts.get(each, 0)) for each in every]


def reads_by_site(story: Story) -> list[tuple[str, int]]:
    """Return from which sites a story was read, with "" for none, the most frequent first."""
    rows = StoryReads.objects.filter(story=story).values_list("site")
    return list(rows.annotate(all=Sum("count")).order_by("-all", "site")[: MOST_SITES + 1])


def _add(tally: Tally) -> None:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    stories = _stories(place for place, _site in tally.counts)
    for (place, site), count in tally.counts.items():
        if pk := stories.get(place):
            found[pk][site] += count
    with transaction.atomic():
        known = StoryReads.objects.filter(hour=tally.hour, story__in=found).select_for_update()
        rows: dict[int, dict[str, StoryReads]] = defaultdict(dict)
        for row in known:
            rows[row.story_id][row.site] = row
        for pk, counts in found.items():
            _count(rows[pk], pk, tally.hour, counts)
        changed = [row for of_story in rows.values() for row in of_story.values()]
        StoryReads.objects.bulk_create([row for row in changed if not row.pk])
        StoryReads.objects.bulk_update([row for row in changed if row.pk], ["count"], 200)


def _count(rows: dict[str, StoryReads], pk: int, hour: datetime, counts: Counter[str]) -> None:
    for site, count in counts.most_common():
        name = site if site in rows or len(rows) < MOST_SITES else ""
        if name not in rows:
            rows[name] = StoryReads(story_id=pk, hour=hour, site=name, count=0)
        rows[name].count += count


def _stories(places: Iterable[str]) -> dict[str, int]:
    """Return the keys of the stories at places of the tree; other pages are left out."""
    hosts = {host_of(site): site.pk for site in Site.objects.all()}
    wanted: dict[int, list[str]] = defaultdict(list)
    for place in set(places):
        host, _slash, path = place.partition("/")
        if host in hosts:
            wanted[hosts[host]].append(f"/{path}")
    names = {pk: host for host, pk in hosts.items()}
    found: dict[str, int] = {}
    for site, addresses in wanted.items():
        for start in range(0, len(addresses), 500):
            some = addresses[start : start + 500]
            rows = Story.objects.filter(site=site, address__in=some).values_list("address", "pk")
            found |= {f"{names[site]}{address}": pk for address, pk in rows}
    return found
