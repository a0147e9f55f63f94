"""What an app above puts on public pages: HTML at places of templates, and addresses below."""

import pytest

from masthead.stories import additions
from masthead.stories.additions import Addition
from masthead.stories.answer import Answer
from masthead.stories.models import Story
from tests.factories.stories import SectionFactory, StoryFactory

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost:8000"}


def notes(page, rest):
    steps = {"notes/": b"All notes", "notes/2/": b"Second note", "notes.json": b"[2]"}
    if isinstance(page, Story) and rest in steps:
        return Answer(content=steps[rest] + b" on " + page.title.encode())
    return None


@pytest.fixture(autouse=True)
def some_notes(monkeypatch):
    addition = Addition(
        html={"after_story": lambda _shell, page: f"<aside>Notes on {page.title}</aside>"},
        below={"notes": notes, "notes.json": notes},
        paths=lambda page: ["notes/2/", "notes.json"] if isinstance(page, Story) else [],
    )
    monkeypatch.setattr(additions, "_additions", [addition])


def read(client, address):
    return client.get(address, **HOST)


def test_html_stands_at_its_place_of_a_page(client):
    assert (
        "<aside>Notes on Harbour</aside>"
        in read(client, StoryFactory(title="Harbour").address).text
    )


def test_pages_and_files_stand_below_a_page(client):
    address = StoryFactory(title="Harbour").address

    assert read(client, f"{address}notes/2/").text == "Second note on Harbour"
    assert read(client, f"{address}notes.json").text == "[2] on Harbour"


def test_what_is_unknown_below_a_page_is_not_found(client):
    address = StoryFactory().address

    for rest in ("notes/3/", "notes/2/2/", "other/", "notes/2/notes.json", "notes/notes/2/"):
        assert read(client, f"{address}{rest}").status_code == 404, rest
    assert read(client, "/notes/2/").status_code == 404


def test_nothing_stands_below_a_page_that_readers_may_not_see(client):
    story = StoryFactory()
    story.unpublish()

    assert read(client, f"{story.address}notes/2/").status_code == 404


def test_a_section_whose_name_an_address_begins_with_is_in_nobodys_way(client):
    SectionFactory(slug="notes", title="Notes")

    assert read(client, "/notes/").status_code == 200
