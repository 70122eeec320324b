"""Cities, plans, the journal and search, read through the API."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from takatuf.api.tests.conftest import Caller, problem_of
from takatuf.config import world
from takatuf.journal.services import record
from takatuf.network.services import give_post


def test_a_person_sees_the_cities_that_they_serve(amina_calls, elsewhere, city):
    page = amina_calls.get("/cities").json()
    assert [one["slug"] for one in page["contents"]] == ["marsa-noor"]
    assert page["contents"][0]["roles"] == ["coordinator"]


def test_areas_agencies_posts_and_plans_of_a_city_are_listed(
    amina_calls, stranger_calls, city, fire, farid
):
    area = world.make_area(city, "Harbour", 35.0, 29.5, names={"fr": "Le Port"})
    areas = amina_calls.get("/cities/marsa-noor/areas", Accept_Language="fr").json()
    assert areas["contents"] == [
        {"id": str(area.pk), "name": "Le Port", "code": "", "bounds": area.bounds}
    ]
    agencies = amina_calls.get("/cities/marsa-noor/agencies").json()["contents"]
    assert fire.name in {one["name"] for one in agencies}
    posts = amina_calls.get(f"/agencies/{fire.pk}/posts").json()["contents"]
    assert [one["person"]["id"] for one in posts] == [str(farid.pk)]
    assert amina_calls.get("/cities/marsa-noor/plans").status_code == 200
    for path in ("areas", "agencies", "plans", "plans/any"):
        there = stranger_calls.get(f"/cities/marsa-noor/{path}")
        problem_of(there, 404)
        assert there.content == stranger_calls.get(f"/cities/nowhere/{path}").content
    there = stranger_calls.get(f"/agencies/{fire.pk}/posts")
    assert there.content == stranger_calls.get(f"/agencies/{uuid4()}/posts").content


def test_a_post_of_another_city_is_accepted_or_declined(
    stranger_calls, farid_calls, act, amina, stranger, fire, health
):
    def offer():
        give_post(act(amina), fire, email=stranger.email, name="As typed", role="liaison",
                  call_order=2, now=timezone.now())  # fmt: skip
        return stranger_calls.get("/me/offers").json()["contents"]

    assert stranger_calls.get("/me/offers").json()["empty"]
    [offered] = offer()
    assert (offered["city"], offered["name"]) == ("Marsa Noor", "As typed")
    assert [post["agency"] for post in offered["posts"]] == [fire.name]
    there = farid_calls.post(f"/me/offers/{offered['id']}/accept")
    problem_of(there, 404)
    assert there.content == farid_calls.post(f"/me/offers/{uuid4()}/accept").content
    assert stranger_calls.post(f"/me/offers/{offered['id']}/decline").status_code == 204
    problem_of(stranger_calls.post(f"/me/offers/{offered['id']}/accept"), 404)
    problem_of(stranger_calls.get("/cities/marsa-noor/agencies"), 404)
    [offered] = offer()
    posts = farid_calls.get(f"/agencies/{fire.pk}/posts").json()["contents"]
    assert posts[-1]["joined"] is False
    assert stranger_calls.post(f"/me/offers/{offered['id']}/accept").status_code == 204
    assert stranger_calls.get("/cities/marsa-noor/agencies").status_code == 200
    posts = farid_calls.get(f"/agencies/{fire.pk}/posts").json()["contents"]
    assert posts[-1]["person"] == {"id": str(stranger.pk), "name": "Stranger"}


def test_a_plan_is_read_with_its_steps(amina_calls, amina, city, act):
    from takatuf.plans.services import start_plan

    plan = start_plan(act(amina), city, title="Our plan", slug="ours", now=timezone.now())
    listed = amina_calls.get("/cities/marsa-noor/plans").json()["contents"]
    assert [one["slug"] for one in listed] == [plan.slug]
    read = amina_calls.get(f"/cities/marsa-noor/plans/{plan.slug}").json()
    assert len(read["steps"]) > 10
    assert read["steps"][0]["title"]["words"]


def test_the_journal_is_read_by_those_who_guard_it(
    amina_calls, stranger_calls, municipality, incident, city
):
    guard = Caller(world.make_person("Dalia", (municipality, "data-protection")))
    at = f"/journal/entries?log={city.log}"
    page = guard.get(at).json()
    assert "incident.declared" in {one["verb"] for one in page["contents"]}
    assert all(one["sentence"] for one in page["contents"])
    about = guard.get(f"{at}&about={incident.about}&size=5").json()
    assert {one["about"] for one in about["contents"]} == {incident.about}
    assert [one["log"] for one in guard.get("/journal/logs").json()] == [city.log]
    assert guard.get(f"/journal/checkpoints?log={city.log}").status_code == 200
    problem_of(guard.get("/journal/entries?log=installation"), 403)
    problem_of(amina_calls.get(at), 403)
    problem_of(amina_calls.get("/journal/logs"), 403)
    there = stranger_calls.get(at)
    problem_of(there, 404)
    assert there.content == stranger_calls.get(f"/journal/entries?log=city:{uuid4()}").content
    problem_of(guard.get("/journal/entries?log=nonsense"), 404)
    problem_of(guard.get("/journal/entries"), 422, field="log")


def test_the_installations_log_is_read_by_its_operator(db):
    from takatuf.network.models import Appointment

    operator = world.make_person("Omar")
    Appointment.objects.create(person=operator, role="operator")
    with transaction.atomic():
        record(world.acting(operator), "token.created", log="installation", thing="x",
               at=timezone.now())  # fmt: skip
    page = Caller(operator).get("/journal/entries?log=installation").json()
    assert page["total_items"] == 1


def test_search_finds_in_any_spelling_and_only_what_one_may_see(
    amina_calls, stranger_calls, incident, django_assert_max_num_queries
):
    at = f"/incidents/{incident.pk}"
    amina_calls.post(f"{at}/log", {"kind": "information", "text": "مَدْرَسَة الأمل مغلقة"})
    amina_calls.post(f"{at}/tasks", {"title": "Ouvrir l’École"}, Accept_Language="fr")
    with django_assert_max_num_queries(12):
        found = amina_calls.get("/search?q=مدرسه").json()
    assert [one["number"] for one in found["entries"]] == [1]
    assert found["complete"]
    assert amina_calls.get("/search?q=ECOLE").json()["tasks"][0]["title"]["language"] == "fr"
    assert amina_calls.get("/search?q=shots").json()["incidents"][0]["id"] == str(incident.pk)
    theirs = stranger_calls.get("/search?q=shots")
    assert theirs.content == stranger_calls.get("/search?q=never-there").content
    problem_of(amina_calls.get("/search"), 422, field="q")
    problem_of(amina_calls.get("/search?q=%00%00"), 422, field="q")
    assert amina_calls.get("/search?q=%D9%8B%D9%8B").json()["incidents"] == []
