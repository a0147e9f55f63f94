"""Triggers that note each change in the transaction that makes it, whoever makes it and how.

They are made from ``tables`` and are no part of migrations: SQLite silently drops those of a
table that a migration rebuilds. So all are dropped before the first migration of a run and made
anew after the last. Each carries a hash of its SQL in its name.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction

from masthead.bake import keys
from masthead.bake.models import Change, Tape
from masthead.bake.tables import Table, tables

PREFIX = "bake_on_"
CHANGES = Change._meta.db_table


def install() -> None:
    """Make the triggers anew, all or none."""
    with transaction.atomic():
        drop()
        with connection.cursor() as cursor:
            for statements in wanted().values():
                for statement in statements:
                    cursor.execute(statement)
        Tape.objects.get_or_create(pk=1)


def drop() -> None:
    """Drop all triggers, also those of an older version."""
    with connection.cursor() as cursor:
        for name in installed():
            cursor.execute(
                f'DROP FUNCTION "{name}" CASCADE' if _is_postgresql() else f'DROP TRIGGER "{name}"'
            )


def difference() -> set[str]:
    """Return the names of triggers that are missing or left over; empty when all is well."""
    return installed() ^ wanted().keys()


def installed() -> set[str]:
    """Return the names of the triggers that the database has."""
    known = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if _is_postgresql()
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(known)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def wanted() -> dict[str, list[str]]:
    """Return the SQL statements that make each trigger, by its name."""
    every = [*_of_tables(), *_of_hiding(), *(_of_truncate() if _is_postgresql() else ())]
    return dict(_named(*each) for each in every)


def note_everything() -> None:
    """Wake every node: the templates or the program changed, or changes went unnoticed."""
    Change.objects.create(key=keys.EVERYTHING)


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


#: A trigger: its table, the event, a condition on the columns of OLD and NEW, what it inserts.
Trigger = tuple[str, str, str, str]


def _of_tables() -> Iterator[Trigger]:
    for table in tables.by_name.values():
        yield table.name, "INSERT", "", _insert(_all_keys(table, ["NEW"]), _seen(table, ["NEW"]))
        yield table.name, "DELETE", "", _insert(_all_keys(table, ["OLD"]), _seen(table, ["OLD"]))
        rows = ["OLD", "NEW"]
        content, order = _differ(table.columns), _differ(table.deciding & {*table.columns})
        yield table.name, "UPDATE", content, _insert(_content_keys(table, rows), _seen(table, rows))
        yield table.name, "UPDATE", order, _insert(_order_keys(table, rows), _seen(table, rows))


def _of_hiding() -> Iterator[Trigger]:
    for name, (document, sql) in tables.hiding.items():
        for event, rows in (("INSERT", ["NEW"]), ("DELETE", ["OLD"]), ("UPDATE", ["OLD", "NEW"])):
            hidden = " UNION ".join(sql.format(row=row) for row in rows)
            yield name, event, "", _insert(_keys_of_documents(document, hidden), "")


def _of_truncate() -> Iterator[Trigger]:
    for name in (*tables.by_name, *tables.hiding):
        yield name, "TRUNCATE", "", _insert([f"SELECT '{keys.EVERYTHING}' AS key"], "")


def _named(table: str, event: str, when: str, body: str) -> tuple[str, list[str]]:
    digest = hashlib.sha256(f"{event}{when}{body}".encode()).hexdigest()[:10]
    name = f"{PREFIX}{table}_{event.lower()}_{digest}"
    head = f'CREATE TRIGGER "{name}" AFTER {event} ON "{table}"'
    condition = f" WHEN ({when})" if when else ""
    if not _is_postgresql():
        return name, [f"{head}{condition} BEGIN {body}; END"]
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    function = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$bake$ BEGIN {body}; RETURN NULL; END $bake$"
    )
    return name, [function, f'{head} FOR EACH {each}{condition} EXECUTE FUNCTION "{name}"()']


def _insert(selects: Sequence[str], condition: str) -> str:
    keys_ = " UNION ".join(dict.fromkeys(selects))
    where = f" AND ({condition})" if condition else ""
    noted = f"SELECT noted.key, 0 FROM ({keys_}) AS noted WHERE noted.key IS NOT NULL{where}"
    return f"INSERT INTO {CHANGES} (key, turn) {noted}"


def _all_keys(table: Table, rows: Iterable[str]) -> list[str]:
    return [*_content_keys(table, rows), *_order_keys(table, rows)]


def _content_keys(table: Table, rows: Iterable[str]) -> list[str]:
    start = f"{table.document}:{keys.ID}="
    return [f"""SELECT '{start}' || {row}."{table.owner}" AS key""" for row in rows]


def _order_keys(table: Table, rows: Iterable[str]) -> list[str]:
    own = [
        f"SELECT {_finder(table, column, row)} AS key" for row in rows for column in table.finders
    ]
    others = [
        f"""SELECT {_finder(other, column, "o")} AS key FROM "{other.name}" o """
        f"""WHERE o."{other.owner}" = {row}."{table.owner}\""""
        for row in rows
        for other in tables.of(table.document)
        if other != table
        for column in other.finders
    ]
    start = f"{table.document}:{keys.AT}="
    places = [f"""SELECT '{start}' || {row}."{table.owner}" AS key""" for row in rows]
    return [f"SELECT '{keys.order_key(table.document)}' AS key", *places, *own, *others]


def _keys_of_documents(document: str, hidden: str) -> list[str]:
    members = tables.of(document)
    root = next(table for table in members if table.is_root)
    numbers = [
        f"""SELECT '{document}:{what}=' || o."{root.owner}" AS key FROM "{root.name}" o """
        f"""WHERE o."{root.owner}" IN ({hidden})"""
        for what in (keys.ID, keys.AT)
    ]
    found = [
        f"""SELECT {_finder(table, column, "o")} AS key FROM "{table.name}" o """
        f"""WHERE o."{table.owner}" IN ({hidden})"""
        for table in members
        for column in table.finders
    ]
    order = f"SELECT '{keys.order_key(document)}' AS key"
    return [order, *numbers, *found]


def _finder(table: Table, column: str, row: str) -> str:
    start = f"{table.document}:{table.name}.{column}="
    if column == keys.PARENT:
        return f"'{start}' || substr({row}.path, 1, length({row}.path) - {keys.STEP})"
    value = f'{row}."{column}"'
    if _is_postgresql() and column in table.uuids:
        value = f"replace({value}::text, '-', '')"
    return f"'{start}' || {value}"


def _seen(table: Table, rows: Iterable[str]) -> str:
    """Return the condition that readers see the document before or after the change."""
    if table.document not in tables.seen:
        return ""
    column, sql = tables.seen[table.document]
    parts = [sql.format(key=f'{row}."{table.owner}"') for row in rows]
    # The row's own state before the change stands in no table any more.
    parts += [f'{row}."{column}"' for row in rows if table.is_root]
    return " OR ".join(parts)


def _differ(columns: Iterable[str]) -> str:
    operator = "IS DISTINCT FROM" if _is_postgresql() else "IS NOT"
    return " OR ".join(f'OLD."{each}" {operator} NEW."{each}"' for each in sorted(columns))
