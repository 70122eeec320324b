"""The guide as one document in one language: for programs as JSON, for paper as PDF/UA-1.

Its words are the public texts as they stand here now, and it says how far they may be trusted.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from takatuf.foundation.paper import pdf_of
from takatuf.incidents.vocabulary import Kind
from takatuf.plans.guide import ActionShown, Guide, guide
from takatuf.plans.vocabulary import Anchor, Phase, Size, Workstream
from takatuf.translation.models import Shown
from takatuf.translation.queries import NOTHING, shown_texts
from takatuf.translation.vocabulary import State
from takatuf.ui.reading import direction_of

TEMPLATE = Path(__file__).parent / "typst" / "guide.typ"
PROSE = "page/guide/"
READING = ("reading-1", "reading-2", "reading-3")
# What a reader on paper is told beside a single text; drafts are told of once for all.
MARKED = (State.MACHINE, State.BEHIND)
_turn = Lock()


def guide_document(language: str) -> dict[str, Any]:
    """The whole guide in `language` (BCP 47) as plain values, in the order of phases.

    Each text is `{"text", "language", "direction", "state"}`, since not every text may exist
    in the language that was asked for.
    """
    found = guide(language)
    prose = shown_texts(PROSE, language)
    with translation.override(language):
        return _document(found, {key.removeprefix(PROSE): text for key, text in prose.items()})


def _document(found: Guide, prose: Mapping[str, Shown]) -> dict[str, Any]:
    def told(name: str) -> dict[str, str]:
        return _text(prose.get(name, NOTHING))

    everything = [*prose.values(), *(text for one in found.actions for text in one.texts)]
    return {
        "language": found.language,
        "direction": direction_of(found.language),
        "version": found.version,
        "network": settings.NETWORK_NAME,
        "title": told("title"),
        "lead": told("lead"),
        "reading": {"title": told("reading-title"), "parts": [told(name) for name in READING]},
        "source_note": told("source-note"),
        "states": _states(everything),
        "phases": [
            {
                "code": phase.value,
                "label": str(phase.label),
                "intro": told(f"phase-{phase.value}"),
                "workstreams": [
                    {
                        "code": stream.value,
                        "label": str(stream.label),
                        "actions": [
                            _action(one, found)
                            for one in found.actions
                            if (one.phase, one.workstream) == (phase.value, stream.value)
                        ],
                    }
                    for stream in Workstream
                ],
            }
            for phase in Phase
        ],
        "workstreams": [
            {
                "code": stream.value,
                "label": str(stream.label),
                "intro": told(f"workstream-{stream.value}"),
            }
            for stream in Workstream
        ],
        "sources": _sources(found.actions),
    }


def _text(shown: Shown) -> dict[str, str]:
    return {
        "text": shown.words,
        "language": shown.language or "en",
        "direction": direction_of(shown.language or "en"),
        "state": str(shown.state),
    }


def _states(texts: Iterable[Shown]) -> list[dict[str, Any]]:
    """How many of the texts stand in which state."""
    counted = Counter(str(text.state) for text in texts if text.words)
    return [
        {"state": state.value, "label": str(state.label), "texts": counted[state.value]}
        for state in State
        if counted[state.value]
    ]


def _action(one: ActionShown, found: Guide) -> dict[str, Any]:
    return {
        "code": one.code,
        "url": settings.BASE_URL + reverse("public:guide-action", args=[one.code]),
        "title": _text(one.title),
        "why": _text(one.why),
        "pitfall": _text(one.pitfall),
        "role": one.role,
        "who": one.role_label,
        "when": _when(one),
        "due_minutes": None
        if one.due_within is None
        else round(one.due_within.total_seconds() / 60),
        "anchor": one.anchor,
        "repeat_days": one.repeat_days,
        "repeat": _repeat(one.repeat_days),
        "size": one.size,
        "size_label": str(Size(one.size).label),
        "kinds": list(one.kinds),
        "kind_labels": [str(Kind(kind).label) for kind in one.kinds],
        "source": one.source,
        "after": [
            {"code": code, "title": _text(found.by_code[code].title)}
            for code in one.after
            if code in found.by_code
        ],
    }


def _when(one: ActionShown) -> str:
    if not one.due:
        return ""
    if one.anchor == Anchor.DECLARATION:
        return _("within %(time)s of the declaration") % {"time": one.due}
    return one.due


def _repeat(days: int | None) -> str:
    if days is None:
        return ""
    words = ngettext("again every %(count)s day", "again every %(count)s days", days)
    return words % {"count": days}


def _sources(actions: Iterable[ActionShown]) -> list[str]:
    return sorted({one.source for one in actions if one.source}, key=str.casefold)


def guide_sheet(language: str) -> dict[str, Any]:
    """The document with the words that stand around it on paper."""
    sheet = guide_document(language)
    with translation.override(language):
        marks = {state.value: str(state.label) for state in MARKED}
        sheet["words"] = {
            "contents": _("Contents"),
            "workstreams": _("The six workstreams"),
            "wrong": _("What goes wrong"),
            "label_before": _("%(label)s:"),
            "after": pgettext("before the actions that an action waits for", "After"),
            "only": pgettext("before kinds of incident", "Only for"),
            "source": _("Source"),
            "unsourced": _("Practice, not yet sourced"),
            "sources": _("Sources named in the guide"),
            "states": _("How far these words may be trusted"),
            "states_line": _("Of the texts of this guide in this language:"),
            "version": _("Version of the framework: %(version)s.") % {"version": sheet["version"]},
            "page_of": _("Page %(page)s of %(pages)s"),
            "sizes": {
                Size.TOWN.value: _("from the size of a town"),
                Size.CITY.value: _("from the size of a city"),
            },
            "marks": marks,
        }
    return sheet


def guide_pdf(language: str, *, now: datetime) -> bytes:
    """The guide on paper in one language. Set once and kept in the data folder under the hash
    of all that stands on its pages; setting it takes seconds, reading it again none."""
    sheet = guide_sheet(language)
    written = json.dumps(sheet, sort_keys=True) + TEMPLATE.read_text(encoding="utf-8")
    key = sha256(written.encode()).hexdigest()
    folder = Path(settings.HOME) / "guide"
    kept = folder / f"guide-{language}-{key[:32]}.pdf"
    with suppress(FileNotFoundError):  # not set yet, or just replaced
        return kept.read_bytes()
    with _turn:  # a hundred readers at once wait for one setting
        with suppress(FileNotFoundError):
            return kept.read_bytes()
        return _set_anew(sheet, kept, now)


def _set_anew(sheet: Mapping[str, Any], kept: Path, now: datetime) -> bytes:
    pdf = pdf_of(TEMPLATE, sheet, made_at=now)
    folder = kept.parent
    with suppress(OSError):  # a disk that is full or may not be written: set anew each time
        folder.mkdir(mode=0o700, exist_ok=True)
        half = kept.with_suffix(f".{os.getpid()}.part")  # another process may set it as well
        half.write_bytes(pdf)
        half.replace(kept)
        for former in folder.glob(f"{kept.name.rpartition('-')[0]}-*.pdf"):
            if former != kept:
                former.unlink(missing_ok=True)
    return pdf
