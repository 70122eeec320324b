"""Standards out: a dialogue as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from takatuf.foundation.icalendar import escaped, folded, moment
from takatuf.learning.models import Dialogue


def calendar_of(dialogue: Dialogue, *, title: str, place: str, url: str, now: datetime) -> bytes:
    """The days of a dialogue for a calendar; its hours stand in the programme at `url`.

    The identifier stays and the changes count up, so that a calendar which took it in follows.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Takatuf//Dialogues//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{dialogue.pk}@{urlsplit(url).hostname}",
        f"SEQUENCE:{dialogue.changes}",
        f"DTSTAMP:{moment(now)}",
        f"DTSTART;VALUE=DATE:{dialogue.begins_on:%Y%m%d}",
        # Without its end, as a calendar has it: the first day after.
        f"DTEND;VALUE=DATE:{dialogue.ends_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(title)}",
        *([f"LOCATION:{escaped(place)}"] if place else []),
        f"URL:{url}",
        "TRANSP:OPAQUE",
        f"STATUS:{'CANCELLED' if dialogue.withdrawn_at else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return folded(lines)
