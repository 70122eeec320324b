"""Telling people something that needs no answer: it is sent once and nobody climbs after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from takatuf.alerts.models import Alert, Call, Delivery
from takatuf.alerts.notices import Notice
from takatuf.alerts.services.calling import channels_of
from takatuf.foundation.actors import Actor
from takatuf.journal.services import record
from takatuf.network.models import City, Membership


@transaction.atomic
def tell(
    actor: Actor,
    notice: Notice,
    *,
    city: City,
    posts: Iterable[Membership],
    now: datetime,
    is_exercise: bool = False,
) -> int:
    """Send a notice to the people who hold these posts, each in their language, over the ways
    by which they are called; a person with several posts is told once.

    Its link leads to `notice.path` behind the sign-in. `posts` come with person and agency.
    Returns how many people are told.
    """
    by_person = {post.person_id: post for post in posts}
    if not by_person:
        return 0
    alert = Alert.objects.create(
        city=city,
        notice=notice.template,
        context=notice.context,
        path=notice.path,
        about=notice.about,
        answer_within=timedelta(),
        is_exercise=is_exercise,
        asks=False,
        raised_at=now,
    )
    calls: dict[object, Call] = {}
    deliveries = []
    for post in by_person.values():
        call = calls.setdefault(
            post.agency_id, Call(alert=alert, agency=post.agency, asked_at=now,
                                 answer_within=timedelta())
        )  # fmt: skip
        deliveries += [
            Delivery(call=call, person=post.person, channel=channel, asked_at=now, due_at=now)
            for channel in channels_of(post.person)
            if channel != Delivery.Channel.DESK  # the desk shows the thing itself
        ]
    Call.objects.bulk_create(calls.values())
    Delivery.objects.bulk_create(deliveries)
    record(
        actor,
        "alert.told",
        log=city.log,
        thing=f"alert:{alert.pk}",
        about=notice.about,
        at=now,
        facts={
            "notice": notice.template,
            "agencies": sorted(call.agency.name for call in calls.values()),
            "count": len(by_person),
            "is_exercise": is_exercise,
        },
    )
    return len(by_person)
