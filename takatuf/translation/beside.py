"""Source and version side by side, with all that helps whoever reviews them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from takatuf.accounts.models import Person
from takatuf.translation.glossary import Departure, Term, departures, terms_used
from takatuf.translation.memory import Suggestion, suggestions
from takatuf.translation.models import PublicText, Shown, TextChange
from takatuf.translation.queries import NOTHING
from takatuf.translation.rules import Version, mark_of
from takatuf.translation.vocabulary import CHANGES, DEPARTS, FIELDS, MISSING, State

MOST_CHANGES = 8
NOBODY = Version(words="", state=MISSING)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a version's history."""

    verb: str
    label: str
    name: str  # empty: the product, or a program
    at: datetime
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One text: its source, its version in a language, and what helps to judge it."""

    key: str
    field: str  # the last part of the key
    source: Shown
    version: Shown  # in that language alone; empty words where there is none
    state: str  # of the version, or "missing"
    mark: str  # to be handed back with the act
    is_source: bool
    own: bool  # the reader wrote it
    written_by: str
    approved_by: str
    alone_reason: str
    hints: list[tuple[Term, str]]  # terms that the source uses, each as the glossary has it
    departures: list[Departure]
    suggestions: list[Suggestion]
    changes: list[Change]

    @property
    def waits(self) -> bool:
        """Whether it could be approved as it stands."""
        return not self.is_source and self.state not in {MISSING, State.APPROVED}


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page or card in the list: what it is called and how its versions stand."""

    page: str
    kind: str
    title: Shown
    states: dict[str, int]
    departs: int


def kinds() -> list[str]:
    """The kinds of public texts that there are."""
    held = PublicText.objects.filter(withdrawn=False)
    return list(held.order_by("kind").values_list("kind", flat=True).distinct())


def counts_by_state(language: str, kind: str = "") -> dict[str, int]:
    """How many versions stand in each state; `missing` counts texts without one."""
    held = _of(kind).annotate(
        state=KeyTextTransform("state", KeyTransform(language, "text__versions"))
    )
    rows = held.order_by().values_list("state").annotate(count=Count("pk"))
    return {state or MISSING: count for state, count in rows}


def _of(kind: str) -> QuerySet[PublicText]:
    held = PublicText.objects.filter(withdrawn=False)
    return held.filter(kind=kind) if kind else held


def pages_with(language: str, *, state: str = "", kind: str = "") -> Any:
    """The pages and cards, by key, that hold a version in this state ("missing" and "departs"
    among them); all of them without one."""
    held = _of(kind)
    if state == MISSING:
        held = held.filter(**{f"text__versions__{language}__isnull": True})
    elif state == DEPARTS:
        held = held.filter(page__in=_departing(language, kind))
    elif state:
        held = held.filter(**{f"text__versions__{language}__state": state})
    return held.order_by("page").values_list("page", flat=True).distinct()


def _departing(language: str, kind: str) -> set[str]:
    rows = _of(kind).values_list("page", "text__source_language", "text__versions")
    return {
        page
        for page, source_language, versions in rows
        if _departures(versions, source_language, language)
    }


def _departures(
    versions: dict[str, Version], source_language: str, language: str
) -> list[Departure]:
    if language == source_language:
        return []
    return departures(
        versions.get(source_language, NOBODY)["words"],
        versions.get(language, NOBODY)["words"],
        source_language=source_language,
        language=language,
    )


def lines_of(pages: list[str], language: str, reader: str) -> list[PageLine]:
    """The lines of a list, in one query; titles in the reader's language."""
    held: dict[str, list[PublicText]] = {page: [] for page in pages}
    for public in (
        PublicText.objects.filter(page__in=pages, withdrawn=False)
        .select_related("text")
        .order_by("key")
    ):
        held[public.page].append(public)
    return [_line(page, texts, language, reader) for page, texts in held.items() if texts]


def _line(page: str, texts: list[PublicText], language: str, reader: str) -> PageLine:
    by_field = {public.key.rpartition("/")[2]: public.text for public in texts}
    title = by_field.get("title") or by_field.get("heading") or texts[0].text
    return PageLine(
        page=page,
        kind=texts[0].kind,
        title=title.in_language(reader),
        states=dict(
            Counter(public.text.versions.get(language, NOBODY)["state"] for public in texts)
        ),
        departs=sum(
            bool(_departures(public.text.versions, public.text.source_language, language))
            for public in texts
        ),
    )


def texts_of(page: str, language: str, *, reader: UUID | None) -> list[Beside]:
    """Every text of a page beside its version, ready to be judged; `reader` is the person who
    looks, who approves nobody's work but another's."""
    held = sorted(
        PublicText.objects.filter(page=page, withdrawn=False).select_related("text"), key=_in_order
    )
    changes = TextChange.objects.filter(Q(language=language) | Q(verb=TextChange.SHIPPED))
    by_text: dict[UUID, list[TextChange]] = {public.pk: [] for public in held}
    for change in changes.filter(public_text__in=held):
        by_text[change.public_text_id].append(change)
    names = _names(held, language, by_text)
    return [_beside(public, language, reader, by_text[public.pk], names) for public in held]


def _in_order(public: PublicText) -> tuple[int, str]:
    """As they are read: title, context, what was done; others by their names."""
    name, known = public.key.rpartition("/")[2], list(FIELDS)
    return (known.index(name) if name in known else len(known), public.key)


def _names(
    held: list[PublicText], language: str, changes: dict[UUID, list[TextChange]]
) -> dict[str, str]:
    hands = [public.hands.get(language, {}) for public in held]
    wanted = {hand.get(name) for hand in hands for name in ("by", "approved_by")}
    wanted |= {str(one.person_id) for some in changes.values() for one in some if one.person_id}
    people = Person.objects.filter(pk__in=[one for one in wanted if one])
    return {str(pk): name for pk, name in people.values_list("pk", "name")}


def _beside(
    public: PublicText,
    language: str,
    reader: UUID | None,
    changes: list[TextChange],
    names: dict[str, str],
) -> Beside:
    text = public.text
    source = text.in_language(text.source_language)
    version = text.versions.get(language)
    is_source = language == text.source_language
    hand = public.hands.get(language, {})
    return Beside(
        key=public.key,
        field=public.key.rpartition("/")[2],
        source=source,
        version=text.in_language(language) if version else NOTHING,
        state=version["state"] if version else MISSING,
        mark=mark_of(text.versions, language, text.source_language),
        is_source=is_source,
        own=bool(reader) and hand.get("by") == str(reader),
        written_by=names.get(hand.get("by", ""), ""),
        approved_by=names.get(hand.get("approved_by", ""), ""),
        alone_reason=hand.get("alone", ""),
        hints=[]
        if is_source
        else [
            (term, term.in_language(language))
            for term, _used in terms_used(source.words, text.source_language)
            if term.in_language(language)
        ],
        departures=_departures(text.versions, text.source_language, language),
        suggestions=[]
        if is_source
        else [
            one
            for one in suggestions(
                source.words, language, source_language=text.source_language, without=public.key
            )
            if version is None or one.words != version["words"]
        ],
        changes=[
            Change(
                verb=one.verb,
                label=str(CHANGES.get(one.verb, one.verb)),
                name=names.get(str(one.person_id or ""), ""),
                at=one.at,
                reason=one.reason,
                words=one.words,
            )
            for one in changes[:MOST_CHANGES]
        ],
    )
