"""Large files on their way in, by tus 1.0 (tus.io): pieces that outlive a dropped line."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.lib.film import container_of
from masthead.lib.mp4 import ClipRefusedError
from masthead.media.models import Upload, check_size
from masthead.readers.models import User

MEGABYTE = 1024 * 1024
#: Bytes of one piece at most: what a dropped line costs.
LARGEST_PIECE = 8 * MEGABYTE
#: Bytes that stay free on the disk for everything else.
RESERVE = 512 * MEGABYTE
#: How long an upload waits for its next piece.
PATIENCE = timedelta(days=3)
#: How many of one person's may be on their way at a time.
MOST_AT_ONCE = 20
BLOCK = 256 * 1024


class NoRoomError(Exception):
    """There is no room for the file. The message is for the person who sends it."""


class MisplacedError(Exception):
    """A piece begins where the file does not end, or goes beyond it."""


class BusyError(Exception):
    """Another piece of the same file is being written."""


class Received(File):  # type: ignore[type-arg]  # Django's files are generic in their stubs alone
    """A file that came in pieces; the storage moves it instead of copying."""

    def temporary_file_path(self) -> str:
        """Return where it lies, which tells Django's storage to move it."""
        return str(self.name)


def begin_upload(*, user: User, length: int) -> Upload:
    """Make room for a film of so many bytes and return its upload.

    Raises ClipRefusedError when that is too large or nothing, NoRoomError.
    """
    check_size(length)
    if length < 1:
        raise ClipRefusedError(_("The file is empty."))
    folder = _folder()
    if length + RESERVE > shutil.disk_usage(folder).free:
        raise NoRoomError(_("There is no room left on the disk of this newsroom for this clip."))
    if Upload.objects.filter(user=user).count() >= MOST_AT_ONCE:
        raise NoRoomError(_("You have too many uploads on their way. Finish one of them first."))
    token = secrets.token_urlsafe(16)
    upload = Upload(token=token, user=user, length=length, expires_at=_later())
    path_of(upload).touch(0o600)
    upload.save()
    return upload


def take_piece(*, upload: Upload, start: int, piece: IO[bytes]) -> None:
    """Add a piece to a file: when this returns it is on the disk and counted.

    ``start`` is its place in the file, in bytes; ``piece`` is read to its end. A piece that was
    cut off counts as far as it came. With the last one the film is judged by its content.
    Raises MisplacedError, BusyError, ClipRefusedError (the upload is gone), OSError.
    """
    with _alone_with(path_of(upload)) as descriptor:
        upload.refresh_from_db(fields=["received"])
        if start != upload.received:
            raise MisplacedError
        taken = _write(descriptor, start, piece, most=upload.length - start)
        os.fdatasync(descriptor)
        upload.received = start + taken
        upload.expires_at = _later()
        upload.save(update_fields=["received", "expires_at"])
    if upload.is_complete:
        _judge(upload)


def drop_upload(*, upload: Upload) -> None:
    """Forget a file that was on its way."""
    upload.delete()


def drop_expired_uploads() -> bool:
    """Forget one file for whose next piece nobody waits any more; return whether there was one."""
    over = Upload.objects.filter(expires_at__lte=timezone.now()).first()
    if over:
        over.delete()
    return over is not None


@contextmanager
def received(upload: Upload) -> Iterator[Received]:
    """Give the file of a complete upload to be stored; afterwards the upload is gone."""
    with path_of(upload).open("rb") as file:
        yield Received(file, name=str(path_of(upload)))
    upload.delete()


def path_of(upload: Upload) -> Path:
    """Return where the pieces of a file lie."""
    return _folder() / f"{upload.token}.part"


def _folder() -> Path:
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def _later() -> datetime:
    return timezone.now() + PATIENCE


@contextmanager
def _alone_with(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError:
        raise BusyError from None
    finally:
        os.close(descriptor)


def _write(descriptor: int, start: int, piece: IO[bytes], *, most: int) -> int:
    """Write a piece at its place; what an earlier one left behind it is written over."""
    taken = 0
    while block := piece.read(BLOCK):
        if taken + len(block) > most:
            raise MisplacedError
        os.pwrite(descriptor, block, start + taken)
        taken += len(block)
    return taken


def _judge(upload: Upload) -> None:
    try:
        with path_of(upload).open("rb") as file:
            container_of(file)
    except ClipRefusedError:
        with transaction.atomic():
            upload.delete()
        raise
