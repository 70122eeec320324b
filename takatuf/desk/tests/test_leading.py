"""Who leads what at the desk: drafted, agreed by both, on paper, and held against practice."""

import pytest
from django.utils import timezone

from takatuf.activities.models import Activity
from takatuf.config import world
from takatuf.network.services import organisation_named
from takatuf.plans.leading import draft_of, list_in_force

PAGE = "/en/desk/marsa-noor/who-leads/"
HERE = "/en/desk/marsa-noor/incidents/1/who-does-what/who-leads/"


@pytest.fixture
def nadia(city):
    ministry = world.make_agency(city, "Ministry of Interior", "national-ministry")
    return world.make_person("Nadia", (ministry, "national-liaison"), password=world.PASSWORD)


def sent(page):
    """What a browser would send of the form that a page shows."""
    form = page.context["form"]
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def test_a_list_is_written_agreed_by_both_and_set_on_paper(desk_of, city, amina, nadia):
    lead, national = desk_of(amina), desk_of(nadia)
    assert "Your city has agreed on no list yet." in lead.get(PAGE).content.decode()
    assert "Begin our own list" in lead.get(PAGE).content.decode()
    lead.post(f"{PAGE}draft/", {"after": 0})
    told = sent(lead.get(f"{PAGE}1/change/"))
    told |= {"helpline": "national", "note-helpline": "National line", "counterpart": "Ministry"}
    assert "National line" in lead.post(f"{PAGE}1/change/", told, follow=True).content.decode()
    assert lead.post(f"{PAGE}1/change/", told).status_code == 422, "somebody wrote since"

    page = lead.get(f"{PAGE}1/").content.decode()
    assert "Agree for the city" in page
    assert "What it says otherwise than the framework" in page
    changed = page.split('id="changed"')[1].split("</section>")[0]
    assert "Helpline" in changed
    assert "Housing" not in changed
    assert "Agree for the national authorities" not in page
    assert "They signed on paper" not in page
    lead.post(f"{PAGE}1/agree/", {"side": "city", "seen": 1})
    national.post(f"{PAGE}1/agree/", {"side": "national", "seen": 1})
    assert list_in_force(city).number == 1
    assert "Version 1, in force since" in " ".join(
        lead.get(PAGE).content.decode().replace("<bdi>", "").replace("</bdi>", "").split()
    )
    paper = lead.get(f"{PAGE}1/paper/ar/")
    assert paper.content.startswith(b"%PDF")
    assert lead.get(f"{PAGE}1/paper/nb/").status_code == 404
    assert lead.get(f"{PAGE}1/change/").status_code == 404


def test_the_city_writes_down_their_word_where_no_liaison_can_sign_in(desk_of, city, amina):
    lead = desk_of(amina)
    lead.post(f"{PAGE}draft/", {"after": 0})
    bare = lead.post(f"{PAGE}1/agree/", {"side": "national", "seen": 0, "word": ""})
    assert bare.status_code == 422
    assert "Write whose word it is" in bare.content.decode()
    lead.post(f"{PAGE}1/agree/", {"side": "national", "seen": 0, "word": "N. Haddad, governor"})
    assert draft_of(city).national_word == "N. Haddad, governor"
    lead.post(f"{PAGE}1/drop/")
    assert draft_of(city) is None
    assert "dropped" in lead.get(PAGE).content.decode()


def test_a_partner_reads_the_list_and_changes_nothing(desk_of, amina, farid):
    desk_of(amina).post(f"{PAGE}draft/", {"after": 0})
    partner = desk_of(farid)
    page = partner.get(f"{PAGE}1/").content.decode()
    assert "Both sides agree before it is in force" in page
    assert partner.get(f"{PAGE}1/change/").status_code == 403
    assert desk_of(amina).post(f"{PAGE}draft/").status_code == 404
    for act in ("draft/", "1/agree/", "1/drop/"):
        assert partner.post(PAGE + act).status_code == 403


def test_practice_is_held_against_the_list_at_the_incident(desk_of, city, incident, amina, chen):
    now = timezone.now()
    ministry, caritas = (
        organisation_named(city, name, source="", now=now, level=level, kind=kind)
        for name, level, kind in (
            ("Ministry of Health", "national", "national-ministry"),
            ("Caritas", "municipality", "faith"),
        )
    )
    for organisation, service in ((ministry, "food"), (caritas, "housing"), (ministry, "safety")):
        Activity.objects.create(
            incident=incident, organisation=organisation, service=service,
            reported_at=now, confirmed_at=now, changed_at=now,
        )  # fmt: skip
    answer = desk_of(amina).get(HERE)
    found = {one.line.service.code: one for one in answer.context["found"].services}
    assert {code: found[code].departure for code in ("food", "housing", "safety", "fund")} == {
        "food": "other-leads",
        "housing": "",
        "safety": "",
        "fund": "",
    }
    assert (found["housing"].city, found["housing"].others) == (0, 1), "no authority"
    assert answer.context["found"].departing == 1
    assert "the city, which was to lead, is not" in answer.content.decode()
    assert desk_of(chen).get(HERE).status_code == 404
