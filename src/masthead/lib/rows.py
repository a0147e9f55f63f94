"""Rows of the database."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def one_or_none(rows: "QuerySet[M]") -> M | None:
    """Return the row of a question that has one answer at most, or None.

    ``first()`` would have it sorted, which costs Django as much as half of the question.
    """
    return next(iter(rows), None)
