"""How often pages are read, counted without knowing by whom: an estimate.

A read is a page that was sent to what calls itself a browser. Nothing of the reader is kept: no
address, no cookie, no browser's name; of the page that led here, the site alone.
"""

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

#: What programs that read for nobody call themselves: crawlers, monitors, previews, libraries.
ROBOTS = re.compile(
    rb"bot\b|bot[/ _-]|crawl|spider|slurp|preview|fetch|monitor|uptime|check|scan|archive|feed|rss|"
    rb"http[-_ ]?client|headless|lighthouse|curl|wget|python|java/|ruby|perl|php|go-http|axios|"
    rb"node|okhttp|libwww|facebookexternalhit|whatsapp|telegram|embedly|validator|^-?$",
    re.IGNORECASE,
)
#: Sites that are kept apart between two writings; what leads here from others counts as direct.
MOST_KEYS = 20_000
LONGEST_SITE = 100
_SITE = re.compile(r"[a-z0-9.-]+")


class Read(NamedTuple):
    """A page's place in the tree (``news.example/a/b/``), and the site that led there, or ""."""

    place: str
    site: str


def is_robot(agent: bytes) -> bool:
    """Return whether a program says of itself (User-Agent) that it is no browser."""
    return not agent.startswith(b"Mozilla/") or ROBOTS.search(agent) is not None


def site_of(referrer: bytes, host: str) -> str:
    """Return the site whose page led here (Referer); "" for none, our own and what is no site."""
    try:
        found = urlsplit(referrer.decode("ascii")).hostname or ""
    except (UnicodeDecodeError, ValueError):
        return ""
    site = found.removeprefix("www.")
    is_other = site != host.partition(":")[0].removeprefix("www.")
    is_site = "." in site and len(site) <= LONGEST_SITE and _SITE.fullmatch(site)
    return site if is_other and is_site else ""


def this_hour() -> datetime:
    """Return when the hour began."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass
class Tally:
    """What was read since it was last written down."""

    hour: datetime = field(default_factory=this_hour)
    counts: Counter[Read] = field(default_factory=Counter)

    def add(self, read: Read) -> None:
        """Count one read."""
        if read not in self.counts and len(self.counts) >= MOST_KEYS:
            read = Read(read.place, "")
        self.counts[read] += 1

    def write(self, folder: Path) -> None:
        """Write what was counted into a file of its own, and begin anew.

        Raises OSError when the file cannot be written; then nothing is forgotten.
        """
        if self.counts:
            folder.mkdir(mode=0o700, exist_ok=True)
            name = f"{time.time_ns()}-{os.getpid()}"
            new = folder / f".{name}"
            rows = [(place, site, count) for (place, site), count in self.counts.items()]
            new.write_text(json.dumps({"hour": self.hour.isoformat(), "reads": rows}), "utf-8")
            new.replace(folder / f"{name}.json")
            self.counts.clear()
        self.hour = this_hour()


def written(folder: Path) -> list[Path]:
    """Return the files with what was counted, the oldest first."""
    return sorted(folder.glob("*.json"))


def read_tally(path: Path) -> Tally:
    """Return what a file says was read. Raises ValueError when it is no such file."""
    try:
        found = json.loads(path.read_text("utf-8"))
        rows = {Read(str(place), str(site)): int(count) for place, site, count in found["reads"]}
        return Tally(datetime.fromisoformat(found["hour"]), Counter(rows))
    except (KeyError, TypeError) as error:
        raise ValueError(str(path)) from error


def tallies_of_log(lines: Iterable[str]) -> Iterator[Tally]:
    """Yield what the lines of a web server's log say was read, hour by hour.

    Each line is a JSON object with ``time`` (ISO 8601), ``host``, ``path`` (as it was asked for),
    ``status``, ``method``, ``agent``, ``referrer`` and ``purpose`` (Sec-Purpose). Lines that are
    none are passed over: a log may be cut anywhere.
    """
    tally: Tally | None = None
    for line in lines:
        try:
            hour, read = _read_of_line(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if read is None:
            continue
        if tally and tally.hour != hour:
            yield tally
            tally = None
        tally = tally or Tally(hour)
        tally.add(read)
    if tally:
        yield tally


def _read_of_line(facts: dict[str, str]) -> tuple[datetime, Read | None]:
    at = datetime.fromisoformat(facts["time"]).astimezone(UTC)
    hour = at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    is_page = facts["method"] == "GET" and str(facts["status"]) in {"200", "304"}
    path = unquote(facts["path"].partition("?")[0])
    is_page &= path.endswith("/") and "prefetch" not in facts["purpose"]
    if not is_page or is_robot(facts["agent"].encode()):
        return hour, None
    host = facts["host"].lower()
    return hour, Read(f"{host}{path}", site_of(facts["referrer"].encode(), host))
