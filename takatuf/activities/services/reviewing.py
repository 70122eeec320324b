"""What was agreed about an overlap is looked at again on its day: told of, and kept."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.activities import notices
from takatuf.activities.access import check_may_settle_overlap
from takatuf.activities.models import Agreement, Overlap
from takatuf.activities.queries import to_look_at
from takatuf.activities.services.noting import note_overlap as _note
from takatuf.activities.vocabulary import OverlapState
from takatuf.alerts.services import tell
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.queries import posts_of_role


@transaction.atomic
def remind_of_agreements(incident: Incident, *, now: datetime) -> bool:
    """Tell each role that what it sees to is to be looked at again today, one message a role.
    False: nothing is, or they were told meanwhile."""
    due = list(to_look_at(incident, now).select_for_update(of=("self",)))
    for role in dict.fromkeys(each.role for each in due):
        count = sum(each.role == role for each in due)
        posts = posts_of_role(incident.city, role, now) or posts_of_role(
            incident.city, Role.COORDINATOR, now
        )
        record(
            WORKER,
            "overlaps.due_again",
            log=incident.city.log,
            thing=incident.about,
            about=incident.about,
            at=now,
            facts={"count": count, "role": role},
        )
        tell(
            WORKER,
            notices.agreements_due(incident, count),
            city=incident.city,
            posts=posts,
            now=now,
            is_exercise=incident.is_exercise,
        )
    for each in due:
        each.told_of = each.review_on
    Agreement.objects.bulk_update(due, ["told_of"], batch_size=500)
    return bool(due)


@transaction.atomic
def keep_agreement(actor: Actor, overlap: Overlap, *, review_on: date, now: datetime) -> Agreement:
    """Keep what was agreed about an overlap, to be looked at again on another day. The day that
    stood there stays in the record."""
    fresh = (
        Overlap.objects.select_for_update(of=("self",))
        .select_related("incident__city", "a", "b")
        .get(pk=overlap.pk)
    )
    check_may_settle_overlap(actor, fresh)
    agreement = fresh.agreements.filter(ended_at=None).first()
    if fresh.state != OverlapState.SETTLED or agreement is None:
        raise Refused(_("Nothing is agreed here that could be kept."), code="not-settled")
    if review_on <= now.astimezone(ZoneInfo(fresh.incident.city.timezone)).date():
        raise Refused(
            _("Choose a day to look at it again that is still to come."),
            code="review",
            field="review_on",
        )
    before, agreement.review_on = agreement.review_on, review_on
    agreement.save(update_fields=["review_on"])
    _note(
        actor,
        "overlap.kept",
        fresh,
        now,
        review_on=review_on.isoformat(),
        before=before.isoformat(),
    )
    return agreement
