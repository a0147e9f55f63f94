"""The whole database as one file, taken while it is used, and put back where there is none."""

import gzip
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections

from masthead.upkeep.contents import POSTGRESQL, SQLITE

#: Most of what zlib can do, in a third of the time of its usual level.
LEVEL = 3
CHUNK = 1024 * 1024
#: Pages that are baked anew wherever the database is put back.
BAKED = "bake_sharedpage"
#: How PostgreSQL's own programs are told what Django's options say.
OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
}


class DatabaseFileError(Exception):
    """The database cannot be written into a file or read from one; the message is one line."""


def vendor() -> str:
    """Return which database this newsroom has: “sqlite” or “postgresql”."""
    return connection.vendor


def member(vendor: str) -> str:
    """Return the name of the file that holds a database of this kind."""
    return POSTGRESQL if vendor == "postgresql" else SQLITE


def dump(folder: Path) -> tuple[Path, int]:
    """Write the database, as it is at one moment, into a folder; return the file and its bytes.

    The bytes are those of the database itself. Raises DatabaseFileError.
    """
    path = folder / member(vendor())
    if vendor() == "postgresql":
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={path}"]
        _run("pg_dump", *arguments, f"--exclude-table-data={BAKED}")
        return path, path.stat().st_size
    return path, _dump_sqlite(path)


def _dump_sqlite(path: Path) -> int:
    copy = path.with_suffix("")
    name = connection.settings_dict["NAME"]
    try:
        # SQLite's own backup in one step: in a write-ahead log no writer waits for it.
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            found = target.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            msg = f"the database is damaged: {found}"
            raise DatabaseFileError(msg)
        with copy.open("rb") as plain, gzip.open(path, "wb", LEVEL) as packed:
            shutil.copyfileobj(plain, packed, CHUNK)
        return copy.stat().st_size
    finally:
        copy.unlink(missing_ok=True)


def unpack_sqlite(packed: Path, target: Path, size: int) -> None:
    """Unpack a database's file that is said to have so many bytes, and look whether it is whole.

    Raises DatabaseFileError when it has more, or is no database.
    """
    left = size
    try:
        with gzip.open(packed, "rb") as source, target.open("xb") as file:
            target.chmod(0o600)
            while data := source.read(CHUNK):
                left -= len(data)
                if left < 0:
                    msg = "the database in it is larger than it says"
                    raise DatabaseFileError(msg)
                file.write(data)
        with closing(sqlite3.connect(target)) as database:
            found = database.execute("PRAGMA quick_check").fetchone()[0]
    except (EOFError, gzip.BadGzipFile, sqlite3.Error) as error:
        msg = f"the database in it is damaged: {error}"
        raise DatabaseFileError(msg) from error
    if left or found != "ok":
        msg = "the database in it is damaged"
        raise DatabaseFileError(msg)


def load_postgresql(path: Path) -> None:
    """Fill an empty PostgreSQL database from a file, all or nothing. Raises DatabaseFileError."""
    names = connection.introspection.table_names()
    if names:
        msg = (
            f"the database holds “{min(names)}” and {len(names) - 1} more tables: name an empty one"
        )
        raise DatabaseFileError(msg)
    connections.close_all()
    arguments = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", *arguments, f"--dbname={connection.settings_dict['NAME']}", str(path))


def put_back(folder: Path) -> None:
    """Put the database that ``dump`` wrote into a folder in the place of the one there is now.

    Nothing else may use it meanwhile. Raises DatabaseFileError; can be done again then.
    """
    packed = folder / member(vendor())
    if vendor() == "postgresql":
        empty_postgresql()
        return load_postgresql(packed)
    connections.close_all()
    target = Path(connection.settings_dict["NAME"])
    building = folder / target.name
    building.unlink(missing_ok=True)
    unpack_sqlite(packed, building, _size_in(packed))
    # The old log goes first: beside another database it would be taken for that one's.
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    building.replace(target)
    return None


def _size_in(packed: Path) -> int:
    with gzip.open(packed, "rb") as file:
        return file.seek(0, os.SEEK_END)


def empty_postgresql() -> None:
    """Take away all that a database holds: it was empty before something failed."""
    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        msg = f"{program} is missing: install PostgreSQL's client programs"
        raise DatabaseFileError(msg)
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, without a shell
        [path, *arguments], env=os.environ | _access(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line] or [program]
        raise DatabaseFileError(said[0])


def _access() -> dict[str, str]:
    """Return how to reach the database, as its programs read it: no list of processes shows it."""
    told = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    access = {variable: str(told[name]) for name, variable in names.items() if told.get(name)}
    options = told.get("OPTIONS", {})
    access |= {OPTIONS[name]: str(options[name]) for name in OPTIONS if name in options}
    return access | {"PGDATABASE": str(told["NAME"])}
