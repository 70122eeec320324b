"""Partners without an account: invited by a link that tells what they do, and asked to confirm."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.rules import sends_letters
from takatuf.activities import notices
from takatuf.activities.access import about_invitation, check_may_invite, invitation_link
from takatuf.activities.models import AskedToConfirm, Invitation
from takatuf.activities.queries import liaisons_at, stale_entries
from takatuf.activities.rules import stale_after
from takatuf.alerts.services import take_back_mail, tell, write_mail
from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.incidents.models import Incident
from takatuf.journal.services import record
from takatuf.network.models import Agency, Organisation
from takatuf.network.services.organisations import organisation_named, organisation_of

LETTERS = "activities/letters"
LASTS = (7, 30, 90, 365)  # days that a link may be good for
MOST_OPEN = 20  # links of one organisation at an incident that are good at once


@transaction.atomic
def invite_partner(
    actor: Actor,
    incident: Incident,
    *,
    now: datetime,
    name: str = "",
    agency: Agency | None = None,
    email: str = "",
    level: str = "",
    language: str = "",
    days: int = 30,
) -> Invitation:
    """Make a link by which an organisation tells and confirms what it does, without an account.

    With `email` it is sent there, where letters leave; else whoever made it hands it over.
    `level` is that of government, of an organisation that is new to the city. The link ends
    after `days`, and opens that organisation's own entries in this incident alone.
    """
    check_may_invite(actor, incident)
    email = _address(email)
    if days not in LASTS:
        raise Refused(_("Choose from the list."), code="days", field="days")
    if language not in dict(settings.SPOKEN_LANGUAGES):
        language = settings.LANGUAGE_CODE
    organisation = (
        organisation_of(agency, now=now)
        if agency is not None
        else organisation_named(incident.city, name, source="", level=level, now=now)
    )
    there = Invitation.objects.filter(incident=incident, organisation=organisation)
    if there.filter(withdrawn_at=None, ends_at__gt=now).count() >= MOST_OPEN:
        raise Refused(
            _("This organisation has %(most)s links already. Withdraw one that nobody uses.")
            % {"most": MOST_OPEN},
            code="too-many-links",
            field="name",
        )
    invitation = Invitation.objects.create(
        incident=incident,
        organisation=organisation,
        agency=organisation.agency,
        email=email,
        language=language,
        made_by_id=actor.person_id,
        made_at=now,
        ends_at=now + timedelta(days=days),
    )
    if email and sends_letters():
        _write_to(invitation, "invitation", now)
    _note(actor, "partner.invited", invitation, now)
    return invitation


@transaction.atomic
def withdraw_invitation(actor: Actor, invitation: Invitation, *, now: datetime) -> Invitation:
    """Let a partner's link lead nowhere from now on; what was told by it stays."""
    fresh = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("incident__city", "organisation")
        .get(pk=invitation.pk)
    )
    check_may_invite(actor, fresh.incident)
    if fresh.withdrawn_at is not None:
        return fresh
    fresh.withdrawn_at = now
    fresh.save(update_fields=["withdrawn_at"])
    take_back_mail(about_invitation(fresh))
    _note(actor, "partner.link_withdrawn", fresh, now)
    return fresh


@transaction.atomic
def ask_to_confirm(incident: Incident, organisation: Organisation, *, now: datetime) -> bool:
    """Ask those who tell what an organisation does whether it still stands: partners by the
    letter with their link, its liaisons at the desk by a notice. Once in the time in which an
    entry grows stale; False: that was done, or there is nobody to ask."""
    since = now - stale_after(incident.phase)
    asked, new = AskedToConfirm.objects.select_for_update().get_or_create(
        incident=incident, organisation=organisation, defaults={"asked_at": now}
    )
    if not new and asked.asked_at > since:
        return False
    asked.asked_at = now
    asked.save(update_fields=["asked_at"])
    count = stale_entries(incident, now).filter(organisation=organisation).count()
    links = Invitation.objects.filter(
        incident=incident, organisation=organisation, withdrawn_at=None, ends_at__gt=now
    ).select_related("incident__city", "organisation")
    letters = [one for one in links if one.email] if sends_letters() else []
    posts = list(liaisons_at(incident, organisation, now))
    if not count or not (letters or posts):
        return False
    for one in {one.email: one for one in letters}.values():
        _write_to(one, "confirm", now)
    tell(
        WORKER,
        notices.to_confirm(incident, count),
        city=incident.city,
        posts=posts,
        now=now,
        is_exercise=incident.is_exercise,
    )
    record(
        WORKER,
        "partner.asked_to_confirm",
        log=incident.city.log,
        thing=f"organisation:{organisation.pk}",
        about=incident.about,
        at=now,
        facts={"organisation": organisation.name, "count": count},
    )
    return True


def _write_to(invitation: Invitation, letter: str, now: datetime) -> None:
    """Put a letter to the partner on its way. It tells which city writes, not what happened:
    whoever reads the mailbox beside them learns nothing of the incident."""
    city = invitation.incident.city
    write_mail(
        f"{LETTERS}/{letter}",
        to=invitation.email,
        language=invitation.language,
        about=about_invitation(invitation),
        context={
            "city": city.names.get(invitation.language, city.name),
            "organisation": invitation.organisation.names.get(
                invitation.language, invitation.organisation.name
            ),
            "page": invitation_link(invitation),
        },
        now=now,
    )


def _address(email: str) -> str:
    email = clean_text(email)
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(
                _("Write the whole e-mail address, as in name@example.org."),
                code="email",
                field="email",
            ) from error
    return email


def _note(actor: Actor, verb: str, invitation: Invitation, now: datetime) -> None:
    record(
        actor,
        verb,
        log=invitation.incident.city.log,
        thing=about_invitation(invitation),
        about=invitation.incident.about,
        at=now,
        facts={
            "organisation": invitation.organisation.name,
            "ends_at": invitation.ends_at.isoformat(),
        },
    )
