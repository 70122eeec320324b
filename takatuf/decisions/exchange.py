"""Standards out: a meeting as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from takatuf.decisions.models import Meeting
from takatuf.foundation.icalendar import escaped, folded, moment

LASTS = timedelta(hours=1)  # a calendar wants an end; nobody is asked for one


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
        f"DTSTAMP:{moment(now)}",
        f"DTSTART:{moment(meeting.at)}",
        f"DTEND:{moment(meeting.closed_at or meeting.at + LASTS)}",
        f"SUMMARY:{escaped(summary)}",
        *([f"LOCATION:{escaped(meeting.place)}"] if meeting.place else []),
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if meeting.cancelled_at else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return folded(lines)
