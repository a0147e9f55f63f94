"""A passkey, made and used in a real browser with a pretended security chip."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Site

from masthead.readers.actions import create_editor

pytestmark = pytest.mark.django_db(transaction=True)
CHIP = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def newsroom(live_server):
    """The address of the running newsroom; browsers make passkeys for names, not for numbers."""
    port = live_server.url.rpartition(":")[2]
    Site.objects.update(port=port)
    Site.clear_site_root_paths_cache()
    return f"http://localhost:{port}"


@pytest.fixture
def screen(page):
    """A page whose complaints about our own policy fail the test."""
    complaints = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": CHIP})
    yield page
    assert not [each for each in complaints if "Content Security Policy" in each]


def test_an_editor_adds_a_passkey_and_signs_in_with_nothing_else(newsroom, screen):
    create_editor(email="ed@lantern.example", name="Ed Itor", password="correct horse 9")
    screen.goto(f"{newsroom}{reverse('account_login')}?next={reverse('mfa_add_webauthn')}")
    screen.fill("[name=login]", "ed@lantern.example")
    screen.fill("[name=password]", "correct horse 9")
    screen.get_by_role("button", name="Sign in", exact=True).click()
    screen.fill("[name=password]", "correct horse 9")
    screen.get_by_role("button", name="Confirm").click()
    screen.fill("[name=name]", "Ed's telephone")
    screen.check("[name=passwordless]")
    screen.get_by_role("button", name="Add").click()
    screen.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}**")
    screen.goto(newsroom + reverse("account_logout"))
    screen.get_by_role("button", name="Sign Out").click()

    screen.goto(newsroom + reverse("account_login"))
    screen.get_by_role("button", name="Sign in with a passkey").click()

    screen.wait_for_url(f"{newsroom}/desk/")
    expect(screen.get_by_role("heading", level=1)).to_be_visible()
