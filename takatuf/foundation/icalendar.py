"""Lines of an iCalendar file (RFC 5545), for every room that hands one out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

LINE = 75  # octets, RFC 5545, 3.1


def folded(lines: Iterable[str]) -> bytes:
    """The lines as a file: each broken after 75 octets at most, never within a character."""
    return b"".join(_folded(line) for line in lines)


def moment(at: datetime) -> str:
    """A moment in UTC."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A value of the type TEXT (RFC 5545, 3.3.11)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    parts, part = [], b""
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
