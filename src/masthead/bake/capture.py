"""What a render reads, found out by listening to Django's object mapper.

A statement becomes one key for each document that it joins: the document's own number, or an
equal value by which it was found, or else everything of its kind. Rows that are read whole add
the numbers of their documents. Whatever is not understood counts as a read of everything.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.expressions import Col, F, RawSQL
from django.db.models.lookups import Exact, In, IsNull, Range, StartsWith
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, WhereNode

from masthead.bake import keys
from masthead.bake.tables import Table, tables

#: A list of more values than this is not worth a key for each.
MANY = 500
PREFETCHED = "_prefetch_related_val_"
_reads: ContextVar[set[str] | None] = ContextVar("reads", default=None)
_announced: ContextVar[bool] = ContextVar("announced", default=False)


class ForbiddenReadError(Exception):
    """A render asked for what no public page is made from, or wrote, or asked the network."""


@contextmanager
def recorded() -> Iterator[set[str]]:
    """Collect the keys of all that is read; refuse writes and what cannot be listened to."""
    with aside() as reads, connection.execute_wrapper(_refuse):
        yield reads


@contextmanager
def aside() -> Iterator[set[str]]:
    """Collect the keys of what is read apart from those of the render that is under way."""
    reads: set[str] = set()
    token = _reads.set(reads)
    try:
        yield reads
    finally:
        _reads.reset(token)


@contextmanager
def unrecorded() -> Iterator[None]:
    """Read something of which the caller itself notes the key with ``note``."""
    if not is_recording():
        yield
        return
    with aside():  # only what is public may be read here too
        yield


def note(*noted: str) -> None:
    """Add keys to what the render that is under way has read."""
    if (reads := _reads.get()) is not None:
        reads.update(noted)


def is_recording() -> bool:
    return _reads.get() is not None


def _refuse(
    execute: Callable[..., Any], sql: str, params: Any, many: Any, context: dict[str, Any]
) -> Any:
    if not _announced.get():
        msg = f"a page asked the database past the object mapper, or wrote: {sql[:200]}"
        raise ForbiddenReadError(msg)
    return execute(sql, params, many, context)


def install() -> None:
    """Listen to every statement and every row from now on; costs next to nothing elsewhere."""
    if SQLCompiler.execute_sql is not _execute_sql:
        SQLCompiler.execute_sql = _execute_sql  # type: ignore[method-assign]
        models.Model.from_db = classmethod(_from_db)  # type: ignore[method-assign, assignment]
        sys.addaudithook(_refuse_network)


def _refuse_network(event: str, _arguments: object) -> None:
    if event == "socket.connect" and is_recording():
        msg = "a page asked the network"
        raise ForbiddenReadError(msg)


_plain_execute_sql = SQLCompiler.execute_sql
_plain_from_db = models.Model.from_db.__func__  # type: ignore[attr-defined]


def _execute_sql(self: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
    reads = _reads.get()
    if reads is None:
        return _plain_execute_sql(self, *args, **kwargs)
    if type(self).__name__ not in {"SQLCompiler", "SQLAggregateCompiler"}:
        msg = f"a page wrote to the database: {type(self).__name__}"
        raise ForbiddenReadError(msg)
    for query in (getattr(self.query, "inner_query", None) or self.query, *combined(self.query)):
        reads.update(Reading(query).keys())
    token = _announced.set(True)
    try:
        return _plain_execute_sql(self, *args, **kwargs)
    finally:
        _announced.reset(token)


def combined(query: Query) -> tuple[Query, ...]:
    return tuple(getattr(query, "combined_queries", ()))


def _from_db(cls: type[models.Model], db: str, names: Any, values: Any) -> models.Model:
    row: models.Model = _plain_from_db(cls, db, names, values)
    if (reads := _reads.get()) is not None:
        for document, attribute in _documents(cls):
            reads.add(keys.document_key(document, getattr(row, attribute)))
    return row


@cache
def _documents(model: type[models.Model]) -> list[tuple[str, str]]:
    """Return the documents that a row of a model belongs to, and the attributes with their keys."""
    names = {field.model._meta.db_table for field in model._meta.concrete_fields}
    found = [tables.by_name[name] for name in names if name in tables.by_name]
    return list({(table.document, _attribute(model, table)) for table in found})


def _attribute(model: type[models.Model], table: Table) -> str:
    owners = (
        field.attname
        for field in model._meta.concrete_fields
        if field.column == table.owner and field.model._meta.db_table == table.name
    )
    return next(owners)


@dataclass
class Place:
    """One table in a statement: its name there, what it is compared with, what else is asked."""

    alias: str
    table: Table
    equal: dict[str, list[object]] = field(default_factory=dict)
    prefix: str = ""
    used: set[str] = field(default_factory=set)
    #: Joined by its own key: its rows are looked up for the rows of another table.
    is_looked_up: bool = False

    def found_by(self) -> Iterator[tuple[int, str, list[object]]]:
        """Yield how telling it is, a column and the values that its rows must have."""
        finders = self.table.finders
        for column, values in self.equal.items():
            if column in finders:
                yield finders.index(column), column, values
        depth = self.equal.get("depth")
        if self.prefix and keys.PARENT in finders and depth == [len(self.prefix) // keys.STEP + 1]:
            yield finders.index(keys.PARENT), keys.PARENT, [self.prefix]


class Reading:
    """What one statement asks."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.found: set[str] = set()
        self.places: dict[str, Place] = {}
        #: Places that hold the same document as the one that they are joined to.
        self.same: dict[str, str] = {}
        self.makes_objects = query.default_cols and not query.values_select

    def keys(self) -> set[str]:
        """Return the keys of the statement, and of those inside it."""
        if self.query.is_empty():
            return set()
        self._find_places()
        self._read_conditions(self.query.where, is_certain=True)
        self._read_selection()
        self._read_order()
        self._read_joins()
        groups = list(self._groups())
        own = [found for group in groups if (found := _keys_of(group)) is not None]
        if groups and not own:
            own = [{keys.order_key(groups[0][0].table.document)}]
        return self.found.union(*own)

    def _find_places(self) -> None:
        self.query.get_initial_alias()  # a statement without conditions has no table before
        for alias, join in self.query.alias_map.items():
            if self.query.alias_refcount.get(alias):
                self._find_place(alias, join.table_name)
        for alias in self.places:
            join = self.query.alias_map[alias]
            for left, right in getattr(join, "join_cols", ()):
                self._note_join(alias, left, join.parent_alias, right)

    def _find_place(self, alias: str, name: str) -> None:
        if name in tables.constant or name in tables.hiding:
            return
        table = tables.by_name.get(name)
        if table is None:
            msg = f"a page asked for the table {name}, from which no page is made"
            raise ForbiddenReadError(msg)
        self.places[alias] = Place(alias, table)

    def _note_join(self, alias: str, left: str, parent: str, right: str) -> None:
        here, there = self.places[alias], self.places.get(parent)
        if there and (there.table.document, left, right) == (
            here.table.document,
            there.table.owner,
            here.table.owner,
        ):
            self.same[alias] = parent
            return
        here.is_looked_up |= right == here.table.primary_key
        if there:
            there.is_looked_up |= left == there.table.primary_key

    def _read_conditions(self, node: WhereNode, *, is_certain: bool) -> None:
        certain = is_certain and node.connector == AND and not node.negated
        for child in node.children:
            if isinstance(child, WhereNode):
                self._read_conditions(child, is_certain=certain)
            else:
                self._read_condition(child, is_certain=certain)

    def _read_condition(self, condition: Any, *, is_certain: bool) -> None:
        left: Any = getattr(condition, "lhs", None)
        place = self.places.get(left.alias) if isinstance(left, Col) else None
        if place and is_certain:
            self._note_equal(place, left.target.column, condition)
        if not (place and isinstance(condition, IsNull) and self._is_own_row(place, left)):
            self._read_expression(condition)

    def _is_own_row(self, place: Place, column: Col) -> bool:
        """Return whether it is the key of a document's row in another table: that stays."""
        return place.alias in self.same and column.target.column == place.table.primary_key

    def _note_equal(self, place: Place, column: str, condition: Any) -> None:
        right = condition.rhs
        if hasattr(right, "resolve_expression"):
            return
        if isinstance(condition, Exact):
            place.equal[column] = [right]
        elif isinstance(condition, In) and len(list(right)) <= MANY:
            place.equal[column] = list(right)
        elif column == "path" and isinstance(condition, StartsWith):
            place.prefix = right
        elif column == "path" and isinstance(condition, Range):
            place.prefix = _prefix_of(*right)

    def _read_selection(self) -> None:
        for annotation in self.query.annotation_select.values():
            self._read_expression(annotation)
        # Rows that become objects are noted one by one; bare values are not.
        for expression in () if self.makes_objects else self.query.select:
            self._read_expression(expression)
        # Django itself adds the key by which prefetched rows are handed out.
        by_hand = [name for name in self.query.extra if not name.startswith(PREFETCHED)]
        if by_hand or self.query.extra_tables:
            self._read_everything()

    def _read_order(self) -> None:
        for each in self.query.order_by or self._usual_order():
            if not isinstance(each, str):
                self._read_expression(each)
            elif (name := each.lstrip("-")) not in self.query.annotations:
                self._read_order_by(name)

    def _usual_order(self) -> Sequence[Any]:
        return (self.query.get_meta().ordering or ()) if self.query.default_ordering else ()

    def _read_order_by(self, name: str) -> None:
        # Where all rows become objects, each of them wakes whoever sorted it.
        *steps, _last = name.split("__")
        is_whole = self.makes_objects and not self.query.is_sliced
        if is_whole and _are_made(self.query.select_related, steps):
            return
        for table, column in _columns(self.query.get_meta().model, name):
            found = [place for place in self.places.values() if place.table.name == table]
            for place in found:
                place.used.add(column)
            if not found and table in tables.by_name:
                self.found.add(keys.any_key(tables.by_name[table].document))

    def _read_expression(self, expression: Any) -> None:
        for each in _flatten(expression):
            if isinstance(each, Query):
                self.found.update(Reading(each).keys())
            elif isinstance(each, Col):
                self._read_column(each)
            elif isinstance(each, F):
                self._read_order_by(each.name)  # type: ignore[attr-defined]
            elif isinstance(each, RawSQL) or not hasattr(each, "get_source_expressions"):
                self._read_everything()  # SQL that was written by hand

    def _read_column(self, column: Col) -> None:
        place = self.places.get(column.alias)
        name = column.target.model._meta.db_table
        if place:
            place.used.add(str(column.target.column))
        elif column.alias not in self.query.alias_map and name in tables.by_name:
            # A column of the statement around this one.
            self.found.add(keys.any_key(tables.by_name[name].document))

    def _read_everything(self) -> None:
        for place in self.places.values():
            place.used.add("?")

    def _read_joins(self) -> None:
        # Of whom something is asked, whoever leads there decides too.
        for alias in reversed(self.places):
            join: Any = self.query.alias_map[alias]
            here = self.places[alias]
            there = self.places.get(getattr(join, "parent_alias", None) or "")
            if there and alias not in self.same and (here.used or here.equal or here.prefix):
                there.used.update(left for left, _right in join.join_cols)
                here.used.update(right for _left, right in join.join_cols)

    def _groups(self) -> Iterable[list[Place]]:
        groups: dict[str, list[Place]] = {}
        for alias, place in self.places.items():
            root = alias
            while root in self.same:
                root = self.same[root]
            groups.setdefault(root, []).append(place)
        return groups.values()


def _keys_of(group: list[Place]) -> set[str] | None:
    """Return the keys for the rows of one document; None if rows of others lead to them."""
    document = group[0].table.document
    for place in group:
        if place.table.owner in place.equal:
            values = place.equal[place.table.owner]
            return {keys.document_key(document, value) for value in values}
    if any(place.used - place.table.deciding for place in group):
        return {keys.any_key(document)}
    found = [(*by, place.table.name) for place in group for by in place.found_by()]
    if found:
        _rank, column, values, table = min(found, key=lambda each: each[0])
        return {keys.finder_key(document, table, column, value) for value in values}
    if _is_looked_up(group):
        return None
    return {keys.order_key(document)}


def _is_looked_up(group: list[Place]) -> bool:
    """Return whether rows are only looked up by their keys and nothing else is asked of them."""
    asked = {column for place in group for column in place.used - _own_keys(place.table)}
    return not asked and any(place.is_looked_up for place in group)


def _own_keys(table: Table) -> set[str]:
    return {table.primary_key, table.owner}


def _flatten(expression: Any) -> Iterator[Any]:
    yield expression
    if not isinstance(expression, Query) and hasattr(expression, "get_source_expressions"):
        for each in expression.get_source_expressions():
            if each is not None:
                yield from _flatten(each)


def _prefix_of(first: str, last: str) -> str:
    """Return the path below which the tree looks for children, from the first and last of them."""
    below = first[: -keys.STEP]
    is_whole = (first, last) == (below + "0" * keys.STEP, below + "Z" * keys.STEP)
    return below if is_whole else ""


def _are_made(select_related: Any, steps: list[str]) -> bool:
    """Return whether the rows at the end of relations become objects too."""
    for step in steps:
        if not isinstance(select_related, dict) or step not in select_related:
            return False
        select_related = select_related[step]
    return True


def _columns(model: type[models.Model], name: str) -> Iterator[tuple[str, str]]:
    """Yield the tables and columns along the name of a field, as queries write it."""
    options = model._meta
    for step in name.split("__"):
        found: Any = options.pk if step == "pk" else options.get_field(step)
        yield found.model._meta.db_table, found.column
        if found.is_relation:
            options = found.related_model._meta
