"""All rows of one database into another, empty one, whatever kind each is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction

from masthead.bake import triggers

SOURCE = "source"
#: Rows in one go.
SOME = 500
#: Wagtail's index differs from database to database: it is made anew.
INDEX = "wagtailsearch"


class MovingError(Exception):
    """The rows cannot be moved; the message is one line for a person."""


def open_source(path: Path) -> None:
    """Let the rows of an SQLite file be read, beside the newsroom's database."""
    like_ours = connections.settings["default"]
    sqlite = settings.SQLITE | {"NAME": str(path)}
    empty = dict.fromkeys(("HOST", "PORT", "USER", "PASSWORD"), "")
    connections.settings[SOURCE] = like_ours | empty | sqlite | {"CONN_HEALTH_CHECKS": False}


def count_rows() -> int:
    """Return how many rows there are to move."""
    return sum(_rows(model, SOURCE).count() for model in _models())


def move(told: Callable[[int], object]) -> int:
    """Put every row of the source in the place of those in this database; return how many.

    This database has its tables. All or nothing; ``told`` is told how many were moved. Raises
    MovingError when a row cannot be had here, or when one is missing afterwards.
    """
    try:
        with transaction.atomic():
            triggers.drop()
            _empty()
            for model in _models():
                _move(model, told)
            _follow_numbers()
            count = _proved()
            triggers.install()
            # Deferred keys are looked at here, so that the model's name is told.
            connection.check_constraints()
    except (DatabaseError, ValueError) as error:
        msg = f"a row cannot be moved: {error}".splitlines()[0]
        raise MovingError(msg) from error
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
    return count


def _models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    found = [each for each in every if each._meta.managed and not each._meta.proxy]
    return [each for each in found if each._meta.app_label != INDEX]


def _rows(model: type[models.Model], alias: str) -> models.QuerySet[Any]:
    return model._base_manager.using(alias).order_by()  # noqa: SLF001 - Django documents it


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [each for each in model._meta.local_concrete_fields if not each.generated]


def _empty() -> None:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted} CASCADE")


def _move(model: type[models.Model], told: Callable[[int], object]) -> None:
    fields = _fields(model)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(each.column)) for each in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own tables
    rows = _rows(model, SOURCE).values_list(*(each.attname for each in fields))
    with connection.cursor() as cursor:
        for some in _batches(rows.iterator(chunk_size=SOME)):
            cursor.executemany(statement, [_prepared(fields, row) for row in some])
            told(len(some))


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    rows = iter(rows)
    while some := list(islice(rows, SOME)):
        yield some


def _prepared(fields: Sequence[models.Field[Any, Any]], row: Sequence[Any]) -> list[Any]:
    pairs = zip(fields, row, strict=True)
    return [field.get_db_prep_save(value, connection) for field, value in pairs]


def _follow_numbers() -> None:
    """Let new rows get numbers that none has."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _proved() -> int:
    total = 0
    for model in _models():
        there, here = (_rows(model, alias).count() for alias in (SOURCE, "default"))
        if there != here:
            msg = f"{model._meta.label}: {there} rows there, {here} here"
            raise MovingError(msg)
        total += here
    return total
