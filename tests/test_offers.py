"""A post for somebody of another city is an offer: theirs to accept, theirs to decline."""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.utils import timezone

from takatuf.accounts.models import Person
from takatuf.alerts.access import invitation_for, token_for
from takatuf.alerts.models import Call, Delivery
from takatuf.alerts.queries import calls_for, roll_call
from takatuf.alerts.services import answer_by_link
from takatuf.config import world
from takatuf.coordination.services import declare_incident
from takatuf.foundation.errors import NotFound
from takatuf.journal.queries import entries_of
from takatuf.network.access import offer_for
from takatuf.network.models import Membership
from takatuf.network.queries import declined_in, is_offered_a_post, offers_to
from takatuf.network.services import (
    accept_offer,
    correct_contact,
    decline_offer,
    end_post,
    give_post,
    people,
    set_shifts,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def give(amina, act, fire, now):
    """Amina gives a post at Fire, as she types it."""

    def given(email, **more):
        typed = {"name": "Our Nadia", "phone": "+962790000099", "language": "fr", "role": "liaison",
                 "call_order": 1} | more  # fmt: skip
        return give_post(act(amina), more.pop("agency", fire), email=email, now=now,
                         **{key: typed[key] for key in typed if key != "agency"})  # fmt: skip

    return given


@pytest.fixture
def declared(amina, act, city, now):
    return lambda: declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=3, now=now
    )


def test_a_post_is_accepted_with_all_that_was_asked_under_it(
    give, declared, stranger, act, fire, health, now
):
    post = give(stranger.email.upper())
    give(stranger.email, agency=health, role="mayor")
    card = post.person
    set_shifts(act(world.make_person("Omar", (fire, "liaison", 3))), post,
               [(day, time(0), time(23, 59)) for day in range(7)], now=now)  # fmt: skip
    incident = declared()
    link = token_for(Delivery.objects.get(person=card, call__agency=fire, channel="email").pk)
    answer_by_link(link, now=now)
    assert not act(stranger).serves(fire.city_id)
    assert is_offered_a_post(stranger, now)
    assert [post.role for post in offers_to(stranger, now).get().offered] == ["liaison", "mayor"]

    accept_offer(act(stranger), card, now=now)

    assert act(stranger).roles_in(fire.city_id) == {"liaison", "mayor"}
    assert not Person.objects.filter(pk=card.pk).exists()
    assert not is_offered_a_post(stranger, now)
    assert stranger.memberships.get(agency=fire).shifts.count() == 7
    row = next(row for row in roll_call(incident.about) if row.agency == fire)
    assert [answer.person for answer in row.answers] == [stranger]
    assert invitation_for(link, now).person == stranger
    assert [call.agency for call in calls_for(stranger.pk)] == [health]
    told = [entry for entry in entries_of(fire.city.log) if entry.verb == "post.accepted"]
    assert len(told) == 2
    assert told[0].actor_id == f"person:{stranger.pk}"
    assert told[0].content["people"]["card"]["id"] == str(card.pk)


def test_a_post_is_declined_under_the_name_that_the_city_wrote(give, stranger, act, city, now):
    post = give(stranger.email)
    assert decline_offer(act(stranger), post.person, now=now) == city
    assert not is_offered_a_post(stranger, now)
    assert [post.person.name for post in declined_in(city, now - timedelta(days=1))] == [
        "Our Nadia"
    ]
    entry = entries_of(city.log)[0]
    assert (entry.verb, entry.actor_id, entry.actor_name) == (
        "post.declined", f"person:{post.person_id}", "Our Nadia",
    )  # fmt: skip
    assert str(stranger.pk) not in entry.canonical
    with pytest.raises(NotFound):
        decline_offer(act(stranger), post.person, now=now)
    give(stranger.email)
    assert is_offered_a_post(stranger, now)
    assert not declined_in(city, now - timedelta(days=1)).exists()


def test_an_offer_is_nobody_elses_and_ends_with_its_post(give, stranger, amina, farid, act, now):
    post = give(stranger.email)
    for other in (amina, farid):
        for deed in (accept_offer, decline_offer):
            with pytest.raises(NotFound):
                deed(act(other), post.person, now=now)
    with pytest.raises(NotFound):  # an account is no offer, not even one's own
        offer_for(act(farid), farid.pk, now)
    end_post(act(amina), post, now=now)
    assert not is_offered_a_post(stranger, now)
    with pytest.raises(NotFound):
        accept_offer(act(stranger), post.person, now=now)


def test_who_left_and_is_asked_back_decides_again(give, stranger, amina, act, fire, now):
    accept_offer(act(stranger), give(stranger.email).person, now=now)
    held = stranger.memberships.get(agency=fire)
    assert give(stranger.email, role="psychosocial").person == stranger  # serves here already
    for post in stranger.memberships.filter(agency=fire):
        end_post(act(amina), post, now=now)
    back = give(stranger.email, call_order=4)
    assert back.person.is_card
    assert not act(stranger).serves(fire.city_id)
    accept_offer(act(stranger), back.person, now=now)
    held.refresh_from_db()
    assert (held.call_order, held.ends_at) == (4, None)
    assert not Membership.objects.filter(pk=back.pk).exists()


def test_what_cannot_move_stays_with_the_card(give, declared, stranger, amina, act, fire, now):
    """They were called for the agency before they left it, and again under the card."""
    accept_offer(act(stranger), give(stranger.email).person, now=now)
    declared()
    end_post(act(amina), stranger.memberships.get(agency=fire), now=now)
    card = give(stranger.email).person
    call = Call.objects.get(agency=fire)
    twin = Delivery.objects.create(
        call=call, person=card, channel="email", asked_at=now, due_at=now
    )
    Delivery.objects.create(call=call, person=card, channel="sms", asked_at=now, due_at=now)
    accept_offer(act(stranger), card, now=now)
    twin.refresh_from_db()
    assert twin.person == card
    assert stranger.deliveries.filter(channel="sms").exists()
    assert act(stranger).serves(fire.city_id)
    assert not is_offered_a_post(stranger, now)


def test_a_city_corrects_what_it_wrote_and_nothing_else(give, stranger, act, amina, now):
    post = give(stranger.email)
    assert give(stranger.email, role="psychosocial", name="Other").person == post.person
    correct_contact(act(amina), post, phone="+962 79 000 0088", now=now)
    post.person.refresh_from_db()
    stranger.refresh_from_db()
    assert (post.person.name, post.person.phone) == ("Our Nadia", "+962790000088")
    assert (stranger.name, stranger.phone, stranger.language) == ("Stranger", "", "en")


def test_nobody_reads_the_address_with_which_a_contact_signs_in():
    """A card has none: letters go to `reached_at`, and a page that shows the other is a hole."""
    rooms = Path(__file__).parents[1] / "takatuf"
    found = [
        path
        for path in sorted([*rooms.rglob("*.py"), *rooms.rglob("*.html"), *rooms.rglob("*.txt")])
        if not {"tests", "testing", "config"} & set(path.parts)
        and re.search(r"\w\.person\.email", path.read_text())
    ]
    assert not found, f"{found}: read person.reached_at."


def test_somebody_new_serves_at_once_and_is_told_from_nobody_by_another_city(
    give, elsewhere, act, fire, now
):
    ours = give("nadia@new.example").person
    assert not ours.is_card
    assert act(ours).serves(fire.city_id)
    there = world.make_agency(elsewhere, "Fire Elsewhere")
    theirs, is_new = people.person_for_post(
        elsewhere, "Nadia@new.example", name="N.", language="en", now=now
    )
    assert is_new
    assert theirs.is_card
    assert not there.memberships.exists()


def test_an_address_that_another_city_wrote_in_this_moment_gets_a_card(monkeypatch, city, now):
    def too_late(email, **written):
        raise IntegrityError

    monkeypatch.setattr(people, "account_made", too_late)
    found, is_new = people.person_for_post(city, "nadia@new.example", language="en", now=now)
    assert is_new
    assert found.is_card
