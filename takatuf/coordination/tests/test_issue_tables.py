"""A survey brought as a table: understood in three languages, tried first, never doubled."""

from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override

from takatuf.community.models import Issue, Survey
from takatuf.community.services import IssueFacts, close_issue, link_issue, report_issue
from takatuf.config import world
from takatuf.coordination.services import (
    declare_incident,
    import_issues,
    take_up_gap,
    undo_issues,
)
from takatuf.foundation.errors import NotAllowed, Refused
from takatuf.foundation.ids import uuid7
from takatuf.journal.models import Entry

NOW = timezone.now()
ENGLISH = """Survey of the harbour council,,,,,,,
No,Need,Severity,For whom,Language,People affected,Until,Where,Service
1,No counsellor at night,high,bereaved,Arabic; French,"1,200",2026-06-30,Old Harbour,counselling
2,Nobody explains what happened,medium,,,60,,Everywhere,information for the public
"""
ARABIC = """الاحتياج,درجة الخطورة,عدد المتضررين,الحي,المصدر
لا ماء لمن ينتظرون,متوسطة,120,الميناء القديم,مجلس الحي
"""
HXL = """What,How bad,Where,People
#need,#severity,#loc,#affected
Shelter for one night,4,Old Harbour,35
"""


@pytest.fixture
def incident(act, amina, city, municipality, fire):
    world.make_area(city, "Old Harbour", 35.0, 29.5, names={"ar": "الميناء القديم"})
    return declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW
    )


@pytest.fixture
def take(act, amina, incident):
    def take(text, by=amina, **more):
        data = text if isinstance(text, bytes) else text.encode()
        return import_issues(
            act(by), incident, data, filename="survey.csv", language="en", now=NOW, **more
        )

    return take


def figures(taken):
    return list(taken.counts.values())


def test_a_survey_is_tried_then_taken_in_and_a_second_time_adds_nothing(take, incident):
    tried = take(ENGLISH, dry_run=True)
    assert (figures(tried), tried.refused, tried.survey) == ([2, 2, 0, 0, 0, 0], [], None)
    assert not Issue.objects.exists()

    taken = take(ENGLISH)
    assert figures(taken) == [2, 2, 0, 0, 0, 0]
    one = Issue.objects.get(own_id="1")
    assert (one.seriousness, one.people, one.until) == (3, 1200, date(2026, 6, 30))
    assert (one.service, one.languages) == ("counselling", ("ar", "fr"))
    assert one.populations == ("bereaved",)
    assert one.places.get().area.name == "Old Harbour"
    told = Entry.objects.filter(verb="issue.table_taken").get()
    assert (told.content["facts"]["count"], told.private["file"]) == (2, "survey.csv")

    again = take(ENGLISH)
    assert (figures(again), again.survey) == ([2, 0, 0, 2, 0, 0], None)
    changed = take(ENGLISH.replace("at night", "at the weekend"))
    assert figures(changed) == [2, 0, 1, 1, 0, 0]
    one.refresh_from_db()
    assert one.text == "No counsellor at the weekend"
    assert one.places.get().area.name == "Old Harbour"


@pytest.mark.parametrize(
    "data",
    [ARABIC.encode(), ARABIC.encode("cp1256"), ARABIC.encode("utf-16")],
    ids=["utf-8", "cp1256", "utf-16"],
)
def test_a_survey_in_arabic_is_understood_in_its_encodings(take, data):
    taken = take(data, encoding="cp1256" if data == ARABIC.encode("cp1256") else None)
    assert taken.refused == []
    one = Issue.objects.get()
    assert (one.text, one.seriousness, one.people) == ("لا ماء لمن ينتظرون", 2, 120)
    assert one.places.get().area.name == "Old Harbour"
    assert one.source == "مجلس الحي"


def test_hashtags_of_hxl_name_the_columns(take):
    assert take(HXL).counts["new"] == 1
    one = Issue.objects.get()
    assert (one.seriousness, one.people, one.text) == (4, 35, "Shelter for one night")


def test_every_row_that_is_not_taken_says_where_and_why(take):
    text = (
        "Need,Severity,People,Service,Since\n"
        "A,high,many,counselling,2026-01-01\n"
        "B,dreadful,3,sorcery,2026-02-30\n"
        ",low,3,,\n"
        "C,low,3,,\n"
        "C,low,3,,\n"
    )
    taken = take(text)
    assert figures(taken) == [5, 1, 0, 0, 1, 3]
    assert [(one.line, one.column, one.code) for one in taken.refused] == [
        (2, "People", "not-a-number"),
        (3, "Severity", "unknown-seriousness"),
        (3, "Service", "unknown-service"),
        (3, "Since", "not-a-date"),
        (4, "Need", "text-missing"),
    ]
    assert "Endangers lives" in taken.refused[1].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("Agency,Phone\nFire,1\n", "no-header"),
        ("Need,Where\nWater,Harbour\n", "no-seriousness-column"),
        ("Need,Severity,Since\nWater,low,03/04/2026\n", "date-order"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_whole(take, text, code):
    with pytest.raises(Refused) as refusal:
        take(text)
    assert refusal.value.code == code
    assert not Issue.objects.exists()


def test_the_order_of_dates_is_told_where_it_is_open(take):
    take("Need,Severity,Since\nWater,low,03/04/2026\n", date_order="dmy")
    assert Issue.objects.get().since == date(2026, 4, 3)


def test_a_table_is_undone_as_a_whole_but_for_what_somebody_changed_since(
    take, act, amina, incident
):
    first = take(ENGLISH).survey
    more = "3,Shelter,high,,,,,,\n4,Water,low,,,,,,\n"
    second = take(ENGLISH.replace("at night", "at the weekend") + more).survey
    shelter = Issue.objects.get(own_id="3")
    link_issue(act(amina), shelter, thing=f"activity:{uuid7()}", title="Hall", now=NOW)
    counsellor = Issue.objects.get(own_id="1")
    take_up_gap(
        act(amina), incident, key=f"need:{Issue.objects.get(own_id='2').pk}", language="en", now=NOW
    )

    stays = undo_issues(act(amina), second, now=NOW)
    assert [(row["line"], row["need"], row["code"]) for row in stays] == [
        (5, str(shelter.pk), "answered-since")
    ]
    assert not Issue.objects.filter(own_id="4").exists()
    counsellor.refresh_from_db()
    assert counsellor.text == "No counsellor at night"
    assert counsellor.places.get().area.name == "Old Harbour"
    assert Entry.objects.filter(verb="issue.table_undone").get().content["facts"]["stays"] == 1
    with pytest.raises(Refused) as refusal:
        undo_issues(act(amina), second, now=NOW)
    assert refusal.value.code == "undone-already"

    stays = undo_issues(act(amina), first, now=NOW)
    assert [row["code"] for row in stays] == ["action-since"]
    assert not Issue.objects.filter(pk=counsellor.pk).exists()
    told = report_issue(act(amina), incident, IssueFacts("Tents", 2), language="en", now=NOW)
    assert told.number == 5  # a number that was said is not said of another need


def test_what_a_person_wrote_is_not_overwritten_by_a_table(take, act, amina):
    first = take(ENGLISH).survey
    issue = Issue.objects.get(own_id="1")
    close_issue(act(amina), issue, outcome="met", note="She came", now=NOW)
    changed = take(ENGLISH.replace("at night", "at the weekend"))
    assert [(fault.line, fault.code) for fault in changed.refused] == [(3, "changed-since")]
    assert [row["code"] for row in undo_issues(act(amina), first, now=NOW)] == ["changed-since"]
    assert Issue.objects.get().outcome == "met"


def test_what_a_table_did_is_told_in_the_language_of_whoever_reads(take):
    survey = take("Need,Severity,Colour\nWater,low,red\nFood,dreadful,red\n").survey
    with override("ar"):
        [row] = Survey.objects.get(pk=survey.pk).told["rows"]
        assert (row["line"], row["code"]) == (3, "unknown-seriousness")
        assert "خطورة" in row["message"]
    with override("fr"):
        assert "gravité" in survey.told["rows"][0]["message"]


def test_a_partner_brings_no_survey_of_the_city(take, farid):
    with pytest.raises(NotAllowed):
        take(ENGLISH, by=farid)
