"""The test database: migrated and founded once per set of migrations, then copied.

Wagtail alone runs about two hundred migrations, so migrating costs far more than any test.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".test"
#: What the founded rows depend on, besides Django and Wagtail.
SOURCES = (
    "*/migrations/*.py",
    "bake/tables.py",
    "bake/triggers.py",
    "stories/baking.py",
    "stories/founding.py",
    "stories/standing.py",
    "desk/roles.py",
)


def template_key() -> str:
    """Return a name for the database that these migrations and this founding make."""
    own = sorted(path for each in SOURCES for path in (ROOT / "src/masthead").glob(each))
    parts = [version("django"), version("wagtail"), *(path.read_text("utf-8") for path in own)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def build() -> None:
    """Migrate, and found the newsroom that every test lives in."""
    from masthead.stories.founding import found_newsroom

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    found_newsroom(
        name="The Test Lantern",
        language="en",
        address=settings.INSTALLATION.address,
        time_zone="Europe/Lisbon",
    )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep other test processes waiting while the template is built."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def use(name: str) -> None:
    """Connect to another database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


class SqliteCopies:
    """Copies of a template file."""

    def __init__(self, folder: Path) -> None:
        self.template = KEPT / f"template-{template_key()}.sqlite3"
        self.building = folder / "building.sqlite3"
        self.folder = folder
        self.number = 0

    def prepare(self) -> None:
        with one_at_a_time():
            if not self.template.exists():
                use(str(self.building))
                build()
                connection.close()
                shutil.move(self.building, self.template)
        self.restore()

    def restore(self) -> None:
        # A new name each time: a served page that is still being answered keeps the old file.
        self.remove()
        self.number += 1
        use(str(shutil.copy(self.template, self.working)))

    @property
    def working(self) -> Path:
        return self.folder / f"test-{self.number}.sqlite3"

    def remove(self) -> None:
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            self.working.with_name(self.working.name + suffix).unlink(missing_ok=True)


class PostgresCopies:
    """Databases made from a template database of the same server."""

    def __init__(self, worker: str) -> None:
        self.template = f"masthead_template_{template_key()}"
        self.working = f"masthead_{worker}"

    def prepare(self) -> None:
        with one_at_a_time():
            if not self._rows("SELECT 1 FROM pg_database WHERE datname = %s", self.template):
                self._run(f"CREATE DATABASE {self.template}_building")
                use(f"{self.template}_building")
                build()
                self._run(f"ALTER DATABASE {self.template}_building RENAME TO {self.template}")
        self.restore()

    def restore(self) -> None:
        self.remove()
        self._run(f"CREATE DATABASE {self.working} TEMPLATE {self.template}")
        use(self.working)

    def remove(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self.working} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        use("postgres")
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def _rows(self, query: str, *values: str) -> list[tuple]:
        use("postgres")
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
