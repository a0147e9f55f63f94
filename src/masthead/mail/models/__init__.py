"""The outbox, letters on their way to many, and the addresses that get none."""

from masthead.mail.models.campaigns import (
    OPEN,
    SENDABLE,
    Campaign,
    CampaignState,
    Delivery,
    DeliveryState,
    ReceivingProvider,
)
from masthead.mail.models.feedback import Feedback, FeedbackKind
from masthead.mail.models.hold import Hold
from masthead.mail.models.outbox import SENDABLE_BY_HAND, SETTLED, MailState, OutgoingMail
from masthead.mail.models.suppression import Suppression, SuppressionReason

__all__ = [
    "OPEN",
    "SENDABLE",
    "SENDABLE_BY_HAND",
    "SETTLED",
    "Campaign",
    "CampaignState",
    "Delivery",
    "DeliveryState",
    "Feedback",
    "FeedbackKind",
    "Hold",
    "MailState",
    "OutgoingMail",
    "ReceivingProvider",
    "Suppression",
    "SuppressionReason",
]
