"""The table of cover, and the entries as others exchange them, for programs."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.api.tests.conftest import problem_of
from takatuf.config import world
from takatuf.journal.models import Entry

NOW = timezone.now()


@pytest.fixture
def reported(incident, city):
    world.make_area(city, "Market", 33.02, 33.5, code="02")
    world.make_activity(incident, "helpline", "Market", level="national", who="State", now=NOW)
    world.make_activity(
        incident, "food", "city", now=NOW, ends_on=timezone.localdate(NOW) + timedelta(days=2)
    )
    return f"/incidents/{incident.pk}/"


def test_the_table_says_who_covers_what_where(farid_calls, reported):
    told = farid_calls.get(reported + "coverage").json()

    assert [(row["service"]["code"], row["area"]["name"]) for row in told["rows"]] == [
        ("helpline", "Market"),
        ("food", "In the whole city"),
    ]
    assert told["rows"][0]["levels"] == {"national": 1}
    assert told["rows"][0]["area"]["code"] == "02"
    later = timezone.localdate(NOW) + timedelta(days=3)
    left = farid_calls.get(f"{reported}coverage?by=service&on={later}&level=national").json()
    assert [row["service"]["code"] for row in left["rows"]] == ["helpline"]


def test_a_dimension_that_is_not_known_is_a_fault_of_the_caller(farid_calls, reported):
    problem_of(farid_calls.get(reported + "coverage?by=service,colour"), 422, "by")


def test_the_entries_come_as_others_exchange_them(farid_calls, reported):
    table = b"".join(farid_calls.get(reported + "who-does-what.csv").streaming_content)
    assert b"#org+name+impl,#org+name+prog" in table
    told = json.loads(b"".join(farid_calls.get(reported + "who-does-what.json").streaming_content))
    assert {one["#service+code"] for one in told} == {"helpline", "food"}
    book = b"".join(farid_calls.get(reported + "who-does-what.xlsx").streaming_content)
    assert book.startswith(b"PK")
    acts = Entry.objects.filter(verb="activities.taken_out").order_by("index")
    assert [act.facts["form"] for act in acts] == ["hxl", "json", "xlsx"]


@pytest.mark.parametrize("what", ["coverage", "who-does-what.csv"])
def test_another_city_does_not_find_them(stranger_calls, reported, what):
    assert stranger_calls.get(reported + what).status_code == 404
