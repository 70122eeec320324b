"""The kinds of values that requests carry, each bounded: what is odd is refused, not stored."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
YEARS = range(1970, 2101)


def storable(text: str) -> str:
    """Text without NUL and lone surrogates: the first no PostgreSQL keeps, the second no UTF-8."""
    if UNSTORABLE.search(text):
        raise PydanticCustomError("unstorable", "unstorable character")
    return text


def _written(value: Any) -> Any:
    """A time is written as text; a bare number would be guessed at."""
    if not isinstance(value, str) or len(value) > 40:
        raise PydanticCustomError("moment", "not a written time")
    try:
        moment = datetime.fromisoformat(value.strip().replace("z", "Z"))
    except ValueError:
        raise PydanticCustomError("moment", "not a time") from None
    zone: tzinfo | None = moment.tzinfo
    if zone is None or moment.year not in YEARS:
        raise PydanticCustomError("moment", "no offset, or an odd year")
    return moment


Moment = Annotated[
    datetime,
    BeforeValidator(_written),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-03-01T14:30:00+02:00"]}
    ),
]
"""A time with its offset from UTC (RFC 3339), between 1970 and 2100."""

Word = Annotated[str, StringConstraints(strict=True, max_length=40), AfterValidator(storable)]
Line = Annotated[str, StringConstraints(strict=True, max_length=200), AfterValidator(storable)]
Prose = Annotated[str, StringConstraints(strict=True, max_length=10_000), AfterValidator(storable)]
Version = Annotated[StrictInt, Field(ge=1, le=2_147_483_647)]
Yes = StrictBool
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]


class Body(BaseModel):
    """What a request brings: no unknown field goes unnoticed."""

    model_config = ConfigDict(extra="forbid")


class Shape(BaseModel):
    """What an answer brings."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)
