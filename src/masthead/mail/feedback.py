"""What follows from what came back: who gets no letter any more, and who is told of it."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from masthead.mail import campaigns
from masthead.mail.models import Delivery, Feedback, FeedbackKind, SuppressionReason
from masthead.mail.returned_mail import Report, read

#: Letters that came back one after the other, and the time over which they did, before we give up.
MOST_BOUNCES = 5
BOUNCING_FOR = timedelta(days=14)
#: Bounces older than this say nothing about today.
FORGOTTEN_AFTER = timedelta(days=90)

Handler = Callable[[Feedback], None]
_handlers: list[Handler] = []


def register(handler: Handler) -> Handler:
    """Let an app above hear of everything that comes back, in the transaction that keeps it.

    Whoever keeps subscriptions ends those of a reader who leaves or complains.
    """
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def take_back(raw: bytes, *, envelope_to: list[str]) -> Feedback | None:
    """Keep what a mail that came back says, and draw the conclusions.

    Returns None when it belongs to no letter of ours, or came before.
    """
    report = read(raw, envelope_to=envelope_to)
    delivery = Delivery.objects.filter(pk=report.number).first() if report.number else None
    if delivery is None:
        return None
    return keep(delivery=delivery, email=delivery.email, report=report)


def keep(*, delivery: Delivery | None, email: str, report: Report) -> Feedback | None:
    """Keep a report about an address, and draw the conclusions; None when it was kept before."""
    with transaction.atomic():
        kept, is_new = Feedback.objects.get_or_create(
            fingerprint=report.fingerprint,
            defaults={
                "delivery": delivery,
                "email": email.lower(),
                "kind": report.kind,
                "status": report.status,
                "text": report.text,
            },
        )
        if not is_new:
            return None
        _conclude(kept)
        for handler in _handlers:
            handler(kept)
    return kept


def _conclude(kept: Feedback) -> None:
    reason = {
        FeedbackKind.NO_MAILBOX: SuppressionReason.NO_MAILBOX,
        FeedbackKind.COMPLAINT: SuppressionReason.COMPLAINT,
    }.get(FeedbackKind(kept.kind))
    if kept.kind == FeedbackKind.BOUNCE and _has_bounced_for_long(kept.email):
        reason = SuppressionReason.GIVEN_UP
    if reason:
        campaigns.suppress(email=kept.email, reason=reason, evidence=kept.text)


def _has_bounced_for_long(email: str) -> bool:
    """Return whether the last letters all came back, over some weeks."""
    since = timezone.now() - FORGOTTEN_AFTER
    bounces = Feedback.objects.filter(email=email, kind=FeedbackKind.BOUNCE, at__gt=since)
    times = list(bounces.order_by("at").values_list("at", "delivery_id"))
    if len({delivery for _at, delivery in times}) < MOST_BOUNCES:
        return False
    return times[-1][0] - times[0][0] >= BOUNCING_FOR
