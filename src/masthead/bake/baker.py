"""The baker: from a change that a trigger noted to the files of exactly those pages that show it.

A turn of the tape makes it exact. Whoever leases a node notes the turn; only then does its
snapshot begin. A change that is told to the nodes in a later turn may be missing from that
snapshot, so when the render is stored, all changes since are held against what it read.
"""

import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Min, Q

from masthead.bake import capture, keys, purge, shared
from masthead.bake.memory import Memory
from masthead.bake.models import Change, Dependency, Node, Tape
from masthead.bake.snapshot import snapshot
from masthead.bake.source import Baked, Index, Name, Source
from masthead.bake.tree import Files, Tree

logger = logging.getLogger("masthead.baker")
#: Nodes that are leased together, so that what they share is read once.
BATCH = 16
#: Changes that are told to the nodes in one turn.
TURN = 2_000
#: So many pages may be put first together: more are no publication.
AT_ONCE = 20
#: Seconds after which the nodes of a baker that died are another's.
LEASE = 120
#: A node that keeps changing is baked at most so often (seconds), and for a fifth of the time.
PAUSE = 1.0
SHARE = 5
LONGEST_PAUSE = 60
#: It did not fail when it was baked last.
IS_WELL = Q(failures=0)
#: What an answer for everybody cannot hold.
PERSONAL = b"csrfmiddlewaretoken"


@dataclass
class Rendered:
    """A node's render, with what it read and how long it took (seconds)."""

    node: Node
    result: Baked | Index | None
    reads: set[str]
    seconds: float
    error: Exception | None = None
    #: Its files, written beside those that they replace; None where the bytes are the same.
    files: Files | None = None


@dataclass
class Baker:
    """Bakes what changed. ``at`` is told each step, to prove what a crash there does.

    One that ``is_patient`` gives a node that keeps changing a pause between two renders.
    """

    source: Source
    tree: Tree
    at: Callable[[str], None] = lambda _step: None
    clock: Callable[[], float] = time.time
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_patient: bool = True
    renders: int = 0
    swaps: int = 0
    _memory: Memory = field(default_factory=Memory)

    def tell(self) -> int:
        """Tell the nodes what changed; return how many changes that were."""
        if not Change.objects.filter(turn=0).exists():
            return 0
        with transaction.atomic():
            turn = _next_turn()
            waiting = Change.objects.filter(turn=0)
            some = dict(waiting.order_by("pk")[:TURN].values_list("pk", "key"))
            woken: set[str] = set()
            if waiting.filter(key=keys.EVERYTHING).exists():
                self._wake_everything()
            else:
                woken = _wake(some.values())
                self._put_first(woken)
                waiting = waiting.filter(pk__in=some)
            told = waiting.update(turn=turn)
            _forget_old_turns()
            self.at("told")
        # Only now is it certain that the turn is this one.
        if woken:
            self._memory.told(turn, woken)
        return told

    def bake(self, limit: int = BATCH) -> int:
        """Bake the most urgent nodes that are due; return how many those were."""
        leased, unfinished = self._lease(limit)
        if not leased:
            return 0
        self.at("leased")
        rendered: list[Rendered] = []
        while len(rendered) < len(leased):
            rendered += self._render_together(leased[len(rendered) :])
        self.at("rendered")
        self._take_places(rendered)
        self._write(rendered, unfinished)
        self._store(rendered)
        self.at("stored")
        return len(leased)

    def sweep(self) -> None:
        """Remove the files that no node stands for, and the nodes at which nothing stands."""
        shared.remove_unknown(self.tree)
        known = {name.text for name in self.source.all_names()}
        empty = Node.objects.filter(place="", changes=0, parts={})
        gone = [pk for pk, name in empty.values_list("pk", "name") if name not in known]
        Node.objects.filter(pk__in=gone).delete()

    def run_until_idle(self) -> None:
        """Tell and bake until nothing is due."""
        while self.tell() or self.bake():
            pass

    def _wake_everything(self) -> None:
        Node.objects.update(changes=F("changes") + 1)
        _make(self.source.all_names(), ranks_anew=True)

    def _put_first(self, woken: set[str]) -> None:
        """Let what itself changed be baked first, unless that is much; make its new nodes."""
        documents: dict[str, set[str]] = defaultdict(set)
        for key in woken:
            document, _colon, what = key.partition(":")
            kind, is_one, number = what.partition("=")
            if is_one and kind in {keys.ID, keys.AT}:
                documents[document].add(number)
        for document, numbers in documents.items():
            names = list(self.source.names_of(document, sorted(numbers)))
            _make(names)
            named = Node.objects.filter(name__in=[name.text for name in names])
            named.update(changes=F("changes") + 1, is_urgent=len(names) <= AT_ONCE)

    def _lease(self, limit: int) -> tuple[list[Node], set[int]]:
        """Take nodes that are due; also return those that a baker left unfinished."""
        now = self.clock()
        # What is its own still is left from a bake that failed.
        free = Q(baker="") | Q(baker=self.name) | Q(leased_until__lt=now)
        due = Node.objects.filter(free, changes__gt=0)
        due = due.filter(Q(due_at__lte=now) if self.is_patient else IS_WELL | Q(due_at__lte=now))
        if not due.exists():
            return [], set()
        with transaction.atomic():
            turn = Tape.objects.select_for_update().get(pk=1).turn
            nodes = list(due.order_by("-is_urgent", "rank", "pk")[:limit])
            unfinished = {node.pk for node in nodes if node.baker}
            Node.objects.filter(pk__in=[node.pk for node in nodes]).update(
                baker=self.name,
                leased_until=now + LEASE,
                leased_changes=F("changes"),
                leased_at_turn=turn,
            )
        for node in nodes:
            node.leased_changes, node.leased_at_turn = node.changes, turn
        return nodes, unfinished

    def _render_together(self, nodes: Sequence[Node]) -> list[Rendered]:
        """Render nodes as they are at one moment, until one of them fails and spoils it."""
        rendered: list[Rendered] = []
        with snapshot(self._memory.at(nodes[0].leased_at_turn)):
            for node in nodes:
                rendered.append(self._render(node))
                if rendered[-1].error:
                    break
        return rendered

    def _render(self, node: Node) -> Rendered:
        started = time.perf_counter()
        self.renders += 1
        with capture.recorded() as reads:
            try:
                result = render(self.source, self.tree, node.name)
                _refuse_personal(result)
            except Exception as error:
                logger.exception("%s cannot be baked; what readers see of it stays", node.name)
                return Rendered(node, None, set(), 0, error)
        self.at("one rendered")
        return Rendered(node, result, set(reads), time.perf_counter() - started)

    def _take_places(self, rendered: Sequence[Rendered]) -> None:
        """Note where files will stand before the first of them does, so that none is forgotten."""
        moved = [
            each
            for each in rendered
            if isinstance(each.result, Baked) and each.result.place != each.node.place
        ]
        if not moved:
            return
        with transaction.atomic():
            Tape.objects.select_for_update().get(pk=1)
            for each in moved:
                mine = Node.objects.filter(pk=each.node.pk, baker=self.name)
                if not mine.exists():
                    continue  # it took too long: another has it now
                self._leave(each.node)
                each.node.place = each.result.place  # type: ignore[union-attr]
                mine.update(place=each.node.place)
        self.at("placed")

    def _leave(self, node: Node) -> list[str]:
        """Take a node's files away from where they stand."""
        if not node.place:
            return []
        if not Node.objects.filter(place=node.place).exclude(pk=node.pk).exists():
            self.tree.remove(node.place)
            shared.take_away(node.place)
        left = [node.place]
        purge.note(left)
        node.place = ""
        return left

    def _write(self, rendered: Sequence[Rendered], unfinished: set[int]) -> None:
        """Write the files that differ; what a baker left unfinished is not to be believed."""
        for each in rendered:
            if isinstance(each.result, Baked):
                is_certain = each.node.pk not in unfinished
                if not (is_certain and self._stands(each.result)):
                    each.files = self.tree.write(each.result)

    def _stands(self, baked: Baked) -> bool:
        return self.tree.holds(baked) and shared.holds(baked)

    def _store(self, rendered: Sequence[Rendered]) -> None:
        swapped: list[str] = []
        with transaction.atomic():
            Tape.objects.select_for_update().get(pk=1)
            mine = set(Node.objects.filter(baker=self.name).values_list("pk", flat=True))
            since = self._changes_since(min(each.node.leased_at_turn for each in rendered))
            for each in rendered:
                if each.node.pk not in mine:
                    continue  # it took too long: another has it now
                if each.error:
                    self._put_off(each.node)
                else:
                    swapped += self._store_one(each, since)
            self.at("written")
        if swapped:
            self.tree.raise_generation()

    def _changes_since(self, turn: int) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for number, key in Change.objects.filter(turn__gt=turn).values_list("turn", "key"):
            for each in (key, keys.any_key(key.partition(":")[0])):
                found[number].add(keys.number_of(each))
        return found

    def _store_one(self, each: Rendered, since: dict[int, set[int]]) -> list[str]:
        node, numbers = each.node, {keys.number_of(key) for key in each.reads}
        missed = any(told & numbers for turn, told in since.items() if turn > node.leased_at_turn)
        now = self.clock()
        self._keep_dependencies(node, numbers)
        swapped = self._swap(each)
        Node.objects.filter(pk=node.pk).update(
            changes=F("changes") - node.leased_changes + int(missed),
            place=node.place,
            parts=node.parts,
            baker="",
            is_urgent=False,
            failures=0,
            due_at=now + _pause_after(each, is_new=bool(swapped)),
        )
        return swapped

    def _keep_dependencies(self, node: Node, numbers: set[int]) -> None:
        before = set(Dependency.objects.filter(node=node).values_list("key", flat=True))
        if gone := before - numbers:
            Dependency.objects.filter(node=node, key__in=gone).delete()
        Dependency.objects.bulk_create(
            [Dependency(node=node, key=key) for key in numbers - before], batch_size=400
        )

    def _swap(self, each: Rendered) -> list[str]:
        swapped: list[str] = []
        if isinstance(each.result, Index):
            _compare_parts(each.node, each.result)
        elif each.result is None:
            swapped = self._leave(each.node)
        else:
            _make(each.result.needs)
            if each.files:
                each.files.swap()
                shared.put(each.result)
                swapped = [each.result.place]
                purge.note(swapped)
        self.swaps += len(swapped)
        return swapped

    def _put_off(self, node: Node) -> None:
        pause = min(2.0**node.failures, LONGEST_PAUSE)
        Node.objects.filter(pk=node.pk).update(
            baker="", failures=F("failures") + 1, due_at=self.clock() + pause
        )


def _pause_after(each: Rendered, *, is_new: bool) -> float:
    """Return for how long (seconds) what was just baked is not baked again.

    Where its readers see nothing new it waits only as long as its own rule and its cost demand.
    """
    own = each.result.pause if isinstance(each.result, Baked) else None
    usual = PAUSE if is_new else 0
    return max(usual if own is None else own, SHARE * each.seconds)


def _next_turn() -> int:
    """Lock the tape, and return the number of a new turn."""
    tape = Tape.objects.select_for_update().get(pk=1)
    tape.turn += 1
    tape.save(update_fields=["turn"])
    return tape.turn


def _wake(changed: Collection[str]) -> set[str]:
    """Note one change more of each node that read one of the keys; return these, with "any"."""
    woken = {*changed, *(keys.any_key(key.partition(":")[0]) for key in changed)}
    numbers = [keys.number_of(key) for key in woken]
    readers = Dependency.objects.filter(key__in=numbers).values("node_id")
    Node.objects.filter(pk__in=readers).update(changes=F("changes") + 1)
    return woken


def _forget_old_turns() -> None:
    """Throw away what happened before every render that is under way."""
    oldest = Node.objects.exclude(baker="").aggregate(first=Min("leased_at_turn"))
    old = Change.objects.exclude(turn=0)
    (old if oldest["first"] is None else old.filter(turn__lte=oldest["first"])).delete()


def _compare_parts(node: Node, index: Index) -> None:
    """Wake whoever shows a part of a list that is not what it was."""
    before, now = node.parts, dict(index.parts)
    parts = [part for part in before.keys() | now.keys() if before.get(part) != now.get(part)]
    changed = [keys.part_key(node.name, part) for part in parts]
    if changed:
        # Told at once: pages that are baked with the list have seen it as it is now.
        turn = _next_turn()
        _wake(changed)
        Change.objects.bulk_create(Change(key=key, turn=turn) for key in changed)
    node.parts = now


def _make(names: Iterable[Name], *, ranks_anew: bool = False) -> None:
    """Make those nodes that there are not, and put the others in order if that is asked."""
    nodes = {name.text: Node(name=name.text, rank=name.rank) for name in names}.values()
    if ranks_anew:
        Node.objects.bulk_create(
            nodes,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["rank"],
        )
    else:
        Node.objects.bulk_create(nodes, batch_size=500, ignore_conflicts=True)


def _refuse_personal(result: Baked | Index | None) -> None:
    if isinstance(result, Baked) and PERSONAL in result.content:
        msg = "a page holds a form that is for one person alone"
        raise capture.ForbiddenReadError(msg)


def render(source: Source, tree: Tree, name: str) -> Baked | Index | None:
    """Return what stands at a name, if a file can stand for it; others are answered live."""
    result = source.render(name)
    return None if isinstance(result, Baked) and not tree.can_hold(result.place) else result


def check(source: Source, tree: Tree) -> Iterable[str]:
    """Yield the places whose files are not what a fresh render of everything gives."""
    expected: set[str] = set()
    waiting = [name.text for name in source.all_names()]
    waiting += Node.objects.values_list("name", flat=True)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with snapshot(), capture.recorded():
            result = render(source, tree, name)
        if isinstance(result, Baked):
            waiting += [name.text for name in result.needs]
            expected.add(result.place)
            if not tree.holds(result):
                yield result.place
    yield from sorted(set(tree.places()) - expected)
