"""A gap becomes an action with one press; an activity is named as the answer to a need."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from takatuf.activities.models import Activity, TakenGap, Task
from takatuf.activities.services import add_task
from takatuf.community.models import Issue, IssueLink
from takatuf.community.services import link_issue, unlink_issue
from takatuf.coordination.gaps import ANSWER, Told, Words, found_gaps, taken_of
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.incidents.access import check_at_incident
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency


@transaction.atomic
def take_up_gap(
    actor: Actor, incident: Incident, *, key: str, language: str, now: datetime
) -> Task:
    """Make an action of a gap, for whoever's work it is; pressed twice, there is one.

    It is told in every language at once: the words are the product's, but for what a person
    wrote of the need. Raises `Refused` where the gap has closed meanwhile.
    """
    check_at_incident(actor, incident)
    Incident.objects.select_for_update().get(pk=incident.pk)
    if there := taken_of(incident).get(key):
        return there
    gap = next((one for one in found_gaps(incident, now)[0] if one.key == key), None)
    if gap is None:
        raise Refused(
            _("This gap is closed meanwhile. Look at the list as it is now."), code="gap-closed"
        )
    words = Words(incident, [gap], now)
    told: dict[str, Told] = {}
    for code, _name in settings.SPOKEN_LANGUAGES:
        with translation.override(code):
            told[code] = words.tell(gap)
    own = told.get(language) or next(iter(told.values()))
    task = add_task(
        actor,
        incident,
        title=own.action,
        titles={code: one.action for code, one in told.items()},
        language=language,
        agency=Agency.objects.filter(pk=own.agency).first() if own.agency else None,
        role=own.role,
        workstream=own.workstream,
        due=own.due,
        now=now,
    )
    TakenGap.objects.create(incident=incident, key=key, task=task)
    return task


@transaction.atomic
def name_answer(actor: Actor, issue: Issue, activity: Activity, *, now: datetime) -> IssueLink:
    """Write down that this activity answers this need, though it does not say so itself."""
    check_at_incident(actor, issue.incident)
    if activity.incident_id != issue.incident_id:
        raise Refused(
            _("Choose an activity of this incident."), code="other-incident", field="activity"
        )
    return link_issue(actor, issue, thing=f"{ANSWER}{activity.pk}", title=str(activity), now=now)


@transaction.atomic
def take_back_answer(actor: Actor, issue: Issue, activity: Activity, *, now: datetime) -> None:
    """Take back that this activity answers this need."""
    unlink_issue(actor, issue, thing=f"{ANSWER}{activity.pk}", title=str(activity), now=now)
