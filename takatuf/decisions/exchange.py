"""Standards out: a meeting as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from takatuf.decisions.models import Meeting

LASTS = timedelta(hours=1)  # a calendar wants an end; nobody is asked for one
LINE = 75  # octets, RFC 5545, 3.1


def calendar_of(meeting: Meeting, *, summary: str, url: str, now: datetime) -> bytes:
    """The meeting for a calendar. A calendar is seen by many eyes: `summary` names no event,
    and the agenda stays behind the sign-in at `url`.

    A moved meeting keeps its identifier and counts up, so that the calendar moves it too; one
    that was called off is cancelled there.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Takatuf//Meetings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.pk}@{urlsplit(url).hostname}",
        f"SEQUENCE:{max(0, int((now - meeting.created_at).total_seconds()))}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(meeting.at)}",
        f"DTEND:{_moment(meeting.closed_at or meeting.at + LASTS)}",
        f"SUMMARY:{_escaped(summary)}",
        *([f"LOCATION:{_escaped(meeting.place)}"] if meeting.place else []),
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if meeting.cancelled_at else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line with its end, broken after 75 octets at most and never within a character."""
    parts, part = [], b""
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
