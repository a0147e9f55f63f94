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
    """Bake or check; return 1 when pages could not be baked or files differ."""
    load_program()
    from masthead.bake import triggers  # noqa: PLC0415 - needs the apps

    if options.check:
        return check_all()
    if triggers.difference():
        triggers.install()
        say("The triggers that note changes were made anew")
    return bake_all(resume=options.resume, processes=options.processes)


def check_all() -> int:
    """List what differs from a fresh render; return 1 when something does."""
    from masthead.bake.baker import check  # noqa: PLC0415 - needs the apps
    from masthead.bake.work import new_baker  # noqa: PLC0415 - needs the apps

    baker = new_baker()
    stale = 0
    for place in check(baker.source, baker.tree):
        stale += 1
        say(f"differs  {place}")
    say(f"{stale} files differ from a fresh render" if stale else "Every file is fresh")
    return int(stale > 0)


def bake_all(*, resume: bool = False, processes: int = os.cpu_count() or 1) -> int:
    """Bake every page with so many processes; return 1 when some could not be baked."""
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
    before = _waiting()
    connections.close_all()
    started = time.monotonic()
    children = [
        spawn(_bake_until_idle, on_parents_death=signal.SIGTERM) for _each in range(processes)
    ]
    codes = _watch(children, before)
    seconds = time.monotonic() - started
    left = _waiting()
    done = max(before - left, 0)
    baker.sweep()
    say(f"{done} pages in {seconds:.1f} s: {done / seconds:.1f} pages/s")
    if left:
        say(f"{left} pages could not be baked: the log says why")
    return int(bool(left or any(codes)))


def _waiting() -> int:
    from masthead.bake.models import Node  # noqa: PLC0415 - needs the apps

    return Node.objects.filter(changes__gt=0).count()


def _bake_until_idle() -> int:
    from masthead.bake.work import new_baker  # noqa: PLC0415 - needs the apps

    baker = new_baker()
    baker.is_patient = False
    baker.run_until_idle()
    return 0


def _watch(children: list[int], before: int) -> list[int]:
    """Show how far it is until all bakers are done; return with which codes they ended."""
    codes: dict[int, int] = {}
    with tqdm(desc="Baking", total=before, unit=" pages", disable=None) as bar:
        while len(codes) < len(children):
            left = _waiting()
            bar.total = max(before, left)
            bar.update(bar.total - left - bar.n)
            time.sleep(0.2)
            for child in set(children) - codes.keys():
                code = has_ended(child)
                if code is not None:
                    codes[child] = code
    return list(codes.values())
