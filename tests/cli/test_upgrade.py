"""``masthead upgrade``: the newer program, or everything as it was; readers read on."""

import os
import sqlite3
import threading
from contextlib import closing

import pytest
from django.db import DatabaseError

from masthead.cli import CommandError, main, serve, upgrade
from masthead.lib.lock import hold
from masthead.readers.models import Address
from masthead.upkeep import database
from tests.cli.older_newsroom import DATA, unpacked
from tests.until import until

#: A migration that changes no table: without its row the database is of an older program.
LAST = "0008_add_verbose_name_plural"


def execute(newsroom, statement):
    with closing(sqlite3.connect(newsroom.home / "masthead.sqlite3")) as connection:
        found = connection.execute(
            f"{statement} django_migrations WHERE name = '{LAST}'"
        ).fetchall()
        connection.commit()
        return found


def test_readers_read_on_while_a_newsroom_is_upgraded(newsroom):
    with newsroom.serve() as served:
        until(lambda: served.get("/")[0].status == 200 and served.baker())
        answers, is_over = [], threading.Event()

        def read():
            while not is_over.wait(0.05):  # a pace that leaves the machine to the upgrade
                answers.append(served.get("/")[0].status)

        reader = threading.Thread(target=read)
        reader.start()
        execute(newsroom, "DELETE FROM")
        done = newsroom.run("upgrade")
        until(lambda: served.get("/account/login/")[0].status == 200)
        is_over.set()
        reader.join()

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 migrations" in done.stdout
    assert execute(newsroom, "SELECT app FROM")
    assert set(answers) == {200}
    assert len(list((newsroom.home / "backups").glob("masthead-*.tar"))) == 1
    assert not (newsroom.home / "upgrade").exists()
    assert served.process.returncode == 0


@pytest.mark.parametrize("file", sorted(DATA.glob("newsroom-*.tar")), ids=lambda file: file.stem)
def test_the_newsroom_of_an_older_release_is_upgraded(tmp_path, file):
    newsroom = unpacked(file, tmp_path / "home")

    done = newsroom.run("upgrade")

    again = "before the first release: python -m tests.cli.older_newsroom"
    assert (done.returncode, done.stderr) == (0, ""), f"{done.stderr}\n{again}"
    checked = newsroom.run("bake", "--check")
    assert checked.stdout == "Every file is fresh\n", checked.stdout
    (page,) = (newsroom.home / "baked").rglob("kept-from-an-older-release/index.html")
    assert "I was here before you." in page.read_text()


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_two_operators_do_not_upgrade_at_once(home, capsys):
    descriptor = hold(home / "upgrade.lock")

    status = main(["upgrade"])

    os.close(descriptor)
    assert status == 1
    assert f"process {os.getpid()} upgrades this newsroom already" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_worker_that_runs_by_itself_is_named(home):
    descriptor = hold(home / "work.lock")

    with pytest.raises(CommandError, match="a process works for this folder by itself"):
        upgrade.wait_until_still(home, is_served=False)

    os.close(descriptor)


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_that_was_cut_off_is_put_right_by_the_next(home):
    Address.objects.create(email="before@example.org")
    (home / "upgrade").mkdir()
    database.dump(home / "upgrade")
    Address.objects.all().delete()  # as far as the one that was killed came

    with pytest.raises(CommandError, match="an upgrade was cut off"):
        serve._check_database()
    upgrade._put_back_what_was_cut_off(home)

    assert Address.objects.get().email == "before@example.org"
    assert not list(home.glob("upgrade*"))


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_fails_leaves_everything_as_it_was(home):
    Address.objects.create(email="before@example.org")

    def fail():
        with upgrade._kept(home):
            Address.objects.all().delete()
            raise DatabaseError("no such column")

    with pytest.raises(CommandError, match="the database is as it was: no such column"):
        fail()

    assert Address.objects.get().email == "before@example.org"
    assert not list(home.glob("upgrade*"))
