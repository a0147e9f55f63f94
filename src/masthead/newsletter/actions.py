"""What is done with letters."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Site
from wagtail.rich_text import RichText

from masthead.mail import campaigns
from masthead.mail.actions import write_mail
from masthead.mail.errors import AlreadyStarted, TakenBack
from masthead.mail.letters import LetterTemplate, Recipient
from masthead.mail.models import Campaign, CampaignState
from masthead.mail.writing import message_domain
from masthead.newsletter.errors import NotReady
from masthead.newsletter.letter import letter, personal
from masthead.newsletter.links import counted
from masthead.newsletter.models import Dispatch, Edition, LetterIndex, LetterList
from masthead.newsletter.parts import has_offers, newest
from masthead.newsletter.preflight import check
from masthead.newsletter.queries import (
    NAME,
    Box,
    Offered,
    audience_of,
    campaigns_of,
    dispatch_of,
    front_of_letter,
    index_of,
    key_of,
    wants_offers,
)
from masthead.readers import links
from masthead.readers.actions import Occasion, Wish, ask
from masthead.readers.models import Address, Subscription, User

#: How long a letter that is sent now can be taken back.
UNDO = timedelta(minutes=5)
#: So long before its hour the recipients are frozen, so that all is signed in time.
READY_BEFORE = timedelta(minutes=10)


def subscribe(*, email: str, letters: Iterable[Offered], box: Box, occasion: Occasion) -> None:
    """Note what an address asks for in the box; a mail asks whoever reads it to confirm.

    Raises ValidationError when the address is none.
    """
    wishes = [Wish(NAME, str(each.key), box.wording(each)) for each in letters]
    ask(email=email, wishes=wishes, occasion=occasion)


def open_archive(*, letter_list: LetterList) -> None:
    """Make the place where letters in a language are composed and kept, unless there is one."""
    front = front_of_letter(letter_list)
    if front and not LetterIndex.objects.child_of(front).exists():
        with translation.override(letter_list.locale.language_code):
            page = LetterIndex(title=_("Letters"), locale=letter_list.locale)
        front.add_child(instance=page)


def send(*, edition: Edition, by: User, send_at: datetime | None = None) -> Dispatch:
    """Decide that a letter goes out: in five minutes, until when it can be taken back, or later.

    Raises NotReady, with the reasons, when something blocks it or it was decided before.
    """
    now = timezone.now()
    edition = newest_version(edition)
    reasons = [each.text for each in check(edition) if each.blocks]
    if send_at and send_at <= now:
        reasons.append(_("That hour has passed."))
    if reasons:
        raise NotReady(reasons)
    try:
        with transaction.atomic():
            dispatch = Dispatch.objects.create(
                edition_id=edition.pk, send_at=send_at or now + UNDO, by=by
            )
            log(instance=edition, action="newsletter.send", user=by)
    except IntegrityError as error:
        raise NotReady([_("This letter is on its way already.")]) from error
    return dispatch


@transaction.atomic
def take_back(*, dispatch: Dispatch, by: User) -> bool:
    """Undo the decision to send, before anybody was written to; return whether it was in time."""
    is_in_time = Q(started_at=None) | Q(send_at__gt=timezone.now())
    held = Dispatch.objects.select_for_update().filter(is_in_time, pk=dispatch.pk)
    if not held.exists():
        return False
    waiting = [CampaignState.PREPARED, CampaignState.SCHEDULED, CampaignState.PAUSED]
    keys = [campaign.key for campaign in campaigns_of(dispatch.edition)]
    if Campaign.objects.filter(key__in=keys).exclude(state__in=waiting).exists():
        return False
    Campaign.objects.filter(key__in=keys).delete()
    held.delete()
    log(instance=dispatch.edition, action="newsletter.take_back", user=by)
    return True


def stop(*, edition: Edition) -> None:
    """End the sending of a letter for good: who has not got it does not get it."""
    for campaign in campaigns_of(edition):
        campaigns.stop(campaign=campaign)


@transaction.atomic
def decide(*, edition: Edition, numbers: Collection[int], again: bool, by: User) -> int:
    """Send a letter again to some of those in doubt, or call it sent; return to how many."""
    verb = campaigns.send_again if again else campaigns.count_as_sent
    ways = campaigns_of(edition)
    count = sum(verb(campaign=campaign, numbers=numbers) for campaign in ways)
    log(instance=edition, action="newsletter.decide", user=by)
    return count


def letters_are_near() -> bool:
    """Return whether the hour of a letter is near whose recipients are not frozen yet."""
    return _near().exists()


def _near() -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(
        started_at=None, trouble="", send_at__lte=timezone.now() + READY_BEFORE
    )


def start_due() -> bool:
    """Freeze the recipients of one letter whose hour is near; return whether there was one."""
    dispatch = _near().select_related("edition").order_by("send_at").first()
    if dispatch:
        try:
            _start(dispatch)
        except Exception as error:
            if _is_no_trouble(error):
                return False
            Dispatch.objects.filter(pk=dispatch.pk).update(trouble=str(error) or repr(error))
            raise
    return dispatch is not None


def _is_no_trouble(error: Exception) -> bool:
    """Return whether a letter was taken back, or is being prepared and may be begun anew soon."""
    if isinstance(error, AlreadyStarted):
        return error.campaign.state == CampaignState.PREPARED
    return isinstance(error, TakenBack)


def put_on_the_web(campaign: Campaign) -> None:
    """Put a letter on the web that begins to go out: whoever opens it first finds its page."""
    dispatch = dispatch_of(campaign)
    if dispatch and dispatch.revision:
        dispatch.revision.publish(user=dispatch.by)
        Dispatch.objects.filter(pk=dispatch.pk).update(revision=None)


def send_test(*, edition: Edition, email: str) -> None:
    """Write a letter as a mail to one address: to look at, with links that end nothing.

    Raises BadMessage when the address is none.
    """
    made = letter(newest_version(edition), with_offers=True)
    site = edition.get_site()
    nowhere = links.whole(site, "/my/")
    values = {"UNSUBSCRIBE": nowhere, "MY_PAGE": nowhere}
    message = EmailMultiAlternatives(
        subject=_("Test: %(subject)s") % {"subject": made.subject},
        body=personal(made.text, values, is_html=False),
        to=[email],
    )
    message.attach_alternative(personal(made.html, values, is_html=True), "text/html")
    write_mail(message=message, site=site)


def welcome(*, subscription: Subscription) -> None:
    """Write the letter with which a newsroom greets whoever has confirmed, if it has one."""
    found = LetterList.objects.filter(pk=int(subscription.target)).exclude(welcome="").first()
    index = index_of(found) if found else None
    if found is None or index is None:
        return
    made = letter(_greeting(found, index), with_offers=False)
    values = _links(subscription.address, found, found.site)
    message = EmailMultiAlternatives(
        subject=made.subject,
        body=personal(made.text, values, is_html=False),
        to=[subscription.address.email],
        headers={
            "List-Unsubscribe": f"<{values['UNSUBSCRIBE']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(personal(made.html, values, is_html=True), "text/html")
    write_mail(message=message, site=found.site)


def _greeting(letter_list: LetterList, index: LetterIndex) -> Edition:
    """Return a letter that stands nowhere, with the greeting in it."""
    with translation.override(letter_list.locale.language_code):
        title = _("Welcome: %(letter)s") % {"letter": letter_list.name}
    edition = Edition(
        title=title,
        letter=letter_list,
        locale=letter_list.locale,
        body=[("text", RichText(letter_list.welcome))],
    )
    # It is never saved, and has no address; but the front page above it is found by its place.
    edition.path, edition.depth = index.path, index.depth
    return edition


def newest_version(edition: Edition) -> Edition:
    """Return a letter as it was last saved, published or not."""
    found: Edition = edition.get_latest_revision_as_object()
    return found


def _start(dispatch: Dispatch) -> None:
    edition = _as_it_goes_out(dispatch)
    wanted = audience_of(edition)
    if has_offers(edition):
        # Who consents is asked once, so that everybody is in one of the two and nobody in both.
        apart = set(wanted.filter(wants_offers(edition.get_site())).values_list("pk", flat=True))
        ways = [
            _prepare(dispatch, edition, wanted, lambda row: row.pk not in apart, with_offers=False),
            _prepare(dispatch, edition, wanted, lambda row: row.pk in apart, with_offers=True),
        ]
    else:
        ways = [_prepare(dispatch, edition, wanted, lambda _row: True, with_offers=False)]
    with transaction.atomic():
        campaigns.schedule(campaigns=ways)
        Dispatch.objects.filter(pk=dispatch.pk).update(started_at=timezone.now())


@transaction.atomic
def _as_it_goes_out(dispatch: Dispatch) -> Edition:
    """Return a letter with what it picks by itself put in, and keep that for its web page."""
    edition = newest_version(dispatch.edition)
    _freeze_newest(edition)
    revision = edition.save_revision(user=dispatch.by, log_action=False)
    Dispatch.objects.filter(pk=dispatch.pk).update(revision=revision)
    return edition


def _freeze_newest(edition: Edition) -> None:
    """Put the stories that the letter picks by itself into it, so that it stays as it was sent."""
    body: list[tuple[str, Any]] = []
    for block in edition.body:
        if block.block_type != "newest":
            body.append((block.block_type, block.value))
        elif stories := newest(edition, block.value):
            body.append(("picked", {"title": block.value["title"], "stories": stories}))
    edition.body = body


def _prepare(
    dispatch: Dispatch,
    edition: Edition,
    wanted: QuerySet[Subscription],
    is_meant: Callable[[Subscription], bool],
    *,
    with_offers: bool,
) -> Campaign:
    site = edition.get_site()
    made = letter(edition, with_offers=with_offers)
    template = LetterTemplate(
        subject=made.subject,
        html=counted(made.html, edition) if edition.letter.counts_links else made.html,
        text=made.text,
        from_name=edition.letter.sender_name,
        headers=_headers(edition.letter),
    )
    return campaigns.prepare(
        site=site,
        key=key_of(edition, has_offers=with_offers),
        template=template,
        recipients=(
            Recipient(row.address.email, _links(row.address, edition.letter, site))
            for row in _in_pages(wanted)
            if is_meant(row)
        ),
        send_at=dispatch.send_at,
    )


def _headers(letter_list: LetterList) -> dict[str, str]:
    headers = {
        "List-Unsubscribe": "<%%UNSUBSCRIBE%%>",
        "List-Id": f"<letter-{letter_list.pk}.{message_domain()}>",
    }
    if letter_list.reply_to:
        headers["Reply-To"] = letter_list.reply_to
    return headers


def _in_pages(wanted: QuerySet[Subscription]) -> Iterator[Subscription]:
    """Yield subscriptions, a page at a time, each locked until the transaction that it is in ends.

    No cursor stays open between two transactions.
    """
    rows = wanted.select_related("address").order_by("pk").select_for_update(of=("self",))
    last = 0
    while page := list(rows.filter(pk__gt=last)[: campaigns.BATCH]):
        yield from page
        last = page[-1].pk


def _links(address: Address, letter_list: LetterList, site: Site) -> dict[str, str]:
    stop = links.stop(address, NAME, str(letter_list.pk))
    return {
        "UNSUBSCRIBE": links.whole(site, stop),
        "MY_PAGE": links.whole(site, links.my_page(address)),
    }
