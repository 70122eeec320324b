"""The label of a choice, found without asking for all the others."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Field


class Labelled:
    """Beside `models.Model`, for rows of which a page lists many: `get_state_display()` and
    its like look one label up. Django's own translates every label of the field each time,
    which was a tenth of a page of fifty.
    """

    def _get_FIELD_display(self, field: Field[Any, Any]) -> str:
        value = getattr(self, field.attname)
        return str(_labels(field).get(value, value))


@cache  # fields live as long as the process; their labels are translated when they are read
def _labels(field: Field[Any, Any]) -> dict[object, object]:
    return dict(field.flatchoices)
