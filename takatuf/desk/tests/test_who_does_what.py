"""Who does what at the desk: the list, telling of an activity, confirming, withdrawing it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Activity
from takatuf.activities.services import change_activity, report_activity
from takatuf.network.services.organisations import organisation_named, organisation_of

TOLD = {"service": "counselling", "places": ("city",), "populations": ("bereaved",)}


def who_does_what(language="en"):
    return f"/{language}/desk/marsa-noor/incidents/1/who-does-what/"


def filled_in(**values):
    return {
        "name": "Red Crescent",
        "service": "counselling",
        "title": "Evening groups",
        "places": "city",
        "populations": ["bereaved", "pupils"],
        "ends_on": "2027-02-01",
        **values,
    }


@pytest.fixture
def activity(amina, act, city, incident):
    """Counselling by the Red Crescent in the whole city."""
    now = timezone.now()
    crescent = organisation_named(city, "Red Crescent", source="", now=now)
    return report_activity(act(amina), incident, organisation=crescent, facts=TOLD, now=now)


def test_a_list_that_is_empty_says_what_will_stand_there(desk_of, amina, incident):
    page = desk_of(amina).get(who_does_what()).content.decode()
    assert "Nobody has told yet what they do." in page
    assert "Show everything that goes on" not in page
    assert f"{who_does_what()}report/" in page


def test_the_list_of_another_agencys_incident_is_not_found(desk_of, chen, incident):
    assert desk_of(chen).get(who_does_what()).status_code == 404


def test_five_fields_are_enough_to_tell_what_is_done(desk_of, amina, incident):
    browser = desk_of(amina)
    answer = browser.post(f"{who_does_what()}report/", filled_in(), follow=True)
    assert "The entry stands in the list." in answer.content.decode()
    one = Activity.objects.get()
    assert (str(one.organisation), one.service, one.scope) == (
        "Red Crescent",
        "counselling",
        "city",
    )
    assert (one.populations, one.ends_on) == (("bereaved", "pupils"), date(2027, 2, 1))
    listed = browser.get(who_does_what()).content.decode()
    assert "Evening groups" in listed
    assert "In the whole city" in listed


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(desk_of, amina, incident):
    wrong = filled_in(service="other", title="", places="words", name="")
    answer = desk_of(amina).post(f"{who_does_what()}report/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a few words what is done." in page
    assert "Write which place it is." in page
    assert not Activity.objects.exists()


def test_the_last_day_does_not_lie_before_the_first(desk_of, amina, incident):
    wrong = filled_in(starts_on="2027-03-01")
    page = desk_of(amina).post(f"{who_does_what()}report/", wrong).content.decode()
    assert "The last day lies before the first." in page
    assert not Activity.objects.exists()


def test_a_last_day_that_is_past_is_asked_about_unless_it_has_ended(desk_of, amina, incident):
    browser, day = desk_of(amina), timezone.localdate() - timedelta(days=3)
    past = filled_in(ends_on=day.isoformat())
    assert "This day is past." in browser.post(f"{who_does_what()}report/", past).content.decode()
    assert not Activity.objects.exists()
    browser.post(f"{who_does_what()}report/", past | {"status": "ended"})
    one = Activity.objects.get()
    # Who corrects something else of it is not asked again.
    changed = past | {"status": "active", "version": one.version, "title": "Groups"}
    Activity.objects.update(status="active")
    page = browser.post(f"{who_does_what()}{one.pk}/change/", changed, follow=True)
    assert "Groups" in page.content.decode()


def test_a_liaison_tells_of_their_own_agency_alone(desk_of, farid, fire, activity, incident):
    browser = desk_of(farid)
    page = browser.get(f"{who_does_what()}report/").content.decode()
    assert f'value="{fire.pk}"' in page
    browser.post(f"{who_does_what()}report/", filled_in(name=str(fire.pk)))
    own = Activity.objects.exclude(pk=activity.pk).get()
    assert own.organisation.agency == fire
    assert browser.post(f"{who_does_what()}{activity.pk}/confirm/").status_code == 403
    activity.refresh_from_db()
    assert activity.confirmed_at == activity.reported_at


def test_two_people_who_change_different_facts_do_not_disturb_each_other(
    amina, bilal, act, activity
):
    now = timezone.now()
    change_activity(act(amina), activity, facts={"title": "Talks"}, now=now, version=1)
    change_activity(
        act(amina), activity, facts={**TOLD, "title": "", "number": "1919"}, now=now, version=1
    )
    activity.refresh_from_db()
    assert (activity.title, activity.number, activity.version) == ("Talks", "1919", 3)


def test_the_second_who_changes_the_same_fact_sees_the_first_change(
    desk_of, amina, act, activity, incident
):
    change_activity(act(amina), activity, facts={"title": "Talks"}, now=timezone.now())
    browser, path = desk_of(amina), f"{who_does_what()}{activity.pk}/change/"
    sent = {"service": "counselling", "places": "city", "title": "Groups", "version": 1}
    answer = browser.post(path, {**sent, "populations": ["bereaved"]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Talks" in page
    assert 'value="Groups"' in page
    browser.post(path, {**sent, "populations": ["bereaved"], "version": 2})
    activity.refresh_from_db()
    assert activity.title == "Groups"
    history = browser.get(f"{who_does_what()}{activity.pk}/").content.decode()
    assert "What was changed" in history
    assert "Talks" in history


def test_an_entry_is_withdrawn_with_a_reason_and_restored(desk_of, amina, activity, incident):
    browser, path = desk_of(amina), f"{who_does_what()}{activity.pk}/"
    assert "Say why" in browser.post(f"{path}withdraw/", {"reason": ""}).content.decode()
    browser.post(f"{path}withdraw/", {"reason": "Entered twice"})
    assert str(activity.pk) not in browser.get(who_does_what()).content.decode()
    assert str(activity.pk) in browser.get(f"{who_does_what()}?status=withdrawn").content.decode()
    browser.post(f"{path}restore/")
    assert str(activity.pk) in browser.get(who_does_what()).content.decode()


def test_what_nobody_confirmed_in_time_is_marked_until_somebody_does(
    desk_of, amina, activity, incident
):
    Activity.objects.update(confirmed_at=timezone.now() - timedelta(days=8))
    browser = desk_of(amina)
    assert "Not confirmed" in browser.get(f"{who_does_what()}?stale=on").content.decode()
    browser.post(f"{who_does_what()}{activity.pk}/confirm/")
    assert (
        "No entry fits this choice." in browser.get(f"{who_does_what()}?stale=on").content.decode()
    )


def test_a_double_press_enters_it_once(desk_of, amina, incident):
    browser = desk_of(amina)
    for _ in range(2):
        browser.post(f"{who_does_what()}report/", filled_in(key="one-page"))
    assert Activity.objects.count() == 1


def test_an_organisation_of_an_agency_is_one_with_it(amina, act, fire, incident):
    now = timezone.now()
    fires = organisation_of(fire, now=now)
    assert organisation_named(incident.city, fire.name, source="", now=now) == fires


def test_a_liaison_confirms_all_that_their_agency_does_with_one_press(
    desk_of, farid, fire, act, incident, activity
):
    facts = {"service": "safety", "places": ("city",)}
    now = timezone.now()
    report_activity(act(farid), incident, agency=fire, facts=facts, now=now - timedelta(days=8))
    browser, own = desk_of(farid), organisation_of(fire, now=now)
    assert f'value="{own.pk}"' in browser.get(who_does_what()).content.decode()
    browser.post(f"{who_does_what()}confirm/", {"organisation": str(own.pk)})
    assert Activity.objects.get(organisation=own).confirmed_at >= now
    other = {"organisation": str(activity.organisation_id)}
    assert browser.post(f"{who_does_what()}confirm/", other).status_code == 403
    assert browser.post(f"{who_does_what()}confirm/", {"organisation": "x"}).status_code == 404


def test_the_city_alone_says_at_which_level_of_government_somebody_stands(
    desk_of, amina, farid, fire, incident
):
    theirs, ours = desk_of(farid), desk_of(amina)
    assert 'name="level"' in ours.get(f"{who_does_what()}report/").content.decode()
    for part in ("report/", "imports/"):
        assert 'name="level"' not in theirs.get(f"{who_does_what()}{part}").content.decode()
    sent = filled_in(name=str(fire.pk), level="national")
    theirs.post(f"{who_does_what()}report/", sent)
    one = Activity.objects.get()
    assert one.level == fire.level != "national"
    change = f"{who_does_what()}{one.pk}/change/"
    assert 'name="level"' not in theirs.get(change).content.decode()
    ours.post(change, filled_in(level="county", version=1))
    one.refresh_from_db()
    assert one.level == "county"


def test_where_all_has_ended_the_list_says_so_and_leads_there(desk_of, amina, act, activity):
    change_activity(act(amina), activity, facts={"status": "ended"}, now=timezone.now())
    page = desk_of(amina).get(who_does_what()).content.decode()
    assert "Nothing goes on at present." in page
    assert "?status=all" in page
