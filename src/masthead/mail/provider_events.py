"""What mail providers tell by webhook, in django-anymail's words."""

from hashlib import sha256
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.dispatch import receiver

from masthead.mail import feedback
from masthead.mail.models import Delivery, DeliveryState, FeedbackKind
from masthead.mail.returned_mail import Report, judged

#: The providers whose webhooks are heard, by the last part of their address.
HOOKS = {
    "mailgun": MailgunTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "ses": AmazonSESTrackingWebhookView,
}
_KINDS = {
    EventType.COMPLAINED: FeedbackKind.COMPLAINT,
    EventType.UNSUBSCRIBED: FeedbackKind.LEAVE,
}


@receiver(tracking, dispatch_uid="masthead.mail.provider_events")
def hear(event: AnymailTrackingEvent, esp_name: str, **_more: Any) -> None:
    """Keep what a provider says about an address to which a letter went."""
    if not event.recipient or (found := _understood(event)) is None:
        return
    email = str(event.recipient).lower()
    sent = Delivery.objects.filter(email=email, state=DeliveryState.SENT)
    delivery = sent.order_by("-settled_at").first()
    if delivery is None:
        return
    kind, status, text = found
    # A provider tells the same event again until it was heard.
    name = f"{esp_name} {event.event_id or event.timestamp} {event.event_type} {email}"
    report = Report(kind, delivery.pk, sha256(name.encode()).hexdigest(), status, text[:2000])
    feedback.keep(delivery=delivery, email=email, report=report)


def _understood(event: AnymailTrackingEvent) -> tuple[FeedbackKind, str, str] | None:
    text = " ".join(f"{event.mta_response or ''} {event.description or ''}".split())
    if kind := _KINDS.get(event.event_type):
        return kind, "", text
    if event.event_type == EventType.BOUNCED:
        return judged("", text)
    if event.event_type == EventType.REJECTED:
        is_none = event.reject_reason == RejectReason.INVALID
        return (FeedbackKind.NO_MAILBOX if is_none else FeedbackKind.BOUNCE), "", text
    return None
