"""Why two activities are put side by side, part by part, in the reader's words and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from takatuf.activities.comparing.concepts import concept_name
from takatuf.activities.vocabulary import Channel, Population, Scope
from takatuf.foundation.text import listed
from takatuf.network.places import words_of_key
from takatuf.plans.catalogue import services


class Reason(NamedTuple):
    """One part of a match: what it is about, what was found, and how far both agree, in
    hundredths; None where nobody said."""

    part: str
    label: str
    said: str
    score: int | None


def reasons_of(parts: Iterable[Mapping[str, Any]], areas: Mapping[str, str]) -> list[Reason]:
    """The parts of an overlap as they are kept, in words. `areas` are the names of the city's
    districts by the keys of places."""
    return [
        Reason(
            part["part"],
            _label(part["part"]),
            _said(part, areas),
            None if part["how"] == "not-said" else part["score"],
        )
        for part in parts
    ]


def _label(part: str) -> str:
    return {
        "service": _("Service"),
        "place": _("Where"),
        "people": _("For whom"),
        "time": _("When"),
        "channel": _("How people are reached"),
        "topic": _("What they speak of"),
        "text": _("Their own words"),
    }.get(part, part)


def _said(part: Mapping[str, Any], areas: Mapping[str, str]) -> str:
    how, shared, figure = part["how"], part["shared"], part["figure"] or 0
    return {
        "service": _service,
        "place": _place,
        "people": _people,
        "time": _time,
        "channel": _channel,
        "topic": _topic,
        "text": _text,
    }[part["part"]](how, _names(part["part"], shared, areas), figure)


def _names(part: str, codes: Iterable[str], areas: Mapping[str, str]) -> str:
    if part == "topic":
        language = get_language() or "en"
        return listed(concept_name(code, language) for code in codes)
    known: Mapping[str, Any] = {
        "service": services(),
        "people": dict(Population.choices),
        "channel": dict(Channel.choices),
        "place": {"city": Scope.CITY.label, "outside": Scope.OUTSIDE.label, **areas},
    }.get(part, {})
    return listed(
        str(known.get(code) or (words_of_key(code) if code.startswith("text:") else code))
        for code in codes
    )


def _service(how: str, names: str, figure: int) -> str:
    if how == "same":
        return _("Both do: %(service)s.") % {"service": names}
    if how == "by-words":
        return _("By their own words, both do: %(service)s.") % {"service": names}
    if how == "other":
        return _("They are entered under two services.")
    return _("At least one does not say which service it is.")


def _place(how: str, names: str, figure: int) -> str:
    if how == "same":
        return _("At the same place: %(places)s.") % {"places": names}
    if how == "partly":
        return _("Both work in: %(places)s.") % {"places": names}
    if how == "within":
        return _("One works in the whole city, the other in: %(places)s.") % {"places": names}
    return _("At least one does not say where it works.")


def _people(how: str, names: str, figure: int) -> str:
    if how == "same":
        return _("For the same people: %(groups)s.") % {"groups": names}
    if how == "partly":
        return _("Both are for: %(groups)s.") % {"groups": names}
    if how == "within":
        return _("One is for everyone, the other for: %(groups)s.") % {"groups": names}
    if how == "other":
        return _("They are for different people.")
    return _("At least one does not say for whom it is.")


def _time(how: str, names: str, figure: int) -> str:
    if how in ("same", "partly"):
        return ngettext(
            "They run at the same time on %(count)s day.",
            "They run at the same time on %(count)s days.",
            figure,
        ) % {"count": figure}
    if how == "open":
        return _(
            "They run at the same time; the beginning of both, or the end of both, is not known."
        )
    if how == "close":
        return ngettext(
            "There is %(count)s day between them.", "There are %(count)s days between them.", figure
        ) % {"count": figure}
    return _("From when to when was not said.")


def _channel(how: str, names: str, figure: int) -> str:
    if how == "same":
        return _("In the same way: %(channel)s.") % {"channel": names}
    if how == "other":
        return _("In two ways.")
    return _("At least one does not say how it reaches people.")


def _topic(how: str, names: str, figure: int) -> str:
    if how == "same":
        return _("Both speak of: %(topics)s.") % {"topics": names}
    if how == "apart":
        return _("Their words tell them apart: %(topics)s.") % {"topics": names}
    if how == "other":
        return _("They speak of different things.")
    return _("No topic was recognised in the words of at least one.")


def _text(how: str, names: str, figure: int) -> str:
    if how == "near":
        return _("What they say of themselves is nearly the same: %(figure)s of 100.") % {
            "figure": figure
        }
    if how == "partly":
        return _("What they say of themselves is alike in part: %(figure)s of 100.") % {
            "figure": figure
        }
    if how == "far":
        return _("What they say of themselves differs: %(figure)s of 100.") % {"figure": figure}
    return _("At least one says nothing of itself, or nobody could compare the words.")


def too_little(places: int, owners: int) -> str:
    """That so many organisations say too little to be laid side by side, and what to ask them."""
    said = _(
        "Several organisations report the same service in the same place and say neither for whom "
        "nor when, so nobody can tell whether they do the same. Ask them for people and dates. "
        "Places: %(places)s; organisations: %(owners)s."
    )
    return said % {"places": places, "owners": owners}
