"""What this room tells people: when and where the partners meet, that a promise is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from takatuf.alerts.notices import Notice
from takatuf.decisions.models import Meeting, Promise
from takatuf.ui import reading

MEETING = "decisions/notices/meeting"
PROMISE_DUE = "decisions/notices/promise_due"


def meeting(meeting: Meeting, change: str) -> Notice:
    """That a meeting was "planned", "moved" or "called-off": time with its zone, place, link.
    What it is about stays behind the sign-in."""
    city = meeting.incident.city
    return Notice(
        MEETING,
        context={
            "change": change,
            "number": meeting.number,
            "at": meeting.at.isoformat(),
            "zone": city.timezone,
            "digits": city.digits,
            "place": meeting.place,
            "city": city.name,
            "cities": city.names,
        },
        path=f"desk/{city.slug}/incidents/{meeting.incident.number}/meetings/{meeting.number}/",
        about=meeting.incident.about,
    )


def words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """The codes of a stored notice as words in the reader's language, by the city's clocks."""
    at, digits = datetime.fromisoformat(context["at"]), context["digits"]
    with timezone.override(ZoneInfo(context["zone"])):
        time = f"{reading.day(at, digits)} {reading.hour(at, digits)} ({reading.zone(at, digits)})"
    return context | {
        "time": time,
        "place_label": context["place"] or _("place not known yet"),
        "city_label": context["cities"].get(language, context["city"]),
    }


def promise_due(promise: Promise) -> Notice:
    """That a promise is due soon, and where it stands. What was promised to whom stays behind
    the sign-in: a message may be read by whoever holds the phone."""
    return Notice(
        PROMISE_DUE,
        context={"city": promise.city.name, "cities": promise.city.names},
        path=f"desk/{promise.city.slug}/promises/{promise.number}/",
        about=promise.incident.about if promise.incident else "",
    )


def promise_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """The codes of a stored notice as words in the reader's language."""
    return context | {"city_label": context["cities"].get(language, context["city"])}
