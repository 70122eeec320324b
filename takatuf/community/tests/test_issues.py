"""The survey of the issues: what is needed is told once, changed in the open, closed with what
came of it."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from takatuf.community.access import issue_by_number, issue_for
from takatuf.community.models import Issue
from takatuf.community.queries import issue_counts, issues_of, needs_of
from takatuf.community.services import (
    IssueFacts,
    change_issue,
    close_issue,
    link_issue,
    reopen_issue,
    report_issue,
    unlink_issue,
)
from takatuf.config import world
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.services import involve, open_incident, set_legal_hold
from takatuf.journal.models import Entry
from takatuf.journal.sentences import sentence

NOW = timezone.now()
COUNSELLING = IssueFacts(
    text="Families of the old market wait three weeks for a counsellor.",
    seriousness=3,
    topic="mental-health",
    service="counselling",
    populations=("bereaved",),
    languages=("ar",),
    people=120,
    people_source="Health Directorate, estimate",
    source="Imam and school head",
)


@pytest.fixture
def incident(act, amina, city, fire):
    made = open_incident(act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW)
    involve(act(amina), made, [fire], now=NOW)
    return made


@pytest.fixture
def tell(act, amina, incident):
    def tell(told=COUNSELLING, by=amina, **other):
        facts = replace(told, **other)
        return report_issue(act(by), incident, facts, language="en", now=NOW)

    return tell


def test_whoever_is_at_the_incident_tells_what_is_needed(tell, farid, incident, city):
    harbour = world.make_area(city, "Harbour", 35.0, 29.5)
    issue = tell(by=farid, scope="areas", areas=(harbour.pk,), services=("peer-support",))

    assert issue.number == 1
    assert [place.key for place in issue.places.all()] == [f"area:{harbour.pk}"]
    need = needs_of(incident, NOW)[0]
    assert (need.service, need.people, need.seriousness) == ("counselling", 120, 3)
    assert need.keys == (f"area:{harbour.pk}",)
    told = sentence(Entry.objects.get(verb="issue.reported"), "en")
    assert "need 1: Families of the old market" in told


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  "}, "text-missing"),
        ({"text": "x" * 2001}, "text-long"),
        ({"seriousness": 5}, "seriousness"),
        ({"service": "sorcery"}, "service"),
        ({"populations": ("witches",)}, "populations"),
        ({"languages": ("ar,fr",)}, "languages"),
        ({"people": -1}, "people"),
        ({"scope": "areas"}, "areas"),
        ({"scope": "text"}, "place-missing"),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, "until-before-since"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(tell, wrong, code):
    with pytest.raises(Refused) as refusal:
        tell(**wrong)
    assert refusal.value.code == code
    assert not Issue.objects.exists()


def test_places_are_folded_as_those_of_activities_are(tell):
    assert [one.key for one in tell(scope="text", place="Al-Mina").places.all()] == ["text:al-mina"]
    assert [one.key for one in tell(scope="city").places.all()] == ["city"]
    assert [one.key for one in tell().places.all()] == []


def test_a_change_keeps_in_the_record_what_stood_there(tell, act, amina):
    issue = tell()
    told = replace(COUNSELLING, text="They wait five weeks.", people=150, scope="city")
    fresh = change_issue(act(amina), issue, told, now=NOW, version=1)

    assert (fresh.people, fresh.version) == (150, 2)
    assert [place.key for place in fresh.places.all()] == ["city"]
    entry = Entry.objects.get(verb="issue.changed")
    assert entry.private["before"] == COUNSELLING.text
    with pytest.raises(Refused) as refusal:
        change_issue(act(amina), issue, COUNSELLING, now=NOW, version=1)
    assert refusal.value.code == "changed-meanwhile"


def test_an_agency_changes_what_it_told_and_nothing_else(tell, act, farid, amina):
    mine, theirs = tell(by=farid), tell(by=amina)
    change_issue(act(farid), mine, replace(COUNSELLING, people=1), now=NOW)
    with pytest.raises(NotAllowed):
        change_issue(act(farid), theirs, replace(COUNSELLING, people=1), now=NOW)
    with pytest.raises(NotAllowed):
        close_issue(act(farid), theirs, outcome="met", note="Done", now=NOW)


def test_a_stranger_finds_no_need(tell, act, incident, stranger):
    issue = tell()
    with pytest.raises(NotFound):
        issue_for(act(stranger), issue.pk)
    with pytest.raises(NotFound):
        issue_by_number(act(stranger), incident, issue.number)
    with pytest.raises(NotFound):
        report_issue(act(stranger), incident, COUNSELLING, language="en", now=NOW)


def test_it_is_closed_with_what_came_of_it_and_opened_again(tell, act, amina, incident):
    issue = tell()
    with pytest.raises(Refused):
        close_issue(act(amina), issue, outcome="met", note=" ", now=NOW)
    closed = close_issue(act(amina), issue, outcome="met", note="Two counsellors came.", now=NOW)
    assert needs_of(incident, NOW) == []
    assert issue_counts(incident) == {"open": 0, "closed": 1}
    with pytest.raises(Refused):
        close_issue(act(amina), closed, outcome="met", note="Again", now=NOW)

    again = reopen_issue(act(amina), closed, reason="One left.", now=NOW)
    assert (again.state, again.outcome, again.note) == ("open", "", "")
    assert Entry.objects.get(verb="issue.closed").private["note"] == "Two counsellors came."


def test_what_ends_by_a_day_is_no_need_after_it(tell, incident):
    tell(until=timezone.localdate(NOW, ZoneInfo(incident.city.timezone)))
    assert needs_of(incident, NOW)
    assert not needs_of(incident, NOW + timedelta(days=2))


def test_the_list_is_cut_by_service_topic_and_seriousness(tell, incident):
    minor = tell(seriousness=1, topic="safety", service="safety")
    grave = tell(seriousness=4, services=("safety",))
    assert list(issues_of(incident)) == [grave, minor]
    assert list(issues_of(incident, service="safety")) == [grave, minor]
    assert list(issues_of(incident, topic="safety")) == [minor]
    assert list(issues_of(incident, seriousness=3)) == [grave]


def test_an_answer_is_linked_once_and_taken_back(tell, act, amina, incident):
    issue = tell()
    for _again in range(2):
        link_issue(act(amina), issue, thing="activity:1", title="Counselling", now=NOW)
    assert needs_of(incident, NOW)[0].things == {"activity:1"}
    assert Entry.objects.filter(verb="issue.linked").count() == 1
    unlink_issue(act(amina), issue, thing="activity:1", title="Counselling", now=NOW)
    assert not needs_of(incident, NOW)[0].things


def test_a_hold_stops_what_would_overwrite(tell, act, amina, incident, municipality):
    issue = tell()
    officer = world.make_person("Dina", (municipality, "data-protection"))
    set_legal_hold(act(officer), incident, reason="An inquiry", now=NOW)
    with pytest.raises(Refused) as refusal:
        change_issue(act(amina), issue, replace(COUNSELLING, people=1), now=NOW)
    assert refusal.value.code == "held"
