"""Move a newsroom from SQLite to PostgreSQL, proved by counts and by its pages."""

import argparse
import json
import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import Error, connection, connections
from tqdm import tqdm

from masthead.cli import CommandError, load_program, say
from masthead.cli.alone import alone
from masthead.cli.bake import bake_all, check_all
from masthead.cli.pause import LOCK, STAMP
from masthead.cli.tables import migrate
from masthead.cli.upgrade import wait_until_still
from masthead.conf.installation import FILE_NAME, Installation, checked
from masthead.lib.lock import is_held
from masthead.lib.outage import outage_behind

#: What the former database is called afterwards.
FORMER = "masthead.before-move.sqlite3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "database_url", help="an empty database, postgres://user:password@host/name"
    )


def run(options: argparse.Namespace) -> int:
    """Move all rows, prove them and the pages, and name the new database in the settings."""
    home = Installation.read().home
    former = home / "masthead.sqlite3"
    _check(options.database_url, former)
    os.environ["DATABASE_URL"] = options.database_url  # what is loaded from here on uses it
    load_program()
    is_served = is_held(home / "serve.lock")
    with alone(home / LOCK, "upgrades or moves this newsroom already"):
        wait_until_still(home, is_served=is_served)
        try:
            _move(former)
        except (Error, OSError) as error:
            msg = f"nothing was moved: {outage_behind(error) or error}".splitlines()[0]
            raise CommandError(msg) from error
        finally:
            connections.close_all()
        _name_in_settings(home / FILE_NAME, options.database_url)
        former.rename(home / FORMER)
        (home / STAMP).write_text(datetime.now(tz=UTC).isoformat(), "utf-8")
    say(f"Moved. {home / FILE_NAME} names the new database; the former one is {home / FORMER}")
    return 0


def _check(database_url: str, former: Path) -> None:
    try:
        if not checked("database_url", database_url):
            msg = "name a database as postgres://user:password@host/name"
            raise CommandError(msg)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if not former.exists():
        msg = f"{former} is missing: only a newsroom in SQLite can be moved"
        raise CommandError(msg)


def _move(former: Path) -> None:
    from masthead.conf.readiness import missing_migrations  # noqa: PLC0415 - needs the apps
    from masthead.upkeep import database, moving  # noqa: PLC0415 - as above

    names = connection.introspection.table_names()
    if names:
        msg = (
            f"the database holds “{min(names)}” and {len(names) - 1} more tables: name an empty one"
        )
        raise CommandError(msg)
    logging.disable(logging.WARNING)
    moving.open_source(former)
    is_moved = False
    try:
        say("Making the tables")
        migrate(missing_migrations())
        call_command("createcachetable", verbosity=0)
        with tqdm(desc="Moving", total=moving.count_rows(), unit=" rows", disable=None) as bar:
            count = moving.move(bar.update)
        say(f"{count} rows are there, as many of each kind as before")
        if bake_all(resume=True) or check_all():
            msg = "nothing was moved: its pages are not what they were"
            raise CommandError(msg)
        is_moved = True
    except moving.MovingError as error:
        msg = f"nothing was moved: {error}"
        raise CommandError(msg) from error
    finally:
        logging.disable(logging.NOTSET)
        if not is_moved:
            database.empty_postgresql()


def _name_in_settings(path: Path, database_url: str) -> None:
    """Change one line of the settings file, and leave what a person wrote around it."""
    line = f"database_url = {json.dumps(database_url)}"  # a JSON string is also a TOML one
    before = path.read_text("utf-8")
    after, count = re.subn(r"(?m)^database_url\s*=.*$", lambda _match: line, before)
    building = path.with_suffix(".part")
    building.touch(0o600)
    building.write_text(after if count else f"{before}\n{line}\n", "utf-8")
    building.replace(path)
