"""Versions that come back from translators in a file: all of it or none of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from takatuf.foundation.actors import Actor
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, record
from takatuf.translation.access import check_may_review
from takatuf.translation.exchange import Fault, Line, PoTexts, fault_of
from takatuf.translation.models import PublicText, Text, TextChange
from takatuf.translation.rules import versions_written
from takatuf.translation.vocabulary import State

BATCH = 200


class Imported(NamedTuple):
    """What became of a file, in numbers of texts. With faults nothing was written, unless the
    rest was asked for."""

    written: int
    same: int  # as they stand here already
    empty: int  # not translated in the file
    unfinished: int  # flagged fuzzy
    faults: list[Fault]


@transaction.atomic
def import_versions(
    actor: Actor,
    read: PoTexts,
    *,
    now: datetime,
    machine: bool = False,
    partly: bool = False,
    only_check: bool = False,
) -> Imported:
    """Take the versions of a file in, as drafts, or as a machine's where the file or `machine`
    says so.

    A line is at fault where its text is unknown, its source has changed since the export, or
    its words cannot be a version of the source. Then nothing is written, unless `partly` asks
    for what is right. `only_check` writes nothing in any case and counts as if it did.
    """
    check_may_review(actor)
    held = {
        public.key: public
        for public in PublicText.objects.filter(
            key__in=[line.key for line in read.lines], withdrawn=False
        )
        .select_related("text")
        .select_for_update(of=("self",))
    }
    faults, right = list(read.faults), []
    same = empty = unfinished = 0
    for line in read.lines:
        fault = _fault(line, read.language, held)
        public = held.get(line.key)
        version = public.text.versions.get(read.language) if public else None
        if fault is None and not line.words:
            empty += 1
        elif fault is None and version and version["words"] == clean_text(line.words):
            same += 1
        elif fault is None and line.fuzzy:
            unfinished += 1
        elif fault is None:
            right.append(line)
        elif line.words:
            faults.append(fault)
        else:
            empty += 1
    faults.sort(key=lambda fault: fault.line)
    if only_check or (faults and not partly):
        right = [] if not only_check else right
        return Imported(len(right), same, empty, unfinished, faults)
    if right:
        _write(actor, read.language, right, held, machine, now)
    return Imported(len(right), same, empty, unfinished, faults)


def _fault(line: Line, language: str, held: Mapping[str, PublicText]) -> Fault | None:
    public = held.get(line.key)
    about = {"key": line.key}
    if public is None:
        return Fault(line.line, "key-unknown", about)
    text = public.text
    if text.source_language == language:
        return Fault(line.line, "is-source", about)
    source = text.versions[text.source_language]["words"]
    if clean_text(line.source) != source:
        return Fault(line.line, "source-changed", about)
    wrong = fault_of(source, line.words, language) if line.words else None
    return Fault(line.line, *wrong) if wrong else None


def _write(
    actor: Actor,
    language: str,
    lines: list[Line],
    held: Mapping[str, PublicText],
    machine: bool,
    now: datetime,
) -> None:
    rows, changes, texts = [], [], []
    for line in lines:
        public, words = held[line.key], clean_text(line.words)
        state = State.MACHINE if machine or line.machine else State.DRAFT
        row = Text(
            id=uuid7(),
            owner=public.text.owner,
            source_language=public.text.source_language,
            versions=versions_written(
                public.text.versions,
                language,
                words,
                source_language=public.text.source_language,
                state=state.value,
            ),
        )
        public.text = row
        public.hands[language] = {"by": str(actor.person_id or ""), "at": now.isoformat()}
        rows.append(row)
        texts.append(public)
        changes.append(
            TextChange(
                public_text=public,
                language=language,
                verb="text.version_imported",
                person_id=actor.person_id,
                words=words,
                at=now,
            )
        )
    Text.objects.bulk_create(rows, batch_size=BATCH)
    PublicText.objects.bulk_update(texts, ["text", "hands"], batch_size=BATCH)
    TextChange.objects.bulk_create(changes, batch_size=BATCH)
    record(
        actor,
        "texts.imported",
        log=INSTALLATION,
        thing=f"texts:{language}",
        at=now,
        facts={"language": language, "count": len(lines)},
    )
