"""Files of who does what by a program: brought, tried, taken in, told of row by row, undone."""

import base64

import pytest

from takatuf.activities.models import Activity, Import
from takatuf.activities.services.importing import HXL_LEVELS
from takatuf.activities.vocabulary import ImportState
from takatuf.api.imports import LevelTold, State
from takatuf.api.tests.conftest import problem_of
from takatuf.network.vocabulary import Level

HALL = "Who,What,District,State,People reached\nRed Crescent,Open hall,Market,active,40\n"
NOBODY = ",Soup kitchen,Market,active,1\n"


def file(text=HALL, **more):
    data = base64.b64encode(text.encode()).decode()
    return {"filename": "3w.csv", "data": data, **more}


@pytest.fixture
def at(incident):
    return f"/incidents/{incident.pk}/imports"


def test_the_states_are_those_of_the_room():
    assert set(State.__args__) == set(ImportState.values)
    assert set(LevelTold.__args__) == {"", *Level.values, *HXL_LEVELS}


def test_a_file_is_taken_in_told_of_and_undone(amina_calls, at):
    answer = amina_calls.post(at, file(HALL + NOBODY))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["read"], made["new"], made["rejected"]) == ("done", 2, 1, 1)
    [row] = made["rows"]
    assert (row["line"], row["column"], bool(row["message"])) == (3, "Who", True)
    assert amina_calls.get(f"/imports/{made['id']}/rows").json()["contents"] == [row]
    assert amina_calls.get(at).json()["contents"][0]["id"] == made["id"]
    assert amina_calls.post(at, file(HALL + NOBODY)).json()["unchanged"] == 1
    undone = amina_calls.post(f"/imports/{made['id']}/undo", {}).json()
    assert undone == {"state": "undone", "stays": []}
    assert amina_calls.get(f"/imports/{made['id']}").json()["stays"] == []
    assert not Activity.objects.exists()
    problem_of(amina_calls.post(f"/imports/{made['id']}/undo", {}), 409, "changed-meanwhile")


def test_a_trial_counts_for_nothing_until_it_is_run(amina_calls, at):
    made = amina_calls.post(at, file(dry_run=True)).json()
    assert (made["state"], made["new"]) == ("tried", 1)
    assert not Activity.objects.exists()
    assert amina_calls.post(f"/imports/{made['id']}/run", {}).json()["state"] == "done"
    assert Activity.objects.count() == 1
    other = amina_calls.post(at, file(HALL.replace("40", "90"), dry_run=True)).json()
    assert amina_calls.post(f"/imports/{other['id']}/stop", {}).json()["state"] == "stopped"


def test_a_row_that_looks_like_a_change_is_decided(amina_calls, at):
    amina_calls.post(at, file())
    made = amina_calls.post(at, file(HALL.replace("40", "90"))).json()
    assert (made["proposed"], made["rows"][0]["code"]) == (1, "proposed")
    decided = amina_calls.post(f"/imports/{made['id']}/changes", {"accept": True, "rows": [2]})
    assert decided.json() == {"rows": 1}
    assert Activity.objects.get().reached == 90


def test_a_partner_reads_no_other_partners_file(amina_calls, farid_calls, at):
    made = amina_calls.post(at, file(HALL + NOBODY)).json()["id"]
    assert farid_calls.get(at).json()["contents"] == []
    for path in (f"/imports/{made}", f"/imports/{made}/rows"):
        problem_of(farid_calls.get(path), 403, "not-allowed")
    own = farid_calls.post(at, file("Who,What\nFire and Rescue,Watch\n")).json()["id"]
    assert [row["id"] for row in farid_calls.get(at).json()["contents"]] == [own]
    assert len(amina_calls.get(at).json()["contents"]) == 2


def test_what_has_to_be_answered_first_is_named_and_nothing_is_kept(amina_calls, at):
    unclear = "Who,What,From\nCrescent,Open hall,03/04/2026\n"
    problem_of(amina_calls.post(at, file(unclear)), 422, "date-order", "date_order")
    assert not Import.objects.exists()
    assert amina_calls.post(at, file(unclear, date_order="mdy")).json()["new"] == 1
    problem_of(amina_calls.post(at, file() | {"data": "=*="}), 422, "not-base64", "data")
    problem_of(amina_calls.post(at, file("")), 422, "empty-file")
    brought = Import.objects.count()
    nobody = amina_calls.post(at, file("Abc,Xyz\n1,2\n"))
    problem_of(nobody, 422, "no-organisation-column", "columns")
    problem_of(amina_calls.post(at, file(level="galactic")), 422, "invalid", "level")
    assert Import.objects.count() == brought
