"""Keeping a city's agencies, who serves in them, and when they are on duty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from takatuf.accounts.leaving import somebody_left
from takatuf.accounts.models import Person
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import clean_text, search_key
from takatuf.journal.services import PersonRef, record
from takatuf.network.access import check_may_plan, check_may_set_rota
from takatuf.network.models import Agency, City, DutyShift, Membership
from takatuf.network.queries import serves_still
from takatuf.network.services.people import person_for_post
from takatuf.network.vocabulary import AgencyKind, Level

NAME_LENGTH = 160
MOST_ANSWERS, MOST_CALL_ORDER = 50, 999
LONGEST_ANSWER = timedelta(days=1)
OF_THE_INSTALLATION = frozenset({Role.OPERATOR, Role.SECRETARIAT})
Shift = tuple[int, time, time]  # weekday (0 is Monday), from, until


# Agencies


@transaction.atomic
def create_agency(
    actor: Actor,
    city: City,
    *,
    name: str,
    kind: str,
    level: str,
    now: datetime,
    names: Mapping[str, str] | None = None,
    answers_needed: int = 1,
    answer_within: timedelta | None = None,
) -> Agency:
    """Add an agency to those that the city calls.

    `answers_needed` of its people must answer within `answer_within`, or the plan's time.
    """
    check_may_plan(actor, city)
    return agency_made(
        actor,
        city,
        name=name,
        kind=kind,
        level=level,
        now=now,
        names=names,
        answers_needed=answers_needed,
        answer_within=answer_within,
    )


def agency_made(actor: Actor, city: City, *, now: datetime, **fields: Any) -> Agency:
    """The step that adding, taking in a city and importing share: checked, saved, recorded."""
    agency = Agency(city=city, **fields | {"names": dict(fields.get("names") or {})})
    _check(agency)
    agency.save()
    _note(actor, "agency.created", agency, now)
    return agency


@transaction.atomic
def edit_agency(actor: Actor, agency: Agency, *, now: datetime, **changes: Any) -> Agency:
    """Change name, names, kind, level, answers_needed or answer_within of an agency."""
    check_may_plan(actor, agency.city)
    agency_changed(actor, agency, changes, now=now)
    return agency


def agency_changed(
    actor: Actor, agency: Agency, changes: Mapping[str, Any], *, now: datetime
) -> bool:
    """The step that editing and importing share: checked, saved, recorded. False: no change."""
    before = {field: getattr(agency, field) for field in changes}
    if before == changes:  # of a list with a thousand people most rows say nothing new of it
        return False
    for field, value in changes.items():
        setattr(agency, field, value)
    _check(agency)
    changed = sorted(field for field in changes if getattr(agency, field) != before[field])
    if changed:
        agency.save(update_fields=changed)
        _note(actor, "agency.edited", agency, now, changed=changed)
    return bool(changed)


@transaction.atomic
def retire_agency(actor: Actor, agency: Agency, *, now: datetime) -> Agency:
    """Call the agency no more; what it did stays on the record."""
    return _set_active(actor, agency, False, now)


@transaction.atomic
def restore_agency(actor: Actor, agency: Agency, *, now: datetime) -> Agency:
    """Call a retired agency again."""
    return _set_active(actor, agency, True, now)


def _set_active(actor: Actor, agency: Agency, active: bool, now: datetime) -> Agency:
    check_may_plan(actor, agency.city)
    if agency.is_active != active:
        if not active and agency.memberships.filter(_held(now), role=Role.COORDINATOR).exists():
            _check_other_coordinators(agency.city, now, agency.memberships.all())
        agency.is_active = active
        agency.save(update_fields=["is_active"])
        _note(actor, "agency.restored" if active else "agency.retired", agency, now)
        for post in (
            [] if active else agency.memberships.filter(_held(now)).select_related("person")
        ):
            left_if_last(actor, post.person, agency.city, now=now)
    return agency


def _check(agency: Agency) -> None:
    """Clean an agency's fields. `Refused` names the one that is wrong."""
    agency.name = " ".join(clean_text(agency.name).split())
    agency.names = {
        tag: text
        for tag, raw in agency.names.items()
        if (text := " ".join(clean_text(str(raw)).split()))
    }
    if not agency.name:
        raise Refused(_("Give the agency's name."), code="name-missing", field="name")
    if any(len(name) > NAME_LENGTH for name in [agency.name, *agency.names.values()]):
        raise Refused(
            _("Keep the name under %(most)s characters.") % {"most": NAME_LENGTH},
            code="name-long",
            field="name",
        )
    if agency.kind not in AgencyKind.values:
        raise Refused(_("Choose the kind of agency from the list."), code="kind", field="kind")
    if agency.level not in Level.values:
        raise Refused(
            _("Choose the level of government from the list."), code="level", field="level"
        )
    if not 1 <= agency.answers_needed <= MOST_ANSWERS:
        raise Refused(
            _("Ask for 1 to %(most)s answers.") % {"most": MOST_ANSWERS},
            code="answers-needed",
            field="answers_needed",
        )
    within = agency.answer_within
    if within is not None and not timedelta(minutes=1) <= within <= LONGEST_ANSWER:
        raise Refused(
            _("Give a time to answer between one minute and one day."),
            code="answer-within",
            field="answer_within",
        )
    others = agency.city.agencies.exclude(pk=agency.pk).values_list("name", flat=True)
    if search_key(agency.name) in {search_key(other) for other in others}:
        raise Refused(
            _("The city has an agency called “%(name)s” already.") % {"name": agency.name},
            code="name-taken",
            field="name",
        )


# Posts


@transaction.atomic
def give_post(
    actor: Actor,
    agency: Agency,
    *,
    email: str,
    name: str,
    role: str,
    call_order: int,
    now: datetime,
    phone: str = "",
    language: str | None = None,
) -> Membership:
    """Give a person a post in an agency: somebody new, or known here, or of another city.

    `call_order` is the step at which they are called; 0 means never. The city calls them at
    once, at what it wrote. Whoever serves another city has an offer until they accept it;
    nothing that this does or answers tells whether that is so.
    """
    check_may_plan(actor, agency.city)
    person, _is_new = person_for_post(
        agency.city,
        email,
        name=name,
        phone=phone,
        language=language or agency.city.language,
        now=now,
    )
    held = Membership.objects.filter(person=person, agency=agency, role=role).first()
    if held and _is_held(held, now):
        raise Refused(_("This person holds this post already."), code="post-held", field="email")
    return post_made(actor, agency, person, role, call_order=call_order, now=now)


def post_made(
    actor: Actor,
    agency: Agency,
    person: Person,
    role: str,
    *,
    call_order: int,
    now: datetime,
    to_a_newcomer: bool = False,
) -> Membership:
    """The step that giving a post, taking in a city and importing share. A post that ended
    is given again. `to_a_newcomer`: the person was made just now and cannot have had one."""
    _check_role(role)
    _check_not_own_controller(actor, person, role)
    _check_order(call_order)
    key: dict[str, Any] = {"person": person, "agency": agency, "role": role}
    given = {"call_order": call_order, "ends_at": None, "declined_at": None}
    if to_a_newcomer:
        post = Membership.objects.create(**key, **given)
    else:
        post, _is_new = Membership.objects.update_or_create(**key, defaults=given)
    _note_post(actor, "post.given", post, now, call_order=call_order)
    return post


@transaction.atomic
def change_post(
    actor: Actor,
    post: Membership,
    *,
    now: datetime,
    role: str | None = None,
    call_order: int | None = None,
) -> Membership:
    """Change the role of a post or the step at which its holder is called."""
    check_may_plan(actor, post.agency.city)
    changes: dict[str, Any] = {}
    if role is not None and role != post.role:
        _check_role(role)
        _check_not_own_controller(actor, post.person, role)
        if Membership.objects.filter(person=post.person, agency=post.agency, role=role).exists():
            raise Refused(_("This person holds this post already."), code="post-held", field="role")
        _check_not_last_coordinator(post, now)
        changes["role"] = role
    if call_order is not None:
        changes["call_order"] = call_order
    post_changed(actor, post, changes, now=now)
    return post


def post_changed(
    actor: Actor, post: Membership, changes: Mapping[str, Any], *, now: datetime
) -> bool:
    """The step that changing a post and importing share: saved, recorded. False: no change."""
    if "call_order" in changes:
        _check_order(changes["call_order"])
    changed = {name: value for name, value in changes.items() if value != getattr(post, name)}
    for name, value in changed.items():
        setattr(post, name, value)
    if changed:
        post.save(update_fields=list(changed))
        _note_post(actor, "post.changed", post, now, **changed)
    return bool(changed)


@transaction.atomic
def end_post(actor: Actor, post: Membership, *, now: datetime) -> Membership:
    """End a post now. A city keeps at least one coordinator. With the last post of a person in
    the city, what they hold goes back to their roles."""
    check_may_plan(actor, post.agency.city)
    if _is_held(post, now):
        _check_not_last_coordinator(post, now)
        post.ends_at = now
        post.save(update_fields=["ends_at"])
        _note_post(actor, "post.ended", post, now)
        left_if_last(actor, post.person, post.agency.city, now=now)
    return post


def left_if_last(actor: Actor, person: Person, city: City, *, now: datetime) -> bool:
    """Where a person holds no post in the city any more, what is kept in their name goes back.
    False: they still serve it."""
    if serves_still(person, city, now):
        return False
    somebody_left(actor, person, now=now, city=city.pk)
    return True


def _is_held(post: Membership, now: datetime) -> bool:
    return post.ends_at is None or post.ends_at > now


def _check_role(role: str) -> None:
    if role not in Role.values or role in OF_THE_INSTALLATION:
        raise Refused(_("Choose the role from the list."), code="role", field="role")


def _check_not_own_controller(actor: Actor, person: Person, role: str) -> None:
    """Data protection reads the journal of those who lead, and erases names in it."""
    if role == Role.DATA_PROTECTION and actor.person_id == person.pk:
        raise Refused(
            _("You cannot make yourself the data protection officer. Give the post to another."),
            code="own-controller",
            field="role",
        )


def _check_order(call_order: int) -> None:
    if not 0 <= call_order <= MOST_CALL_ORDER:
        raise Refused(
            _("Give a call order from 0 (never called) to %(most)s.") % {"most": MOST_CALL_ORDER},
            code="call-order",
            field="call_order",
        )


def _check_not_last_coordinator(post: Membership, now: datetime) -> None:
    if post.role != Role.COORDINATOR:
        return
    _check_other_coordinators(post.agency.city, now, Membership.objects.filter(pk=post.pk))


def _held(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)


def _check_other_coordinators(city: City, now: datetime, ending: QuerySet[Membership]) -> None:
    """Refuse what would leave the city without anyone who can plan, or undo it.

    Who was named and has not joined yet does not count: they may never come. That they would
    count if they were new, and not if they serve another city, would tell the two apart.
    """
    others = Membership.objects.filter(
        _held(now),
        agency__city=city,
        agency__is_active=True,
        role=Role.COORDINATOR,
        person__in=Person.objects.joined(),
    ).exclude(pk__in=ending.values("pk"))
    if not others.exists():
        raise Refused(
            _("This is the city's last response coordinator. Give the post to another first."),
            code="last-coordinator",
            field="role",
        )


# The rota


@transaction.atomic
def set_shifts(
    actor: Actor, post: Membership, shifts: Iterable[Shift], *, now: datetime
) -> list[DutyShift]:
    """Make these the weekly turns of duty of a post, in the city's own time.

    A turn that ends before it starts runs over midnight into the next day.
    """
    check_may_set_rota(actor, post)
    wanted = sorted(set(shifts))
    for weekday, starts, ends in wanted:
        if not 0 <= weekday <= 6 or starts == ends:
            raise Refused(
                _("A turn of duty needs a weekday, and an end that differs from its start."),
                code="shift",
                field="shifts",
            )
    held = sorted(post.shifts.values_list("weekday", "starts", "ends"))
    if held != wanted:
        post.shifts.all().delete()
        DutyShift.objects.bulk_create(
            DutyShift(membership=post, weekday=day, starts=starts, ends=ends)
            for day, starts, ends in wanted
        )
        turns = [f"{day} {starts:%H:%M}–{ends:%H:%M}" for day, starts, ends in wanted]
        _note_post(actor, "rota.set", post, now, shifts=turns)
    return list(post.shifts.order_by("weekday", "starts"))


# The record


def _note(actor: Actor, verb: str, agency: Agency, now: datetime, **facts: object) -> None:
    record(
        actor,
        verb,
        log=agency.city.log,
        thing=f"agency:{agency.pk}",
        at=now,
        facts={"agency": agency.name, "kind": agency.kind, "level": agency.level, **facts},
    )


def _note_post(actor: Actor, verb: str, post: Membership, now: datetime, **facts: object) -> None:
    record(
        actor,
        verb,
        log=post.agency.city.log,
        thing=f"post:{post.pk}",
        at=now,
        facts={"agency": post.agency.name, "role": post.role} | facts,
        people={"person": PersonRef(post.person.pk, post.person.name)},
    )
