"""What crawlers are asked, read with a parser of their kind, and whom to tell of a hole."""

from datetime import date
from urllib.robotparser import RobotFileParser

import pytest
from django.core.exceptions import ValidationError

from masthead.lib.robots import ANSWERING, TRAINING
from masthead.stories.checkup import security_contact
from masthead.stories.models import Distribution
from masthead.stories.queries import main_site
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
SEARCH_ENGINES = ("Googlebot", "bingbot", "DuckDuckBot", "Applebot", "SomeReader")


def choose(**fields):
    chosen = Distribution.for_site(main_site())
    for name, value in fields.items():
        setattr(chosen, name, value)
    chosen.full_clean()
    chosen.save()


def text(client, path="/robots.txt"):
    response = client.get(path, HTTP_HOST="localhost:8000")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return response.text


def readers_of(client, names, path="/2026/07/bridge/"):
    parser = RobotFileParser()
    parser.parse(text(client).splitlines())
    return {name for name in names if parser.can_fetch(name, f"http://localhost:8000{path}")}


@pytest.mark.parametrize(
    ("preset", "refused"),
    [("all", ()), ("no_training", TRAINING), ("none", (*TRAINING, *ANSWERING))],
)
def test_a_preset_refuses_the_crawlers_that_it_says_and_no_others(client, preset, refused):
    choose(crawlers=preset)
    names = {*TRAINING, *ANSWERING, *SEARCH_ENGINES}

    assert readers_of(client, names) == names - set(refused)


def test_nobody_is_asked_into_what_is_personal(client):
    assert readers_of(client, SEARCH_ENGINES, "/desk/") == set()
    assert readers_of(client, SEARCH_ENGINES, "/account/login/") == set()


def test_crawlers_learn_where_the_sitemaps_are(client):
    parser = RobotFileParser()
    parser.parse(text(client).splitlines())

    sitemaps = [each.removeprefix("http://localhost:8000") for each in parser.site_maps()]
    assert sitemaps == ["/sitemap.xml", "/sitemaps/news.xml"]
    for path in sitemaps:
        assert client.get(path, HTTP_HOST="localhost:8000").status_code == 200


def test_a_newsroom_adds_rules_of_its_own(client):
    choose(robot_rules="# ours\r\nUser-agent: SomeReader\r\nDisallow: /2026/\r\n")

    assert readers_of(client, SEARCH_ENGINES) == {*SEARCH_ENGINES} - {"SomeReader"}


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ("User-agent: A\nDisalow: /", "Line 2"),
        ("Disallow: /", "Line 1"),
        ("# one\n\nAllow: /", "Line 3"),
        ("User-agent: A\n<script>", "Line 2"),
        ("User-agent: A\nDisallow: /\x00", "Line 2"),
    ],
)
def test_rules_that_crawlers_cannot_read_are_refused_by_their_line(rules, line):
    with pytest.raises(ValidationError) as refusal:
        choose(robot_rules=rules)

    assert line in str(refusal.value.message_dict["robot_rules"])


def test_a_publisher_sets_all_of_it_in_the_desk(client):
    client.force_login(UserFactory(role="Publisher"))
    form = {
        "crawlers": "none",
        "feeds_are_full": "on",
        "robot_rules": "",
        "security_contact": "https://news.example/security/",
        "security_expires_on": "",
    }
    address = client.get(
        "/desk/settings/stories/distribution/", HTTP_HOST="localhost:8000", follow=True
    ).request["PATH_INFO"]

    client.post(address, form, HTTP_HOST="localhost:8000")

    assert "GPTBot" in text(client)
    assert "Contact: https://news.example/security/" in text(client, "/.well-known/security.txt")


def test_security_txt_holds_for_a_year_unless_somebody_says_otherwise(client, time_machine):
    time_machine.move_to("2026-07-01")
    choose(security_contact="security@lantern.example")

    assert text(client, "/.well-known/security.txt").splitlines() == [
        "Contact: mailto:security@lantern.example",
        "Expires: 2027-06-30T00:00:00Z",
        "Preferred-Languages: en",
    ]


def test_without_a_contact_there_is_no_security_txt(client):
    response = client.get("/.well-known/security.txt", HTTP_HOST="localhost:8000")

    assert response.status_code == 404


@pytest.mark.parametrize("contact", ["nobody", "http://news.example/", "a@b.example\nExpires: x"])
def test_a_contact_that_nobody_can_write_to_is_refused(contact):
    with pytest.raises(ValidationError):
        choose(security_contact=contact)


def test_a_date_further_off_than_a_year_is_refused(time_machine):
    time_machine.move_to("2026-07-01")

    with pytest.raises(ValidationError):
        choose(security_contact="a@b.example", security_expires_on=date(2027, 9, 1))


@pytest.mark.parametrize(
    ("today", "said", "urgent"),
    [
        ("2026-07-01", "holds until 2027-06-30", False),
        ("2027-06-05", "expires on 2027-06-30", False),
        ("2027-06-30", "has expired on 2027-06-30", True),
    ],
)
def test_the_doctor_says_when_the_contact_nears_its_end(time_machine, today, said, urgent):
    Distribution.objects.create(
        site=main_site(), security_contact="a@b.example", security_expires_on=date(2027, 6, 30)
    )
    time_machine.move_to(today)

    (finding,) = security_contact()

    assert said in finding.what
    assert (bool(finding.mend) and finding.is_urgent) == urgent
