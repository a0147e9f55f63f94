"""Bake every public page anew, or check that each file is what a fresh render gives."""

import argparse
import os
import signal
import time

from django.db import connections
from tqdm import tqdm

from masthead.cli import CommandError, load_program, say
from masthead.cli.processes import has_ended, spawn


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only list what differs")
    parser.add_argument(
        "--resume", action="store_true", help="bake what is left of a run that was cut off"
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=os.cpu_count() or 1,
        help="how many bake at once (%(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    """Bake or check; return 1 when files differ."""
    load_program()
    from masthead.bake import triggers  # noqa: PLC0415 - needs the apps

    if options.check:
        return _check()
    if triggers.difference():
        triggers.install()
        say("The triggers that note changes were made anew")
    _bake(resume=options.resume, processes=options.processes)
    return 0


def _check() -> int:
    from masthead.bake.baker import check  # noqa: PLC0415 - needs the apps
    from masthead.bake.work import new_baker  # noqa: PLC0415 - needs the apps

    baker = new_baker()
    stale = 0
    for place in check(baker.source, baker.tree):
        stale += 1
        say(f"differs  {place}")
    say(f"{stale} files differ from a fresh render" if stale else "Every file is fresh")
    return int(stale > 0)


def _bake(*, resume: bool, processes: int) -> None:
    from masthead.bake import triggers  # noqa: PLC0415 - needs the apps
    from masthead.bake.work import new_baker, prepare  # noqa: PLC0415 - needs the apps

    baker = new_baker()
    if not prepare(baker):
        msg = "the triggers that note changes cannot be made"
        raise CommandError(msg)
    if not resume:
        triggers.note_everything()
    while baker.tell():
        pass
    connections.close_all()
    started = time.monotonic()
    children = [
        spawn(_bake_until_idle, on_parents_death=signal.SIGTERM) for _each in range(processes)
    ]
    done = _watch(children)
    seconds = time.monotonic() - started
    baker.sweep()
    say(f"{done} pages in {seconds:.1f} s: {done / seconds:.1f} pages/s")


def _bake_until_idle() -> int:
    from masthead.bake.work import new_baker  # noqa: PLC0415 - needs the apps

    new_baker().run_until_idle()
    return 0


def _watch(children: list[int]) -> int:
    """Show how far it is until all bakers are done; return how many pages were baked."""
    from masthead.bake.models import Node  # noqa: PLC0415 - needs the apps

    left = [child for child in children if has_ended(child) is None]
    with tqdm(desc="Baking", unit=" pages", disable=None) as bar:
        while left:
            waiting = Node.objects.filter(changes__gt=0).count()
            every = Node.objects.exclude(place="").count()
            bar.total, bar.n = every, max(0, every - waiting)
            bar.refresh()
            time.sleep(0.2)
            left = [child for child in left if has_ended(child) is None]
    return Node.objects.exclude(place="").count()
