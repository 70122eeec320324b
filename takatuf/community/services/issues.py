"""The survey of the issues: told, changed, closed with what came of it, opened again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from takatuf.community.access import check_may_change_issue
from takatuf.community.models import Issue, IssueLink, IssuePlace, Survey
from takatuf.community.rules import MOST_PEOPLE, may_close, may_reopen
from takatuf.community.vocabulary import Outcome, Seriousness, State, Sureness, Topic
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.imported import AT_ONCE, portions
from takatuf.foundation.text import clean_text, search_key
from takatuf.incidents.access import check_at_incident, check_not_held
from takatuf.incidents.models import Incident
from takatuf.journal.services import Act, record, record_many
from takatuf.network.models import Area
from takatuf.plans.catalogue import services as catalogue
from takatuf.plans.vocabulary import Offer, Population, Scope

MOST_TEXT = 2_000
MOST_NOTE = 5_000
MOST_LINE = 200
MOST_CODES = 20  # of one kind, in one issue


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """What is told of an issue, as plain values named as its columns.

    `areas` are the districts where it is, for the scope "areas"; `people` counts persons.
    """

    text: str
    seriousness: int
    topic: str = ""
    service: str = ""
    services: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    people: int | None = None
    people_source: str = ""
    scope: str = ""
    areas: tuple[UUID, ...] = ()
    place: str = ""
    sureness: str = Sureness.UNCONFIRMED
    source: str = ""
    since: date | None = None
    until: date | None = None


# Written into the row as they are; places stand in rows of their own.
COLUMNS = tuple(field.name for field in fields(IssueFacts) if field.name != "areas")


@transaction.atomic
def report_issue(
    actor: Actor, incident: Incident, told: IssueFacts, *, language: str, now: datetime
) -> Issue:
    """Write down what is wrong or needed. Everybody at the incident may."""
    check_at_incident(actor, incident)
    told, keys = checked(incident, told)
    issue = Issue.objects.create(
        incident=incident,
        number=next_number(incident),
        language=language,
        agency_id=next(iter(sorted(actor.agencies_in(incident.city_id))), None),
        reported_by_id=actor.person_id,
        reported_at=now,
        changed_at=now,
        **{name: getattr(told, name) for name in COLUMNS},
    )
    _write_places(issue, keys)
    Incident.objects.filter(pk=incident.pk).update(updated_at=now)
    _note(actor, "issue.reported", issue, now, facts=_measures(issue), private=_words_of(issue))
    return issue


@transaction.atomic
def change_issue(
    actor: Actor,
    issue: Issue,
    told: IssueFacts,
    *,
    now: datetime,
    version: int | None = None,
    keys: Mapping[str, UUID | None] | None = None,
) -> Issue:
    """Tell it anew: all that is told, in the place of what stood there. What stood there stays
    in the record. `keys` are those of its places where a table told them."""
    check_may_change_issue(actor, issue)
    check_not_held(issue.incident)
    fresh = _locked(issue, version)
    told, own_keys = checked(fresh.incident, told)
    keys = own_keys if keys is None else keys
    there = {place.key: place.area_id for place in fresh.places.all()}
    changed = [name for name in COLUMNS if getattr(fresh, name) != getattr(told, name)]
    if not changed and there == keys:
        return fresh
    before = fresh.text
    for name in changed:
        setattr(fresh, name, getattr(told, name))
    fresh.changed_at = now
    _save(fresh, *changed, "changed_at")
    if there != keys:
        fresh.places.all().delete()
        _write_places(fresh, keys)
    private = _words_of(fresh) | ({"before": before} if before != fresh.text else {})
    facts = _measures(fresh) | {"changed": sorted(changed)}
    _note(actor, "issue.changed", fresh, now, facts=facts, private=private)
    return fresh


def change_many(
    actor: Actor,
    incident: Incident,
    changes: Iterable[tuple[Issue, IssueFacts, Mapping[str, UUID | None]]],
    *,
    now: datetime,
) -> None:
    """Tell many needs anew at once, with the keys of their places, as a table does; each has its
    own act in the record. They come locked, with their places; a `mark` that was set is written
    too. What is told was checked."""
    changes = list(changes)
    if changes:
        check_not_held(incident)
    issues: list[Issue] = []
    moved: list[UUID] = []
    places: list[IssuePlace] = []
    acts: list[Act] = []
    for issue, told, keys in changes:
        issues.append(issue)
        there = {place.key: place.area_id for place in issue.places.all()}
        changed = [name for name in COLUMNS if getattr(issue, name) != getattr(told, name)]
        if not changed and there == keys:
            continue
        before = issue.text
        for name in changed:
            setattr(issue, name, getattr(told, name))
        issue.changed_at = now
        issue.version += 1
        if there != keys:
            moved.append(issue.pk)
            places += [IssuePlace(issue=issue, key=key, area_id=keys[key]) for key in keys]
        private = _words_of(issue) | ({"before": before} if before != issue.text else {})
        facts = {"number": issue.number, **_measures(issue), "changed": sorted(changed)}
        acts.append(Act("issue.changed", issue.about, incident.about, facts, private=private))
    Issue.objects.bulk_create(
        issues,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*COLUMNS, "mark", "changed_at", "version"],
    )
    for some in portions(moved):
        IssuePlace.objects.filter(issue__in=some).delete()
    IssuePlace.objects.bulk_create(places, batch_size=AT_ONCE)
    record_many(actor, acts, log=incident.city.log, at=now)


@transaction.atomic
def close_issue(
    actor: Actor,
    issue: Issue,
    *,
    outcome: str,
    note: str,
    now: datetime,
    version: int | None = None,
) -> Issue:
    """Close it with what came of it; it can be opened again."""
    fresh = _locked(issue, version)
    check_may_change_issue(actor, fresh)
    if not may_close(fresh.state):
        raise Refused(_("This need is closed already."), code="closed-already")
    if outcome not in Outcome.values:
        raise Refused(_("Choose what came of it."), code="outcome", field="outcome")
    note = clean_text(note)
    if not note:
        raise Refused(
            _("Write what came of it: others will read it before they begin the same."),
            code="note-missing",
            field="note",
        )
    _check_length("note", note, MOST_NOTE)
    fresh.state, fresh.outcome, fresh.note = State.CLOSED, outcome, note
    fresh.closed_at, fresh.closed_by_id = now, actor.person_id
    _save(fresh, "state", "outcome", "note", "closed_at", "closed_by")
    _note(actor, "issue.closed", fresh, now, facts={"outcome": outcome}, private={"note": note})
    return fresh


@transaction.atomic
def reopen_issue(
    actor: Actor, issue: Issue, *, reason: str, now: datetime, version: int | None = None
) -> Issue:
    """Open it again, with the reason; what came of it the first time stays in the record."""
    fresh = _locked(issue, version)
    check_may_change_issue(actor, fresh)
    if not may_reopen(fresh.state):
        raise Refused(_("This need is open already."), code="open-already")
    reason = clean_text(reason)
    if not reason:
        raise Refused(_("Say why it is needed again."), code="reason-missing", field="reason")
    _check_length("reason", reason, MOST_NOTE)
    fresh.state, fresh.outcome, fresh.note = State.OPEN, "", ""
    fresh.closed_at, fresh.closed_by = None, None
    _save(fresh, "state", "outcome", "note", "closed_at", "closed_by")
    _note(actor, "issue.reopened", fresh, now, private={"reason": reason})
    return fresh


@transaction.atomic
def link_issue(actor: Actor, issue: Issue, *, thing: str, title: str, now: datetime) -> IssueLink:
    """Write down that something elsewhere answers an issue; said twice, it stands once."""
    fresh = _locked(issue, None)
    check_at_incident(actor, fresh.incident)
    link, is_new = IssueLink.objects.get_or_create(
        issue=fresh, thing=thing, defaults={"linked_by_id": actor.person_id, "linked_at": now}
    )
    if is_new:
        private = {"title": title}
        _note(actor, "issue.linked", fresh, now, facts={"answer": thing}, private=private)
    return link


@transaction.atomic
def unlink_issue(actor: Actor, issue: Issue, *, thing: str, title: str, now: datetime) -> None:
    """Take back that something answers an issue."""
    fresh = _locked(issue, None)
    check_may_change_issue(actor, fresh)
    check_not_held(fresh.incident)
    gone, _rows = IssueLink.objects.filter(issue=fresh, thing=thing).delete()
    if gone:
        private = {"title": title}
        _note(actor, "issue.unlinked", fresh, now, facts={"answer": thing}, private=private)


def checked(
    incident: Incident, told: IssueFacts, *, areas: Collection[UUID] | None = None
) -> tuple[IssueFacts, dict[str, UUID | None]]:
    """The facts as they are kept, and their places by key. `Refused` names the field. `areas`
    are the city's districts, where many are checked; else they are asked for."""
    told = replace(
        told,
        text=clean_text(told.text),
        source=clean_text(told.source),
        people_source=_line(told.people_source),
        place=_line(told.place),
    )
    if not told.text:
        raise Refused(_("Write what is wrong or needed."), code="text-missing", field="text")
    _check_length("text", told.text, MOST_TEXT)
    for name in ("people_source", "place", "source"):
        _check_length(name, getattr(told, name), MOST_LINE)
    if told.seriousness not in Seriousness.values:
        raise Refused(_("Choose how serious it is."), code="seriousness", field="seriousness")
    known = catalogue()
    for name, value, codes in (
        ("topic", told.topic, Topic.values),
        ("service", told.service, known),
        ("sureness", told.sureness, Sureness.values),
        ("scope", told.scope, Scope.values),
    ):
        if value and value not in codes:
            raise Refused(_("Choose from the list."), code=name, field=name)
    told = replace(
        told,
        services=_codes("services", told.services, known, but=told.service),
        populations=_codes("populations", told.populations, Population.values),
        offers=_codes("offers", told.offers, Offer.values),
        languages=_codes("languages", told.languages, None),
    )
    if told.people is not None and not 0 <= told.people <= MOST_PEOPLE:
        raise Refused(_("Write how many people as a whole number."), code="people", field="people")
    if told.since and told.until and told.until < told.since:
        raise Refused(
            _("The last day lies before the first. Correct one of them."),
            code="until-before-since",
            field="until",
        )
    return _placed(incident, told, areas)


def _placed(
    incident: Incident, told: IssueFacts, areas: Collection[UUID] | None
) -> tuple[IssueFacts, dict[str, UUID | None]]:
    if told.scope == Scope.AREAS:
        if areas is None:
            of_city = Area.objects.filter(city=incident.city_id, pk__in=told.areas)
            areas = set(of_city.values_list("pk", flat=True))
        found = sorted({pk for pk in told.areas if pk in areas})
        keys: dict[str, UUID | None] = {f"area:{pk}": pk for pk in found}
        if not keys or len(keys) != len(set(told.areas)):
            raise Refused(_("Choose the districts."), code="areas", field="areas")
        return told, keys
    told = replace(told, areas=())
    if told.scope == Scope.TEXT:
        if not told.place:
            raise Refused(_("Write where it is."), code="place-missing", field="place")
        return told, {f"text:{search_key(told.place)}"[:MOST_LINE]: None}
    return told, {told.scope: None} if told.scope else {}


def _codes(
    name: str, given: Iterable[str], known: Iterable[str] | None, *, but: str = ""
) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in given if code and code != but))
    strange = [code for code in codes if known is not None and code not in known]
    if strange or len(codes) > MOST_CODES or any("," in code or len(code) > 35 for code in codes):
        raise Refused(_("Choose from the list."), code=name, field=name)
    return codes


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": most},
            code="text-long",
            field=field,
        )


def next_number(incident: Incident) -> int:
    """The number of the incident's next issue; they are given one at a time, and not again when
    the table that brought it is undone."""
    Incident.objects.select_for_update().get(pk=incident.pk)
    of = Issue.objects.filter(incident=incident).aggregate(last=Max("number"))["last"]
    gone = Survey.objects.filter(incident=incident).aggregate(last=Max("last_number"))["last"]
    return max(of or 0, gone or 0) + 1


def _write_places(issue: Issue, keys: Mapping[str, UUID | None]) -> None:
    IssuePlace.objects.bulk_create(
        IssuePlace(issue=issue, key=key, area_id=area) for key, area in keys.items()
    )


def _locked(issue: Issue, version: int | None) -> Issue:
    fresh = (
        Issue.objects.select_for_update(of=("self",))
        .select_related("incident__city", "agency")
        .get(pk=issue.pk)
    )
    if version is not None and version != fresh.version:
        raise Refused(
            _("Somebody changed this need a moment ago. Look at it as it is now."),
            code="changed-meanwhile",
        )
    return fresh


def _save(issue: Issue, *names: str) -> None:
    issue.version += 1
    issue.save(update_fields=[*names, "version"])


def _measures(issue: Issue) -> dict[str, object]:
    """What of an issue stands in the record for ever: codes and figures."""
    return {
        "topic": issue.topic,
        "service": issue.service,
        "seriousness": issue.seriousness,
        "sureness": issue.sureness,
        "people": issue.people,
        "until": issue.until.isoformat() if issue.until else "",
    }


def _words_of(issue: Issue) -> dict[str, str]:
    """What of it was written freely, and can be erased beside the record."""
    words = {"text": issue.text, "source": issue.source, "place": issue.place}
    return {name: text for name, text in words.items() if text}


def _note(
    actor: Actor,
    verb: str,
    issue: Issue,
    now: datetime,
    *,
    facts: Mapping[str, object] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    record(
        actor,
        verb,
        log=issue.incident.city.log,
        thing=issue.about,
        about=issue.incident.about,
        at=now,
        facts={"number": issue.number, **(facts or {})},
        private=private,
    )
