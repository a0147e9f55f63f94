"""From SQLite to PostgreSQL: every row, proved by counts, and nothing where that fails."""

import pytest
from django.db import connection, connections

from masthead.bake import triggers
from masthead.cli import main
from masthead.cli.move_database import _name_in_settings
from masthead.readers.models import Address
from masthead.upkeep import moving
from tests.database import KEPT, template_key

TEMPLATE = KEPT / f"template-{template_key()}.sqlite3"


@pytest.fixture
def source(transactional_db):
    """Let the newsroom that every test on SQLite lives in be read."""
    moving.open_source(TEMPLATE)
    connections[moving.SOURCE].connect()  # where Django's tests would let nobody
    yield
    connections[moving.SOURCE].close()
    del connections.settings[moving.SOURCE]
    del connections[moving.SOURCE]


@pytest.mark.skipif(
    connection.vendor != "postgresql" or not TEMPLATE.exists(),
    reason="moves the database of the tests on SQLite into PostgreSQL",
)
def test_every_row_is_moved_and_new_ones_get_numbers_of_their_own(source):
    Address.objects.create(email="was-here@example.org")
    told = []

    count = moving.move(told.append)

    assert count == sum(told) == moving.count_rows() > 500
    assert not Address.objects.exists()
    assert Address.objects.create(email="new@example.org").pk
    assert triggers.difference() == set()


def test_a_settings_file_keeps_what_a_person_wrote_around_the_setting(tmp_path):
    path = tmp_path / "masthead.toml"
    path.write_text('# Ours.\nlanguage = "en"\ndatabase_url = ""\n# The end.\n')

    _name_in_settings(path, 'postgres://a:b\\"c@host/name')

    assert path.read_text() == (
        '# Ours.\nlanguage = "en"\ndatabase_url = "postgres://a:b\\\\\\"c@host/name"\n# The end.\n'
    )
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "explanation"),
    [
        ("mysql://a/b", "must be written as postgres://"),
        ("", "name a database as postgres://"),
        ("postgres://a:b@127.0.0.1:9/c", "only a newsroom in SQLite can be moved"),
    ],
)
def test_what_cannot_be_moved_is_told_in_one_line(monkeypatch, tmp_path, capsys, url, explanation):
    (tmp_path / "masthead.toml").write_text(
        f'address = "http://localhost:8000"\nsecret_key = "{"x" * 40}"\n'
    )
    monkeypatch.setenv("MASTHEAD_HOME", str(tmp_path))

    assert main(["move-database", url]) == 1

    told = capsys.readouterr().err
    assert explanation in told
    assert len(told.splitlines()) == 1
