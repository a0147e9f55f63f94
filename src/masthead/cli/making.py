"""A data folder that is made whole, or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import Error

from masthead.cli import CommandError
from masthead.conf.installation import FILE_NAME
from masthead.lib.outage import outage_behind

#: Everything is made in here, then moved up: an interrupted set-up leaves no half newsroom.
BUILDING = ".building"
#: What may lie in a folder that counts as empty.
IGNORED = {BUILDING, "lost+found"}


def refuse_used(home: Path) -> None:
    """Raise CommandError unless a folder is new or empty."""
    if (home / FILE_NAME).exists():
        msg = f"{home} holds a newsroom already: MASTHEAD_HOME={home} masthead serve"
        raise CommandError(msg)
    if home.exists() and (not home.is_dir() or {each.name for each in home.iterdir()} - IGNORED):
        msg = f"{home} is in use by something else: choose a new or an empty folder"
        raise CommandError(msg)


@contextmanager
def made_whole(home: Path, nothing: str) -> Iterator[Path]:
    """Give a folder to build in; what is in it becomes the home, or nothing is left at all.

    ``nothing`` says that, in front of what went wrong. Raises CommandError for what a person can
    mend.
    """
    made = [each for each in (home, *home.parents) if not each.exists()]
    building = home / BUILDING
    try:
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        yield building
        # The settings file comes last: it is what makes a folder a newsroom.
        for each in sorted(building.iterdir(), key=lambda path: path.name == FILE_NAME):
            each.rename(home / each.name)
        building.rmdir()
    except BaseException as error:
        shutil.rmtree(building, ignore_errors=True)
        for each in made:
            if each.is_dir():
                each.rmdir()
        raise _in_one_line(error, nothing) from error


def _in_one_line(error: BaseException, nothing: str) -> BaseException:
    outage = outage_behind(error)
    if outage or isinstance(error, (Error, OSError)):
        return CommandError(f"{nothing}: {outage or error}")
    return error
