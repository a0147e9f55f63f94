"""Do what is due: publish at the hour, send mail, convert. `serve` runs this too."""

import argparse
import logging
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from django.conf import settings
from django.db import close_old_connections, connections

from masthead.cli import load_program
from masthead.cli.alone import alone
from masthead.cli.processes import Signals, has_ended, spawn
from masthead.conf.installation import Installation
from masthead.lib.jobs import Job, registered
from masthead.lib.lease import Lease
from masthead.lib.outage import outage_behind

logger = logging.getLogger("masthead.worker")
STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}
#: Seconds: the longest pause after failures, and between two looks at whether the parent lives.
LONGEST_PAUSE = 30
LOOK = 1
NICENESS = 10
#: Seconds that a heavy job may take to come to a good end when the worker stops.
READY_TO_END = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Work until told to stop."""
    installation: Installation = settings.INSTALLATION
    load_program()
    return work(installation)


def work(installation: Installation, *, parent: int | None = None) -> int:
    """Do all registered jobs until told to stop, or until the parent process, if named, is gone."""
    with alone(installation.home / "work.lock", "works for this folder already") as lock:
        Worker(registered(), lock, Lease("worker")).run(parent)
    return 0


def bake(installation: Installation, *, parent: int | None = None) -> int:
    """Bake what changes until told to stop, or until the parent process is gone."""
    from masthead.bake.work import jobs  # noqa: PLC0415 - needs the apps
    from masthead.conf.readiness import forget_old_static_files  # noqa: PLC0415 - as above

    forget = Job("forget old static files", forget_old_static_files, every=600, everywhere=True)
    lease = Lease("baker")
    with alone(installation.home / "bake.lock", "bakes for this folder already") as lock:
        Worker([*jobs(lease), forget], lock, lease).run(parent)
    return 0


class Outcome(IntEnum):
    """How a job ended; the exit status of a heavy one's process."""

    IDLE = 0
    FAILED = 1
    WORKED = 10


@dataclass
class Turn:
    """When a job's turn comes (monotonic seconds), and its process while it is a heavy one's."""

    job: Job
    due_at: float = 0
    failures: int = 0
    process: int = 0

    def wait_for_lease(self, now: float) -> None:
        """Put off what another machine does."""
        if not self.job.everywhere:
            self.due_at = now + LOOK

    def note(self, outcome: int) -> None:
        """Note how the job ended, and when it is due again."""
        worked = outcome == Outcome.WORKED
        failed = not worked and outcome != Outcome.IDLE
        self.failures = self.failures + 1 if failed else 0
        pause = min(self.job.every * 2.0**self.failures, max(LONGEST_PAUSE, self.job.every))
        self.due_at = time.monotonic() + (0 if worked else pause)


class Worker:
    """Does jobs when they are due: light ones one after the other, heavy ones beside them."""

    def __init__(self, jobs: Sequence[Job], lock: int, lease: Lease) -> None:
        self.turns = [Turn(job) for job in jobs]
        self.lock = lock
        self.lease = lease

    def run(self, parent: int | None = None) -> None:
        """Work until told to stop, or until the parent process, if named, is gone."""
        signals = Signals(*STOP, signal.SIGCHLD)
        while parent in {None, os.getppid()} and not signals.wait(self._seconds_until_due()) & STOP:
            self._reap()
            for turn in self._due():
                self._take(turn)
                if signals.wait(0) & STOP:
                    return self._end_heavy()
        return self._end_heavy()

    def _due(self) -> list[Turn]:
        now, is_ours = time.monotonic(), self.lease.is_ours()
        due = [turn for turn in self.turns if not turn.process and turn.due_at <= now]
        if not is_ours:
            for turn in due:
                turn.wait_for_lease(now)
        return [turn for turn in due if is_ours or turn.job.everywhere]

    def _seconds_until_due(self) -> float:
        waiting = [turn.due_at - time.monotonic() for turn in self.turns if not turn.process]
        return max(0, min([LOOK, *waiting]))

    def _take(self, turn: Turn) -> None:
        if turn.job.heavy and (turn.job.is_due is None or self._is_due(turn)):
            # Neither process may use, or end, the other's connection.
            connections.close_all()
            turn.process = spawn(lambda: self._do_heavy(turn.job), on_parents_death=signal.SIGTERM)
            os.setpgid(turn.process, turn.process)
        elif not turn.job.heavy:
            turn.note(do(turn.job))

    def _is_due(self, turn: Turn) -> bool:
        """Ask whether a heavy job has something to do; note it when that is not so."""
        outcome = do(replace(turn.job, run=turn.job.is_due or turn.job.run))
        if outcome != Outcome.WORKED:
            turn.note(outcome)
        return outcome == Outcome.WORKED

    def _do_heavy(self, job: Job) -> int:
        os.close(self.lock)
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, _end_group)
        os.nice(NICENESS)
        return do(job)

    def _reap(self) -> None:
        for turn in self.turns:
            if turn.process and (status := has_ended(turn.process)) is not None:
                turn.process = 0
                turn.note(status)

    def _end_heavy(self) -> None:
        """End heavy jobs: most at once, those that take care of the signal when they are ready."""
        self._tell_heavy(signal.SIGTERM)
        deadline = time.monotonic() + READY_TO_END
        while any(turn.process for turn in self.turns) and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.01)
        self._tell_heavy(signal.SIGKILL)

    def _tell_heavy(self, number: signal.Signals) -> None:
        for turn in self.turns:
            if turn.process:
                os.killpg(turn.process, number)


def do(job: Job) -> Outcome:
    """Do a job once, and tell of its failure; the next one is not harmed by it."""
    close_old_connections()
    try:
        return Outcome.WORKED if job.run() else Outcome.IDLE
    except Exception as error:
        outage = outage_behind(error)
        logger.error(  # noqa: TRY400 - the trace is given unless the machine is at fault
            "The job “%s” failed: %s", job.name, outage or repr(error), exc_info=not outage
        )
        return Outcome.FAILED
    finally:
        close_old_connections()


def _end_group(_number: int, _frame: object) -> None:
    """End a heavy job with every program that it started."""
    os.killpg(0, signal.SIGKILL)
