"""Actions at the desk: seen, taken, handed over, blocked, finished, opened again."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Need
from takatuf.activities.services import add_task, take_task
from takatuf.alerts.models import Call
from takatuf.config import world
from takatuf.coordination.services import declare_incident


def actions_url(language="en"):
    return f"/{language}/desk/marsa-noor/incidents/1/actions/"


def sent(task, **values):
    task.refresh_from_db()
    return {"version": task.version, **values}


def test_today_shows_the_late_action_and_the_open_incident(desk_of, farid, task):
    page = desk_of(farid).get("/en/desk/today/").content.decode()
    assert "Shots at the market" in page
    assert "Open the assembly point" in page
    assert "Late" in page


def test_today_is_calm_when_nothing_waits(desk_of, chen, db):
    page = desk_of(chen).get("/en/desk/today/").content.decode()
    assert "No incident is open." in page
    assert "Nothing waits for you now." in page


def test_the_first_coordinator_of_a_city_finds_its_places_from_today(desk_of, amina, city):
    page = desk_of(amina).get("/en/desk/today/").content.decode()
    assert "Marsa Noor" in page
    assert 'href="/en/desk/marsa-noor/plans/"' in page


def test_agencies_are_offered_under_their_names_in_the_readers_language(desk_of, amina, task, fire):
    type(fire).objects.filter(pk=fire.pk).update(names={"ar": "الإطفاء"})
    page = desk_of(amina).get(actions_url("ar")).content.decode()
    assert f'<option value="{fire.pk}">الإطفاء</option>' in page


def test_who_may_declare_an_incident_is_one_tap_away_from_it_on_today(desk_of, amina, farid, city):
    declare = "/en/desk/marsa-noor/incidents/declare/"
    assert f'href="{declare}"' in desk_of(amina).get("/en/desk/today/").content.decode()
    assert declare not in desk_of(farid).get("/en/desk/today/").content.decode()


def test_today_reads_from_right_to_left_in_arabic(desk_of, farid, task):
    page = desk_of(farid).get("/ar/desk/today/").content.decode()
    assert '<html lang="ar" dir="rtl"' in page


def test_late_actions_of_every_workstream_rise_to_the_top(desk_of, amina, act, incident, task):
    now = timezone.now()
    add_task(
        act(amina),
        incident,
        title="Call the first circle",
        language="en",
        workstream="leadership",
        due=now + timedelta(hours=1),
        now=now,
    )
    page = desk_of(amina).get(actions_url()).content.decode()
    assert page.index("Open the assembly point") < page.index("Call the first circle")


def test_the_list_is_cut_by_state_agency_and_what_is_mine(desk_of, amina, farid, fire, task):
    browser = desk_of(farid)
    for query in ("?mine=on", "?late=on", f"?agency={fire.pk}", "?state=all"):
        assert "Open the assembly point" in browser.get(actions_url() + query).content.decode()
    for query in ("?state=done", "?state=blocked", "?phase=years"):
        assert "Open the assembly point" not in browser.get(actions_url() + query).content.decode()


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?agency=x&phase=\x00", "?page=-3", "?page=z"]
)
def test_nonsense_in_the_address_still_shows_the_list(desk_of, farid, task, query):
    assert "Open the assembly point" in desk_of(farid).get(actions_url() + query).content.decode()


@pytest.fixture
def sixty_tasks(amina, act, incident, fire):
    now = timezone.now()
    for number in range(60):
        add_task(
            act(amina), incident, title=f"Action {number}", language="en", agency=fire, now=now
        )


def test_a_list_of_fifty_takes_few_statements(desk_of, amina, farid, sixty_tasks, statements_of):
    count, page = statements_of(desk_of(amina), actions_url())
    assert count <= 8
    assert "Page" in page
    count, page = statements_of(desk_of(farid), "/en/desk/today/")
    assert count <= 10
    assert "Page" in page


def test_the_picture_takes_as_many_statements_with_sixty_actions_as_with_one(
    desk_of, act, amina, fire, incident, task, statements_of
):
    picture = actions_url().removesuffix("actions/")
    few, _page = statements_of(desk_of(amina), picture)
    for number in range(60):
        add_task(
            act(amina), incident, title=f"Action {number}", language="en", agency=fire,
            now=timezone.now(),
        )  # fmt: skip
    many, page = statements_of(desk_of(amina), picture)
    assert "Action 0" in page
    assert many == few <= 16


def test_no_template_is_drawn_anew_for_each_line_of_the_list(
    desk_of, amina, sixty_tasks, templates_of
):
    # Parts for each line made the page twice as dear.
    seen = templates_of(desk_of(amina), actions_url())
    assert seen["desk/tasks/actions.html"] == 1
    assert not [name for name, times in seen.items() if times >= 50]


def test_a_liaison_takes_and_finishes_the_action_of_the_agency(desk_of, farid, task):
    browser = desk_of(farid)
    browser.post(f"{actions_url()}{task.pk}/take/", sent(task))
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("taken", farid)

    answer = browser.post(
        f"{actions_url()}{task.pk}/finish/", sent(task, note="Open since ten."), follow=True
    )
    task.refresh_from_db()
    assert (task.state, task.note) == ("done", "Open since ten.")
    assert "Undo: open it again" in answer.content.decode()

    browser.post(f"{actions_url()}{task.pk}/reopen/", sent(task))
    task.refresh_from_db()
    assert task.state == "open"


def test_taking_from_the_list_comes_back_to_the_list_as_it_was(desk_of, farid, task):
    answer = desk_of(farid).post(
        f"{actions_url()}{task.pk}/take/", sent(task, back="late=on&next=//evil.example")
    )
    assert answer.url == f"{actions_url()}?late=on&next=%2F%2Fevil.example#action-{task.pk}"


def test_the_script_gets_the_line_alone(desk_of, farid, task):
    answer = desk_of(farid).post(
        f"{actions_url()}{task.pk}/take/", sent(task), headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert page.lstrip().startswith("<li")
    assert "Yours" in page


def test_a_blocked_action_says_why(desk_of, farid, task):
    browser = desk_of(farid)
    refused = browser.post(f"{actions_url()}{task.pk}/block/", sent(task, reason=""))
    assert "Say what stands in the way" in refused.content.decode()

    browser.post(f"{actions_url()}{task.pk}/block/", sent(task, reason="The gate is locked."))
    assert "The gate is locked." in browser.get(actions_url()).content.decode()


def test_the_second_editor_sees_the_first_ones_change_and_keeps_the_words(
    desk_of, act, amina, farid, task
):
    seen = sent(task, note="All people are out.")
    take_task(act(amina), task, now=timezone.now())

    answer = desk_of(farid).post(f"{actions_url()}{task.pk}/finish/", seen).content.decode()

    task.refresh_from_db()
    assert task.state == "taken"
    assert "You and somebody else changed the same" in answer
    assert "Amina" in answer
    assert "All people are out." in answer
    assert f'name="now" value="{task.version}"' in answer


def test_who_reported_a_block_carries_on_and_takes_nothing_over(desk_of, farid, task):
    browser = desk_of(farid)
    at = f"{actions_url()}{task.pk}/"
    browser.post(f"{at}take/", sent(task))
    browser.post(f"{at}block/", sent(task, reason="No key."))
    page = browser.get(at).content.decode()
    assert "It can go on: carry on with it" in page
    assert "Take it over" not in page

    browser.post(f"{at}take/", sent(task))
    task.refresh_from_db()
    assert (task.state, task.block_reason) == ("taken", "")


def test_what_comes_first_is_named_in_the_readers_language_and_is_one_tap_away(
    desk_of, farid, act, amina, incident, fire, task
):
    text = task.title
    text.versions["ar"] = {"words": "فتح نقطة التجمع", "state": "draft"}
    text.save()
    now = timezone.now()
    later = add_task(
        act(amina), incident, title="Count the people", language="en", agency=fire, now=now
    )
    Need.objects.create(task=later, first=task)
    browser = desk_of(farid)
    page = browser.get(f"{actions_url('ar')}{later.pk}/").content.decode()
    assert f'<a href="{actions_url("ar")}{task.pk}/">فتح نقطة التجمع</a>' in page

    refused = browser.post(f"{actions_url('ar')}{later.pk}/finish/", sent(later, note=""))
    assert "«فتح نقطة التجمع»" in refused.content.decode()


def test_agencies_are_chosen_by_the_names_and_in_the_order_of_the_readers_language(
    desk_of, farid, fire, municipality, task
):
    fire.names = {"ar": "الدفاع المدني"}
    municipality.names = {"ar": "البلدية"}
    fire.save(), municipality.save()
    for page in (actions_url("ar"), f"{actions_url('ar')}add/", f"{actions_url('ar')}{task.pk}/"):
        html = desk_of(farid).get(page).content.decode()
        options = html[html.index("<option") :]
        assert "Fire and Rescue" not in options
        assert options.index("البلدية") < options.index("الدفاع المدني")


def test_an_action_is_handed_to_an_agency_or_to_a_person(desk_of, amina, farid, municipality, task):
    browser = desk_of(amina)
    browser.post(f"{actions_url()}{task.pk}/hand-over/", sent(task, to=f"person:{farid.pk}"))
    task.refresh_from_db()
    assert task.taken_by == farid

    browser.post(f"{actions_url()}{task.pk}/hand-over/", sent(task, to=f"agency:{municipality.pk}"))
    task.refresh_from_db()
    assert (task.agency, task.taken_by, task.state) == (municipality, None, "open")


def test_a_liaison_is_shown_no_people_of_other_agencies(desk_of, farid, fire, amina, task):
    world.make_person("Dana", (fire, "liaison"))
    page = desk_of(farid).get(f"{actions_url()}{task.pk}/").content.decode()
    assert "Dana" in page
    assert "Amina" not in page


def test_work_is_not_handed_to_an_agency_that_was_not_called(desk_of, amina, health, task):
    answer = desk_of(amina).post(
        f"{actions_url()}{task.pk}/hand-over/", sent(task, to=f"agency:{health.pk}")
    )
    assert answer.status_code == 200
    task.refresh_from_db()
    assert task.agency.name == "Fire and Rescue"


def test_anyone_at_the_incident_adds_an_action_once(desk_of, farid, fire, incident):
    browser = desk_of(farid)
    words = {
        "key": "one",
        "title": "Close the east gate",
        "agency": str(fire.pk),
        "workstream": "support",
        "due": "2031-05-01T10:30",
    }
    for _press in range(2):
        browser.post(f"{actions_url()}add/", words)
    task = incident.tasks.get()
    assert str(task.title) == "Close the east gate"
    assert task.due_at.isoformat() == "2031-05-01T07:30:00+00:00"  # Amman is three hours ahead


def test_an_action_without_words_is_refused_in_place(desk_of, farid, incident):
    page = desk_of(farid).post(f"{actions_url()}add/", {"workstream": "support"}).content.decode()
    assert "Say what is to be done." in page
    assert not incident.tasks.exists()


def test_another_agencys_action_is_seen_and_not_moved(desk_of, amina, act, farid, incident, task):
    task.agency, task.role = None, "psychosocial"
    task.save()
    browser = desk_of(farid)
    assert "belongs to another agency" in browser.get(f"{actions_url()}{task.pk}/").content.decode()
    assert browser.post(f"{actions_url()}{task.pk}/take/", sent(task)).status_code == 403


def test_a_stranger_cannot_tell_that_the_incident_exists(desk_of, stranger, bilal, task):
    for person in (stranger, bilal):  # Health was not called
        browser = desk_of(person)
        assert browser.get(actions_url()).status_code == 404
        assert browser.get(f"{actions_url()}{task.pk}/").status_code == 404
        assert browser.post(f"{actions_url()}{task.pk}/take/", sent(task)).status_code == 404


def test_nobody_reads_actions_without_signing_in(client, task):
    assert "/account/login/" in client.get(actions_url()).url


def test_an_unknown_act_is_not_found(desk_of, farid, task):
    assert desk_of(farid).post(f"{actions_url()}{task.pk}/burn/", sent(task)).status_code == 404


def test_hostile_words_are_shown_as_words(desk_of, amina, act, incident, samples):
    now = timezone.now()
    lines = json.loads((samples / "text" / "blns.json").read_text())
    hostile = [line for line in lines if "<" in line and len(line) < 190][:40]
    for line in hostile:
        add_task(act(amina), incident, title=line, language="en", now=now)
    page = desk_of(amina).get(actions_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_call_that_waits_for_the_reader_is_answered_from_today(
    desk_of, farid, amina, act, city, fire
):
    declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=timezone.now()
    )
    browser = desk_of(farid)
    page = browser.get("/en/desk/today/").content.decode()
    assert "You are called for" in page
    call = Call.objects.get(agency=fire)
    browser.post(f"/en/desk/marsa-noor/incidents/1/roll-call/{call.pk}/know/")
    assert "You are called for" not in browser.get("/en/desk/today/").content.decode()
    assert Call.objects.get(agency=fire).answered_at
