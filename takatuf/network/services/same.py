"""Who is who: names added by hand, organisations made one and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.journal.services import record
from takatuf.network.access import check_may_sort_organisations
from takatuf.network.models import City, Organisation, OrganisationName, SameOrganisation
from takatuf.network.naming import NAME_LENGTH, checked_name, folded_name, stands_for
from takatuf.network.services.organisations import Organisations, Wanted
from takatuf.network.vocabulary import AgencyKind, Level, Sameness

MOST_LINES = 2_000  # of a list of names


@transaction.atomic
def add_name(
    actor: Actor, organisation: Organisation, name: str, *, source: str, now: datetime
) -> OrganisationName:
    """Note another name of an organisation; whoever is named so from now on is this one.

    `source` says where the name stands so. `Refused` where another organisation bears it:
    whether the two are one is a question of its own.
    """
    check_may_sort_organisations(actor, organisation.city)
    _check_stands(organisation)
    name = checked_name(name)
    held = (
        OrganisationName.objects.filter(city=organisation.city, folded=folded_name(name))
        .select_related("organisation")
        .first()
    )
    if held is not None:
        raise Refused(
            _("“%(name)s” is known already, as a name of “%(organisation)s”.")
            % {"name": name, "organisation": held.organisation.name},
            code="name-taken",
            field="name",
        )
    added = OrganisationName.objects.create(
        city=organisation.city,
        organisation=organisation,
        name=name,
        folded=folded_name(name),
        source=" ".join(source.split())[:200],
        added_at=now,
    )
    _note(actor, "organisation.named", organisation, now, name=name)
    return added


class NamesRead(NamedTuple):
    """What came of a list of names."""

    organisations: int  # made, because nobody bore the first name
    names: int  # new, and leading to the first of their line
    proposed: int  # pairs that bear a name of one line each, and wait for an answer


@transaction.atomic
def read_names(
    actor: Actor, city: City, lines: Sequence[Sequence[str]], *, source: str, now: datetime
) -> NamesRead:
    """Take in a list of names: on each line an organisation and its other names.

    A name that nobody bears leads to the first of its line from now on. Where another
    organisation bears it, the two are proposed as one; nothing is put together by itself, and
    what somebody answered already stays answered. `Refused` says the line at fault.
    """
    check_may_sort_organisations(actor, city)
    if len(lines) > MOST_LINES:
        raise Refused(
            _("Give at most %(most)s lines at a time.") % {"most": MOST_LINES},
            code="lines-many",
            field="lines",
        )
    checked = [_checked_line(number, line) for number, line in enumerate(lines, 1)]
    known = Organisations(city)
    made = known.ensure([Wanted(names[0]) for names in checked], source=source, now=now)
    new: dict[str, OrganisationName] = {}
    pairs: dict[tuple[UUID, UUID], tuple[Organisation, Organisation]] = {}
    for first, *others in checked:
        one = known[first]
        for name in others:
            key = folded_name(name)
            added = new.get(key)
            other = added.organisation if added else known.get(name)
            if other is None:
                new[key] = OrganisationName(
                    city=city,
                    organisation=one,
                    name=name,
                    folded=key,
                    source=source[:NAME_LENGTH],
                    added_at=now,
                )
            elif other.pk != one.pk:
                a, b = _in_order(one, other)
                pairs[a.pk, b.pk] = (a, b)
    OrganisationName.objects.bulk_create(new.values(), 500, ignore_conflicts=True)
    answered = set(SameOrganisation.objects.filter(city=city).values_list("one", "other"))
    fresh = [pair for keys, pair in pairs.items() if keys not in answered]
    SameOrganisation.objects.bulk_create(
        SameOrganisation(
            city=city, one=a, other=b, answer=Sameness.LISTED, person_id=actor.person_id, at=now
        )
        for a, b in fresh
    )
    told = NamesRead(len(made), len(new), len(fresh))
    record(
        actor,
        "organisation.names_read",
        log=city.log,
        thing=f"city:{city.pk}",
        at=now,
        facts={"lines": len(lines), "new": told.names, "proposed": told.proposed},
    )
    return told


def _checked_line(number: int, line: Sequence[str]) -> list[str]:
    try:
        names = [checked_name(name) for name in line if name.strip()]
    except Refused as refusal:
        raise Refused(
            _("Line %(number)s: %(reason)s") % {"number": number, "reason": refusal},
            code=refusal.code,
            field="lines",
        ) from None
    if len(names) < 2:
        raise Refused(
            _("Line %(number)s names no other name of its organisation.") % {"number": number},
            code="line-short",
            field="lines",
        )
    return names


@transaction.atomic
def remove_name(actor: Actor, name: OrganisationName, *, now: datetime) -> None:
    """Take a name away from an organisation; whoever is named so next is a new one."""
    organisation = name.organisation
    check_may_sort_organisations(actor, organisation.city)
    if name.folded == folded_name(organisation.name):
        raise Refused(
            _("An organisation keeps the name under which it stands. Change that one first."),
            code="own-name",
        )
    name.delete()
    _note(actor, "organisation.unnamed", organisation, now, name=name.name)


@transaction.atomic
def edit_organisation(
    actor: Actor,
    organisation: Organisation,
    *,
    now: datetime,
    name: str | None = None,
    level: str | None = None,
    kind: str | None = None,
) -> Organisation:
    """Change under which of its names an organisation stands, its level of government or its
    kind. "" is not known. A new name is noted beside the others; one of another is refused."""
    check_may_sort_organisations(actor, organisation.city)
    _check_stands(organisation)
    changes: dict[str, Any] = {}
    if name is not None and (name := checked_name(name)) != organisation.name:
        held = OrganisationName.objects.filter(
            city=organisation.city, folded=folded_name(name)
        ).first()
        if held is None:
            add_name(actor, organisation, name, source="", now=now)
        elif held.organisation_id != organisation.pk:
            raise Refused(
                _("Another organisation bears this name."), code="name-taken", field="name"
            )
        changes["name"] = name
    if level is not None:
        if level and level not in Level.values:
            raise Refused(
                _("Choose the level of government from the list."), code="level", field="level"
            )
        changes["level"] = level
    if kind is not None:
        if kind and kind not in AgencyKind.values:
            raise Refused(_("Choose the kind from the list."), code="kind", field="kind")
        changes["kind"] = kind
    changed = {key: value for key, value in changes.items() if getattr(organisation, key) != value}
    for key, value in changed.items():
        setattr(organisation, key, value)
    if changed:
        organisation.save(update_fields=list(changed))
        _note(actor, "organisation.edited", organisation, now, **changed)
    return organisation


@transaction.atomic
def keep_apart(
    actor: Actor,
    one: Organisation,
    other: Organisation,
    *,
    reasons: Sequence[str] = (),
    now: datetime,
) -> SameOrganisation:
    """Say that two organisations are two; they are not proposed as one again."""
    check_may_sort_organisations(actor, one.city)
    _check_two(one, other)
    answer = _answered(actor, one, other, Sameness.APART, now, reasons=list(reasons), moved={})
    _note(actor, "organisation.kept_apart", one, now, other=other.name)
    return answer


@transaction.atomic
def join_organisations(
    actor: Actor,
    kept: Organisation,
    gone: Organisation,
    *,
    moved: Mapping[str, Sequence[str]],
    reasons: Sequence[str] = (),
    now: datetime,
) -> SameOrganisation:
    """Let every name of `gone` lead to `kept`. `moved` says what the use case that crosses the
    rooms moved with it, so that it can be moved back: table to keys, `activities` is counted."""
    check_may_sort_organisations(actor, kept.city)
    _check_two(kept, gone)
    for organisation in (kept, gone):
        _check_stands(organisation)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    if kept.agency_id is None and gone.agency_id is not None:  # its liaison speaks for both
        kept.agency_id, gone.agency_id = gone.agency_id, None
        kept.kind, kept.level = gone.kind, gone.level
        gone.save(update_fields=["agency"])
        kept.save(update_fields=["agency", "kind", "level"])
        moved = {**moved, "agency": [str(kept.agency_id)]}
    answer = _answered(
        actor, kept, gone, Sameness.SAME, now, reasons=list(reasons), moved=dict(moved)
    )
    count = len(moved.get("activities", ()))
    _note(actor, "organisation.merged", kept, now, gone=gone.name, count=count)
    return answer


@transaction.atomic
def part_organisations(actor: Actor, gone: Organisation, *, now: datetime) -> SameOrganisation:
    """Take an organisation that was merged out of the other again; its names lead to itself.
    Answers what had been moved, for the use case that moves it back."""
    check_may_sort_organisations(actor, gone.city)
    kept = gone.merged_into
    if kept is None:
        raise Refused(_("This organisation stands for itself already."), code="not-merged")
    first, second = _in_order(kept, gone)
    answer = SameOrganisation.objects.select_for_update().filter(one=first, other=second).first()
    moved = dict(answer.moved) if answer else {}
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    holder = stands_for(kept)  # who was merged since took the agency along
    if str(holder.agency_id) in moved.get("agency", ()):
        agency, holder.agency_id = holder.agency_id, None
        holder.save(update_fields=["agency"])
        gone.agency_id = agency
        gone.save(update_fields=["agency"])
    parted = _answered(actor, kept, gone, Sameness.APART, now, moved=moved)
    count = len(moved.get("activities", ()))
    _note(actor, "organisation.parted", kept, now, gone=gone.name, count=count)
    return parted


def _answered(
    actor: Actor,
    one: Organisation,
    other: Organisation,
    answer: str,
    now: datetime,
    **rest: Any,
) -> SameOrganisation:
    first, second = _in_order(one, other)
    kept, _is_new = SameOrganisation.objects.update_or_create(
        one=first,
        other=second,
        defaults={
            "city": one.city,
            "answer": answer,
            "person_id": actor.person_id,
            "at": now,
            **rest,
        },
    )
    return kept


def _in_order(one: Organisation, other: Organisation) -> Iterable[Organisation]:
    return sorted((one, other), key=lambda each: str(each.pk))


def _check_two(one: Organisation, other: Organisation) -> None:
    if one.pk == other.pk or one.city_id != other.city_id:
        raise Refused(_("Choose two organisations of this city."), code="not-two")


def _check_stands(organisation: Organisation) -> None:
    if organisation.merged_into_id is not None:
        raise Refused(
            _("“%(name)s” was merged into another organisation. Take the two apart first.")
            % {"name": organisation.name},
            code="merged",
        )


def _note(
    actor: Actor, verb: str, organisation: Organisation, now: datetime, **facts: object
) -> None:
    record(
        actor,
        verb,
        log=organisation.city.log,
        thing=f"organisation:{organisation.pk}",
        at=now,
        facts={"organisation": organisation.name, **facts},
    )
