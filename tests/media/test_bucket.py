"""Files in a bucket: another machine has them, and loses them with the first."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from masthead.lib.bucket import Bucket, BucketError
from masthead.lib.outage import Outage, outage_behind
from masthead.media import storage
from tests.bucket import bucket, s3  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
SITE = {"host": "localhost:8000"}
PICTURE = f"rendition/{22 * 'a'}.jpg"


@pytest.fixture
def move_to_machine(monkeypatch):
    """Go on as another machine: the same bucket, a folder of its own."""

    def move(home):
        for name, area in storage.AREAS.items():
            options = {**configured.STORAGES[name].get("OPTIONS", {})}
            options |= {"location": str(home / area), "area": area}
            monkeypatch.setitem(storages._storages, name, storage.BucketStorage(**options))

    return move


@pytest.fixture
def machines(settings, tmp_path, bucket, move_to_machine):  # noqa: F811 - the fixture
    settings.BUCKET = bucket
    move_to_machine(tmp_path / "one")
    return tmp_path


def test_a_file_is_read_on_a_machine_that_did_not_get_it(machines, move_to_machine):
    name = storages["public"].save(PICTURE, ContentFile(b"bytes"))
    original = storages["default"].save("a.jpg", ContentFile(b"private"))

    move_to_machine(machines / "two")

    answer = Client(headers=SITE).get(f"/media/{name}")
    assert answer.getvalue() == b"bytes"
    path = Path(storages["default"].path(original))
    assert path.read_bytes() == b"private"
    assert path.is_relative_to(machines / "two")
    assert path.stat().st_mode & 0o777 == 0o600
    assert Client(headers=SITE).get(f"/media/rendition/{22 * 'z'}.jpg").status_code == 404


def test_a_deleted_file_is_gone_on_every_machine(machines, move_to_machine, bucket):  # noqa: F811
    name = storages["public"].save(PICTURE, ContentFile(b"bytes"))
    move_to_machine(machines / "two")
    there = Path(storages["public"].path(name))
    forget = storage.Forgetting()
    move_to_machine(machines / "one")

    storages["public"].delete(name)
    move_to_machine(machines / "two")
    assert there.exists()
    forget()

    assert not there.exists()
    assert not bucket.holds(f"media/{name}")
    assert Client(headers=SITE).get(f"/media/{name}").status_code == 404


def test_what_the_bucket_did_not_take_is_not_saved(machines, settings):
    settings.BUCKET = Bucket.parse("s3+http://key:secret@127.0.0.1:9/news")

    with pytest.raises(BucketError) as raised:
        storages["default"].save("c.jpg", ContentFile(b"bytes"))

    assert outage_behind(raised.value) == Outage.BUCKET_GONE
    assert [path for path in (machines / "one").rglob("*") if path.is_file()] == []


def test_a_newsroom_gives_what_it_had_before(machines, bucket):  # noqa: F811
    for area in ("originals/a.jpg", "media/picture/b.jpg"):
        path = machines / "one" / area
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"old")

    given = [storage.give_all(each, print) for each in storage.in_bucket()]

    assert given == [1, 1]
    assert sorted(bucket.names()) == ["media/picture/b.jpg", "originals/a.jpg"]
    assert [storage.give_all(each, print) for each in storage.in_bucket()] == [0, 0]


@pytest.mark.parametrize(
    "url", ["news", "s3://host/news", "s3://key:secret@host", "https://key:secret@host/news"]
)
def test_a_bucket_that_is_written_wrong_is_told(url):
    with pytest.raises(ValueError, match="must be written as s3://"):
        Bucket.parse(url)
