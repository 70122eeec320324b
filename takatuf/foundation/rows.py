"""Many new rows at once, without an object for each.

`bulk_create` takes 0.1 ms a row, most of it for objects that nobody looks at afterwards. What a
job writes by the ten thousand goes through here: by `COPY` where the database has it, else as
one statement with many rows of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connections, models, router


def write_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write new rows of a table in the transaction of the caller. `names` are those of its
    fields (a foreign key with `_id`), in the order of each row's values. Every field without a
    default of the database must be named: no default of the model is asked, no signal sent.
    Raises `IntegrityError` as any other way."""
    connection = connections[router.db_for_write(model)]
    fields: list[Any] = [model._meta.get_field(name.removesuffix("_id")) for name in names]
    quoted = [connection.ops.quote_name(field.column) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    prepared = _prepared(rows, [_preparing(field, connection) for field in fields])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(quoted)}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({places})"  # noqa: S608
        cursor.executemany(statement, list(prepared))


def learn_sizes(*models_: type[models.Model]) -> None:
    """Have the database look again how many rows these tables hold and which values, so that it
    plans well right after much was written to them. PostgreSQL does so by itself, but up to a
    minute later, and until then takes each of 50,000 rows for the only one; SQLite plans without.
    """
    for model in models_:
        connection = connections[router.db_for_write(model)]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _prepared(
    rows: Iterable[Sequence[Any]], columns: Sequence[Callable[[Any], Any]]
) -> Iterator[list[Any]]:
    for row in rows:
        yield [prepare(value) for prepare, value in zip(columns, row, strict=True)]


def _preparing(field: Any, connection: Any) -> Callable[[Any], Any]:
    """How a value of this field is written. What is the same in many rows is prepared once."""
    if field.primary_key or field.unique or isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    known: dict[Any, Any] = {}

    def prepare(value: Any) -> Any:
        if value not in known:
            known[value] = field.get_db_prep_save(value, connection)
        return known[value]

    return prepare
