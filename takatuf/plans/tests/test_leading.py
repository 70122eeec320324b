"""Who leads what: drafted, agreed by both sides, replaced by the next, and set on one page."""

import io
from datetime import timedelta
from functools import partial

import pypdf
import pytest
from django.utils import timezone

from takatuf.config import world
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.queries import entries_of
from takatuf.plans.access import lead_list_for
from takatuf.plans.catalogue import services
from takatuf.plans.leading import LANGUAGES, draft_of, lines_of, list_in_force, page_to_sign
from takatuf.plans.rules import departure_of
from takatuf.plans.services import Led, agree_leads, draft_leads, drop_leads, write_leads

db = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def nadia(city):
    """National liaison."""
    ministry = world.make_agency(city, "Ministry of Interior", "national-ministry")
    return world.make_person("Nadia", (ministry, "national-liaison"), password=world.PASSWORD)


def written(actor, draft, now, **lines):
    wanted = {code.replace("_", "-"): Led(*led) for code, led in lines.items()}
    return write_leads(
        actor, draft, wanted, counterpart="Ministry of Interior", seen=draft.changes, now=now
    )


@db
def test_a_list_is_in_force_when_both_sides_have_agreed(city, amina, nadia, act, now):
    draft = draft_leads(act(amina), city, now=now)
    assert {line.service: line.lead for line in draft.lines.all()} == {
        code: service.lead for code, service in services().items()
    }
    draft = written(act(nadia), draft, now, helpline=("city", "City desk"))
    agree_leads(act(amina), draft, side="city", seen=1, now=now)
    assert list_in_force(city) is None
    agree_leads(act(nadia), draft, side="national", seen=1, now=now)

    held = list_in_force(city)
    line = next(one for one in lines_of(held) if one.service.code == "helpline")
    assert (line.lead, line.note, line.is_agreed, line.is_usual) == (
        "city",
        "City desk",
        True,
        False,
    )
    assert [entry.verb for entry in entries_of(city.log)] == [
        "leads.in_force", "leads.agreed", "leads.agreed", "leads.changed", "leads.drafted",
    ]  # fmt: skip
    with pytest.raises(Refused):
        written(act(amina), held, now, helpline=("shared", ""))


@db
def test_the_next_version_begins_where_the_last_one_stood_and_replaces_it(
    city, amina, nadia, act, now
):
    first = written(act(amina), draft_leads(act(amina), city, now=now), now, food=("national", ""))
    for who, side in ((amina, "city"), (nadia, "national")):
        agree_leads(act(who), first, side=side, seen=1, now=now)
    later = now + timedelta(days=1)
    with pytest.raises(Refused, match="changed meanwhile"):
        draft_leads(act(nadia), city, after=0, now=later)
    second = draft_leads(act(nadia), city, after=1, now=later)
    assert (second.number, second.lines.get(service="food").lead) == (2, "national")
    assert list_in_force(city) == first
    for who, side in ((amina, "city"), (nadia, "national")):
        agree_leads(act(who), second, side=side, seen=0, now=later)
    first.refresh_from_db()
    assert (list_in_force(city), first.replaced_at) == (second, later)


@db
def test_a_change_takes_back_what_was_agreed_and_an_old_reading_agrees_to_nothing(
    city, amina, nadia, act, now
):
    draft = draft_leads(act(amina), city, now=now)
    agree_leads(act(amina), draft, side="city", seen=0, now=now)
    draft = written(act(nadia), draft, now, food=("shared", ""))
    assert (draft.city_at, draft.city_by, draft.changes) == (None, None, 1)
    with pytest.raises(Refused, match="changed meanwhile"):
        agree_leads(act(amina), draft, side="city", seen=0, now=now)
    with pytest.raises(Refused, match="while you were writing"):
        write_leads(act(amina), draft, {}, counterpart="", seen=0, now=now)


@db
def test_one_person_speaks_for_one_side(city, municipality, act, now):
    both = world.make_person("Both", (municipality, "mayor"), (municipality, "national-liaison"))
    draft = draft_leads(act(both), city, now=now)
    agree_leads(act(both), draft, side="national", seen=0, now=now)
    with pytest.raises(Refused, match="the other side already"):
        agree_leads(act(both), draft, side="city", seen=0, now=now)


@db
def test_where_no_liaison_can_sign_in_the_city_writes_down_whose_word_it_was(
    city, amina, mayor, act, now
):
    draft = draft_leads(act(amina), city, now=now)
    with pytest.raises(Refused) as refusal:
        agree_leads(act(amina), draft, side="national", seen=0, now=now)
    assert refusal.value.field == "word"
    agree_leads(act(amina), draft, side="national", seen=0, word="N. Haddad, governor", now=now)
    agree_leads(act(amina), draft, side="city", seen=0, now=now)
    held = list_in_force(city)
    assert (held.national_word, held.national_by) == ("N. Haddad, governor", None)
    noted = entries_of(city.log)[2]
    assert noted.verb == "leads.word_noted"
    assert "Haddad" not in str(noted.facts)


@db
def test_where_a_liaison_can_sign_in_nobody_speaks_for_them(city, amina, nadia, act, now):
    draft = draft_leads(act(amina), city, now=now)
    with pytest.raises(NotAllowed):
        agree_leads(act(amina), draft, side="national", seen=0, word="By phone", now=now)
    with pytest.raises(NotAllowed):
        agree_leads(act(nadia), draft, side="city", seen=0, now=now)


@db
def test_what_is_wrong_in_a_draft_is_refused_by_its_service(city, amina, act, now):
    draft = draft_leads(act(amina), city, now=now)
    for lines, field in (
        ({"helpline": Led("nobody")}, "helpline"),
        ({"food": Led("city", "x" * 81)}, "food"),
        ({"wizardry": Led("city")}, "wizardry"),
    ):
        with pytest.raises(Refused) as refusal:
            write_leads(act(amina), draft, lines, counterpart="", seen=0, now=now)
        assert refusal.value.field == field
    with pytest.raises(Refused):
        draft_leads(act(amina), city, now=now)
    drop_leads(act(amina), draft, now=now)
    assert draft_of(city) is None
    assert draft_leads(act(amina), city, now=now).number == 2


@db
def test_a_stranger_learns_nothing_of_it_and_a_colleague_reads_it(
    city, amina, bilal, stranger, act, now
):
    draft = draft_leads(act(amina), city, now=now)
    assert lead_list_for(act(bilal), city, 1) == draft
    with pytest.raises(NotFound):
        lead_list_for(act(stranger), city, 1)
    with pytest.raises(NotAllowed):
        drop_leads(act(bilal), draft, now=now)


@db
def test_the_page_to_sign_is_one_page_in_each_language_however_long_the_notes(
    city, amina, act, now
):
    city.names = {"ar": "مرسى نور"}
    city.save()
    draft = draft_leads(act(amina), city, now=now)
    full = {
        code: Led(
            "shared",
            "Directorate for mental health, third floor, room 12; Tuesday and Friday mornings",
        )
        for code in services()
    }
    plain = {"food": Led("national", "#panic *x* الوزارة")}
    # One side with two thirds of the services has two columns of the page.
    most = {code: Led("city" if at < 30 else "shared", "") for at, code in enumerate(services())}
    for lines, languages in ((plain, LANGUAGES), (most, ["fr"]), (full, ["ar"])):
        draft = write_leads(
            act(amina), draft, lines, counterpart="Ministry", seen=draft.changes, now=now
        )
        for language in languages:
            read = pypdf.PdfReader(io.BytesIO(page_to_sign(draft, language, made_at=now)))
            assert len(read.pages) == 1
            assert str(read.trailer["/Root"]["/Lang"]).startswith(language)


@pytest.mark.once
@pytest.mark.parametrize(
    ("lead", "city", "above", "others", "found"),
    [
        ("city", 2, 0, 3, ""),
        ("city", 1, 1, 0, ""),
        ("city", 0, 1, 0, "other-leads"),
        ("city", 0, 1, 2, "other-leads"),
        ("city", 0, 0, 2, "leader-absent"),
        ("national", 0, 1, 0, ""),
        ("national", 1, 1, 0, ""),
        ("national", 1, 0, 0, "other-leads"),
        ("national", 0, 0, 1, "leader-absent"),
        ("shared", 1, 1, 0, ""),
        ("shared", 1, 0, 1, ""),
        ("shared", 0, 1, 1, ""),
        ("shared", 0, 0, 1, "leader-absent"),
        ("shared", 0, 0, 0, ""),
        ("city", 0, 0, 0, ""),
    ],
)
def test_practice_is_held_against_who_should_lead(lead, city, above, others, found):
    assert departure_of(lead, city=city, above=above, others=others) == found


@pytest.mark.once
def test_a_need_that_whoever_leads_leaves_is_a_departure_where_it_was_agreed():
    nobody = partial(departure_of, city=0, above=0, others=0, needed=True)
    assert {nobody(lead) for lead in ("city", "national", "shared")} == {"leader-absent"}
    assert nobody("city", is_agreed=False) == ""
    assert departure_of("city", city=0, above=0, others=3, is_agreed=False) == ""
    usual = partial(departure_of, city=0, above=2, others=0, is_agreed=False)
    assert usual("city") == "other-leads"


@pytest.mark.once
def test_whom_people_said_to_lead_is_held_against_the_list():
    both = partial(departure_of, city=1, above=1, others=0)
    assert both("city", led_by={"national"}) == "other-leads"
    assert both("national", led_by={"city"}) == "other-leads"
    assert both("city", led_by={"city"}) == ""
    assert both("city", led_by={"city", "national"}) == ""  # one for each of two pairs
    assert both("shared", led_by={"national"}) == ""


@pytest.mark.once
def test_every_service_says_what_the_city_adds_in_each_language():
    for service in services().values():
        assert set(service.adds) == {"en", "ar", "fr"}, service.code
        assert all(text.endswith(".") for text in service.adds.values())
