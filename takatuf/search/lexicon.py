"""Which words of one language stand for which of another: learned from our own texts.

    python -m takatuf.search.lexicon

reads the guide and the sentences of the interface, which say the same in every language, works
out which stems answer to each other (IBM Model 1, Brown and others 1993, in both directions)
and writes `lexicon.json`: for each stem at most three of each other language. The library's
cards are left out, so that the search can be measured on them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from takatuf.foundation.text import search_key

FILE = Path(__file__).parent / "lexicon.json"
LANGUAGES = ("ar", "en", "fr")
ROUNDS = 6
MOST = 3  # stems of one other language that stand for a stem
LEAST = 0.12  # of the geometric mean of both probabilities
Pair = tuple[list[str], list[str]]
# Common words that our texts avoid or hardly use: from them alone the lexicon would learn
# nothing, or by chance a wrong thing. Each with the words that our texts have in its place.
OFTEN_ASKED = {
    "عائلات": "الأسر families familles",
    "جرحى": "المصابين injured blessés",
    "إشاعة": "شائعات rumours rumeurs",
    "جنازة": "جنائز funerals funérailles",
}


@cache
def lexicon() -> Mapping[str, tuple[str, ...]]:
    """Stem behind its language (`en_rumour`) to those of other languages that stand for it."""
    read = json.loads(FILE.read_text()) if FILE.exists() else {}
    return {stem: tuple(others) for stem, others in read.items()} | dict(_often_asked())


def _often_asked() -> Iterator[tuple[str, tuple[str, ...]]]:
    from takatuf.foundation.stems import stem

    for asked, ours in OFTEN_ASKED.items():
        words = zip(LANGUAGES, ours.split(), strict=True)
        stems = tuple(f"{language}_{stem(search_key(word), language)}" for language, word in words)
        yield f"ar_{stem(search_key(asked), 'ar')}", stems


def learned(texts: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """The lexicon of texts that say the same in several languages."""
    from takatuf.foundation.stems import empty_words, stem, words_of

    told: list[dict[str, list[str]]] = []
    for text in texts:
        told.append(
            {
                language: [
                    f"{language}_{stem(word, language)}"
                    for word in dict.fromkeys(words_of(words))
                    if word not in empty_words() and not word.isdigit()
                ]
                for language, words in text.items()
                if language in LANGUAGES and words
            }
        )
    made: dict[str, list[str]] = defaultdict(list)
    for one in LANGUAGES:
        for other in LANGUAGES:
            if one != other:
                pairs = [(text[one], text[other]) for text in told if one in text and other in text]
                _add(made, pairs)
    return {stem: made[stem] for stem in sorted(made)}


def _add(made: dict[str, list[str]], pairs: list[Pair]) -> None:
    forth = _probabilities(pairs)
    back = _probabilities([(there, here) for here, there in pairs])
    met: Counter[str] = Counter(stem for here, _there in pairs for stem in set(here))
    for stem, answers in forth.items():
        if met[stem] < 2:
            continue
        rated = sorted(
            ((chance * back[other].get(stem, 0.0)) ** 0.5, other)
            for other, chance in answers.items()
        )
        made[stem] += [other for rate, other in reversed(rated[-MOST:]) if rate >= LEAST]


def _probabilities(pairs: list[Pair]) -> dict[str, dict[str, float]]:
    """How likely each stem there is, given each stem here; by expectation and maximisation."""
    chances: dict[str, dict[str, float]] = defaultdict(dict)
    for here, there in pairs:
        for stem in here:
            for other in there:
                chances[stem][other] = 1.0
    for _round in range(ROUNDS):
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for here, there in pairs:
            for other in there:
                whole = sum(chances[stem][other] for stem in here)
                for stem in here:
                    counts[stem][other] += chances[stem][other] / whole
        for stem, found in counts.items():
            total = sum(found.values())
            chances[stem] = {other: count / total for other, count in found.items()}
    return chances


def own_texts() -> Iterator[dict[str, str]]:
    """The sentences of the guide and of the interface in the languages that each has."""
    from babel.messages.pofile import read_po

    from takatuf.plans.framework import framework

    for action in framework().actions:
        yield from (dict(words) for words in action.words.values() if words)
    said: dict[str, dict[str, str]] = {}
    for language in ("ar", "fr"):
        catalogue = FILE.parents[1] / "locale" / language / "LC_MESSAGES" / "django.po"
        with catalogue.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and isinstance(message.id, str) and message.string:
                    said.setdefault(message.id, {"en": message.id})[language] = str(message.string)
    yield from said.values()


if __name__ == "__main__":
    FILE.write_text(json.dumps(learned(own_texts()), ensure_ascii=False, indent=0) + "\n")
