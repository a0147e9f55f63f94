"""Sign-in codes, invitations and every other single mail are signed, as letters are."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives

from masthead.mail import actions
from masthead.mail.models import MailState, OutgoingMail
from tests.cli.newsroom import Newsroom
from tests.mail.letters import verified
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server(settings) as server:
        yield server


def with_html(subject):
    message = EmailMultiAlternatives(subject, "Grüße", to=["reader@example.org"])
    message.attach_alternative("<p>.Grüße</p>\n\n", "text/html")
    return message


MAILS = {
    "plain": lambda: EmailMessage("Your code", "123456", to=["reader@example.org"]),
    "in Arabic": lambda: EmailMessage("رمز الدخول", "رمزك\n\n\n", to=["reader@example.org"]),
    "long lines and dots": lambda: EmailMessage(
        "Long " * 40, ".dot\n" + "word " * 400 + " \t\n. \n", to=["reader@example.org"]
    ),
    "text and HTML": lambda: with_html("Grüße aus dem Hafen"),
    "headers of its own": lambda: EmailMessage(
        "Stop it",
        "One click",
        to=["reader@example.org"],
        headers={
            "List-Unsubscribe": "<https://lamp.example/x>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    ),
}


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_a_notice_is_signed_as_it_arrives(server, key, mail):
    mail().send()
    actions.deliver_due()

    _sender, _to, received = server.messages[0]

    assert OutgoingMail.objects.get().state == MailState.SENT
    assert verified(received)


def test_a_notice_that_was_changed_on_its_way_is_not_verified(server, key):
    MAILS["plain"]().send()
    actions.deliver_due()

    _sender, _to, received = server.messages[0]

    assert not verified(received.replace(b"123456", b"654321"))


def test_one_click_stands_under_the_signature(server, key):
    MAILS["headers of its own"]().send()
    actions.deliver_due()

    _sender, _to, received = server.messages[0]

    assert not verified(received.replace(b"https://lamp.example/x", b"https://lamp.example/y"))


def test_without_a_key_mail_goes_out_unsigned(server):
    MAILS["plain"]().send()
    actions.deliver_due()

    assert b"DKIM-Signature" not in server.messages[0][2]


def test_a_key_is_made_once_and_its_records_are_printed(tmp_path):
    newsroom = Newsroom.copy(tmp_path / "home")

    first, second = newsroom.run("dkim"), newsroom.run("dkim")

    assert first.returncode == second.returncode == 0, first.stdout
    assert "A new key:" in first.stdout
    assert "A new key:" not in second.stdout
    for done in (first, second):
        assert "._domainkey." in done.stdout
        assert "v=DKIM1; k=rsa; p=" in done.stdout
        assert "v=DMARC1; p=none" in done.stdout
    (made,) = (tmp_path / "home").rglob("*.pem")
    assert made.stat().st_mode & 0o077 == 0
