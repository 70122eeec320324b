"""What is not a room of its own yet shows its workstream's actions and log, never a promise."""

from django.utils import timezone

from takatuf.activities.services import add_task
from takatuf.decisions.services import strike_entry, write_entry

ROOM = "/en/desk/marsa-noor/incidents/1/"


def test_a_workstream_shows_its_own_actions_and_what_was_written_about_it(
    desk_of, amina, act, incident
):
    now = timezone.now()
    for title, workstream in (("Call the imam", "community"), ("Open the hall", "support")):
        add_task(act(amina), incident, title=title, language="en", workstream=workstream, now=now)
    browser = desk_of(amina)
    browser.post(
        f"{ROOM}log/",
        {"kind": "information", "text": "The school stays shut.", "workstream": "community"},
    )
    browser.post(f"{ROOM}log/", {"kind": "information", "text": "The bridge is open."})

    page = browser.get(f"{ROOM}workstreams/community/").content.decode()

    assert "Call the imam" in page
    assert "Open the hall" not in page
    assert "The school stays shut." in page
    assert "The bridge is open." not in page
    assert f"{ROOM}actions/add/?workstream=community" in page
    assert "Nobody has written about it yet." in (
        browser.get(f"{ROOM}workstreams/learning/").content.decode()
    )
    assert browser.get(f"{ROOM}workstreams/chance/").status_code == 404


def test_the_log_of_one_workstream_is_read_and_written_in_one_place(desk_of, farid, incident):
    browser = desk_of(farid)
    page = browser.get(f"{ROOM}log/?workstream=support").content.decode()
    assert '<option value="support" selected>' in page
    assert "Only entries about: Post-incident support" in page
    assert "Only entries about" not in browser.get(f"{ROOM}log/?workstream=x").content.decode()


def test_a_correction_stays_with_its_workstream_and_the_record_tells_it(amina, act, incident):
    now = timezone.now()
    first = write_entry(
        act(amina), incident, kind="information", text="Two halls.", language="en",
        workstream="support", now=now,
    )  # fmt: skip
    second = strike_entry(act(amina), first, text="Three halls.", language="en", now=now)
    assert second.workstream == "support"


def test_the_place_community_shows_every_open_incident_and_is_for_those_whose_work_it_is(
    desk_of, amina, farid, act, incident
):
    add_task(
        act(amina), incident, title="Call the imam", language="en", workstream="community",
        now=timezone.now(),
    )  # fmt: skip
    page = desk_of(amina).get("/en/desk/marsa-noor/community/").content.decode()
    assert "Call the imam" in page
    assert 'href="/en/desk/marsa-noor/community/" aria-current="page"' in page
    assert "/desk/marsa-noor/community/" not in desk_of(farid).get(ROOM).content.decode()
