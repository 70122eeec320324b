"""Asking a machine for versions of public texts; nobody stands behind them until a person does.

Only public texts are sent, and to an engine on another machine only when the operator set one.
A version that a person wrote is never overwritten. Text by text in the worker, so that a slow
engine holds up nothing and what is done stays done.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import WORKER, Actor
from takatuf.foundation.errors import Declined, NotFound, Refused
from takatuf.foundation.text import search_key
from takatuf.journal.services import INSTALLATION, record
from takatuf.translation.access import check_may_review
from takatuf.translation.engines import CannotTranslate, Translator, Unavailable, translator
from takatuf.translation.engines.places import guard, put_back
from takatuf.translation.glossary import terms_used
from takatuf.translation.models import MachineRun, PublicText, Text
from takatuf.translation.rules import mark_of
from takatuf.translation.services.versions import write_version
from takatuf.translation.vocabulary import State

CLAIM_LASTS = timedelta(minutes=10)
MOST_TRIES = 12  # at which no engine answered, with longer and longer waits: about an hour
LONGEST_WAIT = timedelta(minutes=10)
MOST_PROBLEMS = 100  # that a run remembers
# What a machine may write over: nothing, its own words, and what its source has left behind.
MAY_FOLLOW = frozenset({State.MACHINE.value, State.BEHIND.value})


@transaction.atomic
def ask_machine(actor: Actor, language: str, *, key: str = "", now: datetime) -> MachineRun:
    """Have one public text translated, or without a `key` all that are missing in a language.

    Answers the run, in which the worker tells how far it is. Raises `Refused` where no engine
    is set, nothing is to be done, or one is at work on this language already.
    """
    check_may_review(actor)
    if language not in dict(settings.LANGUAGES):
        raise NotFound
    engine = translator()
    if engine is None:
        raise Refused(
            _("No machine is set here. Ask the operator of this system."), code="no-machine"
        )
    if MachineRun.objects.filter(language=language, ended_at=None).exists():
        raise Refused(_("The machine is at work on this language already."), code="at-work-already")
    keys = [key] if key else missing_in(language)
    if key:
        _check_may_follow(key, language)
    if not keys:
        raise Refused(_("No text is missing in this language."), code="nothing-missing")
    run = MachineRun.objects.create(
        language=language,
        keys=keys,
        total=len(keys),
        asked_by=actor.person_id,
        asked_at=now,
        due_at=now,
    )
    facts = {"count": len(keys), "place": engine.place}
    _note(actor, "machine.asked", run, now, **facts)
    return run


@transaction.atomic
def stop_machine(actor: Actor, language: str, *, now: datetime) -> None:
    """Ask for no more of a language; what the machine has written stays, marked as its own."""
    check_may_review(actor)
    run = MachineRun.objects.select_for_update().filter(language=language, ended_at=None).first()
    if run is None:
        raise Refused(_("The machine is not at work on this language."), code="not-at-work")
    run.keys, run.ended_at = [], now
    run.save(update_fields=["keys", "ended_at"])
    _note(actor, "machine.stopped", run, now, done=run.done, total=run.total)


def translate_next_text(now: datetime) -> bool:
    """Translate one text of a run that is due. False: there is none, or no engine answers."""
    run = _claimed(now)
    if run is None:
        return False
    engine = translator()
    try:
        if engine is None:
            raise Unavailable("no engine is set")
        why = _translate(engine, run.keys[0], run.language, now)
    except Unavailable as fault:
        _put_off(run, fault, now)
        return False
    _step_done(run, why, now)
    return True


def missing_in(language: str) -> list[str]:
    """The public texts that have no version in a language, by key."""
    held = PublicText.objects.filter(withdrawn=False).exclude(text__source_language=language)
    return [
        key
        for key, versions in held.order_by("key").values_list("key", "text__versions")
        if not (versions.get(language) or {}).get("words")
    ]


def _claimed(now: datetime) -> MachineRun | None:
    """The run that has waited longest, in the hands of this worker."""
    with transaction.atomic():
        due = MachineRun.objects.filter(ended_at=None, due_at__lte=now).order_by("due_at", "id")
        due = due.exclude(claimed_at__gt=now - CLAIM_LASTS)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        run = due.first()
        if run is not None:
            run.claimed_at = now
            run.save(update_fields=["claimed_at"])
    return run


def _translate(engine: Translator, key: str, language: str, now: datetime) -> str:
    """Write the machine's version of one text; answers why it did not, empty where it did."""
    public = PublicText.objects.select_related("text").filter(key=key, withdrawn=False).first()
    if public is None or not _may_follow(public.text, language):
        return "changed-since"
    text = public.text
    seen = mark_of(text.versions, language, text.source_language)
    source = text.versions[text.source_language]["words"]
    try:
        words = translated(engine, source, source=text.source_language, target=language)
        write_version(WORKER, key, language, words, seen=seen, now=now, machine=True)
    except CannotTranslate as fault:
        return fault.reason
    except Declined as refusal:  # its words are no version of the source, or somebody was first
        return refusal.code
    return ""


def translated(engine: Translator, words: str, *, source: str, target: str) -> str:
    """The machine's words for a text, paragraph by paragraph.

    Places, marks of sources, addresses and terms of the glossary are taken out before and put
    back after. Raises `CannotTranslate` where one was lost, and `Unavailable`.
    """
    lines = words.split("\n")
    terms = _terms(words, source, target)
    guarded = [(at, guard(line, terms)) for at, line in enumerate(lines) if line.strip()]
    answers = engine.translate([one.text for _at, one in guarded], source=source, target=target)
    for (at, one), answer in zip(guarded, answers, strict=True):
        lines[at] = put_back(answer, one)
    return "\n".join(lines)


def _terms(words: str, source: str, target: str) -> dict[str, str]:
    """Terms that stand in the text as the glossary itself writes them, with their renderings;
    of a plural the machine finds the form, and the page beside shows where it departs."""
    return {
        used: rendering
        for term, used in terms_used(words, source)
        if (rendering := term.in_language(target)) and used == search_key(term.in_language(source))
    }


def _check_may_follow(key: str, language: str) -> None:
    public = PublicText.objects.select_related("text").filter(key=key, withdrawn=False).first()
    if public is None:
        raise NotFound
    if not _may_follow(public.text, language):
        raise Refused(
            _("Somebody wrote this version. A machine does not write over it."),
            code="written-by-a-person",
        )


def _may_follow(text: Text, language: str) -> bool:
    version = text.versions.get(language)
    return language != text.source_language and (
        not version or not version["words"] or version["state"] in MAY_FOLLOW
    )


@transaction.atomic
def _step_done(run: MachineRun, why: str, now: datetime) -> None:
    run = MachineRun.objects.select_for_update().get(pk=run.pk)
    if run.ended_at:  # stopped meanwhile
        return
    key, *run.keys = run.keys
    run.done += not why
    if why and len(run.problems) < MOST_PROBLEMS:
        run.problems = [*run.problems, {"key": key, "why": why[:200]}]
    run.claimed_at, run.tries, run.error = None, 0, ""
    run.ended_at = None if run.keys else now
    run.save()
    if run.ended_at:
        _note(WORKER, "machine.finished", run, now, done=run.done, total=run.total)


@transaction.atomic
def _put_off(run: MachineRun, fault: Unavailable, now: datetime) -> None:
    """Wait for the engine, longer each time; give up when it stayed away for an hour."""
    run = MachineRun.objects.select_for_update().get(pk=run.pk)
    if run.ended_at:
        return
    run.claimed_at, run.tries, run.error = None, run.tries + 1, fault.reason[:200]
    wait = timedelta(seconds=fault.after or min(2**run.tries, 600))
    run.due_at = now + min(wait, LONGEST_WAIT)
    run.ended_at = now if run.tries >= MOST_TRIES else None
    run.save()
    if run.ended_at:
        _note(WORKER, "machine.given_up", run, now, done=run.done, total=run.total)


def _note(actor: Actor, verb: str, run: MachineRun, now: datetime, **facts: object) -> None:
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"machine-run:{run.pk}",
        facts={"language": run.language, **facts},
        at=now,
    )
