"""Organisations by name: the one that a name leads to, made where nobody bears the name yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from takatuf.network.models import Agency, City, Organisation, OrganisationName
from takatuf.network.naming import NAME_LENGTH, checked_name, folded_name, stands_for
from takatuf.network.vocabulary import AgencyKind, Level

AT_ONCE = 1_000  # rows in one statement


class Wanted(NamedTuple):
    """An organisation as somebody names it; `level` and `kind` are used where it is new."""

    name: str
    level: str = ""
    kind: str = ""


def organisation_named(
    city: City, name: str, *, source: str, now: datetime, level: str = "", kind: str = ""
) -> Organisation:
    """The organisation that bears this name in this city, in any spelling that folds to it;
    made where there is none.

    `source` says who writes the name so. `level` and `kind` are of a new one alone, and an
    agency of that name gives its own. What was merged into another leads to that other.
    The act in which it is named is what the journal records. `Refused` for a name that is
    missing or too long.
    """
    known = Organisations(city, only=[name])
    known.ensure([Wanted(name, level, kind)], source=source, now=now)
    return known[name]


@transaction.atomic
def organisation_of(agency: Agency, *, now: datetime) -> Organisation:
    """The organisation that an agency of the city is, made where it did nothing yet."""
    held: Organisation | None = getattr(agency, "organisation", None)
    if held is not None:
        return stands_for(held)
    known = Organisations(agency.city, only=_names_of(agency))
    if not (held := known._of_agency(agency)):
        known.ensure([Wanted(agency.name)], source="", now=now)
        held = Organisation.objects.filter(agency=agency).first()
    if held is None:  # another agency bears its name: one must not speak for the other
        held = _new(agency.city, Wanted(agency.name), agency, now)
        held.save()
    return stands_for(held)


class Organisations:
    """The organisations of a city by name, in memory: read in one query, however many are asked.

    >>> known = Organisations(city)
    >>> known.ensure([Wanted("Red Cross")], source="3w.xlsx", now=now)
    >>> known["red cross"]
    """

    def __init__(self, city: City, *, only: Iterable[str] | None = None) -> None:
        """Read what the city knows; `only` these names, where few are asked."""
        self.city = city
        self._by_name: dict[str, Organisation] = {}
        self._agencies: dict[str, Agency] | None = None
        self._read(None if only is None else [folded_name(name) for name in only])

    def get(self, name: str) -> Organisation | None:
        """Who bears this name; nobody where the city does not know it. Writes nothing."""
        return self._by_name.get(folded_name(name))

    def level_and_kind(self, name: str) -> tuple[str, str] | None:
        """Of whoever bears this name, also an agency of the city that was told nothing of yet."""
        if held := self.get(name):
            return held.level, held.kind
        if self._agencies is None:
            self._agencies = _agencies_by_name(self.city)
        agency = self._agencies.get(folded_name(name))
        return (agency.level, agency.kind) if agency else None

    def __getitem__(self, name: str) -> Organisation:
        return self._by_name[folded_name(name)]

    def __contains__(self, name: str) -> bool:
        return folded_name(name) in self._by_name

    @transaction.atomic
    def ensure(self, wanted: Iterable[Wanted], *, source: str, now: datetime) -> list[Organisation]:
        """Make those that nobody bears yet; answers the new ones. `Refused` for the first name
        that cannot be one, before anything is written.

        Somebody else may name the same at the same moment: the first to be kept stands.
        """
        new: dict[str, Wanted] = {}
        for each in wanted:
            name = checked_name(each.name)
            new.setdefault(folded_name(name), each._replace(name=name))
        missing = {key: each for key, each in new.items() if key not in self._by_name}
        if not missing:
            return []
        return self._made(missing, source=source[:NAME_LENGTH], now=now)

    def _made(
        self, missing: Mapping[str, Wanted], *, source: str, now: datetime
    ) -> list[Organisation]:
        agencies = _agencies_by_name(self.city)
        called = {key: agency for key in missing if (agency := agencies.get(key))}
        self._read([folded_name(name) for agency in called.values() for name in _names_of(agency)])
        made: dict[UUID | str, Organisation] = {}  # by its agency, else by its folded name
        names: dict[str, OrganisationName] = {}

        def bears(organisation: Organisation, name: str, source: str) -> None:
            key = folded_name(name)
            if key not in self._by_name and key not in names:
                names[key] = OrganisationName(
                    city=self.city,
                    organisation=organisation,
                    name=name[:NAME_LENGTH],
                    folded=key,
                    source=source,
                    added_at=now,
                )

        for key, each in missing.items():
            agency = called.get(key)
            if agency and (held := self._of_agency(agency)):
                bears(held, each.name, source)  # known by another name of that agency
                continue
            of = agency.pk if agency else key
            if of not in made:
                made[of] = _new(self.city, each, agency, now)
                for other in _names_of(agency) if agency else ():
                    bears(made[of], other, "")
            bears(made[of], each.name, source)

        Organisation.objects.bulk_create(made.values(), AT_ONCE)
        OrganisationName.objects.bulk_create(names.values(), AT_ONCE, ignore_conflicts=True)
        self._read(list(names))
        kept = {found.pk for key in names if (found := self._by_name.get(key))}
        if lost := [each.pk for each in made.values() if each.pk not in kept]:
            Organisation.objects.filter(pk__in=lost).delete()
        return [each for each in made.values() if each.pk in kept]

    def _of_agency(self, agency: Agency) -> Organisation | None:
        """The organisation that an agency is, where the city knows it; tied to it from now on."""
        held: Organisation | None = getattr(agency, "organisation", None)
        if held is None:
            borne = (self._by_name.get(folded_name(name)) for name in _names_of(agency))
            held = next((each for each in borne if each and each.agency_id is None), None)
            if held:
                held.agency = agency
                held.kind, held.level = agency.kind, agency.level
                held.save(update_fields=["agency", "kind", "level"])
        return held

    def _read(self, keys: list[str] | None) -> None:
        """Read the names, all of them or these, and follow each to whom it was merged into."""
        rows = OrganisationName.objects.filter(city=self.city).select_related(
            "organisation__merged_into"
        )
        found: dict[UUID, Organisation] = {}
        for some in [None] if keys is None else _portions(keys):
            for row in rows if some is None else rows.filter(folded__in=some):
                one = found.setdefault(row.organisation_id, row.organisation)
                self._by_name[row.folded] = stands_for(one)


def _new(city: City, each: Wanted, agency: Agency | None, now: datetime) -> Organisation:
    if agency:
        return Organisation(
            city=city,
            name=agency.name,
            names=dict(agency.names),
            agency=agency,
            kind=agency.kind,
            level=agency.level,
            created_at=now,
        )
    return Organisation(
        city=city,
        name=each.name,
        kind=each.kind if each.kind in AgencyKind.values else "",
        level=each.level if each.level in Level.values else "",
        created_at=now,
    )


def _agencies_by_name(city: City) -> dict[str, Agency]:
    """The agencies that the city calls, by each name that it gave them. One that two bear
    leads to neither."""
    found: dict[str, Agency | None] = {}
    for agency in city.agencies.select_related("organisation__merged_into"):
        for key in {folded_name(name) for name in _names_of(agency)}:
            found[key] = None if key in found else agency
    return {key: agency for key, agency in found.items() if agency and key}


def _names_of(agency: Agency) -> list[str]:
    return [agency.name, *agency.names.values()]


def _portions(keys: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
