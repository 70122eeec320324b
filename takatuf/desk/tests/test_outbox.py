"""A form that waited on a device: taken once, in its writer's name, with the time of writing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Activity
from takatuf.decisions.models import LogEntry
from takatuf.foundation.ids import uuid7

LOG = "/en/desk/marsa-noor/incidents/1/log/"


@pytest.fixture
def hand_in(desk_of):
    """Send a form as the outbox does; `writer` is whoever wrote it."""

    def send(reader, path=LOG, *, writer=None, key=None, ago=None, **form):
        headers = {
            "Takatuf-Outbox": str(key or uuid7()),
            "Takatuf-Writer": str((writer or reader).pk),
        }
        if ago is not None:
            headers["Takatuf-Written-Ago"] = str(ago)
        return desk_of(reader).post(path, form, headers=headers)

    return send


def test_what_waited_says_when_it_was_written_and_why_it_came_late(hand_in, farid, incident):
    answer = hand_in(farid, ago=5400, kind="information", text="The hall is open")

    entry = LogEntry.objects.get()
    assert answer.json() == {"state": "sent", "url": f"{LOG}?written=yes"}
    assert round((entry.recorded_at - entry.happened_at) / timedelta(minutes=1)) == 90
    assert entry.delay_reason.startswith("Written without a network on ")


def test_a_reason_and_a_time_of_the_writers_own_stay(hand_in, farid, incident):
    earlier = timezone.localtime(timezone.now() - timedelta(hours=3))
    hand_in(
        farid,
        ago=60,
        kind="information",
        text="The hall is open",
        happened_at=earlier.strftime("%Y-%m-%dT%H:%M"),
        delay_reason="I was carrying stretchers.",
    )

    entry = LogEntry.objects.get()
    assert timezone.now() - entry.happened_at > timedelta(hours=1)
    assert entry.delay_reason.startswith("I was carrying stretchers.\nWritten without")


@pytest.mark.parametrize("ago", ["-5", "soon", "9" * 40, "٣"])
def test_nonsense_about_the_time_is_as_if_it_had_not_waited(hand_in, farid, incident, ago):
    assert hand_in(farid, ago=ago, kind="information", text="Now").status_code == 200
    assert LogEntry.objects.get().delay_reason == ""


def test_what_an_organisation_does_may_be_told_without_a_network(hand_in, farid, fire, incident):
    path = "/en/desk/marsa-noor/incidents/1/who-does-what/report/"
    told = {"name": str(fire.pk), "service": "safety", "populations": ["injured", "present"]}

    refused = hand_in(farid, path, ago=60, **told)
    sent = hand_in(farid, path, ago=90, **told, places="city")

    assert (refused.status_code, sent.json()["state"]) == (422, "sent")
    assert Activity.objects.get().populations == ("injured", "present")


def test_the_same_form_again_is_not_written_again(hand_in, farid, incident):
    form = {"key": uuid7(), "kind": "information", "text": "The hall is open"}
    answers = [hand_in(farid, ago=ago, **form).json()["state"] for ago in (10, 90)]

    assert answers == ["sent", "sent"]
    assert LogEntry.objects.count() == 1


def test_another_form_under_a_used_key_is_refused(hand_in, farid, incident):
    key = uuid7()
    hand_in(farid, key=key, kind="information", text="The hall is open")
    answer = hand_in(farid, key=key, kind="information", text="The hall is closed")

    assert answer.status_code == 422
    assert LogEntry.objects.count() == 1


def test_nothing_is_taken_in_the_name_of_another(hand_in, farid, chen, incident):
    answer = hand_in(farid, writer=chen, kind="information", text="Not his")

    assert (answer.status_code, answer.json()) == (409, {"state": "another"})
    assert not LogEntry.objects.exists()


def test_a_refused_form_tells_what_is_wrong_and_may_come_again(hand_in, farid, incident):
    key = uuid7()
    answer = hand_in(farid, key=key, kind="decision", text="We open the school")
    again = hand_in(farid, key=key, kind="decision", text="We open the school", reasons="Water")

    assert answer.status_code == 422
    assert "Reasons: Give the reasons" in answer.json()["errors"][0]
    assert again.json()["state"] == "sent"


def test_a_damaged_key_is_refused_in_words(hand_in, farid, incident):
    answer = hand_in(farid, key="x", kind="information", text="Now")

    assert answer.status_code == 422
    assert "key" in answer.json()["errors"][0]


def test_whoever_is_signed_out_is_told_so_without_a_page(client, farid, incident):
    answer = client.post(LOG, {"text": "x"}, headers={"Takatuf-Outbox": str(uuid7())})

    assert (answer.status_code, answer.json()) == (401, {"state": "signed-out"})


def test_a_stranger_to_the_incident_learns_no_more_than_of_one_that_never_was(
    hand_in, stranger, incident
):
    there, nowhere = (
        hand_in(stranger, path, kind="information", text="Let me in")
        for path in (LOG, LOG.replace("/1/", "/99/"))
    )

    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)
    assert not LogEntry.objects.exists()


def test_an_action_taken_without_a_network_keeps_its_hour(hand_in, farid, task):
    answer = hand_in(
        farid,
        f"/en/desk/marsa-noor/incidents/1/actions/{task.pk}/take/",
        ago=3600,
        version=task.version,
    )

    task.refresh_from_db()
    assert answer.json()["state"] == "sent"
    assert timezone.now() - task.taken_at > timedelta(minutes=59)


def test_a_device_keeps_only_the_pages_that_the_field_needs(desk_of, amina, incident):
    browser = desk_of(amina)
    room = "/en/desk/marsa-noor/incidents/1/"
    kept = {
        path: "Takatuf-Keep" in browser.get(path)
        for path in (LOG, room, f"{room}actions/", f"{room}roll-call/", f"{room}reports/",
                     f"{room}hold/", "/en/desk/marsa-noor/contacts/", "/en/desk/today/")
    }  # fmt: skip

    assert [path for path, keep in kept.items() if not keep] == [
        f"{room}reports/",
        f"{room}hold/",
        "/en/desk/marsa-noor/contacts/",
    ]


def test_every_page_says_who_reads_it_so_that_a_device_forgets_the_one_before(
    client, desk_of, farid
):
    assert desk_of(farid).get("/en/")["Takatuf-Reader"] == str(farid.pk)
    assert client.get("/en/")["Takatuf-Nobody"] == "yes"


def test_the_worker_stands_before_every_page_and_names_nobody(client, settings):
    answer = client.get("/sw.js")

    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert 'const TONGUES = ["ar", "en", "fr"]' in answer.content.decode()
