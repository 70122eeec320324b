"""What is told of an activity, field by field: checked, and written as text to be compared.

Plain values, no database. `places` are the keys of places (`ActivityPlace.key`): "city",
"outside", or "area:<id>" of one district or several; `place` is the words for another place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any
from unicodedata import digit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from takatuf.activities.vocabulary import Channel, Offer, Population, Scope, Status
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services

# In the order in which a reader is told of them. The label of each stands in `labels`.
FACTS = (
    "service", "title", "description", "places", "place", "populations", "starts_on", "ends_on",
    "status", "channel", "number", "languages", "offers", "weekly_capacity", "targeted", "reached",
    "level", "programming", "funder", "contact_name", "contact_email",
)  # fmt: skip
LENGTHS = {
    "title": 400,
    "description": 10_000,
    "place": 180,
    "number": 60,
    "programming": 200,
    "funder": 200,
    "contact_name": 200,
    "contact_email": 254,
}
CODES = {"populations": Population, "offers": Offer}
CHOICES = {"status": Status, "channel": Channel, "level": Level}
COUNTS = {"weekly_capacity": 2_147_483_647, "targeted": 10**12, "reached": 10**12}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NUMBER = re.compile(r"[0-9+() ./-]{2,60}")
MOST_CODES = 30
FIRST_YEAR, LAST_YEAR = 1970, 2100
WIDE = (Scope.CITY.value, Scope.OUTSIDE.value)


def cleaned(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are told, fit for keeping; those that are not told stay out.

    Raises `Refused` for the first that cannot stand, with its name as the field. Whether they
    fit each other is asked by `check_whole`, once they stand beside the others.
    """
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"no fact of an activity: {sorted(unknown)}")
    return {name: _cleaned(name, facts[name]) for name in FACTS if name in facts}


def check_whole(facts: Mapping[str, Any], told: Collection[str] = FACTS) -> None:
    """Refuse what says too little to be of use, or contradicts itself.

    Only what is `told` now is asked: an entry that a table brought may say less.
    """
    if {"service", "title"} & set(told) and not (facts.get("service") or facts.get("title")):
        raise Refused(
            _("Say what is done: choose a service, or write it in your own words."),
            code="what-missing",
            field="service",
        )
    if {"places", "place"} & set(told) and not (facts.get("places") or facts.get("place")):
        raise Refused(
            _("Say where: the whole city, a district, outside the city, or in words."),
            code="where-missing",
            field="places",
        )
    check_dates(facts.get("starts_on"), facts.get("ends_on"))


def check_dates(starts_on: date | None, ends_on: date | None) -> None:
    """Refuse an end that lies before the beginning."""
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(
            _("The last day lies before the first. Correct one of the two."),
            code="ends-before-it-starts",
            field="ends_on",
        )


def as_text(value: Any) -> str:
    """A fact as a change keeps it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _cleaned(name: str, value: Any) -> Any:
    for names, clean in _WAYS:
        if name in names:
            return clean(name, value)
    raise TypeError(name)


def _text(name: str, value: Any) -> str:
    try:
        text = clean_text(value or "")
    except Refused as refusal:
        raise Refused(refusal.words, code=refusal.code, field=name) from refusal
    if name != "description":
        text = " ".join(text.split())
    if len(text) > LENGTHS[name]:
        raise Refused(
            _("This text is too long: %(length)s characters, %(most)s at most.")
            % {"length": len(text), "most": LENGTHS[name]},
            code="text-long",
            field=name,
        )
    return text


def _number(name: str, value: Any) -> str:
    # Arabic digits are typed as readily; a telephone dials these.
    text = "".join(str(digit(char)) if char.isdigit() else char for char in _text(name, value))
    if text and not NUMBER.fullmatch(text):
        raise Refused(
            _("Write the number in digits, as people dial it."), code="number", field=name
        )
    return text


def _email(name: str, value: Any) -> str:
    text = _text(name, value)
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Refused(
                _("Write the whole e-mail address, as in name@example.org."),
                code="email",
                field=name,
            ) from error
    return text


def _choice(name: str, value: Any) -> str:
    if value and value not in CHOICES[name].values:
        raise Refused(_("Choose from the list."), code=name, field=name)
    if name == "status" and not value:
        return Status.ACTIVE
    return str(value or "")


def _service(name: str, value: Any) -> str:
    if value and value not in services():
        raise Refused(_("Choose a service from the list."), code="service", field=name)
    return str(value or "")


def _codes(name: str, value: Iterable[str] | None) -> tuple[str, ...]:
    return _all_of(name, value, lambda code: code in CODES[name].values)


def _languages(name: str, value: Iterable[str] | None) -> tuple[str, ...]:
    return _all_of(name, value, lambda code: bool(LANGUAGE.fullmatch(code)))


def _all_of(name: str, value: Iterable[str] | None, fits: Callable[[str], bool]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(value or ()))
    if len(codes) > MOST_CODES or not all(fits(code) for code in codes):
        raise Refused(_("Choose from the list."), code=name, field=name)
    return codes


def _places(name: str, value: Iterable[str] | None) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(value or ()))
    if not all(key in WIDE or key.startswith("area:") for key in keys) or (
        len(keys) > 1 and any(key in WIDE for key in keys)
    ):
        raise Refused(
            _("Choose the whole city, or outside the city, or its districts: one of the three."),
            code="places",
            field=name,
        )
    return keys


def _day(name: str, value: date | None) -> date | None:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Refused(
            _("Give a day between the years %(first)s and %(last)s.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
            code="day",
            field=name,
        )
    return value


def _count(name: str, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= COUNTS[name]:
        raise Refused(_("Write a whole number, 0 or more."), code="count", field=name)
    return value


_WAYS: tuple[tuple[Iterable[str], Callable[[str, Any], Any]], ...] = (
    ({"number"}, _number),
    ({"contact_email"}, _email),
    (set(LENGTHS), _text),
    (CODES, _codes),
    ({"languages"}, _languages),
    (CHOICES, _choice),
    ({"service"}, _service),
    ({"places"}, _places),
    ({"starts_on", "ends_on"}, _day),
    (COUNTS, _count),
)
