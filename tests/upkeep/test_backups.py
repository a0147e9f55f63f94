"""Backups of every day, and what is kept apart from them."""

import gzip
import os
import tarfile
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from masthead.lib.checkup import registered
from masthead.lib.lock import HeldElsewhereError, hold
from masthead.readers.actions import erase
from masthead.readers.models import Address
from masthead.upkeep import backups, database, erasures
from masthead.upkeep.database import DatabaseFileError
from tests.bucket import bucket, s3  # noqa: F401 - fixtures
from tests.database import use

NIGHT = datetime.fromisoformat("2026-05-04T03:10:00+01:00")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    settings.BACKUP_FOLDER = tmp_path / "backups"
    (tmp_path / "masthead.toml").write_text("address = 'http://localhost'")
    founded = (NIGHT - timedelta(hours=30)).timestamp()
    os.utime(tmp_path / "masthead.toml", (founded, founded))
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_one_is_made_a_night_and_seven_are_kept(settings, time_machine):
    settings.BACKUP_KEEP = 7

    for night in range(9):
        time_machine.move_to(NIGHT + timedelta(days=night), tick=False)
        assert backups.daily_is_due()
        assert backups.make_daily() is False
        assert not backups.daily_is_due()
        time_machine.move_to(NIGHT + timedelta(days=night, hours=12), tick=False)
        assert not backups.daily_is_due()

    names = [path.name for path in backups.kept()]
    assert len(names) == 7
    assert names[0] == "masthead-2026-05-12-031000.tar"
    assert names[-1] == "masthead-2026-05-06-031000.tar"


@pytest.mark.django_db
def test_none_is_made_where_none_is_wanted(settings, time_machine):
    settings.BACKUP_KEEP = 0
    time_machine.move_to(NIGHT)

    assert not backups.daily_is_due()


@pytest.mark.django_db
def test_a_machine_that_was_off_at_night_makes_one_when_it_is_on(time_machine):
    time_machine.move_to(NIGHT + timedelta(hours=9))

    assert backups.daily_is_due()


@pytest.mark.django_db
def test_two_are_not_made_at_once(home):
    descriptor = hold(home / backups.LOCK)

    with pytest.raises(HeldElsewhereError):
        backups.make(home / "news.tar")

    os.close(descriptor)
    assert not (home / "news.tar").exists()


@pytest.mark.django_db(transaction=True)
def test_the_doctor_says_how_old_the_last_one_is(home, time_machine):
    check = next(each for each in registered() if each.__name__ == "backup")
    (never,) = check()
    time_machine.move_to(NIGHT, tick=False)
    backups.make(home / "news.tar")
    (young,) = check()
    time_machine.move_to(NIGHT + timedelta(days=3), tick=False)
    (old,) = check()

    assert (never.what, never.is_urgent) == ("no backup was made yet", False)
    assert young.what.startswith(f"the last backup is 0 hours old: {home}/news.tar, ")
    assert not young.mend
    assert old.what.startswith("the last backup is 3 days old")
    assert old.mend
    assert old.is_urgent


@pytest.mark.django_db
def test_who_was_erased_is_written_down_once_and_erased_again(home):
    gone, stays = (
        Address.objects.create(email=f"{name}@example.org") for name in ("gone", "stays")
    )
    before = timezone.now()
    erase(address=gone)
    erasures.note()
    erasures.note()
    Address.objects.create(email="gone@example.org")  # as the backup has it

    listed = erasures.read(erasures.path())

    assert len(erasures.path().read_text().splitlines()) == 1
    assert "gone" not in erasures.path().read_text()
    assert erasures.path().stat().st_mode & 0o777 == 0o600
    assert erasures.erase_again(listed, timezone.now()) == 0
    assert erasures.erase_again(listed, before) == 1
    assert list(Address.objects.all()) == [stays]


def test_a_list_that_was_cut_off_says_what_it_can(home):
    path = home / "erased.txt"
    path.write_text(f"{'a' * 64} 2026-05-04T03:10:00+00:00\n{'b' * 64} 2026-05")

    assert [digest for digest, _at in erasures.read(path)] == ["a" * 64]


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"no database" * 99), b"\x1f\x8b\x08"],
    ids=["no gzip", "no database", "cut off"],
)
def test_a_database_that_is_none_is_refused(home, content):
    (home / "packed").write_bytes(content)

    with pytest.raises(DatabaseFileError, match="damaged"):
        database.unpack_sqlite(home / "packed", home / "database", 11 * 99)


def test_a_database_larger_than_it_says_is_unpacked_no_further(home):
    (home / "packed").write_bytes(gzip.compress(bytes(20_000_000)))

    with pytest.raises(DatabaseFileError, match="larger than it says"):
        database.unpack_sqlite(home / "packed", home / "database", 1000)

    assert (home / "database").stat().st_size <= 1000


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL's own programs")
@pytest.mark.django_db(transaction=True)
def test_a_postgresql_database_comes_back_and_goes_into_an_empty_one_alone(home):
    Address.objects.create(email="stays@example.org")
    working = connection.settings_dict["NAME"]
    path, _size = database.dump(home)
    with pytest.raises(DatabaseFileError, match="name an empty one"):
        database.load_postgresql(path)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {working}_restored")

    try:
        use(f"{working}_restored")
        database.load_postgresql(path)
        found = Address.objects.get().email
        database.empty_postgresql()
        left = connection.introspection.table_names()
    finally:
        use(working)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {working}_restored WITH (FORCE)")

    assert found == "stays@example.org"
    assert left == []


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_was_set_back_keeps_no_backup_waiting(home, time_machine):
    time_machine.move_to(NIGHT + timedelta(days=400), tick=False)
    backups.make(home / "news.tar")

    time_machine.move_to(NIGHT + timedelta(hours=5), tick=False)

    assert backups.daily_is_due()


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_was_cut_off_leaves_nothing_in_the_way(home):
    (home / ".backup" / "files").mkdir(parents=True)
    (home / ".backup" / "files" / "left").write_text("of the one before")
    (home / "news.tar.part").write_text("half")
    (home / "backup.json").write_text("{")

    made = backups.make(home / "news.tar")

    assert backups.last() == made
    assert not (home / ".backup").exists()
    assert not (home / "news.tar.part").exists()
    with tarfile.open(home / "news.tar") as tar:
        assert "left" not in tar.getnames()


@pytest.mark.django_db(transaction=True)
def test_a_copy_of_each_goes_into_a_bucket(settings, bucket, time_machine):  # noqa: F811 - the fixture
    settings.BACKUP_BUCKET, settings.BACKUP_KEEP = bucket, 2
    address = Address.objects.create(email="gone@example.org")
    erase(address=address)

    for night in range(3):
        time_machine.move_to(NIGHT + timedelta(days=night), tick=False)
        backups.make_daily()

    kept = [path.name for path in backups.kept()]
    assert sorted(bucket.names()) == sorted([*kept, "erased.txt"])
    assert len(kept) == 2
    bucket.fetch(kept[0], backups.kept()[0].with_suffix(".copy"))
    copied = backups.kept()[0].with_suffix(".copy").read_bytes()
    assert copied == backups.kept()[0].read_bytes()
