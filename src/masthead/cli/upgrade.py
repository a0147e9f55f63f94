"""Bring a newsroom to the program that is installed now, or leave it as it was."""

import argparse
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from tqdm import tqdm

from masthead.cli import CommandError, load_program, say
from masthead.cli.alone import alone
from masthead.cli.bake import bake_all
from masthead.cli.pause import FOLDER, LOCK, PAUSED, STAMP
from masthead.cli.tables import migrate
from masthead.lib.lock import is_held

#: Seconds within which a server holds still: as long as requests and letters in flight may take.
PATIENCE = 120
LOOK = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-backup", action="store_true", help="make no backup first: there is one"
    )


def run(options: argparse.Namespace) -> int:
    """Back up, migrate, make the triggers anew, and bake; put the database back on a failure."""
    home: Path = settings.HOME
    load_program()
    _refuse_newer_database()
    is_served = is_held(home / "serve.lock")
    with alone(home / LOCK, "upgrades this newsroom already"):
        _put_back_what_was_cut_off(home)
        if not options.no_backup:
            _back_up()
        wait_until_still(home, is_served=is_served)
        with _kept(home):
            _migrate()
        (home / STAMP).write_text(datetime.now(tz=UTC).isoformat(), "utf-8")
    if is_served:
        say("Done. The server goes on with this program and bakes every page anew.")
        return 0
    say("Done. Start it: masthead serve")
    return bake_all()


def _refuse_newer_database() -> None:
    from masthead.conf.readiness import unknown_migrations  # noqa: PLC0415 - needs the apps

    if unknown := unknown_migrations():
        msg = f"the database is of a newer Masthead ({unknown[0]}): install that one"
        raise CommandError(msg)


def _back_up() -> None:
    from masthead.upkeep import backups  # noqa: PLC0415 - needs the apps

    with tqdm(desc="Backing up", unit="B", unit_scale=True, disable=None) as bar:
        progress = backups.Progress(bar.reset, bar.update)
        made = backups.make(backups.new_file(), progress)
    say(f"A backup: {made.path}")


def wait_until_still(home: Path, *, is_served: bool) -> None:
    """Wait until nothing writes: the server tells it by a lock. Readers read on."""
    deadline = time.monotonic() + PATIENCE
    while is_served and not is_held(home / PAUSED):
        if time.monotonic() > deadline or not is_held(home / "serve.lock"):
            msg = "the server does not hold still: stop it, then upgrade"
            raise CommandError(msg)
        time.sleep(LOOK)
    for name in ("work.lock", "bake.lock"):
        if is_held(home / name):
            msg = (
                f"a process works for this folder by itself ({home / name}): stop it, then upgrade"
            )
            raise CommandError(msg)


@contextmanager
def _kept(home: Path) -> Iterator[None]:
    """Keep the database as it is now, and put it back when something fails."""
    from masthead.upkeep import database  # noqa: PLC0415 - needs the apps

    building = home / f"{FOLDER}.part"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    database.dump(building)
    building.rename(home / FOLDER)
    try:
        yield
    except Exception as error:
        _put_back(home)
        msg = (
            f"the upgrade failed, and the database is as it was: {error}. "
            "Install the former release again"
        )
        raise CommandError(msg) from error
    shutil.rmtree(home / FOLDER)


def _put_back_what_was_cut_off(home: Path) -> None:
    if (home / FOLDER).exists():
        say("An upgrade was cut off: the database is put back as it was before")
        _put_back(home)


def _put_back(home: Path) -> None:
    from masthead.upkeep import database  # noqa: PLC0415 - needs the apps

    database.put_back(home / FOLDER)
    # First out of sight: what is half deleted must not be put back.
    (home / FOLDER).rename(home / f"{FOLDER}.part")
    shutil.rmtree(home / f"{FOLDER}.part")


def _migrate() -> None:
    from masthead.bake import triggers  # noqa: PLC0415 - needs the apps
    from masthead.conf.readiness import (  # noqa: PLC0415 - as above
        collect_static_files,
        missing_migrations,
        static_files_are_current,
    )

    missing = missing_migrations()
    say(f"Bringing the database to this release: {len(missing)} migrations")
    logging.disable(logging.WARNING)
    try:
        migrate(missing)
        call_command("createcachetable", verbosity=0)
        triggers.install()
        if not static_files_are_current():
            collect_static_files()
    finally:
        logging.disable(logging.NOTSET)
        connections.close_all()
