"""The guide, read through the API."""

from takatuf.api.tests.conftest import problem_of
from takatuf.plans.framework import framework


def test_actions_of_the_guide_are_narrowed_and_read_in_the_callers_language(amina_calls):
    page = amina_calls.get("/guide?size=100", Accept_Language="ar").json()
    assert page["total_items"] == len(framework().actions)
    assert page["contents"][0]["title"]["language"] == "ar"

    chosen = "phase=first-hour&workstream=leadership&place_size=village&kind=attack"
    (only,) = amina_calls.get(f"/guide?{chosen}").json()["contents"]
    assert only["code"] == "leadership.first-hour.open-log"
    assert only["due_minutes"] == 10
    assert amina_calls.get("/guide?role=nobody").json()["contents"] == []
    problem_of(amina_calls.get("/guide?phase=nonsense"), 422)
