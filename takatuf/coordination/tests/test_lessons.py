"""What a city learned goes to the library as a draft; a second person approves it."""

from dataclasses import replace

import pytest
from django.utils import timezone

from takatuf.community.services import IssueFacts, close_issue, report_issue
from takatuf.coordination.services import Lesson, declare_incident, write_lesson
from takatuf.foundation.errors import NotAllowed, Refused
from takatuf.journal.models import Entry
from takatuf.learning.models import CardDraft
from takatuf.learning.queries import lesson_about

NOW = timezone.now()
LESSON = Lesson(
    title="Ask who speaks which language before the night",
    context="Nobody at night spoke Arabic.",
    done="The association listed who speaks what.",
    outcome="Families were called back within a day.",
    known_how="The helpline counted its calls.",
    levels=("municipality",),
    workstream="psychosocial",
)


@pytest.fixture
def incident(act, amina, city, municipality, fire):
    return declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW
    )


@pytest.fixture
def issue(act, amina, incident):
    told = IssueFacts(text="No counsellor speaks Arabic", seriousness=3)
    issue = report_issue(act(amina), incident, told, language="en", now=NOW)
    return close_issue(act(amina), issue, outcome="met", note="She came", now=NOW)


@pytest.fixture
def write(act, amina, incident, issue):
    def write(by=amina, **other):
        return write_lesson(
            act(by), incident, about=issue.about, lesson=replace(LESSON, **other),
            language="en", now=NOW,
        )  # fmt: skip

    return write


def test_a_lesson_becomes_a_draft_with_the_city_as_its_source(write, issue, incident):
    draft = write()
    year = timezone.localtime(incident.happened_at).year
    assert draft.slug == f"marsa-noor-{year}-incident-1"
    body = draft.body
    assert (body["kind"], body["country"], body["level"]) == ("lesson", "JO", ["municipality"])
    assert body["cells"] == [["first-hour", "psychosocial"]]
    assert body["sources"][0]["supports"] == ["context", "done", "outcome"]
    assert lesson_about(issue.about).title == LESSON.title
    assert Entry.objects.filter(verb="card.offered").count() == 2  # the city's and the network's


def test_of_one_thing_there_is_one_lesson_until_it_is_put_aside(write, issue):
    first = write()
    with pytest.raises(Refused) as refusal:
        write()
    assert refusal.value.code == "lesson-written"
    CardDraft.objects.filter(pk=first.pk).update(state="dropped")
    assert lesson_about(issue.about) is None
    write()


def test_two_lessons_of_one_incident_have_an_address_each(write, act, amina, incident):
    first = write()
    second = write_lesson(
        act(amina), incident, about="overlap:1", lesson=LESSON, language="en", now=NOW
    )
    assert second.slug == f"{first.slug}-2" == second.body["slug"]


@pytest.mark.parametrize("field", ["title", "done", "outcome", "known_how"])
def test_a_lesson_without_what_makes_it_one_is_refused(write, field):
    with pytest.raises(Refused) as refusal:
        write(**{field: " "})
    assert refusal.value.field == field
    assert not CardDraft.objects.exists()


def test_a_partner_writes_no_lesson_of_the_city(write, farid):
    with pytest.raises(NotAllowed):
        write(by=farid)


def test_what_an_exercise_taught_stays_with_the_plan(write, incident):
    incident.is_exercise = True
    with pytest.raises(Refused) as refusal:
        write()
    assert refusal.value.code == "exercise"
