"""The record told in sentences: every verb as a coordinator would say it aloud.

The sentence of a verb lives with the room that writes it, in `verbs.py`: `VERBS`, and where
facts are codes also `LABELS`. They are gathered when the programme starts, so that the
journal, which everybody stands on, need not know who does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.module_loading import module_has_submodule
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.text import listed
from takatuf.journal.models import Entry

Words = str | Promise
Labels = Mapping[str, Mapping[Any, Words]]

ERASED = _("a person whose name was erased")
TEXT_ERASED = _("a text that was erased")
TEXT_WITHHELD = _("[not for this role]")
NOTHING = "—"

_sentences: dict[str, Words] = {}
_labels: dict[str, Labels] = {}


def register(verbs: Mapping[str, Words], labels: Labels | None = None) -> None:
    """Make a room's verbs known: verb → template with named places.

    A template may name `actor` and every key of the act's facts, people and private texts.
    `labels` gives the words for coded facts: fact → code → words, for these verbs alone.
    Raises `ValueError` where two rooms claim one verb with different words.
    """
    for verb, template in verbs.items():
        if _sentences.get(verb, template) is not template:
            raise ValueError(f"Two rooms tell the verb {verb}. Name the act differently in one.")
        _sentences[verb] = template
        if labels:
            _labels[verb] = labels


def gather() -> None:
    """Register the verbs of every room that has a `verbs` module."""
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "verbs"):
            verbs = import_module(f"{app.name}.verbs")
            register(verbs.VERBS, getattr(verbs, "LABELS", None))


def registered() -> dict[str, Words]:
    """Every verb that is known, with its template."""
    return dict(_sentences)


def sentence(entry: Entry, language: str | None = None, *, texts: bool = True) -> str:
    """What was done, as plain text in a language (else the reader's). Escape it when shown.

    Without `texts`, what people wrote is withheld (`access.may_read_texts`).
    """
    with translation.override(language or translation.get_language()):
        template = _sentences.get(entry.verb)
        if template is None:
            return entry.verb
        return str(template) % _Values(entry, texts)


def sentence_html(entry: Entry, language: str | None = None, *, texts: bool = True) -> SafeString:
    """The same for a page: escaped, with names and people's own words each in a `<bdi>`."""
    with translation.override(language or translation.get_language()):
        template = _sentences.get(entry.verb)
        if template is None:
            return conditional_escape(entry.verb)
        # The template is ours and translated; still nothing in it is taken for markup.
        words = conditional_escape(str(template))
        return mark_safe(words % _Isolated(entry, texts))  # noqa: S308


class _Values(dict[str, str]):
    """The places of a template, filled from an entry; a missing one is a dash, never an error."""

    def __init__(self, entry: Entry, texts: bool = True) -> None:
        labels = _labels.get(entry.verb, {})
        values = {key: _say(key, value, labels) for key, value in entry.facts.items()}
        values |= {
            key: (text or str(TEXT_ERASED)) if texts else str(TEXT_WITHHELD)
            for key, text in entry.private.items()
        }
        values |= {key: name or str(ERASED) for key, name in entry.people.items()}
        name = entry.actor_name
        values["actor"] = str(ERASED) if name is None else name or entry.actor_id
        super().__init__(values)

    def __missing__(self, key: str) -> str:
        return NOTHING


class _Isolated(_Values):
    def __getitem__(self, key: str) -> str:
        return format_html("<bdi>{}</bdi>", super().__getitem__(key))


def _say(key: str, value: object, labels: Labels) -> str:
    """One fact in the active language: codes by their labels, times by the clock on the wall."""
    known = labels.get(key, {})
    if isinstance(value, str | int) and value in known:
        return str(known[value])
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return listed(_say(key, item, labels) for item in value)
    if isinstance(value, str) and key.endswith("_at"):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return str(value)
