"""The doors of a city: who may know of it, who may change its agencies and posts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.access import Handed, handed_by_token
from takatuf.accounts.models import Person
from takatuf.accounts.rules import sends_letters
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.foundation.roles import Role
from takatuf.foundation.tokens import id_in, token_of
from takatuf.network.models import (
    Agency,
    Application,
    Appointment,
    City,
    Membership,
    Organisation,
)

PLANNERS = frozenset({Role.COORDINATOR})
APPLYING = "takatuf.network.application"


def is_system(actor: Actor) -> bool:
    """The command or the worker: whoever has the machine's shell has its rights."""
    return actor.id in {"system:command", "system:worker"}


def is_operator(actor: Actor) -> bool:
    """Whoever runs the installation, by the command or by appointment."""
    return is_system(actor) or Role.OPERATOR in actor.installation_roles


def city_for(actor: Actor, slug: str) -> City:
    """The city with this slug; `NotFound` for whoever does not serve it."""
    city = City.objects.filter(slug=slug).first()
    if city is None or not (actor.serves(city.pk) or is_system(actor)):
        raise NotFound
    return city


def city_also_for_operators(actor: Actor, slug: str) -> City:
    """The city for those who serve it and for those who run the installation or answer for
    its data: the door to what concerns the system and not the incidents."""
    if actor.installation_roles & {Role.OPERATOR, Role.DATA_PROTECTION}:
        city = City.objects.filter(slug=slug).first()
        if city is not None:
            return city
    return city_for(actor, slug)


def agency_for(actor: Actor, pk: UUID) -> Agency:
    """An agency of a city that the actor serves."""
    agency = Agency.objects.select_related("city").filter(pk=pk).first()
    if agency is None or not (actor.serves(agency.city_id) or is_system(actor)):
        raise NotFound
    return agency


def membership_for(actor: Actor, pk: UUID) -> Membership:
    """A post in a city that the actor serves."""
    found = Membership.objects.select_related("agency__city", "person").filter(pk=pk).first()
    if found is None or not (actor.serves(found.agency.city_id) or is_system(actor)):
        raise NotFound
    return found


def may_plan(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor changes the city's plan, agencies, posts and rotas."""
    return is_system(actor) or bool(actor.roles_in(city_id) & PLANNERS)


def check_may_plan(actor: Actor, city: City) -> None:
    """Coordinators plan; a stranger to the city learns nothing of it."""
    if may_plan(actor, city.pk):
        return
    if not actor.serves(city.pk):
        raise NotFound
    raise NotAllowed(_("Only the response coordinator changes plans, agencies and contacts."))


def may_list(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor chooses what the public list of members shows of the city."""
    return is_system(actor) or bool(actor.roles_in(city_id) & {Role.COORDINATOR, Role.MAYOR})


def check_may_list(actor: Actor, city: City) -> None:
    """The coordinator and the mayor; a stranger to the city learns nothing of it."""
    if may_list(actor, city.pk):
        return
    if not actor.serves(city.pk):
        raise NotFound
    raise NotAllowed(_("Only the mayor or the response coordinator chooses what is listed."))


def may_set_rota(actor: Actor, agency: Agency) -> bool:
    """Whether the actor sets the turns of duty in this agency."""
    return may_plan(actor, agency.city_id) or agency.pk in actor.agencies_in(agency.city_id)


def check_may_set_rota(actor: Actor, membership: Membership) -> None:
    """The coordinator, and whoever serves in the agency whose rota it is."""
    city = membership.agency.city
    if membership.agency_id not in actor.agencies_in(city.pk):
        check_may_plan(actor, city)


def check_may_add_city(actor: Actor) -> None:
    """The command, the operator and the network's secretariat take cities in."""
    if is_system(actor) or actor.installation_roles & {Role.OPERATOR, Role.SECRETARIAT}:
        return
    raise NotAllowed(_("Only the operator or the network secretariat takes in a city."))


def may_curate(actor: Actor) -> bool:
    """Whether the actor keeps what is common to all cities: guide, library, dialogues, words."""
    return is_system(actor) or Role.SECRETARIAT in actor.installation_roles


def check_may_curate(actor: Actor) -> None:
    """The network's secretariat and the command; for anybody else there is nothing to curate."""
    if not may_curate(actor):
        raise NotFound


def check_may_appoint(actor: Actor) -> None:
    """The command and the operator appoint for the installation as a whole."""
    if not is_operator(actor):
        raise NotAllowed(_("Only the operator appoints for the whole installation."))


def check_may_make_password_link(actor: Actor, person: Person, now: datetime) -> None:
    """The operator for anyone; a coordinator, where no letter can be sent, for who serves in
    their city and nowhere else.

    Whoever holds such a link can sign in as the person. So it must not lead into another
    city, to a role of the installation, nor to who reads the journal of those who lead.
    Where letters leave, they do it: a coordinator who may open such a link can try whether
    the address has an account already.
    """
    if is_operator(actor):
        return
    posts = _posts_of(person, now)
    if not any(actor.serves(city) for city, _role in posts):
        raise NotFound
    if not any(may_plan(actor, city) for city, _role in posts):
        raise NotAllowed(_("Only the response coordinator or the operator makes such a link."))
    if sends_letters():
        raise NotAllowed(
            _("They choose a password by a letter: “Forgotten your password?” at sign-in.")
        )
    beyond = any(not may_plan(actor, city) or role == Role.DATA_PROTECTION for city, role in posts)
    if beyond or Appointment.objects.filter(person=person).exists():
        raise NotAllowed(
            _("This account opens more than your city’s desk. Ask the operator of this system.")
        )


def _posts_of(person: Person, now: datetime) -> set[tuple[UUID, str]]:
    """City and role of each post that a person holds at that moment."""
    held = Membership.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), person=person, agency__is_active=True
    )
    return set(held.values_list("agency__city_id", "role"))


def handed_for(token: str, now: datetime) -> Handed:
    """To whom a link was handed over. `NotFound` for one that is no longer good, and where
    the account opens more by now than the coordinator who made it could give."""
    handed = handed_by_token(token)
    if handed.by is not None:
        beyond = any(
            city != handed.by or role == Role.DATA_PROTECTION
            for city, role in _posts_of(handed.person, now)
        )
        if beyond or Appointment.objects.filter(person=handed.person).exists():
            raise NotFound
    return handed


def may_make_password_link(actor: Actor, person: Person, now: datetime) -> bool:
    """Whether the actor makes a link with which this person chooses a password."""
    try:
        check_may_make_password_link(actor, person, now)
    except (NotAllowed, NotFound):
        return False
    return True


def colleague_for(actor: Actor, city: City, pk: UUID, now: datetime) -> Person:
    """Somebody who serves this city today, for whoever serves it too."""
    post = (
        Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), person__is_active=True)
        .filter(person=pk, agency__city=city, agency__is_active=True)
        .select_related("person")
        .first()
    )
    if post is None or not (actor.serves(city.pk) or is_system(actor)):
        raise NotFound
    return post.person


def offer_for(actor: Actor, pk: UUID, now: datetime) -> Person:
    """The card on which a city offers the actor posts; another's is not found."""
    if actor.person_id is None:
        raise NotFound
    held = Membership.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    own = Person.objects.filter(pk=actor.person_id, card_in=None, let_in_by=None, is_active=True)
    card = Person.objects.filter(
        pk=pk, card_email__in=own.values("email"), pk__in=held.values("person")
    ).first()
    if card is None:
        raise NotFound
    return card


def may_admit(actor: Actor) -> bool:
    """Whether the actor checks who may join: the secretariat, as persons. The command speaks
    for one of them by name, never for itself: two people must say yes."""
    return Role.SECRETARIAT in actor.installation_roles and actor.person_id is not None


def check_may_admit(actor: Actor) -> None:
    """For anybody else there is no application."""
    if not may_admit(actor):
        raise NotFound


def application_for(actor: Actor, pk: UUID) -> Application:
    """An application to join, for the secretariat alone."""
    check_may_admit(actor)
    found = Application.objects.select_related("city").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


SORTERS = frozenset({Role.COORDINATOR, Role.MAYOR, Role.NATIONAL_LIAISON})


def may_sort_organisations(actor: Actor, city_id: UUID) -> bool:
    """Whether the actor says which organisations are one, and under which names they go."""
    return bool(actor.roles_in(city_id) & SORTERS)


def check_may_sort_organisations(actor: Actor, city: City) -> None:
    """`NotFound` for a stranger to the city, `NotAllowed` for a colleague."""
    if not actor.serves(city.pk):
        raise NotFound
    if not may_sort_organisations(actor, city.pk):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor and the national liaison say which "
                "organisations are one. Ask one of them."
            )
        )


def organisation_by_id(actor: Actor, pk: UUID) -> Organisation:
    """An organisation of whichever city, behind the same door as `organisation_for`."""
    found = Organisation.objects.select_related("city").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return organisation_for(actor, found.city, pk)


def organisation_for(actor: Actor, city: City, pk: UUID) -> Organisation:
    """An organisation of the city, for those who sort them; `NotFound` for anybody else: which
    are known tells of incidents that a partner may not know."""
    if not may_sort_organisations(actor, city.pk):
        raise NotFound
    found = (
        Organisation.objects.select_related("city", "agency", "merged_into")
        .filter(city=city, pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def application_token(pk: UUID) -> str:
    """What stands in the address of an applicant's own page; nobody can guess it."""
    return token_of(pk, APPLYING)


def application_by_token(token: str) -> Application:
    """The application whose page this is. `NotFound`, always the same, for a token that was
    made up, and for an application that is gone."""
    found = Application.objects.select_related("city").filter(pk=id_in(token, APPLYING)).first()
    if found is None:
        raise NotFound
    return found
