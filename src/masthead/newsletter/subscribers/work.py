"""Files of subscribers on their way in: kept, looked through, taken over, forgotten."""

import csv
import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO

from django.utils import timezone

from masthead.newsletter.models import ImportState, LetterList, SubscriberImport
from masthead.newsletter.subscribers.lines import BadFile, SubscriberFile, plain_cell
from masthead.newsletter.subscribers.sources import SOURCES
from masthead.newsletter.subscribers.takeover import FATES, Fate, Report, Takeover
from masthead.readers.models import User

#: Bytes of a file that is uploaded; a larger one is imported at the terminal.
MOST_BYTES = 64 * 1024 * 1024
#: Files and reports hold addresses: they are kept no longer than somebody needs to look at them.
KEEP = timedelta(days=7)
WAITING = (ImportState.TO_LOOK_AT, ImportState.TO_DO)


def keep(
    *, letter: LetterList, source: str, statement: str, name: str, content: bytes, by: User
) -> SubscriberImport:
    """Keep a file, which the worker looks through at once; nothing of it is taken over yet."""
    return SubscriberImport.objects.create(
        letter=letter,
        source=source,
        statement=statement,
        file_name=name[:255],
        content=zlib.compress(content, 1),
        by=by,
    )


def take_over(*, found: SubscriberImport) -> bool:
    """Let the worker take over a file that was looked through; return whether it was."""
    looked_at = SubscriberImport.objects.filter(pk=found.pk, state=ImportState.LOOKED_AT)
    return looked_at.update(state=ImportState.TO_DO, done=0) == 1


def is_waiting() -> bool:
    """Return whether there is a file to be looked through or taken over."""
    return SubscriberImport.objects.filter(state__in=WAITING).exists()


def work_off() -> bool:
    """Look through or take over one file; return whether there was one."""
    found = SubscriberImport.objects.filter(state__in=WAITING).order_by("pk").first()
    if found is None:
        return False
    try:
        _run(found)
    except BadFile as fault:
        found.state, found.fault, found.content = ImportState.REFUSED, str(fault), b""
    found.save()
    return True


def forget_files() -> bool:
    """Delete the files and reports, not the records, of imports that are a week old."""
    old = SubscriberImport.objects.filter(created_at__lt=timezone.now() - KEEP)
    old.exclude(content=b"", report=b"").update(content=b"", report=b"")
    old.filter(state__in=[ImportState.TO_LOOK_AT, ImportState.LOOKED_AT]).delete()
    return False


def _run(found: SubscriberImport) -> None:
    is_dry = found.state == ImportState.TO_LOOK_AT
    file = BytesIO(zlib.decompress(found.content))
    read = SubscriberFile(file, SOURCES.get(found.source))
    if is_dry:
        found.lines = sum(1 for _line in read.lines())
        SubscriberImport.objects.filter(pk=found.pk).update(lines=found.lines)

    def told(done: int) -> None:
        SubscriberImport.objects.filter(pk=found.pk).update(done=done)

    report = Takeover(found.letter, read, found.statement, is_dry=is_dry).run(told)
    found.source, found.done = read.source.name, report.total
    found.counts = dict(report.counts)
    found.report = zlib.compress("".join(report_lines(report)).encode(), 1)
    if is_dry:
        found.state = ImportState.LOOKED_AT
    else:
        found.state, found.content = ImportState.DONE, b""


def report_lines(report: Report) -> Iterator[str]:
    """Yield the lines of a CSV file that says what became of each line that was not just taken."""
    yield "line,email,what became of it\r\n"
    for number, email, fate in report.others:
        text = StringIO()
        csv.writer(text).writerow([number, plain_cell(email), FATES[fate]])
        yield text.getvalue()


def told_counts(found: SubscriberImport) -> list[tuple[str, int]]:
    """Return what became of a file's lines, in words, each with how many."""
    return [(str(FATES[fate]), found.counts[fate]) for fate in Fate if found.counts.get(fate)]
