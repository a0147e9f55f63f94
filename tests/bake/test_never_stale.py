"""Whatever is edited, in whatever order, and wherever a baker dies: files are as fresh as rows."""

import random
import threading

import pytest
from django.db import connection

from masthead.bake.baker import LEASE, Baker, check
from masthead.bake.models import Node
from masthead.bake.tree import Tree
from masthead.stories.baking import PublicPages
from tests.bake.newsroom_life import Life
from tests.proof import IS_FULL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]
SEEDS = range(100) if IS_FULL else range(3)
EDITS = 100 if IS_FULL else 40


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


def live_through(seed, folder, edits=EDITS):
    world = World(seed, folder)
    world.life.found()
    for _each in range(edits):
        world.live()
    world.settle()
    return world


@pytest.mark.parametrize("seed", SEEDS)
def test_the_files_are_what_a_fresh_render_gives(tmp_path, seed, record_property):
    world = live_through(seed, tmp_path)

    assert world.stale() == []
    renders, swaps = (
        sum(getattr(each, name) for each in world.bakers) for name in ("renders", "swaps")
    )
    print(
        f"{len(world.done)} edits, {world.crashes} crashes, {renders} renders, {swaps} swaps, {renders / swaps:.2f}"
    )
