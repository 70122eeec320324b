"""Reading texts in the reader's language, with what to know about the version shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.db.models import QuerySet

from takatuf.translation.engines import translator
from takatuf.translation.first import FIRST
from takatuf.translation.models import MachineRun, Mistake, PublicText, Shown, Text, TextChange
from takatuf.translation.rules import mark_of
from takatuf.translation.vocabulary import State

NOTHING = Shown("", "", State.SOURCE.value)


def in_language(text: Text | None, language: str) -> Shown:
    """The words for a reader of `language`, the language that they are really in, and their
    state; nothing where there is no text."""
    return text.in_language(language) if text else NOTHING


def words_of(text: Text | None) -> dict[str, str]:
    """All versions' words by language, for editing and for the history."""
    return (
        {language: version["words"] for language, version in text.versions.items()} if text else {}
    )


def states_of(text: Text | None) -> dict[str, str]:
    """All versions' states by language."""
    return (
        {language: version["state"] for language, version in text.versions.items()} if text else {}
    )


# Texts that the public reads


def public_texts(keys: str | Iterable[str]) -> dict[str, Text]:
    """Public texts by key, in the order of the keys: those that begin with a prefix
    ("card/oslo-2011-support/"), or exactly those asked for. Withdrawn ones are left out."""
    found = PublicText.objects.filter(withdrawn=False).select_related("text")
    if isinstance(keys, str):
        return {one.key: one.text for one in found.filter(key__startswith=keys).order_by("key")}
    wanted = list(keys)
    by_key = {one.key: one.text for one in found.filter(key__in=wanted)}
    return {key: by_key[key] for key in wanted if key in by_key}


def shown_texts(keys: str | Iterable[str], language: str) -> dict[str, Shown]:
    """As `public_texts`, but what a reader of `language` gets of each, in one query."""
    return {key: text.in_language(language) for key, text in public_texts(keys).items()}


def shown(key: str, language: str) -> Shown:
    """What a reader of `language` gets of one public text; nothing where there is none."""
    return shown_texts([key], language).get(key, NOTHING)


# What readers report


class Told(NamedTuple):
    """What is wrong, the words as they stand where they are known, and how they should read."""

    wrong: str
    reads: str
    should_read: str


def mistakes(which: str = "open") -> QuerySet[Mistake]:
    """The reported mistakes in a state (`all`: in any), the latest first. Asks for no right."""
    found = Mistake.objects.order_by("-reported_at", "-id")
    return found if which == "all" else found.filter(state=which)


def mistakes_about(page: str, language: str) -> QuerySet[Mistake]:
    """The open reports about a page's texts, by what their keys begin with, in one language."""
    of_page = models.Q(text_key__in=[page, f"{page}/"]) | models.Q(text_key__startswith=f"{page}/")
    return mistakes().filter(of_page, language=language)


def count_of_mistakes() -> dict[str, int]:
    """How many reports there are, by state; one statement."""
    counted = Mistake.objects.order_by().values_list("state").annotate(models.Count("pk"))
    return dict(counted)


def told(mistake: Mistake) -> Told:
    """What a report says, to be shown: its own words, or those of the report that ships."""
    first = FIRST.get(mistake.first)
    if first is None:
        return Told(mistake.wrong, "", mistake.should_read)
    return Told(str(first.wrong), first.reads, first.should_read)


def last_change() -> str:
    """A mark that moves with every act on a public text, for whoever keeps something made of
    many of them. What ships anew comes with a new start of the server."""
    newest = TextChange.objects.order_by("-id").values_list("pk", flat=True).first()
    return f"{newest}/{TextChange.objects.count()}"


def texts_as_they_are() -> str:
    """A mark of all public texts for what is made of many of them: it moves with every act on
    one, and when others come or go."""
    newest = PublicText.objects.order_by("-id").values_list("pk", flat=True).first()
    there = PublicText.objects.filter(withdrawn=False).count()
    return f"{last_change()}/{newest}/{there}"


def seen(key: str, language: str) -> str:
    """The mark of a version as it is now, to be handed back with the act that follows from
    reading it; empty where there is no such text."""
    public = PublicText.objects.select_related("text").filter(key=key).first()
    if public is None:
        return ""
    return mark_of(public.text.versions, language, public.text.source_language)


# The machine


class Machine(NamedTuple):
    """What a page says of the machine in one language."""

    is_set: bool
    place: str  # the host that words are sent to; empty: they stay on this machine
    run: MachineRun | None  # the latest

    @property
    def at_work(self) -> bool:
        return self.run is not None and self.run.ended_at is None


def machine_of(language: str) -> Machine:
    """Whether a machine is set, where it stands, and how far it is with a language."""
    engine = translator()
    run = MachineRun.objects.filter(language=language).order_by("-asked_at", "-id").first()
    return Machine(engine is not None, engine.place if engine else "", run)
