"""Make a new newsroom in a folder."""

import argparse
import logging
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.validators import validate_email
from django.db import connections, transaction

from masthead.cli import CommandError, load_program, say
from masthead.cli.making import made_whole, refuse_used
from masthead.cli.tables import migrate
from masthead.conf.installation import Installation, checked
from masthead.lib.address import SiteAddress


def _name(text: str) -> str:
    return _short(text, 255)


def _person(text: str) -> str:
    return _short(text, 150)


def _short(text: str, length: int) -> str:
    if not text or len(text) > length or not text.isprintable():
        msg = f"write one line of 1 to {length} characters"
        raise ValueError(msg)
    return text


def _language(text: str) -> str:
    code = text.lower()
    if "name" not in LANG_INFO.get(code, {}):
        msg = f"“{text}” is no language code that is known; write it as en, es or pt-br"
        raise ValueError(msg)
    return code


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        msg = f"“{text}” is no e-mail address; write it as ada@news.example"
        raise ValueError(msg) from None
    return text


def _setting(name: str) -> Callable[[str], str]:
    return lambda text: str(checked(name, text)) if text else ""


@dataclass(frozen=True)
class Question:
    """What is asked when its option is left out. Without a default it has to be answered."""

    text: str
    check: Callable[[str], str]
    default: str = ""


QUESTIONS = {
    "name": Question("The newsroom's name", _name, "My Newsroom"),
    "language": Question("Its main language", _language, "en"),
    "time_zone": Question("Its time zone", _setting("time_zone"), "UTC"),
    "address": Question("Its address", _setting("address"), "http://localhost:8000"),
    "email": Question("The first editor's e-mail address", _email),
    "editor": Question("The first editor's name", _person),
}
#: Not asked for: the option, else the environment variable, else none.
SERVICES = {
    "database_url": ("DATABASE_URL", "a PostgreSQL database, postgres://user:password@host/name"),
    "email_url": ("EMAIL_URL", "a mail server, smtp+tls://user:password@host:587"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the data folder to make")
    for name, question in QUESTIONS.items():
        explanation = f"{question.text} (asked for when left out)"
        parser.add_argument(_option(name), help=explanation)
    for name, (variable, explanation) in SERVICES.items():
        help_text = f"{explanation} (or ${variable})"
        parser.add_argument(_option(name), default=os.environ.get(variable, ""), help=help_text)


def run(options: argparse.Namespace) -> int:
    """Ask what was not given, make the newsroom, and say how to sign in."""
    home = options.folder.resolve()
    refuse_used(home)
    answers = {name: _answer(name, getattr(options, name)) for name in QUESTIONS}
    answers |= {name: _given(name, getattr(options, name), _setting(name)) for name in SERVICES}
    with made_whole(home, "nothing was made") as building:
        password = _make(building, answers)
    say(f"{answers['name']} is ready. Start it: MASTHEAD_HOME={home} masthead serve")
    say(f"Sign in at {_sign_in_address(answers['address'])}")
    say(f"  e-mail:   {answers['email']}")
    say(f"  password: {password}   (shown only here)")
    return 0


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _answer(name: str, given: str | None) -> str:
    question = QUESTIONS[name]
    if given is not None:
        return _given(name, given, question.check)
    if sys.stdin.isatty():
        return _ask(question)
    if not question.default:
        msg = f"{_option(name)} is missing: {question.text}"
        raise CommandError(msg)
    return question.default


def _given(name: str, text: str, check: Callable[[str], str]) -> str:
    try:
        return check(text.strip())
    except ValueError as error:
        msg = f"{_option(name)}: {error}"
        raise CommandError(msg) from error


def _ask(question: Question) -> str:
    hint = f" [{question.default}]" if question.default else ""
    while True:
        try:
            return question.check(input(f"{question.text}{hint}: ").strip() or question.default)
        except EOFError:
            msg = "nothing was made"
            raise CommandError(msg) from None
        except ValueError as error:
            say(f"  {error}")


def _make(building: Path, answers: dict[str, str]) -> str:
    """Make settings, tables, pages, static files and the first editor; return the password."""
    Installation(
        home=building,
        address=SiteAddress.parse(answers["address"]),
        language=answers["language"],
        languages=(answers["language"],),
        time_zone=answers["time_zone"],
        database_url=answers["database_url"],
        email_url=answers["email_url"],
    ).write()
    os.environ["MASTHEAD_HOME"] = str(building)
    os.environ |= {variable: "" for variable, _explanation in SERVICES.values()}
    load_program()
    logging.disable(logging.WARNING)  # what happens here is told in plain words
    try:
        _make_tables(building)
        password = _found(answers)
        _collect()
    finally:
        connections.close_all()
        logging.disable(logging.NOTSET)
    return password


def _make_tables(building: Path) -> None:
    from masthead.conf.readiness import missing_migrations  # noqa: PLC0415 - needs the settings
    from masthead.readers.models import User  # noqa: PLC0415 - needs the settings

    # It holds addresses, passwords' hashes and mail: for its owner alone, as the settings file.
    if connections["default"].vendor == "sqlite":
        (building / "masthead.sqlite3").touch(0o600)
    missing = missing_migrations()
    if not missing and User.objects.exists():
        msg = "the database holds a newsroom already: give it an empty one"
        raise CommandError(msg)
    say("Making the tables")
    migrate(missing)
    call_command("createcachetable", verbosity=0)


def _found(answers: dict[str, str]) -> str:
    from masthead.desk.roles import Role, give_role  # noqa: PLC0415 - needs the settings
    from masthead.readers.actions import create_editor  # noqa: PLC0415 - needs the settings
    from masthead.stories.founding import found_newsroom  # noqa: PLC0415 - needs the settings

    say("Writing the first pages")
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        found_newsroom(
            name=answers["name"],
            language=answers["language"],
            address=SiteAddress.parse(answers["address"]),
            time_zone=answers["time_zone"],
        )
        user = create_editor(email=answers["email"], name=answers["editor"], password=password)
        give_role(user=user, role=Role.PUBLISHER)  # whose mails tell what waits for an editor
    return password


def _collect() -> None:
    from masthead.conf.readiness import collect_static_files  # noqa: PLC0415 - needs the settings

    say("Collecting static files")
    collect_static_files()


def _sign_in_address(address: str) -> str:
    from django.urls import reverse  # noqa: PLC0415 - needs the settings

    return f"{address}{reverse('account_login')}"
