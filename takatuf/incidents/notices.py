"""What this room tells people, in as few words as an SMS has: an incident was declared, its lead
is offered or has passed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from takatuf.alerts.notices import Notice
from takatuf.foundation.crypto import seal, unseal
from takatuf.incidents.models import HandOver, Incident, Methane
from takatuf.incidents.vocabulary import Kind

DECLARED = "incidents/notices/declared"
FROM_SCENE = "incidents/notices/from_scene"
LEAD = "incidents/notices/lead"


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


def from_scene(message: Methane) -> Notice:
    """That a message came from the scene: kind, place and link. Hazards and casualties stay
    behind the sign-in, since a message may be read by whoever holds the phone."""
    area = message.area
    return Notice(
        FROM_SCENE,
        context={
            "kind": message.kind,
            "number": message.number,
            "acronym": message.acronym,
            "place": "" if area else seal(message.location[:40]),  # as sealed as in the message
            "places": {"": area.name, **area.names} if area else {},
            "city": message.city.name,
            "cities": message.city.names,
        },
        path=f"desk/{message.city.slug}/methane/{message.number}/",
        about=message.about,
    )


def words_from_scene(context: dict[str, Any], language: str) -> dict[str, Any]:
    """The codes of a stored notice as words in the reader's language."""
    places = context["places"]
    return context | {
        "kind_label": Kind(context["kind"]).label if context["kind"] else _("Kind not known yet"),
        "place_label": places.get(language, places.get("")) or unseal(context["place"]),
        "city_label": context["cities"].get(language, context["city"]),
    }


def lead(hand_over: HandOver, what: str) -> Notice:
    """That the lead is `offered`, or that the offer was `accepted`, `declined`, `withdrawn`."""
    incident, to = hand_over.incident, hand_over.to_agency
    return Notice(
        LEAD,
        context={
            "what": what,
            "to": to.name if to else "",
            "names": to.names if to else {},
            "city": incident.city.name,
            "cities": incident.city.names,
        },
        path=f"desk/{incident.city.slug}/incidents/{incident.number}/hand-over/{hand_over.pk}/",
        about=incident.about,
    )


def lead_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """A stored notice of the lead as a sentence in the reader's language."""
    sentence = {
        "offered": _("%(city)s: the lead of an incident is offered to %(agency)s."),
        "accepted": _("%(city)s: the lead of an incident has passed to %(agency)s."),
        "declined": _("%(city)s: %(agency)s declined the lead of an incident."),
        "withdrawn": _("%(city)s: the offer of the lead to %(agency)s was taken back."),
    }[context["what"]]
    return context | {
        "sentence": sentence
        % {
            "city": context["cities"].get(language, context["city"]),
            "agency": context["names"].get(language, context["to"]),
        }
    }
