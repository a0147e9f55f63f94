"""What the outbox holds, and what is in a mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.db.models import Count, Exists, Max, Q, QuerySet
from django.utils import timezone

from masthead.mail.models import (
    OPEN,
    SENDABLE,
    Campaign,
    CampaignState,
    Delivery,
    DeliveryState,
    Feedback,
    FeedbackKind,
    Hold,
    MailState,
    OutgoingMail,
    ReceivingProvider,
    Suppression,
    SuppressionReason,
)


def current_hold() -> Hold | None:
    """Return why and since when no mail goes out; None while mail goes out."""
    return _holds().order_by("pk").first()


def last_hold_ended_at() -> datetime | None:
    """Return when mail last went on after a hold; None if there never was one."""
    ended: datetime | None = Hold.objects.aggregate(last=Max("ended_at"))["last"]
    return ended


def _holds() -> QuerySet[Hold]:
    return Hold.objects.filter(ended_at=None).order_by()


def due_mails() -> QuerySet[OutgoingMail]:
    """Return the mails that should go out now, the longest waiting first; none during a hold."""
    return OutgoingMail.objects.filter(
        ~Exists(_holds()), state=MailState.WAITING, due_at__lte=timezone.now()
    ).order_by("due_at", "pk")


@dataclass(frozen=True)
class Content:
    """A mail as its recipient sees it."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def content(mail: OutgoingMail) -> Content | None:
    """Return what is in a mail; None when its message was deleted for its age."""
    if not mail.message:
        return None
    message = message_from_bytes(bytes(mail.message), EmailMessage, policy=policy.default)
    return Content(
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def sending_campaigns() -> QuerySet[Campaign]:
    """Return the letters that are being sent now, the longest due first."""
    is_waiting = Q(resume_at__gt=timezone.now())
    return Campaign.objects.filter(~is_waiting, state=CampaignState.SENDING).order_by(
        "send_at", "pk"
    )


def due_campaigns() -> QuerySet[Campaign]:
    """Return the letters whose hour has come; none during a hold."""
    return Campaign.objects.filter(
        ~Exists(_holds()), state=CampaignState.SCHEDULED, send_at__lte=timezone.now()
    )


def due_deliveries() -> QuerySet[Delivery]:
    """Return, in no order, the recipients whose letter should go out now.

    Not those at a company that has asked us to wait, and nobody during a hold.
    """
    paused = ReceivingProvider.objects.filter(paused_until__gt=timezone.now()).values("name")
    return (
        Delivery.objects.filter(
            ~Exists(_holds()),
            campaign__in=sending_campaigns().values("pk").order_by(),
            state__in=SENDABLE,
            due_at__lte=timezone.now(),
        )
        .exclude(provider__in=paused)
        .order_by()
    )


@dataclass(frozen=True)
class Progress:
    """How far a letter has come: so many recipients in each state."""

    by_state: dict[DeliveryState, int]

    def __getitem__(self, state: DeliveryState) -> int:
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def left(self) -> int:
        """Return how many may still get it without anybody's decision."""
        return sum(self[state] for state in OPEN)


def progress(campaign: Campaign) -> Progress:
    """Count a letter's recipients in each state."""
    counts = campaign.deliveries.order_by().values_list("state").annotate(number=Count("pk"))
    return Progress({DeliveryState(state): number for state, number in counts})


def unsigned_deliveries(signer: str) -> QuerySet[Delivery]:
    """Return the recipients whose letter a key can sign before its hour comes."""
    return Delivery.objects.filter(
        campaign__in=Campaign.objects.filter(
            state=CampaignState.SCHEDULED, signed_by__in=["", signer]
        )
        .values("pk")
        .order_by(),
        is_signed=False,
        state=DeliveryState.QUEUED,
    ).order_by()


def unknown_deliveries(campaigns: Iterable[Campaign]) -> QuerySet[Delivery]:
    """Return the recipients of whom nobody knows whether they got one of some letters."""
    return Delivery.objects.filter(campaign__in=campaigns, state=DeliveryState.UNKNOWN)


def came_back(campaigns: Iterable[Campaign]) -> dict[FeedbackKind, int]:
    """Count the recipients of some letters from whom each kind of thing came back."""
    found = Feedback.objects.filter(delivery__campaign__in=campaigns).order_by()
    counts = found.values_list("kind").annotate(number=Count("delivery", distinct=True))
    return {FeedbackKind(kind): number for kind, number in counts}


def is_suppressed(email: str) -> bool:
    """Return whether an address gets no letters, not even if its owner asks for them."""
    found = Suppression.objects.filter(email=email.lower())
    return found.exclude(reason=SuppressionReason.LEFT).exists()
