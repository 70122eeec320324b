"""What a city learned, from the page of what ended to the public library, through pages alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Overlap
from takatuf.activities.services import compare_activities, settle_overlap
from takatuf.community.services import IssueFacts, close_issue, report_issue
from takatuf.config import world
from takatuf.foundation import meaning
from takatuf.learning.models import CardDraft
from takatuf.network.models import Appointment

pytestmark = pytest.mark.django_db
HERE = "/ar/desk/marsa-noor/incidents/1/who-does-what/"
LESSON = {
    "title": "اسألوا من يتكلم أي لغة قبل حلول الليل",
    "context": "لم يكن في الليل من يتكلم العربية.",
    "done": "أعدّت الرابطة قائمة بمن يتكلم ماذا.",
    "outcome": "اتُّصل بالعائلات خلال يوم.",
    "known_how": "أحصى الخط الساخن مكالماته.",
    "lesson": "القائمة تُعدّ قبل الحاجة إليها.",
    "caution": "لا تُذكر أسماء فيها.",
    "levels": ["municipality"],
    "workstream": "psychosocial",
}


@pytest.fixture
def need(act, amina, incident):
    now = timezone.now()
    told = IssueFacts(text="No counsellor speaks Arabic", seriousness=3)
    issue = report_issue(act(amina), incident, told, language="en", now=now)
    close_issue(act(amina), issue, outcome="met", note="She came", now=now)
    return f"{HERE}needs/{issue.number}/"


@pytest.fixture
def overlap(act, amina, incident, monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    now = timezone.now()
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "now": now}  # fmt: skip
    for who in ("City", "Shoulder Trust"):
        world.make_activity(incident, "counselling", "city", who=who, **alike)
    compare_activities(incident, now=now)
    one = Overlap.objects.get()
    settle_overlap(
        act(amina), one, answer="none", now=now, review_on=now.date() + timedelta(days=9)
    )
    return f"{HERE}overlaps/{one.pk}/"


@pytest.fixture(params=["need", "overlap"])
def ended(request):
    """The page of something that ended."""
    return request.getfixturevalue(request.param)


def values_of(page):
    """What a form of the desk holds as it stands."""
    form = page.context["form"]
    return {
        name: value for name in form.fields if (value := form[name].value()) not in (None, "", [])
    }


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)


def test_a_lesson_goes_from_what_ended_to_the_library_in_three_languages(
    ended, desk_of, signed_in, amina, client
):
    city = desk_of(amina)
    assert f'href="{ended}lesson/"' in city.get(ended).content.decode()
    told = city.post(f"{ended}lesson/", LESSON, follow=True).content.decode()
    assert "أصبح الدرس لدى أمانة الشبكة" in told

    keepers = []
    for name in ("Nadia", "Omar"):
        person = world.make_person(name)
        Appointment.objects.create(person=person, role="secretariat")
        keepers.append(signed_in(person))
    nadia, omar = keepers
    assert LESSON["title"] in nadia.get("/en/desk/learn/library/").content.decode()
    at = f"/en/desk/learn/library/drafts/{CardDraft.objects.get().pk}/"
    assert "Offered by" in nadia.get(at).content.decode()
    edit = nadia.get(f"{at}edit/")
    assert (edit.context["form"]["region"].value()) == "arab-world"
    rest = {"size": "city", "confidence": "low"}
    page = nadia.post(
        f"{at}edit/", values_of(edit) | rest | {"version": version_on(edit)}, follow=True
    )
    assert "Nothing is missing" in page.content.decode()
    nadia.post(f"{at}submit/", {"version": version_on(page)})
    seen = omar.get(at)
    omar.post(f"{at}publish/", {"version": version_on(seen)})

    slug = CardDraft.objects.get().slug
    for language in ("ar", "en", "fr"):
        card = client.get(f"/{language}/library/{slug}/")
        assert card.status_code == 200
        for name in ("title", "done", "outcome", "known_how"):
            assert LESSON[name] in card.content.decode(), (language, name)
        assert slug in client.get(f"/{language}/library/").content.decode()
    told = city.get(ended).content.decode()
    assert f'href="/ar/library/{slug}/"' in told
    assert city.get(f"{ended}lesson/").status_code == 302  # one lesson of one thing
