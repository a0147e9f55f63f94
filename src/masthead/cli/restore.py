"""Bring a newsroom back from a backup, in an empty folder."""

import argparse
import logging
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from tqdm import tqdm

from masthead.cli import CommandError, load_program, say
from masthead.cli.bake import bake_all, check_all
from masthead.cli.making import made_whole, refuse_used
from masthead.cli.tables import migrate
from masthead.conf.installation import FILE_NAME, OVERRIDES, Installation
from masthead.lib.archive import ABOUT, ArchiveError, read_about, unpack
from masthead.upkeep.contents import FORMAT, is_wanted


@dataclass(frozen=True)
class About:
    """What a backup says of itself."""

    masthead: str
    made_at: datetime
    database: str
    database_bytes: int
    migrations: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what masthead backup wrote")
    parser.add_argument("folder", type=Path, help="the data folder to make")
    parser.add_argument(
        "--address",
        default=os.environ.get("MASTHEAD_ADDRESS", ""),
        help="where readers find it now, unless that is as before (or $MASTHEAD_ADDRESS)",
    )
    parser.add_argument(
        "--database-url",
        default=os.environ.get("DATABASE_URL", ""),
        help="an empty PostgreSQL database, for a backup of one (or $DATABASE_URL)",
    )
    parser.add_argument(
        "--erased",
        type=Path,
        help="the list of who was erased since (erased.txt beside the file, if it is there)",
    )


def run(options: argparse.Namespace) -> int:
    """Restore, bake all, prove it, and say what a person has to do; or change nothing."""
    home: Path = options.folder.resolve()
    refuse_used(home)
    with _told_in_one_line(options.file):
        about = _about(read_about(options.file))
        _check_room(options.file, about, home)
    with made_whole(home, "nothing was restored") as building:
        with _told_in_one_line(options.file):
            _unpack(options.file, building)
            _settle(building, about, options)
        _bring_up(building, about, _list_of_erased(options))
    say(f"{home} is restored as it was at {about.made_at:%Y-%m-%d %H:%M} UTC.")
    if settings.BUCKET:
        say(f"Bring its bucket to the same: MASTHEAD_HOME={home} masthead fill-bucket")
    say(f"Start it: MASTHEAD_HOME={home} masthead serve")
    say("It sends no mail until somebody says so: masthead mail go-on")
    return 0


@contextmanager
def _told_in_one_line(file: Path) -> Iterator[None]:
    try:
        yield
    except ArchiveError as error:
        msg = f"nothing was restored: {file}: {error}"
        raise CommandError(msg) from error
    except FileNotFoundError as error:
        msg = f"nothing was restored: {error.filename} is missing"
        raise CommandError(msg) from error


def _about(told: Mapping[str, Any]) -> About:
    try:
        if int(told["format"]) > FORMAT:
            msg = f"it is of a newer Masthead ({told['masthead']}): install that one first"
            raise ArchiveError(msg)
        return About(
            masthead=str(told["masthead"]),
            made_at=_moment(told["made_at"]),
            database=str(told["database"]),
            database_bytes=max(0, int(told["database_bytes"])),
            migrations=tuple(map(str, told["migrations"])),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        msg = "it does not say what it is"
        raise ArchiveError(msg) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        msg = "a moment needs its zone"
        raise ValueError(msg)
    return moment


def _check_room(file: Path, about: About, home: Path) -> None:
    needed = file.stat().st_size + about.database_bytes
    stands = next(each for each in (home, *home.parents) if each.exists())
    free = shutil.disk_usage(stands).free
    if needed > free:
        msg = f"it needs {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free at {stands}"
        raise ArchiveError(msg)


def _unpack(file: Path, building: Path) -> None:
    size = file.stat().st_size
    with tqdm(desc="Unpacking", total=size, unit="B", unit_scale=True, disable=None) as bar:
        unpack(file, building, is_wanted, bar.update)
    (building / ABOUT).unlink()


def _settle(building: Path, about: About, options: argparse.Namespace) -> None:
    """Write the settings as they are here, and load the program with them."""
    path = building / FILE_NAME
    given = {"address": options.address, "database_url": options.database_url}
    given = {name: text for name, text in given.items() if text}
    if about.database == "sqlite" and "database_url" in given:
        msg = "it is of SQLite: restore it without a database_url, then masthead move-database"
        raise ArchiveError(msg)
    try:
        stored = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        msg = f"its settings cannot be read: {error}"
        raise ArchiveError(msg) from error
    if about.database == "sqlite" and stored.get("database_url"):
        given["database_url"] = ""
    installation = Installation.check(building, stored | given)
    if about.database != "sqlite" and not installation.database_url:
        msg = "it is of PostgreSQL: name an empty database by --database-url"
        raise ArchiveError(msg)
    if given:
        path.unlink()
        installation.write()
    os.environ["MASTHEAD_HOME"] = str(building)
    os.environ |= dict.fromkeys(OVERRIDES, "")
    load_program()
    logging.disable(logging.WARNING)  # what happens here is told in plain words


def _list_of_erased(options: argparse.Namespace) -> Path | None:
    beside: Path = options.erased or options.file.with_name("erased.txt")
    if beside.exists():
        return beside
    if options.erased:
        msg = f"nothing was restored: {beside} is missing"
        raise CommandError(msg)
    return None


def _bring_up(building: Path, about: About, erased: Path | None) -> None:
    """Fill the database, make anew what the backup does not hold, and prove the pages."""
    from masthead.upkeep import database  # noqa: PLC0415 - needs the apps

    packed = building / database.member(about.database)
    is_filled = False
    try:
        if about.database == "sqlite":
            database.unpack_sqlite(packed, building / "masthead.sqlite3", about.database_bytes)
        else:
            database.load_postgresql(packed)
            is_filled = True
        packed.unlink()
        _bring_to_this_program()
        _put_right(about, erased)
        _make_files()
        _prove()
    except BaseException as error:
        if is_filled:
            database.empty_postgresql()
        if isinstance(error, database.DatabaseFileError):
            msg = f"nothing was restored: {error}"
            raise CommandError(msg) from error
        raise
    finally:
        connections.close_all()
        logging.disable(logging.NOTSET)


def _bring_to_this_program() -> None:
    from masthead.conf.readiness import (  # noqa: PLC0415 - needs the apps
        missing_migrations,
        unknown_migrations,
    )

    if unknown := unknown_migrations():
        msg = f"nothing was restored: it is of a newer Masthead ({unknown[0]}): install that first"
        raise CommandError(msg)
    if missing := missing_migrations():
        say(f"Bringing the database to this release: {len(missing)} migrations")
        migrate(missing)
    call_command("createcachetable", verbosity=0)


def _put_right(about: About, erased: Path | None) -> None:
    from masthead.mail.holds import hold_anew  # noqa: PLC0415 - needs the apps
    from masthead.upkeep import erasures  # noqa: PLC0415 - as above

    hold_anew(why=f"The newsroom was restored from a backup of {about.made_at:%Y-%m-%d %H:%M} UTC.")
    if erased is None:
        say("No list of who was erased since (erased.txt): name it by --erased if there is one")
        return
    count = erasures.erase_again(erasures.read(erased), about.made_at)
    shutil.copyfile(erased, _private(erasures.path()))
    say(f"{count} people who were erased since are erased again")


def _private(path: Path) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(0o600)
    return path


def _make_files() -> None:
    from masthead.media import remaking  # noqa: PLC0415 - needs the apps
    from masthead.stories import share_pictures  # noqa: PLC0415 - as above

    remaking.forget_what_was_made()
    share_pictures.draw_all_share_pictures_anew()
    total = remaking.how_much_is_to_be_made()
    with tqdm(desc="Pictures and clips", total=total, disable=None) as bar:
        remaking.make_what_readers_see(bar.update)
    while share_pictures.share_pictures_are_due():
        share_pictures.draw_due_share_picture()


def _prove() -> None:
    from masthead.bake import triggers  # noqa: PLC0415 - needs the apps
    from masthead.bake.work import release_all  # noqa: PLC0415 - as above
    from masthead.cli.serve import follow_address  # noqa: PLC0415 - as above
    from masthead.conf.readiness import collect_static_files  # noqa: PLC0415 - as above

    collect_static_files()
    follow_address(settings.INSTALLATION)
    triggers.install()
    release_all()
    if bake_all() or check_all():
        msg = "nothing was restored: its pages cannot be baked as they should be"
        raise CommandError(msg)
