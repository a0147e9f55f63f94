"""Store in the bucket of the settings what only lies in the data folder: originals and media."""

import argparse

from django.conf import settings

from masthead.cli import CommandError, load_program, say
from masthead.lib.bucket import BucketError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Store every file that the bucket lacks; may be run again after it was cut off."""
    if settings.BUCKET is None:
        msg = "no bucket is set: name one in masthead.toml, as s3://key:secret@host/bucket"
        raise CommandError(msg)
    load_program()
    from masthead.media.storage import give_all, in_bucket  # noqa: PLC0415 - needs the apps

    try:
        for storage in in_bucket():
            say(f"{storage.area}: {give_all(storage)} files stored")
    except BucketError as error:
        msg = f"the bucket refused; what was stored stays: {error}"
        raise CommandError(msg) from error
    return 0
