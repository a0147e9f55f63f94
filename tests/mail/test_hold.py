"""All mail is held after a restore, until a person lets it go."""

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone

from masthead.cli import main
from masthead.mail import holds
from masthead.mail.actions import deliver_due
from masthead.mail.checkup import mail_goes_out
from masthead.mail.models import CampaignState, MailState, OutgoingMail
from masthead.mail.queries import current_hold
from tests.factories.people import UserFactory
from tests.mail.letters import send, start
from tests.mail.smtp_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
HOST = {"HTTP_HOST": "localhost:8000"}
DESK = "wagtailadmin.access_admin"
WHY = "The newsroom was restored from a backup."


@pytest.fixture
def server(settings):
    with mail_server(settings, features=("PIPELINING",)) as server:
        yield server


@pytest.fixture
def operator(client):
    client.force_login(UserFactory(permissions=[DESK, "mail.view_outgoingmail"]))
    return client


def write(subject):
    send_mail(subject, "Text", None, ["ana@example.org"])
    return OutgoingMail.objects.get(subject=subject)


def work():
    while deliver_due():
        pass
    send()


def test_nothing_goes_out_until_a_person_says_so(server, operator, time_machine):
    before = write("Before the backup")
    letter = start(2, send_at=timezone.now() + timedelta(minutes=1))
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    holds.hold(why=WHY)
    holds.hold(why="A second one changes nothing.")
    since = write("Since")
    work()
    assert not server.messages
    assert WHY in operator.get(reverse("wagtailadmin_home"), **HOST).text

    page = operator.get(reverse("outbox_hold"), **HOST).text
    operator.post(reverse("outbox_hold"), {"do": "go on"}, **HOST)
    work()

    assert WHY in page
    assert "1 mail waited before that" in page
    assert [to for _sender, (to,), _message in server.messages] == ["ana@example.org"]
    before.refresh_from_db()
    since.refresh_from_db()
    assert (before.state, since.state) == (MailState.KEPT, MailState.SENT)
    letter.refresh_from_db()
    assert letter.state == CampaignState.PAUSED
    assert "before mail went on" in letter.trouble
    assert WHY not in operator.get(reverse("wagtailadmin_home"), **HOST).text


def test_a_letter_that_was_under_way_is_paused_and_says_why(server, monkeypatch):
    letter = start(2)
    monkeypatch.setattr("masthead.mail.sender.Sender.run", lambda _sender: None)
    send_one_round()
    holds.hold(why=WHY)
    monkeypatch.undo()
    holds.let_go()
    send()

    letter.refresh_from_db()
    assert (letter.state, letter.trouble) == (CampaignState.PAUSED, WHY)
    assert not server.messages


def send_one_round():
    from masthead.mail.work import send_letters

    send_letters(0)


def test_what_waited_before_goes_out_too_if_a_person_wants_it(server, operator):
    write("Before the backup")
    holds.hold(why=WHY)

    operator.post(reverse("outbox_hold"), {"do": "go on with all"}, **HOST)
    work()

    assert len(server.messages) == 1


def test_only_an_operator_holds_mail_or_lets_it_go(client):
    holds.hold(why=WHY)
    client.force_login(UserFactory(permissions=[DESK]))

    home = client.get(reverse("wagtailadmin_home"), **HOST).text
    assert WHY in home
    assert reverse("outbox_hold") not in home
    for verb in ("go on", "hold"):
        answer = client.post(reverse("outbox_hold"), {"do": verb}, **HOST)
        assert answer.status_code in {302, 403}

    assert current_hold()


def test_at_the_terminal_mail_is_held_and_goes_on(capsys, settings):
    settings.EMAIL_HOST = "mail.example"
    write("Waits")

    assert main(["mail", "hold"]) == 0
    assert "1 waited before that, 0 written since" in capsys.readouterr().out
    told = [each.what for each in mail_goes_out()]
    assert told == ["no mail goes out: Somebody held all mail."]
    assert main(["mail", "go-on", "--with-what-waited"]) == 0
    assert "Mail goes out." in capsys.readouterr().out
    assert current_hold() is None
