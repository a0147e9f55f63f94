"""What the doctor looks at in backups."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from masthead.lib.checkup import Finding, register
from masthead.upkeep import backups
from masthead.upkeep.conditions import MISSED_BACKUP

MEGABYTE = 1_000_000


@register
def backup() -> Iterator[Finding]:
    """Look how old the last backup is."""
    made = backups.last()
    if made is None:
        mend = "masthead backup FILE, and copy the file to another machine"
        yield Finding("no backup was made yet", mend, is_urgent=False)
        return
    age = timezone.now() - made.made_at
    what = f"the last backup is {_words(age)} old: {made.path}, {made.size / MEGABYTE:.0f} MB"
    if age < MISSED_BACKUP:
        yield Finding(what)
    else:
        mend = "masthead backup FILE; the log says why no daily one was made"
        yield Finding(what, mend, is_urgent=bool(settings.BACKUP_KEEP))


def _words(age: timedelta) -> str:
    hours = max(0, int(age.total_seconds() // 3600))
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
