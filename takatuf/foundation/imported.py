"""What a table that was taken in leaves behind: what stood there before its rows, and what is
said of it in each language, so that it can be told to everybody and undone as a whole."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language

T = TypeVar("T")
AT_ONCE = 500  # rows of one statement


def portions(things: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


# What stood there before


def packed(fields: Mapping[str, Any]) -> str:
    """Fields of a thing as they are kept beside the row that changed it."""
    return json.dumps(fields, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # and moments
        return value.isoformat()
    return str(value)


def unpacked(model: type[models.Model], text: str) -> dict[str, Any]:
    """The fields again, as a row of this model takes them; what is no column of it stays as it
    was kept."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return {name: _value(columns.get(name), value) for name, value in json.loads(text).items()}


def _value(column: models.Field[Any, Any] | None, value: Any) -> Any:
    if value is None or column is None:
        return value
    if isinstance(column, models.DateTimeField):
        return parse_datetime(value)
    if isinstance(column, models.DateField):
        return parse_date(value)
    return tuple(value) if isinstance(value, list) else value


def stand_again(
    rows: models.QuerySet[Any], of: str, stood: Mapping[UUID, int], now: Mapping[UUID, int]
) -> None:
    """What an earlier table left stands again, under a version of today: so that nobody takes it
    for changed by hand, and that table too can be undone.

    `rows` are those of the other tables, `of` is their column that names the thing; `stood` and
    `now` are versions of things, as that table left them and as they stand again.
    """
    found = rows.filter(**{f"{of}__in": stood}).only(of, "version")
    again = [row for row in found if row.version == stood[getattr(row, f"{of}_id")]]
    for row in again:
        row.version = now[getattr(row, f"{of}_id")]
    rows.model._base_manager.bulk_update(again, ["version"])


# What is said of it


def packed_report(report: Mapping[str, Any]) -> str:
    """What is told of a table as it is kept: packed, since fifty columns with their reasons are
    long."""
    plain = json.dumps(report, ensure_ascii=False).encode()
    return base64.b64encode(zlib.compress(plain)).decode()


def unpacked_report(text: str) -> dict[str, Any]:
    """The same again, with what is said of it (`in`) in the reader's language."""
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return {**found, **in_my_language(found.get("in", {"": {}}))}


def packed_words(said: Mapping[str, str]) -> str:
    """A sentence in several languages as a row keeps it."""
    return json.dumps(said, ensure_ascii=False)


def in_my_language(said: Mapping[str, T]) -> T:
    """What stands there in the reader's language, else in another in which it was told."""
    return said.get(get_language() or "") or next(iter(said.values()))
