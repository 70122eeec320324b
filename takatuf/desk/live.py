"""Open pages that keep themselves fresh: one look at the record a second for all of them.

A stream tells that something changed, and in which sections, never what: the page then asks
for itself, through its own doors. A stream holds neither a thread nor a connection to the
database; one thread of this process looks for all (`Hub`).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import close_old_connections, connections

from takatuf.accounts.sessions import reader_of
from takatuf.foundation.errors import Declined
from takatuf.incidents.access import incident_by_id
from takatuf.journal.queries import acts_since, sizes_of
from takatuf.network.queries import actor_for

LOOKS_EVERY = 1.0  # seconds
BEATS_EVERY = 20.0  # so that a line which is dead is noticed
CHECKS_EVERY = 30.0  # whether the reader is still signed in and may still know of it
LONGEST = 600.0  # then the browser opens another, through all doors
MOST = 1000  # streams of one process
MOST_EACH = 12  # of one person
PAGE_TAKES = 40  # milliseconds, about: so that pages do not ask all in one instant
AGAIN_AFTER = 3000  # milliseconds until a browser tries again
EVERYWHERE = "*"
# Which sections of an incident tell of an act, by the beginning of its verb.
SECTIONS: dict[str, tuple[str, ...]] = {
    "task": ("actions", "picture"),
    "checklist": ("actions", "picture"),
    "information": ("log", "picture"),
    "decision": ("log", "picture"),
    "question": ("log", "picture"),
    "promise": ("log", "picture"),
    "entry": ("log", "picture"),
    "call": ("roll-call", "picture"),
    "email": ("roll-call", "picture"),
    "sms": ("roll-call", "picture"),
    "report": ("reports",),
    "key_date": ("ahead", "picture"),
    "activity": ("who-does-what",),
    "activities": ("who-does-what",),
    "partner": ("who-does-what",),
}
logger = logging.getLogger(__name__)


def sections_of(verbs: Iterable[str]) -> set[str]:
    """The sections that tell of these acts; `EVERYWHERE` where an act changes the whole room."""
    return {
        section for verb in verbs for section in SECTIONS.get(verb.partition(".")[0], (EVERYWHERE,))
    }


@dataclass(eq=False)
class Stream:
    """One open page. `version` is how long the record was when its reader last heard of it."""

    log: str
    about: str
    incident: UUID
    person: UUID | None
    session: str
    version: int
    sections: set[str] = field(default_factory=set)
    ended: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    checked_at: float = 0.0
    beside: int = 1  # how many listen to the same incident here, itself among them


@dataclass(frozen=True)
class Found:
    """What one look found: for each log its length and the acts, by what they are about; and
    the streams whose reader has gone."""

    sizes: Mapping[str, int]
    acts: Mapping[str, Mapping[str, set[str]]]
    gone: list[Stream]


def look(positions: Mapping[str, int], due: Iterable[Stream]) -> Found:
    """One look at the record, for all streams of a process."""
    sizes = sizes_of(positions)
    acts = {
        log: acts_since(log, positions[log]) for log, size in sizes.items() if size > positions[log]
    }
    return Found(sizes, acts, [stream for stream in due if not may_still_listen(stream)])


def look_from_aside(positions: Mapping[str, int], due: Iterable[Stream]) -> Found:
    """The same in the hub's own thread, whose connection no request opens or closes."""
    close_old_connections()
    return look(positions, due)


def may_still_listen(stream: Stream) -> bool:
    """Whether the session lives, belongs to the same person, and they may know of the incident."""
    reader = reader_of(stream.session)
    if reader is None or reader.pk != stream.person:
        return False
    try:
        incident_by_id(actor_for(reader), stream.incident)
    except Declined:
        return False
    return True


class Hub:
    """The streams of one process and the one who looks for all of them."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.positions: dict[str, int] = {}
        self.task: asyncio.Task[None] | None = None
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")

    def add(self, stream: Stream) -> None:
        stream.checked_at = asyncio.get_running_loop().time()
        self.streams.add(stream)
        self.positions.setdefault(stream.log, stream.version)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.run())

    def remove(self, stream: Stream) -> None:
        self.streams.discard(stream)
        if stream.log not in {other.log for other in self.streams}:
            self.positions.pop(stream.log, None)

    def has_room(self, person: UUID | None) -> bool:
        """Whether one more stream of this person fits."""
        open_now = list(self.streams)
        own = sum(stream.person == person for stream in open_now)
        return len(open_now) < MOST and own < MOST_EACH

    async def run(self) -> None:
        """Look once a second while anybody listens; a fault of the database ends nothing."""
        loop = asyncio.get_running_loop()
        while self.streams:
            await asyncio.sleep(LOOKS_EVERY)
            now = loop.time()
            due = [one for one in self.streams if now - one.checked_at >= CHECKS_EVERY]
            try:
                found = await loop.run_in_executor(
                    self.thread, look_from_aside, dict(self.positions), due
                )
            except Exception:
                logger.exception("The record could not be looked at; open pages wait.")
                continue
            for stream in due:
                stream.checked_at = now
            self.tell(found)
        await loop.run_in_executor(self.thread, connections.close_all)

    def tell(self, found: Found) -> None:
        """Wake the streams that something was found for."""
        for stream in found.gone:
            stream.ended = True
            stream.woken.set()
        beside = Counter(stream.about for stream in self.streams)
        for stream in list(self.streams):
            verbs = found.acts.get(stream.log, {}).get(stream.about)
            if verbs:
                stream.sections |= sections_of(verbs)
                stream.version = found.sizes[stream.log]
                stream.beside = beside[stream.about]
                stream.woken.set()
        for log in self.positions:
            self.positions[log] = found.sizes.get(log, self.positions[log])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_newest: list[Hub] = []


def room_for(person: UUID | None) -> bool:
    """Whether this process takes one more stream of this person; asked from any thread."""
    return all(hub.has_room(person) for hub in _newest)


def hub() -> Hub:
    """The hub of the running event loop, of which a server's process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        _newest[:] = [_hubs[loop]]
    return _hubs[loop]


async def told(stream: Stream, among: Hub | None = None) -> AsyncIterator[bytes]:
    """What goes down the line: at once what was missed, then what comes, and a beat between."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LONGEST
    joined = among or hub()
    joined.add(stream)
    try:
        yield f"retry: {AGAIN_AFTER}\n\n".encode()
        if stream.sections:
            stream.woken.set()
        while not stream.ended and loop.time() < ends_at:
            try:
                await asyncio.wait_for(stream.woken.wait(), BEATS_EVERY)
            except TimeoutError:
                yield b":\n\n"
                continue
            stream.woken.clear()
            if stream.sections and not stream.ended:
                sections, stream.sections = sorted(stream.sections), set()
                told_of = {"sections": sections, "version": stream.version}
                said = json.dumps(told_of | {"spread": stream.beside * PAGE_TAKES})
                yield f"id: {stream.version}\nevent: changed\ndata: {said}\n\n".encode()
    finally:
        joined.remove(stream)
