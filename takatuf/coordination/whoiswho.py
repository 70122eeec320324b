"""Who is who at an incident: its organisations with what they do, and who of them may be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from takatuf.activities.models import Activity
from takatuf.activities.vocabulary import Standing
from takatuf.incidents.models import Incident
from takatuf.network.likeness import LISTED, Bearer, Likeness, Reason, likenesses
from takatuf.network.models import City, Organisation, OrganisationName, SameOrganisation
from takatuf.network.naming import folded_name, stands_for
from takatuf.network.several import several_in
from takatuf.network.tongues import words_of_country
from takatuf.network.vocabulary import Level, Sameness, Sign


class Proposal(NamedTuple):
    """Two organisations that may be one. `kept` is the one to keep: whom the city also calls,
    else the one that was known first."""

    kept: Organisation
    gone: Organisation
    sureness: int  # out of 100
    reasons: tuple[Reason, ...]

    @property
    def signs(self) -> list[tuple[str, str, str]]:
        """Each sign in words, with the two names, or levels, that show it."""
        labels, levels = dict(Sign.choices), dict(Level.choices)
        return [
            (
                str(labels.get(code, code)),
                str(levels.get(one, one)) if code == Sign.OTHER_LEVEL else one,
                str(levels.get(other, other)) if code == Sign.OTHER_LEVEL else other,
            )
            for code, one, other in self.reasons
        ]

    @property
    def codes(self) -> list[str]:
        return [reason.code for reason in self.reasons]


class Side(NamedTuple):
    """One of two that may be one, as a page lays it beside the other."""

    organisation: Organisation
    other: Organisation
    entries: int  # in force in this incident
    names: list[str]  # under which else it goes


class Question(NamedTuple):
    """A pair that may be one, both sides of it with what tells them apart."""

    proposal: Proposal
    sides: tuple[Side, Side]


def asked_first(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Of the proposals those that no surer ones imply: who of four names says three times that
    two are one has said it of all. Where somebody says that two are two, the others come."""
    leads_to: dict[UUID, UUID] = {}

    def end_of(pk: UUID) -> UUID:
        while pk in leads_to:
            pk = leads_to[pk]
        return pk

    found = []
    for each in proposals:
        one, other = end_of(each.kept.pk), end_of(each.gone.pk)
        if one != other:
            leads_to[other] = one
            found.append(each)
    return found


def questions_about(incident: Incident, proposals: Sequence[Proposal]) -> list[Question]:
    """These pairs, each side with its other names and how much it does in this incident."""
    pks = {one.pk for each in proposals for one in (each.kept, each.gone)}
    here = Activity.objects.filter(
        incident=incident, standing=Standing.CURRENT, organisation__in=pks
    )
    entries = dict(here.values_list("organisation").annotate(many=Count("pk")))
    into = _merged(incident.city_id)
    ends = {key: way[-1] for key in into if (way := _way_of(key, into)) and way[-1] in pks}
    names: dict[UUID, list[str]] = {}
    borne = OrganisationName.objects.filter(organisation__in={*pks, *ends})
    for pk, name in borne.order_by("added_at", "id").values_list("organisation", "name"):
        names.setdefault(ends.get(pk, pk), []).append(name)

    def side(one: Organisation, other: Organisation) -> Side:
        shown = folded_name(str(one))
        also = [name for name in names.get(one.pk, ()) if folded_name(name) != shown]
        return Side(one, other, entries.get(one.pk, 0), also)

    return [
        Question(each, (side(each.kept, each.gone), side(each.gone, each.kept)))
        for each in proposals
    ]


def organisations_of(incident: Incident, *, whole_city: bool) -> QuerySet[Organisation]:
    """The organisations with an entry in this incident, or all that the city knows, with
    `entries`: how many of them are in force here. Those merged into another are left out."""
    here = Q(activities__incident=incident, activities__standing=Standing.CURRENT)
    found = Organisation.objects.filter(city=incident.city_id, merged_into=None)
    if not whole_city:
        found = found.filter(pk__in=organisations_here(incident))
    return found.annotate(entries=Count("activities", filter=here)).order_by("name", "pk")


def organisations_here(incident: Incident) -> QuerySet[Activity, UUID]:
    """The keys of the organisations with an entry in this incident."""
    return Activity.objects.filter(incident=incident).values_list("organisation", flat=True)


def known_organisations(city: City) -> QuerySet[Organisation]:
    """Every organisation that the city knows, those merged into another too."""
    return (
        Organisation.objects.filter(city=city)
        .select_related("agency", "merged_into")
        .order_by("name", "pk")
    )


def keys_named(city: City, words: str) -> set[UUID]:
    """The keys of those who bear a name with these words in it; who was merged leads on."""
    found = OrganisationName.objects.filter(city=city, folded__contains=folded_name(words))
    bearers = set(found.values_list("organisation", flat=True))
    into = _merged(city.pk) if bearers else {}
    return bearers | {end for key in bearers for end in _way_of(key, into)}


def _merged(city: UUID) -> dict[UUID, UUID]:
    """Whom each of a city's organisations that was merged leads to; that one may lead on."""
    gone = Organisation.objects.filter(city=city).exclude(merged_into=None)
    return {pk: into for pk, into in gone.values_list("pk", "merged_into") if into}


def _way_of(key: UUID, into: Mapping[UUID, UUID]) -> list[UUID]:
    """Through whom a merged organisation leads, to the one that stands."""
    way: list[UUID] = []
    while (following := into.get(key)) is not None and following not in way:
        way.append(following)
        key = following
    return way


def proposals_of(city: City) -> list[Proposal]:
    """Who of a city's organisations may be one, the surest first. What somebody answered
    already is left out."""
    standing: dict[UUID, Organisation] = {}
    names: dict[UUID, list[str]] = {}
    known = OrganisationName.objects.filter(city=city).select_related("organisation__merged_into")
    for name in known.order_by("added_at", "id"):
        one = stands_for(name.organisation)
        standing.setdefault(one.pk, one)
        names.setdefault(one.pk, []).append(name.name)
    answers = {
        frozenset((row.one_id, row.other_id)): row
        for row in SameOrganisation.objects.filter(city=city)
    }
    bearers = [
        Bearer(pk, tuple(dict.fromkeys(borne)), standing[pk].level) for pk, borne in names.items()
    ]
    found = {
        frozenset((each.one, each.other)): each
        for each in likenesses(bearers, here=words_of_country(city.country))
    }
    for pair, answer in answers.items():
        if answer.answer == Sameness.LISTED and pair <= standing.keys():
            first, second = sorted(pair, key=str)
            said = Reason(LISTED, standing[first].name, standing[second].name)
            more = found[pair].reasons if pair in found else ()
            found[pair] = Likeness(first, second, 99, (said, *more))
        else:
            found.pop(pair, None)
    return [
        _proposal(standing[each.one], standing[each.other], each)  # type: ignore[index]
        for each in sorted(
            found.values(), key=lambda each: (-each.sureness, str(each.one), str(each.other))
        )
    ]


def _proposal(one: Organisation, other: Organisation, likeness: Likeness) -> Proposal:
    kept, gone = sorted(
        (one, other), key=lambda each: (each.agency_id is None, each.created_at, str(each.pk))
    )
    reasons = likeness.reasons
    if kept.pk != likeness.one:
        reasons = tuple(Reason(code, second, first) for code, first, second in reasons)
    return Proposal(kept, gone, likeness.sureness, reasons)


def several_among(organisations: Iterable[Organisation]) -> dict[UUID, tuple[str, ...]]:
    """Of these, whose names hold several organisations, and which; all of one city."""
    found = list(organisations)
    if not found:
        return {}
    known = set(
        OrganisationName.objects.filter(city=found[0].city_id).values_list("folded", flat=True)
    )
    return {one.pk: parts for one in found if (parts := several_in(one.name, known))}


def merged_into(organisation: Organisation) -> list[tuple[Organisation, SameOrganisation | None]]:
    """Those that were merged into this one, with who said so and when."""
    gone = list(organisation.merged_from.order_by("name"))
    answers = SameOrganisation.objects.filter(
        Q(one=organisation) | Q(other=organisation), answer=Sameness.SAME
    ).select_related("person")
    by_other = {
        row.other_id if row.one_id == organisation.pk else row.one_id: row for row in answers
    }
    return [(each, by_other.get(each.pk)) for each in gone]


def names_of(organisation: Organisation) -> QuerySet[OrganisationName]:
    """Every name that leads to this organisation, those of merged ones too, through others too."""
    into = _merged(organisation.city_id)
    led = {key for key in into if organisation.pk in _way_of(key, into)}
    return (
        OrganisationName.objects.filter(organisation__in={organisation.pk, *led})
        .select_related("organisation")
        .order_by("added_at", "id")
    )
