"""Who gets an account; what an address asks for, confirms, ends, takes along and has erased."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from masthead.mail.actions import write_mail
from masthead.mail.campaigns import welcome_back
from masthead.mail.models import SETTLED, OutgoingMail
from masthead.mail.queries import is_suppressed
from masthead.readers import kinds, links
from masthead.readers.limits import forget_requests, take_one
from masthead.readers.models import Address, Erased, Frequency, Subscription, User, UserManager
from masthead.readers.queries import active, described, digest_of

#: After so long without a confirmation, what was asked for is forgotten.
FORGET_UNCONFIRMED = timedelta(days=30)
#: How many addresses one call forgets.
AT_ONCE = 500


@dataclass(frozen=True)
class Wish:
    """One thing that is asked for, and the wording that whoever asked was shown."""

    kind: str
    target: str
    wording: str
    frequency: str = Frequency.NOW


@dataclass(frozen=True)
class Occasion:
    """Where something was asked for: the site, its page and language, the network's keyed hash."""

    site: Site
    language: str
    page: str
    network: str = ""


@transaction.atomic
def create_editor(*, email: str, name: str, password: str | None = None) -> User:
    """Create somebody who may do everything and can sign in at once; return the user.

    Without a password a mail code signs them in. Raises ValidationError when the address is no
    mail address or is taken.
    """
    first_name, _space, last_name = name.strip().partition(" ")
    user = User(
        email=email,
        first_name=first_name,
        last_name=last_name,
        is_superuser=True,
        is_staff=True,
    )
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    trust_address(user=user)
    return user


@transaction.atomic
def invite_user(*, user: User, site: Site | None) -> None:
    """Let somebody whom an administrator added sign in, and tell them by mail how.

    No password is needed: the first sign-in is by mail code, which proves the address.
    """
    if not user.password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    trust_address(user=user)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        write_mail(message=_invitation(user, site), site=site)


@transaction.atomic
def trust_address(*, user: User) -> None:
    """Make a user's address the one, confirmed address of their account.

    For addresses that an administrator wrote. Any earlier one no longer signs in.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.filter(email=user.email, verified=False).exclude(user=user).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def _invitation(user: User, site: Site | None) -> EmailMessage:
    newsroom = site.site_name if site else settings.WAGTAIL_SITE_NAME
    address = site.root_url if site else settings.SITE_ADDRESS
    context = {
        "newsroom": newsroom,
        "user": user,
        "sign_in": address + reverse("account_login"),
    }
    return EmailMessage(
        subject=_("Your account at %(newsroom)s") % {"newsroom": newsroom},
        body=render_to_string("readers/invitation.txt", context),
        to=[user.email],
    )


@transaction.atomic
def ask(
    *, email: str, wishes: Sequence[Wish], occasion: Occasion, by: User | None = None
) -> Address:
    """Note what an address asks for, and send the mail whose link confirms it.

    Nothing that a stranger can see tells whether the address was known: there is always one mail,
    unless there were too many of late (``limits``). What is confirmed already stays as it is.
    A user (``by``) who asks for their own, confirmed address needs no mail.
    Raises ValidationError when the address is none.
    """
    email = UserManager.normalize_email(email)
    validate_email(email)
    address, _made = Address.objects.get_or_create(
        email=email, defaults={"language": occasion.language}
    )
    asked = [_note(address, wish, occasion) for wish in wishes]
    if by and EmailAddress.objects.filter(user=by, email=email, verified=True).exists():
        Address.objects.filter(user=by).exclude(pk=address.pk).update(user=None)
        Address.objects.filter(pk=address.pk).update(user=by)
        _confirm(address, asked)
    elif take_one(email=email, network=occasion.network) and not is_suppressed(email):
        pending = [each for each in asked if not each.confirmed_at]
        _send(address, occasion.site, occasion.language, pending)
    return address


@transaction.atomic
def confirm(*, address: Address, subscriptions: Iterable[Subscription]) -> None:
    """Let mail go out to an address, for what whoever reads its mail has confirmed."""
    _confirm(address, subscriptions)


@transaction.atomic
def choose(*, address: Address, wishes: Sequence[Wish], occasion: Occasion) -> None:
    """Make these wishes all that an address has; for whoever opened its own My page.

    What is new is confirmed by that; what is missing is withdrawn.
    """
    wanted = {(wish.kind, wish.target) for wish in wishes}
    for each in active(address):
        if (each.kind, each.target) not in wanted:
            withdraw(address=address, kind=each.kind, target=each.target)
    _confirm(address, [_note(address, wish, occasion) for wish in wishes])
    for wish in wishes:
        active(address).filter(kind=wish.kind, target=wish.target).update(frequency=wish.frequency)


@transaction.atomic
def withdraw(*, address: Address, kind: str, target: str) -> None:
    """End one subscription of an address; nothing happens when there is none."""
    chosen = address.subscriptions.filter(kind=kind, target=target, withdrawn_at=None)
    registered = kinds.named(kind)
    if chosen.update(withdrawn_at=timezone.now()) and registered:
        registered.on_withdraw(address, target)


@transaction.atomic
def withdraw_all(*, address: Address) -> None:
    """End everything that an address asked for."""
    for each in address.subscriptions.filter(withdrawn_at=None):
        withdraw(address=address, kind=each.kind, target=each.target)


def pause(*, address: Address, until: datetime | None) -> None:
    """Send nothing that an address asked for before a time; None ends the pause."""
    active(address).update(paused_until=until)


def speak(*, address: Address, language: str) -> None:
    """Write to an address in another language from now on."""
    Address.objects.filter(pk=address.pk).update(language=language)


@transaction.atomic
def send_my_page(*, email: str, occasion: Occasion) -> None:
    """Send an address the link to its My page, unless we do not know it or it had too many mails.

    Raises ValidationError when the address is none.
    """
    email = UserManager.normalize_email(email)
    validate_email(email)
    address = Address.objects.filter(email=email).first()
    is_counted = take_one(email=email, network=occasion.network)
    if is_counted and address and not is_suppressed(email):
        _send(address, occasion.site, address.language or occasion.language, [])


def export(*, address: Address) -> dict[str, Any]:
    """Return everything that is kept of an address, as JSON takes it."""
    parts = {kind.name: dict(kind.on_export(address)) for kind in kinds.registered()}
    return {
        "email": address.email,
        "language": address.language,
        "first_asked_at": address.created_at.isoformat(),
        "confirmed_at": _iso(address.confirmed_at),
        "subscriptions": [_exported(each) for each in address.subscriptions.order_by("pk")],
        **{name: part for name, part in parts.items() if part},
    }


@transaction.atomic
def erase(*, address: Address) -> None:
    """Erase an address and all that apps keep of it; a keyed hash stays, against imports."""
    for kind in kinds.registered():
        kind.on_erase(address)
    Erased.objects.get_or_create(digest=digest_of(address.email))
    OutgoingMail.objects.filter(recipient=address.email, state__in=SETTLED).delete()
    address.delete()


def forget() -> bool:
    """Delete what nobody confirmed for 30 days; return whether there may be more."""
    forget_requests()
    before = timezone.now() - FORGET_UNCONFIRMED
    Subscription.objects.filter(confirmed_at=None, asked_at__lt=before, address__source="").delete()
    unused = Address.objects.filter(
        subscriptions=None, confirmed_at=None, created_at__lt=before, source=""
    )
    keys = list(unused.values_list("pk", flat=True)[:AT_ONCE])
    Address.objects.filter(pk__in=keys).delete()
    return len(keys) == AT_ONCE


def _note(address: Address, wish: Wish, occasion: Occasion) -> Subscription:
    evidence = {
        "wording": wish.wording,
        "wording_language": occasion.language,
        "page": occasion.page[:2000],
        "asked_at": timezone.now(),
        "frequency": wish.frequency,
    }
    row, made = Subscription.objects.get_or_create(
        address=address,
        kind=wish.kind,
        target=wish.target,
        withdrawn_at=None,
        defaults=evidence,
    )
    if not made and not row.confirmed_at:
        Subscription.objects.filter(pk=row.pk).update(**evidence)
    return row


def _confirm(address: Address, subscriptions: Iterable[Subscription]) -> None:
    now = timezone.now()
    for each in subscriptions:
        pending = Subscription.objects.filter(pk=each.pk, confirmed_at=None, withdrawn_at=None)
        if pending.update(confirmed_at=now):
            each.confirmed_at = now
            _tell(each)
    Address.objects.filter(pk=address.pk, confirmed_at=None).update(confirmed_at=now)
    Erased.objects.filter(digest=digest_of(address.email)).delete()
    welcome_back(email=address.email)


def _tell(subscription: Subscription) -> None:
    kind = kinds.named(subscription.kind)
    if kind:
        kind.on_confirm(subscription)


def _send(address: Address, site: Site, language: str, pending: Collection[Subscription]) -> None:
    """Write the mail that a stranger's wish causes: a link to confirm, or to the My page."""
    with translation.override(language or settings.LANGUAGE_CODE):
        write_mail(message=_letter(address, site, list(pending)), site=site)


def _letter(address: Address, site: Site, pending: list[Subscription]) -> EmailMessage:
    path = links.confirm(address, pending) if pending else links.fresh_my_page(address)
    subject = (
        _("Please confirm: mail from %(newsroom)s") if pending else _("Your page at %(newsroom)s")
    )
    context = {
        "newsroom": site.site_name,
        "home": site.root_url,
        "asked": [each.title for each in described(pending)],
        "link": links.whole(site, path),
    }
    template = "readers/confirmation.txt" if pending else "readers/my_page.txt"
    return EmailMessage(
        subject=subject % {"newsroom": site.site_name},
        body=render_to_string(template, context),
        to=[address.email],
        headers={"Auto-Submitted": "auto-replied"},
    )


def _exported(subscription: Subscription) -> dict[str, Any]:
    names = ("kind", "target", "frequency", "wording", "wording_language", "page")
    times = ("asked_at", "confirmed_at", "withdrawn_at", "paused_until")
    return {name: getattr(subscription, name) for name in names} | {
        name: _iso(getattr(subscription, name)) for name in times
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
