"""Make a new newsroom in a folder."""

import argparse
import os
import sys
from pathlib import Path

from masthead.cli import CommandError
from masthead.conf.installation import FILE_NAME, Installation
from masthead.lib.address import SiteAddress

QUESTIONS = {
    "name": ("The newsroom's name", "My Newsroom"),
    "language": ("Its main language", "en"),
    "time_zone": ("Its time zone", "UTC"),
    "address": ("Its address", "http://localhost:8000"),
    "email": ("The first editor's e-mail address", ""),
    "editor": ("The first editor's name", ""),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the data folder to make")
    for name, (question, default) in QUESTIONS.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, help=f"{question} (asked for when left out; {default})")


def run(options: argparse.Namespace) -> int:
    home = options.folder.resolve()
    if (home / FILE_NAME).exists():
        msg = f"{home} holds a newsroom already: serve it with MASTHEAD_HOME={home} masthead serve"
        raise CommandError(msg)
    answers = {name: getattr(options, name) or _ask(name) for name in QUESTIONS}
    try:
        address = SiteAddress.parse(answers["address"])
    except ValueError as error:
        raise CommandError(str(error)) from error
    stored = {
        "address": str(address),
        "language": answers["language"],
        "languages": [answers["language"]],
        "time_zone": answers["time_zone"],
        "secret_key": "x" * 32,
    }
    Installation.check(home, stored)
    Installation(
        home=home,
        address=address,
        language=answers["language"],
        languages=(answers["language"],),
        time_zone=answers["time_zone"],
    ).write()
    os.environ["MASTHEAD_HOME"] = str(home)
    _found(answers, address)
    print(f"{answers['name']} is ready: MASTHEAD_HOME={home} masthead serve")  # noqa: T201 - a command's answer
    return 0


def _ask(name: str) -> str:
    question, default = QUESTIONS[name]
    if not sys.stdin.isatty():
        if default:
            return default
        msg = f"--{name.replace('_', '-')} is missing: {question}"
        raise CommandError(msg)
    return input(f"{question} [{default}]: " if default else f"{question}: ").strip() or default


def _found(answers: dict[str, str], address: SiteAddress) -> None:
    import django  # noqa: PLC0415 - the settings file exists only now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings

    from masthead.desk.roles import Role, give_role  # noqa: PLC0415 - needs the settings
    from masthead.readers.models import User  # noqa: PLC0415 - needs the settings
    from masthead.stories.founding import found_newsroom  # noqa: PLC0415 - needs the settings

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    found_newsroom(
        name=answers["name"],
        language=answers["language"],
        address=address,
        time_zone=answers["time_zone"],
    )
    editor = User.objects.create_superuser(answers["email"], first_name=answers["editor"])
    give_role(user=editor, role=Role.PUBLISHER)
