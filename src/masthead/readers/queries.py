"""What addresses asked for, and whom mail may go to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Site

from masthead.readers import kinds
from masthead.readers.limits import keyed_hash
from masthead.readers.models import Address, Erased, Subscription


def active(address: Address) -> QuerySet[Subscription]:
    """Return what an address gets: confirmed and not withdrawn, paused or not."""
    return address.subscriptions.filter(withdrawn_at=None, confirmed_at__isnull=False)


def subscribed(kind: str, target: str) -> QuerySet[Subscription]:
    """Return the subscriptions to which mail may go now: confirmed, not withdrawn, not paused."""
    return Subscription.objects.filter(
        Q(paused_until=None) | Q(paused_until__lte=timezone.now()),
        kind=kind,
        target=target,
        withdrawn_at=None,
        confirmed_at__isnull=False,
    )


def is_erased(email: str) -> bool:
    """Return whether an address, in lower case, was erased for good."""
    return Erased.objects.filter(digest=digest_of(email)).exists()


def digest_of(email: str) -> str:
    """Return the keyed hash under which it is kept that an address, in lower case, was erased."""
    return keyed_hash("erased", email)


def described(subscriptions: Iterable[Subscription]) -> list[kinds.Description]:
    """Return what a person reads about their subscriptions, in the language that is active."""
    told = (description(each.kind, each.target) for each in subscriptions)
    return [each for each in told if each]


def description(kind: str, target: str) -> kinds.Description | None:
    """Return what a person reads about one target; None when there is no such thing any more."""
    found = kinds.named(kind)
    return found.describe(target) if found else None


def paused_until(address: Address) -> datetime | None:
    """Return until when an address wants to get nothing, if it does now."""
    paused = active(address).filter(paused_until__gt=timezone.now())
    return paused.order_by("paused_until").values_list("paused_until", flat=True).first()


@dataclass(frozen=True)
class Choice:
    """One line of the My page: a thing that mail can be asked for, and whether it is."""

    kind: str
    target: str
    description: kinds.Description
    subscription: Subscription | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.target}"


@dataclass(frozen=True)
class Group:
    """The choices of one kind, under its heading."""

    kind: kinds.Kind
    choices: list[Choice] = field(default_factory=list)


def choices(address: Address, *, site: Site, language: str) -> list[Group]:
    """Return everything that an address asked for or may ask for on its My page."""
    rows = {(row.kind, row.target): row for row in active(address).order_by("pk")}
    groups = [Group(kind, _choices(kind, rows, site, language)) for kind in kinds.registered()]
    return [group for group in groups if group.choices]


def _choices(
    kind: kinds.Kind,
    rows: dict[tuple[str, str], Subscription],
    site: Site,
    language: str,
) -> list[Choice]:
    offered = dict(kind.offered(site, language))
    own = [target for name, target in rows if name == kind.name and target not in offered]
    told = {target: kind.describe(target) for target in own}
    told |= offered
    return [
        Choice(kind.name, target, description, rows.get((kind.name, target)))
        for target, description in told.items()
        if description
    ]
