"""The lead handed over at the desk: written, read by both sides, answered."""

import pytest

from takatuf.incidents.models import HandOver

ROOM = "/en/desk/marsa-noor/incidents/1/"
LEAD = f"{ROOM}hand-over/"


@pytest.fixture
def led(incident, fire, farid, task):
    """The fire service leads; Farid can sign in."""
    incident.lead_agency = fire
    incident.save()
    farid.linked = True
    farid.save()
    return incident


def test_the_fire_service_hands_the_lead_to_the_city(
    desk_of, led, task, farid, amina, municipality
):
    firefighter = desk_of(farid)
    assert "Hand over the lead" in firefighter.get(LEAD).content.decode()
    form = firefighter.get(f"{LEAD}offer/").content.decode()
    assert "Open the assembly point" in form
    assert "said_by" not in form
    sent = {
        "to_agency": municipality.pk,
        "text": "The fire is out.",
        f"note-task:{task.pk}": "By noon",
    }
    page = firefighter.post(f"{LEAD}offer/", sent, follow=True).content.decode()
    assert "The fire is out." in page
    assert "By noon" in page
    assert "Accept the lead" not in page
    offer = HandOver.objects.get()

    city = desk_of(amina)
    assert "The lead is offered to you" in city.get("/en/desk/today/").content.decode()
    assert "The lead is offered" in city.get(ROOM).content.decode()
    page = city.post(f"{LEAD}{offer.pk}/", {"answer": "accept", "note": "Thank you"}, follow=True)

    html = page.content.decode()
    assert "It stands in the log" in html
    assert "Accepted" in html
    led.refresh_from_db()
    assert led.lead_agency == municipality
    history = city.get(LEAD).content.decode()
    assert "Leads now" in history
    assert "Handed over" in history


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(desk_of, led, farid, amina):
    page = desk_of(farid).post(f"{LEAD}offer/", {"text": "The fire is out."})
    assert page.status_code == 422
    assert "The fire is out." in page.content.decode()
    assert "Choose" in page.content.decode() or "Fill this in" in page.content.decode()
    assert "said_by" in desk_of(amina).get(f"{LEAD}offer/").content.decode()


def test_an_offer_is_taken_back_and_only_the_other_side_answers(
    desk_of, led, farid, amina, bilal, municipality
):
    firefighter = desk_of(farid)
    firefighter.post(f"{LEAD}offer/", {"to_agency": municipality.pk, "text": "All"})
    offer = HandOver.objects.get()
    assert firefighter.post(f"{LEAD}{offer.pk}/", {"answer": "accept"}).status_code == 403
    assert desk_of(bilal).get(f"{LEAD}{offer.pk}/").status_code == 404  # was not called

    firefighter.post(f"{LEAD}{offer.pk}/withdraw/")

    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    page = desk_of(amina).post(f"{LEAD}{offer.pk}/", {"answer": "accept"})
    assert "answered or withdrawn already" in page.content.decode()
    printed = desk_of(amina).get(f"{LEAD}{offer.pk}/", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
    assert "Accept the lead" not in printed
