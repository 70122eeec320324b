"""Plans at the desk: started, read, made the city's own, looked up in their history, printed."""

import pytest
from django.utils import timezone

from takatuf.incidents.vocabulary import Kind
from takatuf.plans.framework import framework, incident_kinds
from takatuf.plans.improvements import improvements_of
from takatuf.plans.models import Plan
from takatuf.plans.services import edit_step, start_plan
from tests.house.rules import page_faults

PLANS = "/en/desk/marsa-noor/plans/"


@pytest.fixture
def plan(city, municipality, fire, bilal, farid, amina, act):
    return start_plan(
        act(amina), city, title="Harbour plan", slug="harbour", size="city", now=timezone.now()
    )


@pytest.fixture
def step(plan):
    return plan.steps.get(workstream="leadership", phase="first-hour", position=6)


def html_of(answer, status=200):
    assert answer.status_code == status
    html = answer.content.decode()
    assert page_faults(html) == []
    return html


def posted_from(form):
    """What a browser would send for a form as it stands."""
    data = {}
    for field in form:
        value = field.value()
        if value is not None and value != "" and value is not False:
            data[field.html_name] = value
    return data


def test_a_coordinator_starts_a_plan_from_the_framework(desk_of, amina, city):
    browser = desk_of(amina)
    assert "No plan yet" in html_of(browser.get(PLANS))
    html_of(browser.get(f"{PLANS}start/"))

    answer = browser.post(f"{PLANS}start/", {"title": "Harbour plan", "size": "village"})

    assert answer.headers["Location"] == f"{PLANS}harbour-plan/"
    assert Plan.objects.get().size == "village"
    assert "Harbour plan" in html_of(browser.get(PLANS))


def test_a_plan_without_a_name_is_asked_for_one(desk_of, amina, city):
    html = html_of(desk_of(amina).post(f"{PLANS}start/", {"title": " "}), 400)
    assert "Give the plan a name." in html
    assert not Plan.objects.exists()


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_page_of_a_plan_opens_in_every_language(desk_of, amina, plan, step, language):
    browser = desk_of(amina)
    at = f"/{language}/desk/marsa-noor/plans/"
    for page in (
        "",
        "start/",
        "harbour/",
        "harbour/history/",
        "harbour/calls/",
        "harbour/phone-tree/",
        "harbour/steps/add/",
        f"harbour/steps/{step.pk}/",
        f"harbour/steps/{step.pk}/history/",
    ):
        html_of(browser.get(at + page))


def test_the_plan_is_read_by_workstream_phase_and_role(desk_of, farid, plan, statements_of):
    browser = desk_of(farid)
    costs, html = statements_of(browser, f"{PLANS}harbour/")
    assert costs <= 9
    assert "Psychosocial support" in html
    assert "Add a step" not in html

    html = html_of(browser.get(f"{PLANS}harbour/?workstream=support&phase=first-hour"))
    assert html.count("<table") == 2, "the overview and the one cell"
    assert "before each anniversary" in html_of(browser.get(f"{PLANS}harbour/?phase=years"))
    assert "No step fits" in html_of(
        browser.get(f"{PLANS}harbour/?phase=years&role=secretariat&workstream=support")
    )
    html_of(browser.get(f"{PLANS}harbour/?phase=nonsense&page=-1"))


def test_a_reader_of_arabic_reads_the_framework_in_arabic_and_that_it_is_a_draft(
    desk_of, bilal, plan, step
):
    html = html_of(desk_of(bilal).get(f"/ar/desk/marsa-noor/plans/harbour/steps/{step.pk}/"))
    assert step.title.versions["ar"]["words"] in html


def test_a_step_is_changed_and_its_history_tells_both_sides(desk_of, amina, plan, step):
    browser = desk_of(amina)
    at = f"{PLANS}harbour/steps/{step.pk}/"
    page = browser.get(at)
    old = step.title.versions["en"]["words"]
    data = posted_from(page.context["form"]) | {"title_en": "Ring the bell", "state_ar": "reviewed"}

    answer = browser.post(at, data)

    assert answer.headers["Location"] == at
    html = html_of(browser.get(f"{at}history/"))
    assert "Ring the bell" in html
    assert old.replace("’", "’") in html
    assert "Amina" in html
    assert "reviewed translation" in html
    assert "Changed" in html_of(browser.get(f"{PLANS}harbour/"))


def test_the_form_as_it_stands_changes_nothing(desk_of, amina, plan, step):
    browser = desk_of(amina)
    at = f"{PLANS}harbour/steps/{step.pk}/"
    browser.post(at, posted_from(browser.get(at).context["form"]))
    step.refresh_from_db()
    assert step.version == 1


def test_two_who_edit_one_step_lose_nothing_of_each_other(desk_of, amina, plan, step):
    browser = desk_of(amina)
    at = f"{PLANS}harbour/steps/{step.pk}/"
    seen = posted_from(browser.get(at).context["form"])
    browser.post(at, seen | {"title_fr": "Sonner", "why_en": "Theirs"})

    answer = browser.post(
        at, seen | {"title_en": "Ring the bell", "why_en": "Mine\r\nin two lines"}
    )

    html = html_of(answer, 400)
    form = answer.context["form"]
    assert "Somebody else saved this step" in html
    assert "The other one has written here: \u2068Theirs\u2069" in html
    assert form["title_en"].value() == "Ring the bell"
    assert form["title_fr"].value() == "Sonner"
    assert form["why_en"].value() == "Mine\r\nin two lines"

    browser.post(at, posted_from(form))
    step.refresh_from_db()
    words = {code: version["words"] for code, version in step.title.versions.items()}
    assert (words["en"], words["fr"]) == ("Ring the bell", "Sonner")
    assert step.why.versions["en"]["words"] == "Mine\nin two lines"


def test_minutes_may_be_typed_in_arabic_digits(desk_of, amina, plan):
    browser = desk_of(amina)
    page = browser.get(f"{PLANS}harbour/calls/")
    data = posted_from(page.context["form"]) | {"answer_within": "٢٥"}
    browser.post(f"{PLANS}harbour/calls/", data)
    plan.refresh_from_db()
    assert plan.answer_within.total_seconds() == 25 * 60


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    desk_of, amina, plan, step
):
    browser = desk_of(amina)
    at = f"{PLANS}harbour/steps/{step.pk}/"
    data = posted_from(browser.get(at).context["form"])

    answer = browser.post(at, data | {"title_en": "", "title_fr": "Sonner la cloche"})

    assert "Sonner la cloche" in html_of(answer, 400)
    assert answer.context["form"].errors["title_en"]
    answer = browser.post(at, data | {"due_within": "600"})
    assert answer.context["form"].errors["due_within"]
    html_of(answer, 400)


def test_the_second_editor_is_told_of_the_first(desk_of, amina, act, plan, step):
    browser = desk_of(amina)
    at = f"{PLANS}harbour/steps/{step.pk}/"
    data = posted_from(browser.get(at).context["form"])
    edit_step(act(amina), step, role="mayor", now=timezone.now())

    html = html_of(browser.post(at, data | {"title_en": "Mine"}), 400)

    assert "Somebody else saved this step" in html


def test_a_step_is_added_left_out_and_brought_back(desk_of, amina, plan):
    browser = desk_of(amina)
    answer = browser.post(
        f"{PLANS}harbour/steps/add/",
        {
            "workstream": "support",
            "phase": "first-hour",
            "role": "liaison",
            "due_within": "20",
            "title_ar": "فتح قاعة الميناء",
            "source_language": "ar",
        },
    )
    at = answer.headers["Location"]
    assert "Our own" in html_of(browser.get(f"{PLANS}harbour/"))
    assert "فتح قاعة الميناء" in html_of(browser.get(at))

    assert "left out" in html_of(browser.post(f"{at}retire/", follow=True))
    assert "فتح قاعة الميناء" not in html_of(browser.get(f"{PLANS}harbour/"))
    assert "فتح قاعة الميناء" in html_of(browser.get(f"{PLANS}harbour/?retired=on"))
    assert "back in the plan" in html_of(browser.post(f"{at}restore/", follow=True))


def test_whom_the_plan_calls_is_chosen(desk_of, amina, plan, fire):
    browser = desk_of(amina)
    at = f"{PLANS}harbour/calls/"
    answer = browser.post(at, {"agencies": [str(fire.pk)], "answer_within": "5"})
    assert answer.status_code == 302
    assert list(plan.agencies.all()) == [fire]
    answer = browser.post(at, {"agencies": [], "answer_within": "5"})
    assert answer.context["form"].errors["agencies"]
    html_of(answer, 400)
    assert "Fire and Rescue" in html_of(browser.get(f"{PLANS}harbour/history/"))

    health = plan.city.agencies.get(name="Health Directorate")
    browser.post(at, {"agencies": [str(fire.pk), str(health.pk)], "answer_within": "5"})
    arabic = html_of(browser.get(f"{PLANS}harbour/history/".replace("/en/", "/ar/")))
    assert "Fire and Rescue، Health Directorate" in arabic


def test_the_phone_tree_prints_whom_to_ring_in_call_order(desk_of, amina, farid, mayor, plan):
    for person in (amina, farid, mayor):
        html = html_of(desk_of(person).get(f"{PLANS}harbour/phone-tree/")).split("<h1")[1]
        assert '<bdi dir="ltr">+962790000001</bdi>' in html
        assert html.index("Amina") < html.index("Rana")
        assert "Bilal" in html


def test_the_phone_tree_sets_agencies_with_nobody_to_call_apart(desk_of, amina, bilal, plan):
    bilal.memberships.update(call_order=0)
    html = html_of(desk_of(amina).get(f"{PLANS}harbour/phone-tree/")).split("<h1")[1]
    apart = html.split("Nobody to call: <bdi>1</bdi>")[1]
    assert "Health Directorate" in apart.split("<table")[0]
    assert "Health Directorate" not in apart.split("<table", 1)[1]


def test_a_plan_out_of_use_can_be_read_and_not_changed(desk_of, amina, plan, step):
    browser = desk_of(amina)
    html_of(browser.post(f"{PLANS}harbour/retire/", follow=True))
    assert "Change this step" not in html_of(browser.get(f"{PLANS}harbour/steps/{step.pk}/"))
    html = html_of(browser.post(f"{PLANS}harbour/steps/{step.pk}/retire/", follow=True))
    assert "no longer in use" in html


def test_a_colleague_reads_and_may_not_write(desk_of, farid, plan, step):
    browser = desk_of(farid)
    at = f"{PLANS}harbour/steps/{step.pk}/"
    assert "Change this step" not in html_of(browser.get(at))
    for page in ("start/", "harbour/calls/", "harbour/steps/add/"):
        assert browser.get(PLANS + page).status_code == 403
    for page in (f"{at}retire/", f"{at}restore/", f"{PLANS}harbour/retire/", at):
        assert browser.post(page).status_code == 403


def test_who_calls_nobody_does_not_read_the_numbers(desk_of, municipality, plan):
    from takatuf.config.world import make_person

    writer = make_person("Dana", (municipality, "communications"))
    browser = desk_of(writer)
    assert "phone-tree" not in html_of(browser.get(f"{PLANS}harbour/"))
    assert browser.get(f"{PLANS}harbour/phone-tree/").status_code == 403


def test_a_stranger_gets_the_answer_of_a_plan_that_never_was(desk_of, stranger, plan, step):
    browser = desk_of(stranger)
    for page in (
        "",
        "harbour/",
        "harbour/history/",
        "harbour/phone-tree/",
        f"harbour/steps/{step.pk}/",
    ):
        theirs = browser.get(PLANS + page)
        never = browser.get((PLANS + page).replace("marsa-noor", "no-such-city"))
        assert theirs.status_code == never.status_code == 404


def test_hostile_words_are_shown_unharmed(desk_of, amina, act, plan, step):
    evil = '<script>alert("1")</script> & “x”'
    edit_step(act(amina), step, title={"en": evil}, now=timezone.now())
    for page in ("harbour/", "harbour/history/", f"harbour/steps/{step.pk}/"):
        html = html_of(desk_of(amina).get(PLANS + page))
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_the_framework_and_incidents_know_the_same_kinds():
    assert set(incident_kinds()) == set(Kind.values)


@pytest.fixture
def older(plan):
    """The plan as it would stand had it begun with the framework 2026.1."""
    then = framework().at("2026.1").by_code
    plan.steps.exclude(code__in=then).delete()
    plan.steps.update(framework_version="")  # of which older installations know nothing
    Plan.objects.filter(pk=plan.pk).update(framework_version="2026.1")
    plan.refresh_from_db()
    return plan


IMPROVED = f"{PLANS}harbour/improvements/"


def test_improvements_of_the_framework_are_read_taken_and_declined(desk_of, amina, mayor, older):
    browser = desk_of(amina)
    assert "improvements offered" in html_of(browser.get(f"{PLANS}harbour/"))
    html = html_of(browser.get(IMPROVED))
    first, second = improvements_of(older)[:2]
    assert first.title in html
    assert len(html.encode()) < 150_000
    assert "Take it" not in html_of(desk_of(mayor).get(IMPROVED))

    answer = browser.post(
        f"{IMPROVED}{first.code}/take/", {"since": first.since, "page": "2"}, follow=True
    )
    assert answer.redirect_chain[0][0] == f"{IMPROVED}?page=2"
    assert older.steps.filter(code=first.code).exists()
    html = html_of(browser.post(f"{IMPROVED}{second.code}/decline/", {"reason": ""}, follow=True))
    assert "Say why" in html
    browser.post(f"{IMPROVED}{second.code}/decline/", {"reason": "The county does it"})
    html = html_of(browser.get(f"{IMPROVED}?declined=yes"))
    assert second.title in html
    assert "The county does it" in html
    assert "Take it after all" in html
    html = html_of(browser.get(f"{PLANS}harbour/history/"))
    assert "took an improvement" in html
    assert "The county does it" in html


def test_all_improvements_are_taken_at_once(desk_of, amina, older):
    browser = desk_of(amina)
    html = html_of(browser.post(f"{IMPROVED}take-all/", follow=True))
    assert "The plan has all that the framework offers it." in html
    assert older.steps.count() == len(framework().actions)
    html = html_of(browser.post(f"{IMPROVED}take-all/", follow=True))
    assert "There is nothing to take" in html


def test_improvements_are_read_in_the_readers_language(desk_of, amina, older):
    html = html_of(desk_of(amina).get(IMPROVED.replace("/en/", "/ar/")))
    one = improvements_of(older)[0]
    assert framework().by_code[one.code].words["title"]["ar"] in html


def test_nobody_else_answers_the_framework(desk_of, mayor, farid, stranger, older):
    code = improvements_of(older)[0].code
    for person, status in ((mayor, 403), (farid, 403), (stranger, 404)):
        browser = desk_of(person)
        for way in (f"{code}/take/", f"{code}/decline/", "take-all/"):
            answer = browser.post(f"{IMPROVED}{way}", {"reason": "No"})
            assert answer.status_code == status, way
    assert desk_of(stranger).get(IMPROVED).status_code == 404
    assert not older.answers.exists()
