"""Who is who: a name leads to one organisation, whoever writes it and however."""

import pytest
from django.utils import timezone

from takatuf.config.world import make_agency
from takatuf.foundation.errors import Refused
from takatuf.network.models import Organisation, OrganisationName
from takatuf.network.services.organisations import (
    Organisations,
    Wanted,
    organisation_named,
    organisation_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def named(city, name, now, **fields):
    return organisation_named(city, name, source="3w.csv", now=now, **fields)


def test_spellings_that_fold_to_one_name_lead_to_one_organisation(city, elsewhere, now):
    crescent = named(city, "Red  Crescent", now, level="national", kind="red-cross-crescent")
    assert named(city, "RED crescent", now, level="region") == crescent
    assert (crescent.level, crescent.kind) == ("national", "red-cross-crescent")
    assert named(city, "الهلال الأحمر", now) == named(city, "الهلال الاحمر", now) != crescent
    assert named(elsewhere, "Red Crescent", now) != crescent
    assert [each.source for each in crescent.known_as.all()] == ["3w.csv"]


@pytest.mark.parametrize("name", ["", " \u0640 ", "x" * 201])
def test_what_is_no_name_is_refused_and_nothing_is_made(city, now, name):
    with pytest.raises(Refused) as refusal:
        Organisations(city).ensure([Wanted("Caritas"), Wanted(name)], source="", now=now)
    assert refusal.value.field == "name"
    assert not Organisation.objects.exists()


def test_an_agency_is_known_by_every_name_that_the_city_gave_it(city, now):
    ministry = make_agency(
        city, "Ministry of Health", "national-ministry", level="national",
        names={"ar": "وزارة الصحة"},
    )  # fmt: skip
    found = named(city, "وزارة الصحه", now, level="region")
    assert (found.agency, found.name, found.level) == (ministry, "Ministry of Health", "national")
    assert named(city, "ministry of health", now) == found == organisation_of(ministry, now=now)


def test_an_organisation_that_was_there_first_is_tied_to_the_agency_of_its_name(city, now):
    first = named(city, "Ministry of Health", now)
    ministry = make_agency(city, "Ministry of Health", level="national")
    assert organisation_of(ministry, now=now) == first
    ministry.names = {"fr": "Ministère de la Santé"}
    ministry.save()
    assert named(city, "ministere de la sante", now) == first
    twin = make_agency(city, "Ministère de la Santé")
    assert organisation_of(twin, now=now) not in {first}
    assert organisation_of(twin, now=now).agency == twin


def test_what_was_merged_leads_to_whom_it_was_merged_into(city, now):
    one, two, three = (named(city, name, now) for name in ("UNICEF", "Unicef Jordan", "U N I"))
    three.merged_into, two.merged_into = two, one
    three.save()
    two.save()
    assert named(city, "u n i", now) == Organisations(city)["unicef JORDAN"] == one


def test_many_names_cost_a_handful_of_questions(city, now, django_assert_max_num_queries):
    make_agency(city, "Fire and Rescue", "fire")
    wanted = [Wanted(f"Partner {n % 300}") for n in range(900)] + [Wanted("fire AND rescue")]
    with django_assert_max_num_queries(16):
        known = Organisations(city)
        made = known.ensure(wanted, source="list.xlsx", now=now)
        assert known.ensure(wanted, source="list.xlsx", now=now) == []
    assert len(made) == 301 == Organisation.objects.count() == OrganisationName.objects.count()
    assert known.get("Partner 7") == known["partner 7"]
    assert known.get("Nobody") is None
    assert "Nobody" not in known


def test_who_names_the_same_at_the_same_moment_gets_the_one_that_was_kept(city, now):
    late = Organisations(city)
    first = named(city, "Caritas", now)
    assert late.ensure([Wanted("Caritas")], source="", now=now) == []
    assert late["Caritas"] == first
    assert Organisation.objects.count() == 1
