"""Let the bucket of the settings hold what this newsroom has: originals, media and pages."""

import argparse

from django.conf import settings
from tqdm import tqdm

from masthead.cli import CommandError, load_program, say
from masthead.lib.bucket import BucketError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Store every file that the bucket lacks, and remove pages that are another newsroom's.

    May be run again after it was cut off. The baker stores pages itself.
    """
    if settings.BUCKET is None:
        msg = "no bucket is set: name one in masthead.toml, as s3://key:secret@host/bucket"
        raise CommandError(msg)
    load_program()
    from masthead.bake.shared import remove_unknown_from_bucket  # noqa: PLC0415 - needs the apps
    from masthead.media.storage import give_all, in_bucket  # noqa: PLC0415 - as above

    try:
        for storage in in_bucket():
            with tqdm(desc=storage.area, unit=" files", disable=None) as bar:
                given = give_all(storage, bar.update)
            say(f"{storage.area}: {given} files stored")
        if removed := remove_unknown_from_bucket():
            say(f"baked: {removed} pages removed that this newsroom does not have")
    except BucketError as error:
        msg = f"the bucket refused; what was stored stays: {error}"
        raise CommandError(msg) from error
    return 0
