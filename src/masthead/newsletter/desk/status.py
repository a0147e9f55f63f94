"""Where a letter is on its way, as an editor sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.mail.models import Campaign, CampaignState, DeliveryState, FeedbackKind, Hold
from masthead.mail.queries import came_back, current_hold, progress
from masthead.newsletter.models import Dispatch, Edition, LetterLink
from masthead.newsletter.queries import campaigns_of, left_since

#: What is counted, in the order in which it is shown.
COUNTED = (
    DeliveryState.SENT,
    DeliveryState.QUEUED,
    DeliveryState.IN_FLIGHT,
    DeliveryState.PUT_OFF,
    DeliveryState.REFUSED,
    DeliveryState.UNKNOWN,
    DeliveryState.CANCELLED,
)
WAITING = (DeliveryState.QUEUED, DeliveryState.IN_FLIGHT, DeliveryState.PUT_OFF)


@dataclass(frozen=True)
class Status:
    """A decided letter: its hour, and how many of its recipients are in each state."""

    dispatch: Dispatch
    campaigns: list[Campaign]
    counts: dict[str, int]
    held: Hold | None = None
    came_back: Mapping[FeedbackKind, int] = field(default_factory=dict)
    left: int = 0
    links: Sequence[LetterLink] = ()

    @property
    def can_be_taken_back(self) -> bool:
        return self.dispatch.started_at is None or self.dispatch.send_at > timezone.now()

    @property
    def is_sending(self) -> bool:
        return any(each.state == CampaignState.SENDING for each in self.campaigns)

    @property
    def is_paused(self) -> bool:
        return any(each.state == CampaignState.PAUSED for each in self.campaigns)

    @property
    def is_over(self) -> bool:
        over = (CampaignState.SENT, CampaignState.STOPPED)
        return bool(self.campaigns) and all(each.state in over for each in self.campaigns)

    @property
    def troubles(self) -> list[str]:
        found = [self.dispatch.trouble, *(each.trouble for each in self.campaigns)]
        if self.held and not self.is_over:
            found.append(_("No mail goes out at the moment. %(why)s") % {"why": self.held.why})
        return list(dict.fromkeys(each for each in found if each))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Return the states that have recipients, in words."""
        labels = {state: str(state.label) for state in COUNTED}
        return [(labels[state], self.counts[state]) for state in COUNTED if self.counts.get(state)]

    @property
    def in_doubt(self) -> int:
        return self.counts.get(DeliveryState.UNKNOWN, 0)

    @property
    def figures(self) -> list[tuple[str, int]]:
        """Return what became of the letters that the mail server took, in words."""
        no_mailbox = self.came_back.get(FeedbackKind.NO_MAILBOX, 0)
        bounced = no_mailbox + self.came_back.get(FeedbackKind.BOUNCE, 0)
        sent = self.counts.get(DeliveryState.SENT, 0)
        return [
            (_("Delivered, as far as anybody knows"), max(sent - bounced, 0)),
            (_("Bounced"), bounced),
            (_("Called spam"), self.came_back.get(FeedbackKind.COMPLAINT, 0)),
            (_("Left since, until the next letter"), self.left),
        ]

    @property
    def settled(self) -> int:
        """Return of how many nothing more has to be waited for."""
        return self.total - sum(self.counts.get(state, 0) for state in WAITING)


def status_of(edition: Edition) -> Status | None:
    """Return where a letter is on its way; None while nobody has decided to send it."""
    dispatch = Dispatch.objects.filter(edition=edition).select_related("by").first()
    if dispatch is None:
        return None
    found = campaigns_of(edition)
    counts: dict[str, int] = {}
    for campaign in found:
        for state, number in progress(campaign).by_state.items():
            counts[state] = counts.get(state, 0) + number
    return Status(
        dispatch,
        found,
        counts,
        current_hold(),
        came_back(found),
        left_since(edition),
        list(edition.links.all()),
    )
