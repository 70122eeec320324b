"""Words of public texts that are written at the desk of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from takatuf.translation.models import PublicText, TextChange
from takatuf.translation.queries import words_of
from takatuf.translation.rules import kind_of, page_of
from takatuf.translation.services.texts import rewrite_text, write_text


@transaction.atomic
def say_publicly(
    owner: str, words: Mapping[str, str], *, language: str, by: UUID | None, now: datetime
) -> int:
    """Write public texts in one language, by key; answers how many say something else now.

    A new text has this language as its source. Where the source of a text is rewritten its
    other versions fall behind; empty words withdraw a text. Whoever calls has asked whether
    the writer may.
    """
    held = {
        one.key: one
        for one in PublicText.objects.select_for_update(of=("self",))
        .select_related("text")
        .filter(key__in=list(words))
    }
    hand = {language: {"by": str(by) if by else "", "at": now.isoformat()}}
    changed = 0
    for key, written in words.items():
        one = held.get(key)
        if one is None:
            if not written.strip():
                continue
            text = write_text({language: written}, source_language=language, owner=owner)
            one = PublicText.objects.create(
                key=key, kind=kind_of(key), page=page_of(key), text=text, hands=hand
            )
        elif not written.strip():
            if one.withdrawn or language != one.text.source_language:
                continue
            one.withdrawn = True
            one.save(update_fields=["withdrawn"])
        else:
            versions = words_of(one.text) | {language: written}
            source = one.text.source_language
            text = rewrite_text(one.text, versions, source_language=source, owner=owner)
            if text.pk == one.text_id and not one.withdrawn:
                continue
            one.text, one.hands, one.withdrawn = text, {**one.hands, **hand}, False
            one.save(update_fields=["text", "hands", "withdrawn"])
        changed += 1
        is_source = language == one.text.source_language
        TextChange.objects.create(
            public_text=one,
            language=language,
            verb="text.source_written" if is_source else "text.version_written",
            person_id=by,
            words=written,
            at=now,
        )
    return changed
