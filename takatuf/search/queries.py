"""Finding: a question in any language, answered by what is public in any language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from django.db.models import Sum

from takatuf.foundation import meaning
from takatuf.search import engine, nearness
from takatuf.search.lexicon import lexicon
from takatuf.search.models import Document, Shelf
from takatuf.search.rules import (
    MOST_ASKED,
    asked,
    excerpt_of,
    fused,
    marked,
    words_found,
)
from takatuf.search.sources import Thing, things_of

MOST = 200  # things that one question finds
LEAST = 0.25  # nearness that nonsense does not reach, with any text


class Hit(NamedTuple):
    """A thing that was found, as its reader sees it, and why."""

    kind: str
    key: str
    language: str  # of title and excerpt
    title: str
    title_html: str
    excerpt_html: str
    words: Sequence[str]  # of the thing, that answer to the question's
    words_in: str  # the language in which they stand
    meaning_in: str  # the language of the text that means much the same; "" where none does
    languages: Sequence[str]  # in which the thing is there
    score: float


class Found(NamedTuple):
    """One page of what was found, and how much there is of each kind and in each language."""

    hits: Sequence[Hit]
    total: int
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    by_meaning: bool  # False: no encoder here, words alone were compared


class _Match(NamedTuple):
    words_in: Sequence[str]  # languages whose text has words of the question, the best first
    meaning_in: Sequence[str]


def find(
    question: str,
    *,
    language: str,
    within: Collection[str] = (),
    kinds: Collection[str] = (),
    languages: Collection[str] = (),
    start: int = 0,
    most: int = 10,
) -> Found:
    """What answers to a question, for a reader of `language`; `start` and `most` cut a page.

    Words count in every language that is here, folded and by their stems; meaning is
    compared across languages. A thing is found once, in whatever languages it is there.
    `within` are the kinds that count at all, every one where it is empty; `kinds` and
    `languages` narrow what is listed, and the counts are those without them.
    """
    question = " ".join(question[:MOST_ASKED].split())
    groups = asked(question, lexicon())
    vector = meaning.of_question(question) if groups else None
    everything = _matches(groups, vector, within, ())
    narrowed = everything
    if kinds or languages:
        narrowed = _matches(groups, vector, kinds or within, languages)
    found = things_of(name for name, _match, _score in narrowed[start : start + most])
    return Found(
        [
            _hit(found[name], match, score, groups, language, languages)
            for name, match, score in narrowed[start : start + most]
            if name in found
        ],
        len(narrowed),
        Counter(kind for (kind, _key), _match, _score in everything),
        Counter(
            code
            for _name, match, _score in everything
            for code in {*match.words_in, *match.meaning_in}
        ),
        vector is not None,
    )


Name = tuple[str, str]  # kind and key


def _matches(
    groups: Sequence[Sequence[str]],
    vector: meaning.Vector | None,
    kinds: Collection[str],
    languages: Collection[str],
) -> list[tuple[Name, _Match, float]]:
    words: dict[Name, dict[str, float]] = {}
    for row in engine.ask(groups, kinds=kinds, languages=languages):
        words.setdefault((row.kind, row.key), {})[row.language] = row.score
    near: dict[Name, dict[str, float]] = {}
    if vector is not None:
        known = _known()
        for at, score in nearness.nearest(
            known, vector, kinds=kinds, languages=languages, most=engine.MOST, least=LEAST
        ):
            name = (str(known.kinds[at]), known.keys[at])
            near.setdefault(name, {})[str(known.languages[at])] = score
    ranking = fused(
        {name: max(scores.values()) for name, scores in words.items()},
        {name: max(scores.values()) for name, scores in near.items()},
    )
    return [
        (name, _Match(list(words.get(name, ())), list(near.get(name, ()))), score)
        for name, score in ranking[:MOST]
    ]


def _hit(
    thing: Thing,
    match: _Match,
    score: float,
    groups: Sequence[Sequence[str]],
    reader: str,
    languages: Collection[str],
) -> Hit:
    wanted = next(iter(languages), reader)
    if wanted not in thing.languages:
        wanted = next(iter([*match.words_in, *match.meaning_in]), reader)
    title, language = thing.title(wanted)
    terms = [term for group in groups for term in group]
    words, words_in = list[str](), ""
    for code in dict.fromkeys([language, *match.words_in]):
        texts = [thing.titles.get(code, ""), *thing.texts.get(code, ())]
        if code in match.words_in and (words := words_found(texts, terms, code)):
            words_in = code
            break
    near = language if language in match.meaning_in else next(iter(match.meaning_in), "")
    excerpt = excerpt_of(list(thing.texts.get(language, ())), terms, language)
    return Hit(
        thing.kind,
        thing.key,
        language,
        title,
        marked(title, terms, language),
        marked(excerpt, terms, language),
        words[:6],
        words_in,
        near,
        thing.languages,
        round(score, 5),
    )


_held: tuple[tuple[int, int], nearness.Known] | None = None
_turn = Lock()


def _known() -> nearness.Known:
    """The meanings of all documents; read anew when the index has another edition."""
    global _held
    shelves = Shelf.objects.aggregate(edition=Sum("edition"))
    edition = (shelves["edition"] or 0, 0)
    with _turn:
        if _held is None or _held[0] != edition:
            rows = Document.objects.exclude(meaning=None).exclude(meaning=b"").order_by("pk")
            _held = (
                edition,
                nearness.gathered(
                    list(rows.values_list("pk", "kind", "key", "language", "meaning"))
                ),
            )
        return _held[1]
