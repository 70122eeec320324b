"""Who leads what, as pages, the API and paper read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.foundation.paper import pdf_of
from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated
from takatuf.network.models import City, Membership
from takatuf.plans.catalogue import Service, services
from takatuf.plans.models import LeadList
from takatuf.plans.vocabulary import Lead
from takatuf.ui import reading

TEMPLATE = Path(__file__).parent / "typst" / "leads.typ"
LANGUAGES = ("ar", "en", "fr")  # in which the page can be signed


class Line(NamedTuple):
    """Who leads one service: as agreed, or as the framework says where nothing is."""

    service: Service
    lead: str
    note: str
    is_agreed: bool

    @property
    def lead_label(self) -> str:
        return str(Lead(self.lead).label)

    @property
    def is_usual(self) -> bool:
        """Whether the framework says the same."""
        return self.lead == self.service.lead


def lead_lists(city: City) -> QuerySet[LeadList]:
    """Every version of a city's list, the newest first."""
    return (
        LeadList.objects.filter(city=city)
        .select_related("city", "city_by", "national_by")
        .order_by("-number")
    )


def list_in_force(city: City) -> LeadList | None:
    return lead_lists(city).filter(replaced_at=None).exclude(agreed_at=None).first()


def draft_of(city: City) -> LeadList | None:
    return lead_lists(city).filter(agreed_at=None, dropped_at=None).first()


def national_side_can_sign_in(city: City) -> bool:
    """Whether a national liaison of the city has joined, and so agrees themselves."""
    return Membership.objects.filter(
        agency__city=city,
        agency__is_active=True,
        role=Role.NATIONAL_LIAISON,
        ends_at=None,
        person__in=Person.objects.joined(),
    ).exists()


def lines_of(leads: LeadList | None) -> list[Line]:
    """Who leads each service, in the catalogue's order."""
    held = {line.service: line for line in leads.lines.all()} if leads else {}
    agreed = leads is not None and leads.agreed_at is not None
    return [
        Line(service, held[code].lead, held[code].note, agreed)
        if code in held
        else Line(service, service.lead, "", False)
        for code, service in services().items()
    ]


class Difference(NamedTuple):
    """A service of which two versions say different things."""

    was: Line
    now: Line


def differences(held: LeadList | None, draft: LeadList) -> list[Difference]:
    """What a draft changes against what is in force, or against the framework where nothing is."""
    return [
        Difference(was, now)
        for was, now in zip(lines_of(held), lines_of(draft), strict=True)
        if (was.lead, was.note) != (now.lead, now.note)
    ]


def page_to_sign(leads: LeadList, language: str, *, made_at: datetime) -> bytes:
    """The list on one page (A4, PDF/UA-1), with two places to sign, in `language`."""
    zone = ZoneInfo(leads.city.timezone)
    with translation.override(language), timezone.override(zone):
        return pdf_of(TEMPLATE, sheet_of(leads, language), made_at=made_at)


def sheet_of(leads: LeadList, language: str) -> dict[str, Any]:
    """What stands on the page to sign, as plain values; language and zone are in force."""
    city = leads.city
    lines = lines_of(leads)
    counterpart = leads.counterpart or _("The national authorities")
    number = reading.number(leads.number, city.digits)
    if leads.agreed_at is not None:
        state = _("In force since %(day)s") if leads.is_in_force else _("In force from %(day)s")
        state = state % {"day": reading.day(leads.agreed_at, city.digits)}
    else:
        state = _("Draft of %(day)s") % {"day": reading.day(leads.changed_at, city.digits)}
    return {
        "language": language,
        "direction": reading.direction_of(language),
        "title": _("Who leads what"),
        "city": str(city),
        "version": _("Version %(number)s") % {"number": number},
        "state": state,
        "lead": _(
            "After an attack driven by hate, %(city)s and %(counterpart)s share the work so. "
            "Whoever leads answers for the service; the other supports it and does not begin its "
            "own beside it without a word."
        )
        % {"city": isolated(city), "counterpart": isolated(counterpart)},
        "columns": [
            _column(_("%(city)s leads") % {"city": isolated(city)}, lines, Lead.CITY),
            _column(_("%(city)s leads") % {"city": isolated(counterpart)}, lines, Lead.NATIONAL),
            _column(_("Both lead"), lines, Lead.SHARED),
        ],
        "nothing": _("Nothing"),
        "review": _(
            "Both look at it again after each response and at least once a year. Either may ask "
            "for a new version at any time."
        ),
        "sides": [str(city), counterpart],
        "labels": [_("Name and office"), _("Place and date"), _("Signature")],
        "agreed": _agreed(leads),
    }


def _column(title: str, lines: Iterable[Line], lead: str) -> dict[str, Any]:
    return {
        "title": title,
        "lines": [
            {"name": line.service.name, "note": isolated(line.note)}
            for line in lines
            if line.lead == lead
        ],
    }


def _agreed(leads: LeadList) -> list[str]:
    """Who agreed in the system, and when, for each side; "" where nobody did yet."""
    said = []
    for person, word, at in (
        (leads.city_by, "", leads.city_at),
        (leads.national_by, leads.national_word, leads.national_at),
    ):
        who = word or (person.name if person else "")
        said.append(
            _("Agreed here on %(day)s: %(who)s")
            % {"day": reading.day(at, leads.city.digits), "who": isolated(who)}
            if at
            else ""
        )
    return said
