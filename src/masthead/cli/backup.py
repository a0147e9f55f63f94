"""Write everything that cannot be made anew into one file, while the newsroom is served."""

import argparse
from pathlib import Path

from tqdm import tqdm

from masthead.cli import CommandError, load_program, say
from masthead.lib.lock import HeldElsewhereError
from masthead.lib.outage import outage_behind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write, such as news.tar")


def run(options: argparse.Namespace) -> int:
    """Make a backup and say where it is."""
    load_program()
    from masthead.upkeep import backups, erasures  # noqa: PLC0415 - needs the apps
    from masthead.upkeep.database import DatabaseFileError  # noqa: PLC0415 - as above

    target: Path = options.file.resolve()
    try:
        with tqdm(desc="Backing up", unit="B", unit_scale=True, disable=None) as bar:
            erasures.note()
            made = backups.make(target, backups.Progress(bar.reset, bar.update))
    except FileExistsError:
        msg = f"{target} is there already: choose another name"
        raise CommandError(msg) from None
    except HeldElsewhereError as error:
        msg = f"process {error.holder} makes a backup already"
        raise CommandError(msg) from None
    except (DatabaseFileError, OSError) as error:
        msg = f"no backup was made: {outage_behind(error) or error}"
        raise CommandError(msg) from error
    say(f"{made.path}: {made.size / 1_000_000:.1f} MB")
    say(f"SHA-256 {made.digest}")
    say("It holds every secret of the newsroom: keep it private, and on another machine.")
    return 0
