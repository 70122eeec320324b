"""Who leads what: a list that a city and its national counterpart agree, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import record
from takatuf.network.models import City
from takatuf.plans.access import check_may_write_leads, sides_of
from takatuf.plans.catalogue import services
from takatuf.plans.leading import national_side_can_sign_in
from takatuf.plans.models import LeadLine, LeadList
from takatuf.plans.vocabulary import Lead, Side

NOTE_LENGTH = 80  # signs: the list is to fit on one page
NAME_LENGTH = 200


class Led(NamedTuple):
    """Who leads a service, and a note on who exactly."""

    lead: str
    note: str = ""


@transaction.atomic
def draft_leads(actor: Actor, city: City, *, after: int | None = None, now: datetime) -> LeadList:
    """Begin a version of who leads what: a copy of the list in force, or of what the framework
    says where there is none. `Refused` where a draft is open already, and where another version
    than `after` (0: none), which the person had before their eyes, is in force by now."""
    check_may_write_leads(actor, city)
    City.objects.select_for_update().get(pk=city.pk)  # one draft at a time
    if LeadList.objects.filter(city=city, agreed_at=None, dropped_at=None).exists():
        raise Refused(
            _("A draft is open already. Change that one, or drop it first."), code="draft-open"
        )
    last = LeadList.objects.filter(city=city).order_by("-number").first()
    in_force = LeadList.objects.filter(city=city, replaced_at=None).exclude(agreed_at=None).first()
    if after is not None and after != (in_force.number if in_force else 0):
        raise Refused(
            _("The list was changed meanwhile. Read it as it is now before you begin another."),
            code="changed-meanwhile",
        )
    draft = LeadList.objects.create(
        city=city,
        number=last.number + 1 if last else 1,
        counterpart=in_force.counterpart if in_force else "",
        begun_at=now,
        changed_at=now,
    )
    before = {line.service: line for line in in_force.lines.all()} if in_force else {}
    LeadLine.objects.bulk_create(
        LeadLine(
            list=draft,
            service=code,
            lead=before[code].lead if code in before else service.lead,
            note=before[code].note if code in before else "",
        )
        for code, service in services().items()
    )
    _note(actor, "leads.drafted", draft, now)
    return draft


@transaction.atomic
def write_leads(
    actor: Actor,
    draft: LeadList,
    lines: Mapping[str, Led],
    *,
    counterpart: str,
    seen: int,
    now: datetime,
) -> LeadList:
    """Write who leads these services in a draft, and who the national counterpart is.

    `seen` is the count of changes that the writer had before their eyes (`LeadList.changes`).
    Any change takes back what either side had agreed. `Refused` names the service at fault.
    """
    check_may_write_leads(actor, draft.city)
    draft = _open(draft)
    if draft.changes != seen:
        raise Refused(
            _(
                "Somebody changed the list while you were writing. Look at it as it is now, and "
                "enter your changes again."
            ),
            code="changed-meanwhile",
        )
    counterpart = _checked(counterpart, NAME_LENGTH, "counterpart")
    wanted = {
        code: Led(led.lead, _checked(led.note, NOTE_LENGTH, code)) for code, led in lines.items()
    }
    for code, led in wanted.items():
        if code not in services() or led.lead not in Lead.values:
            raise Refused(_("Choose who leads from the list."), code="lead", field=code)
    held = {line.service: line for line in draft.lines.all()}
    changed = []
    for code, led in wanted.items():
        line = held.get(code) or LeadLine(list=draft, service=code)
        if (line.lead, line.note) != led:
            line.lead, line.note = led
            line.save()
            changed.append(code)
    if changed or counterpart != draft.counterpart:
        draft.counterpart = counterpart
        draft.changes += 1
        draft.changed_at = now
        draft.city_by = draft.national_by = draft.city_at = draft.national_at = None
        draft.national_word = ""
        draft.save()
        _note(actor, "leads.changed", draft, now, count=len(changed), services=sorted(changed))
    return draft


@transaction.atomic
def agree_leads(
    actor: Actor, draft: LeadList, *, side: str, seen: int, word: str = "", now: datetime
) -> LeadList:
    """Say yes to a draft for one side; with the yes of both it is in force.

    The city's side is spoken for by its coordinator or mayor, the national one by the national
    liaison. Where nobody with that role can sign in, the city writes down in `word` whose word
    it was, as on the page that was signed. One person speaks for one side.
    """
    check_may_write_leads(actor, draft.city)
    draft = _open(draft)
    if draft.changes != seen:
        raise Refused(
            _("The list was changed meanwhile. Read it as it is now before you agree."),
            code="changed-meanwhile",
        )
    mine = sides_of(actor, draft.city_id)
    word = _checked(word, NAME_LENGTH, "word")
    if side == Side.NATIONAL and side not in mine:
        _check_word(draft, word)
        draft.national_word = word
    elif side not in mine:
        raise NotAllowed
    elif side == Side.NATIONAL:
        draft.national_word = word = ""
    other = draft.national_by_id if side == Side.CITY else draft.city_by_id
    if not word and actor.person_id is not None and other == actor.person_id:
        raise Refused(
            _("You agreed for the other side already. Somebody else speaks for this one."),
            code="both-sides",
        )
    if side == Side.CITY:
        draft.city_by_id, draft.city_at = actor.person_id, now
    else:
        draft.national_by_id, draft.national_at = None if word else actor.person_id, now
    draft.save()
    if word:
        _note(actor, "leads.word_noted", draft, now, private={"word": word})
    else:
        _note(actor, "leads.agreed", draft, now, side=side)
    if draft.city_at and draft.national_at:
        LeadList.objects.filter(city=draft.city_id, replaced_at=None).exclude(
            agreed_at=None
        ).update(replaced_at=now)
        draft.agreed_at = now
        draft.save(update_fields=["agreed_at"])
        _note(actor, "leads.in_force", draft, now)
    return draft


@transaction.atomic
def drop_leads(actor: Actor, draft: LeadList, *, now: datetime) -> LeadList:
    """Drop a draft; it stays readable, and the list in force stays in force."""
    check_may_write_leads(actor, draft.city)
    draft = _open(draft)
    draft.dropped_at = now
    draft.save(update_fields=["dropped_at"])
    _note(actor, "leads.dropped", draft, now)
    return draft


def _open(draft: LeadList) -> LeadList:
    """The draft as it is now, held until the act is done."""
    found = LeadList.objects.select_for_update().get(pk=draft.pk)
    if not found.is_draft:
        raise Refused(
            _("This version is closed. Begin a new one to change who leads what."), code="closed"
        )
    found.city = draft.city
    return found


def _check_word(draft: LeadList, word: str) -> None:
    if national_side_can_sign_in(draft.city):
        raise NotAllowed(_("The national liaison agrees for the national authorities. Ask them."))
    if not word:
        raise Refused(
            _("Write whose word it is: name and office, and when they signed."),
            code="word-missing",
            field="word",
        )


def _checked(text: str, most: int, field: str) -> str:
    text = " ".join(clean_text(text).split())
    if len(text) > most:
        raise Refused(
            _("Keep this under %(most)s characters.") % {"most": most}, code="long", field=field
        )
    return text


def _note(
    actor: Actor,
    verb: str,
    leads: LeadList,
    now: datetime,
    *,
    private: Mapping[str, str] | None = None,
    **facts: object,
) -> None:
    record(
        actor,
        verb,
        log=leads.city.log,
        thing=f"leads:{leads.pk}",
        at=now,
        facts={"number": leads.number, **facts},
        private=private,
    )
