"""How the newsroom is doing, in plain words: what the desk shows and an operator is told."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masthead.bake.models import Node
from masthead.lib.lock import is_held
from masthead.mail.models import Campaign, CampaignState, MailState, OutgoingMail
from masthead.mail.queries import current_hold
from masthead.media.models import Image, Preparation
from masthead.stories.own_templates import faults
from masthead.upkeep import backups, contents

GIGABYTE = 1024**3
LEAST_FREE = 0.05
#: Mail that waits for so long goes out too slowly, or not at all.
SLOW_MAIL = timedelta(minutes=15)
#: A daily backup that is so old was missed.
MISSED_BACKUP = timedelta(days=2)


@dataclass(frozen=True)
class Condition:
    """One thing that is well or is not: its name for machines, a heading, and a sentence."""

    name: str
    title: str
    words: str
    is_well: bool = True


def conditions() -> list[Condition]:
    """Return how everything is, in the language that is active."""
    return [look() for look in LOOKS]


def troubles() -> Iterator[Condition]:
    """Yield what needs a hand."""
    return (each for each in conditions() if not each.is_well)


def _processes() -> Condition:
    title = _("Worker and baker")
    missing = [name for name in ("work", "bake") if not is_held(settings.HOME / f"{name}.lock")]
    if missing:
        words = _(
            "Not running: nothing is published on time, no mail goes out, pages stay as they are."
        )
        return Condition("processes", title, words, is_well=False)
    return Condition("processes", title, _("Both run."))


def _pages() -> Condition:
    title = _("Pages")
    failing = Node.objects.filter(failures__gt=0).count()
    if failing:
        words = ngettext(
            "%(count)d page cannot be baked: readers see it as it was. The log says why.",
            "%(count)d pages cannot be baked: readers see them as they were. The log says why.",
            failing,
        )
        return Condition("pages", title, words % {"count": failing}, is_well=False)
    waiting = Node.objects.filter(changes__gt=0).count()
    if waiting:
        words = ngettext(
            "%(count)d page is being baked.", "%(count)d pages are being baked.", waiting
        )
        return Condition("pages", title, words % {"count": waiting})
    return Condition("pages", title, _("Readers see every change."))


def _mail() -> Condition:
    title = _("Mail")
    if held := current_hold():
        return Condition("mail", title, held.why, is_well=False)
    if not settings.EMAIL_HOST:
        return Condition("mail", title, _("No mail server is set: mail stays in the outbox."))
    before = timezone.now() - SLOW_MAIL
    is_late = Q(due_at__lt=before) | Q(attempts__gt=0)
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING, created_at__lt=before)
    count = waiting.filter(is_late).count()
    if count:
        words = ngettext(
            "%(count)d mail has been waiting for more than a quarter of an hour.",
            "%(count)d mails have been waiting for more than a quarter of an hour.",
            count,
        )
        return Condition("mail", title, words % {"count": count}, is_well=False)
    return Condition("mail", title, _("Mail goes out."))


def _letters() -> Condition:
    title = _("Letters")
    stuck = _stuck_letters().first()
    if stuck:
        words = {"subject": stuck.subject, "trouble": stuck.trouble}
        return Condition("letters", title, _("“%(subject)s”: %(trouble)s") % words, is_well=False)
    under_way = Campaign.objects.filter(state=CampaignState.SENDING).count()
    if under_way:
        words_ = ngettext("%(count)d is on its way.", "%(count)d are on their way.", under_way)
        return Condition("letters", title, words_ % {"count": under_way})
    return Condition("letters", title, _("None waits for a hand."))


def _stuck_letters() -> QuerySet[Campaign]:
    over = (CampaignState.SENT, CampaignState.STOPPED)
    return Campaign.objects.exclude(trouble="").exclude(state__in=over).order_by("pk")


def _media() -> Condition:
    title = _("Pictures and clips")
    failed = Preparation.objects.exclude(error="").count()
    failed += Image.objects.exclude(rendition_error="").count()
    if failed:
        words = ngettext(
            "%(count)d could not be prepared: the desk says why, beside it.",
            "%(count)d could not be prepared: the desk says why, beside each.",
            failed,
        )
        return Condition("media", title, words % {"count": failed}, is_well=False)
    waiting = Preparation.objects.filter(is_over=False).count()
    if waiting:
        words = ngettext(
            "%(count)d clip is being prepared.", "%(count)d clips are being prepared.", waiting
        )
        return Condition("media", title, words % {"count": waiting})
    return Condition("media", title, _("All are prepared."))


def _disk() -> Condition:
    disk = shutil.disk_usage(settings.HOME)
    words = _("%(free).1f GB free, %(percent)d %% of the disk.") % {
        "free": disk.free / GIGABYTE,
        "percent": 100 * disk.free // disk.total,
    }
    is_well = disk.free >= GIGABYTE and disk.free / disk.total >= LEAST_FREE
    return Condition("disk", _("Disk"), words, is_well=is_well)


def _templates() -> Condition:
    title, found = _("Templates"), faults()
    if found:
        words = _("Broken, and the original is shown instead: %(faults)s") % {
            "faults": "; ".join(found)
        }
        return Condition("templates", title, words, is_well=False)
    return Condition("templates", title, _("None of your own is broken."))


def _backup() -> Condition:
    title, made = _("Backup"), backups.last()
    if made is None:
        is_well = not settings.BACKUP_KEEP or _age_of_newsroom() < MISSED_BACKUP
        return Condition("backup", title, _("None was made yet."), is_well=is_well)
    at = date_format(timezone.localtime(made.made_at), "DATETIME_FORMAT")
    is_old = bool(settings.BACKUP_KEEP) and timezone.now() - made.made_at > MISSED_BACKUP
    words = _("The last one is of %(time)s: %(file)s") % {"time": at, "file": made.path}
    return Condition("backup", title, words, is_well=not is_old)


def _age_of_newsroom() -> timedelta:
    founded = (settings.HOME / contents.SETTINGS).stat().st_mtime
    return timezone.now() - datetime.fromtimestamp(founded, tz=timezone.get_current_timezone())


LOOKS: tuple[Callable[[], Condition], ...] = (
    _processes,
    _pages,
    _mail,
    _letters,
    _media,
    _templates,
    _disk,
    _backup,
)
