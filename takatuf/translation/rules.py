"""How the versions of a text follow from what was there and what was written; no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import NotRequired, TypedDict

from takatuf.translation.vocabulary import State

# Reports of mistakes: what one network, and all together, may send in a day.
MISTAKES_FROM_ONE, MISTAKES_FROM_ALL = 10, 300
LONGEST_REPORT, LONGEST_REASON = 2000, 1000
# An address is kept this long after the answer, for a question that comes back.
REPORTER_KEPT = timedelta(days=30)
# And this long where nobody answered at all.
UNANSWERED_KEPT = timedelta(days=365)
SENDER_KEPT = timedelta(days=2)
KEY = re.compile(r"[A-Za-z0-9]+(?:[/._-][A-Za-z0-9]+)*/?")


def is_text_key(text: str) -> bool:
    """Whether this may be the key of a public text: `card/christchurch-2019-navigators/title`."""
    return len(text) <= 200 and KEY.fullmatch(text) is not None


LONGEST_TEXT = 20_000
# What a version must hold exactly as its source does: placeholders, and citations as [s1].
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|\[s\d+\]")


class Version(TypedDict):
    words: str
    state: str
    alone: NotRequired[bool]  # approved by whoever wrote it


def page_of(key: str) -> str:
    """The page or card on which a public text stands: its key without the last part."""
    return key.rpartition("/")[0]


def mark_of(versions: Mapping[str, Version], language: str, source_language: str) -> str:
    """What somebody saw when they opened a version: its source, its words and its state. An
    act that carries another mark than the present one would overwrite another's work."""
    told = [versions.get(code, Version(words="", state="")) for code in (source_language, language)]
    seen = "\x1f".join(f"{one['words']}\x1f{one['state']}" for one in told)
    return sha256(seen.encode()).hexdigest()[:16]


def versions_written(
    before: Mapping[str, Version], language: str, words: str, *, source_language: str, state: str
) -> dict[str, Version]:
    """The versions after one was written; a rewritten source leaves all others behind."""
    after = dict(before)
    if language == source_language:
        after = {
            code: Version(words=version["words"], state=State.BEHIND.value)
            for code, version in before.items()
        }
        state = State.SOURCE.value
    after[language] = Version(words=words, state=state)
    return after


def kind_of(key: str) -> str:
    """The kind of a public text: the first part of its key."""
    return key.partition("/")[0]


def places_of(words: str) -> set[str]:
    """The placeholders and citations in a text."""
    return set(PLACES.findall(words))


def version_fault(source: str, words: str, *, right_to_left: bool) -> str:
    """Why `words` cannot be a version of `source` in a language of that direction: `long`,
    `places` or `script`; empty where they can."""
    if len(words) > LONGEST_TEXT:
        return "long"
    if places_of(source) != places_of(words):
        return "places"
    letters = [char for char in PLACES.sub("", words) if char.isalpha()]
    turned = sum(unicodedata.bidirectional(char) in {"R", "AL"} for char in letters)
    # A name or an abbreviation may stand alone in its own script; a sentence may not.
    if len(letters) > 12 and (not turned if right_to_left else turned * 2 > len(letters)):
        return "script"
    return ""


def versions_of(
    words: Mapping[str, str], *, source_language: str, states: Mapping[str, str] | None = None
) -> dict[str, Version]:
    """The versions of a new text; empty languages are left out.

    The source stands for itself; any other language is a draft unless `states` says more.
    """
    states = states or {}
    return {
        language: Version(
            words=written,
            state=State.SOURCE.value
            if language == source_language
            else str(states.get(language) or State.DRAFT.value),
        )
        for language, written in words.items()
        if written
    }


def versions_after(
    before: Mapping[str, Version],
    words: Mapping[str, str],
    *,
    source_language: str,
    states: Mapping[str, str] | None = None,
) -> dict[str, Version]:
    """The versions that follow when a text is rewritten as `words`.

    A translation that was not touched while its source was rewritten falls behind; one that
    was rewritten is a draft again, unless somebody says that it was reviewed or approved.
    `states` holds what was chosen by hand; what it does not name follows from the words.
    """
    chosen = states or {}
    source_changed = _words(before, source_language) != words.get(source_language, "")
    after: dict[str, str] = {}
    for language, written in words.items():
        old = before.get(language)
        old_state = old["state"] if old else ""
        picked = chosen.get(language) or ""
        if old is None or old["words"] != written:
            after[language] = picked if picked in {State.REVIEWED, State.APPROVED} else ""
        elif picked and picked not in {old_state, State.SOURCE}:
            after[language] = picked
        elif source_changed:
            after[language] = State.BEHIND.value
        else:
            after[language] = old_state if old_state != State.SOURCE else State.REVIEWED.value
    return versions_of(words, source_language=source_language, states=after)


def versions_that_follow(
    before: Mapping[str, Version],
    shipped: Mapping[str, Version],
    *,
    here: Container[str],
    source_language: str,
) -> dict[str, Version]:
    """The versions that follow when the product ships a text anew.

    `here` are the languages whose version was made here: written, reviewed or approved. They
    stay, and fall behind where the source changed under them; all others follow what ships.
    A source written here stays with all its versions, since what ships follows another one.
    """
    if source_language in here:
        return dict(before)
    source_changed = _words(before, source_language) != _words(shipped, source_language)
    after: dict[str, Version] = {}
    for language in dict.fromkeys([*shipped, *(each for each in before if each in here)]):
        if language not in here or language not in before:
            after[language] = shipped[language]
        elif source_changed:
            after[language] = Version(words=before[language]["words"], state=State.BEHIND.value)
        else:
            after[language] = before[language]
    return after


def _words(versions: Mapping[str, Version], language: str) -> str:
    version = versions.get(language)
    return version["words"] if version else ""
