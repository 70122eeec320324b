"""How text becomes terms to be searched, and how two rankings become one; no database.

A term is a folded word (`search_key`) or, behind the code of its language and a `_`, the
word's stem: `attacks` in English gives `attacks` and `en_attack`. Both databases are fed with
the same terms, so that both find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from math import log
from typing import TypeVar

from takatuf.foundation.stems import STEMMERS, empty_words, stem, words_of
from takatuf.foundation.text import search_key

MOST_ASKED = 200  # characters of a question; more is no question
MOST_WORDS = 16  # of a question
# A word as it was written, with the marks that folding drops.
WRITTEN = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u0640\u064b-\u065f\u0670])*")
ARABIC = re.compile("[\u0600-\u06ff]")
SENTENCE_END = re.compile(r"(?<=[.!?؟…])\s+|\n+")
CITED = re.compile(r"\s*\[s\d+\]")


T = TypeVar("T")
WORDS_COUNT = 0.15


def terms_of(text: str, language: str) -> list[str]:
    """The terms under which a text of this language is found, in the text's order."""
    code = language.split("-")[0]
    return [term for word in words_of(text) for term in (word, f"{code}_{stem(word, code)}")]


def asked(question: str, lexicon: Mapping[str, Sequence[str]] | None = None) -> list[list[str]]:
    """The terms of a question, those of one word together: whichever of them a text has,
    it has the word. In any language, since a reader may ask in one of another's words, and
    with the stems of other languages that stand for it (`lexicon.py`)."""
    words = list(dict.fromkeys(words_of(question[:MOST_ASKED])))
    telling = [word for word in words if word not in empty_words()]
    return [_group(word, lexicon or {}) for word in (telling or words)[:MOST_WORDS]]


def _group(word: str, lexicon: Mapping[str, Sequence[str]]) -> list[str]:
    stems = [f"{code}_{stem(word, code)}" for code in _languages_of(word)]
    others = (other for one in stems for other in lexicon.get(one, ()))
    return list(dict.fromkeys([word, *stems, *others]))


def _languages_of(word: str) -> list[str]:
    arabic = bool(ARABIC.search(word))
    return [code for code in STEMMERS if (code == "ar") is arabic]


def answers(groups: Sequence[Sequence[str]], text: str) -> bool:
    """Whether a text of any language has every word of a question (`asked`)."""
    terms = set(words_of(text))
    terms |= {f"{code}_{stem(word, code)}" for word in terms for code in _languages_of(word)}
    return bool(groups) and all(not terms.isdisjoint(group) for group in groups)


def sentences_of(texts: Iterable[str], *, longest: int = 400) -> list[str]:
    """The sentences of texts, without what cites a source: whose meaning is worked out."""
    found = (
        sentence.strip()[:longest]
        for text in texts
        for sentence in SENTENCE_END.split(CITED.sub("", text))
    )
    return [sentence for sentence in found if len(sentence) > 1]


def fused(by_words: Mapping[T, float], by_meaning: Mapping[T, float]) -> list[tuple[T, float]]:
    """Two ways of finding the same things made into one ranking, the best first, with its score.

    The share of the question's words that a thing has, from 0 to 1, counts `WORDS_COUNT` of
    what its nearness in meaning counts, which seldom passes 0.6.
    """
    scores = {
        name: WORDS_COUNT * by_words.get(name, 0.0) + by_meaning.get(name, 0.0)
        for name in {**by_words, **by_meaning}
    }
    return sorted(scores.items(), key=lambda pair: -pair[1])


# What a reader is shown of a text


def _hits(text: str, wanted: frozenset[str], language: str) -> Iterator[re.Match[str]]:
    code = language.split("-")[0]
    for written in WRITTEN.finditer(text):
        for word in words_of(written[0]):
            if word in wanted or f"{code}_{stem(word, code)}" in wanted:
                yield written
                break


def words_found(texts: Iterable[str], terms: Iterable[str], language: str) -> list[str]:
    """The words of the texts that answer to the terms, as they are written there, each once."""
    wanted = frozenset(terms)
    found: dict[str, str] = {}
    for text in texts:
        for hit in _hits(text, wanted, language):
            found.setdefault(search_key(hit[0]), hit[0])
    return list(found.values())


def marked(text: str, terms: Iterable[str], language: str) -> str:
    """The text as HTML, with the words that answer to the terms in `<mark>`."""
    wanted, parts, at = frozenset(terms), [], 0
    for hit in _hits(text, wanted, language):
        parts += [escape(text[at : hit.start()]), f"<mark>{escape(hit[0])}</mark>"]
        at = hit.end()
    return "".join([*parts, escape(text[at:])])


def excerpt_of(
    texts: Sequence[str], terms: Iterable[str], language: str, *, length: int = 240
) -> str:
    """About `length` characters of the texts: from where most of the terms stand together, or
    from the beginning where none does. Cut between words, with … where something is left out."""
    wanted = frozenset(terms)
    best, best_text, best_at = 0, next((text for text in texts if text.strip()), ""), 0
    for text in texts:
        hits = [(hit.start(), search_key(hit[0])) for hit in _hits(text, wanted, language)]
        for at, _word in hits:
            there = len({word for start, word in hits if at <= start < at + length - 20})
            if there > best:
                best, best_text, best_at = there, text, at
    text = CITED.sub("", best_text)
    best_at = min(best_at, max(len(text) - length, 0))
    start = text.rfind(" ", 0, max(best_at - 40, 0)) + 1 if best_at > 40 else 0
    end = len(text)
    if end - start > length:
        end = text.rfind(" ", start + length // 2, start + length)
        end = end if end > 0 else start + length
    cut = " ".join(text[start:end].split())
    return f"{'… ' if start else ''}{cut}{' …' if end < len(text) else ''}"


def weights_of(counts: Iterable[int], of: int) -> list[float]:
    """How much each word tells that so many of the documents have: the logarithm of how rare
    it is (Robertson and Spärck Jones)."""
    return [log(1 + (of - count + 0.5) / (count + 0.5)) for count in counts]
