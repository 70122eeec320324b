"""Dialogues: those that ship are taken in; the secretariat prepares, publishes and keeps others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import count, product
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, record
from takatuf.learning.dialogues import Body, fingerprint, shipped_dialogues
from takatuf.learning.models import Dialogue
from takatuf.learning.services.registrations import fill_places, tell_of_withdrawal
from takatuf.learning.vocabulary import DialogueState, Participants, Read
from takatuf.network.access import check_may_curate
from takatuf.network.queries import somebody_else_curates
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.translation.queries import public_texts, words_of
from takatuf.translation.services import Shipped, put_texts, say_publicly

OWNER = "dialogues"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAKEN = frozenset({"answer", "prepare"})  # addresses beside it that mean something else
CELLS = [list(cell) for cell in product(Phase.values, Workstream.values)]


def load_dialogues(*, now: datetime) -> int:
    """Take in the dialogues that ship and answer how many were new or changed. Safe to repeat.

    What the secretariat has edited since is left as it stands; its words follow the rules of
    `translation.put_texts`. Where nothing changed it costs two queries.
    """
    bodies = shipped_dialogues()
    held = {one.slug: one for one in Dialogue.objects.filter(slug__in=[b["slug"] for b in bodies])}
    changed = 0
    for body in bodies:
        told, one = fingerprint(body), held.get(body["slug"])
        if one and (one.shipped == told or one.edited_by_id):
            continue
        changed += 1
        values = _values(body) | {"shipped": told}
        if one is None:
            Dialogue.objects.create(
                **values,
                slug=body["slug"],
                state=DialogueState.PUBLISHED,
                created_at=now,
                published_at=now,
            )
        else:
            Dialogue.objects.filter(pk=one.pk).update(**values)
    put_texts(OWNER, _texts(bodies), now=now)
    return changed


def _values(body: Body) -> dict[str, Any]:
    plain = ("precision", "country", "timezone", "source_language", "people", "more_than")
    lists = ("participants", "themes", "programme", "sources")
    return {
        **{name: body[name] for name in (*plain, *lists)},
        "begins_on": date.fromisoformat(body["begins_on"]),
        "ends_on": date.fromisoformat(body["ends_on"]),
    }


def _texts(bodies: Iterable[Body]) -> Iterator[Shipped]:
    for body in bodies:
        words: Mapping[str, Mapping[str, str]] = body["words"]
        for name, versions in words.items():
            yield Shipped(f"dialogue/{body['slug']}/{name}", versions, body["source_language"])


# What the secretariat does


class Frame(NamedTuple):
    """When and where a dialogue is held, and who may come."""

    begins_on: date
    ends_on: date
    precision: str
    country: str
    timezone: str
    places: int | None = None
    register_until: date | None = None


@transaction.atomic
def prepare_dialogue(
    actor: Actor,
    *,
    slug: str,
    language: str,
    frame: Frame,
    words: Mapping[str, str],
    now: datetime,
) -> Dialogue:
    """Begin a dialogue that nobody sees until it is published. `words` are by field."""
    check_may_curate(actor)
    _check_frame(frame)
    if slug in TAKEN or not SLUG.fullmatch(slug):
        raise Refused(
            _("Write small letters, digits and hyphens, as in oslo-2023."),
            code="slug",
            field="slug",
        )
    if Dialogue.objects.filter(slug=slug).exists():
        raise Refused(
            _("Another dialogue has this address. Choose another."), code="taken", field="slug"
        )
    dialogue = Dialogue.objects.create(
        **frame._asdict(),
        slug=slug,
        source_language=language,
        created_at=now,
        edited_by_id=actor.person_id,
    )
    _say(actor, dialogue, words, language, now)
    _note(actor, "dialogue.prepared", dialogue, now)
    return dialogue


@transaction.atomic
def edit_dialogue(
    actor: Actor,
    dialogue: Dialogue,
    *,
    changes: int,
    frame: Frame,
    words: Mapping[str, str],
    now: datetime,
) -> Dialogue:
    """Change when and where it is held and what it is about, in its own language.

    Whoever comes, and has it in a calendar, finds the change there. More places are given at
    once to those who wait.
    """
    dialogue = _opened(actor, dialogue, changes)
    _check_frame(frame)
    for name, value in frame._asdict().items():
        setattr(dialogue, name, value)
    _saved(actor, dialogue)
    _say(actor, dialogue, words, dialogue.source_language, now)
    _note(actor, "dialogue.edited", dialogue, now, part="frame")
    fill_places(dialogue, now=now)
    return dialogue


@transaction.atomic
def tell_what_came_of_it(
    actor: Actor,
    dialogue: Dialogue,
    *,
    changes: int,
    learned: str,
    people: int | None,
    more_than: bool,
    participants: Mapping[str, int | None],
    now: datetime,
) -> Dialogue:
    """Say who took part, by kind and number (None where it is not known), and what was learned."""
    dialogue = _opened(actor, dialogue, changes)
    unknown = set(participants) - set(Participants.values)
    if unknown:
        raise Refused(_("Choose from the list."), code="kind", field="participants")
    dialogue.people, dialogue.more_than = people, more_than
    dialogue.participants = [
        {"kind": kind, "number": participants[kind], "more_than": False}
        for kind in Participants.values
        if kind in participants
    ]
    _saved(actor, dialogue)
    _say(actor, dialogue, {"learned": learned}, dialogue.source_language, now)
    _note(actor, "dialogue.edited", dialogue, now, part="learned")
    return dialogue


@transaction.atomic
def add_theme(
    actor: Actor, dialogue: Dialogue, *, words: str, cells: Iterable[tuple[str, str]], now: datetime
) -> Dialogue:
    """Add a theme and the cells of the guide (phase and workstream) to which it leads."""
    dialogue = _opened(actor, dialogue)
    chosen = [[phase, stream] for phase, stream in cells]
    if not chosen or any([p, s] not in CELLS for p, s in chosen):
        raise Refused(_("Choose at least one cell of the guide."), code="cells", field="cells")
    key = _new_key(dialogue.themes, "t")
    dialogue.themes = [*dialogue.themes, {"key": key, "cells": chosen}]
    _saved(actor, dialogue)
    _say(actor, dialogue, {f"theme-{key}": words}, dialogue.source_language, now)
    _note(actor, "dialogue.edited", dialogue, now, part="themes")
    return dialogue


@transaction.atomic
def remove_theme(actor: Actor, dialogue: Dialogue, *, key: str, now: datetime) -> Dialogue:
    """Take a theme out."""
    return _without(actor, dialogue, "themes", "theme", key, now)


@transaction.atomic
def add_programme_item(
    actor: Actor,
    dialogue: Dialogue,
    *,
    words: str,
    on: date,
    starts: time | None,
    ends: time | None,
    now: datetime,
) -> Dialogue:
    """Add a line to the programme, by the clocks of the place."""
    dialogue = _opened(actor, dialogue)
    if not dialogue.begins_on <= on <= dialogue.ends_on:
        raise Refused(_("Give a day of the dialogue."), code="day", field="on")
    if ends and (starts is None or ends <= starts):
        raise Refused(_("It must end after it starts."), code="hours", field="ends")
    key = _new_key(dialogue.programme, "p")
    item = {
        "key": key,
        "on": on.isoformat(),
        "starts": f"{starts:%H:%M}" if starts else "",
        "ends": f"{ends:%H:%M}" if ends else "",
    }
    dialogue.programme = [*dialogue.programme, item]
    _saved(actor, dialogue)
    _say(actor, dialogue, {f"programme-{key}": words}, dialogue.source_language, now)
    _note(actor, "dialogue.edited", dialogue, now, part="programme")
    return dialogue


@transaction.atomic
def remove_programme_item(actor: Actor, dialogue: Dialogue, *, key: str, now: datetime) -> Dialogue:
    """Take a line out of the programme."""
    return _without(actor, dialogue, "programme", "programme", key, now)


@transaction.atomic
def add_dialogue_source(
    actor: Actor,
    dialogue: Dialogue,
    *,
    title: str,
    publisher: str,
    year: int | None,
    url: str,
    language: str,
    read: str,
    verified: bool,
    now: datetime,
) -> Dialogue:
    """Add the record of something that was read; texts cite it as `[s1]`."""
    dialogue = _opened(actor, dialogue)
    number = max((int(one["id"].removeprefix("s")) for one in dialogue.sources), default=0) + 1
    source: dict[str, object] = {
        "id": f"s{number}",
        "title": clean_text(title),
        "publisher": clean_text(publisher),
        "year": year,
        "url": url or None,
        "language": language,
        "read": Read(read).value,
        "supports": [],
        "verified": verified,
    }
    dialogue.sources = [*dialogue.sources, source]
    _saved(actor, dialogue)
    _note(actor, "dialogue.edited", dialogue, now, part="sources")
    return dialogue


@transaction.atomic
def remove_dialogue_source(
    actor: Actor, dialogue: Dialogue, *, code: str, now: datetime
) -> Dialogue:
    """Take a source out, unless a text still cites it."""
    dialogue = _opened(actor, dialogue)
    texts = public_texts(dialogue.prefix).values()
    if any(f"[{code}]" in words for text in texts for words in words_of(text).values()):
        raise Refused(_("A text of this dialogue still cites this source."), code="cited")
    dialogue.sources = [one for one in dialogue.sources if one["id"] != code]
    _saved(actor, dialogue)
    _note(actor, "dialogue.edited", dialogue, now, part="sources")
    return dialogue


@transaction.atomic
def publish_dialogue(
    actor: Actor, dialogue: Dialogue, *, reason: str = "", now: datetime
) -> Dialogue:
    """Let everybody read it. A second person publishes; where there is none, whoever wrote it
    does so alone, with a reason."""
    dialogue = _opened(actor, dialogue)
    if dialogue.state == DialogueState.PUBLISHED:
        raise Refused(_("This dialogue is public already."), code="published")
    told = public_texts([f"{dialogue.prefix}{name}" for name in ("title", "place")])
    if len(told) < 2:
        raise Refused(_("Give it a title and a place first."), code="words")
    alone = actor.person_id is not None and actor.person_id == dialogue.edited_by_id
    if alone and somebody_else_curates(actor):
        raise Refused(
            _("You changed it last: somebody else of the secretariat publishes it."), code="own"
        )
    if alone and not reason.strip():
        raise Refused(
            _("Nobody else can publish it. Give the reason why you publish it alone."),
            code="reason",
            field="reason",
        )
    dialogue.state, dialogue.published_at = DialogueState.PUBLISHED, now
    dialogue.published_by_id = actor.person_id
    dialogue.alone_reason = clean_text(reason) if alone else ""
    dialogue.withdrawn_at, dialogue.withdrawn_reason = None, ""
    dialogue.changes += 1
    dialogue.save()
    if alone:
        private = {"reason": dialogue.alone_reason}
        _note(actor, "dialogue.published_alone", dialogue, now, private=private)
    else:
        _note(actor, "dialogue.published", dialogue, now)
    return dialogue


@transaction.atomic
def withdraw_dialogue(actor: Actor, dialogue: Dialogue, *, reason: str, now: datetime) -> Dialogue:
    """Take it from the public; its address then says why, and whoever meant to come is told."""
    dialogue = _opened(actor, dialogue)
    if dialogue.state != DialogueState.PUBLISHED:
        raise Refused(_("This dialogue is not public."), code="not-published")
    if not reason.strip():
        raise Refused(_("Give the reason: everybody reads it."), code="reason", field="reason")
    dialogue.state, dialogue.withdrawn_at = DialogueState.WITHDRAWN, now
    dialogue.withdrawn_reason = clean_text(reason)
    _saved(actor, dialogue)
    _note(actor, "dialogue.withdrawn", dialogue, now, private={"reason": dialogue.withdrawn_reason})
    if dialogue.ends_on >= now.date():
        tell_of_withdrawal(dialogue, now=now)
    return dialogue


def _opened(actor: Actor, dialogue: Dialogue, changes: int | None = None) -> Dialogue:
    """The dialogue as it is now, held by this transaction, for whoever may change it."""
    check_may_curate(actor)
    found = Dialogue.objects.select_for_update().get(pk=dialogue.pk)
    if changes is not None and changes != found.changes:
        raise Refused(
            _("Somebody changed this dialogue meanwhile. Look at it again, then send yours."),
            code="changed",
        )
    return found


def _saved(actor: Actor, dialogue: Dialogue) -> None:
    dialogue.changes += 1
    if actor.person_id is not None:
        dialogue.edited_by_id = actor.person_id
    dialogue.save()


def _without(
    actor: Actor, dialogue: Dialogue, part: str, name: str, key: str, now: datetime
) -> Dialogue:
    dialogue = _opened(actor, dialogue)
    left = [one for one in getattr(dialogue, part) if one["key"] != key]
    if len(left) == len(getattr(dialogue, part)):
        return dialogue
    setattr(dialogue, part, left)
    _saved(actor, dialogue)
    _say(actor, dialogue, {f"{name}-{key}": ""}, dialogue.source_language, now)
    _note(actor, "dialogue.edited", dialogue, now, part=part)
    return dialogue


def _new_key(held: Iterable[Mapping[str, Any]], start: str) -> str:
    """A key that none of these has: t1, t2 …"""
    taken = {one["key"] for one in held}
    return next(key for number in count(1) if (key := f"{start}{number}") not in taken)


def _check_frame(frame: Frame) -> None:
    if frame.ends_on < frame.begins_on:
        raise Refused(_("The last day lies before the first."), code="days", field="ends_on")
    if frame.register_until and frame.register_until > frame.ends_on:
        raise Refused(
            _("Registration cannot end after the dialogue."), code="until", field="register_until"
        )


def _say(
    actor: Actor, dialogue: Dialogue, words: Mapping[str, str], language: str, now: datetime
) -> None:
    texts = {dialogue.prefix + name: written for name, written in words.items()}
    say_publicly(OWNER, texts, language=language, by=actor.person_id, now=now)


def _note(
    actor: Actor,
    verb: str,
    dialogue: Dialogue,
    now: datetime,
    *,
    private: Mapping[str, str] | None = None,
    **facts: object,
) -> None:
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"dialogue:{dialogue.pk}",
        facts={"dialogue": dialogue.slug, **facts},
        private=private or {},
        at=now,
    )
