"""Taking in a city's contact list."""

from typing import Any


def import_partners(*args: Any, **rest: Any) -> dict[str, Any]:
    raise NotImplementedError
