"""Who is who and who leads what, for programs."""

from django.utils import timezone

from takatuf.api.tests.conftest import problem_of
from takatuf.network.services import organisation_named


def test_who_may_be_one_is_told_and_answered(
    amina_calls, farid_calls, stranger_calls, city, incident
):
    english, arabic = (
        str(organisation_named(city, name, source="4w.csv", now=timezone.now()).pk)
        for name in ("Ministry of Health", "وزارة الصحة")
    )
    address, likely = (
        "/cities/marsa-noor/organisations",
        "/cities/marsa-noor/organisations/likely-same",
    )
    [pair] = amina_calls.get(likely).json()["contents"]
    assert (pair["kept"]["id"], pair["gone"]["id"]) == (english, arabic)
    assert [sign["code"] for sign in pair["signs"]] == ["translation"]
    problem_of(farid_calls.get(likely), 403)
    problem_of(stranger_calls.get(address), 404)
    problem_of(farid_calls.get(f"/organisations/{english}"), 404)

    merge = {"other": arabic, "reasons": ["translation"]}
    problem_of(amina_calls.post(f"/organisations/{english}/merge", merge | {"other": english}), 422)
    merged = amina_calls.post(f"/organisations/{english}/merge", merge).json()
    assert merged["names"] == ["Ministry of Health", "وزارة الصحة"]
    known = {one["id"]: one for one in amina_calls.get(address).json()["contents"]}
    assert known[arabic]["merged_into"] == english
    parted = amina_calls.post(f"/organisations/{arabic}/unmerge", {}).json()
    assert (parted["names"], parted["merged_into"]) == (["وزارة الصحة"], None)
    assert amina_calls.post(f"/organisations/{english}/apart", merge).status_code == 204
    assert amina_calls.get(likely).json()["contents"] == []
    told = amina_calls.post(f"/organisations/{english}/names", {"name": "MoH"}).json()
    assert told["names"] == ["Ministry of Health", "MoH"]
    problem_of(
        amina_calls.post(f"/organisations/{english}/names", {"name": "moh"}), 422, "name-taken"
    )


def test_who_leads_is_told_for_the_city_and_held_against_practice(
    farid_calls, stranger_calls, incident
):
    told = farid_calls.get("/cities/marsa-noor/who-leads").json()
    assert (told["number"], told["draft"]) == (None, None)
    one = next(each for each in told["services"] if each["service"] == "food")
    assert (one["lead"], one["usual"]) == ("city", "city")
    here = farid_calls.get(f"/incidents/{incident.pk}/who-leads").json()
    assert {each["departure"] for each in here["services"]} == {""}
    problem_of(stranger_calls.get("/cities/marsa-noor/who-leads"), 404)
    problem_of(stranger_calls.get(f"/incidents/{incident.pk}/who-leads"), 404)
