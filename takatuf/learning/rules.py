"""What a card must keep to, over plain values: the same for what ships and for what is
written at the desk. No database, no clock."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from takatuf.learning.vocabulary import Seat

# The texts of a card, in the order in which they are read; those of facts need a source each.
FIELDS = ("title", "context", "done", "outcome", "known_how", "lesson", "caution")
FACTS = ("context", "done", "outcome")
TOLD = FIELDS[1:]
CITED = re.compile(r"\[(s[1-9][0-9]?)\]")
SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*-((?:19|20)[0-9]{2})(?:-[a-z0-9]+)+")

# Whoever registered for a dialogue and never opened the letter is forgotten after this.
UNCONFIRMED_LASTS = timedelta(days=7)
# What one network, and all together, may register in a day; a letter to one address at most
# once in this time.
MOST_FROM_ONE, MOST_FROM_ALL = 5, 300
LETTER_AGAIN_AFTER = timedelta(minutes=10)

Body = Mapping[str, Any]  # a card in the shape of `library/card.schema.json`


def fingerprint(body: Body) -> str:
    """SHA-256 over a card, whatever the order of its keys."""
    return sha256(
        json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def year_of(slug: str) -> str:
    """The year in a card's slug; empty where the slug has not the form place-year-words."""
    found = SLUG.fullmatch(slug)
    return found.group(1) if found else ""


def cited_in(text: str) -> list[str]:
    """The sources that a text cites as `[s1]`, in their order."""
    return CITED.findall(text)


def faults_of(body: Body) -> list[tuple[str, str]]:
    """What a card of the right shape still gets wrong, as field and code; empty: nothing.

    `slug-year`: the year in the address is not the event's. `source-twice`: two sources have
    one id. `unsupported`: a field of facts has no source. `cited-unknown`: a text cites what
    is no source of the card. `cited-elsewhere`: it cites a source that does not claim to
    support it. `cited-differently`: the languages cite different sources.
    """
    faults = []
    if year_of(body["slug"]) != body["date"][:4]:
        faults.append(("slug", "slug-year"))
    ids = [source["id"] for source in body["sources"]]
    if len(set(ids)) != len(ids):
        faults.append(("sources", "source-twice"))
    supported = {field for source in body["sources"] for field in source["supports"]}
    supports = {source["id"]: source["supports"] for source in body["sources"]}
    for field in TOLD:
        if field in FACTS and field not in supported:
            faults.append((field, "unsupported"))
        cited = {language: cited_in(words) for language, words in body[field].items() if words}
        for one in dict.fromkeys(one for many in cited.values() for one in many):
            if one not in supports:
                faults.append((field, "cited-unknown"))
            elif field not in supports[one]:
                faults.append((field, "cited-elsewhere"))
        if len({frozenset(many) for many in cited.values()}) > 1:
            faults.append((field, "cited-differently"))
    return faults


def codes_of(body: Body) -> str:
    """All by which a card is filtered, in one line: ` kind:lesson phase:months … `.

    Each code stands between blanks, so that a list of ten thousand is cut by one pattern in
    either database, and counted without a table of its own.
    """
    codes = {
        f"kind:{body['kind']}",
        f"region:{body['region']}",
        f"size:{body['size']}",
        f"confidence:{body['confidence']}",
        *(f"level:{code}" for code in body["level"]),
        *(f"incident:{code}" for code in body["incident_kinds"]),
    }
    for phase, workstream in body["cells"]:
        codes |= {f"phase:{phase}", f"workstream:{workstream}", f"cell:{phase}/{workstream}"}
    return f" {' '.join(sorted(codes))} "


def nearness(one: Iterable[str], other: Iterable[str]) -> int:
    """How much two cards have in common: a cell counts four, a kind of incident or a
    workstream two, a size, a region or a level one."""
    weight = {"cell": 4, "incident": 2, "workstream": 2, "size": 1, "region": 1, "level": 1}
    return sum(weight.get(code.partition(":")[0], 0) for code in set(one) & set(other))


def seat_for(coming: int, places: int | None) -> Seat:
    """Where somebody who confirms now sits: a place while there is one, else the list."""
    return Seat.COMING if places is None or coming < places else Seat.WAITING


# A card that is being written

LONGEST = {"title": 120, "place": 80} | dict.fromkeys(TOLD, 2_000)
LONGEST_OF_SOURCE = {"title": 300, "publisher": 200, "url": 600, "language": 16, "note": 400}
MOST_SOURCES = 40
DATE = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")
ADDRESS = re.compile(r"https://[^\s/]+\.[^\s]+")


def new_body(source_language: str) -> dict[str, Any]:
    """A card of which nothing is written yet."""
    return {
        "source_language": source_language,
        "slug": "",
        "kind": "practice",
        "country": "",
        "region": "",
        "date": "",
        "size": "",
        "confidence": "",
        "level": [],
        "cells": [],
        "incident_kinds": [],
        "sources": [],
        "links": [],
        **{name: {} for name in LONGEST},
    }


def gaps_of(body: Body) -> list[tuple[str, str]]:
    """What keeps a draft from being published, as field and code; empty: nothing.

    `missing` where something is not said in the card's own language; otherwise as `faults_of`.
    """
    own = body["source_language"]
    gaps = [(name, "missing") for name in LONGEST if not body[name].get(own)]
    plain = ("slug", "country", "region", "date", "size", "confidence")
    listed = ("level", "cells", "incident_kinds", "sources")
    gaps += [(name, "missing") for name in (*plain, *listed) if not body[name]]
    return gaps or faults_of(body)


def free_code(body: Body) -> str:
    """The next code that no source of the card has: s1, s2 …"""
    taken = {source["id"] for source in body["sources"]}
    return next(code for number in range(1, 100) if (code := f"s{number}") not in taken)
