"""The baker at work, as long as a newsroom is served."""

import hashlib
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from django.conf import settings

from masthead.bake import purge, shared, triggers
from masthead.bake.baker import Baker
from masthead.bake.models import Change, Node, Tape
from masthead.bake.source import the_source
from masthead.bake.tree import Tree
from masthead.lib.counters import Counts
from masthead.lib.jobs import Job
from masthead.lib.lease import Lease

logger = logging.getLogger("masthead.baker")
#: Seconds between two looks at whether something changed.
LOOK = 0.05
#: Nodes that are baked before new publications are looked for; few right after one.
SOME, FEW = 4, 2
#: So many in one go were one publication; afterwards the baker rests, at most so long (seconds).
MANY, LONGEST_REST = 32, 0.5


def new_baker() -> Baker:
    """Return a baker of the newsroom's tree."""
    return Baker(the_source(), Tree(settings.BAKE_ROOT))


def jobs(lease: Lease) -> list[Job]:
    """Return what the baker's process does again and again; there is one in a data folder.

    Of several machines the one with the lease bakes, and all of them follow.
    """
    baker = new_baker()
    # The same after a sudden end: it finds what it left unfinished without waiting for the lease.
    baker.name = hashlib.sha256(f"{gethostname()} {settings.HOME}".encode()).hexdigest()[:32]
    shift = Shift(baker, lease)
    every = [
        Job("bake", shift, every=LOOK),
        Job("write down what was baked", shift.write_counts, every=10),
    ]
    if shared.is_shared():
        follow = shared.Follower(baker.tree)
        every.append(Job("follow the machine that bakes", follow, every=LOOK, everywhere=True))
    if settings.BUCKET:
        every.append(Job("pages into the bucket", shared.fill_bucket, every=1))
    if settings.WAGTAILFRONTENDCACHE:
        every.append(Job("purge caches in front", purge.send, every=LOOK))
    return every


@dataclass
class Shift:
    """Bakes a little each time that it is called; refuses where changes may go unnoticed."""

    baker: Baker
    lease: Lease
    #: What the lease counted when all was made ready.
    ready_for: int = 0
    #: Nodes that were baked since somebody published, or since there was nothing to do.
    in_one_go: int = 0
    rests_until: float = 0
    #: When something was found to wait (monotonic seconds), or zero; and the seconds before that.
    behind_since: float = 0
    behind: float = 0

    def __call__(self) -> bool:
        """Bake a little, and note for how long something waits; return whether something did."""
        is_behind = self._bake()
        now = time.monotonic()
        if self.behind_since and not is_behind and now >= self.rests_until:
            self.behind, self.behind_since = self.behind + now - self.behind_since, 0
        elif is_behind and not self.behind_since:
            self.behind_since = now
        return is_behind

    def write_counts(self) -> bool:
        """Write down what was baked; return False."""
        now = time.monotonic()
        waits = now - self.behind_since if self.behind_since else 0
        counts = Counts(
            {
                "baker renders": self.baker.renders,
                "baker swaps": self.baker.swaps,
                "baker behind": round((self.behind + waits) * 1000),
            }
        )
        counts.write(Path(settings.READS_ROOT))
        return False

    def _bake(self) -> bool:
        """Bake a little, what is most urgent first; return whether there was anything to do."""
        if self.ready_for != self.lease.taken:
            taken = self.lease.taken
            shared.take_over(self.baker.name)
            is_ready = prepare(self.baker)
            self.ready_for = taken if is_ready else 0
            return is_ready
        told = self.baker.tell()
        if not told and time.monotonic() < self.rests_until:
            return False
        started = time.monotonic()
        baked = self.baker.bake(FEW if told else SOME)
        self.in_one_go = self.in_one_go + baked if baked and not told else 0
        if self.in_one_go > MANY:
            # None of it is new: the machine belongs to readers and the desk as well.
            now = time.monotonic()
            self.rests_until = now + min(now - started, LONGEST_REST)
        return bool(told or baked)


def release_all() -> None:
    """Take every node from the bakers that had it in hand: they are of another machine or time."""
    Node.objects.update(baker="", leased_until=0, due_at=0, failures=0)


def all_is_baked() -> bool:
    """Return whether every page was baked by this program, and none waits for it."""
    if Node.objects.filter(changes__gt=0).exists() or Change.objects.filter(turn=0).exists():
        return False
    return Tape.objects.get(pk=1).build == the_source().build()


def prepare(baker: Baker) -> bool:
    """Make ready to bake; return False, and say why, where the triggers are not as they must be.

    When the program or a template is not the one that baked the tree, all is baked anew, the
    old pages being read meanwhile.
    """
    if wrong := triggers.difference():
        logger.error("Nothing is baked: %d triggers are wrong. masthead upgrade", len(wrong))
        time.sleep(1)
        return False
    baker.tree.put_headers(settings.BAKE_HEADERS)
    build = baker.source.build()
    if Tape.objects.get(pk=1).build != build:
        triggers.note_everything()
        Tape.objects.filter(pk=1).update(build=build)
    return True
