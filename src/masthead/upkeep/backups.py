"""Backups of a running newsroom: made by hand or once a day, the newest kept."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from masthead.lib.archive import Entry, write_archive
from masthead.lib.bucket import Bucket
from masthead.lib.lock import hold
from masthead.media.queries import public_originals
from masthead.media.storage import bring_originals
from masthead.upkeep import database, erasures
from masthead.upkeep.contents import FOLDERS, FORMAT, PUBLIC, SETTINGS

#: Where a backup is put together, and what tells of the last one.
BUILDING = ".backup"
STAMP = "backup.json"
LOCK = "backup.lock"
#: What the names of daily backups begin with; the time follows, so the newest comes last.
NAME = "masthead-"
#: The hour at which one is made, in the newsroom's time, and how old the last one is then.
HOUR = 3
YOUNG = timedelta(hours=2)
#: A machine that was off at that hour makes one when the last is so old.
OLD = timedelta(hours=26)


@dataclass(frozen=True)
class Backup:
    """A backup that was made: its file, when, its bytes and the SHA-256 of them."""

    path: str
    made_at: datetime
    size: int
    digest: str


@dataclass(frozen=True)
class Progress:
    """Who is told how far it is: how many bytes there are, then how many went in."""

    begin: Callable[[int], object]
    told: Callable[[int], object]


SILENT = Progress(lambda _size: None, lambda _size: None)


def make(target: Path, progress: Progress = SILENT) -> Backup:
    """Back the newsroom up into a file, while it is used; return what was made.

    The database is of one moment; each file that it names then is there. Raises FileExistsError,
    HeldElsewhereError when another backup is being made, DatabaseFileError and OSError.
    """
    with _alone(), _folder() as folder:
        began = timezone.now()
        bring_originals()
        _keep_files(folder)
        packed, size = database.dump(folder)
        _keep_files(folder)
        about = {
            "format": FORMAT,
            "masthead": version("masthead"),
            "made_at": began.isoformat(),
            "address": settings.SITE_ADDRESS,
            "database": database.vendor(),
            "database_bytes": size,
            "migrations": _migrations(),
        }
        entries = list(_entries(folder, packed))
        progress.begin(sum(entry.path.stat().st_size for entry in entries))
        written = write_archive(target, about, entries, progress.told)
    made = Backup(str(target), began, written.size, written.digest)
    _note(made)
    return made


def last() -> Backup | None:
    """Return the last backup that was made, wherever its file may be now."""
    try:
        told = json.loads((settings.HOME / STAMP).read_text("utf-8"))
        return Backup(**told | {"made_at": datetime.fromisoformat(told["made_at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def daily_is_due() -> bool:
    """Return whether it is time for the daily backup."""
    if not settings.BACKUP_KEEP:
        return False
    made = last()
    founded = datetime.fromtimestamp((settings.HOME / SETTINGS).stat().st_mtime, tz=UTC)
    age = timezone.now() - (made.made_at if made else founded)
    # A clock that was set back must not keep the next one waiting.
    return age > OLD or age < -YOUNG or (timezone.localtime().hour == HOUR and age > YOUNG)


def make_daily() -> bool:
    """Make the daily backup and remove those beyond the number that is kept; return False."""
    erasures.note()
    made = new_file()
    make(made)
    for path in kept()[settings.BACKUP_KEEP :]:
        path.unlink()
    if settings.BACKUP_BUCKET:
        _copy_away(made, settings.BACKUP_BUCKET)
    return False


def _copy_away(made: Path, bucket: Bucket) -> None:
    """Store the newest in the bucket, with the list of who was erased; keep as many there."""
    bucket.put(made.name, made)
    if erasures.path().exists():
        bucket.put(erasures.FILE_NAME, erasures.path())
    for name in sorted(bucket.names(NAME), reverse=True)[settings.BACKUP_KEEP :]:
        bucket.delete(name)


def new_file() -> Path:
    """Return where the next backup goes, in its folder."""
    folder = Path(settings.BACKUP_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{NAME}{timezone.localtime():%Y-%m-%d-%H%M%S}.tar"


def kept() -> list[Path]:
    """Return the daily backups that are there, the newest first."""
    return sorted(Path(settings.BACKUP_FOLDER).glob(f"{NAME}*.tar"), reverse=True)


@contextmanager
def _alone() -> Iterator[None]:
    descriptor = hold(settings.HOME / LOCK)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _folder() -> Iterator[Path]:
    """Give an empty folder on the data folder's disk, whatever a backup that was cut off left."""
    folder: Path = settings.HOME / BUILDING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_files(folder: Path) -> None:
    """Hold on to every file by a second name, so that none goes before it is in the backup.

    Done before the database is read and after it: what it names was there at one of these times.
    """
    names = [f"{PUBLIC}/{name}" for name in public_originals()]
    for name in (SETTINGS, *names, *_below(settings.HOME)):
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _second_name(settings.HOME / name, path)
        except FileNotFoundError:
            continue  # deleted just now, or never there


def _below(home: Path) -> Iterator[str]:
    for folder in FOLDERS:
        for path in (home / folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(home))


def _second_name(path: Path, name: Path) -> None:
    if path.parts[-2] == "sending" or path.name == SETTINGS:  # written on in place: as it is now
        shutil.copyfile(path, name)
    elif not name.exists():
        try:
            os.link(path, name)
        except (PermissionError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            shutil.copyfile(path, name)  # on another disk, or one without second names


def _entries(folder: Path, packed: Path) -> Iterator[Entry]:
    yield Entry(SETTINGS, folder / "files" / SETTINGS)
    yield Entry(packed.name, packed)
    files = folder / "files"
    for path in sorted(files.rglob("*")):
        name = path.relative_to(files).as_posix()
        if path.is_file() and name != SETTINGS:
            yield Entry(name, path)


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _note(made: Backup) -> None:
    path = settings.HOME / STAMP
    building = path.with_suffix(".part")
    building.write_text(json.dumps(asdict(made) | {"made_at": made.made_at.isoformat()}), "utf-8")
    building.replace(path)
