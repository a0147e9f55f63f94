"""Lines of another system's file become subscriptions: with their consent, asleep, or suppressed.

Nobody is written to. Who left or was erased here is not woken, whatever a file says.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from masthead.mail.models import Suppression, SuppressionReason
from masthead.newsletter.models import LetterList
from masthead.newsletter.queries import NAME
from masthead.newsletter.subscribers.lines import Line, SubscriberFile
from masthead.newsletter.subscribers.sources import Source, Standing
from masthead.readers.models import Address, Erased, Subscription
from masthead.readers.queries import digest_of

#: Lines written in one transaction.
BATCH = 1000


class Fate(StrEnum):
    """What becomes of a line."""

    TAKEN = "taken"
    ASLEEP = "asleep"
    SUPPRESSED = "suppressed"
    KNOWN = "known"
    LEFT_HERE = "left here"
    ERASED = "erased"
    TWICE = "twice"
    REFUSED = "refused"


FATES = {
    Fate.TAKEN: _("get the letter from now on"),
    Fate.ASLEEP: _("asleep: the file proves no consent; no mail at all"),
    Fate.SUPPRESSED: _("suppressed: left, bounced or complained there"),
    Fate.KNOWN: _("known here already: unchanged"),
    Fate.LEFT_HERE: _("left or suppressed here: not woken"),
    Fate.ERASED: _("had themselves erased here: not woken"),
    Fate.TWICE: _("named before in the file"),
    Fate.REFUSED: _("no mail address"),
}
_REASONS = {
    Standing.LEFT: SuppressionReason.LEFT,
    Standing.BOUNCED: SuppressionReason.NO_MAILBOX,
    Standing.COMPLAINED: SuppressionReason.COMPLAINT,
}


@dataclass
class Report:
    """What became of a file's lines: how many of each, and which were not simply taken."""

    counts: Counter[Fate] = field(default_factory=Counter)
    others: list[tuple[int, str, Fate]] = field(default_factory=list)

    def note(self, line: Line, fate: Fate) -> None:
        """Count a line."""
        self.counts[fate] += 1
        if fate is not Fate.TAKEN:
            self.others.append((line.number, line.email, fate))

    @property
    def total(self) -> int:
        return self.counts.total()


@dataclass(frozen=True)
class Takeover:
    """The taking over of one file for one letter.

    ``statement`` is how those in the file gave their consent, in the words of whoever imports
    it: it is kept with each of them.
    """

    letter: LetterList
    file: SubscriberFile
    statement: str
    is_dry: bool = False

    def run(self, told: Callable[[int], object] = lambda _done: None) -> Report:
        """Take every line, or say what would become of it; return what did.

        ``told`` hears after each thousand lines how many are done. Nothing is written when a line
        cannot be read: then BadFile is raised. A run that was cut off is begun anew.
        """
        if not self.is_dry:
            for _line in self.file.lines():
                pass
        report = Report()
        seen: set[str] = set()
        lines = self.file.lines()
        while some := list(islice(lines, BATCH)):
            self._take(list(_not_again(some, seen, report)), report)
            told(report.total)
        return report

    def _take(self, lines: list[Line], report: Report) -> None:
        with transaction.atomic():
            known = _Known.of(lines, self.letter)
            fates = [(line, known.fate(line)) for line in lines]
            if not self.is_dry:
                self._write(fates, known)
        for line, fate in fates:
            report.note(line, fate)

    def _write(self, fates: list[tuple[Line, Fate]], known: "_Known") -> None:
        wanted = [line for line, fate in fates if fate in {Fate.TAKEN, Fate.ASLEEP}]
        new = [self._address(line) for line in wanted if line.email not in known.addresses]
        Address.objects.bulk_create(new)
        addresses = known.addresses | {each.email: each.pk for each in new}
        Subscription.objects.bulk_create(
            self._subscription(line, addresses[line.email]) for line in wanted
        )
        Suppression.objects.bulk_create(
            (self._suppression(line) for line, fate in fates if fate is Fate.SUPPRESSED),
            ignore_conflicts=True,
        )

    def _address(self, line: Line) -> Address:
        return Address(
            email=line.email,
            language=self.letter.locale.language_code,
            confirmed_at=line.confirmed_at if line.has_consent else None,
            created_at=line.asked_at or timezone.now(),
            source=self.file.source.name,
            external_id=line.email,
        )

    def _subscription(self, line: Line, address: int) -> Subscription:
        return Subscription(
            address_id=address,
            kind=NAME,
            target=str(self.letter.pk),
            wording=self.statement,
            wording_language=self.letter.locale.language_code,
            page=_origin(self.file.source, line),
            asked_at=line.asked_at or timezone.now(),
            confirmed_at=line.confirmed_at if line.has_consent else None,
        )

    def _suppression(self, line: Line) -> Suppression:
        reason = _REASONS[line.standing]
        return Suppression(
            email=line.email, reason=reason, evidence=_origin(self.file.source, line)
        )


def _origin(source: Source, line: Line) -> str:
    return f"{source.label}, line {line.number}"


def _not_again(lines: Iterable[Line], seen: set[str], report: Report) -> Iterator[Line]:
    """Yield the lines that can be looked at: with an address, each of which is named once."""
    for line in lines:
        if line.fault:
            report.note(line, Fate.REFUSED)
        elif line.email in seen:
            report.note(line, Fate.TWICE)
        else:
            seen.add(line.email)
            yield line


@dataclass(frozen=True)
class _Known:
    """What this newsroom knows about some addresses; rows of readers are named by number."""

    addresses: dict[str, int]
    has_it: set[int]
    has_left: set[int]
    has_another: set[int]
    suppressed: set[str]
    erased: set[str]

    @classmethod
    def of(cls, lines: list[Line], letter: LetterList) -> "_Known":
        emails = [line.email for line in lines]
        addresses = dict(Address.objects.filter(email__in=emails).values_list("email", "pk"))
        wishes = Subscription.objects.filter(address__in=addresses.values(), kind=NAME)
        rows = wishes.filter(target=str(letter.pk)).values_list("address_id", "withdrawn_at")
        active = wishes.filter(withdrawn_at=None, confirmed_at__isnull=False)
        suppressed = Suppression.objects.filter(email__in=emails).values_list("email", flat=True)
        return cls(
            addresses,
            {pk for pk, withdrawn_at in rows if withdrawn_at is None},
            {pk for pk, withdrawn_at in rows if withdrawn_at is not None},
            set(active.values_list("address_id", flat=True)),
            set(suppressed),
            _erased(emails),
        )

    def fate(self, line: Line) -> Fate:
        pk = self.addresses.get(line.email)
        if pk in self.has_it:
            return Fate.KNOWN
        if line.email in self.erased:
            return Fate.ERASED
        if pk in self.has_left or line.email in self.suppressed:
            return Fate.LEFT_HERE
        if line.standing is Standing.LEFT and pk in self.has_another:
            return Fate.KNOWN  # who left one list, and gets another letter here, keeps that
        if line.standing in _REASONS:
            return Fate.SUPPRESSED
        return Fate.TAKEN if line.has_consent else Fate.ASLEEP


def _erased(emails: list[str]) -> set[str]:
    if not Erased.objects.exists():
        return set()
    digests = {digest_of(email): email for email in emails}
    found = Erased.objects.filter(digest__in=digests).values_list("digest", flat=True)
    return {digests[digest] for digest in found}
