"""Agencies, posts and rotas as a coordinator keeps them, and everyone else leaves them."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from takatuf.accounts.services import begin_with
from takatuf.config.world import make_agency
from takatuf.foundation.actors import COMMAND, Actor, Post
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.queries import entries_of
from takatuf.network.access import agency_for, city_for, handed_for, membership_for
from takatuf.network.queries import agencies_of, agency_named, offers_to, posts_in
from takatuf.network.services import (
    accept_offer,
    add_city,
    appoint,
    change_post,
    create_agency,
    edit_agency,
    end_appointment,
    end_post,
    give_post,
    make_password_link,
    restore_agency,
    retire_agency,
    set_shifts,
)

pytestmark = pytest.mark.django_db
NIGHTS = [(4, time(20), time(8)), (5, time(20), time(8))]


@pytest.fixture
def now():
    return timezone.now()


def verbs(city):
    return [entry.verb for entry in entries_of(city.log)]


def test_an_agency_is_added_changed_retired_and_brought_back(city, amina, act, now):
    actor = act(amina)
    agency = create_agency(
        actor, city, name="  Port  Authority ", kind="other", level="national", now=now,
        names={"ar": "سلطة الميناء"}, answers_needed=2, answer_within=timedelta(minutes=5),
    )  # fmt: skip
    assert agency.name == "Port Authority"
    assert agency_named(city, "سلطه الميناء") == agency
    edit_agency(actor, agency, kind="business", now=now)
    edit_agency(actor, agency, kind="business", now=now)
    retire_agency(actor, agency, now=now)
    assert agency not in agencies_of(city)
    assert agency in agencies_of(city, retired=True)
    restore_agency(actor, agency, now=now)
    assert verbs(city) == [
        "agency.restored", "agency.retired", "agency.edited", "agency.created",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 161),
        ("name", "FIRE and  rescue"),
        ("kind", "wizards"),
        ("level", "galaxy"),
        ("answers_needed", 0),
        ("answer_within", timedelta(seconds=1)),
    ],
)
def test_an_agency_with_something_wrong_is_refused_with_the_field(
    city, amina, fire, act, now, field, value
):
    fields = {"name": "Port Authority", "kind": "other", "level": "national"} | {field: value}
    with pytest.raises(Refused) as refusal:
        create_agency(act(amina), city, now=now, **fields)
    assert refusal.value.field == field
    assert verbs(city) == []


def test_a_post_is_given_changed_ended_and_given_again(city, amina, fire, act, now):
    actor = act(amina)
    new = {"email": "Dima@fire.example", "name": "Dima", "role": "liaison", "call_order": 2}
    post = give_post(actor, fire, now=now, **new)
    assert not post.person.has_usable_password()
    with pytest.raises(Refused):
        give_post(actor, fire, now=now, **new)
    change_post(actor, post, call_order=1, role="psychosocial", now=now)
    assert [held.call_order for held in posts_in(fire, now)] == [1]
    end_post(actor, post, now=now)
    assert not posts_in(fire, now).exists()
    give_post(actor, fire, now=now, **new | {"role": "psychosocial"})
    assert posts_in(fire, now).count() == 1
    assert verbs(city) == ["post.given", "post.ended", "post.changed", "post.given"]


def test_a_city_keeps_its_last_coordinator(city, amina, act, now):
    post = amina.memberships.get()
    with pytest.raises(Refused, match="last response coordinator"):
        end_post(act(amina), post, now=now)
    with pytest.raises(Refused, match="last response coordinator"):
        change_post(act(amina), post, role="liaison", now=now)


def test_a_coordinator_who_has_not_joined_yet_is_no_second_one(city, amina, municipality, act, now):
    """Else the city could be left to somebody who never comes."""
    other = give_post(act(amina), municipality, email="new@city.example", name="New",
                      role="coordinator", call_order=2, now=now).person  # fmt: skip
    with pytest.raises(Refused, match="last response coordinator"):
        end_post(act(amina), amina.memberships.get(), now=now)
    other.set_password("six-quiet-boats")
    other.save()
    end_post(act(amina), amina.memberships.get(), now=now)


@pytest.mark.parametrize("role", ["operator", "secretariat", "emperor"])
def test_a_city_gives_no_role_of_the_installation(amina, fire, act, now, role):
    with pytest.raises(Refused) as refusal:
        give_post(act(amina), fire, email="x@fire.example", name="X", role=role,
                  call_order=1, now=now)  # fmt: skip
    assert refusal.value.field == "role"


def test_a_rota_is_set_by_the_coordinator_and_by_the_agency_itself(
    city, amina, farid, bilal, act, now
):
    post = farid.memberships.get()
    set_shifts(act(amina), post, NIGHTS, now=now)
    set_shifts(act(farid), post, NIGHTS[:1], now=now)
    assert [shift.weekday for shift in post.shifts.all()] == [4]
    with pytest.raises(NotAllowed):
        set_shifts(act(bilal), post, NIGHTS, now=now)
    for wrong in [(7, time(8), time(20)), (0, time(8), time(8))]:
        with pytest.raises(Refused):
            set_shifts(act(amina), post, [wrong], now=now)
    assert verbs(city) == ["rota.set", "rota.set"]


def test_a_stranger_finds_neither_city_nor_agency_nor_post(city, farid, fire, stranger, act, now):
    actor, post = act(stranger), farid.memberships.get()
    for door in (
        lambda: city_for(actor, city.slug),
        lambda: agency_for(actor, fire.pk),
        lambda: membership_for(actor, post.pk),
        lambda: retire_agency(actor, fire, now=now),
        lambda: end_post(actor, post, now=now),
        lambda: set_shifts(actor, post, NIGHTS, now=now),
    ):
        with pytest.raises(NotFound):
            door()


def test_a_colleague_sees_the_agency_and_may_not_change_it(city, farid, fire, act, now):
    actor = act(farid)
    assert city_for(actor, city.slug) == city
    with pytest.raises(NotAllowed):
        edit_agency(actor, agency_for(actor, fire.pk), kind="other", now=now)


def test_cities_are_taken_in_by_operator_secretariat_and_command_alone(db, amina, act, now):
    city = {
        "slug": "new-port", "name": "New Port", "country": "TN", "timezone": "Africa/Tunis",
        "languages": ["ar", "fr"], "coordinator_email": amina.email, "now": now,
        "names": {"fr": "Port-Neuf"},
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        add_city(act(amina), **city)
    operator = Actor("person:1", "Op", posts=frozenset({Post(None, None, "operator")}))
    made = add_city(operator, **city)
    assert made.names == {"fr": "Port-Neuf"}
    assert not act(amina).serves(made.pk)  # until she accepts
    offer = offers_to(amina, now).get()
    assert accept_offer(act(amina), offer, now=now) == made
    assert act(amina).roles_in(made.pk) == {"coordinator"}
    assert verbs(made)[1:] == ["post.given", "agency.created", "city.added"]
    assert entries_of("installation")[0].verb == "city.added"


def test_a_citys_municipality_may_bear_the_name_that_its_list_gives_it(db, now):
    made = add_city(
        COMMAND, slug="oslo", name="Oslo", country="NO", timezone="Europe/Oslo",
        languages=["en"], coordinator_email="i@oslo.example", now=now,
        municipality="Oslo kommune",
    )  # fmt: skip
    assert [str(agency) for agency in made.agencies.all()] == ["Oslo kommune"]


def test_the_installations_roles_are_given_and_taken_by_command(db, amina, act, now):
    post = appoint(COMMAND, email=amina.email, role="operator", now=now)
    assert act(amina).installation_roles == {"operator"}
    assert appoint(COMMAND, email=amina.email, role="operator", now=now) == post
    end_appointment(COMMAND, post, now=now)
    assert act(amina).installation_roles == set()
    with pytest.raises(Refused):
        appoint(COMMAND, email=amina.email, role="mayor", now=now)
    with pytest.raises(NotAllowed):
        appoint(act(amina), email=amina.email, role="operator", now=now)


# Who cannot sign in


@pytest.fixture
def _no_letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.usefixtures("_no_letters")
def test_a_coordinator_lets_in_who_serves_in_their_city_and_nowhere_else(
    city, amina, bilal, stranger, act, now
):
    link = make_password_link(act(amina), bilal, city=city, now=now)
    assert "/ar/begin/" in link
    assert verbs(city) == ["password_link.made"]
    assert link.rpartition("-")[2].strip("/") not in str(entries_of(city.log)[0].canonical)

    with pytest.raises(NotFound):
        make_password_link(act(stranger), bilal, now=now)


@pytest.mark.usefixtures("_no_letters")
def test_no_link_leads_into_another_city_or_above_the_cities(
    city, elsewhere, fire, amina, bilal, farid, stranger, act, now
):
    serve_elsewhere(stranger, bilal, elsewhere, act, now)
    appoint(COMMAND, email=farid.email, role="secretariat", now=now)
    guard = give_post(act(amina), fire, email="guard@city.example", name="Guard",
                      role="data-protection", call_order=0, now=now).person  # fmt: skip

    for person in (bilal, farid, guard):
        with pytest.raises(NotAllowed, match="operator of this system"):
            make_password_link(act(amina), person, city=city, now=now)
        assert "/reset/key/" in make_password_link(COMMAND, person, now=now)
    assert entries_of("installation")[0].verb == "password_link.made"


def serve_elsewhere(stranger, person, elsewhere, act, now):
    harbour = make_agency(elsewhere, "Harbour")
    post = give_post(act(stranger), harbour, email=person.email, name="B", role="liaison",
                     call_order=1, now=now)  # fmt: skip
    accept_offer(act(person), post.person, now=now)


@pytest.mark.usefixtures("_no_letters")
def test_a_link_opens_no_more_than_its_maker_could_give_when_it_is_used(
    city, elsewhere, amina, bilal, chen, farid, stranger, act, now
):
    links = {
        person: make_password_link(act(amina), person, city=city, now=now).split("/")[-2]
        for person in (bilal, chen, farid)
    }
    serve_elsewhere(stranger, bilal, elsewhere, act, now)
    appoint(COMMAND, email=chen.email, role="operator", now=now)
    for person in (bilal, chen):
        with pytest.raises(NotFound):
            handed_for(links[person], now)
    assert handed_for(links[farid], now) == (farid, city.pk)


@pytest.mark.usefixtures("_no_letters")
def test_who_chose_their_password_by_such_a_link_brings_it_to_no_higher_role(
    city, amina, bilal, act, now
):
    """A coordinator could write down the address of tomorrow's operator, and wait."""
    handed = handed_for(
        make_password_link(act(amina), bilal, city=city, now=now).split("/")[-2], now
    )
    begin_with(handed, "six-quiet-boats", now)
    appoint(COMMAND, email=bilal.email, role="operator", now=now)
    bilal.refresh_from_db()
    assert not bilal.has_usable_password()
    assert bilal.let_in_by is None


@pytest.mark.usefixtures("_no_letters")
def test_a_closed_account_gets_no_link(city, amina, bilal, act, now):
    bilal.is_active = False
    bilal.save()
    with pytest.raises(Refused, match="closed"):
        make_password_link(act(amina), bilal, city=city, now=now)
