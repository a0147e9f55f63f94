"""How often stories are read, counted without knowing by whom."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils.encoding import iri_to_uri

from masthead.lib.reads import Read, Tally, this_hour
from masthead.stories.models import StoryReads
from masthead.stories.reads import (
    MOST_SITES,
    count_logged_reads,
    count_written_reads,
    forget_old_reads,
    most_read,
    reads_by_hour,
    reads_by_site,
)
from tests.factories.people import UserFactory
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
HOST = "localhost:8000"
NOW = "2026-11-22T10:30:00+01:00"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def folder(tmp_path, settings):
    settings.READS_ROOT = tmp_path / "reads"
    return settings.READS_ROOT


@pytest.fixture
def log(tmp_path, settings):
    settings.READ_LOG = str(tmp_path / "reads.log")
    return tmp_path / "reads.log"


def write(folder, counts, hour=None):
    tally = Tally(hour or this_hour())
    for (story, site), count in counts.items():
        tally.counts[Read(f"{HOST}{story.address}", site)] = count
    tally.write(folder)


def line(story, **facts):
    usual = {"time": NOW, "host": HOST, "path": story.address, "status": "200", "method": "GET"}
    others = {"agent": FIREFOX, "referrer": "", "purpose": ""}
    return json.dumps(usual | others | facts) + "\n"


def test_what_two_edges_wrote_down_is_added(folder):
    story, other = StoryFactory(), StoryFactory()
    write(folder, {(story, ""): 3, (story, "search.example"): 2, (other, ""): 1})
    write(folder, {(story, "search.example"): 4})

    assert count_written_reads()

    assert reads_by_site(story) == [("search.example", 6), ("", 3)]
    assert [(each.story, each.count) for each in most_read(hours=24, limit=5)] == [
        (story, 9),
        (other, 1),
    ]
    assert not count_written_reads()


def test_addresses_that_are_no_story_are_not_kept(folder):
    tally = Tally()
    tally.counts[Read(f"{HOST}/2026/11/nothing/", "")] = 3
    tally.counts[Read("elsewhere.example/", "")] = 3
    tally.write(folder)

    count_written_reads()

    assert not StoryReads.objects.exists()


def test_a_file_that_is_broken_is_passed_over(folder):
    story = StoryFactory()
    folder.mkdir()
    (folder / "1-1.json").write_text("{")
    (folder / "2-1.json").write_text('{"hour": 3}')
    write(folder, {(story, ""): 1})

    count_written_reads()

    assert reads_by_site(story) == [("", 1)]
    assert list(folder.iterdir()) == []


def test_a_storm_of_made_up_sites_fills_no_table(folder):
    story = StoryFactory()
    for number in range(3):
        write(folder, {(story, f"s{number}-{each}.example"): 1 for each in range(200)})

    count_written_reads()

    assert StoryReads.objects.count() <= MOST_SITES + 1
    assert sum(count for _site, count in reads_by_site(story)) == 600


def test_hours_stand_apart_and_those_without_a_read_too(folder):
    story = StoryFactory()
    hour = this_hour()
    write(folder, {(story, ""): 2}, hour)
    write(folder, {(story, ""): 5}, hour - timedelta(hours=2))
    count_written_reads()

    assert reads_by_hour(story, hours=3) == [
        (hour - timedelta(hours=2), 5),
        (hour - timedelta(hours=1), 0),
        (hour, 2),
    ]


def test_a_story_that_readers_may_not_see_is_not_named(folder):
    story = StoryFactory()
    write(folder, {(story, ""): 2})
    count_written_reads()

    story.unpublish()

    assert most_read(hours=24, limit=5) == []


def test_a_log_is_read_on_from_where_it_was_left(log):
    story = StoryFactory()
    log.write_text(line(story) + line(story)[:40])
    count_logged_reads()
    assert reads_by_site(story) == [("", 1)]

    log.write_text(line(story) + line(story) + line(story, referrer="https://www.hill.example/x"))
    count_logged_reads()
    count_logged_reads()

    assert sorted(reads_by_site(story)) == [("", 2), ("hill.example", 1)]
    assert StoryReads.objects.first().hour == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_an_address_is_known_with_its_query_and_as_browsers_write_it(log):
    story = StoryFactory(slug="größe")
    log.write_text(line(story, path=f"{iri_to_uri(story.address)}?utm_source=x"))

    count_logged_reads()

    assert reads_by_site(story) == [("", 1)]


def test_what_stands_in_a_log_is_not_counted_twice(folder, log):
    story = StoryFactory()
    log.write_text(line(story))
    write(folder, {(story, ""): 1})

    count_logged_reads()
    count_written_reads()

    assert reads_by_site(story) == [("", 1)]


def test_a_log_that_was_turned_over_is_read_from_its_beginning(log):
    story = StoryFactory()
    log.write_text(line(story) * 3)
    count_logged_reads()

    log.rename(log.with_suffix(".1"))
    log.write_text(line(story))
    count_logged_reads()

    assert reads_by_site(story) == [("", 4)]


@pytest.mark.parametrize(
    "facts",
    [
        {"agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"agent": "curl/8.1"},
        {"agent": ""},
        {"method": "HEAD"},
        {"status": "404"},
        {"purpose": "prefetch;prerender"},
        {"path": "/feed.rss"},
        {"time": "yesterday"},
    ],
)
def test_robots_and_what_nobody_reads_are_left_out(log, facts):
    log.write_text(line(StoryFactory(), **facts) + "no JSON\n[]\n3\n")

    count_logged_reads()

    assert not StoryReads.objects.exists()


def test_what_is_old_is_forgotten(folder):
    story = StoryFactory()
    write(folder, {(story, ""): 2}, this_hour() - timedelta(days=500))
    write(folder, {(story, ""): 3})
    count_written_reads()

    forget_old_reads()

    assert reads_by_site(story) == [("", 3)]


def test_the_desk_sees_what_is_read_and_that_it_is_an_estimate(folder):
    story = StoryFactory(title="Harbour opens")
    write(folder, {(story, "hill.example"): 7})
    count_written_reads()
    desk = Client(headers={"host": HOST})
    desk.force_login(UserFactory(role="Editor"))

    pages = [desk.get(path).text for path in ("/desk/", "/desk/reads/", f"/desk/reads/{story.pk}/")]

    assert all("Harbour opens" in page for page in pages)
    assert "hill.example" in pages[2]
    assert "Read 7 times." in pages[2]
    assert all("This is an estimate" in page for page in pages[1:])


def test_nobody_else_sees_what_is_read(client):
    story = StoryFactory()

    for path in ("/desk/reads/", f"/desk/reads/{story.pk}/"):
        assert client.get(path, HTTP_HOST=HOST).status_code == 302
