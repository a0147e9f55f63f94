"""What somebody sees first at the desk."""

import pytest
from django.urls import reverse

from masthead.stories.models import Newsroom, StandingPage
from tests.desk.editing import HOST, add_address
from tests.factories.people import UserFactory
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory

pytestmark = pytest.mark.django_db


def desk(client, role, path="/desk/"):
    client.force_login(UserFactory(role=role))
    return client.get(path, follow=True, **HOST).text


def test_the_first_page_bears_the_newsrooms_name_and_says_what_to_do_first(client):
    page = desk(client, "Publisher")

    assert "The Test Lantern" in page
    assert "First steps" in page
    assert add_address() in page
    assert "Wagtail 8" not in page


def test_the_first_steps_go_when_they_are_done(client):
    SectionFactory()
    PersonFactory()
    StoryFactory()
    StandingPage.objects.update(is_confirmed=True)
    Newsroom.objects.update(accent="#1f5d78")

    assert "First steps" not in desk(client, "Publisher")


def test_a_reporter_is_shown_only_what_they_may_do(client):
    page = desk(client, "Reporter")

    assert "Write the first story" in page
    assert "Add a section" not in page


def test_with_one_language_a_story_is_begun_with_one_press(client):
    listed = desk(client, "Reporter", reverse("stories:index"))
    begun = desk(client, "Reporter", reverse("stories:choose_parent"))

    assert "Write a story" in listed
    assert "What happened, in a line" in begun


@pytest.mark.parametrize(
    ("state", "shown"), [("live", "Harbour opens"), ("draft", "Half a story"), ("submitted", "")]
)
def test_the_list_of_stories_is_filtered_by_state(client, state, shown):
    titles = {"Harbour opens", "Half a story"}
    StoryFactory(title="Harbour opens")
    StoryFactory(title="Half a story", live=False)

    page = desk(client, "Editor", f"{reverse('stories:index')}?state={state}")

    assert {title for title in titles if title in page} == ({shown} - {""})
