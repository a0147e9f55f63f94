"""What is done with a letter to many: start it, pause it, stop it, decide what is in doubt."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr
from itertools import islice

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.mail import queries
from masthead.mail.errors import AlreadyStarted, BadMessage, TakenBack
from masthead.mail.letters import LetterTemplate, Recipient
from masthead.mail.models import (
    OPEN,
    SENDABLE,
    Campaign,
    CampaignState,
    Delivery,
    DeliveryState,
    Feedback,
    Suppression,
    SuppressionReason,
)
from masthead.mail.providers import provider_of
from masthead.mail.writing import recipient_address

#: A letter that is later than this asks a person first: the newsroom was down, or was restored.
LATE = timedelta(hours=3)
#: A preparation that has not written a recipient for so long was cut off.
LONGEST_SILENCE = timedelta(minutes=1)
#: Rows written at once.
BATCH = 1000
_PLAIN_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_IN_A_HEADER = re.compile(r"[\x21-\x7e]*")

Handler = Callable[[Campaign], None]
_handlers: list[Handler] = []


def before_the_first(handler: Handler) -> Handler:
    """Let an app above hear that a letter begins, before its first copy can leave.

    It is told in the transaction that begins it: what it raises keeps the letter from going out.
    """
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def start(
    *,
    site: Site | None,
    key: str,
    template: LetterTemplate,
    recipients: Iterable[Recipient],
    send_at: datetime | None = None,
) -> Campaign:
    """Write down a letter and all its recipients, to be sent now or at an instant.

    Raises what ``prepare`` raises; nothing is written then.
    """
    campaign = prepare(
        site=site, key=key, template=template, recipients=recipients, send_at=send_at
    )
    schedule(campaigns=[campaign])
    return campaign


def prepare(
    *,
    site: Site | None,
    key: str,
    template: LetterTemplate,
    recipients: Iterable[Recipient],
    send_at: datetime | None = None,
) -> Campaign:
    """Write down a letter and all its recipients; ``schedule`` lets it go out at its instant.

    Nothing of it changes any more. An address that is named twice gets one letter; one that is
    suppressed, or that no server takes, is written down as not sent. Outside a transaction the
    recipients are asked for and written a thousand at a time, so that nobody waits for them, and a
    preparation that was cut off is begun anew by a call a minute later.

    Raises AlreadyStarted when a letter with this key was started before or is being prepared,
    TakenBack when its row was deleted meanwhile, and BadMessage when a header or a token's value
    cannot be sent or is missing; nothing is written then.
    """
    template.check()
    when = send_at or timezone.now()
    campaign = Campaign(
        site=site,
        key=key,
        subject=template.subject,
        html=template.html,
        text=template.text,
        headers=dict(template.headers),
        from_name=template.from_name or (site.site_name if site else ""),
        from_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        send_at=when,
        dated_at=when,
    )
    _begin(campaign)
    try:
        _freeze(campaign, template, recipients)
    except BaseException:
        Campaign.objects.filter(pk=campaign.pk).delete()
        raise
    return campaign


@transaction.atomic
def schedule(*, campaigns: Iterable[Campaign]) -> None:
    """Let letters that are prepared go out at their instants, all or none of them.

    Raises TakenBack when one was deleted meanwhile.
    """
    for campaign in campaigns:
        if not _move(campaign, CampaignState.SCHEDULED, {CampaignState.PREPARED}):
            raise TakenBack(campaign.key)
        campaign.state = CampaignState.SCHEDULED


def _begin(campaign: Campaign) -> None:
    cut_off = Campaign.objects.filter(
        key=campaign.key,
        state=CampaignState.PREPARED,
        created_at__lt=timezone.now() - LONGEST_SILENCE,
    )
    with transaction.atomic():
        cut_off.delete()
        try:
            with transaction.atomic():
                campaign.save()
        except IntegrityError as error:
            raise AlreadyStarted(Campaign.objects.get(key=campaign.key)) from error


def pause(*, campaign: Campaign, trouble: str = "") -> bool:
    """Begin no further recipient's letter; return whether there was anything to pause."""
    return _move(
        campaign, CampaignState.PAUSED, {CampaignState.SCHEDULED, CampaignState.SENDING}, trouble
    )


def resume(*, campaign: Campaign) -> bool:
    """Go on with a letter that is paused; return whether it was."""
    is_early = campaign.send_at > timezone.now()
    if is_early:
        return _move(campaign, CampaignState.SCHEDULED, {CampaignState.PAUSED})
    return _go_out(campaign, Campaign.objects.filter(state=CampaignState.PAUSED))


def reschedule(*, campaign: Campaign, send_at: datetime) -> bool:
    """Send a letter at another instant; return whether it had not begun yet."""
    with transaction.atomic():
        waiting = Campaign.objects.filter(
            pk=campaign.pk, state__in=[CampaignState.SCHEDULED, CampaignState.PAUSED], began_at=None
        )
        is_moved = waiting.update(send_at=send_at, dated_at=send_at, signed_by="") == 1
        if is_moved:
            Delivery.objects.filter(campaign=campaign).update(signature=b"", is_signed=False)
    return is_moved


def stop(*, campaign: Campaign) -> bool:
    """End a letter for good: who has not got it does not get it. Return whether it could be."""
    with transaction.atomic():
        is_stopped = _move(
            campaign,
            CampaignState.STOPPED,
            {CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED},
        )
        if is_stopped:
            Campaign.objects.filter(pk=campaign.pk).update(ended_at=timezone.now())
            waiting = Delivery.objects.filter(campaign=campaign, state__in=SENDABLE)
            _cancel(waiting, _("The letter was stopped."))
    return is_stopped


def send_again(*, campaign: Campaign, numbers: Iterable[int] | None = None) -> int:
    """Send the letter to those (or some of those) of whom nobody knows; return to how many.

    For a person to decide: a reader may get it twice.
    """
    unknown = Delivery.objects.filter(campaign=campaign, state=DeliveryState.UNKNOWN)
    if numbers is not None:
        unknown = unknown.filter(pk__in=list(numbers))
    with transaction.atomic():
        count = unknown.update(
            state=DeliveryState.QUEUED, due_at=timezone.now(), settled_at=None, answer=""
        )
        if count:
            ended = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SENT)
            ended.update(state=CampaignState.SENDING, ended_at=None)
    return count


def count_as_sent(*, campaign: Campaign, numbers: Iterable[int]) -> int:
    """Call the letter sent to some of those of whom nobody knows; return to how many.

    For a person to decide: a reader may never have got it.
    """
    unknown = Delivery.objects.filter(campaign=campaign, state=DeliveryState.UNKNOWN)
    return unknown.filter(pk__in=list(numbers)).update(state=DeliveryState.SENT)


def cancel(*, email: str, key_prefix: str = "", answer: str) -> int:
    """Send an address nothing that still waits for it; return how many letters that were.

    ``key_prefix`` names the letters by the beginning of their keys.
    """
    waiting = Delivery.objects.filter(email=email.lower(), state__in=SENDABLE)
    if key_prefix:
        waiting = waiting.filter(campaign__key__startswith=key_prefix)
    return _cancel(waiting, answer)


def suppress(*, email: str, reason: SuppressionReason, evidence: str = "") -> bool:
    """Send an address no letter from now on; return whether that is new."""
    with transaction.atomic():
        _row, is_new = Suppression.objects.get_or_create(
            email=email.lower(), defaults={"reason": reason, "evidence": evidence}
        )
        cancel(email=email, answer=str(SuppressionReason(reason).label))
    return is_new


def welcome_back(*, email: str) -> None:
    """Let letters go again to whoever had left elsewhere, and has asked us for them since."""
    Suppression.objects.filter(email=email.lower(), reason=SuppressionReason.LEFT).delete()


def forget(*, email: str) -> int:
    """Take an address out of all letters, and what was personal in them; return of how many.

    What came back from it counts on, without address and words; it is suppressed no more, because
    whoever asks for that also keeps, as a keyed hash, that no import wakes it.
    """
    cancel(email=email, answer=_("The reader was forgotten."))
    Suppression.objects.filter(email=email.lower()).delete()
    Feedback.objects.filter(email=email.lower()).update(email="erased@erased.invalid", text="")
    name = Concat(Value("erased-"), Cast(F("pk"), CharField()), Value("@erased.invalid"))
    rows = Delivery.objects.filter(email=email.lower())
    return rows.update(email=name, substitutions={}, signature=b"", answer="")


def begin_due() -> None:
    """Begin the letters whose hour has come; one that is very late asks a person first.

    So does one whose hour was while all mail was held, and one that cannot begin.
    """
    due = queries.due_campaigns()
    late = _("It should have gone out on %(time)s, when Masthead did not run.")
    _ask_first(due.filter(send_at__lt=timezone.now() - LATE), late)
    if ended_at := queries.last_hold_ended_at():
        held = _("It should have gone out on %(time)s, before mail went on.")
        _ask_first(due.filter(send_at__lt=ended_at), held)
    for campaign in due:
        try:
            _go_out(campaign, due)
        except Exception as error:
            pause(campaign=campaign, trouble=str(error) or repr(error))
            raise


@transaction.atomic
def _go_out(campaign: Campaign, among: QuerySet[Campaign]) -> bool:
    state = {"state": CampaignState.SENDING, "trouble": "", "resume_at": None}
    if not among.filter(pk=campaign.pk).update(**state):
        return False
    first = Campaign.objects.filter(pk=campaign.pk, began_at=None)
    if first.update(began_at=timezone.now()):
        for handler in _handlers:
            handler(campaign)
    return True


def _ask_first(late: QuerySet[Campaign], why: str) -> None:
    for campaign in late:
        should = date_format(timezone.localtime(campaign.send_at), "DATETIME_FORMAT")
        pause(campaign=campaign, trouble=why % {"time": should})


def end_sent() -> None:
    """Note of each letter that nobody waits for it any more."""
    left = Delivery.objects.filter(campaign=OuterRef("pk"), state__in=OPEN)
    Campaign.objects.filter(~Exists(left), state=CampaignState.SENDING).update(
        state=CampaignState.SENT, ended_at=timezone.now(), trouble="", resume_at=None
    )


def pause_all(*, trouble: str) -> None:
    """Pause what is being sent: something is wrong that only a person can mend."""
    Campaign.objects.filter(state=CampaignState.SENDING).update(
        state=CampaignState.PAUSED, trouble=trouble
    )


def _move(
    campaign: Campaign, state: CampaignState, before: set[CampaignState], trouble: str = ""
) -> bool:
    # The conditional UPDATE lets one of two people win.
    found = Campaign.objects.filter(pk=campaign.pk, state__in=before)
    return found.update(state=state, trouble=trouble, resume_at=None) == 1


def _cancel(deliveries: QuerySet[Delivery], answer: str) -> int:
    return deliveries.update(
        state=DeliveryState.CANCELLED, answer=answer, settled_at=timezone.now()
    )


def _freeze(campaign: Campaign, template: LetterTemplate, recipients: Iterable[Recipient]) -> None:
    suppressed = dict(Suppression.objects.values_list("email", "reason"))
    rows = (_row(campaign, template, each, suppressed) for each in recipients)
    while _freeze_some(campaign, rows):
        pass


@transaction.atomic
def _freeze_some(campaign: Campaign, rows: Iterator[Delivery]) -> bool:
    # The instant says that the preparation lives. Asked for in this transaction, too, are the
    # recipients: who leaves now is not in it, who leaves afterwards is taken out of it.
    campaign.created_at = timezone.now()
    held = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.PREPARED)
    if not held.update(created_at=campaign.created_at):
        raise TakenBack(campaign.key)
    batch = list(islice(rows, BATCH))
    Delivery.objects.bulk_create(batch, ignore_conflicts=True)
    return len(batch) == BATCH


def _row(
    campaign: Campaign,
    template: LetterTemplate,
    recipient: Recipient,
    suppressed: dict[str, str],
) -> Delivery:
    _check_values(template, recipient)
    email = recipient.email.strip().lower()
    row = Delivery(campaign=campaign, email=email, provider=provider_of(email)[:255])
    row.substitutions = {token: recipient.substitutions[token] for token in template.tokens}
    if not _PLAIN_ADDRESS.fullmatch(email):
        try:
            row.email = recipient_address(email)
        except BadMessage as error:
            row.email, row.state, row.answer = email[:320], DeliveryState.REFUSED, str(error)
    if reason := suppressed.get(row.email):
        row.state, row.answer = DeliveryState.CANCELLED, str(SuppressionReason(reason).label)
    if row.state != DeliveryState.QUEUED:
        row.settled_at = timezone.now()
    return row


def _check_values(template: LetterTemplate, recipient: Recipient) -> None:
    values = recipient.substitutions
    if missing := template.tokens - values.keys():
        raise BadMessage(f"“%%{min(missing)}%%” stands for nothing in {recipient.email}'s letter")
    for token in template.header_tokens:
        if not _IN_A_HEADER.fullmatch(values[token]):
            raise BadMessage(f"“{values[token]}” cannot stand in a header (%%{token}%%)")
