"""The list of who does what is narrowed by words, in whatever spelling somebody types them."""

import pytest
from django.utils import timezone

from takatuf.activities.models import Activity
from takatuf.activities.queries import Wanted, activities_of
from takatuf.activities.services import change_activity, import_file, undo_import
from takatuf.activities.tests.test_importing import HALL, HEAD
from takatuf.config import world
from takatuf.incidents.services import open_incident

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def incident(act, amina, city):
    return open_incident(act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW)


@pytest.fixture
def found(incident):
    def found(words):
        shown = activities_of(incident, Wanted(words=words, status="all"), now=NOW)
        return sorted(str(one) for one in shown)

    return found


def test_a_word_is_found_however_it_is_spelled(found, incident):
    world.make_activity(
        incident,
        "",
        title="إيواء العائلات في مدرسة",
        sector="الإسكان",
        who="الهلال الأحمر",
        now=NOW,
    )
    world.make_activity(
        incident, "", title="Cercle d’écoute", titles={"ar": "حلقة إصغاء"}, who="Entraide", now=NOW
    )
    world.make_activity(incident, "helpline", who="State", now=NOW)
    shelter, circle, line = "إيواء العائلات في مدرسة", "Cercle d’écoute", "Helpline"
    for words in ("ايواء", "مدرسه", "إيـــواء", "إِيوَاء", "الاسكان", "الهلال الاحمر مدرسة"):
        assert found(words) == [shelter], words
    for words in ("ecoute", "ÉCOUTE cercle", "اصغاء", "entraide"):
        assert found(words) == [circle], words
    assert found("خط") == [line]  # by its service's name in any language
    assert found("help 100%") == []
    assert found("ِ") == sorted([shelter, circle, line])  # a mark alone asks for nothing


def test_a_description_is_found_and_stays_sealed_where_it_is_kept(found, incident):
    one = world.make_activity(
        incident, "", title="Hall", description="Ask at the bakery", who="State", now=NOW
    )
    assert found("BAKERY") == ["Hall"]
    assert found("bakery hall state") == ["Hall"]
    assert found("bakery market") == []
    assert "bakery" not in Activity.objects.values_list("folded", flat=True).get(pk=one.pk)


def test_words_follow_every_change(found, incident, act, amina):
    def bring(row):
        table = (HEAD + row).encode()
        return import_file(act(amina), incident, table, filename="3w.csv", now=NOW)

    bring(HALL)
    again = bring(HALL.replace("Open hall", "Quiet room"))
    assert (found("open"), found("quiet")) == ([], ["Quiet room"])
    undo_import(act(amina), incident.imports.get(pk=again["id"]), now=NOW)
    assert (found("open"), found("quiet")) == (["Open hall"], [])
    hall = incident.activities.get()
    change_activity(act(amina), hall, facts={"title": "Garden"}, now=NOW)
    assert (found("open"), found("gardén")) == ([], ["Garden"])
