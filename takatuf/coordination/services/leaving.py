"""Somebody leaves the city: one act ends the post and hands over all that they held."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Person
from takatuf.activities.queries import held_by
from takatuf.activities.services import lay_down_tasks
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.network.access import check_may_plan
from takatuf.network.models import Membership
from takatuf.network.queries import serves_still
from takatuf.network.services import end_post


@transaction.atomic
def let_go(actor: Actor, post: Membership, *, now: datetime, to: Person | None = None) -> int:
    """End a post; where it is the person's last in the city, all that they hold there goes to
    `to`, or back to its role. Returns how many actions that were.

    Promises and offers of the lead need no heir: an agency and a role keep them.
    """
    city = post.agency.city
    check_may_plan(actor, city)
    if to is not None and (
        to.pk == post.person_id or not to.is_active or not serves_still(to, city, now)
    ):
        raise Refused(_("Choose a person who serves this city."), code="person", field="to")
    count = 0
    if not serves_still(post.person, city, now, but=post):
        count = held_by(post.person, city.pk).count()
        if to is not None:
            lay_down_tasks(actor, post.person, city.pk, now, to=to)
    end_post(actor, post, now=now)
    return count
