"""Processes that belong together: forked, watched, and never left behind."""

import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Callable

from masthead.cli import CommandError
from masthead.lib.process_end import end_with_parent

logger = logging.getLogger("masthead.processes")
#: What a process of ours may be told while it is being forked.
TOLD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD)


class Signals:
    """Collects signals, so that a loop can wait for them and for time at once.

    ``seen`` are all that came so far.
    """

    def __init__(self, *awaited: signal.Signals) -> None:
        self.seen: set[int] = set()
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for each in awaited:
            # nohup and the like ask that a hang-up be ignored.
            if signal.getsignal(each) != signal.SIG_IGN:
                signal.signal(each, _noted)

    def wait(self, seconds: float | None) -> set[int]:
        """Return the signals that came, at the latest after so many seconds (None: no limit)."""
        ready, _writable, _broken = select.select([self._reader], [], [], seconds)
        came = set(self._reader.recv(4096)) if ready else set()
        self.seen |= came
        return came


def _noted(_number: int, _frame: object) -> None:
    """Do nothing: Python has written the signal's number where ``Signals`` waits for it."""


def spawn(run: Callable[[], int], *, on_parents_death: signal.Signals) -> int:
    """Fork a process that runs a function and exits with its result; return its process id.

    It is sent a signal when this process dies. It ignores Ctrl-C, which a terminal sends to all:
    this process decides what becomes of it.
    """
    parent = os.getpid()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _run_child(run, parent, on_parents_death, before)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return child


def _run_child(
    run: Callable[[], int], parent: int, on_parents_death: signal.Signals, before: set[int]
) -> None:
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for each in TOLD:
            signal.signal(each, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        end_with_parent(parent, on_parents_death)
        status = run()
    except CommandError as error:
        logger.error("%s", error)  # noqa: TRY400 - it says all that there is to know
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        logger.exception("A process failed")
    finally:
        logging.shutdown()
        os._exit(status)  # the parent's clean-up, registered before the fork, is not ours to run


def has_ended(child: int) -> int | None:
    """Return how a child of this process ended (below zero: by that signal), or None."""
    found, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None
