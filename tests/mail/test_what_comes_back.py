from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from masthead.mail import feedback
from masthead.mail.errors import MailServerFault
from masthead.mail.mailbox import read_returns
from masthead.mail.models import Feedback, FeedbackKind, Suppression, SuppressionReason
from masthead.mail.returned_mail import read
from masthead.mail.verp import Returns
from tests.mail.imap_server import mailbox_of
from tests.mail.letters import recipients, start
from tests.proof import effort

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def returns(settings):
    settings.EMAIL_RETURNS = "returns@lamp.example"


@pytest.fixture
def delivery():
    """One reader's letter, beside those of others."""
    return start(recipients(3)).deliveries.get(email="reader1@example.org")


def bounce_address(delivery):
    return Returns.of(delivery.campaign).bounce_address(delivery.pk)


def leave_address(delivery):
    return bounce_address(delivery).replace("+b-", "+u-")


def delivery_status(action="failed", status="5.1.1", diagnostic="smtp; 550 5.1.1 no such user"):
    return (
        b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\n"
        + f"Final-Recipient: rfc822; other@example.org\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: {diagnostic}\r\n\r\n--b--\r\n".encode()
    )


def complaint(delivery):
    identity = Returns.of(delivery.campaign).identity(delivery.pk)
    return (
        b"From: <fbl@provider.example>\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        b"User-Agent: x/1\r\nVersion: 1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + f"Message-ID: <letter.{identity}@lamp.example>\r\n\r\nHi\r\n--b--\r\n".encode()
    )


def plain(subject, text, sender="MAILER-DAEMON@mx.example", **headers):
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def take_back(raw, *to):
    return feedback.take_back(raw, envelope_to=list(to))


def test_an_address_without_a_mailbox_gets_no_letter_any_more(delivery):
    kept = take_back(delivery_status(), bounce_address(delivery))

    assert (kept.kind, kept.status) == (FeedbackKind.NO_MAILBOX, "5.1.1")
    assert Suppression.objects.get().email == "reader1@example.org"
    assert kept.delivery == delivery


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [
        ("5.2.2", "smtp; 552 5.2.2 mailbox full"),
        ("5.7.1", "smtp; 550 5.7.1 blocked: bad reputation of your address"),
        ("4.4.7", "smtp; 451 4.4.7 expired"),
        ("5.0.0", "smtp; 550 mailbox quota exceeded"),
        ("5.7.26", "smtp; 550-5.7.26 unauthenticated mail is not accepted"),
    ],
)
def test_a_living_readers_bounce_is_kept_and_suppresses_nobody(delivery, status, diagnostic):
    kept = take_back(
        delivery_status(status=status, diagnostic=diagnostic), bounce_address(delivery)
    )

    assert kept.kind == FeedbackKind.BOUNCE
    assert not Suppression.objects.exists()


def test_a_vague_status_is_read_from_the_words(delivery):
    raw = delivery_status(status="5.0.0", diagnostic="smtp; 550 5.1.1 user unknown")

    assert take_back(raw, bounce_address(delivery)).kind == FeedbackKind.NO_MAILBOX


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_what_is_no_failure_is_none(delivery, action):
    kept = take_back(delivery_status(action=action), bounce_address(delivery))

    assert kept.kind == FeedbackKind.OTHER
    assert not Suppression.objects.exists()


def test_a_report_that_follows_no_standard_is_understood_by_its_words(delivery):
    raw = plain("Undelivered mail", "The user reader1 is unknown: no such user here. 550")

    assert take_back(raw, bounce_address(delivery)).kind == FeedbackKind.NO_MAILBOX


def test_a_reader_on_holiday_stays_a_reader(delivery):
    raw = plain("Out of office", "Back on Monday", "r@example.org", Auto_Submitted="auto-replied")

    assert take_back(raw, bounce_address(delivery)).kind == FeedbackKind.OTHER
    assert take_back(raw + b"\n", leave_address(delivery)).kind == FeedbackKind.OTHER


def test_a_complaint_ends_it_and_is_told(delivery, monkeypatch):
    told = []
    monkeypatch.setattr(feedback, "_handlers", [told.append])

    take_back(complaint(delivery), "abuse@lamp.example")

    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINT
    assert [each.kind for each in told] == [FeedbackKind.COMPLAINT]


def test_a_reader_leaves_by_mail_and_whoever_keeps_subscriptions_hears_of_it(delivery, monkeypatch):
    told = []
    monkeypatch.setattr(feedback, "_handlers", [told.append])

    take_back(plain("unsubscribe", "", "r@example.org"), leave_address(delivery).upper())

    assert [(each.kind, each.delivery) for each in told] == [(FeedbackKind.LEAVE, delivery)]
    assert not Suppression.objects.exists()


def test_the_same_mail_counts_once(delivery):
    assert take_back(delivery_status(), bounce_address(delivery))
    assert take_back(delivery_status(), bounce_address(delivery)) is None
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("forged", ["1-aaaaaaaaaaaaaaaa", "1", "", "zzzzzzzzzzzzz-" + "a" * 16])
def test_nobody_can_speak_for_another_reader(delivery, forged):
    assert take_back(delivery_status(), f"returns+b-{forged}@lamp.example") is None
    assert take_back(plain("unsubscribe", "", "x@y.example"), f"returns+u-{forged}@x") is None
    assert not Feedback.objects.exists()


def test_weeks_of_bounces_end_it_and_a_bad_week_does_not(delivery, time_machine):
    for number in range(5):
        letter = start(1, key=f"weekly-{number}").deliveries.get()
        take_back(full_mailbox(number), bounce_address(letter))
        assert not Suppression.objects.exists()
    time_machine.move_to(timezone.now() + timedelta(days=15))
    letter = start(1, key="weekly-5").deliveries.get()

    take_back(full_mailbox(5), bounce_address(letter))

    assert Suppression.objects.get().reason == SuppressionReason.GIVEN_UP


def full_mailbox(number):
    return delivery_status(status="4.2.2", diagnostic=f"smtp; 452 4.2.2 full, try {number}")


def test_a_mail_bomb_costs_little_and_breaks_nothing(delivery):
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(5000)
    )
    wide = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 50_000
    for raw in (deep, wide, b"", b"\0" * 1000, b"Content-Type: \xff\xfe; ="):
        kept = take_back(raw, bounce_address(delivery))
        assert kept.kind == FeedbackKind.OTHER
    assert not Suppression.objects.exists()


def test_the_mailbox_is_read_and_only_what_is_ours_is_deleted(delivery, settings):
    bounced = f"Delivered-To: {bounce_address(delivery)}\r\n".encode() + delivery_status()
    letter = plain("Hello", "A reader writes", "reader@example.org")
    with mailbox_of(settings, bounced, letter, complaint(delivery)) as server:
        read_returns()
        assert not read_returns()

    assert {each.kind for each in Feedback.objects.all()} == {
        FeedbackKind.NO_MAILBOX,
        FeedbackKind.COMPLAINT,
    }
    assert list(server.mails.values()) == [letter]
    assert server.flags[2] == {"Seen"}


def test_a_mailbox_that_cannot_be_read_loses_nothing(delivery, settings):
    with mailbox_of(settings, complaint(delivery)) as server:
        server.is_broken = True
        with pytest.raises(MailServerFault, match="cannot be read"):
            read_returns()
        server.is_broken = False
        read_returns()

    assert Feedback.objects.get().kind == FeedbackKind.COMPLAINT


MANGLED = st.builds(
    lambda raw, cuts: b"".join(raw[a:b] for a, b in cuts),
    st.sampled_from([delivery_status(), plain("Undelivered", "550 5.1.1 no such user")]),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 700)), max_size=6),
)


@effort(60)
@given(raw=st.one_of(st.binary(max_size=400), MANGLED))
def test_no_mail_however_mangled_breaks_the_reader(raw):
    assert read(raw).number is None
