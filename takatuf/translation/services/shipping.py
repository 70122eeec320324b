"""Taking in the public texts that the product ships, without undoing what was done here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.translation.exchange import laid_versions
from takatuf.translation.models import PublicText, Text, TextChange
from takatuf.translation.rules import Version, kind_of, page_of, versions_of, versions_that_follow
from takatuf.translation.vocabulary import State

BATCH = 200


class Shipped(NamedTuple):
    """A public text as the product ships it: words by language (BCP 47), the source among them.

    `id` is the fixed identifier of its row, where other rooms point at the row itself.
    """

    key: str  # framework/<code>/<field>, card/<slug>/<field>, page/<page>/<name> …
    words: Mapping[str, str]
    source_language: str
    id: UUID | None = None
    states: Mapping[str, str] | None = None  # of versions that are not drafts


@transaction.atomic
def put_texts(owner: str, texts: Iterable[Shipped], *, now: datetime, whole: str = "") -> int:
    """Take in what ships and answer how many texts were new or changed. Safe to repeat.

    A new text's translations are drafts. A version that nobody here touched follows what
    ships; one that was written, reviewed or approved here keeps its words and its state, and
    falls behind where the source changed. `owner` is that of the rows ("framework",
    "library" …); with `whole` ("framework/") keys under it that no longer ship are
    withdrawn. Where nothing changed it costs one query.
    """
    shipped = {text.key: text for text in _with_laid_versions(texts) if _has_a_source(text)}
    prints = {key: _fingerprint(text) for key, text in shipped.items()}
    kinds = {kind_of(key) for key in shipped} | ({kind_of(whole)} if whole else set())
    known = {
        key: (fingerprint, withdrawn)
        for key, fingerprint, withdrawn in PublicText.objects.filter(kind__in=kinds).values_list(
            "key", "shipped", "withdrawn"
        )
    }
    changed = [text for key, text in shipped.items() if known.get(key) != (prints[key], False)]
    gone = [
        key
        for key, (fingerprint, withdrawn) in known.items()
        if whole and key.startswith(whole) and fingerprint and not withdrawn and key not in shipped
    ]
    if gone:
        PublicText.objects.filter(key__in=gone).update(withdrawn=True)
    if changed:
        _take_in(owner, changed, prints, now)
    return len(changed)


def _has_a_source(text: Shipped) -> bool:
    """An empty field of a card is no text that anybody could read or translate."""
    return bool(text.words.get(text.source_language, "").strip())


def _with_laid_versions(texts: Iterable[Shipped]) -> Iterable[Shipped]:
    """The texts, joined by the versions that lie in the folders of the languages. A version
    made for another source than the text has now is behind from the start."""
    laid, _faults = laid_versions()
    for text in texts:
        words, states = dict(text.words), dict(text.states or {})
        for language, lines in laid.items():
            line = lines.get(text.key)
            if line is None or words.get(language):
                continue
            words[language] = line.words
            if line.fuzzy or line.source != clean_text(words.get(text.source_language, "")):
                states[language] = State.BEHIND.value
            elif line.machine:
                states[language] = State.MACHINE.value
        yield text._replace(words=words, states=states)


def _fingerprint(text: Shipped) -> str:
    states = sorted((text.states or {}).items())
    told = [str(text.id or ""), text.source_language, sorted(text.words.items()), states]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _take_in(owner: str, changed: list[Shipped], prints: Mapping[str, str], now: datetime) -> None:
    held = {
        public.key: public
        for public in PublicText.objects.filter(key__in=[text.key for text in changed])
        .select_related("text")
        .select_for_update(of=("self",))
    }
    rows = Text.objects.in_bulk([text.id for text in changed if text.id])
    new_rows: list[Text] = []
    new: list[PublicText] = []
    history: list[TextChange] = []
    for text in changed:
        words = {language: clean_text(written) for language, written in text.words.items()}
        versions = versions_of(words, source_language=text.source_language, states=text.states)
        public = held.get(text.key)
        source_language = text.source_language
        if public is not None:
            before = public.text
            if before.source_language in public.hands:
                source_language = before.source_language
            versions = versions_that_follow(
                before.versions,
                versions,
                here=public.hands,
                source_language=source_language,
            )
            if public.hands and versions != before.versions:
                history.append(
                    TextChange(
                        public_text=public,
                        language=text.source_language,
                        verb=TextChange.SHIPPED,
                        words=words.get(text.source_language, ""),
                        at=now,
                    )
                )
        row = _row(owner, text, words, versions, source_language, rows, new_rows, public)
        if public is None:
            new.append(
                PublicText(
                    key=text.key,
                    kind=kind_of(text.key),
                    page=page_of(text.key),
                    text=row,
                    shipped=prints[text.key],
                )
            )
        else:
            public.text, public.shipped, public.withdrawn = row, prints[text.key], False
    Text.objects.bulk_create(new_rows, batch_size=BATCH)
    PublicText.objects.bulk_create(new, batch_size=BATCH)
    PublicText.objects.bulk_update(
        held.values(), ["text", "shipped", "withdrawn"], batch_size=BATCH
    )
    TextChange.objects.bulk_create(history, batch_size=BATCH)


def _row(
    owner: str,
    text: Shipped,
    words: Mapping[str, str],
    versions: dict[str, Version],
    source_language: str,
    rows: dict[UUID, Text],
    new_rows: list[Text],
    public: PublicText | None,
) -> Text:
    """The row that holds these versions: the one with the fixed identifier where it does,
    else the one that is shown now, else a new one."""

    def written(pk: UUID, what: dict[str, Version], source: str) -> Text:
        row = Text(id=pk, owner=owner, source_language=source, versions=what)
        new_rows.append(row)
        return row

    plain = versions_of(words, source_language=text.source_language, states=text.states)
    if text.id and text.id not in rows:
        as_shipped = {code: version["words"] for code, version in versions.items()} == {
            code: version["words"] for code, version in plain.items()
        }
        rows[text.id] = written(text.id, versions if as_shipped else plain, text.source_language)
    fixed = rows.get(text.id) if text.id else None
    if fixed and (public is None or fixed.versions == versions):
        return fixed
    if public is not None and public.text.versions == versions:
        return public.text
    return written(uuid7(), versions, source_language)
