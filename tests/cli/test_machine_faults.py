"""What the machine lacks is told in plain words, and nothing that was acknowledged is lost."""

import itertools
import os
import sqlite3
import subprocess
from contextlib import closing, contextmanager

import pytest

from masthead.lib.lock import is_held
from tests.cli.newsroom import Newsroom
from tests.until import until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


@pytest.fixture
def small_disk(tmp_path):
    """Give a newsroom on a disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk], check=True)
    yield Newsroom.copy(disk / "home")
    subprocess.run(["umount", "--lazy", disk], check=True)


@contextmanager
def filled(disk):
    """Fill a disk to the last byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    yield
    ballast.unlink()


def write(served, name):
    return served.get(f"/test/write/?name={name}", method="POST")[0].status


def kept(newsroom):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3")) as database:
        return {
            name for (name,) in database.execute("SELECT language_code FROM wagtailcore_locale")
        }


def test_a_locked_database_is_told_with_503_and_is_well_again_by_itself(served):
    database = sqlite3.connect(served.newsroom.home / "masthead.sqlite3", isolation_level=None)
    with closing(database):
        database.execute("BEGIN IMMEDIATE")

        answer, text = served.get("/test/write/?name=locked", method="POST")

        assert served.get("/about/")[0].status in {200, 404}
        database.execute("ROLLBACK")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Our database is busy: nothing was saved." in text
    assert "locked" not in kept(served.newsroom)
    assert write(served, "free") == 200
    assert "free" in kept(served.newsroom)
    line = next(each for each in served.lines() if each["logger"] == "masthead.outage")
    assert "exc_info" not in line
    assert "another process holds it" in line["message"]


def test_a_fault_of_the_program_is_told_with_500_and_a_trace_in_the_log(served):
    answer, text = served.get("/test/break/")

    assert answer.status == 500
    assert "Something went wrong" in text
    assert "Traceback" not in text
    name = answer.headers["X-Request-ID"]
    assert until(
        lambda: [e for e in served.lines() if e.get("request_id") == name and "exc_info" in e]
    )


@needs_root
def test_a_full_disk_is_told_with_503_and_loses_nothing_acknowledged(small_disk):
    names = map("x-{}".format, itertools.count())
    acknowledged = []
    with small_disk.serve() as served:
        until(lambda: is_held(small_disk.home / "work.lock") and write(served, next(names)) == 200)
        with filled(small_disk.home.parent):

            def fails():
                name = next(names)
                status = write(served, name)
                acknowledged.extend([name] if status == 200 else [])
                return status == 503

            until(fails)
            assert served.get("/")[0].status == 200
        assert write(served, "after") == 200
        served.process.kill()

    assert kept(small_disk) >= {*acknowledged, "after"}


@needs_root
def test_a_full_disk_is_named_in_one_line_at_the_start(small_disk):
    with filled(small_disk.home.parent):
        started = small_disk.run("serve", "--port=0")

    assert started.returncode == 1
    assert started.stderr == f"masthead: {small_disk.home}: the disk is full: free some space\n"


@needs_root
def test_a_read_only_folder_is_named_in_one_line_at_the_start(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", small_disk.home.parent], check=True)

    started = small_disk.run("serve", "--port=0")

    assert started.returncode == 1
    assert len(started.stderr.splitlines()) == 1
    assert f"{small_disk.home}: the data folder cannot be written" in started.stderr


def damaged_settings(newsroom):
    (newsroom.home / "masthead.toml").write_text("address = http://")
    return "masthead.toml cannot be read"


def wrong_setting(newsroom):
    newsroom.extra["MASTHEAD_ADDRESS"] = "news.example"
    return "“news.example” is not an address"


def no_settings(newsroom):
    (newsroom.home / "masthead.toml").unlink()
    return f"Make a newsroom first: masthead init {newsroom.home}"


def no_database(newsroom):
    (newsroom.home / "masthead.sqlite3").unlink()
    return "masthead.sqlite3 is missing: bring it back from a backup"


def damaged_database(newsroom):
    (newsroom.home / "masthead.sqlite3").write_bytes(b"no database" * 1000)
    return "file is not a database"


def unreachable_database(newsroom):
    newsroom.extra["DATABASE_URL"] = "postgres://a:secret@127.0.0.1:9/news"
    return "the database does not answer"


def older_database(newsroom):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3")) as database:
        last = "SELECT max(id) FROM django_migrations WHERE app = 'wagtailredirects'"
        database.execute(f"DELETE FROM django_migrations WHERE id = ({last})")
        database.commit()
    return "the database lacks 1 migrations: masthead upgrade"


@pytest.mark.parametrize(
    "damage",
    [
        damaged_settings,
        wrong_setting,
        no_settings,
        no_database,
        damaged_database,
        unreachable_database,
        older_database,
    ],
)
def test_what_is_wrong_at_the_start_is_told_in_one_line(newsroom, damage):
    explanation = damage(newsroom)

    started = newsroom.run("serve", "--port=0")

    assert started.returncode == 1
    assert len(started.stderr.splitlines()) == 1
    assert explanation in started.stderr
    assert "secret" not in started.stderr


def test_missing_static_files_are_collected_again(newsroom):
    (newsroom.home / "static" / "staticfiles.json").unlink()

    with newsroom.serve() as served:
        assert served.get("/")[0].status == 200

    assert (newsroom.home / "static" / "staticfiles.json").exists()
