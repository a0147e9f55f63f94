import smtplib
import socket
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import connection
from django.utils import timezone

from masthead.mail import actions
from masthead.mail.errors import BadMessage
from masthead.mail.models import MailState, OutgoingMail
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server(settings) as server:
        yield server


def write(recipient="reader@example.org", subject="Your code"):
    send_mail(subject, "Grüße, 123456", None, [recipient])
    return OutgoingMail.objects.get(recipient=recipient)


def refreshed(mail):
    mail.refresh_from_db()
    return mail


def later(time_machine, **time):
    time_machine.move_to(timezone.now() + timedelta(**time), tick=False)


def test_a_mail_is_handed_to_the_mail_server_once(server):
    mail = write()

    actions.deliver_due()
    actions.deliver_due()

    assert [(sender, to) for sender, to, _message in server.messages] == [
        ("newsroom@localhost", ["reader@example.org"])
    ]
    assert refreshed(mail).state == MailState.SENT
    assert mail.answer == "250 queued as 1"


def test_a_mail_has_the_headers_that_mail_servers_expect(server):
    mail = write()

    actions.deliver_due()

    message = message_from_bytes(server.messages[0][2], policy=policy.default)
    assert message["From"] == "newsroom@localhost"
    assert message["To"] == "reader@example.org"
    assert message["Message-ID"].endswith("@localhost>")
    assert message["Date"].datetime.utcoffset() is not None
    assert message.get_content().strip() == "Grüße, 123456"
    assert server.messages[0][2].isascii()
    assert server.messages[0][2] == bytes(mail.message)


def test_many_mails_go_over_one_connection(server):
    for number in range(5):
        write(f"reader{number}@example.org")

    actions.deliver_due()

    assert (len(server.messages), server.connections) == (5, 1)


def test_a_message_to_three_people_is_three_mails_and_hides_the_blind_copy(server):
    EmailMessage(
        "Hi", "Text", None, ["a@example.org"], bcc=["b@example.org", "c@example.org"]
    ).send()

    actions.deliver_due()

    assert {to[0] for _sender, to, _message in server.messages} == {
        "a@example.org",
        "b@example.org",
        "c@example.org",
    }
    assert not any(b"b@example.org" in message for _sender, _to, message in server.messages)


def test_a_mail_that_the_server_puts_off_is_tried_again_later(settings, time_machine):
    with mail_server(settings, answers={"rcpt": ["451 greylisted"]}) as server:
        mail = write()
        actions.deliver_due()
        put_off = refreshed(mail).state, mail.answer, mail.attempts
        actions.deliver_due()
        before = len(server.messages)
        later(time_machine, minutes=6)
        actions.deliver_due()

    assert put_off == (MailState.WAITING, "451 greylisted", 1)
    assert before == 0
    assert refreshed(mail).state == MailState.SENT


def test_a_mail_put_off_after_its_message_went_out_keeps_its_message_id(settings, time_machine):
    with mail_server(settings, answers={"data": ["452 disk full"]}) as server:
        mail = write()
        actions.deliver_due()
        assert refreshed(mail).state == MailState.WAITING
        later(time_machine, minutes=6)
        actions.deliver_due()

    assert refreshed(mail).state == MailState.SENT
    assert server.messages[0][2] == bytes(mail.message)


def test_a_mail_put_off_for_three_days_is_given_up(settings, time_machine):
    with mail_server(settings, answers={"rcpt": ["451 busy"] * 30}):
        mail = write()
        begun = timezone.now()
        while refreshed(mail).state == MailState.WAITING:
            time_machine.move_to(mail.due_at, tick=False)
            actions.deliver_due()

    assert mail.state == MailState.REFUSED
    assert timedelta(days=2, hours=12) < timezone.now() - begun < timedelta(days=3)


def test_a_refused_mail_does_not_hold_up_the_next_one(settings):
    with mail_server(settings, answers={"rcpt": ["550 no such user"]}) as server:
        refused, good = write("gone@example.org"), write("here@example.org")
        actions.deliver_due()

    assert (refreshed(refused).state, refused.answer) == (MailState.REFUSED, "550 no such user")
    assert refreshed(good).state == MailState.SENT
    assert server.connections == 1


def test_a_server_that_ends_the_session_gets_the_next_mail_in_a_new_one(settings):
    with mail_server(settings, answers={"rcpt": ["421 too many mails"]}) as server:
        put_off, good = write("first@example.org"), write("second@example.org")
        while actions.deliver_due():
            pass

    assert (refreshed(put_off).state, put_off.attempts) == (MailState.WAITING, 1)
    assert refreshed(good).state == MailState.SENT
    assert server.connections == 2


def test_mails_wait_while_the_server_is_away(settings, time_machine):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused.getsockname()[1]
        mail = write()
        actions.deliver_due()

    assert refreshed(mail).state == MailState.WAITING
    assert mail.due_at > timezone.now()
    assert "nothing listens on port" in mail.answer
    with mail_server(settings):
        later(time_machine, minutes=3)
        actions.deliver_due()
    assert refreshed(mail).state == MailState.SENT


def test_a_crash_before_the_message_goes_out_costs_nothing(server, monkeypatch, time_machine):
    mail = write()
    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "rcpt", crash)
        with pytest.raises(KeyboardInterrupt):
            actions.deliver_due()
    actions.deliver_due()
    assert (refreshed(mail).state, server.messages) == (MailState.SENDING, [])

    later(time_machine, minutes=6)
    actions.deliver_due()

    assert refreshed(mail).state == MailState.SENT
    assert len(server.messages) == 1


def test_a_mail_is_not_sent_twice_after_a_crash_between_message_and_answer(
    server, monkeypatch, time_machine
):
    mail = write()
    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "data", sent_then_crash(smtplib.SMTP.data))
        with pytest.raises(KeyboardInterrupt):
            actions.deliver_due()

    later(time_machine, minutes=6)
    actions.deliver_due()
    later(time_machine, days=5)
    actions.deliver_due()

    assert len(server.messages) == 1
    assert refreshed(mail).state == MailState.UNCERTAIN


def test_an_answer_that_never_comes_leaves_a_mail_uncertain(settings):
    with mail_server(settings, answers={"data": [None]}) as server:
        mail, other = write(), write("other@example.org")
        while actions.deliver_due():
            pass

    assert refreshed(mail).state == MailState.UNCERTAIN
    assert refreshed(other).state == MailState.SENT
    assert len(server.messages) == 2


def test_an_uncertain_mail_is_sent_again_by_hand(settings):
    with mail_server(settings, answers={"data": [None]}) as server:
        mail = write()
        actions.deliver_due()
        assert actions.send_again(mail=mail)
        actions.deliver_due()

    assert refreshed(mail).state == MailState.SENT
    assert len(server.messages) == 2


def test_two_workers_never_take_the_same_mail(server, monkeypatch):
    mail = write()
    rcpt = smtplib.SMTP.rcpt

    def while_another_worker_looks(self, recipient):
        monkeypatch.setattr(smtplib.SMTP, "rcpt", rcpt)
        actions.deliver_due()
        return rcpt(self, recipient)

    monkeypatch.setattr(smtplib.SMTP, "rcpt", while_another_worker_looks)
    actions.deliver_due()

    assert refreshed(mail).state == MailState.SENT
    assert len(server.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_time_send_each_mail_once(server):
    for number in range(12):
        write(f"reader{number}@example.org")

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(to[0] for _sender, to, _message in server.messages) == sorted(
        f"reader{number}@example.org" for number in range(12)
    )
    assert not OutgoingMail.objects.exclude(state=MailState.SENT).exists()


def test_a_mail_that_another_worker_took_a_moment_ago_is_left_to_it(server, monkeypatch):
    write()
    OutgoingMail.objects.update(
        state=MailState.SENDING, leased_until=timezone.now() + timedelta(minutes=5)
    )
    monkeypatch.setattr(actions, "due_mails", OutgoingMail.objects.all)  # as read before that

    actions.deliver_due()

    assert server.messages == []


def test_a_worker_that_overslept_its_lease_leaves_the_mail_to_the_next(
    server, monkeypatch, time_machine
):
    mail = write()
    rcpt = smtplib.SMTP.rcpt

    def oversleep(self, recipient):
        later(time_machine, minutes=6)
        until = timezone.now() + timedelta(minutes=5)
        OutgoingMail.objects.update(state=MailState.SENDING, leased_until=until)
        return rcpt(self, recipient)

    monkeypatch.setattr(smtplib.SMTP, "rcpt", oversleep)
    actions.deliver_due()

    assert server.messages == []
    assert (refreshed(mail).state, mail.handed_over_at) == (MailState.SENDING, None)


def test_without_a_mail_server_mails_are_kept_and_never_sent_by_themselves(settings):
    mail = write()
    actions.deliver_due()
    assert refreshed(mail).state == MailState.KEPT

    with mail_server(settings) as server:
        actions.deliver_due()

    assert refreshed(mail).state == MailState.KEPT
    assert server.messages == []


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "Hi\nBcc: all@example.org"},
        {"subject": "Hi\rBcc: all@example.org"},
        {"to": ["a@example.org\nBcc: all@example.org"]},
        {"bcc": ["a@example.org>\r\nRCPT TO:<all@example.org"]},
        {"bcc": ["a@example.org, b@example.org"]},
        {"to": ["nobody"]},
        {"to": ["müller@example.org"]},
        {"from_email": "x@example.org\r\nX: y"},
        {"reply_to": ["a@example.org\nX: y"]},
        {"headers": {"X-Test": "a\nb"}},
    ],
)
def test_a_line_break_or_a_bad_address_is_refused_and_nothing_is_written(fields):
    with pytest.raises((BadMessage, BadHeaderError)):
        EmailMessage(**{"subject": "Hi", "to": ["a@example.org"]} | fields).send()

    assert not OutgoingMail.objects.exists()


def test_a_host_in_any_script_is_written_as_mail_writes_it(server):
    EmailMessage("Hi", "Text", None, ["Jörg Müller <j@müller.example>"]).send()

    actions.deliver_due()

    assert server.messages[0][1] == ["j@xn--mller-kva.example"]


def test_messages_are_forgotten_after_thirty_days_but_not_what_became_of_them(server, time_machine):
    mail = write()
    actions.deliver_due()
    later(time_machine, days=29)
    fresh = write("fresh@example.org")
    actions.forget_messages()
    assert refreshed(mail).message

    later(time_machine, days=2)
    actions.forget_messages()

    assert not refreshed(mail).message
    assert mail.state == MailState.SENT
    assert refreshed(fresh).message


def test_a_mail_that_still_waits_is_not_forgotten(settings, time_machine):
    settings.EMAIL_HOST = "mail.example"
    mail = write()
    later(time_machine, days=40)

    actions.forget_messages()

    assert refreshed(mail).message


def test_both_parts_of_a_mail_can_be_read_in_the_outbox():
    from masthead.mail.queries import content

    message = EmailMultiAlternatives("Hi", "Text ☀", None, ["a@example.org"])
    message.attach_alternative("<p>Text ☀</p>", "text/html")
    message.send()

    found = content(OutgoingMail.objects.get())

    assert (found.text.strip(), found.html.strip()) == ("Text ☀", "<p>Text ☀</p>")
    assert ("To", "a@example.org") in found.headers


def work():
    try:
        while actions.deliver_due():
            pass
    finally:
        connection.close()


def crash(*args, **kwargs):
    raise KeyboardInterrupt


def sent_then_crash(data):
    def handing_over(self, message):
        data(self, message)
        raise KeyboardInterrupt

    return handing_over
