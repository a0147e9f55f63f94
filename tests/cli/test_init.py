"""``masthead init``: a whole newsroom, or nothing."""

import os
import pty
import stat
import subprocess
import tomllib

import pytest

from tests.cli.newsroom import ANSWERS, MASTHEAD, environment
from tests.cli.test_machine_faults import filled, needs_root, small_disk  # noqa: F401 - a fixture

EDITOR = ["--email=ada@example.org", "--editor=Ada"]


def init(home, *arguments):
    command = [*MASTHEAD, "init", str(home), *arguments]
    return subprocess.run(
        command,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "explanation"),
    [
        (["--editor=Ada"], "--email is missing: The first editor's e-mail address"),
        (["--email=ada@example.org"], "--editor is missing: The first editor's name"),
        ([*EDITOR, "--email=ada"], "--email: “ada” is no e-mail address"),
        ([*EDITOR, "--name=two\nlines"], "--name: write one line of 1 to 255 characters"),
        ([*EDITOR, "--language=xx"], "--language: “xx” is no language code that is known"),
        ([*EDITOR, "--time-zone=Mars/Base"], "“Mars/Base” is no time zone"),
        ([*EDITOR, "--address=news.example"], "--address: “news.example” is not an address"),
        ([*EDITOR, "--database-url=mysql://a/b"], "must be written as postgres://"),
        ([*EDITOR, "--email-url=http://a"], "--email-url: "),
        ([*EDITOR, "--database-url=postgres://a:b@127.0.0.1:9/c"], "does not answer"),
    ],
)
def test_a_wrong_or_missing_answer_is_named_in_one_line_and_makes_nothing(
    tmp_path, arguments, explanation
):
    home = tmp_path / "new" / "home"

    done = init(home, *arguments)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert explanation in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_newsroom_is_not_made_over_another(newsroom):
    before = (newsroom.home / "masthead.toml").read_bytes()

    done = init(newsroom.home, *ANSWERS)

    assert done.returncode == 1
    assert f"{newsroom.home} holds a newsroom already" in done.stderr
    assert (newsroom.home / "masthead.toml").read_bytes() == before


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")

    done = init(tmp_path, *ANSWERS)

    assert done.returncode == 1
    assert "is in use by something else" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


@needs_root
def test_a_disk_that_fills_up_in_the_middle_leaves_nothing_behind(small_disk):  # noqa: F811 - the fixture
    disk = small_disk.home.parent
    with filled(disk):
        (disk / "home" / "static.stamp").unlink()

        done = init(disk / "second", *ANSWERS)

    assert done.returncode == 1
    assert done.stderr == "masthead: nothing was made: the disk is full: free some space\n"
    assert [each.name for each in disk.iterdir()] == ["home"]


def test_its_files_are_private_and_its_settings_readable(newsroom):
    settings = tomllib.loads((newsroom.home / "masthead.toml").read_text("utf-8"))

    for name in ("masthead.toml", "masthead.sqlite3"):
        assert stat.S_IMODE((newsroom.home / name).stat().st_mode) == 0o600
    assert len(settings["secret_key"]) >= 50
    assert settings["address"] == "http://localhost:8000"


def test_a_person_is_asked_again_until_the_answer_is_right(tmp_path):
    home = tmp_path / "home"
    ours, theirs = pty.openpty()
    command = [*MASTHEAD, "init", str(home), "--database-url=postgres://a:b@127.0.0.1:9/c"]
    answers = "The Lamp\nnope\nes\nMars\nEurope/Madrid\n\nada\nada@example.org\nAda\n"
    os.write(ours, answers.encode())

    done = subprocess.run(
        command, env=environment(home), stdin=theirs, capture_output=True, text=True, check=False
    )

    os.close(ours)
    os.close(theirs)
    for each in ("“nope” is no language", "“Mars” is no time zone", "“ada” is no e-mail"):
        assert each in done.stdout
    assert done.stderr == (
        "masthead: nothing was made: the database does not answer: start it, or check "
        "database_url and its disk\n"
    )
    assert not home.exists()


def test_the_first_editor_may_do_everything_and_needs_no_mail_to_sign_in(newsroom):
    reset = newsroom.run("manage", "shell", "-v", "0", "-c", SIGN_IN)

    assert reset.stdout.split() == ["True", "True", "True"], reset.stderr


SIGN_IN = """
from allauth.account.models import EmailAddress
user = __import__("masthead.readers.models", fromlist=["User"]).User.objects.get()
print(user.is_superuser, user.has_usable_password())
print(EmailAddress.objects.get(user=user).verified)
"""
