"""What this room tells people: that an incident was declared, in as few words as an SMS has."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from takatuf.alerts.notices import Notice
from takatuf.incidents.models import Incident
from takatuf.incidents.vocabulary import Kind

DECLARED = "incidents/notices/declared"


def declared(incident: Incident) -> Notice:
    """The call that goes out with a declaration: kind, place, severity, EXERCISE, the link.

    No more leaves the system: a message may be read by whoever holds the phone.
    """
    return Notice(
        DECLARED,
        context={
            "kind": incident.kind,
            "severity": incident.severity,
            "place": incident.area.name if incident.area else incident.place[:40],
            "places": incident.area.names if incident.area else {},
            "city": incident.city.name,
            "cities": incident.city.names,
        },
        path=f"desk/{incident.city.slug}/incidents/{incident.number}/",
        about=incident.about,
    )


def words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """The codes of a stored notice as words in the reader's language."""
    return context | {
        "kind_label": Kind(context["kind"]).label,
        "place_label": context["places"].get(language, context["place"])
        or _("place not known yet"),
        "city_label": context["cities"].get(language, context["city"]),
    }
