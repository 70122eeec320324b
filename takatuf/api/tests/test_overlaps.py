"""Overlaps for programs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Activity
from takatuf.api.tests.conftest import problem_of
from takatuf.config import world
from takatuf.foundation import meaning


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)


@pytest.fixture
def two(incident):
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "language": "en"}  # fmt: skip
    return [
        world.make_activity(
            incident, "counselling", "city", who=who, own_id=own, now=timezone.now(), **alike
        )
        for who, own in (("City of Marsa Noor", "MN-7"), ("Shoulder Trust", ""))
    ]


def test_an_overlap_is_found_read_settled_and_taken_back(
    amina_calls, farid_calls, stranger_calls, incident, two
):
    here = f"/incidents/{incident.pk}/overlaps"
    assert amina_calls.post(f"{here}/find", {}).json() == {
        "done": True, "new": 1, "open": 1, "gone": 0,
    }  # fmt: skip
    listed = amina_calls.get(here).json()
    assert listed["total_items"] == 1
    one = f"/overlaps/{listed['contents'][0]['id']}"
    read = amina_calls.get(one).json()
    assert {reason["part"] for reason in read["reasons"]} >= {"service", "place", "people"}
    problem_of(stranger_calls.get(one), 404)
    problem_of(stranger_calls.post(f"{here}/find", {}), 404)

    day = (timezone.now().date() + timedelta(days=30)).isoformat()
    problem_of(farid_calls.post(f"{one}/settle", {"answer": "none", "review_on": day}), 403)
    same = {"answer": "same", "review_on": day, "kept": str(two[0].pk)}
    agreed = amina_calls.post(f"{one}/settle", same).json()
    assert (agreed["state"], agreed["agreements"][0]["kept"]) == ("settled", str(two[0].pk))
    assert Activity.objects.get(pk=two[1].pk).standing == "merged"
    later = (timezone.now().date() + timedelta(days=90)).isoformat()
    kept = amina_calls.post(f"{one}/keep", {"review_on": later}).json()
    assert kept["agreements"][0]["review_on"] == later
    problem_of(farid_calls.post(f"{one}/keep", {"review_on": later}), 403)
    again = amina_calls.post(f"{one}/reopen", {}).json()
    assert again["state"] == "open"
    problem_of(amina_calls.post(f"{one}/reopen", {}), 422, "not-settled")
