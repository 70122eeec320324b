"""Telling what an organisation does: reported, changed, confirmed, withdrawn, by its own people
at the desk, by a partner's link, or by those who lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.activities.access import (
    INVITED,
    check_may_report_for,
    invitation_of,
    may_report_for_any,
)
from takatuf.activities.changing import facts_of, keep_changes, meant, same
from takatuf.activities.exchange.places import text_key
from takatuf.activities.facts import check_whole, cleaned
from takatuf.activities.models import Activity, ActivityChange, ActivityPlace
from takatuf.activities.queries import GOING_ON
from takatuf.activities.vocabulary import Scope, Standing
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import Agency, Area, City, Organisation
from takatuf.network.services.organisations import organisation_named, organisation_of
from takatuf.plans.catalogue import services

MOST_REASON = 2_000
# What a partner’s link may do to the entries of its organisation in a day: a link in the wrong
# hands must bury neither the list nor the record.
MOST_A_DAY = 100  # new ones
MOST_CHANGES_A_DAY = 300
SAID_ALREADY = timedelta(hours=1)  # within it, confirming by a link what was confirmed is no act


@transaction.atomic
def report_activity(
    actor: Actor,
    incident: Incident,
    *,
    facts: Mapping[str, Any],
    now: datetime,
    organisation: Organisation | None = None,
    agency: Agency | None = None,
    name: str = "",
    language: str = "",
    key: UUID | None = None,
) -> Activity:
    """Enter what an organisation does: one that is known, an agency of the city, or whichever
    bears this `name`. `facts` are named as in `activities.facts.FACTS`; what
    was not said stays out. `language` is that of the words in it; what comes twice under one
    `key` is entered once.

    Raises `Refused` with the name of the fact that cannot stand.
    """
    if organisation is None:
        organisation = (
            organisation_of(agency, now=now)
            if agency is not None
            else organisation_named(incident.city, name, source=_who(actor), now=now)
        )
    check_may_report_for(actor, incident, organisation, now)
    if organisation.city_id != incident.city_id:
        raise Refused(
            _("Choose an organisation of this city."), code="organisation", field="organisation"
        )
    if actor.id.startswith(INVITED):
        _check_pace(incident, organisation, now)
    told = cleaned(facts)
    told["level"] = told.get("level") or organisation.level
    _check_level(actor, incident, organisation, told["level"], organisation.level)
    check_whole(told)
    already = Activity.objects.filter(pk=key).first() if key else None
    if already is not None:
        ours = (already.incident_id, already.organisation_id) == (incident.pk, organisation.pk)
        if ours and same(facts_of(already), told):
            return already
        key = None  # other words from the same page: another entry
    activity = Activity(
        id=key or uuid7(),
        incident=incident,
        organisation=organisation,
        language=language if told.get("title") or told.get("description") else "",
        source=_who(actor),
        reported_by_id=actor.person_id,
        reported_at=now,
        confirmed_at=now,
        changed_at=now,
    )
    keys = _set(activity, told)
    activity.save(force_insert=True)
    _put(activity, keys)
    _note(actor, "activity.reported", activity, now)
    _came_by_link(actor, now)
    return activity


@transaction.atomic
def change_activity(
    actor: Actor,
    activity: Activity,
    *,
    facts: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Activity:
    """Tell other facts of an activity; what stood there before stays readable beside it.

    `version` is the one that the writer saw. What two people changed at once goes together
    where it is not the same fact; else this is refused, and names which. Whoever changes an
    entry confirms the rest of it.
    """
    fresh = _locked(actor, activity, now)
    told = cleaned(facts)
    before = facts_of(fresh)
    level = before["level"]
    _check_level(actor, fresh.incident, fresh.organisation, told.get("level", level), level)
    changed = meant(fresh, before, told, version)
    if not changed:
        return fresh
    if actor.id.startswith(INVITED):
        _check_changes(fresh, now)
    after = {**before, **{name: told[name] for name in changed}}
    check_whole(after, changed)
    moved = changed & {"places", "place"}
    keys = _set(
        fresh, {name: after[name] for name in changed | ({"places", "place"} if moved else set())}
    )
    fresh.version += 1
    fresh.changed_at = fresh.confirmed_at = now
    fresh.save()
    if moved:
        fresh.places.all().delete()
        _put(fresh, keys)
    keep_changes(actor, fresh, before, {name: after[name] for name in changed}, now=now)
    _note(actor, "activity.changed", fresh, now, fields=sorted(changed))
    _came_by_link(actor, now)
    return fresh


@transaction.atomic
def confirm_activity(actor: Actor, activity: Activity, *, now: datetime) -> Activity:
    """Say that an entry stands as it is, today."""
    fresh = _locked(actor, activity, now)
    if actor.id.startswith(INVITED) and fresh.confirmed_at > now - SAID_ALREADY:
        return fresh
    fresh.confirmed_at = now
    fresh.save(update_fields=["confirmed_at"])
    _note(actor, "activity.confirmed", fresh, now)
    _came_by_link(actor, now)
    return fresh


@transaction.atomic
def confirm_all_of(
    actor: Actor, incident: Incident, *, organisation: Organisation, now: datetime
) -> int:
    """Say that everything which an organisation does or plans in an incident stands as it is;
    returns how many entries that is."""
    check_may_report_for(actor, incident, organisation, now)
    going_on = (
        Activity.objects.filter(incident=incident, organisation=organisation)
        .current()
        .filter(status__in=GOING_ON)
    )
    if actor.id.startswith(INVITED):
        count = going_on.count()
        if count and not going_on.filter(confirmed_at__lte=now - SAID_ALREADY).exists():
            return count
    count = going_on.update(confirmed_at=now)
    if not count:
        raise Refused(
            _("There is nothing to confirm: no entry of this organisation goes on."),
            code="nothing-to-confirm",
        )
    record(
        actor,
        "activities.confirmed",
        log=incident.city.log,
        thing=f"organisation:{organisation.pk}",
        about=incident.about,
        at=now,
        facts={"organisation": organisation.name, "count": count},
    )
    _came_by_link(actor, now)
    return count


@transaction.atomic
def withdraw_activity(actor: Actor, activity: Activity, *, reason: str, now: datetime) -> Activity:
    """Take an entry back that should not stand: it counts no more, and can be restored."""
    fresh = _locked(actor, activity, now)
    reason = clean_text(reason)
    if not reason:
        raise Refused(_("Say why the entry is withdrawn."), code="reason-missing", field="reason")
    if len(reason) > MOST_REASON:
        raise Refused(
            _("This text is too long: %(length)s characters, %(most)s at most.")
            % {"length": len(reason), "most": MOST_REASON},
            code="text-long",
            field="reason",
        )
    _stand(actor, fresh, Standing.WITHDRAWN, now)
    _note(actor, "activity.withdrawn", fresh, now, private={"reason": reason})
    _came_by_link(actor, now)
    return fresh


@transaction.atomic
def restore_activity(actor: Actor, activity: Activity, *, now: datetime) -> Activity:
    """Let an entry stand again that was withdrawn."""
    fresh = _locked(actor, activity, now, standing=Standing.WITHDRAWN)
    _stand(actor, fresh, Standing.CURRENT, now)
    _note(actor, "activity.restored", fresh, now)
    _came_by_link(actor, now)
    return fresh


def _locked(
    actor: Actor, activity: Activity, now: datetime, *, standing: str = Standing.CURRENT
) -> Activity:
    """The activity as it is now, held for change. `Refused` where it does not stand so."""
    fresh = (
        Activity.objects.select_for_update(of=("self",))
        .select_related("incident__city", "organisation")
        .get(pk=activity.pk)
    )
    check_may_report_for(actor, fresh.incident, fresh.organisation, now)
    if fresh.standing == standing:
        return fresh
    if fresh.standing == Standing.MERGED:
        raise Refused(
            _("This entry was merged into another. Look at that one."), code="entry-merged"
        )
    if fresh.standing == Standing.WITHDRAWN:
        raise Refused(_("This entry was withdrawn. Restore it first."), code="entry-withdrawn")
    raise Refused(_("This entry stands; there is nothing to restore."), code="entry-stands")


def _set(activity: Activity, told: Mapping[str, Any]) -> list[tuple[UUID | None, str]]:
    """Put facts on the activity, unsaved; returns its places as (district, key)."""
    for name, value in told.items():
        if name not in ("places", "place"):
            setattr(activity, name, value)
    if "places" not in told and "place" not in told:
        return []
    keys, words = tuple(told.get("places") or ()), str(told.get("place") or "")
    activity.place = {"loc": words} if words else {}
    if not keys:
        activity.scope = Scope.TEXT if words else Scope.UNKNOWN
        return [(None, text_key({"loc": words}))] if words else []
    if keys[0] in (Scope.CITY, Scope.OUTSIDE):
        activity.scope = keys[0]
        return [(None, keys[0])]
    activity.scope = Scope.AREAS
    return [(pk, f"area:{pk}") for pk in _areas(activity.incident.city, keys)]


def _areas(city: City, keys: Iterable[str]) -> list[UUID]:
    """The districts that these keys name. `Refused` where one is not of the city."""
    try:
        asked = [UUID(key.removeprefix("area:")) for key in keys]
    except ValueError:
        asked = []
    known = set(Area.objects.filter(city=city, pk__in=asked).values_list("pk", flat=True))
    if not asked or known != set(asked):
        raise Refused(_("Choose an area of this city."), code="area", field="places")
    return asked


def _put(activity: Activity, keys: Iterable[tuple[UUID | None, str]]) -> None:
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=activity, area_id=area, key=key) for area, key in keys
    )


def _check_level(
    actor: Actor, incident: Incident, organisation: Organisation, told: str, stands: str
) -> None:
    """Nobody says for themselves at which level of government they stand: the city does, and
    what overlaps between levels goes to the national liaison by it."""
    if told not in (stands, organisation.level) and not may_report_for_any(actor, incident):
        raise Refused(
            _("The city says at which level of government you stand. Ask the coordinator."),
            code="level-not-theirs",
            field="level",
        )


def _check_pace(incident: Incident, organisation: Organisation, now: datetime) -> None:
    by_link = Activity.objects.filter(reported_by=None, brought_by=None)
    lately = by_link.filter(
        incident=incident, organisation=organisation, reported_at__gt=now - timedelta(days=1)
    )
    if lately.count() >= MOST_A_DAY:
        raise _too_many()


def _check_changes(activity: Activity, now: datetime) -> None:
    by_link = ActivityChange.objects.filter(
        activity__incident=activity.incident_id,
        activity__organisation=activity.organisation_id,
        person=None,
        at__gt=now - timedelta(days=1),
    )
    if by_link.values("activity", "version").distinct().count() >= MOST_CHANGES_A_DAY:
        raise _too_many()


def _too_many() -> Refused:
    return Refused(
        _("That is a lot for one day. Send the city your table, or go on tomorrow."),
        code="too-many-today",
    )


def _who(actor: Actor) -> str:
    """Who says so, as it stands beside a name: people stand in the journal, not here."""
    return actor.name if actor.id.startswith(INVITED) else ""


def _stand(actor: Actor, activity: Activity, standing: str, now: datetime) -> None:
    activity.standing = standing
    activity.changed_at = now
    if standing == Standing.CURRENT:
        activity.confirmed_at = now
    activity.version += 1
    activity.save(update_fields=["standing", "changed_at", "confirmed_at", "version"])


def _came_by_link(actor: Actor, now: datetime) -> None:
    """Keep when a partner's link was last used."""
    if actor.id.startswith(INVITED):
        invitation = invitation_of(actor, now)
        invitation.used_at = now
        invitation.save(update_fields=["used_at"])


def _note(
    actor: Actor,
    verb: str,
    activity: Activity,
    now: datetime,
    *,
    private: Mapping[str, str] | None = None,
    **facts: object,
) -> None:
    city = activity.incident.city
    service = services().get(activity.service)
    named = service.names.get(city.language) or service.names["en"] if service else ""
    record(
        actor,
        verb,
        log=city.log,
        thing=activity.about,
        about=activity.incident.about,
        at=now,
        facts={
            "title": activity.title or named,
            "organisation": activity.organisation.name,
            **facts,
        },
        private=private or {},
    )
