"""From a change to exactly the files that show it."""

import socket
from datetime import UTC, datetime

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models
from django.test import Client
from wagtail.models import PageViewRestriction

from masthead.bake import triggers
from masthead.bake.baker import check
from masthead.bake.models import Change, Node
from masthead.readers.models import User
from masthead.stories import additions
from masthead.stories.additions import Addition
from masthead.stories.answer import Answer
from masthead.stories.baking import PublicPages
from masthead.stories.models import Person, Section, Story
from tests.factories.people import UserFactory
from tests.factories.stories import PersonFactory, SectionFactory, StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)


def stale(kitchen):
    return list(check(kitchen.source, kitchen.tree))


def publish(page, **changes):
    version = page.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(version, name, value)
    version.save_revision().publish()


def test_a_new_newsroom_is_baked_whole(kitchen):
    story = StoryFactory(title="Harbour opens")
    kitchen.settle()

    assert stale(kitchen) == []
    assert "Harbour opens" in kitchen.text(story.address)
    assert "Harbour opens" in kitchen.text("/")
    for path in ("/archive/2026/11/", "/about/", f"{story.section.url}2026/"):
        assert kitchen.holds(path)


def test_a_file_is_what_the_application_would_answer(kitchen, settings):
    story = StoryFactory()
    kitchen.settle()

    answer = Client(headers={"host": "localhost:8000"}).get(story.address)

    assert kitchen.text(story.address) == answer.text
    told = {name: value for name, value in answer.headers.items() if name in settings.BAKE_HEADERS}
    assert told == settings.BAKE_HEADERS


def test_what_an_app_adds_below_a_page_is_baked_with_it(kitchen, monkeypatch):
    story = StoryFactory(title="Harbour opens")
    addition = Addition(
        below={"notes": lambda page, rest: Answer(content=f"{page.title}, {rest}".encode())},
        paths=lambda page: ["notes/1/"] if isinstance(page, Story) else [],
    )
    monkeypatch.setattr(additions, "_additions", [addition])
    kitchen.settle()
    assert kitchen.text(f"{story.address}notes/1/") == "Harbour opens, notes/1/"

    story.unpublish()
    kitchen.settle()

    assert not kitchen.holds(f"{story.address}notes/1/")


def test_an_edited_headline_bakes_only_what_shows_it(kitchen):
    others = [StoryFactory() for _each in range(25)]
    kitchen.settle()
    renders = kitchen.renders

    publish(others[3], title="A better headline")
    changed = kitchen.settle()

    paths = {place.removeprefix("localhost:8000") for place in changed}
    assert paths == {path for path in paths if "A better headline" in kitchen.text(path)}
    assert {others[3].address, f"{others[3].section.url}2026/", "/archive/2026/11/"} <= paths
    assert kitchen.renders - renders <= len(paths) + 5
    assert stale(kitchen) == []


def test_a_new_story_leaves_full_parts_of_lists_alone(kitchen, monkeypatch):
    monkeypatch.setattr("masthead.stories.lists.MOST", 5)
    section = StoryFactory().section
    for _each in range(10):
        StoryFactory()
    kitchen.settle()

    story = StoryFactory()
    changed = {place.removeprefix("localhost:8000") for place in kitchen.settle()}

    assert {"/", story.address, section.url, f"{section.url}2026/11/"} <= changed
    assert not {f"{section.url}2026/11/page/1/", f"{section.url}2026/11/page/2/"} & changed
    assert stale(kitchen) == []


def test_a_withdrawn_story_changes_its_own_month_of_a_list_alone(kitchen, monkeypatch):
    monkeypatch.setattr("masthead.stories.lists.MOST", 2)
    story, *_others = [
        StoryFactory(published_at=datetime(2026, month, day, tzinfo=UTC))
        for month in (3, 7)
        for day in (1, 2, 3)
    ]
    section = story.section.url
    kitchen.settle()
    assert kitchen.holds(f"{section}2026/03/page/1/")

    story.unpublish()
    changed = {place.removeprefix("localhost:8000") for place in kitchen.settle()}

    assert {f"{section}2026/03/", f"{section}2026/", "/archive/2026/03/"} <= changed
    assert not {f"{section}2026/07/", "/archive/2026/07/"} & changed
    assert not kitchen.holds(f"{section}2026/03/page/1/")
    assert stale(kitchen) == []


def test_an_unpublished_story_leaves_no_file(kitchen):
    story = StoryFactory(title="Not any more")
    kitchen.settle()

    story.unpublish()
    kitchen.settle()

    assert not kitchen.holds(story.address)
    assert not kitchen.file(f"localhost:8000{story.address}").exists()
    assert "Not any more" not in kitchen.text("/")
    assert stale(kitchen) == []


def test_a_restricted_page_leaves_no_file_and_returns(kitchen):
    story = StoryFactory()
    kitchen.settle()

    PageViewRestriction.objects.create(page=story, restriction_type="login")
    kitchen.settle()
    assert not kitchen.holds(story.address)

    PageViewRestriction.objects.all().delete()
    kitchen.settle()
    assert kitchen.holds(story.address)
    assert stale(kitchen) == []


def test_pages_are_restricted_one_after_the_other(kitchen):
    stories = [StoryFactory(), StoryFactory()]
    kitchen.settle()

    for story in stories:
        PageViewRestriction.objects.create(page=story, restriction_type="login")
        kitchen.settle()

    assert not any(kitchen.holds(story.address) for story in stories)
    assert stale(kitchen) == []


def test_a_moved_story_leaves_a_baked_redirect(kitchen):
    story = StoryFactory(slug="one")
    old = story.address
    kitchen.settle()

    publish(story, slug="two")
    kitchen.settle()

    about = kitchen.file(f"localhost:8000{old}", about=True).read_text()
    assert '"status": 301' in about
    assert Story.objects.get().address in about
    assert stale(kitchen) == []


def test_what_readers_do_not_see_wakes_nobody(kitchen):
    draft, live = StoryFactory(live=False), StoryFactory()
    kitchen.settle()

    for step in range(30):
        for page in (draft, live):
            version = page.get_latest_revision_as_object()
            version.title = f"Typed {step}"
            version.save_revision()
        draft.title = f"Typed {step}"
        draft.save()
        Story.objects.filter(pk=live.pk).update(locked=bool(step % 2), draft_title=f"Typed {step}")
        UserFactory()

    assert list(Change.objects.filter(turn=0).values_list("key", flat=True)) == []
    assert not Node.objects.filter(changes__gt=0).exists()


@pytest.mark.parametrize("how", ["queryset", "raw"])
def test_a_change_past_the_models_is_seen_too(kitchen, how):
    story = StoryFactory()
    kitchen.settle()

    if how == "queryset":
        Story.objects.filter(pk=story.pk).update(kicker="Overnight")
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE stories_story SET kicker = 'Overnight'")
    kitchen.settle()

    assert "Overnight" in kitchen.text(story.address)


def test_a_renamed_person_and_section_change_on_every_page_that_names_them(kitchen):
    person, section = PersonFactory(), SectionFactory()
    stories = [StoryFactory(section=section) for _each in range(3)]
    for story in stories:
        version = story.get_latest_revision_as_object()
        version.bylines = [version.bylines.model(person=person)]
        version.save_revision().publish()
    kitchen.settle()

    publish(Person.objects.get(), title="Ada Newname")
    publish(Section.objects.get(pk=section.pk), title="Harbours")
    kitchen.settle()

    for story in stories:
        assert "Ada Newname" in kitchen.text(story.address)
        assert "Harbours" in kitchen.text(story.address)
    assert stale(kitchen) == []


def test_a_damaged_file_is_found_and_baked_anew(kitchen):
    story = StoryFactory()
    kitchen.settle()
    place = f"localhost:8000{story.address}"
    kitchen.file(place).with_name("index.html.br").write_bytes(b"torn")

    assert stale(kitchen) == [place]

    triggers.note_everything()
    kitchen.settle()
    assert stale(kitchen) == []


def test_a_file_that_belongs_to_nothing_is_found_and_swept_away(kitchen):
    kitchen.settle()
    folder = kitchen.tree.root / "localhost:8000/left"
    folder.mkdir()
    (folder / ".index.html.json").write_text("{}")

    assert stale(kitchen) == ["localhost:8000/left/"]

    kitchen.sweep()
    assert stale(kitchen) == []


def ask_the_network():
    with socket.socket() as asked:
        asked.connect(("127.0.0.1", 9))


class NosyPages(PublicPages):
    """Asks for what no public page is made from, while it renders."""

    def __init__(self, ask):
        self.ask = ask

    def render(self, name):
        self.ask()
        return super().render(name)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(User.objects.all()),
        lambda: Story.objects.update(kicker="x"),
        lambda: connection.cursor().execute("SELECT 1"),
        ask_the_network,
    ],
    ids=["another table", "a write", "past the object mapper", "the network"],
)
def test_a_render_may_read_public_rows_and_nothing_else(kitchen, ask):
    kitchen.settle()
    story = StoryFactory()
    kitchen.source = NosyPages(ask)
    kitchen.tell()

    kitchen.bake()

    assert not kitchen.holds(story.address)
    assert Node.objects.filter(failures=1).exists()
    assert Story.objects.get().kicker == ""

    kitchen.source = PublicPages()
    kitchen.now += 100
    kitchen.settle()
    assert kitchen.holds(story.address)


def test_a_page_with_a_form_for_one_person_is_not_baked(kitchen, monkeypatch):
    story = StoryFactory(standfirst="csrfmiddlewaretoken")
    kitchen.tell()

    kitchen.bake(100)

    assert not kitchen.holds(story.address)


COLUMN = models.CharField(max_length=20, default="")


def change_columns(change):
    """Do what a migration does, with the signals that Django sends around it."""
    emit_pre_migrate_signal(0, interactive=False, db="default")
    with connection.schema_editor() as editor:
        change(editor)
    emit_post_migrate_signal(0, interactive=False, db="default")


def added(editor):
    column = models.CharField(max_length=20, default="")
    column.set_attributes_from_name("subtitle")
    editor.add_field(Story, column)


def altered(editor):
    longer = models.CharField(max_length=90, blank=True)
    longer.set_attributes_from_name("kicker")
    editor.alter_field(Story, Story._meta.get_field("kicker"), longer)


def renamed_and_back(editor):
    other = models.CharField(max_length=80, blank=True)
    other.set_attributes_from_name("roof_line")
    other.model = Story
    editor.alter_field(Story, Story._meta.get_field("kicker"), other)
    editor.alter_field(Story, other, Story._meta.get_field("kicker"))


@pytest.mark.parametrize("change", [added, altered, renamed_and_back])
def test_a_migrated_table_notes_its_changes(kitchen, change):
    story = StoryFactory()
    kitchen.settle()

    change_columns(change)

    assert triggers.difference() == set()
    kitchen.settle()
    Story.objects.filter(pk=story.pk).update(kicker="After the migration")
    kitchen.settle()
    assert "After the migration" in kitchen.text(story.address)
    assert stale(kitchen) == []


def test_a_missing_trigger_is_noticed():
    with connection.cursor() as cursor:
        name = next(name for name in triggers.installed() if "stories_story_update" in name)
        on = ' ON "stories_story"' if connection.vendor == "postgresql" else ""
        cursor.execute(f'DROP TRIGGER "{name}"{on}')

    assert triggers.difference() == {name}

    triggers.install()
    assert triggers.difference() == set()
