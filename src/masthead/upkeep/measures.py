"""Figures for Prometheus, in its text format (version 0.0.4)."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Sum
from django.utils import timezone

from masthead.bake.models import Change, Node, Tape
from masthead.lib.counters import sums
from masthead.lib.lock import is_held
from masthead.lib.reads import this_hour
from masthead.mail.models import Campaign, MailState, OutgoingMail
from masthead.mail.queries import current_hold, due_mails
from masthead.media.models import Preparation
from masthead.media.queries import pictures_without_renditions
from masthead.stories.models import StoryReads
from masthead.upkeep import backups
from masthead.upkeep.conditions import conditions

#: A name without its prefix, what it says, and its values by label; what ends in _total only grows.
Measure = tuple[str, str, dict[str, float]]
PLAIN = ""


def exposition() -> str:
    """Return all figures, a line for each."""
    return "".join(f"{line}\n" for measure in _measures() for line in _lines(*measure))


def _lines(name: str, text: str, values: dict[str, float]) -> Iterator[str]:
    kind = "counter" if name.endswith("_total") else "gauge"
    yield f"# HELP masthead_{name} {text}"
    yield f"# TYPE masthead_{name} {kind}"
    for label, value in values.items():
        yield f"masthead_{name}{label and f'{{{label}}}'} {value:.15g}"


def _label(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{name}="{escaped}"'


def _measures() -> Iterator[Measure]:
    release = f"{_label('version', version('masthead'))},{_label('database', connection.vendor)}"
    yield "info", "The release that runs.", {release: 1}
    yield from _of_processes()
    yield from _of_pages()
    yield from _of_requests()
    yield from _of_mail()
    yield from _of_the_rest()


def _of_processes() -> Iterator[Measure]:
    names = {"worker": "work.lock", "baker": "bake.lock"}
    running = {
        _label("process", name): float(is_held(settings.HOME / lock))
        for name, lock in names.items()
    }
    yield "process_runs", "Whether a process runs (1) or not (0).", running
    wells = {_label("what", each.name): float(each.is_well) for each in conditions()}
    yield "well", "Whether something is well (1) or needs a hand (0), as the desk says.", wells


def _of_pages() -> Iterator[Measure]:
    turns = Tape.objects.values_list("turn", flat=True).first() or 0
    yield "changes_told_total", "Times that changes were told to pages.", {PLAIN: turns}
    untold = Change.objects.filter(turn=0).count()
    yield "changes_waiting", "Changes that no page was told of yet.", {PLAIN: untold}
    waiting = Node.objects.filter(changes__gt=0).count()
    yield "pages_waiting", "Pages that wait to be baked.", {PLAIN: waiting}
    yield "pages_baked", "Pages and parts that stand baked.", {PLAIN: Node.objects.count()}
    failing = Node.objects.filter(failures__gt=0).count()
    yield "pages_failing", "Pages that cannot be baked.", {PLAIN: failing}
    reads = StoryReads.objects.filter(hour__gte=this_hour() - timedelta(hours=23))
    count = reads.aggregate(sum=Sum("count"))["sum"] or 0
    yield "story_reads_day", "Reads of stories in 24 hours, as the edge counts.", {PLAIN: count}


def _of_requests() -> Iterator[Measure]:
    """Yield what this machine's edge and baker counted, which is written down every ten seconds."""
    counted = sums(Path(settings.READS_ROOT))
    answers = {
        f"{_label('by', who)},{_label('status', what)}": float(counted[key])
        for key in sorted(counted)
        for who, _space, what in [key.partition(" ")]
        if who != "baker"
    }
    yield "requests_total", "Answers by who gave them and their status.", answers
    yield "renders_total", "Pages that were rendered.", {PLAIN: counted["baker renders"]}
    yield "swaps_total", "Pages whose bytes changed.", {PLAIN: counted["baker swaps"]}
    behind = counted["baker behind"] / 1000
    yield "behind_seconds_total", "Seconds in which a change waited to be baked.", {PLAIN: behind}


def _of_mail() -> Iterator[Measure]:
    by_state = dict.fromkeys(map(str, MailState), 0) | dict(
        OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk"))
    )
    states = {_label("state", state): float(count) for state, count in by_state.items()}
    yield "mails", "Mails in the outbox by what became of them.", states
    oldest = due_mails().order_by().aggregate(oldest=Min("due_at"))["oldest"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0
    yield "mail_waits_seconds", "For how long the oldest mail that is due waits.", {PLAIN: age}
    yield "mail_is_held", "Whether all mail is held.", {PLAIN: float(current_hold() is not None)}
    campaigns = Campaign.objects.order_by().values_list("state").annotate(Count("pk"))
    letters = {_label("state", state): float(count) for state, count in campaigns}
    yield "letters", "Letters by how far they are.", letters


def _of_the_rest() -> Iterator[Measure]:
    pictures = pictures_without_renditions().count()
    yield "pictures_waiting", "Pictures that wait for a rendition.", {PLAIN: pictures}
    clips = Preparation.objects.filter(is_over=False).count()
    yield "clips_waiting", "Clips that are being prepared.", {PLAIN: clips}
    failed = Preparation.objects.exclude(error="").count()
    yield "clips_failed", "Clips that could not be prepared.", {PLAIN: failed}
    disk = shutil.disk_usage(settings.HOME)
    yield "disk_free_bytes", "Bytes free on the data folder's disk.", {PLAIN: disk.free}
    yield "disk_bytes", "Bytes of the data folder's disk.", {PLAIN: disk.total}
    made = backups.last()
    if made:
        age = (timezone.now() - made.made_at).total_seconds()
        yield "backup_age_seconds", "How old the last backup is.", {PLAIN: age}
