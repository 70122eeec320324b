"""What a city learned, offered to the library: from a need that was closed, from an overlap that
was settled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from takatuf.community.access import check_may_keep_issues
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.incidents.models import Incident
from takatuf.learning.models import CardDraft
from takatuf.learning.services import offer_card
from takatuf.network.places import region_of
from takatuf.plans.queries import plan_for
from takatuf.plans.vocabulary import Workstream


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned, in the writer's language. `levels` are those of government that did it
    (`network.vocabulary.Level`)."""

    title: str  # what others can do, in one line
    context: str  # what was wrong
    done: str  # the intervention
    outcome: str  # what changed
    known_how: str  # the evidence
    lesson: str = ""  # what others can take from it
    caution: str = ""
    levels: tuple[str, ...] = ()
    workstream: str = Workstream.COMMUNITY


# What a lesson cannot do without, and what to say where it is missing.
NEEDED = {
    "title": _("Say in one line what others can do."),
    "done": _("Say what was done."),
    "outcome": _("Say what changed."),
    "known_how": _("Say how that is known: who saw or measured it."),
}


@transaction.atomic
def write_lesson(
    actor: Actor,
    incident: Incident,
    *,
    about: str,
    lesson: Lesson,
    language: str,
    now: datetime,
) -> CardDraft:
    """Offer what was learned to the library, as a draft that the network's secretariat reads,
    completes and publishes. `about` names what it was learned from, as in `Issue.about`.

    What is a fact stands on the city's own word, which the draft names as its first source.
    Raises `Refused` where something is missing, or a lesson about it was written already.
    """
    check_may_keep_issues(actor, incident)
    if incident.is_exercise:
        raise Refused(
            _("This was an exercise. The library holds what was done after real events."),
            code="exercise",
        )
    for name, words in NEEDED.items():
        if not str(getattr(lesson, name)).strip():
            raise Refused(words, code=f"{name.replace('_', '-')}-missing", field=name)
    return offer_card(
        actor,
        incident.city,
        _body(incident, lesson, language),
        about=about,
        incident=incident.about,
        source_language=language,
        now=now,
    )


def _body(incident: Incident, lesson: Lesson, language: str) -> dict[str, object]:
    """The lesson in the shape of a card, with what is known of the event."""
    city = incident.city
    on = incident.happened_at.astimezone(ZoneInfo(city.timezone)).date()
    texts = ("title", "context", "done", "outcome", "known_how", "lesson", "caution")
    place = " ".join(re.findall("[a-z]+", city.slug)) or "city"
    supports = [name for name in ("context", "done", "outcome") if getattr(lesson, name).strip()]
    return {
        "slug": f"{place.replace(' ', '-')}-{on.year}-incident-{incident.number}",
        "kind": "lesson",
        "country": city.country,
        "region": region_of(city.country),
        "size": plan.size if (plan := plan_for(city)) else "",
        "date": on.isoformat(),
        "place": {language: city.names.get(language) or city.name},
        "incident_kinds": [incident.kind],
        "cells": [[incident.phase, lesson.workstream]],
        "level": list(lesson.levels),
        "sources": [
            {
                "id": "s1",
                "title": gettext("What the city tells of its own response"),
                "publisher": city.name,
                "url": None,
                "year": on.year,
                "language": language,
                "read": "whole",
                "verified": False,
                "supports": supports,
                "note": {},
            }
        ],
        **{name: {language: getattr(lesson, name)} for name in texts},
    }
