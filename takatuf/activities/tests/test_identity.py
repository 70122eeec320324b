"""Which row is which activity: by its own identifier, else by the whole row, else proposed."""

from dataclasses import replace

import pytest

from takatuf.activities.identity import Coming, Kinship, Known, kinships, mark_of, unique_ids

pytestmark = pytest.mark.once
SECRET = b"secret"


def row(line, own_id="", mark="", *, org="crescent", naming=(), passing=()):
    return Coming(line, org, own_id, mark or f"mark {line}", naming, passing)


def known(key, own_id="", mark="", *, org="crescent", naming=(), passing=(), follows=True):
    return Known(key, org, own_id, mark or f"known {key}", naming, passing, follows)


def told(rows, stands=()):
    return [(each.kinship, each.key) for each in kinships(rows, stands)]


def test_the_mark_of_a_row_knows_every_cell_and_no_order_of_columns():
    cells = [("Who", "Crescent"), ("Notes", "4 beds"), ("Phone", "")]
    mark = mark_of(cells, SECRET)
    assert mark == mark_of(reversed(cells), SECRET)
    assert mark == mark_of(cells[:2], SECRET)
    assert mark != mark_of([("Who", "Crescent"), ("Notes", "5 beds")], SECRET)
    assert mark != mark_of([("Notes", "Crescent"), ("Who", "4 beds")], SECRET)
    assert mark != mark_of(cells, b"another")


def test_the_same_file_again_brings_nothing_new():
    rows = [row(2, "A1", "a"), row(3, "", "b")]
    stands = [known(1, "A1", "a"), known(2, "", "b")]
    assert told(rows, stands) == [(Kinship.SAME, 1), (Kinship.SAME, 2)]


def test_a_row_with_its_own_identifier_is_known_again_when_all_else_changed():
    rows = [row(2, "A1", "now")]
    assert told(rows, [known(1, "A1", "before")]) == [(Kinship.CHANGED, 1)]
    assert told(rows, [known(1, "A1", "before", org="another")]) == [(Kinship.NEW, None)]


def test_an_identifier_that_stands_twice_in_the_file_tells_nothing_apart():
    rows = [row(2, "449", "a"), row(3, "449", "b"), row(4, "7", "c")]
    assert unique_ids(rows) == {("crescent", "7")}
    assert [each.own_id for each in kinships(rows, [])] == ["", "", "7"]
    # Two organisations may use the same one.
    two = [row(2, "1", "a"), row(3, "1", "b", org="another")]
    assert len(unique_ids(two)) == 2


def test_a_row_that_stands_twice_counts_once_and_its_identifier_stays_unique():
    found = kinships([row(2, "A1", "a"), row(9, "A1", "a")], [])
    assert [(each.kinship, each.line, each.own_id) for each in found] == [
        (Kinship.NEW, 0, "A1"),
        (Kinship.DOUBLED, 2, ""),
    ]


def test_a_row_without_an_identifier_that_is_named_the_same_may_be_a_change():
    rows = [row(2, naming=("Hall", "Market"), passing=("ended", "40"))]
    before = known(1, naming=("Hall", "Market"), passing=("active", "30"))
    assert told(rows, [before]) == [(Kinship.MAYBE, 1)]
    older = known(1, naming=("Hall", "Market"), passing=("active", "30"), follows=False)
    assert told(rows, [older]) == [(Kinship.NEW, None)]
    with_id = known(1, "A1", naming=("Hall", "Market"), passing=("active", "30"))
    assert told(rows, [with_id]) == [(Kinship.NEW, None)]


def test_of_several_named_the_same_the_nearest_is_meant_and_a_tie_is_nobody():
    rows = [row(2, naming=("Hall",), passing=("june", "ended", "40"))]
    stands = [
        known(1, naming=("Hall",), passing=("june", "active", "40")),
        known(2, naming=("Hall",), passing=("may", "active", "30")),
    ]
    assert told(rows, stands) == [(Kinship.MAYBE, 1)]
    tie = [known(1, naming=("Hall",), passing=("a",)), known(2, naming=("Hall",), passing=("b",))]
    assert told([row(2, naming=("Hall",), passing=("c",))], tie) == [(Kinship.NEW, None)]


def test_one_naming_fact_alone_may_have_been_corrected():
    rows = [row(2, naming=("Health", "Tents", "Market", ""), passing=("june",))]
    wrong = known(1, naming=("Housing", "Tents", "Market", ""), passing=("june",))
    assert told(rows, [wrong]) == [(Kinship.MAYBE, 1)]
    # Two differences are another activity; and so is one where little else is said.
    two = known(1, naming=("Housing", "Beds", "Market", ""), passing=("june",))
    assert told(rows, [two]) == [(Kinship.NEW, None)]
    little = known(1, naming=("Housing", "", "", ""))
    assert told([row(2, naming=("Health", "", "", ""))], [little]) == [(Kinship.NEW, None)]


def test_no_activity_is_given_to_two_rows():
    rows = [
        row(2, "A1", "x", naming=("Hall", "Market", "Tents")),
        row(3, "", "y", naming=("Hall", "Market", "Tents")),
    ]
    stands = [known(1, "A1", "before", naming=("Hall", "Market", "Tents"))]
    assert told(rows, stands) == [(Kinship.CHANGED, 1), (Kinship.NEW, None)]


def test_what_another_table_of_the_partner_says_of_it_is_the_same_as_far_as_both_say_it():
    named = ("Market", "", "", "", "Hall")
    there = known(1, naming=named, passing=("active", ""), follows=False)
    there = replace(there, beside=True)
    more = row(2, naming=named, passing=("active", "40"))
    other = row(2, naming=named, passing=("ended", "40"))
    assert told([more], [there]) == [(Kinship.MAYBE, 1)]
    assert told([other], [there]) == [(Kinship.NEW, None)]
    twice = [replace(there, key=1), replace(there, key=2)]
    alike = [
        row(2, naming=named, passing=("active", "")),
        row(3, naming=named, passing=there.passing),
    ]
    assert told(alike, twice) == [(Kinship.MAYBE, 1), (Kinship.MAYBE, 2)]
    assert told([more], twice) == [(Kinship.NEW, None)]


def test_a_title_may_change_together_with_the_service_that_is_told_from_it():
    there = known(1, naming=("Market", "food", "", "", "Food"), passing=("active",))
    changed = row(2, naming=("Market", "", "", "", "Foods"), passing=("active",))
    assert told([changed], [there]) == [(Kinship.MAYBE, 1)]


def test_the_identifier_that_we_gave_is_known_again_and_leaves_the_owners_mark():
    (verdict,) = kinships([row(2, "7", "now")], [known("7", mark="before")])
    assert (verdict.kinship, verdict.key, verdict.own_id, verdict.keeps) == (
        Kinship.CHANGED, "7", "", True)  # fmt: skip
    assert told([row(2, "7")], [known("7", org="another")]) == [(Kinship.NEW, None)]
