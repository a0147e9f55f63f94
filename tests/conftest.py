import gc
import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from tests.database import PostgresCopies, SqliteCopies


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, leave out what asks no database: it ran on SQLite already."""
    if connection.vendor == "postgresql":
        asks = [item for item in items if asks_the_database(item)]
        config.hook.pytest_deselected(items=[each for each in items if each not in set(asks)])
        items[:] = asks


def asks_the_database(item):
    """Return whether a test may ask the database: pytest-django lets no other."""
    return item.get_closest_marker("django_db") or {"db", "transactional_db"} & {*item.fixturenames}


def pytest_collection_finish():
    """Leave what every test stands on out of the search for garbage: a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, tmp_path_factory):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            copies = PostgresCopies(worker)
        else:
            copies = SqliteCopies(tmp_path_factory.mktemp("db"))
        copies.prepare()
    # A test that commits gets a fresh copy after it: flushing would take the founded rows away.
    TransactionTestCase._fixture_teardown = lambda _self: copies.restore()
    yield
    with django_db_blocker.unblock():
        copies.remove()


@pytest.fixture(autouse=True)
def mail_goes_to_the_outbox(settings):
    """Django's test runner puts its own backend in the place of ours."""
    settings.EMAIL_BACKEND = "masthead.mail.backend.OutboxBackend"


@pytest.fixture(autouse=True)
def one_language():
    """A request leaves its language to whatever the same thread does next."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def fresh_caches(django_db_blocker):
    """Wagtail keeps sites' root paths in the cache, which outlives a test's transaction."""
    yield
    with django_db_blocker.unblock():
        if connection.connection is not None and not connection.needs_rollback:
            cache.clear()
