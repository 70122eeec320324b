"""How far each language is: public texts by state, departures from the glossary, the interface.

One account for the public page, the command and the API, so that their numbers agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

from takatuf.translation.glossary import departures, glossary
from takatuf.translation.models import PublicText
from takatuf.translation.queries import texts_as_they_are
from takatuf.translation.rules import Version
from takatuf.translation.vocabulary import MISSING, State

STATES = (*State.values, MISSING)
ENTRY = re.compile(r'^msgid (".*")\n((?:msgid_plural .*\n)?(?:msgstr(?:\[\d\])? ".*"\n?)+)', re.M)


@dataclass(frozen=True, slots=True)
class Interface:
    """Sentences of the interface in a language; `total` of a language of the public pages is
    what those pages say."""

    total: int
    translated: int

    @property
    def missing(self) -> int:
        return self.total - self.translated


@dataclass(frozen=True, slots=True)
class Standing:
    """One language: how many public texts stand in which state."""

    code: str
    own_name: str
    whole: bool  # the whole system speaks it, not the public pages alone
    texts: int
    by_state: dict[str, int]
    by_kind: dict[str, dict[str, int]]
    alone: int  # of the approved: by whoever wrote them
    departures: int | None  # texts that depart from the glossary; None where it lacks the language
    interface: Interface = field(default_factory=lambda: Interface(0, 0))


def standing() -> list[Standing]:
    """Every installed language, those that the whole system speaks first."""
    stamps = tuple(path.stat().st_mtime_ns for path in _catalogues() if path.is_file())
    return list(_standing(texts_as_they_are(), stamps))


@lru_cache(maxsize=2)
def _standing(_as_they_are: str, _stamps: tuple[int, ...]) -> tuple[Standing, ...]:
    rows = list(
        PublicText.objects.filter(withdrawn=False).values_list(
            "kind", "text__source_language", "text__versions"
        )
    )
    return tuple(_of(code, rows) for code, _name in settings.LANGUAGES)


def _of(code: str, rows: Iterable[tuple[str, str, dict[str, Version]]]) -> Standing:
    by_kind: dict[str, Counter[str]] = {}
    alone = departed = texts = 0
    for kind, source_language, versions in rows:
        texts += 1
        version = versions.get(code)
        state = version["state"] if version else MISSING
        by_kind.setdefault(kind, Counter())[state] += 1
        if version is None:
            continue
        alone += bool(version.get("alone"))
        source = versions.get(source_language, Version(words="", state=""))
        departed += bool(
            code != source_language
            and departures(
                source["words"], version["words"], source_language=source_language, language=code
            )
        )
    totals = sum(by_kind.values(), Counter())
    return Standing(
        code=code,
        own_name=settings.OWN_NAMES.get(code, code),
        whole=code in dict(settings.SPOKEN_LANGUAGES),
        texts=texts,
        by_state={state: totals.get(state, 0) for state in STATES},
        by_kind={kind: dict(counts) for kind, counts in sorted(by_kind.items())},
        alone=alone,
        departures=departed if any(code in term.renderings for term in glossary()) else None,
        interface=_interface(code),
    )


def _catalogues() -> list[Path]:
    return [
        Path(root) / to_locale(code) / "LC_MESSAGES" / "django.po"
        for code, _name in settings.LANGUAGES
        for root in settings.LOCALE_PATHS
    ]


def _interface(code: str) -> Interface:
    """English is what the interface is written in; it has what the fullest catalogue has."""
    if code == "en":
        total = max((_interface(one).total for one, _n in settings.LANGUAGES if one != "en"))
        return Interface(total, total)
    entries: dict[str, bool] = {}
    for path in _catalogues():
        if path.parts[-3] == to_locale(code) and path.is_file():
            for words, strings in ENTRY.findall(path.read_text(encoding="utf-8")):
                if words != '""':
                    entries[words] = entries.get(words, False) or '""' not in strings
    return Interface(len(entries), sum(entries.values()))
