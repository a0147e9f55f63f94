"""The ``masthead`` command: one module a subcommand, each with its arguments and its ``run``."""

import argparse
import gc
import os
import sys
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured

#: The subcommands in the order of a newsroom's life.
COMMANDS = (
    *("init", "serve", "work", "bake", "mail", "dkim", "subscribers"),
    *("doctor", "backup", "restore", "upgrade", "move-database", "fill-bucket"),
    *("systemd", "manage"),
)


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand and return its exit status; say in one line what is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.conf.settings")
    parser = argparse.ArgumentParser(prog="masthead", description="A newsroom in one command.")
    subparsers = parser.add_subparsers(required=True, metavar="command")
    for name in COMMANDS:
        module = import_module(f"masthead.cli.{name.replace('-', '_')}")
        summary = (module.__doc__ or "").partition("\n")[0]
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)
    options = parser.parse_args(argv)
    try:
        status: int = options.run(options)
    except (ImproperlyConfigured, CommandError) as error:
        sys.stdout.flush()
        print(f"masthead: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its terminal
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def load_program() -> None:
    """Load Django with all of Masthead's parts; the settings are read before.

    What is loaded stays for good: to look for garbage meanwhile, and in it later, finds none.
    """
    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()


def say(text: str) -> None:
    """Tell the person at the terminal something, at once."""
    print(text, flush=True)  # noqa: T201 - a command speaks to its terminal


class CommandError(Exception):
    """A command cannot go on; its message is one line for the person at the terminal."""
