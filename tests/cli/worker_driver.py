"""Runs the worker with jobs that write what happens into a folder: ``worker_driver FOLDER``."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FOLDER = Path(sys.argv[1])
settings.configure(DATABASES={})
# Checks that a shell runs in the background ignore Ctrl-C, and so would what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

from masthead.cli.alone import alone  # noqa: E402 - the settings come first
from masthead.cli.work import Worker  # noqa: E402
from masthead.lib.jobs import Job  # noqa: E402
from masthead.lib.lease import Lease  # noqa: E402


def note(name, text):
    with (FOLDER / name).open("a") as file:
        file.write(f"{text}\n")


def good():
    note("good", "done")
    return False


def bad():
    note("bad", "tried")
    raise RuntimeError("bad on purpose")


def in_a_row():
    note("row", "done")
    return (FOLDER / "row").read_text().count("done") < 5


def heavy():
    note("nice", os.nice(0))
    program = subprocess.Popen(["sleep", "600"])
    note("heavy", f"{os.getpid()} {program.pid}")
    program.wait()
    return False


def heavy_in_a_row():
    note("heavy_row", os.getpid())
    return (FOLDER / "heavy_row").read_text().count("\n") < 3


with alone(FOLDER / "work.lock", "works already") as lock:
    jobs = [
        Job("bad", bad, 0.05),
        Job("good", good, 0.05),
        Job("row", in_a_row, 3600),
        Job("heavy", heavy, 3600, heavy=True),
        Job("idle", lambda: note("idle", "ran"), 0.05, heavy=True, is_due=lambda: False),
        Job("heavy row", heavy_in_a_row, 3600, heavy=True),
    ]
    Worker(jobs, lock, Lease("worker")).run()
