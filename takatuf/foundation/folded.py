"""What a row is found by: some of its texts, folded, in one column kept with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from takatuf.foundation.text import search_key


class FoldedField(models.TextField):
    """The columns `of` its row as `search_key` folds them, a line each: so that a database finds
    a word in any spelling with a plain comparison.

    It is written whenever the row is, never by hand; a sealed column must not be among them,
    since this one can be read. Whoever saves some columns alone names this one too.
    """

    def __init__(self, *args: Any, of: Iterable[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        kwargs |= {"blank": True, "default": "", "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = self.folded(model_instance)
        setattr(model_instance, self.attname, text)
        return text

    def folded(self, row: models.Model) -> str:
        """What stands in this column for a row."""
        told: list[str] = []
        for name in self.of:
            value = getattr(row, name)
            told += value.values() if isinstance(value, Mapping) else [value]
        return "\n".join(dict.fromkeys(key for text in told if text and (key := search_key(text))))
