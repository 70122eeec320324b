"""Who does what from the shell."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone

from takatuf.activities.models import Overlap
from takatuf.activities.services import import_file
from takatuf.config import world
from takatuf.config.commands import parser
from takatuf.foundation import meaning
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.ids import uuid7
from takatuf.incidents.services import open_incident
from takatuf.journal.models import Entry

NOW = timezone.now()


@pytest.fixture
def incident(city, amina, act):
    world.make_area(city, "Market", 33.1, 33.5, code="02")
    return open_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, happened_at=NOW, now=NOW
    )


def told(*words):
    args = parser().parse_args([*words])
    args.language = "en"
    return args.run(args)


def asked(*words):
    return told("activities", "coverage", *words)


def test_the_command_answers_who_does_what_where(incident):
    world.make_activity(incident, "food", "city", now=NOW)
    world.make_activity(incident, "helpline", "Market", level="national", who="State", now=NOW)

    answer = asked(
        "--incident", str(incident.pk), "--by", "service,area", "--organisation", "STATE"
    )

    assert answer.document["incident"] == incident.pk
    assert [row["levels"] for row in answer.document["rows"]] == [{"national": 1}]
    assert answer.text == "    1  Helpline · Market"


def test_the_command_shows_an_incident_to_whom_the_desk_would(incident, stranger):
    with pytest.raises(NotFound):
        asked("--incident", str(incident.pk), "--as", stranger.email)
    with pytest.raises(Refused, match="No incident"):
        asked("--incident", str(uuid7()))


def test_an_incident_is_named_by_its_identifier_or_by_its_number_in_its_city(incident, tmp_path):
    world.make_activity(incident, "food", "Market", now=NOW)
    number = ("--incident", str(incident.number))
    taken_out = ("--format", "hxl", "--out", str(tmp_path / "3w.csv"))
    for words in (number, ("--incident", str(incident.pk))):
        there = (*words, "--city", "marsa-noor")
        assert asked(*there).document["incident"] == incident.pk
        assert told("activities", "overlaps", *there).document == []
        assert told("export", "activities", *there, *taken_out).document["activities"] == 1
    with pytest.raises(Refused, match="--city"):
        asked(*number)
    with pytest.raises(Refused, match="No city"):
        asked(*number, "--city", "nowhere")
    world.make_city("cape-lumen")
    for words in (number, ("--incident", str(incident.pk))):
        with pytest.raises(Refused, match="cape-lumen has no incident"):
            asked(*words, "--city", "cape-lumen")


def test_the_entries_are_written_to_a_file_that_others_read(incident, tmp_path):
    world.make_activity(incident, "food", "Market", now=NOW)
    world.make_activity(incident, "food", "city", status="ended", now=NOW)
    for form, start in (("hxl", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("json", b"[")):
        file = tmp_path / form
        answer = told("export", "activities", "--incident", str(incident.pk), "--format", form,
                      "--out", str(file))  # fmt: skip
        assert answer.document["activities"] == 2
        assert file.read_bytes().startswith(start)
    assert Entry.objects.filter(verb="activities.taken_out").count() == 3


def test_a_file_that_cannot_be_written_is_refused(incident, tmp_path):
    with pytest.raises(Refused, match="cannot be written"):
        told("export", "activities", "--incident", str(incident.pk), "--format", "hxl",
             "--out", str(tmp_path))  # fmt: skip


def test_overlaps_name_activities_as_their_owners_do_and_keep_nothing(incident, monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "language": "en"}  # fmt: skip
    made = [
        world.make_activity(incident, "counselling", "city", who=who, own_id=own, now=NOW, **alike)
        for who, own in (("City of Marsa Noor", "MN-7"), ("Shoulder Trust", ""))
    ]
    found = told("activities", "overlaps", "--incident", str(incident.pk)).document

    assert [(row["a"], row["b"], row["rule"]) for row in found] == [
        ("MN-7", str(made[1].pk), "horizontal")
    ]
    assert "For whom: For the same people: Bereaved families." in found[0]["reasons"]
    assert not Overlap.objects.exists()


TABLE = """Number,Organisation,Level,Service,Channel,For whom,Activity,Place,Start
#activity+id,#org+name,#meta+level,#service+code,#channel,#beneficiary,#activity+name,#loc,#date+start
1,City Kitchen,municipality,food,in-person,dispersed,Hot meals for evacuees,Market,2030-03-16
2,Restos,national,relief-items,in-person,dispersed,Repas chauds pour évacués,Market,2030-03-17
3,مطبخ السوق,county,food,in-person,dispersed,وجبات ساخنة للنازحين,Market,2030-03-18
4,Soup Club,county,food,in-person,dispersed,Hot meals for evacuees,Market,2030-03-16
5,Scouts,neighbourhood,food,in-person,dispersed,Hot meals for evacuees,Market,2030-03-16
6,Hill Kitchen,municipality,food,in-person,dispersed,Hot meals for evacuees,Hill,2030-03-16
7,Families Line,municipality,helpline,phone,bereaved,Helpline for bereaved families,,2030-03-16
8,Ministry,national,helpline,phone,bereaved,Ligne d’écoute pour familles endeuillées,,2030-03-16
"""


def test_of_a_table_without_a_column_of_languages_each_overlap_is_listed(
    incident, city, monkeypatch
):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    world.make_area(city, "Hill", 34.1, 33.5)
    report = import_file(COMMAND, incident, TABLE.encode(), filename="table.csv", now=NOW)
    assert (report["new"], report["rejected"]) == (8, 0)

    found = told("activities", "overlaps", "--incident", str(incident.pk)).document
    pairs = {frozenset((row["a"], row["b"])) for row in found}
    assert pairs == {*map(frozenset, combinations("12345", 2)), frozenset("78")}


SPARSE = """Organisation,Service,District
#org+name,#service+code,#adm2+name
Red Crescent,food,Market
Scouts,food,Market
City Kitchen,food,Market
"""


def test_presence_alone_is_no_overlap_and_those_who_say_too_little_are_named_once(
    incident, monkeypatch
):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    import_file(COMMAND, incident, SPARSE.encode(), filename="table.csv", now=NOW)
    answer = told("activities", "overlaps", "--incident", str(incident.pk))

    assert answer.document == []
    assert len(answer.warnings) == 1
    assert "Places: 1; organisations: 3." in answer.warnings[0]


def test_what_is_over_is_told_apart_from_what_goes_on(incident, monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    alike = {"populations": ["bereaved"], "title": "Counselling for families", "language": "en"}
    for who, ends in (("City", NOW.date() - timedelta(9)), ("Trust", None), ("Church", None)):
        world.make_activity(
            incident, "counselling", "city", who=who, ends_on=ends, now=NOW, **alike
        )
    found = told("activities", "overlaps", "--incident", str(incident.pk)).document

    assert [row["over"] for row in found] == [False, True, True]
