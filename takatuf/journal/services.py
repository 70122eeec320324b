"""Writing the record: one verb in the past tense, in the same transaction as the act."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from takatuf.foundation.actors import Actor


class PersonRef(NamedTuple):
    """A person in the record: the id and a salted hash stand in the leaf, the name beside it."""

    id: UUID | str
    name: str


def record(
    actor: Actor,
    verb: str,
    *,
    log: str,
    thing: str,
    at: datetime,
    about: str = "",
    facts: Mapping[str, object] | None = None,
    people: Mapping[str, PersonRef] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    """Append one entry to a log."""
