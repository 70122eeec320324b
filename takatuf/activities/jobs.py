"""What the worker does here: wake what is due soon, compare activities that changed, pass on the
overlaps that nobody answered, tell of agreements to look at again, ask whether entries still
stand."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import DatabaseError, InterfaceError
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import translation

from takatuf.activities.models import Activity, Agreement, Invitation, Overlap, Task
from takatuf.activities.queries import to_ask
from takatuf.activities.services import (
    begin_work,
    compare_activities,
    pass_on_overlap,
    read_next_pairs,
    refuse_work,
    remind_of_agreements,
    wake_task,
    work_on_import,
    work_on_undo,
)
from takatuf.activities.services.inviting import ask_to_confirm
from takatuf.activities.vocabulary import ImportState
from takatuf.foundation import closely
from takatuf.foundation.actors import WORKER
from takatuf.foundation.errors import Declined
from takatuf.incidents.models import Incident
from takatuf.network.queries import actor_for

logger = logging.getLogger(__name__)
BATCH = 50
ADDRESS_KEPT = timedelta(days=30)  # after a partner's link has ended
DAYTIME = range(8, 20)  # hours of the city in which people are asked what can wait


def import_next(now: datetime) -> bool:
    """Try, take in or undo one file that waits, by the right that whoever asked for it has now.
    False: none waits."""
    made = begin_work(now)
    if made is None:
        return False
    with translation.override(made.language):
        undoing = made.state == ImportState.UNDOING
        who = made.undone_by if undoing else made.begun_by
        actor = WORKER if who is None else actor_for(who)
        try:
            if undoing:
                work_on_undo(actor, made, now=now)
            else:
                work_on_import(actor, made, now=now)
        except Declined as refusal:
            refuse_work(made, str(refusal))
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # begun again when it has been silent for a while
            logger.exception("import %s cannot be done", made.pk)
    return True


def wake_next(now: datetime) -> bool:
    """Wake one task whose time has come. False: none has."""
    due = Task.objects.filter(state=Task.State.ASLEEP, wakes_at__lte=now)
    for task in due.order_by("wakes_at", "id")[:BATCH]:
        try:
            # Another worker may be quicker with this one; then the next is ours.
            if wake_task(task, now=now):
                return True
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # one that cannot wake must not hold up the others
            logger.exception("task %s cannot wake", task.pk)
    return False


def compare_next(now: datetime) -> bool:
    """Compare the activities of one incident in which some changed. False: in none."""
    latest = (
        Activity.objects.filter(incident=OuterRef("pk"))
        .order_by("-changed_at")
        .values("changed_at")
    )
    waiting = (
        Incident.objects.filter(joined_into=None)
        .annotate(latest=Subquery(latest[:1]))
        .exclude(latest=None)
        .filter(
            Q(comparison=None)
            | Q(comparison__upto=None)
            | Q(latest__gt=F("comparison__upto"))
            | Q(comparison__asked_at__isnull=False)
        )
        .select_related("city")
        .order_by("pk")
    )
    for incident in waiting[:BATCH]:
        try:
            if not read_next_pairs(incident, now=now):
                compare_activities(incident, now=now)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # one that cannot be compared must not hold up the others
            logger.exception("the activities of incident %s cannot be compared", incident.pk)
        else:
            return True
    closely.let_go()  # it is large, and activities change seldom
    return False


def pass_on_next(now: datetime) -> bool:
    """Pass on one overlap that nobody answered in time. False: there is none."""
    for overlap in Overlap.objects.silent(now).order_by("passes_at", "id")[:BATCH]:
        try:
            if pass_on_overlap(overlap, now=now):
                return True
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            logger.exception("overlap %s cannot be passed on", overlap.pk)
    return False


def review_next(now: datetime) -> bool:
    """Tell by day of what was agreed at one incident and is to be looked at again. False: at
    none."""
    # A day's width around now: which day it is where the city is, `to_look_at` says.
    near = now.date() + timedelta(days=1)
    due = Agreement.objects.filter(
        Q(told_of=None) | ~Q(told_of=F("review_on")),
        overlap__incident=OuterRef("pk"),
        ended_at=None,
        review_on__lte=near,
    )
    for incident in Incident.objects.filter(Exists(due)).select_related("city").order_by("id"):
        if now.astimezone(ZoneInfo(incident.city.timezone)).hour not in DAYTIME:
            continue
        try:
            if remind_of_agreements(incident, now=now):
                return True
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            logger.exception("nobody can be reminded of agreements at incident %s", incident.pk)
    return False


def ask_next(now: datetime) -> bool:
    """Ask one organisation whether what it does still stands. False: none has to be asked."""
    for incident in Incident.objects.open().select_related("city").order_by("id"):
        if now.astimezone(ZoneInfo(incident.city.timezone)).hour not in DAYTIME:
            continue
        for organisation in to_ask(incident, now)[:BATCH]:
            try:
                if ask_to_confirm(incident, organisation, now=now):
                    return True
            except (DatabaseError, InterfaceError):
                raise
            except Exception:  # one that cannot be asked must not hold up the others
                logger.exception("%s cannot be asked", organisation.pk)
    return False


def forget_addresses(now: datetime) -> bool:
    """Drop where the letter with a partner's link went, once the link has ended for a while; what
    belongs to an incident under legal hold stays. Never says that there is more: one statement
    forgets all."""
    before = now - ADDRESS_KEPT
    over = Invitation.objects.filter(Q(withdrawn_at__lt=before) | Q(ends_at__lt=before))
    over.filter(incident__held_since=None).exclude(email="").update(email="")
    return False
