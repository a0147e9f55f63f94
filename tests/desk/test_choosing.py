"""Choosing a page: what is looked for is what is seen first."""

import re

import pytest
from django.urls import reverse

from masthead.stories.founding import add_edition
from masthead.stories.models import Archive, Person, PersonIndex, Section, Story
from tests.desk.editing import HOST, add_address, edit_address
from tests.factories.people import UserFactory
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory, front_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def spanish(client):
    """Two editions, with a story, a section and a person in each; an editor is signed in."""
    client.force_login(UserFactory(role="Editor"))
    StoryFactory(title="Harbour opens", section=SectionFactory(title="Harbour"))
    PersonFactory(title="Ada Brook")
    front = add_edition(name="La Linterna", language="es", slug="es", translation_of=front_page())
    section = front.add_child(instance=Section(title="Puerto"))
    PersonIndex.objects.child_of(front).get().add_child(instance=Person(title="Ana Costa"))
    story = Story(title="Abre el puerto", section=section, locale=front.locale)
    return Archive.objects.child_of(front).get().add_child(instance=story)


def chosen_from(client, kind, referer):
    address = f"{reverse('wagtailadmin_choose_page')}?page_type={kind}"
    answer = client.get(address, headers={"referer": f"http://localhost:8000{referer}"}, **HOST)
    return re.findall(r'data-title="([^"]+)"', answer.json()["html"])


@pytest.mark.parametrize(
    ("kind", "title"),
    [("story", "Abre el puerto"), ("section", "Puerto"), ("person", "Ana Costa")],
)
def test_the_pages_of_the_language_that_is_worked_in_come_at_once(client, spanish, kind, title):
    found = chosen_from(client, f"stories.{kind}", edit_address(spanish))

    assert found == [title]


def test_stories_come_newest_first(client, spanish):
    StoryFactory(title="And closes")

    assert chosen_from(client, "stories.story", add_address()) == ["And closes", "Harbour opens"]


@pytest.mark.parametrize("referer", ["", "/desk/", "/no/", "/desk/pages/999999/edit/"])
def test_without_a_page_to_start_from_it_is_the_main_language(client, spanish, referer):
    assert chosen_from(client, "stories.story", referer) == ["Harbour opens"]


def test_a_kind_that_does_not_exist_is_refused(client, spanish):
    address = f"{reverse('wagtailadmin_choose_page')}?page_type=stories.nonsense"

    assert client.get(address, **HOST).status_code == 404


def test_only_the_desk_chooses(client):
    client.force_login(UserFactory())
    StoryFactory(title="Harbour opens", live=False)

    answer = client.get(f"{reverse('wagtailadmin_choose_page')}?page_type=stories.story", **HOST)

    assert answer.status_code in {302, 403}
    assert "Harbour opens" not in answer.text
