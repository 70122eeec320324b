"""`takatuf incident …`: when there is a telephone and a shell, and no browser."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from takatuf.config.commands import Answer, Subparsers, actor_named, add_actor, group, how_far, leaf

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident

T = TypeVar("T")
KINDS = (
    "attack",
    "hate-incident",
    "threat",
    "disorder",
    "desecration",
    "distant-event",
    "online-surge",
    "tension-date",
)


def add_parser(sub: Subparsers) -> None:
    incidents = group(sub, "incident", "Declare an incident, or ask how it stands")
    made = leaf(incidents, "declare", "Declare an incident and call every partner", declare)
    made.add_argument("--city", required=True, metavar="SLUG")
    made.add_argument("--title", required=True, help="what happened, in a few words")
    made.add_argument("--kind", required=True, choices=KINDS)
    made.add_argument("--severity", required=True, type=int, choices=[1, 2, 3, 4])
    made.add_argument("--at", type=_moment, metavar="ISO", help="when it happened; else now")
    made.add_argument("--plan", metavar="SLUG", help="else the city's plan for this kind")
    made.add_argument("--place", default="", help="where, in words")
    made.add_argument("--lon", type=float, help="longitude, degrees east")
    made.add_argument("--lat", type=float, help="latitude, degrees north")
    made.add_argument("--area", metavar="NAME", help="the district's name or code")
    made.add_argument("--targeted", default="", metavar="TEXT", help="who may be targeted")
    made.add_argument("--lead", metavar="AGENCY", help="who leads now")
    made.add_argument("--casualties", default="", choices=["yes", "no", "unknown"])
    made.add_argument("--exercise", action="store_true", help="nobody is in danger")
    add_actor(made)
    made = leaf(incidents, "status", "Phase, roll-call and open actions", status)
    made.add_argument("id", type=_uuid, metavar="ID")
    made.add_argument("--as", dest="actor", metavar="EMAIL", help="the person who asks")
    made = leaf(incidents, "export", "Take everything out into a file for an inquiry", export)
    made.add_argument("id", type=_uuid, metavar="ID")
    made.add_argument("--out", required=True, type=Path, metavar="FILE", help="a ZIP file")
    made.add_argument(
        "--redact",
        type=Path,
        metavar="FILE",
        help="what to keep back, as CSV or XLSX: what, reason, legal basis",
    )
    add_actor(made)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write it as 2026-11-22T20:45+01:00") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write the id that `incident declare` answered") from None


def declare(args: argparse.Namespace) -> Answer:
    from zoneinfo import ZoneInfo

    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.coordination.services import declare_incident
    from takatuf.foundation.errors import Refused
    from takatuf.network.access import city_for
    from takatuf.network.models import City
    from takatuf.network.queries import agency_named, area_named
    from takatuf.plans.queries import plan_by_slug

    def found(thing: T | None, field: str, refusal: str) -> T:
        if thing is None:
            raise Refused(refusal, code=f"no-{field}", field=field)
        return thing

    actor = actor_named(args.actor, City.objects.filter(slug=args.city).first())
    city = city_for(actor, args.city)
    if (args.lon is None) != (args.lat is None):
        raise Refused(_("Give --lon and --lat together."), code="point", field="lon")
    at = args.at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(city.timezone))
    plan = area = lead = None
    if args.plan:
        words = _("The city has no plan called “%(text)s”.") % {"text": args.plan}
        plan = found(plan_by_slug(city, args.plan), "plan", words)
    if args.area:
        words = _("The city has no area called “%(text)s”.") % {"text": args.area}
        area = found(area_named(city, args.area), "area", words)
    if args.lead:
        words = _("The city has no agency called “%(text)s”.") % {"text": args.lead}
        lead = found(agency_named(city, args.lead), "lead", words)
    incident = declare_incident(
        actor,
        city=city,
        title=args.title,
        kind=args.kind,
        severity=args.severity,
        happened_at=at,
        plan=plan,
        place=args.place,
        lon=args.lon,
        lat=args.lat,
        area=area,
        targeted=args.targeted,
        lead_agency=lead,
        casualties=args.casualties,
        is_exercise=args.exercise,
        now=timezone.now(),
    )
    document = _document(incident)
    words = _("Declared: %(title)s. %(calls)s agencies are called, %(actions)s actions begun.")
    return Answer(document, f"{words % {'title': incident.title, **document}}\n{incident.pk}")


def status(args: argparse.Namespace) -> Answer:
    from django.utils import timezone

    from takatuf.activities.queries import in_working_order, open_tasks
    from takatuf.alerts.queries import roll_call
    from takatuf.foundation.errors import NotFound
    from takatuf.incidents.access import incident_by_id
    from takatuf.incidents.models import Incident
    from takatuf.translation.queries import in_language

    # Whoever has the machine's shell can read the tables anyway.
    found = Incident.objects.select_related("city", "area").filter(pk=args.id).first()
    if args.actor:
        incident = incident_by_id(actor_named(args.actor, found.city if found else None), args.id)
    elif found is not None:
        incident = found
    else:
        raise NotFound
    now = timezone.now()
    roll = roll_call(incident.about)
    calls = [
        {
            "agency": row.agency.name,
            "state": row.state,
            "needed": row.needed,
            "answers": row.got,
            "step": row.step,
            "asked_at": _time(row.asked_at),
            "answered_at": _time(row.answered_at),
            "silent_at": _time(row.silent_at),
        }
        for row in roll
    ]
    actions = [
        {
            "id": task.pk,
            "title": in_language(task.title, args.language).words,
            "agency": task.agency.name if task.agency else None,
            "phase": task.phase,
            "workstream": task.workstream,
            "state": task.state,
            "due_at": _time(task.due_at),
            "late": task.due_at is not None and task.due_at < now,
        }
        for task in in_working_order(open_tasks(incident), now)
    ]
    document = {
        **_document(incident),
        "title": incident.title,
        "kind": incident.kind,
        "severity": incident.severity,
        "exercise": incident.is_exercise,
        "phase": incident.phase,
        "declared_at": _time(incident.declared_at),
        "roll_call": calls,
        "roll_call_counts": roll.counts,
        "open_actions": actions,
    }
    lines = [f"{incident.title} · {incident.get_phase_display()}"]
    lines += [f"  {row.state.label:<16} {row.agency.name}" for row in roll]
    lines += [f"  {'!' if row['late'] else ' '} {row['due_at']} {row['title']}" for row in actions]
    return Answer(document, "\n".join(lines))


def export(args: argparse.Namespace) -> Answer:

    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.coordination.inquiry.redacting import read_redactions
    from takatuf.coordination.services import take_out_for_inquiry
    from takatuf.foundation.errors import Refused
    from takatuf.incidents.access import incident_by_id
    from takatuf.incidents.models import Incident

    found = Incident.objects.select_related("city").filter(pk=args.id).first()
    actor = actor_named(args.actor, found.city if found else None)
    incident = incident_by_id(actor, args.id)
    redactions = []
    if args.redact:
        try:
            redactions = read_redactions(args.redact.read_bytes())
        except OSError as error:
            raise Refused(
                _("%(file)s cannot be read: %(reason)s")
                % {"file": args.redact, "reason": error.strerror or error},
                code="cannot-read",
                field="redact",
            ) from error

    made = take_out_for_inquiry(
        actor, incident, args.out, redactions=redactions, now=timezone.now(), told=how_far
    )
    return Answer(made, _("Written to %(file)s.") % made)


def _document(incident: "Incident") -> dict[str, Any]:
    """What both commands answer of an incident."""
    from takatuf.activities.queries import tasks_of
    from takatuf.alerts.queries import roll_call

    return {
        "id": incident.pk,
        "city": incident.city.slug,
        "area": incident.area.name if incident.area else None,
        "calls": len(roll_call(incident.about)),
        "actions": tasks_of(incident).count(),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
