"""Reading a stretch of a long list, and no more of each row than is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet


def slim(found: QuerySet[Any], beside: Sequence[str]) -> QuerySet[Any]:
    """The things with what `beside` names of others (`agency__name`) and no more of those:
    to read all of them would double the time of a long list. Nothing named: all is read."""
    if not beside:
        return found
    return found.only(*(field.name for field in found.model._meta.concrete_fields), *beside)


def stretch(found: QuerySet[Any], start: int, stop: int) -> QuerySet[Any]:
    """The things from `start` up to but without `stop`, in one statement, for a list whose
    order no index gives: the database then sorts ten thousand keys, and not as many rows with
    all that stands beside them. Not for conditions that reach many rows of another table."""
    keys = found.values("pk")[start:stop]
    # The keys answer to the conditions. Asked for them again, SQLite would go through all rows
    # that hold them, and look for each among the keys.
    rows = found.all()
    rows.query.clear_where()
    return rows.filter(pk__in=keys)
