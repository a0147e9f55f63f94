"""The test database: migrated and founded once per set of migrations, then copied.

Wagtail alone runs about two hundred migrations, so migrating costs far more than any test.
"""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def template_key() -> str:
    own = sorted(ROOT.glob("src/masthead/*/migrations/*.py"))
    founding = [ROOT / "src/masthead/stories/founding.py", ROOT / "src/masthead/desk/roles.py"]
    texts = [path.read_text() for path in own + [each for each in founding if each.exists()]]
    parts = [version("django"), version("wagtail"), *texts]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, tmp_path_factory):
    template = ROOT / ".test" / f"template-{template_key()}.sqlite3"
    working_copy = tmp_path_factory.mktemp("db") / "db.sqlite3"
    with django_db_blocker.unblock():
        if not template.exists():
            template.parent.mkdir(exist_ok=True)
            building = tmp_path_factory.mktemp("building") / "db.sqlite3"
            use(building)
            build()
            connection.close()
            shutil.move(building, template)
        shutil.copy(template, working_copy)
        use(working_copy)
    yield
    with django_db_blocker.unblock():
        connection.close()


def use(path: Path) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = str(path)
    connection.settings_dict["NAME"] = str(path)


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


@pytest.fixture(autouse=True)
def mail_goes_to_the_outbox(settings):
    """Django's test runner puts its own backend in the place of ours."""
    settings.EMAIL_BACKEND = "masthead.mail.backend.OutboxBackend"


@pytest.fixture(autouse=True)
def fresh_caches(django_db_blocker):
    """Wagtail keeps sites' root paths in the cache, which outlives a test's transaction."""
    from django.core.cache import cache

    yield
    with django_db_blocker.unblock():
        if connection.connection is not None and not connection.needs_rollback:
            cache.clear()
