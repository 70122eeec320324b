"""A short list of codes in one column, found by each of them on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q


class CodesField(models.CharField):
    """Codes in their order: a tuple in the code, `,one,two,` in the database.

    A code holds no comma. Rows that have a code are found with `having`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", ())
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):  # a string is what a lookup asks with
            return value
        codes = list(dict.fromkeys(value))
        return f",{','.join(codes)}," if codes else ""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> tuple[str, ...]:
        return tuple(code for code in (value or "").split(",") if code)

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else tuple(value)


def having(field: str, codes: Iterable[str]) -> Q:
    """Rows that have any of these codes in this field; no code asks for nothing."""
    found = Q()
    for code in codes:
        found |= Q(**{f"{field}__contains": f",{code},"})
    return found
