"""``masthead doctor``: what is wrong, and how to mend it."""

import sqlite3
from contextlib import closing

from masthead.lib.lock import is_held
from tests.until import until


def test_a_served_newsroom_is_well(served):
    until(lambda: is_held(served.newsroom.home / "work.lock"))

    done = served.newsroom.run("doctor")

    faults = [line for line in done.stdout.splitlines() if line.startswith("fault")]
    assert (done.returncode, faults, done.stderr) == (0, [], "")
    assert "ok     the worker runs" in done.stdout


def readable_settings(newsroom):
    path = newsroom.home / "masthead.toml"
    path.chmod(0o644)
    return f"others on this machine can read {path} → chmod 600 {path}"


def lost_cache_table(newsroom):
    execute(newsroom, "DROP TABLE shared_cache")
    return "the shared cache has no table → masthead manage createcachetable"


def nobody(newsroom):
    execute(newsroom, "UPDATE readers_user SET is_active = 0")
    return "nobody who may do everything can sign in → masthead manage createsuperuser"


def missing_migration(newsroom):
    execute(newsroom, "DELETE FROM django_migrations WHERE app = 'wagtailredirects'")
    return "migrations → masthead upgrade"


def old_static_files(newsroom):
    (newsroom.home / "static.stamp").write_text("old")
    return "the static files are missing or old → masthead serve collects them"


def other_address(newsroom):
    newsroom.extra["MASTHEAD_ADDRESS"] = "https://news.example"
    return "the site's record says http://localhost:8000, the settings say https://news.example"


def execute(newsroom, statement):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3")) as database:
        database.execute(statement)
        database.commit()


DAMAGES = [
    readable_settings,
    lost_cache_table,
    nobody,
    missing_migration,
    old_static_files,
    other_address,
]


def test_each_fault_is_told_with_its_mend(newsroom):
    faults = [damage(newsroom) for damage in DAMAGES]

    done = newsroom.run("doctor")

    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if line.startswith("fault")]
    for fault in [*faults, "no worker runs"]:
        assert [line for line in told if fault in line], done.stdout
    assert done.stderr == ""


def test_a_lost_database_is_told_alone_and_no_empty_one_is_made(newsroom):
    database = newsroom.home / "masthead.sqlite3"
    database.unlink()

    done = newsroom.run("doctor")

    assert done.returncode == 1
    assert done.stdout == f"fault  {database} is missing → bring it back from a backup\n"
    assert not database.exists()


def test_an_https_address_passes_the_checks_for_deployment(newsroom):
    newsroom.extra["MASTHEAD_ADDRESS"] = "https://news.example"

    done = newsroom.run("doctor")

    assert "ok     Django and Wagtail find no fault" in done.stdout
