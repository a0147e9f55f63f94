"""``masthead backup`` and ``masthead restore``: the same newsroom again, or a clear refusal."""

import sqlite3
from contextlib import closing

import pytest

from masthead.cli import main
from masthead.lib.archive import Entry, write_archive

#: Backs a newsroom up while somebody else writes, then erases a reader who is in the backup.
STORY = """
import sqlite3
from django.conf import settings
from masthead.bake.models import Node
from masthead.cli import main
from masthead.mail.models import OutgoingMail
from masthead.readers.actions import erase
from masthead.readers.models import Address
from masthead.upkeep import erasures
from tests.factories.media import ImageFactory
from tests.factories.stories import StoryFactory

picture = ImageFactory()
StoryFactory(title="Seen again", lead_picture=picture)
erased = Address.objects.create(email="leaves@example.org")
Address.objects.create(email="stays@example.org")
OutgoingMail.objects.create(recipient="stays@example.org", state="waiting")
Node.objects.update(baker="another", leased_until=9e9)
other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
status = main(["backup", str(settings.HOME.parent / "news.tar")])
other.execute("ROLLBACK")
erase(address=erased)
erasures.note()
raise SystemExit(status)
"""


def rows(home, query):
    with closing(sqlite3.connect(home / "masthead.sqlite3")) as database:
        return [value for (value,) in database.execute(query)]


def test_a_newsroom_comes_back_elsewhere_without_those_who_were_erased_since(newsroom):
    made = newsroom.run("manage", "shell", "-v", "0", "-c", STORY)
    file, home = newsroom.home.parent / "news.tar", newsroom.home.parent / "elsewhere" / "news"
    listed = newsroom.home / "backups" / "erased.txt"

    done = newsroom.run(
        *("restore", str(file), str(home)),
        *("--address=https://news.example", f"--erased={listed}"),
    )

    assert made.returncode == 0, made.stderr
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "Every file is fresh" in done.stdout
    assert "1 people who were erased since are erased again" in done.stdout
    assert rows(home, "SELECT email FROM readers_address") == ["stays@example.org"]
    assert rows(home, "SELECT ended_at FROM mail_hold") == [None]
    assert rows(home, "SELECT state FROM mail_outgoingmail") == ["waiting"]
    (original,) = rows(home, "SELECT file FROM media_image")
    assert (home / "originals" / original).is_file()
    (page,) = (home / "baked" / "news.example").rglob("seen-again*/index.html")
    (shown,) = rows(
        home, "SELECT file FROM media_rendition WHERE filter_spec LIKE '%jpeg%' LIMIT 1"
    )
    assert shown in page.read_text()
    assert (home / "media" / shown).is_file()
    assert 'address = "https://news.example"' in (home / "masthead.toml").read_text()
    assert {each.name for each in home.parent.iterdir()} == {"news"}


@pytest.fixture
def backup(tmp_path):
    """Return a function that writes a backup of a newsroom that never was."""

    def write(about, **files):
        entries = []
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
            entries.append(Entry(name.replace("_", "."), tmp_path / name))
        whole = {
            "format": 1,
            "masthead": "0.1.0",
            "made_at": "2026-01-02T03:04:05+00:00",
            "database": "sqlite",
            "database_bytes": 10,
            "migrations": [],
        }
        path = tmp_path / "news.tar"
        write_archive(path, whole | about, entries, lambda _size: None)
        return path

    return write


@pytest.mark.parametrize(
    ("about", "files", "explanation"),
    [
        ({"format": 2, "masthead": "9.0"}, {}, "of a newer Masthead (9.0)"),
        ({"made_at": "2026-01-02T03:04:05"}, {}, "does not say what it is"),
        ({"made_at": 7}, {}, "does not say what it is"),
        ({"migrations": None}, {}, "does not say what it is"),
        ({"database_bytes": 10**15}, {}, "it needs 1000000000 MB"),
        ({}, {"passwd": b"root"}, "belongs to no backup"),
        ({}, {}, "masthead.toml is missing"),
        ({}, {"masthead_toml": b"address = http"}, "its settings cannot be read"),
    ],
)
def test_a_backup_that_cannot_be_believed_makes_nothing(
    tmp_path, capsys, backup, about, files, explanation
):
    file = backup(about, **files)

    status = main(["restore", str(file), str(tmp_path / "new" / "home")])

    told = capsys.readouterr().err
    assert status == 1
    assert len(told.splitlines()) == 1
    assert explanation in told
    assert not (tmp_path / "new").exists()


def test_a_newsroom_is_not_restored_over_another(newsroom, backup, capsys):
    before = (newsroom.home / "masthead.toml").read_bytes()

    assert main(["restore", str(backup({})), str(newsroom.home)]) == 1

    assert "holds a newsroom already" in capsys.readouterr().err
    assert (newsroom.home / "masthead.toml").read_bytes() == before
