"""Open pages hear that something changed, as long as their reader may, and hold nothing."""

import asyncio
from uuid import UUID

import pytest
from django.utils import timezone

from takatuf.activities.services import take_task
from takatuf.desk import live
from takatuf.desk.live import EVERYWHERE, Found, Hub, Stream, look, may_still_listen, sections_of
from takatuf.journal.queries import sizes_of

EVENTS = "/en/desk/marsa-noor/incidents/1/events/"


@pytest.fixture
def stream_of(incident, desk_of):
    """A stream such as this person's open page has."""

    def make(person):
        browser = desk_of(person)
        return Stream(
            log=incident.city.log,
            about=incident.about,
            incident=incident.pk,
            person=person.pk,
            session=browser.session.session_key,
            version=sizes_of([incident.city.log])[incident.city.log],
        )

    return make


def test_each_act_is_told_to_the_sections_that_show_it():
    assert sections_of(["task.taken", "information.logged"]) == {"actions", "log", "picture"}
    assert sections_of(["call.acknowledged"]) == {"roll-call", "picture"}
    assert sections_of(["phase.changed"]) == {EVERYWHERE}
    assert sections_of([]) == set()


def test_a_look_finds_what_came_since_and_for_which_incident(stream_of, act, farid, task):
    stream = stream_of(farid)
    take_task(act(farid), task, now=timezone.now())

    found = look({stream.log: stream.version}, [stream])

    assert found.acts == {stream.log: {stream.about: {"task.taken"}}}
    assert found.sizes[stream.log] == stream.version + 1
    assert found.gone == []
    assert look({stream.log: stream.version + 1}, []).acts == {}


def test_a_stream_ends_with_the_session_the_post_and_for_another_reader(stream_of, farid, chen):
    from django.contrib.sessions.backends.db import SessionStore

    stream = stream_of(farid)
    assert may_still_listen(stream)
    other = stream_of(chen)
    other.person = farid.pk
    assert not may_still_listen(other)

    farid.memberships.update(ends_at=timezone.now())
    assert not may_still_listen(stream)
    farid.memberships.update(ends_at=None)
    assert may_still_listen(stream)
    SessionStore(stream.session).delete()
    assert not may_still_listen(stream)


def bare(log="city:1", about="incident:1", person=None):
    return Stream(log, about, UUID(int=1), person, "", 5)


def test_only_the_streams_of_the_incident_are_woken():
    async def tried():
        hub, mine, other = Hub(), bare(), bare(about="incident:2")
        hub.streams = {mine, other}
        hub.positions = {"city:1": 5}
        hub.tell(Found({"city:1": 7}, {"city:1": {"incident:1": {"task.taken"}}}, []))
        return mine, other, hub.positions

    mine, other, positions = asyncio.run(tried())
    assert (mine.woken.is_set(), mine.sections, mine.version) == (True, {"actions", "picture"}, 7)
    assert not other.woken.is_set()
    assert positions == {"city:1": 7}


def test_what_was_missed_comes_first_and_an_ended_stream_ends(monkeypatch):
    monkeypatch.setattr(live, "look", lambda positions, due: Found({}, {}, []))

    async def tried():
        hub, stream = Hub(), bare()
        stream.sections = {"log"}
        line = live.told(stream, hub)
        said = [await anext(line), await anext(line)]
        stream.ended = True
        stream.woken.set()
        rest = [piece async for piece in line]
        hub.task.cancel()
        return said, rest, hub.streams, hub.positions

    said, rest, streams, positions = asyncio.run(tried())
    assert said[0].startswith(b"retry: ")
    assert said[1] == (
        b'id: 5\nevent: changed\ndata: {"sections": ["log"], "version": 5, "spread": 40}\n\n'
    )
    assert (rest, streams, positions) == ([], set(), {})


def test_one_person_does_not_take_all_the_lines(monkeypatch):
    hub = Hub()
    hub.streams = {bare(person="a") for _ in range(live.MOST_EACH)}
    assert not hub.has_room("a")
    assert hub.has_room("b")
    monkeypatch.setattr(live, "MOST", live.MOST_EACH)
    assert not hub.has_room("b")


def test_strangers_get_no_stream(desk_of, stranger, client, incident):
    assert desk_of(stranger).get(EVENTS).status_code == 404
    assert client.get(EVENTS).status_code == 302


def test_a_server_that_cannot_keep_a_line_open_says_so(desk_of, farid, incident):
    assert desk_of(farid).get(EVENTS).status_code == 204
