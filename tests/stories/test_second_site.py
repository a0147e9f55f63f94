from datetime import UTC, datetime

import pytest
from wagtail.models import Site

from masthead.stories.founding import add_edition
from masthead.stories.models import Archive, Section, Story
from tests.factories.stories import StoryFactory

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def second_site():
    front = add_edition(name="The Other Lamp", language="en", slug="other")
    return Site.objects.create(
        hostname="other.example", port=80, site_name="The Other Lamp", root_page=front
    )


def publish_on(site, title):
    section = Section(title="Town", slug="town")
    site.root_page.add_child(instance=section)
    story = Story(title=title, section=section, published_at=MARCH)
    Archive.objects.child_of(site.root_page).get().add_child(instance=story)
    story.save_revision().publish()
    return Story.objects.get(pk=story.pk)


def test_a_second_site_is_a_row_with_stories_of_its_own(client, second_site):
    here = StoryFactory(title="Vote", standfirst="Here.", published_at=MARCH)
    there = publish_on(second_site, "Vote")

    first = client.get("/2026/03/vote/", HTTP_HOST="localhost:8000")
    second = client.get("/2026/03/vote/", HTTP_HOST="other.example")

    assert here.address == there.address
    assert there.full_url == "http://other.example/2026/03/vote/"
    assert "Here." in first.text
    assert "Here." not in second.text
    assert "The Other Lamp" in second.text


def test_a_front_page_shows_no_story_of_another_site(client, second_site):
    StoryFactory(title="Only here")
    publish_on(second_site, "Only there")

    first = client.get("/", HTTP_HOST="localhost:8000").text
    second = client.get("/", HTTP_HOST="other.example").text

    assert ("Only here" in first, "Only there" in first) == (True, False)
    assert ("Only here" in second, "Only there" in second) == (False, True)


def test_a_host_that_no_site_has_is_refused(client, second_site):
    assert client.get("/", HTTP_HOST="third.example").status_code == 421
