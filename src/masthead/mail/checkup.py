"""What the doctor looks at of mail: the key that signs it, and what the DNS says of its domain."""

from collections.abc import Iterator

import dns.exception
import dns.resolver
from django.conf import settings

from masthead.lib.checkup import Finding, register
from masthead.mail.dkim import Signer, sending_domain, signer_for
from masthead.mail.queries import current_hold

#: Seconds that one question to the DNS may take.
PATIENCE = 5


class NotLookedUp(Exception):  # noqa: N818 - nothing is known to be wrong
    """The DNS did not answer."""


@register
def mail_goes_out() -> Iterator[Finding]:
    """Look at whether somebody, or a restore, holds all mail."""
    if held := current_hold():
        mend = "masthead mail go-on, or the outbox in the desk, lets it go"
        yield Finding(f"no mail goes out: {held.why}", mend)
    else:
        yield Finding("mail is not held")


@register
def mail_signature() -> Iterator[Finding]:
    """Look at the key that signs mail, and at its other half in the DNS."""
    signer = signer_for(settings.DEFAULT_FROM_EMAIL)
    if signer is None:
        yield Finding(
            f"mail from {sending_domain()} is not signed", "masthead dkim", is_urgent=False
        )
    elif settings.EMAIL_HOST:
        yield _signature(signer)
    else:
        yield Finding(f"mail from {sending_domain()} will be signed")


@register
def mail_domain() -> Iterator[Finding]:
    """Look at what the DNS says about who may send mail from the newsroom's domain."""
    if settings.EMAIL_HOST:
        yield _policy("SPF", sending_domain(), "v=spf1", "name your mail provider there")
        yield _policy("DMARC", f"_dmarc.{sending_domain()}", "v=DMARC1", "masthead dkim")


def _signature(signer: Signer) -> Finding:
    try:
        found = [_without_blanks(text) for text in texts(signer.name)]
    except NotLookedUp as error:
        return Finding(
            f"{signer.name} could not be looked up: {error}", "try later", is_urgent=False
        )
    wanted = _without_blanks(signer.record)
    if any(_key(text) == _key(wanted) for text in found):
        return Finding(f"mail is signed, and {signer.name} holds the key")
    what = "holds another key" if found else "is missing in the DNS"
    return Finding(f"{signer.name} {what}", "masthead dkim prints what belongs there")


def _policy(kind: str, name: str, start: str, mend: str) -> Finding:
    try:
        found = [text for text in texts(name) if text.lower().startswith(start.lower())]
    except NotLookedUp as error:
        return Finding(f"{name} could not be looked up: {error}", "try later", is_urgent=False)
    if len(found) > 1:
        return Finding(f"{name} has {len(found)} records for {kind}", "leave one of them")
    if not found:
        what = f"{name} has no record for {kind}: large providers refuse letters"
        return Finding(what, mend, is_urgent=False)
    return Finding(f"{name} says {found[0][:100]}")


def texts(name: str) -> list[str]:
    """Return the texts that the DNS holds under a name.

    Raises NotLookedUp when it does not answer.
    """
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NotLookedUp(str(error)[:200]) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _key(record: str) -> str:
    tags = dict(tag.partition("=")[::2] for tag in record.split(";"))
    return tags.get("p", "")
