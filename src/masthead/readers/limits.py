"""How many mails strangers can make us write: to one address, from one network, to one domain."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from masthead.readers.domains import LARGE_DOMAINS
from masthead.readers.models import Request

#: Kept no longer than a limit or a ban could need them.
KEEP = timedelta(days=30)


@dataclass(frozen=True)
class Limit:
    """At most so many in so long a time."""

    most: int
    within: timedelta


#: Somebody comments, subscribes and follows in one visit: that is three.
TO_ADDRESS = (Limit(3, timedelta(minutes=10)), Limit(8, timedelta(days=1)))
FROM_NETWORK = (Limit(10, timedelta(minutes=10)), Limit(50, timedelta(days=1)))
TO_DOMAIN = (Limit(30, timedelta(minutes=10)), Limit(200, timedelta(days=1)))


def keyed_hash(purpose: str, text: str) -> str:
    """Return a hash that only this newsroom's secret key makes from a text."""
    return salted_hmac(f"masthead.readers.{purpose}", text, algorithm="sha256").hexdigest()


def take_one(*, email: str, network: str) -> bool:
    """Count one more mail that a stranger asked for; return False if there were too many.

    ``network`` is the keyed hash of where the request came from; "" is counted as one network.
    """
    made = Request(
        address=keyed_hash("request address", email),
        network=network,
        domain=_domain(email),
    )
    if not _is_within(made):
        return False
    made.save()
    return True


def forget_requests() -> None:
    """Delete what was counted more than 30 days ago."""
    Request.objects.filter(made_at__lt=timezone.now() - KEEP).delete()


def _domain(email: str) -> str:
    domain = email.rpartition("@")[2]
    return "" if domain in LARGE_DOMAINS else keyed_hash("request domain", domain)


def _is_within(made: Request) -> bool:
    fields = {"address": TO_ADDRESS, "network": FROM_NETWORK}
    if made.domain:
        fields["domain"] = TO_DOMAIN
    return all(_has_room(field, getattr(made, field), limits) for field, limits in fields.items())


def _has_room(field: str, value: str, limits: tuple[Limit, ...]) -> bool:
    """Return whether one more is within the limits, by one question for all of them."""
    now = timezone.now()
    counts = {
        f"within_{number}": Count("pk", filter=Q(made_at__gt=now - limit.within))
        for number, limit in enumerate(limits)
    }
    longest = max(limit.within for limit in limits)
    rows = Request.objects.filter(**{field: value}, made_at__gt=now - longest)
    found = rows.aggregate(**counts)
    return all(count < limit.most for count, limit in zip(found.values(), limits, strict=True))
