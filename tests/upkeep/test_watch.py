"""What an operator is told, at the desk, by mail and by figures."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from masthead.bake.models import Node
from masthead.lib.counters import Counts
from masthead.mail.holds import hold, let_go
from masthead.mail.models import MailState, OutgoingMail
from masthead.mail.queries import content
from masthead.upkeep.conditions import conditions
from masthead.upkeep.watch import watch
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
TOKEN = "prometheus-0123456789"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    (tmp_path / "masthead.toml").touch()
    return tmp_path


@pytest.fixture
def operator():
    UserFactory(role="Editor")
    return UserFactory(email="ops@example.org", role="Operator")


@pytest.fixture
def desk(operator):
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(operator)
    return client


def told():
    return [(mail.recipient, mail.subject) for mail in OutgoingMail.objects.order_by("pk")]


def wrong():
    return {each.name for each in conditions() if not each.is_well}


def test_an_operator_is_told_once_what_needs_a_hand_and_once_that_it_is_well(operator, monkeypatch):
    monkeypatch.setattr("masthead.upkeep.conditions.is_held", lambda _path: True)
    for _look in range(4):
        watch()
    well = told()
    node = Node.objects.create(name="broken", failures=3)
    for _look in range(2):
        watch()
    early = told()
    for _look in range(4):
        watch()
    worse = told()
    node.delete()
    for _look in range(5):
        watch()

    assert (well, early) == ([], [])
    assert worse == [
        ("ops@example.org", "Something needs a hand at The Test Lantern: Pages"),
    ]
    assert told()[1:] == [("ops@example.org", "Well again at The Test Lantern: Pages")]
    text = content(OutgoingMail.objects.earliest("pk")).text
    assert "1 page cannot be baked: readers see it as it was." in text
    assert "http://localhost:8000/desk/status/" in text


def test_what_mends_itself_is_not_told(operator):
    for _round in range(3):
        hold(why="A pause.")
        watch()
        watch()
        let_go()
        watch()

    assert not [subject for _to, subject in told() if "Mail" in subject]


def test_notes_that_are_damaged_count_for_nothing(operator, home):
    (home / "watch.json").write_text('{"mail": 7}')

    watch()

    assert set(json.loads((home / "watch.json").read_text())) == {
        each.name for each in conditions()
    }


def late_mail(settings):
    settings.EMAIL_HOST = "mail.example"
    before = timezone.now() - timedelta(hours=1)
    OutgoingMail.objects.create(
        recipient="a@b.example", state=MailState.WAITING, created_at=before, due_at=before
    )
    return "mail"


def held_mail(settings):
    hold(why="The newsroom was restored.")
    return "mail"


def broken_page(settings):
    Node.objects.create(name="broken", failures=1)
    return "pages"


def no_worker(settings):
    return "processes"


def full_disk(settings):
    return "disk"


@pytest.mark.parametrize("fault", [late_mail, held_mail, broken_page, no_worker])
def test_the_desk_says_in_plain_words_what_needs_a_hand(desk, settings, fault, monkeypatch):
    monkeypatch.setattr("masthead.upkeep.conditions.GIGABYTE", 1)
    if fault is not no_worker:
        monkeypatch.setattr("masthead.upkeep.conditions.is_held", lambda _path: True)

    name = fault(settings)

    text = desk.get("/desk/status/").content.decode()
    assert wrong() == {name}
    assert "1 thing needs a hand." in text
    assert next(each.words for each in conditions() if each.name == name) in text


def test_the_status_page_is_for_operators_alone():
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(UserFactory(role="Publisher"))

    assert client.get("/desk/status/").status_code in {302, 403}
    assert "/desk/status/" not in client.get("/desk/").content.decode()


def test_prometheus_gets_its_figures_for_the_token_alone(client, settings, tmp_path):
    settings.READS_ROOT = tmp_path / "reads"
    OutgoingMail.objects.create(recipient="a@b.example", state=MailState.WAITING)
    host = {"HTTP_HOST": "localhost:8000"}
    closed = client.get("/metrics", **host, HTTP_AUTHORIZATION="Bearer ")
    settings.METRICS_TOKEN = TOKEN
    Counts({"memory 200": 3, "edge 408": 1, "baker renders": 2}).write(settings.READS_ROOT)

    wrong = client.get("/metrics", **host, HTTP_AUTHORIZATION="Bearer x")
    answer = client.get("/metrics", **host, HTTP_AUTHORIZATION=f"Bearer {TOKEN}")

    assert (closed.status_code, wrong.status_code) == (404, 404)
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in answer["Cache-Control"]
    lines = answer.content.decode().splitlines()
    assert 'masthead_mails{state="waiting"} 1' in lines
    assert 'masthead_process_runs{process="worker"} 0' in lines
    assert 'masthead_requests_total{by="memory",status="200"} 3' in lines
    assert "masthead_renders_total 2" in lines
    for line in lines:
        assert line.startswith(("# HELP masthead_", "# TYPE masthead_", "masthead_"))
