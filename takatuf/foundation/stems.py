"""The words of a text and their stems, in the languages that have a stemmer here."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import Lock

import Stemmer

from takatuf.foundation.text import search_key

STEMMERS = {"ar": "arabic", "en": "english", "fr": "french", "nb": "norwegian"}
LONGEST = 40  # letters of a word; longer ones are cut
WORD = re.compile(r"[^\W_]+")
ARABIC_BEFORE = re.compile("^(?:وال|بال|كال|فال|ولل|لل|ال)(?=..)")
ARABIC_AFTER = re.compile("(?<=...)(?:يه|ه)$")

# Words that stand in every text: a question is asked without them, unless it has no others.
EMPTY_WORDS = {
    "ar": "في من على الى إلى عن مع ما ماذا هل كيف اين متى لماذا هذا هذه ذلك تلك التي الذي الذين "
    "هو هي هم و او أو ثم ان أن إن كان كانت يكون لا لم لن قد كل بعد قبل عند بين حتى اذا لكن بعض "
    "يمكن يجب تم غير منذ أي اي نحن انا أنا لها له لهم فيها فيه منها منه عليها عليه",
    "en": "a an and are as at be been by can could did do does for from had has have how i if in "
    "into is it its may of on or our should so than that the their them then there they this "
    "to us was we were what when where which who whom why will with would you your",
    "fr": "a à au aux avec ce ces cette comment dans de des du elle elles en est et être ils il "
    "je la le les leur leurs lui mais nous on ont ou où par pas peut pour pourquoi qu que quand "
    "quel quelle quelles quels qui quoi sa se ses si son sont sur un une vous d l c s n j m t y",
    "nb": "alle at av da de den der det du en er et etter for fra han har hva hvem hvor hvordan "
    "hvorfor i ikke jeg kan man med men mot når nå og om opp oss over på seg sin skal som så til "
    "ut var ved vi vil å",
}


@cache
def empty_words() -> frozenset[str]:
    """The words of every language here that a question is asked without, folded."""
    return frozenset(search_key(word) for words in EMPTY_WORDS.values() for word in words.split())


def words_of(text: str) -> list[str]:
    """The folded words of a text, in their order."""
    return [word[:LONGEST] for word in WORD.findall(search_key(text))]


_stemmers: dict[str, Stemmer.Stemmer] = {}
_turn = Lock()  # a stemmer serves one thread at a time


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; the word itself in a language without a stemmer.

    Snowball's. Of an Arabic word it takes the plural's ending only behind the article, so that
    each is given one, in the place of what was written together with it; and the feminine
    ending, which folding has changed, goes afterwards.
    """
    name = STEMMERS.get(language.split("-")[0])
    if name is None:
        return word
    if name == "arabic":
        word = f"ال{ARABIC_BEFORE.sub('', word)}"
    with _turn:
        if name not in _stemmers:
            _stemmers[name] = Stemmer.Stemmer(name)
        found = str(_stemmers[name].stemWord(word))
    return ARABIC_AFTER.sub("", found) if name == "arabic" else found
