"""What the doctor says of the key that signs mail, and of the domain that it comes from."""

import dns.exception
import dns.resolver
import pytest

from masthead.mail.checkup import mail_domain, mail_signature
from masthead.mail.dkim import signer_for

pytestmark = pytest.mark.django_db
DOMAIN = "lamp.example"


class Record:
    """A text in the DNS, cut as long ones are."""

    def __init__(self, text):
        self.strings = [text[at : at + 255].encode() for at in range(0, len(text), 255)]


@pytest.fixture
def zone(settings, monkeypatch, key):
    """Texts by name, as the DNS has them; a name without an entry does not exist."""
    settings.EMAIL_HOST = "smtp.example"
    signer = signer_for(settings.DEFAULT_FROM_EMAIL)
    found = {
        signer.name: [signer.record],
        DOMAIN: ["some-site-verification=1", "v=spf1 include:provider.example -all"],
        f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"],
    }

    def resolve(name, kind, **_options):
        if isinstance(found.get(name), Exception):
            raise found[name]
        if name not in found:
            raise dns.resolver.NXDOMAIN
        return [Record(text) for text in found[name]]

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    return found


def said():
    findings = [*mail_signature(), *mail_domain()]
    return {finding.what: finding for finding in findings}


def wrong():
    return [what for what, finding in said().items() if finding.mend]


def test_all_is_well_where_key_and_policies_stand_in_the_dns(zone):
    assert wrong() == []
    assert len(said()) == 3


def test_a_key_that_is_missing_or_another_is_named(zone, settings):
    name = signer_for(settings.DEFAULT_FROM_EMAIL).name
    zone[name] = ["v=DKIM1; k=rsa; p=MIIBother"]
    assert wrong() == [f"{name} holds another key"]

    del zone[name]
    assert wrong() == [f"{name} is missing in the DNS"]


def test_a_missing_policy_is_told_and_two_of_a_kind_are_too(zone):
    del zone[f"_dmarc.{DOMAIN}"]
    zone[DOMAIN].append("v=spf1 -all")

    assert wrong() == [
        f"{DOMAIN} has 2 records for SPF",
        f"_dmarc.{DOMAIN} has no record for DMARC: large providers refuse letters",
    ]


def test_a_dns_that_does_not_answer_makes_nothing_wrong(zone):
    zone[DOMAIN] = dns.exception.Timeout()

    (found,) = [said()[what] for what in wrong()]

    assert "could not be looked up" in found.what
    assert not found.is_urgent


def test_without_a_key_the_doctor_says_how_to_make_one(settings):
    (found,) = mail_signature()

    assert "is not signed" in found.what
    assert found.mend == "masthead dkim"
