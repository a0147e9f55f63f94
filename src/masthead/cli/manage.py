"""Run one of Django's or Wagtail's own management commands."""

import argparse

from django.core.management import execute_from_command_line

from masthead.cli import load_program


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="the command and its options")


def run(options: argparse.Namespace) -> int:
    load_program()
    execute_from_command_line(["masthead manage", *options.arguments])
    return 0
