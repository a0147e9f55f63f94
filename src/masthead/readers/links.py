"""Signed links: who holds one reads the mail of an address, and may do the one thing it names.

Each purpose has a salt of its own, so that no link can be used for another purpose. Opening a link
changes nothing: robots open the links in mails too.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse
from wagtail.models import Site

from masthead.readers.errors import BadLink, OldLink
from masthead.readers.models import Address, Subscription

#: How long a confirmation can be given.
CONFIRMABLE = timedelta(days=7)
#: How long after a person asked for it by mail a link opens what is most private.
FRESH = timedelta(hours=2)
_SALT = "masthead.readers."


def my_page(address: Address) -> str:
    """Return the path of an address's My page; it holds as long as the address's secret."""
    return _path("my_page", _signed("my", address.secret))


def fresh_my_page(address: Address) -> str:
    """Return the path of the My page from which, for two hours, data is given out and erased."""
    return _path("my_page", _dated("fresh", address.secret))


def stop(address: Address, kind: str, target: str) -> str:
    """Return the path at which one POST, from a mailbox provider too, ends one subscription."""
    return _path("my_stop", _signed("stop", f"{address.secret}:{kind}:{target}"))


def confirm(address: Address, subscriptions: Sequence[Subscription]) -> str:
    """Return the path of the page whose button confirms what was asked for."""
    keys = ".".join(str(each.pk) for each in subscriptions)
    return _path("my_confirm", _dated("confirm", f"{address.secret}:{keys}"))


def opened_my_page(token: str) -> tuple[Address, bool]:
    """Return whose My page a link opens, and whether it may give out and erase data.

    Raises OldLink or BadLink.
    """
    try:
        return _address(_unsigned("my", token)), False
    except BadLink:
        return _address(_undated("fresh", token, FRESH)), True


def opened_stop(token: str) -> tuple[Address, str, str]:
    """Return the address, kind and target that a link ends. Raises BadLink."""
    secret, _colon, what = _unsigned("stop", token).partition(":")
    kind, _colon, target = what.partition(":")
    return _address(secret), kind, target


def opened_confirm(token: str) -> tuple[Address, list[Subscription]]:
    """Return the address and what a link confirms, confirmed or not yet.

    Raises OldLink when it was sent more than a week ago; BadLink when it is none of ours or all
    that was asked for is withdrawn since.
    """
    secret, _colon, keys = _undated("confirm", token, CONFIRMABLE).partition(":")
    address = _address(secret)
    asked = address.subscriptions.filter(pk__in=keys.split("."), withdrawn_at=None)
    found = list(asked.order_by("pk"))
    if not found:
        raise BadLink
    return address, found


def whole(site: Site, path: str) -> str:
    """Return the whole address of a path on a site."""
    return f"{site.root_url}{path}"


def _path(name: str, token: str) -> str:
    return f"{_beginning(name)}{quote(token, safe=':')}/"


@cache
def _beginning(name: str) -> str:
    # Asked once, not once for each of a hundred thousand readers.
    return reverse(name, args=["-"]).removesuffix("-/")


@cache
def _signer(purpose: str, key: str) -> signing.Signer:
    return signing.Signer(key=key, salt=_SALT + purpose)


def _signed(purpose: str, text: str) -> str:
    return _signer(purpose, settings.SECRET_KEY).sign(text)


def _unsigned(purpose: str, token: str) -> str:
    try:
        return _signer(purpose, settings.SECRET_KEY).unsign(token)
    except signing.BadSignature as error:
        raise BadLink from error


def _dated(purpose: str, text: str) -> str:
    return signing.TimestampSigner(salt=_SALT + purpose).sign(text)


def _undated(purpose: str, token: str, holds: timedelta) -> str:
    try:
        return signing.TimestampSigner(salt=_SALT + purpose).unsign(token, max_age=holds)
    except signing.SignatureExpired as error:
        raise OldLink from error
    except signing.BadSignature as error:
        raise BadLink from error


def _address(secret: str) -> Address:
    found = Address.objects.filter(secret=secret).first()
    if found is None:
        raise BadLink
    return found
