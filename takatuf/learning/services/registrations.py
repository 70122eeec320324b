"""Who wants to come to a dialogue: asked, confirmed by a link, invited, leaving, forgotten.

Nobody who registers has an account here. All that they write is sealed; the record says that
somebody registered, and never who.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.rules import sends_letters
from takatuf.alerts.queries import letters_about
from takatuf.alerts.services import take_back_mail, write_mail
from takatuf.foundation.actors import VISITOR, WORKER, Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, record
from takatuf.learning.access import registration_by, token_of
from takatuf.learning.gatherings import days_of, invited_people
from takatuf.learning.models import Dialogue, Registration
from takatuf.learning.rules import (
    LETTER_AGAIN_AFTER,
    MOST_FROM_ALL,
    MOST_FROM_ONE,
    UNCONFIRMED_LASTS,
    seat_for,
)
from takatuf.learning.vocabulary import DialogueState, Seat
from takatuf.network.access import check_may_curate
from takatuf.translation.queries import shown

LETTERS = "learning/letters/"
PURPOSE = "takatuf.learning.address"
BATCH = 200


class Guest(NamedTuple):
    """What somebody tells who wants to come."""

    name: str
    city: str
    office: str
    email: str
    language: str
    needs: str = ""


@transaction.atomic
def register_for_dialogue(
    dialogue: Dialogue,
    guest: Guest,
    *,
    now: datetime,
    once: UUID | None = None,
    sender: str = "",
) -> None:
    """Take down who wants to come and send them the link by which they confirm.

    The answer is the same for an address that is registered already: it gets a letter that
    says so, and nobody else learns of it. Raises `Refused` when no more can be taken.
    """
    dialogue = _locked(dialogue)
    _check_open(dialogue, now, sender)
    if once and Registration.objects.filter(once=once).exists():
        return
    told = Guest(*(clean_text(value) for value in guest))
    held = Registration.objects.filter(
        dialogue=dialogue, address_digest=_digest(told.email)
    ).first()
    if held is not None and held.seat not in {Seat.ASKED, Seat.LEFT}:
        _send_again(held, "registered-already", now)
        return
    if held is not None and held.seat == Seat.ASKED and _was_sent_lately(held, now):
        return
    one = held or Registration(dialogue=dialogue, address_digest=_digest(told.email))
    one.told, one.language = json.dumps(told._asdict()), told.language
    one.seat, one.made_at, one.once, one.sender = Seat.ASKED, now, once, sender
    one.invited, one.confirmed_at, one.left_at = False, None, None
    one.save()
    _write(one, "confirm", now)
    _note(VISITOR, "dialogue.registered", dialogue, now)


@transaction.atomic
def confirm_registration(token: str, *, needs: str | None = None, now: datetime) -> Registration:
    """Whoever holds the link comes: to a place while there is one, else on the waiting list."""
    one = _held(token)
    if one.seat not in {Seat.ASKED, Seat.INVITED}:
        return one
    if one.dialogue.ends_on < now.date():
        raise Refused(_("This dialogue is over."), code="over")
    if needs is not None:
        one.told = json.dumps(_told(one) | {"needs": clean_text(needs)})
    coming = Registration.objects.with_a_place().filter(dialogue=one.dialogue).count()
    one.seat, one.confirmed_at = seat_for(coming, one.dialogue.places), now
    one.save()
    _write(one, one.seat, now)
    _note(VISITOR, "dialogue.confirmed", one.dialogue, now, seat=str(one.seat))
    return one


@transaction.atomic
def leave_dialogue(token: str, *, now: datetime) -> Registration:
    """Whoever holds the link does not come; what they wrote goes, and the next one moves up."""
    one = _held(token)
    if one.seat == Seat.LEFT:
        return one
    had_a_place = one.seat == Seat.COMING
    one.seat, one.left_at, one.told, one.sender = Seat.LEFT, now, "", ""
    one.save()
    take_back_mail(_about(one))
    _note(VISITOR, "dialogue.left", one.dialogue, now)
    if had_a_place:
        fill_places(one.dialogue, now=now)
    return one


def fill_places(dialogue: Dialogue, *, now: datetime) -> int:
    """Give free places to whoever has waited longest, and tell them; how many moved up."""
    if dialogue.ends_on < now.date():
        return 0
    here = Registration.objects.filter(dialogue=dialogue)
    waiting = list(here.waiting())
    if dialogue.places is not None:
        waiting = waiting[: max(0, dialogue.places - here.with_a_place().count())]
    for one in waiting:
        one.seat = Seat.COMING
        one.save(update_fields=["seat"])
        _write(one, "moved-up", now)
        _note(VISITOR, "dialogue.moved_up", dialogue, now)
    return len(waiting)


@transaction.atomic
def invite_to_dialogue(
    actor: Actor, dialogue: Dialogue, *, cities: Iterable[UUID], roles: Iterable[str], now: datetime
) -> int:
    """Invite the people of member cities who hold these roles, each in their language.

    Who is registered, was invited or said no already is not asked again. Answers how many
    letters go out.
    """
    check_may_curate(actor)
    dialogue = _locked(dialogue)
    if dialogue.state != DialogueState.PUBLISHED:
        raise Refused(_("Publish the dialogue first, then invite."), code="not-published")
    if not sends_letters():
        raise Refused(_("This installation cannot send letters."), code="no-mail-server")
    people = invited_people(cities, roles, now)
    known = set(
        Registration.objects.filter(dialogue=dialogue).values_list("address_digest", flat=True)
    )
    new = []
    for person in people:
        digest = _digest(person.email)
        if digest in known:
            continue
        known.add(digest)
        guest = Guest(person.name, person.city, person.office, person.email, person.language)
        new.append(
            Registration(
                dialogue=dialogue,
                told=json.dumps(guest._asdict()),
                address_digest=digest,
                language=person.language,
                seat=Seat.INVITED,
                invited=True,
                made_at=now,
            )
        )
    Registration.objects.bulk_create(new, batch_size=BATCH)
    for one in new:
        _write(one, "invited", now)
    _note(actor, "dialogue.invited", dialogue, now, count=len(new))
    return len(new)


@transaction.atomic
def read_registrations(actor: Actor, dialogue: Dialogue, *, now: datetime) -> list[Registration]:
    """The whole list, to take it out of the system; the record says that it was taken."""
    check_may_curate(actor)
    found = list(Registration.objects.filter(dialogue=dialogue).order_by("made_at", "id"))
    _note(actor, "dialogue.list_taken", dialogue, now, count=len(found))
    return found


@transaction.atomic
def forget_registrations(now: datetime) -> int:
    """Delete who registered for what is long over, and who never confirmed; how many."""
    over = now.date() - timedelta(days=settings.REGISTRATION_DAYS)
    count = 0
    for dialogue in Dialogue.objects.filter(ends_on__lt=over, registrations__isnull=False):
        gone = Registration.objects.filter(dialogue=dialogue).delete()[0]
        if gone:
            count += gone
            _note(WORKER, "dialogue.forgotten", dialogue, now, count=gone)
    unconfirmed = Registration.objects.filter(seat=Seat.ASKED, made_at__lt=now - UNCONFIRMED_LASTS)
    return count + unconfirmed.delete()[0]


def tell_of_withdrawal(dialogue: Dialogue, *, now: datetime) -> None:
    """Tell everybody who comes, waits or was invited that it is not held. Who never confirmed
    is not written to: their address and name may be a stranger's invention."""
    here = Registration.objects.filter(dialogue=dialogue).exclude(seat=Seat.LEFT)
    for one in here:
        take_back_mail(_about(one))
        if one.seat != Seat.ASKED:
            _write(one, "withdrawn", now, reason=dialogue.withdrawn_reason)


def _check_open(dialogue: Dialogue, now: datetime, sender: str) -> None:
    if not dialogue.takes_registrations(now.date()):
        raise Refused(_("Registration for this dialogue is closed."), code="closed")
    if not sends_letters():
        raise Refused(
            _("This installation cannot send letters, so nobody can register here."),
            code="no-mail-server",
        )
    today = Registration.objects.filter(made_at__gte=now - timedelta(days=1), invited=False)
    if sender and today.filter(sender=sender).count() >= MOST_FROM_ONE:
        raise Refused(
            _("Too many registrations came from your network today. Try again tomorrow."),
            code="too-many-from-here",
        )
    if today.count() >= MOST_FROM_ALL:
        raise Refused(
            _("Too many registrations came today. Try again tomorrow."), code="too-many-today"
        )


def _held(token: str) -> Registration:
    """The registration of a link, with its dialogue held until the transaction ends."""
    one = registration_by(token)
    one.dialogue = _locked(one.dialogue)
    one.refresh_from_db(fields=["seat", "told"])
    return one


def _locked(dialogue: Dialogue) -> Dialogue:
    return Dialogue.objects.select_for_update().get(pk=dialogue.pk)


def _told(one: Registration) -> dict[str, str]:
    told: dict[str, str] = json.loads(one.told or "{}")
    return told


def _digest(email: str) -> str:
    return salted_hmac(PURPOSE, email.strip().lower(), algorithm="sha256").hexdigest()


def _about(one: Registration) -> str:
    return f"registration:{one.pk}"


def _was_sent_lately(one: Registration, now: datetime) -> bool:
    last = letters_about(_about(one)).first()
    return last is not None and last.written_at > now - LETTER_AGAIN_AFTER


def _send_again(one: Registration, letter: str, now: datetime) -> None:
    if not _was_sent_lately(one, now):
        _write(one, letter, now)


def _write(one: Registration, letter: str, now: datetime, **more: str) -> None:
    """Put a letter on its way, in the language of whoever gets it."""
    told, language = _told(one), one.language
    dialogue = one.dialogue
    with translation.override(language):
        context = {
            # Before it is confirmed, the name is whatever a stranger typed: nobody shall be able
            # to send their own words to somebody else's address in our letter.
            "name": told["name"] if letter != "confirm" else "",
            "title": shown(f"{dialogue.prefix}title", language).words,
            "place": shown(f"{dialogue.prefix}place", language).words,
            "days": days_of(dialogue),
            "link": f"{settings.BASE_URL}/{language}/dialogues/answer/{token_of(one.pk)}/",
            "page": f"{settings.BASE_URL}/{language}/dialogues/{dialogue.slug}/",
            **more,
        }
    write_mail(
        f"{LETTERS}{letter}",
        to=told["email"],
        language=language,
        about=_about(one),
        now=now,
        context=context,
    )


def _note(actor: Actor, verb: str, dialogue: Dialogue, now: datetime, **facts: object) -> None:
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"dialogue:{dialogue.pk}",
        facts={"dialogue": dialogue.slug, **facts},
        at=now,
    )
