"""Whatever is edited, in whatever order, and wherever a baker dies: files are as fresh as rows."""

import random
import threading

import pytest
from django.db import connection, transaction

from masthead.bake import capture, triggers
from masthead.bake.baker import LEASE, Baker, check
from masthead.bake.memory import Memory
from masthead.bake.models import Node
from masthead.bake.tree import Tree
from masthead.stories.baking import PublicPages
from masthead.stories.models import Section, Story
from masthead.stories.render import Shell
from tests.bake.newsroom_life import Life
from tests.factories.stories import StoryFactory
from tests.proof import IS_FULL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]
SEEDS = range(100) if IS_FULL else range(2)
EDITS = 100 if IS_FULL else 40
#: What is broken on one database is broken on the other: the short form tries one.
once = pytest.mark.skipif(
    connection.vendor != "sqlite" and not IS_FULL, reason="broken on SQLite, on both in full"
)
#: What each trigger is for: without it these edits leave a stale file.
LOST = {
    "wagtailcore_page_update": ["raw", "unpublish"],
    "pageviewrestriction": ["restrict", "restrict", "restrict"],
    "stories_story_update": ["child_table_alone", "in_bulk"],
    "stories_newsroom_update": ["settings"],
    "discussion_comment_update": ["comment_in_bulk"],
    "discussion_tally_update": ["reply"],
    "stories_correction_insert": ["correct", "correct", "correct"],
}


class CrashError(Exception):
    """A baker dies here."""


class World:
    """A newsroom with two bakers, its clock, and what happens between their steps."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.life = Life(self.random)
        self.now = 1_000_000.0
        self.done = []
        self.crashes = 0
        tree = Tree(folder)
        self.bakers = [
            Baker(PublicPages(), tree, at=at, clock=lambda: self.now)
            for at in (self.interrupt, self.crash)
        ]

    def live(self):
        """Do an edit, then let the bakers do some of their work."""
        self.done.append(self.life.live())
        self.now += self.random.random() * 3
        for baker in self.random.sample(self.bakers, self.random.randrange(3)):
            self.work(baker)

    def work(self, baker):
        try:
            self.random.choice([baker.tell, lambda: baker.bake(self.random.randrange(1, 8))])()
        except CrashError:
            self.crashes += 1

    def crash(self, _step):
        if self.random.random() < 0.05:
            raise CrashError

    def interrupt(self, step):
        """Let somebody else write, or the other baker work, while this one is in the middle."""
        if step not in {"leased", "one rendered", "rendered"} or self.random.random() > 0.15:
            return
        other = self.life.live if self.random.random() < 0.7 else self.other_works
        in_another_connection(lambda: self.done.append(other()))

    def other_works(self):
        self.work(self.bakers[1])
        return "the other baker works"

    def settle(self):
        """Let all leases run out, and bake until nothing is left to do."""
        baker = self.bakers[1]
        baker.at = lambda _step: None
        while Node.objects.filter(changes__gt=0).exists() or baker.tell():
            self.now += LEASE + 1
            baker.run_until_idle()

    def stale(self):
        return list(check(self.bakers[0].source, self.bakers[0].tree))


def in_another_connection(do):
    failed = []

    def run():
        try:
            do()
        except BaseException as error:  # noqa: BLE001 - told in the thread that waits
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def live_through(seed, folder):
    world = World(seed, folder)
    world.life.found()
    for _each in range(EDITS):
        world.live()
    world.settle()
    return world


@pytest.mark.parametrize("seed", SEEDS)
def test_the_files_are_what_a_fresh_render_gives(tmp_path, seed):
    world = live_through(seed, tmp_path)

    assert world.stale() == []
    renders, swaps = (sum(each) for each in zip(*map(counts, world.bakers), strict=True))
    print(f"{len(world.done)} edits, {world.crashes} crashes: {renders} renders, {swaps} swaps")


def counts(baker):
    return baker.renders, baker.swaps


def without_trigger(part):
    def broken():
        with connection.cursor() as cursor:
            for name in triggers.installed():
                if part in name:
                    is_sqlite = connection.vendor == "sqlite"
                    kind = "TRIGGER" if is_sqlite else "FUNCTION"
                    cursor.execute(f'DROP {kind} "{name}"{"" if is_sqlite else " CASCADE"}')

    return broken


@once
@pytest.mark.parametrize("part", LOST)
def test_a_lost_trigger_would_be_caught(tmp_path, part):
    assert is_caught(tmp_path, without_trigger(part), LOST[part])


@once
def test_rows_that_are_not_noted_would_be_caught(tmp_path, monkeypatch):
    def broken():
        monkeypatch.setattr(capture, "_documents", lambda _model: [])

    assert is_caught(tmp_path, broken, ["rename_section", "rename_person"])


@once
def test_statements_that_are_not_noted_would_be_caught(tmp_path, monkeypatch):
    def broken():
        monkeypatch.setattr(capture.Reading, "keys", lambda _self: set())

    assert is_caught(tmp_path, broken, ["new_section", "write", "write"])


@once
def test_what_renders_share_for_too_long_would_be_caught(tmp_path, monkeypatch):
    def broken():
        monkeypatch.setattr(Memory, "told", lambda self, turn, _told: setattr(self, "turn", turn))

    assert is_caught(tmp_path, broken, ["rename_section"] * 5)


def test_what_renders_share_outlives_changes_of_other_things(kitchen, monkeypatch):
    story = StoryFactory()
    kitchen.settle()
    found = counted(monkeypatch, Shell, "_menu")

    Story.objects.filter(pk=story.pk).update(kicker="Harbour")
    kitchen.settle()
    assert "Harbour" in kitchen.text(story.address)
    assert not found
    Section.objects.filter(pk=story.section_id).update(title="Tides")
    kitchen.settle()

    assert "Tides" in kitchen.text(story.address)
    assert found


def test_what_another_baker_tells_is_not_missed_by_what_renders_share(kitchen):
    story = StoryFactory()
    kitchen.settle()

    Section.objects.filter(pk=story.section_id).update(title="Tides")
    Baker(kitchen.source, kitchen.tree).tell()
    Story.objects.filter(pk=story.pk).update(kicker="Harbour")
    kitchen.settle()

    assert list(check(kitchen.source, kitchen.tree)) == []


def counted(monkeypatch, owner, name):
    """Return a list that grows with each call of a method."""
    calls, method = [], getattr(owner, name)

    def count(*given):
        calls.append(given)
        return method(*given)

    monkeypatch.setattr(owner, name, count)
    return calls


def change_during_the_first_render(kitchen):
    """Rename a story's section, and tell all nodes, while the story is first rendered."""
    story = StoryFactory()
    teller = Baker(kitchen.source, kitchen.tree)

    def edit_and_tell():
        Section.objects.filter(pk=story.section_id).update(title="While it was baked")
        teller.tell()

    def once(step):
        if step == "one rendered":
            kitchen.at = lambda _step: None
            in_another_connection(edit_and_tell)

    kitchen.at = once
    kitchen.tell()
    Node.objects.exclude(name=f"1{story.address}").update(changes=0)
    kitchen.settle()
    return "While it was baked" in kitchen.text(story.address)


def test_a_change_during_the_first_render_is_not_lost(kitchen):
    assert change_during_the_first_render(kitchen)


def test_without_the_tape_it_would_be_lost(kitchen, monkeypatch):
    monkeypatch.setattr(Baker, "_changes_since", lambda _self, _turn: {})

    assert not change_during_the_first_render(kitchen)


def is_caught(folder, broken, edits):
    """Do some edits in a broken newsroom; return whether they leave a stale file."""
    world = World(7, folder)
    broken()
    world.life.found()
    world.settle()
    for name in edits:
        with transaction.atomic():
            getattr(world.life, name)()
    world.settle()
    return bool(world.stale())
