"""Overlaps: found by comparing, answered by people, passed on where nobody answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from takatuf.activities import notices
from takatuf.activities.access import (
    check_may_find_overlaps,
    check_may_settle_overlap,
    roles_asked,
)
from takatuf.activities.beside import (
    Marks,
    entries_of,
    marks_if_done_by,
    matches_in,
    read_some,
    settled_pairs,
)
from takatuf.activities.comparing import Entry, Match
from takatuf.activities.comparing.scoring import as_json
from takatuf.activities.models import Activity, Agreement, Comparison, Overlap
from takatuf.activities.rules import asked_about
from takatuf.activities.services.noting import note_overlap as _note
from takatuf.activities.vocabulary import Answer, OverlapState, Standing
from takatuf.alerts.services import tell
from takatuf.foundation import closely
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.garbage import unsearched
from takatuf.foundation.ids import uuid7
from takatuf.foundation.imported import portions
from takatuf.foundation.roles import Role
from takatuf.foundation.rows import learn_sizes, write_rows
from takatuf.foundation.text import clean_text
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import Membership, Organisation
from takatuf.network.queries import posts_of_role
from takatuf.plans.catalogue import services

MOST_REASON = 2_000
AT_ONCE = 50  # activities that are compared while somebody waits; of more, by the worker
READ_IN_A_TURN = 100  # pairs in doubt, so that the worker’s other work waits five seconds
MANY_NEW = 1_000  # overlaps at a time, of which the database has to learn
NEEDS_REASON = (Answer.COMPLEMENTARY, Answer.RESERVE)
NEEDS_ORGANISATION = (Answer.HAND_OVER, Answer.LEAD)


class Found(NamedTuple):
    """What comparing brought: how many overlaps are new, wait, and are gone by themselves."""

    new: int
    open: int
    gone: int


def keep_answers(those: QuerySet[Activity], to: Organisation) -> None:
    """Let what was agreed about `those` activities stand, though they become work of `to`: the
    same body under another name is no new fact. To be called before they do."""
    answered = (
        Overlap.objects.filter(state=OverlapState.SETTLED)
        .filter(Q(a__in=those) | Q(b__in=those))
        .select_related("incident__city")
        .order_by("incident")
    )
    for _incident, some in groupby(answered, key=lambda one: one.incident_id):
        overlaps = list(some)
        for one, mark in zip(overlaps, marks_if_done_by(to.pk, those, overlaps), strict=True):
            one.mark = mark or one.mark
        Overlap.objects.bulk_update(overlaps, ["mark"], batch_size=500)


def find_overlaps(actor: Actor, incident: Incident, *, now: datetime) -> Found | None:
    """Compare the activities of an incident now; None where there are so many that the worker
    does it, which tells those concerned."""
    check_may_find_overlaps(actor, incident)
    if Activity.objects.filter(incident=incident).under_way(now).count() > AT_ONCE:
        Comparison.objects.update_or_create(incident=incident, defaults={"asked_at": now})
        return None
    try:
        return compare_activities(incident, now=now)
    finally:
        closely.let_go()  # it is large, and asked for seldom


def read_next_pairs(incident: Incident, *, now: datetime) -> bool:
    """Read the texts of the next pairs in doubt, for `compare_activities`; whether some are left
    to read. It keeps nothing: what is found before all are read would change again."""
    entries = {entry.key: entry for entry in entries_of(incident, now)}
    settled = settled_pairs(incident, entries)
    return read_some(list(entries.values()), settled=settled, most=READ_IN_A_TURN)


def compare_activities(incident: Incident, *, now: datetime) -> Found:
    """Lay the activities of an incident side by side, keep what overlaps, tell who settles it.

    The comparing itself takes no lock; what was changed meanwhile is compared next time.
    """
    upto = Activity.objects.filter(incident=incident).aggregate(last=Max("changed_at"))["last"]
    with unsearched():
        entries = {entry.key: entry for entry in entries_of(incident, now)}
        matches = matches_in(list(entries.values()), settled=settled_pairs(incident, entries))
        return _keep(incident, entries, matches, upto, now)


@transaction.atomic
def _keep(
    incident: Incident,
    entries: dict[str, Entry],
    matches: list[Match],
    upto: datetime | None,
    now: datetime,
) -> Found:
    Comparison.objects.get_or_create(incident=incident)
    comparison = Comparison.objects.select_for_update().get(pk=incident.pk)
    known = _known(incident)
    holders = _Holders(incident, now)
    marks = Marks(entries)
    asked: list[str] = []  # the roles whose answer is awaited from now on
    new: list[tuple[Any, ...]] = []
    changed: dict[UUID, dict[str, Any]] = {}
    again: list[UUID] = []
    met: set[tuple[str, str]] = set()
    for match in matches:
        pair = (match.a, match.b)
        met.add(pair)
        there = known.get(pair)
        mark = marks.of(*pair)
        if there and there.state == OverlapState.OPEN and there[2:] == (mark, match.score):
            continue
        found: dict[str, Any] = {
            "rule": match.rule.value,
            "is_red": match.is_red,
            "score": match.score,
            "parts": [as_json(part) for part in match.parts],
            "mark": mark,
        }
        if there is None or there.state != OverlapState.OPEN:
            found |= _asking(match, holders, entries, now)
            asked.append(found["role"])
        if there is None:
            new.append((uuid7(), incident.pk, UUID(match.a), UUID(match.b), *found.values()))
            continue
        changed[there.pk] = found
        if there.state != OverlapState.OPEN:
            again.append(there.pk)
    gone = [
        one.pk for pair, one in known.items() if one.state == OverlapState.OPEN and pair not in met
    ]
    write_rows(Overlap, ("id", "incident_id", "a_id", "b_id", *FOUND), new)
    if len(new) > MANY_NEW:
        learn_sizes(Overlap)
    for some in portions(list(changed)):
        rows = list(Overlap.objects.filter(pk__in=some).defer("parts"))
        for row in rows:
            for name, value in changed[row.pk].items():
                setattr(row, name, value)
        Overlap.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=FOUND
        )
    for some in portions(gone):
        Overlap.objects.filter(pk__in=some).update(state=OverlapState.GONE, passes_at=None)
    for some in portions(again):
        Agreement.objects.filter(overlap__in=some, ended_at=None).update(ended_at=now)
    comparison.compared_at, comparison.upto, comparison.asked_at = now, upto, None
    comparison.save()
    waiting = Overlap.objects.filter(incident=incident).open().count()
    if asked or gone:
        record(
            WORKER,
            "overlaps.found",
            log=incident.city.log,
            thing=incident.about,
            about=incident.about,
            at=now,
            facts={"count": waiting, "new": len(asked), "gone": len(gone)},
        )
    _tell(incident, asked, holders, notices.overlaps_found, now)
    return Found(len(asked), waiting, len(gone))


# What is told of an overlap each time it is found, and what of one that is put to somebody.
FOUND = ("rule", "is_red", "score", "parts", "mark", "state", "role", "found_at", "asked_at",
         "passes_at", "settled_at")  # fmt: skip


class _Known(NamedTuple):
    pk: UUID
    state: str
    mark: str
    score: int


def _known(incident: Incident) -> dict[tuple[str, str], _Known]:
    """The pairs that were found before, without the parts of their match."""
    rows = Overlap.objects.filter(incident=incident).values_list(
        "a_id", "b_id", "pk", "state", "mark", "score"
    )
    return {(str(a), str(b)): _Known(*told) for a, b, *told in rows}  # type: ignore[arg-type]


def _asking(
    match: Match, holders: _Holders, entries: dict[str, Entry], now: datetime
) -> dict[str, Any]:
    """An overlap put before the first who may decide and is there."""
    service = services().get(entries[match.a].service or entries[match.b].service)
    chain = asked_about(match.rule, service.group if service else "")
    role = holders.first(chain)
    return {
        "state": OverlapState.OPEN.value,
        "role": role.value,
        "found_at": now,
        "asked_at": now,
        "passes_at": _passes_at(chain, role, holders, now),
        "settled_at": None,
    }


class _Holders:
    """Who holds which role in the city now; asked once a role."""

    def __init__(self, incident: Incident, now: datetime) -> None:
        self._city, self._now = incident.city, now
        self._posts: dict[str, list[Membership]] = {}

    def of(self, role: str) -> list[Membership]:
        if role not in self._posts:
            self._posts[role] = list(posts_of_role(self._city, Role(role), self._now))
        return self._posts[role]

    def first(self, chain: Iterable[Role]) -> Role:
        """The first role that somebody holds; the coordinator where nobody holds any."""
        return next((role for role in chain if self.of(role)), Role.COORDINATOR)


def _passes_at(
    chain: tuple[Role, ...], role: str, holders: _Holders, now: datetime
) -> datetime | None:
    return now + timedelta(hours=settings.OVERLAP_HOURS) if _after(chain, role, holders) else None


def _after(chain: tuple[Role, ...], role: str, holders: _Holders) -> Role | None:
    """Who comes next behind this role, of those that somebody holds."""
    later = chain[chain.index(Role(role)) + 1 :] if role in chain else chain
    return next((one for one in later if holders.of(one)), None)


def _tell(
    incident: Incident,
    roles: Iterable[str],
    holders: _Holders,
    notice: notices.AboutOverlaps,
    now: datetime,
) -> None:
    """One message a role, however many overlaps wait for its answer."""
    for role, count in Counter(roles).items():
        tell(
            WORKER,
            notice(incident, count),
            city=incident.city,
            posts=holders.of(role),
            now=now,
            is_exercise=incident.is_exercise,
        )


@transaction.atomic
def pass_on_overlap(overlap: Overlap, *, now: datetime) -> bool:
    """Hand an overlap that stayed without an answer to the next who may decide, and tell them.
    False: it was answered, or passed on, meanwhile."""
    fresh = (
        Overlap.objects.select_for_update(of=("self",))
        .select_related("incident__city", "a", "b")
        .filter(pk=overlap.pk)
        .silent(now)
        .first()
    )
    if fresh is None:
        return False
    chain = roles_asked(fresh)
    holders = _Holders(fresh.incident, now)
    following = _after(chain, fresh.role, holders)
    if following is None:  # whoever held the next post has left since: it stays
        fresh.passes_at = None
        fresh.save(update_fields=["passes_at"])
        return True
    fresh.role, fresh.asked_at = following, now
    fresh.passes_at = _passes_at(chain, following, holders, now)
    fresh.save(update_fields=["role", "asked_at", "passes_at"])
    _note(WORKER, "overlap.passed_on", fresh, now, role=str(following))
    _tell(fresh.incident, [fresh.role], holders, notices.overlaps_passed_on, now)
    return True


@transaction.atomic
def settle_overlap(
    actor: Actor,
    overlap: Overlap,
    *,
    answer: str,
    now: datetime,
    review_on: date,
    reason: str = "",
    organisation: Organisation | None = None,
    kept: Activity | None = None,
    role: str = "",
) -> Agreement:
    """Say what two activities are to each other; it is written down as an agreement.

    `organisation` leads or takes over, where the answer says that one does; `kept` is the entry
    into which the other is merged, where both are the same activity; both keep their source.
    `role` sees that the agreement is kept and looks at it again on `review_on`; without one it
    is the role that was asked.
    """
    fresh = _locked(overlap)
    check_may_settle_overlap(actor, fresh)
    if fresh.state != OverlapState.OPEN:
        raise Refused(
            _("This overlap was settled or is gone by now. Read what stands there."),
            code="not-open",
        )
    reason = _checked(answer, reason, organisation, kept, review_on, fresh, now)
    if role and role not in roles_asked(fresh):
        raise Refused(_("Choose one of those who settle this overlap."), code="role", field="role")
    if answer == Answer.SAME and kept is not None:
        _merge(actor, fresh, kept, now)
    agreement = Agreement.objects.create(
        overlap=fresh,
        answer=answer,
        reason=reason,
        organisation=organisation if answer in NEEDS_ORGANISATION else None,
        kept=kept if answer == Answer.SAME else None,
        role=role or fresh.role,
        review_on=review_on,
        decided_by_id=actor.person_id,
        decided_at=now,
    )
    fresh.state, fresh.settled_at, fresh.passes_at = OverlapState.SETTLED, now, None
    fresh.save(update_fields=["state", "settled_at", "passes_at"])
    _note(
        actor,
        "overlap.settled",
        fresh,
        now,
        answer=answer,
        organisation=str(organisation or ""),
        review_on=review_on.isoformat(),
        private={"reason": reason} if reason else {},
    )
    return agreement


def _checked(
    answer: str,
    reason: str,
    organisation: Organisation | None,
    kept: Activity | None,
    review_on: date,
    overlap: Overlap,
    now: datetime,
) -> str:
    """The reason as it is kept. `Refused` where something is missing for this answer."""
    if answer not in Answer.values:
        raise Refused(_("Choose one of the answers."), code="answer", field="answer")
    reason = clean_text(reason)[:MOST_REASON]
    if answer in NEEDS_REASON and not reason:
        raise Refused(
            _("Say why, so that others can see in a year what was meant."),
            code="reason",
            field="reason",
        )
    if answer in NEEDS_ORGANISATION and (
        organisation is None
        or organisation.pk not in (overlap.a.organisation_id, overlap.b.organisation_id)
    ):
        raise Refused(
            _("Choose which of the two organisations leads or takes over."),
            code="organisation",
            field="organisation",
        )
    if answer == Answer.SAME and (kept is None or kept.pk not in (overlap.a_id, overlap.b_id)):
        raise Refused(_("Choose which of the two entries stays."), code="kept", field="kept")
    if review_on <= now.date():
        raise Refused(
            _("Choose a day to look at it again that is still to come."),
            code="review",
            field="review_on",
        )
    return reason


def _merge(actor: Actor, overlap: Overlap, kept: Activity, now: datetime) -> None:
    # As they are now, held: each may stand in another overlap that is settled this moment.
    held = Activity.objects.select_for_update().in_bulk([overlap.a_id, overlap.b_id])
    kept = held[kept.pk]
    other = held[overlap.b_id if kept.pk == overlap.a_id else overlap.a_id]
    for one in (kept, other):
        if one.standing != Standing.CURRENT:
            raise Refused(
                _("One of the two entries was withdrawn or merged meanwhile."), code="standing"
            )
    Activity.objects.filter(pk=other.pk).update(
        standing=Standing.MERGED, merged_into=kept.pk, changed_at=now, version=F("version") + 1
    )
    _note_activity(actor, "activity.merged", overlap, other, now, kept=str(kept))


@transaction.atomic
def reopen_overlap(actor: Actor, overlap: Overlap, *, now: datetime) -> Overlap:
    """Take back what was agreed: the overlap waits again, and entries that were merged stand
    each by itself. The agreement stays readable with the day on which it ended."""
    fresh = _locked(overlap)
    check_may_settle_overlap(actor, fresh)
    agreement = fresh.agreements.filter(ended_at=None).select_related("kept").first()
    if fresh.state != OverlapState.SETTLED or agreement is None:
        raise Refused(_("Nothing is agreed here that could be taken back."), code="not-settled")
    if agreement.answer == Answer.SAME and agreement.kept is not None:
        other = fresh.b if agreement.kept_id == fresh.a_id else fresh.a
        parted = Activity.objects.filter(
            pk=other.pk, standing=Standing.MERGED, merged_into=agreement.kept_id
        ).update(
            standing=Standing.CURRENT, merged_into=None, changed_at=now, version=F("version") + 1
        )
        if parted:
            _note_activity(actor, "activity.parted", fresh, other, now)
    agreement.ended_at = now
    agreement.save(update_fields=["ended_at"])
    chain = roles_asked(fresh)
    fresh.state, fresh.settled_at, fresh.asked_at = OverlapState.OPEN, None, now
    fresh.passes_at = _passes_at(chain, fresh.role, _Holders(fresh.incident, now), now)
    fresh.save(update_fields=["state", "settled_at", "asked_at", "passes_at"])
    _note(actor, "overlap.reopened", fresh, now)
    return fresh


def _locked(overlap: Overlap) -> Overlap:
    return (
        Overlap.objects.select_for_update(of=("self",))
        .select_related("incident__city", "a", "b")
        .get(pk=overlap.pk)
    )


def _note_activity(
    actor: Actor, verb: str, overlap: Overlap, activity: Activity, now: datetime, **facts: str
) -> None:
    record(
        actor,
        verb,
        log=overlap.incident.city.log,
        thing=activity.about,
        about=overlap.incident.about,
        at=now,
        facts={"title": str(activity), **facts},
    )
