"""Files in this machine's folder and in a bucket, which has those that the folder lacks.

Whoever asks for a file's path gets one that can be opened: the program that converts, the backup,
the view that answers what the edge did not find in the folder.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from masthead.lib.bucket import Bucket

#: What storages are called in the bucket.
AREAS = {"default": "originals", "public": "media"}


class BucketStorage(FileSystemStorage):
    """A folder, each file of which is in the bucket when it counts as saved."""

    def __init__(self, *, area: str, **options: Any) -> None:
        super().__init__(**options)
        self.area = area

    @property
    def bucket(self) -> Bucket:
        return cast("Bucket", settings.BUCKET)

    def path(self, name: str) -> str:
        """Return where a file lies, brought here from the bucket if need be. Raises BucketError."""
        path = super().path(name)
        if name and not os.path.lexists(path):
            with suppress(FileNotFoundError):
                self._bring(name, Path(path))
        return path

    def here(self, name: str) -> Path:
        """Return where a file lies if it lies here."""
        return Path(super().path(name))

    def delete(self, name: str) -> None:
        """Delete a file here and in the bucket, and let the other machines do so."""
        from masthead.media.models import DeletedFile  # noqa: PLC0415 - models name storages

        DeletedFile.objects.create(area=self.area, name=name)
        self.bucket.delete(self.key(name))
        self.here(name).unlink(missing_ok=True)

    def key(self, name: str) -> str:
        """Return a file's name in the bucket."""
        return f"{self.area}/{name}"

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        try:
            self.bucket.put(self.key(saved), self.here(saved))
        except OSError:
            self.here(saved).unlink(missing_ok=True)
            raise
        return saved

    def _bring(self, name: str, path: Path) -> None:
        """Fetch a file; whoever looks meanwhile finds none or all of it."""
        mode = self.directory_permissions_mode or 0o755
        Path(self.location).mkdir(mode=mode, parents=True, exist_ok=True)
        path.parent.mkdir(mode=mode, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            self.bucket.fetch(self.key(name), part)
            part.chmod(self.file_permissions_mode or 0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def in_bucket() -> list[BucketStorage]:
    """Return the storages whose files are in the bucket; none where none is set."""
    every = (storages[name] for name in AREAS)
    return [each for each in every if isinstance(each, BucketStorage)]


def bring_originals() -> None:
    """Bring every private original to this machine, for a backup."""
    for storage in in_bucket():
        if storage.area == AREAS["default"]:
            for key in storage.bucket.names(f"{storage.area}/"):
                storage.path(key.removeprefix(f"{storage.area}/"))


def give_all(storage: BucketStorage, progress: Callable[[int], object]) -> int:
    """Store in the bucket what only lies here, one by one; return how many files that were."""
    root = Path(storage.location)
    known = set(storage.bucket.names(f"{storage.area}/"))
    given = 0
    for path in sorted(root.rglob("*")):
        key = storage.key(path.relative_to(root).as_posix())
        if path.is_file() and not path.name.startswith(".") and key not in known:
            storage.bucket.put(key, path)
            progress(1)
            given += 1
    return given


@dataclass
class Forgetting:
    """Deletes here what was deleted on another machine."""

    last: int = 0

    def __call__(self) -> bool:
        """Delete what was deleted since the last time; return False."""
        from masthead.media.models import DeletedFile  # noqa: PLC0415 - as above

        areas = {storage.area: storage for storage in in_bucket()}
        for row in DeletedFile.objects.filter(pk__gt=self.last).order_by("pk"):
            areas[row.area].here(row.name).unlink(missing_ok=True)
            self.last = row.pk
        return False
