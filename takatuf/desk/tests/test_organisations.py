"""Who is who at the desk: proposals answered by a press, names added, the rest kept out."""

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from takatuf.activities.models import Activity
from takatuf.network.models import Organisation
from takatuf.network.services import organisation_named

PAGE = "/en/desk/marsa-noor/incidents/1/who-does-what/organisations/"


@pytest.fixture
def two(city, incident):
    """Two names of one ministry; the second has an entry in the incident."""
    now = timezone.now()
    one, other = (
        organisation_named(city, name, source="4w.csv", now=now)
        for name in ("Ministry of Health", "وزارة الصحة")
    )
    Activity.objects.create(
        incident=incident, organisation=other, title="خط المساندة",
        reported_at=now, confirmed_at=now, changed_at=now,
    )  # fmt: skip
    return one, other


def test_a_proposed_pair_is_made_one_and_taken_apart_on_the_pages(desk_of, amina, two):
    one, other = two
    desk = desk_of(amina)
    page = desk.get(PAGE).content.decode()
    assert "Are they the same?" in page
    assert "The same words in another language" in page

    answer = desk.post(
        f"{PAGE}{one.pk}/merge/", {"other": other.pk, "reason": "translation"}, follow=True
    ).content.decode()
    assert "They are one now" in answer
    assert "خط المساندة" in answer
    assert "Are they the same?" not in desk.get(PAGE).content.decode()

    answer = desk.post(f"{PAGE}{other.pk}/unmerge/", follow=True).content.decode()
    assert "They are two again" in answer
    assert "Are they the same?" not in desk.get(PAGE).content.decode()


def test_one_pair_after_another_is_answered_on_the_list(desk_of, amina, city, incident, two):
    now = timezone.now()
    for name in ("Ministère de la Santé", "MoH"):
        organisation_named(city, name, source="4w.csv", now=now)
    for at in range(6):
        for name in (f"Helpers of Bay{at * 7}", f"Helpers of Bay{at * 7} Society"):
            organisation_named(city, name, source="4w.csv", now=now)
    one, other = two
    desk = desk_of(amina)
    page = desk.get(PAGE).content.decode()
    assert "9 pairs wait" in strip_tags(page), "of four names of one, three questions"
    assert page.count("<article") == 6
    assert "?pairs=2" in page
    assert desk.get(PAGE, {"pairs": "2"}).content.decode().count("<article") == 3
    assert "1 entry here" in strip_tags(page)
    answer = desk.post(
        f"{PAGE}{one.pk}/merge/", {"other": other.pk, "from-list": "1"}, follow=True
    ).content.decode()
    assert "One now: “\u2068Ministry of Health\u2069”" in answer
    assert "8 pairs wait" in strip_tags(answer)
    assert "Also known as" in answer


def test_what_became_one_is_told_by_the_name_that_its_reader_knows(desk_of, amina, two):
    one, other = two
    Organisation.objects.filter(pk=one.pk).update(names={"fr": "Ministère de la Santé"})
    page = PAGE.replace("/en/", "/fr/")
    sent = {"other": other.pk, "from-list": "1"}
    answer = desk_of(amina).post(f"{page}{one.pk}/merge/", sent, follow=True)
    assert "\u2068Ministère de la Santé\u2069" in answer.content.decode()


def test_a_pair_that_is_two_is_not_asked_about_again(desk_of, mayor, two):
    one, other = two
    desk = desk_of(mayor)
    said = desk.post(f"{PAGE}{one.pk}/apart/{other.pk}/", follow=True).content.decode()
    assert "They stay two." in said
    assert "Are they the same?" not in said


def test_a_name_is_added_found_and_removed(desk_of, amina, two):
    one, _other = two
    desk = desk_of(amina)
    desk.post(f"{PAGE}{one.pk}/names/", {"name": "MoH"})
    assert "Ministry of Health" in desk.get(PAGE, {"q": "moh"}).content.decode()
    refused = desk.post(f"{PAGE}{one.pk}/names/", {"name": "وزارة الصحه"})
    assert refused.status_code == 422
    assert "is known already" in refused.content.decode()
    desk.post(f"{PAGE}{one.pk}/names/{one.known_as.get(folded='moh').pk}/remove/")
    assert "Nobody here is called so." in desk.get(PAGE, {"q": "moh"}).content.decode()


def test_what_is_known_of_one_is_changed(desk_of, amina, two):
    one, _other = two
    desk = desk_of(amina)
    desk.post(f"{PAGE}{one.pk}/", {"name": "Ministry of Health", "level": "national", "kind": ""})
    one.refresh_from_db()
    assert one.level == "national"
    wrong = desk.post(f"{PAGE}{one.pk}/", {"name": "", "level": "", "kind": ""})
    assert wrong.status_code == 422


def test_a_partner_sees_only_who_is_at_work_in_the_incident(desk_of, farid, chen, two):
    one, other = two
    page = desk_of(farid).get(PAGE).content.decode()
    assert "وزارة الصحة" in page
    assert "Ministry of Health" not in page
    assert "Are they the same?" not in page
    assert desk_of(farid).get(f"{PAGE}{one.pk}/").status_code == 404
    assert "Make them one" not in desk_of(farid).get(f"{PAGE}{other.pk}/").content.decode()
    for url in (f"{one.pk}/merge/", f"{other.pk}/unmerge/", f"{one.pk}/names/", f"{other.pk}/"):
        assert desk_of(farid).post(PAGE + url).status_code == 403
    assert desk_of(chen).get(PAGE).status_code == 404


def test_a_list_of_names_is_pasted_and_read(desk_of, amina, farid, two):
    one, _other = two
    lead = desk_of(amina)
    told = {
        "lines": "Ministry of Health\tMoH؛ وزارة الصحة\n\nCaritas; كاريتاس",
        "source": "Cluster",
    }
    said = lead.post(f"{PAGE}names/", told, follow=True).content.decode()
    assert "New names: 2; new organisations: 1" in said
    assert "A list that the city read gives both names to one" in said
    assert one.known_as.get(folded="moh").source == "Cluster"
    wrong = lead.post(f"{PAGE}names/", {"lines": "Alone", "source": "Cluster"})
    assert wrong.status_code == 422
    assert "Line 1 names no other name" in wrong.content.decode()
    assert desk_of(farid).get(f"{PAGE}names/").status_code == 403


def test_a_name_that_holds_several_is_said_to(desk_of, amina, city, two):
    both = organisation_named(city, "Ministry of Health; WFP", source="4w.csv", now=timezone.now())
    desk = desk_of(amina)
    assert desk.get(PAGE).content.decode().count("Several in one name") == 1
    page = strip_tags(desk.get(f"{PAGE}{both.pk}/").content.decode())
    assert "Several in one name" in page
    assert "Ministry of Health · WFP" in page
    assert "Several in one name" not in desk.get(f"{PAGE}{two[0].pk}/").content.decode()
