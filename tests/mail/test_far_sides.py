"""What a mail server may do to us, and what then becomes of each recipient."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.utils import timezone

from masthead.mail import campaigns, queries
from masthead.mail.actions import MOST_ATTEMPTS
from masthead.mail.models import (
    CampaignState,
    Delivery,
    DeliveryState,
    ReceivingProvider,
    Suppression,
)
from tests.mail.letters import recipient, recipients, send, start, states
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["step by step", "pipelined"])
def features(request):
    return request.param


@pytest.fixture(autouse=True)
def one_connection(settings):
    """One connection is left for notices, so that letters have one."""
    settings.EMAIL_CONNECTIONS = 2


def refreshed(row):
    row.refresh_from_db()
    return row


def to_all(server):
    return sorted(to[0] for _sender, to, _message in server.messages)


def later(time_machine, **time):
    time_machine.move_to(timezone.now() + timedelta(**time), tick=True)


def test_a_refused_recipient_does_not_hold_up_the_next(settings, features):
    answers = {"rcpt": ["250 ok", "550 5.7.1 not from you", "250 ok"]}
    with mail_server(settings, features=features, answers=answers) as server:
        campaign = start(5)
        send()

    assert states(campaign) == {DeliveryState.SENT: 4, DeliveryState.REFUSED: 1}
    refused = Delivery.objects.get(state=DeliveryState.REFUSED)
    assert refused.answer == "550 5.7.1 not from you"
    assert refused.email not in to_all(server)
    assert len(server.messages) == len(set(to_all(server))) == 4
    assert refreshed(campaign).state == CampaignState.SENT


def test_a_message_refused_at_its_end_is_that_recipients_own(settings, features):
    answers = {"data": ["250 ok", "554 5.7.1 looks like spam"]}
    with mail_server(settings, features=features, answers=answers) as server:
        campaign = start(4)
        send()

    assert states(campaign) == {DeliveryState.SENT: 3, DeliveryState.REFUSED: 1}
    assert len(set(to_all(server))) == 3


def test_a_server_that_wants_a_message_for_nobody_gets_an_empty_one(settings):
    answers = {"rcpt": ["550 5.7.1 no"], "go": ["354 go on"], "data": ["554 nobody wants it"]}
    with mail_server(settings, features=["PIPELINING"], answers=answers) as server:
        campaign = start(3)
        send()

    assert states(campaign) == {DeliveryState.SENT: 2, DeliveryState.REFUSED: 1}
    assert Delivery.objects.get(state=DeliveryState.REFUSED).answer == "550 5.7.1 no"
    assert len(server.messages) == 2


def test_who_is_put_off_gets_the_same_letter_later(settings, features, time_machine):
    answers = {"rcpt": ["451 4.2.0 greylisted"], "data": ["452 4.3.1 disk full"]}
    with mail_server(settings, features=features, answers=answers) as server:
        campaign = start(5)
        send()
        assert states(campaign) == {DeliveryState.SENT: 3, DeliveryState.PUT_OFF: 2}
        assert refreshed(campaign).state == CampaignState.SENDING
        later(time_machine, minutes=6)
        send()

    assert states(campaign) == {DeliveryState.SENT: 5}
    assert len(server.messages) == len(set(to_all(server))) == 5


def test_who_is_put_off_for_three_days_is_given_up(settings, time_machine):
    with mail_server(settings, answers={"rcpt": ["451 busy"] * 50}):
        campaign = start(1)
        begun = timezone.now()
        while states(campaign) != {DeliveryState.REFUSED: 1}:
            time_machine.move_to(Delivery.objects.get().due_at, tick=True)
            send()

    assert Delivery.objects.get().attempts == MOST_ATTEMPTS
    assert timedelta(days=2, hours=12) < timezone.now() - begun < timedelta(days=3)


def test_an_address_without_a_mailbox_gets_nothing_more(settings):
    with mail_server(settings, answers={"rcpt": ["550 5.1.1 no such user"]}) as server:
        start(1)
        send()
        second = start(2, key="morning-2")
        send()

    assert Suppression.objects.get().email == "reader0@example.org"
    assert Suppression.objects.get().evidence == "550 5.1.1 no such user"
    assert states(second) == {DeliveryState.CANCELLED: 1, DeliveryState.SENT: 1}
    assert to_all(server) == ["reader1@example.org"]


def test_a_full_mailbox_and_a_policy_suppress_nobody(settings):
    answers = {"rcpt": ["552 5.2.2 mailbox full", "550 5.7.26 no DMARC", "550 user unknown"]}
    with mail_server(settings, answers=answers):
        start(3)
        send()

    assert Suppression.objects.get().evidence == "550 user unknown"


def test_a_provider_that_wants_it_slower_gets_nothing_for_a_while(settings, features, time_machine):
    answers = {"rcpt": ["250 ok", "421 4.7.28 unusual rate"]}
    with mail_server(settings, features=features, answers=answers) as server:
        campaign = start([*recipients(3, "gmail.com"), recipient("one@googlemail.com")])
        send()
        here = start(1, key="other")
        send()
        at_first = len(server.messages)
        later(time_machine, minutes=9)
        send()
        after_nine_minutes = len(server.messages)
        later(time_machine, minutes=2)
        send()
        later(time_machine, minutes=5)
        send()

    assert ReceivingProvider.objects.get().name == "google"
    assert states(here) == {DeliveryState.SENT: 1}
    assert (at_first, after_nine_minutes) == (2, 2)
    assert states(campaign) == {DeliveryState.SENT: 4}


def test_a_server_that_closes_after_each_message_gets_the_next_over_a_new_connection(
    settings, features
):
    with mail_server(settings, features=features, answers={"mail": ["250 ok", None] * 4}) as server:
        campaign = start(4)
        send()

    assert states(campaign) == {DeliveryState.SENT: 4}
    assert len(server.messages) == 4
    assert server.connections >= 4


def test_no_more_messages_than_allowed_go_over_one_connection(settings, features):
    settings.EMAIL_PER_CONNECTION = 2
    with mail_server(settings, features=features) as server:
        campaign = start(6)
        send()

    assert states(campaign) == {DeliveryState.SENT: 6}
    assert server.connections == 3


def test_a_connection_that_breaks_in_a_message_leaves_one_in_doubt(settings, features):
    with mail_server(settings, features=features, answers={"data": ["250 ok", None]}) as server:
        campaign = start(5)
        send()

    assert states(campaign) == {DeliveryState.SENT: 4, DeliveryState.UNKNOWN: 1}
    assert len(server.messages) == len(set(to_all(server))) == 5
    assert refreshed(campaign).state == CampaignState.SENT


def test_a_server_that_breaks_in_each_message_pauses_the_letter(settings, features):
    with mail_server(settings, features=features, answers={"data": [None] * 50}):
        campaign = start(20)
        send()

    assert states(campaign) == {DeliveryState.UNKNOWN: 5, DeliveryState.QUEUED: 15}
    assert refreshed(campaign).state == CampaignState.PAUSED
    assert campaign.trouble


def test_an_answer_that_never_comes_leaves_one_in_doubt(settings, monkeypatch, features):
    monkeypatch.setattr("masthead.mail.smtp.ANSWER_TIMEOUT", 0.2)
    released = threading.Event()
    with mail_server(settings, features=features, answers={"data": [released.wait]}):
        campaign = start(3)
        send()
        released.set()

    assert states(campaign) == {DeliveryState.SENT: 2, DeliveryState.UNKNOWN: 1}
    assert "did not answer" in queries.unknown_deliveries([campaign]).get().answer


def test_a_server_that_is_slow_gets_its_time(settings, features):
    slowly = (b"250-2.1.5 in a while\r\n250 2.1.5 yes\r\n", 0.0005)
    answers = {step: [slowly] * 9 for step in ("ehlo", "mail", "rcpt", "data")}
    with mail_server(settings, features=features, answers=answers) as server:
        campaign = start(4)
        send()

    assert states(campaign) == {DeliveryState.SENT: 4}
    assert len(server.messages) == len(set(to_all(server))) == 4


def test_one_in_doubt_is_sent_again_when_a_person_says_so(settings):
    with mail_server(settings, answers={"data": [None]}) as server:
        campaign = start(2)
        send()
        assert campaigns.send_again(campaign=campaign) == 1
        send()

    assert states(campaign) == {DeliveryState.SENT: 2}
    assert len(server.messages) == 3


def test_a_server_that_refuses_everybody_pauses_the_letter(settings, features):
    with mail_server(settings, features=features, answers={"rcpt": ["550 5.7.1 denied"] * 300}):
        campaign = start(200)
        send()

    assert states(campaign)[DeliveryState.REFUSED] < 60
    assert refreshed(campaign).state == CampaignState.PAUSED
    assert campaign.trouble == "550 5.7.1 denied"


def test_a_server_that_refuses_the_sender_refuses_nobodys_letter(settings, features):
    answers = {"mail": ["553 5.7.1 this sender is not yours"] * 30}
    with mail_server(settings, features=features, answers=answers):
        settings.EMAIL_PER_SECOND = 0
        campaign = start(5)
        send_until_paused(campaign)

    assert states(campaign) == {DeliveryState.QUEUED: 5}
    assert "this sender is not yours" in campaign.trouble


def send_until_paused(campaign):
    while refreshed(campaign).state != CampaignState.PAUSED:
        send()


def test_letters_wait_while_the_server_is_away(settings, time_machine):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused.getsockname()[1]
        campaign = start(3)
        send()

    assert states(campaign) == {DeliveryState.QUEUED: 3}
    assert "nothing listens on port" in refreshed(campaign).trouble
    with mail_server(settings):
        later(time_machine, minutes=3)
        send()
    assert states(campaign) == {DeliveryState.SENT: 3}
    assert refreshed(campaign).trouble == ""


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data"])
@pytest.mark.parametrize(
    "answer",
    [b"hello there\r\n", b"999 what\r\n", b"\xff\xfe\r\n", b"1" * 70_000, b"250-and on\r\n" * 9000],
    ids=["words", "no code", "no text", "no end", "no last line"],
)
def test_a_server_that_babbles_is_left_and_nothing_is_called_sent(settings, step, answer):
    with mail_server(settings, answers={step: [answer] * 90}, features=["PIPELINING"]):
        campaign = start(2)
        send()

    found = states(campaign)
    assert DeliveryState.SENT not in found
    assert step == "data" or DeliveryState.UNKNOWN not in found
    assert refreshed(campaign).trouble or step == "data"


def test_a_server_that_says_yes_to_what_is_not_finished_is_not_believed(settings):
    with mail_server(settings, answers={"go": ["250 thanks"] * 90}, features=["PIPELINING"]):
        campaign = start(2)
        send()

    assert DeliveryState.SENT not in states(campaign)


@pytest.mark.parametrize("encryption", ["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def test_letters_go_out_encrypted_and_signed_in(settings, trusted, features, encryption):
    setattr(settings, encryption, True)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "secret"
    options = {"implicit_tls": encryption == "EMAIL_USE_SSL", "user": ("desk", "secret")}
    with mail_server(settings, certificate=trusted, features=features, **options) as server:
        campaign = start(5)
        send()

    assert states(campaign) == {DeliveryState.SENT: 5}
    assert server.signed_in


def test_words_put_in_before_the_encryption_are_not_believed(settings, trusted):
    settings.EMAIL_USE_TLS = True
    answers = {"starttls": [b"220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n"]}
    with mail_server(settings, certificate=trusted, answers=answers) as server:
        campaign = start(1)
        send()

    assert states(campaign) == {DeliveryState.QUEUED: 1}
    assert server.messages == []
    assert refreshed(campaign).trouble


def test_a_server_without_encryption_gets_neither_password_nor_letters(settings):
    settings.EMAIL_USE_TLS = True
    with mail_server(settings) as server:
        campaign = start(1)
        send()

    assert (states(campaign), server.messages) == ({DeliveryState.QUEUED: 1}, [])
    assert "STARTTLS" in refreshed(campaign).trouble


def test_mails_that_somebody_waits_for_go_first(settings):
    with mail_server(settings) as server:
        campaign = start(2)
        send_mail("Your code", "123456", None, ["waiting@example.org"])
        with stopped_soon():
            send()
        before = len(server.messages)

    assert before == 0
    assert states(campaign) == {DeliveryState.QUEUED: 2}


@contextmanager
def stopped_soon():
    """End a sender that waits for something that does not come."""
    import masthead.mail.work as module

    rounds = iter(range(3))
    original = module.letters_are_due

    def a_few_times(number):
        return next(rounds, None) is not None and original(number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.mail.letters.letters_are_due", a_few_times)
        yield
