"""The life of an incident across the rooms, each use case told as the story it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.activities.queries import open_tasks, sleeping
from takatuf.activities.services import close_undone, date_by_trials, start_checklist
from takatuf.alerts.services import raise_alert, stop_climbing
from takatuf.communications.access import check_may_draft
from takatuf.communications.models import Report
from takatuf.communications.services import start_report
from takatuf.coordination.drafting import drafted
from takatuf.decisions.models import LogEntry
from takatuf.decisions.services import plan_meeting, write_entry
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents import notices
from takatuf.incidents.access import check_at_incident, check_may_call, check_may_lead
from takatuf.incidents.models import Incident, KeyDate
from takatuf.incidents.queries import open_offer
from takatuf.incidents.services import (
    check_not_stood_down,
    close_incident,
    involve,
    join_into,
    move_key_date,
    open_again,
    open_incident,
    remove_key_date,
    set_key_date,
    set_phase,
)
from takatuf.network.models import Agency, Area, City
from takatuf.network.queries import area_at
from takatuf.plans.models import Plan
from takatuf.plans.queries import plan_for, steps_to_start
from takatuf.plans.rules import LONG_PHASES

ANSWER_WITHIN = timedelta(minutes=10)  # for a city that declares without a plan


@transaction.atomic
def declare_incident(
    actor: Actor,
    *,
    city: City,
    title: str,
    kind: str,
    severity: int,
    now: datetime,
    plan: Plan | None = None,
    lon: float | None = None,
    lat: float | None = None,
    area: Area | None = None,
    **rest: Any,
) -> Incident:
    """Open an incident, give its agencies their part, hand out first actions, call everyone.

    All of it happens or none of it; the worker sends the messages afterwards. Without
    `plan` the city's own plan is taken, and without one the framework cut to its size.
    `rest` goes to `incidents.open_incident`.
    """
    if area is None and lon is not None and lat is not None:
        area = area_at(city, lon, lat)
    plan = plan or plan_for(city)
    incident = open_incident(
        actor,
        city=city,
        title=title,
        kind=kind,
        severity=severity,
        now=now,
        plan=plan,
        lon=lon,
        lat=lat,
        area=area,
        **rest,
    )
    agencies = agencies_to_call(city, plan, lead=incident.lead_agency)
    involve(actor, incident, agencies, now=now)
    start_checklist(actor, incident, steps_to_start(plan, city=city, kind=kind), now=now)
    call_agencies(actor, incident, agencies, now=now)
    return incident


def agencies_to_call(city: City, plan: Plan | None, *, lead: Agency | None) -> list[Agency]:
    """The plan's agencies, else all of the city's; the one that leads is among them."""
    chosen = plan.agencies.filter(is_active=True) if plan else city.agencies.filter(is_active=True)
    agencies = list(chosen) or list(city.agencies.filter(is_active=True))
    if lead is not None and lead.pk not in {agency.pk for agency in agencies}:
        agencies.append(lead)
    return agencies


def call_agencies(
    actor: Actor, incident: Incident, agencies: Iterable[Agency], *, now: datetime
) -> None:
    """Raise the alert of the declaration to these agencies."""
    raise_alert(
        actor,
        notices.declared(incident),
        city=incident.city,
        agencies=list(agencies),
        answer_within=incident.plan.answer_within if incident.plan else ANSWER_WITHIN,
        now=now,
        is_exercise=incident.is_exercise,
    )


@transaction.atomic
def call_another_agency(actor: Actor, incident: Incident, agency: Agency, *, now: datetime) -> None:
    """Bring in an agency that the plan did not name: it gets its part and its call."""
    check_may_call(actor, incident)
    check_not_stood_down(incident)
    if agency.city_id != incident.city_id or not agency.is_active:
        raise Refused(_("Choose an agency of this city."), code="agency", field="agency")
    if incident.involvements.filter(agency=agency).exists():
        raise Refused(_("This agency was called already."), code="called-already", field="agency")
    involve(actor, incident, [agency], now=now)
    call_agencies(actor, incident, [agency], now=now)


@transaction.atomic
def change_phase(
    actor: Actor, incident: Incident, phase: str, *, reason: str, language: str, now: datetime
) -> Incident:
    """Lead the incident into another phase: a decision, with its reason, in the log.

    The phase's own actions are handed out. Those of a phase that was passed over are not:
    they were for a time that is gone, and would all be late.
    """
    check_at_incident(actor, incident)
    check_not_stood_down(incident)
    incident = set_phase(actor, incident, phase, reason=reason, now=now)
    steps = steps_to_start(
        incident.plan, city=incident.city, kind=incident.kind, phases=[incident.phase]
    )
    start_checklist(actor, incident, steps, now=now, entered_at=now)
    write_entry(
        actor,
        incident,
        kind="decision",
        language=language,
        now=now,
        reasons=reason,
        text=str(_("The phase is now: %(phase)s.") % {"phase": incident.get_phase_display()}),
    )
    return incident


@transaction.atomic
def enter_key_date(
    actor: Actor, incident: Incident, *, kind: str, on: date, now: datetime, **rest: str
) -> KeyDate:
    """Enter a day that is known beforehand; what is counted from it gets its day."""
    made = set_key_date(actor, incident, kind=kind, on=on, now=now, **rest)
    date_by_trials(actor, incident, now=now)
    return made


@transaction.atomic
def correct_key_date(
    actor: Actor, key_date: KeyDate, *, kind: str, on: date, now: datetime, **rest: Any
) -> KeyDate:
    """Move or correct a day; what is counted from it moves with it."""
    made = move_key_date(actor, key_date, kind=kind, on=on, now=now, **rest)
    date_by_trials(actor, made.incident, now=now)
    return made


@transaction.atomic
def drop_key_date(actor: Actor, key_date: KeyDate, *, now: datetime) -> KeyDate:
    """Take a day out that will not come; what was counted from it waits for another."""
    made = remove_key_date(actor, key_date, now=now)
    date_by_trials(actor, made.incident, now=now)
    return made


@transaction.atomic
def report_to_existing(
    actor: Actor, incident: Incident, *, title: str, place: str, language: str, now: datetime
) -> Incident:
    """Instead of a second declaration: what was about to be declared becomes information."""
    check_at_incident(actor, incident)
    text = f"{title} · {place}" if place else title
    write_entry(
        actor,
        incident,
        kind="information",
        text=text,
        language=language,
        now=now,
        source=str(_("Second report of the same event")),
    )
    return incident


@transaction.atomic
def join_incidents(
    actor: Actor, incident: Incident, into: Incident, *, language: str, now: datetime
) -> Incident:
    """Make two declarations of one event one; both logs say so, and the calls of the second
    climb no further: those of the first do."""
    join_into(actor, incident, into, now=now)
    stop_climbing(actor, incident.about, now=now)
    write_entry(
        actor,
        into,
        kind="information",
        language=language,
        now=now,
        text=str(
            _("Incident %(number)s, “%(title)s”, tells of the same event and was joined to this.")
            % {"number": incident.number, "title": incident.title}
        ),
    )
    return into


@transaction.atomic
def draft_report(actor: Actor, incident: Incident, *, language: str, now: datetime) -> Report:
    """Begin a situation report with what the picture tells, in every language of the city,
    the drafter's first; people then write the rest."""
    check_may_draft(actor, incident)
    texts, figures, languages = drafted(incident, now, language)
    return start_report(actor, incident, texts=texts, figures=figures, languages=languages, now=now)


@transaction.atomic
def stand_down(
    actor: Actor,
    incident: Incident,
    *,
    reason: str,
    language: str,
    now: datetime,
    keep: Collection[UUID] = (),
    with_years: bool = True,
) -> Incident:
    """End the open response, and keep alive what lives on.

    `keep` are the open actions that stay; the others are closed undone, with the reason.
    `with_years` hands out the plan's actions of months and years, which sleep until their
    day. Promises and questions stay open by themselves. The decision stands in the log.
    """
    check_may_lead(actor, incident)
    check_not_stood_down(incident)
    if open_offer(incident) is not None:
        raise Refused(
            _("The lead is offered to another agency, which has not answered. Settle that first."),
            code="lead-offered",
        )
    if with_years:
        steps = steps_to_start(
            incident.plan, city=incident.city, kind=incident.kind, phases=LONG_PHASES
        )
        there = set(incident.tasks.values_list("pk", flat=True))
        start_checklist(actor, incident, steps, now=now, entered_at=now)
        keep = [*keep, *(pk for pk in _open_tasks(incident) if pk not in there)]
    close_undone(actor, incident, keep=keep, reason=reason, now=now)
    kept = len(_open_tasks(incident))
    plan_meeting(actor, incident, at=None, place="", now=now)
    incident = close_incident(actor, incident, reason=reason, language=language, kept=kept, now=now)
    stop_climbing(actor, incident.about, now=now)
    write_entry(
        actor, incident, kind="decision", language=language, now=now, reasons=reason,
        text=str(
            _(
                "The incident is stood down. Actions that stay open: %(kept)s. "
                "Actions that wait for their day: %(asleep)s."
            )
            % {"kept": kept, "asleep": sleeping(incident).count()}
        ),
    )  # fmt: skip
    return incident


def _open_tasks(incident: Incident) -> list[UUID]:
    return list(open_tasks(incident).values_list("pk", flat=True))


@transaction.atomic
def reopen_incident(
    actor: Actor,
    incident: Incident,
    *,
    reason: str,
    language: str,
    now: datetime,
    call_again: bool = False,
) -> Incident:
    """Open a stood-down incident again, with the decision in its log; `call_again` calls its
    agencies anew, as a declaration does."""
    incident = open_again(actor, incident, reason=reason, now=now)
    write_entry(
        actor, incident, kind="decision", language=language, now=now, reasons=reason,
        text=str(_("The incident is open again.")),
    )  # fmt: skip
    if call_again:
        there = Agency.objects.filter(involvements__incident=incident, is_active=True)
        call_agencies(actor, incident, there, now=now)
    return incident


@transaction.atomic
def ask_for_hold(
    actor: Actor, incident: Incident, *, reason: str, language: str, now: datetime
) -> LogEntry:
    """Ask whoever answers for data protection to put the incident under legal hold: a question
    in the log, which stays open until it is answered."""
    check_at_incident(actor, incident)
    if incident.held_since is not None:
        raise Refused(_("This incident is under legal hold already."), code="held-already")
    reason = clean_text(reason)
    if not reason:
        raise Refused(
            _("Say why; it becomes part of the record."), code="reason-missing", field="reason"
        )
    text = _("For data protection: should this incident be under legal hold? %(reason)s")
    return write_entry(
        actor,
        incident,
        kind="question",
        text=str(text) % {"reason": reason},
        language=language,
        now=now,
    )
