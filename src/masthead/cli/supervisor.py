"""Keeps the processes of a newsroom alive, and stops them in the right order."""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from masthead.cli.processes import Signals, has_ended, spawn

logger = logging.getLogger("masthead.supervisor")
#: A child that lives for less than this (seconds) waits longer and longer before it starts again.
SOON = 10
LONGEST_PAUSE = 30
QUICK_END = 3
#: Seconds between two looks at whether the newsroom is to hold still.
LOOK = 1
STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
#: SIGTERM is no second thought: `timeout` and others send it twice.
HURRY = {signal.SIGINT}


@dataclass
class Child:
    """One process that is kept alive; those of a later turn stop when the others have ended."""

    name: str
    run: Callable[[], int]
    turn: int = 0
    #: Whether it holds still while the newsroom is upgraded.
    can_pause: bool = False
    process: int = 0
    started_at: float = 0
    failures: int = 0
    due_at: float = 0

    def start(self) -> None:
        """Start the process; it is told to stop when this one dies."""
        self.started_at = time.monotonic()
        self.process = spawn(self.run, on_parents_death=signal.SIGTERM)

    def note_end(self, status: int) -> None:
        """Note that the process ended, and when the next one is due (monotonic seconds)."""
        self.process = 0
        now = time.monotonic()
        self.failures = self.failures + 1 if now - self.started_at < SOON else 0
        pause = min(2.0 ** (self.failures - 2), LONGEST_PAUSE) if self.failures > 1 else 0
        self.due_at = now + pause
        logger.error(
            "The %s process ended (%d); it starts again in %.0f s", self.name, status, pause
        )

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal, if it runs."""
        if self.process:
            os.kill(self.process, number)


class Pause(Protocol):
    """A time in which some children hold still, such as an upgrade."""

    def is_wanted(self) -> bool:
        """Return whether they must not run now."""

    def begun(self) -> None:
        """Note that none of them runs any more."""

    def is_over_for_good(self) -> bool:
        """Return whether this process must end too, because a newer one takes its place."""


def keep_alive(
    children: Sequence[Child], *, before_stop: Callable[[], None], grace: int, pause: Pause
) -> bool:
    """Start children and start each again that ends, until this process is told to stop.

    Then ``before_stop`` is called and the children have ``grace`` seconds to end; another Ctrl-C
    ends them at once. Returns True when they were stopped because of a ``pause``, after which a
    newer program takes their place: then ``before_stop`` is not called.
    """
    signals = Signals(signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
    while True:
        is_paused = pause.is_wanted()
        running = [child for child in children if not (is_paused and child.can_pause)]
        if is_paused:
            _hold_still(children, signals, time.monotonic() + grace, pause)
        elif pause.is_over_for_good():
            break
        _start_due(running)
        signals.wait(min(LOOK, _seconds_until_due(running)))
        if signals.seen & STOP:  # also one that came while children were stopped for a pause
            before_stop()
            break
        _reap(running)
    is_replaced = pause.is_over_for_good()
    _stop(children, signals, time.monotonic() + grace)
    return is_replaced


def _hold_still(children: Sequence[Child], signals: Signals, deadline: float, pause: Pause) -> None:
    pausing = [child for child in children if child.can_pause and child.process]
    if pausing:
        logger.warning("The newsroom holds still for an upgrade; readers read on")
        _stop(pausing, signals, deadline)
        for child in pausing:
            child.process = 0
    pause.begun()


def _start_due(children: Sequence[Child]) -> None:
    for child in children:
        if not child.process and child.due_at <= time.monotonic():
            child.start()


def _seconds_until_due(children: Sequence[Child]) -> float:
    pauses = [child.due_at - time.monotonic() for child in children if not child.process]
    return max(0, min(pauses, default=LOOK))


def _reap(children: Sequence[Child]) -> None:
    for child in children:
        if child.process and (status := has_ended(child.process)) is not None:
            child.note_end(status)


def _stop(children: Sequence[Child], signals: Signals, deadline: float) -> None:
    if not all(_turn_ended(children, turn, signals, deadline) for turn in _turns(children)):
        logger.warning("Ending at once what still runs")
        for child in children:
            child.send(signal.SIGQUIT)
        _all_ended(children, signals, time.monotonic() + QUICK_END)
    for child in children:
        child.send(signal.SIGKILL)


def _turns(children: Sequence[Child]) -> list[int]:
    return sorted({child.turn for child in children})


def _turn_ended(children: Sequence[Child], turn: int, signals: Signals, deadline: float) -> bool:
    """Tell the children of one turn to stop; return whether they did in time."""
    stopping = [child for child in children if child.turn == turn]
    for child in stopping:
        child.send(signal.SIGTERM)
    return _all_ended(stopping, signals, deadline)


def _all_ended(children: Sequence[Child], signals: Signals, deadline: float) -> bool:
    """Wait until all have ended; return False at the deadline, or at another Ctrl-C."""
    while True:
        for child in children:
            if child.process and has_ended(child.process) is not None:
                child.process = 0
        remaining = deadline - time.monotonic()
        if not any(child.process for child in children):
            return True
        if remaining <= 0 or signals.wait(remaining) & HURRY:
            return False
