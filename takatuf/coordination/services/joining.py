"""Joining: from a stranger's application to a sealed city that can declare the same day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from takatuf.accounts.rules import checked_email
from takatuf.accounts.services import handed_link
from takatuf.alerts.services import take_back_mail, write_mail
from takatuf.foundation.actors import Actor
from takatuf.network import services as network
from takatuf.network.access import application_token, check_may_admit
from takatuf.network.models import Application, City
from takatuf.network.queries import approvals_of, person_in, proposal_for, secretariat
from takatuf.network.services import NewApplication
from takatuf.plans.services import plan_begun

LETTERS = "coordination/letters"
# A refusal waits, so that a slip of the finger can be taken back before anybody reads it.
REFUSAL_AFTER = timedelta(minutes=10)


@transaction.atomic
def apply_to_join(new: NewApplication, *, now: datetime) -> Application:
    """Keep an application, and send the link by which its address is confirmed.

    The letter holds nothing that the applicant wrote: anybody can type anybody's address.
    """
    application, is_new = network.keep_application(new, now=now)
    if is_new:
        _tell_applicant("join_confirm", application, now)
    return application


@transaction.atomic
def confirm_application(application: Application, *, now: datetime) -> Application:
    """The applicant shows that the address is theirs; the secretariat is told that one waits."""
    was_waiting = application.confirmed_at is not None
    application = network.confirm_address(application, now=now)
    if not was_waiting:
        _tell_secretariat(application, now)
    return application


@transaction.atomic
def ask_for_more(
    actor: Actor, application: Application, *, question: str, now: datetime
) -> Application:
    """Ask the applicant for more, by a letter with the way to their own page."""
    application = network.ask_applicant(actor, application, question=question, now=now)
    _tell_applicant("join_asked", application, now, question=application.question)
    return application


@transaction.atomic
def approve_application(
    actor: Actor,
    application: Application,
    *,
    reason: str,
    alone: str = "",
    proposal: Mapping[str, Any] | None = None,
    now: datetime,
) -> Application:
    """Say yes; with the second yes the city is made, its coordinator invited, its plan begun.

    All of it happens or none of it. `proposal` holds slug, name, timezone, languages and size
    of the city that is made; what it leaves out follows from the application.
    """
    application, complete = network.judge_yes(
        actor, application, reason=reason, alone=alone, proposal=proposal, now=now
    )
    if complete:
        _admit(actor, application, now)
    else:
        _tell_secretariat(application, now)
    return application


def _admit(actor: Actor, application: Application, now: datetime) -> City:
    """The same act as `takatuf city add`, with the plan and the invitation."""
    planned = proposal_for(application)
    city = network.add_city(
        actor,
        slug=planned["slug"],
        name=planned["name"],
        country=application.country,
        timezone=planned["timezone"],
        languages=planned["languages"],
        municipality=application.authority,
        coordinator_email=application.email,
        coordinator_name=application.contact_name,
        coordinator_language=application.language,
        level=application.level,
        now=now,
    )
    with translation.override(application.language):
        title = _("Plan of %(city)s") % {"city": city.name}
    plan_begun(actor, city, title=title, slug="main", size=planned["size"], now=now)
    network.mark_admitted(actor, application, city, now=now)
    coordinator = person_in(city, checked_email(application.email), now)
    assert coordinator is not None  # the post was given a moment ago
    _tell_applicant(
        "join_admitted", application, now, city=city.name, begin=handed_link(coordinator, by=None)
    )
    return city


@transaction.atomic
def turn_down_application(
    actor: Actor, application: Application, *, reason: str, now: datetime
) -> Application:
    """Refuse an application; the applicant is told the reason, in ten minutes."""
    application = network.refuse_application(actor, application, reason=reason, now=now)
    _tell_applicant(
        "join_refused", application, now, after=REFUSAL_AFTER, reason=application.refusal
    )
    return application


@transaction.atomic
def reconsider_application(actor: Actor, application: Application, *, now: datetime) -> Application:
    """Take a refused application up again; a refusal that has not left does not leave."""
    application = network.take_up_application(actor, application, now=now)
    take_back_mail(application.about, f"{LETTERS}/join_refused")
    return application


def invitation_link(actor: Actor, application: Application, *, now: datetime) -> str:
    """Where no letter leaves: the link with which the first coordinator begins, to hand over."""
    check_may_admit(actor)
    city = application.city
    person = person_in(city, application.email, now) if city and application.email else None
    return handed_link(person, by=None) if person and not person.has_joined else ""


def applicants_page(application: Application) -> str:
    """The whole address of an applicant's own page, in their language."""
    token = application_token(application.pk)
    return f"{settings.BASE_URL}/{application.language}/join/application/{token}/"


def _tell_applicant(
    letter: str,
    application: Application,
    now: datetime,
    after: timedelta = timedelta(0),
    **context: object,
) -> None:
    write_mail(
        f"{LETTERS}/{letter}",
        to=application.email,
        language=application.language,
        about=application.about,
        context={"page": applicants_page(application), **context},
        now=now,
        after=after,
    )


def _tell_secretariat(application: Application, now: datetime) -> None:
    """Whoever has not judged it yet reads that an application waits; nothing of what it says."""
    judged = {judgement.person_id for judgement in approvals_of(application)}
    for person in secretariat():
        if person.pk not in judged and person.email:
            link = (
                f"{settings.BASE_URL}/{person.language}/desk/learn/applications/{application.pk}/"
            )
            write_mail(
                f"{LETTERS}/join_waits",
                to=person.email,
                language=person.language,
                about=application.about,
                context={"link": link},
                now=now,
            )
