"""The dialogues that ship: read from the files beside this one. Plain values, no database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Body = Mapping[str, Any]
CITED = re.compile(r"\[(s[1-9][0-9]?)\]")
# The texts of a dialogue, in the order in which they are read; themes and programme beside.
WORDS = ("title", "place", "host", "summary", "learned")


@lru_cache(maxsize=1)
def shipped_dialogues() -> tuple[Body, ...]:
    """Every dialogue that the product knows of, in the order of their addresses."""
    return tuple(json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json")))


def fingerprint(body: Body) -> str:
    """SHA-256 over a dialogue, whatever the order of its keys."""
    told = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()


def faults_in(body: Body, cells: Iterable[tuple[str, str]]) -> list[str]:
    """What a dialogue that ships gets wrong, as codes with the place; empty: nothing.

    `cells` are the cells of the guide. Every fact is supported by a source, what a text cites
    is a source of it, and its languages cite the same.
    """
    known, faults = set(cells), []
    supports = {source["id"]: set(source["supports"]) for source in body["sources"]}
    wanted = {*WORDS[:2], *(f"theme-{theme['key']}" for theme in body["themes"])}
    wanted |= {f"programme-{item['key']}" for item in body["programme"]}
    faults += [f"{name}: no words" for name in wanted if not body["words"].get(name, {}).get("en")]
    for theme in body["themes"]:
        faults += [
            f"theme-{theme['key']}: {phase}/{stream} is no cell of the guide"
            for phase, stream in theme["cells"]
            if (phase, stream) not in known
        ]
    for name, words in body["words"].items():
        cited = {language: set(CITED.findall(text)) for language, text in words.items()}
        for one in set().union(*cited.values()):
            if one not in supports:
                faults.append(f"{name}: cites {one}, which is no source")
            elif name not in supports[one]:
                faults.append(f"{name}: cites {one}, which does not claim to support it")
        if len({frozenset(many) for many in cited.values()}) > 1:
            faults.append(f"{name}: the languages cite different sources")
    return faults
