"""`takatuf import activities` and `takatuf import undo`, on files as they were really sent."""

import json

import pytest
from django.utils import timezone

from takatuf.config.command import main
from takatuf.incidents.services import open_incident

WORDS = ["import", "activities", "--city", "marsa-noor", "--incident", "1", "--json"]
FIGURES = ("read", "new", "updated", "unchanged", "proposed", "doubled", "rejected")


@pytest.fixture
def incident(act, amina, city):
    return open_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=timezone.now()
    )


@pytest.fixture
def told(incident, capsys):
    def told(path, *more, exits=0):
        assert main([*WORDS, str(path), *more]) == exits
        return json.loads(capsys.readouterr().out)

    return told


def figures(answer):
    return [answer[name] for name in FIGURES]


@pytest.mark.parametrize(
    ("sample", "rows", "countries", "unread"),
    [
        ("unhcr-3w.csv", 2250, {"Lebanon": 637, "Jordan": 393, "Iraq": 332}, 2),
        ("rowca-3w-hxl.csv", 244, {}, 12),
    ],
)
def test_real_files_are_taken_in_whole(samples, incident, told, sample, rows, countries, unread):
    path = samples / "hxl" / sample
    answer = told(path)
    assert figures(answer) == [rows, rows, 0, 0, 0, 0, 0]
    assert len([one for one in answer["columns"] if not one["hashtag"]]) == unread
    for country, count in countries.items():
        assert incident.activities.filter(place__country=country).count() == count
    assert figures(told(path)) == [rows, 0, 0, rows, 0, 0, 0]
    if rows < 1000:
        assert main(["import", "undo", answer["id"]]) == 0
        assert not incident.activities.exists()


def test_what_is_not_clear_is_asked_by_the_name_of_its_option(told, tmp_path):
    path = tmp_path / "3w.csv"
    path.write_text("Who,What,From\nCrescent,Open hall,03/04/2026\n")
    refused = told(path, exits=1)["refused"]
    assert (refused["code"], refused["ask"]) == ("date-order", "--date-order")
    assert refused["message"]
    assert told(path, "--date-order", "dmy")["new"] == 1


def test_what_is_no_table_is_refused_and_asks_nothing(told, tmp_path):
    path = tmp_path / "3w.csv"
    path.write_bytes(b"")
    assert told(path, exits=1)["refused"]["ask"] is None
    for where in (tmp_path / "nowhere.csv", tmp_path):
        refused = told(where, exits=1)["refused"]
        assert (refused["code"], refused["ask"]) == ("file", None)
    refused = told("/dev/zero", "--city", "nowhere", exits=1)["refused"]
    assert (refused["code"], refused["ask"]) == ("no-such-city", None)
    assert told("/dev/zero", exits=1)["refused"]["code"] == "too-large"
    path.write_text("Who,What\nCrescent,Open hall\n")
    assert told(path, "--level", "galactic", exits=1)["refused"]["ask"] == "--level"
    assert told(path, "--incident", "9", exits=1)["refused"]["code"] == "no-such-incident"
    assert told(path, "--level", "local", "--dry-run")["new"] == 1


def test_an_incident_named_by_its_identifier_needs_no_city(incident, capsys, tmp_path):
    path = tmp_path / "3w.csv"
    path.write_text("Who,What\nCrescent,Open hall\n")
    words = ["import", "activities", str(path), "--json", "--dry-run", "--incident"]
    assert main([*words, str(incident.pk)]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
    assert main([*words, "1"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"]["code"] == "which-city"


def test_a_map_says_what_the_columns_mean(told, incident, tmp_path):
    path, meaning = tmp_path / "3w.csv", tmp_path / "map.json"
    path.write_text("Zyx,Doing\nCrescent,Open hall\n")
    meaning.write_text('{"Zyx": "organisation", "Doing": "title"}')
    assert told(path, "--map", str(meaning))["new"] == 1
    assert incident.activities.get().title == "Open hall"
    path.write_text("Other,Doing\nCrescent,Open hall\n")
    for text, code in (("[]", "bad-map"), ('{"Other": "who"}', "unknown-field"),
                       ('{"Doing": "title"}', "no-organisation-column")):  # fmt: skip
        meaning.write_text(text)
        refused = told(path, "--map", str(meaning), exits=1)["refused"]
        assert (refused["code"], refused["ask"]) == (code, "--map")


def test_a_survey_of_needs_is_tried_taken_in_and_undone(incident, capsys, tmp_path):
    def needs(*more, exits=0):
        words = ["import", "needs", "--city", "marsa-noor", "--incident", "1", "--json"]
        assert main([*words, str(path), *more]) == exits
        return json.loads(capsys.readouterr().out)

    path = tmp_path / "survey.csv"
    path.write_text("No,Need,Severity,Since\n1,Water,low,03/04/2026\n2,Food,dreadful,\n")
    assert needs(exits=1)["refused"]["ask"] == "--date-order"
    tried = needs("--date-order", "dmy", "--dry-run")
    assert (tried["id"], tried["new"], tried["rejected"]) == ("", 1, 1)
    assert [(row["line"], row["code"]) for row in tried["rows"]] == [(3, "unknown-seriousness")]
    assert not incident.issues.exists()
    answer = needs("--date-order", "dmy")
    assert needs("--date-order", "dmy")["unchanged"] == 1
    assert main(["import", "undo", answer["id"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stays"] == []
    assert not incident.issues.exists()
    assert main(["import", "undo", str(incident.pk)]) == 1
