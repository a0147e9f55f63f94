"""Which tables public pages are made from, and what in them decides who is shown where.

A *document* is a row with all rows of other tables that belong to it: a page with its story, its
bylines, its topics. Whoever shows a document is woken by any change of it. Whoever lists
documents is woken when one of the columns changes by which documents are found and put in order.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.db import models

Columns = frozenset[str]


@dataclass(frozen=True)
class Table:
    """One table that pages are made from.

    ``document`` names the table of what its rows are part of, and ``owner`` the column with the
    document's key.
    By the ``order`` columns documents are chosen and sorted; by one equal value in one of the
    ``finders`` few are found, the most telling column first. A change of ``ignored`` columns alone
    wakes nobody, and no public page may show them.
    """

    model: type[models.Model]
    document: str
    owner: str
    finders: tuple[str, ...] = ()
    order: Columns = frozenset()
    ignored: Columns = frozenset()

    @cached_property
    def name(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def columns(self) -> list[str]:
        """Return the columns whose change can be seen."""
        every = [str(each.column) for each in self.model._meta.local_concrete_fields]
        return [column for column in every if column not in self.ignored]

    @cached_property
    def deciding(self) -> Columns:
        """Return the columns that decide which documents are found, and in which order."""
        return frozenset({*self.order, *self.finders, self.owner, self.primary_key})

    @property
    def is_root(self) -> bool:
        """Return whether its rows are what all others of their documents belong to."""
        return self.name == self.document

    @cached_property
    def uuids(self) -> Columns:
        fields = self.model._meta.local_concrete_fields
        return frozenset(str(each.column) for each in fields if isinstance(each, models.UUIDField))

    @cached_property
    def primary_key(self) -> str:
        return str(self.model._meta.pk.column)


@dataclass
class Tables:
    """All tables that pages are made from, and those that they may read without being woken."""

    by_name: dict[str, Table] = field(default_factory=dict)
    #: Of a document that readers see, a column is true or the SQL, for ``{key}``.
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Tables whose rows hide documents, and the SQL that selects the keys of those.
    hiding: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Tables that may be read and never change what a page shows.
    constant: set[str] = field(default_factory=set)

    def of(self, document: str) -> list[Table]:
        return [table for table in self.by_name.values() if table.document == document]


tables = Tables()


def track(
    model: type[models.Model],
    *,
    part_of: type[models.Model] | None = None,
    owner: str = "",
    finders: tuple[str, ...] = (),
    order: tuple[str, ...] = (),
    ignored: tuple[str, ...] = (),
) -> None:
    """Let pages be made from a table; see ``Table``. Unless part of another, it is a document."""
    name = model._meta.db_table
    key = owner or str(model._meta.pk.column)
    tables.by_name[name] = Table(
        model,
        part_of._meta.db_table if part_of else name,
        key,
        finders,
        frozenset(order),
        frozenset(ignored),
    )


def track_seen(model: type[models.Model], column: str, *, or_sql: str) -> None:
    """Let documents wake pages only if a column is true of them, or the SQL for a ``{key}``."""
    tables.seen[model._meta.db_table] = (column, or_sql)


def track_hiding(model: type[models.Model], *, hides: type[models.Model], sql: str) -> None:
    """Let a table's rows hide documents; the SQL selects their keys for a ``{row}``, NEW or OLD."""
    tables.hiding[model._meta.db_table] = (hides._meta.db_table, sql)


def never_changes(*unchanging: type[models.Model]) -> None:
    """Let pages read tables that a running newsroom never writes to."""
    tables.constant.update(model._meta.db_table for model in unchanging)
