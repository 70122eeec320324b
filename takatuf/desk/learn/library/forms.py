"""The forms of a card: what it tells in each language, and each source that it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.incidents.vocabulary import Kind
from takatuf.learning.queries import LANGUAGES
from takatuf.learning.rules import LONGEST, LONGEST_OF_SOURCE, TOLD
from takatuf.learning.vocabulary import (
    CardField,
    CardKind,
    Confidence,
    PlaceSize,
    Read,
    Region,
)
from takatuf.network.vocabulary import Level
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.ui.forms import CountInput, WordsArea, WordsInput, by_name
from takatuf.ui.reading import country_names, language_name

in_words = lazy(language_name, str)
NONE = [("", "–")]
ROWS = {"title": 2, "place": 1, "lesson": 4}
HINTS = {
    "title": _("What one can do, in one line, without a full stop."),
    "done": _("Cite a source of the card as [s1] where a fact rests on it."),
    "known_how": _("Who says so, how far it was read, and whether anybody measured it."),
    "caution": _("What went wrong, where sources disagree, where the record is thin."),
}


def _countries() -> list[tuple[str, str]]:
    return NONE + by_name(country_names().items())


def _many(choices: Any, classes: str = "even") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": classes}),
    )


class CardForm(forms.Form):
    """All of a card but its sources. A draft may be unfinished: only its address and its
    title in its own language must be there."""

    slug = forms.CharField(
        label=pgettext_lazy("of a card", "Address"),
        max_length=80,
        help_text=_(
            "Place, year and a few words in small Latin letters: oslo-2011-follow-up. "
            "It stays for good."
        ),
        widget=forms.TextInput({"dir": "ltr"}),
    )
    source_language = forms.ChoiceField(
        label=_("Language in which it is written"),
        choices=[(code, in_words(code)) for code in LANGUAGES],
        help_text=_("The other languages are translations of it and may come later."),
    )
    kind = forms.ChoiceField(
        label=_("Practice or lesson"), choices=CardKind.choices, widget=forms.RadioSelect
    )
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False)
    region = forms.ChoiceField(
        label=_("Part of the world"), choices=[*NONE, *Region.choices], required=False
    )
    date = forms.CharField(
        label=_("Day of the event"),
        required=False,
        help_text=_("As exact as it is known: 2019-03-15, 2019-03 or 2019."),
        widget=forms.TextInput({"dir": "ltr"}),
    )
    size = forms.ChoiceField(
        label=_("Size of the place"), choices=[*NONE, *PlaceSize.choices], required=False
    )
    confidence = forms.ChoiceField(
        label=_("How well it is known"),
        choices=[*NONE, *Confidence.choices],
        required=False,
        help_text=_("Of the record of what was done, not of whether it worked."),
    )
    level = _many(Level.choices)
    incident_kinds = _many(Kind.choices)

    def __init__(
        self, *args: Any, body: Mapping[str, Any], fixed: bool = False, **kwargs: Any
    ) -> None:
        plain = ("slug", "source_language", "kind", "country", "region", "date", "size")
        initial = {name: body[name] for name in (*plain, "confidence", "level")}
        initial["incident_kinds"] = body["incident_kinds"]
        for stream in Workstream:
            initial[f"cells_{stream.value}"] = [
                phase for phase, code in body["cells"] if code == stream.value
            ]
        for name in LONGEST:
            for code in LANGUAGES:
                initial[f"{name}_{code}"] = body[name].get(code, "")
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["level"].label = _("Who did it")
        self.fields["incident_kinds"].label = _("Kind of incident")
        for stream in Workstream:
            self.fields[f"cells_{stream.value}"] = _many(Phase.choices)
            self.fields[f"cells_{stream.value}"].label = stream.label
        self.fields["slug"].disabled = fixed
        for name, most in LONGEST.items():
            for code in LANGUAGES:
                field = forms.CharField(
                    label=in_words(code),
                    required=False,
                    max_length=most,
                    widget=WordsArea({"rows": ROWS.get(name, 6), "lang": code}),
                )
                self.fields[f"{name}_{code}"] = field

    def frame(self) -> Iterator[BoundField]:
        """The fields that are no text."""
        texts = {f"{name}_{code}" for name in LONGEST for code in LANGUAGES}
        return (
            self[name]
            for name in self.fields
            if name not in texts and not name.startswith("cells_")
        )

    def cells(self) -> Iterator[BoundField]:
        """Where the card helps: the phases of each workstream."""
        return (self[f"cells_{stream.value}"] for stream in Workstream)

    def texts(self) -> Iterator[tuple[str, str, object, list[BoundField]]]:
        """Each text with its name, its heading, a hint, and a field in each language."""
        for name in LONGEST:
            fields = [self[f"{name}_{code}"] for code in LANGUAGES]
            yield name, str(CardField(name).label), HINTS.get(name, ""), fields

    def body(self) -> dict[str, Any]:
        """What was filled in, in the shape of a card."""
        told = self.cleaned_data
        plain = ("slug", "source_language", "kind", "country", "region", "date", "size")
        return {
            **{name: told[name] for name in (*plain, "confidence", "level", "incident_kinds")},
            "cells": [
                [phase.value, stream.value]
                for stream in Workstream
                for phase in Phase
                if phase.value in told[f"cells_{stream.value}"]
            ],
            **{name: {code: told[f"{name}_{code}"] for code in LANGUAGES} for name in LONGEST},
        }


class SourceForm(forms.Form):
    """One source: what it is, how far it was read, and what of the card it supports."""

    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_OF_SOURCE["title"], widget=WordsInput
    )
    publisher = forms.CharField(
        label=_("Who published it"), max_length=LONGEST_OF_SOURCE["publisher"], widget=WordsInput
    )
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=1900, max_value=2100, widget=CountInput
    )
    url = forms.CharField(
        label=_("Address on the web"),
        required=False,
        max_length=LONGEST_OF_SOURCE["url"],
        widget=forms.TextInput({"dir": "ltr"}),
        help_text=_(
            "It begins with https://. Leave it out where the page exposes a patient, a victim "
            "or a child, and say so in the note."
        ),
    )
    language = forms.CharField(
        label=_("Its language"),
        max_length=16,
        initial="en",
        help_text=_("As a code: ar, en, fr, es, no."),
        widget=forms.TextInput({"dir": "ltr"}),
    )
    read = forms.ChoiceField(
        label=_("What was read of it"), choices=Read.choices, widget=forms.RadioSelect
    )
    verified = forms.BooleanField(label=_("I looked it up myself"), required=False)
    supports = forms.MultipleChoiceField(
        label=_("What of the card it supports"),
        choices=[(name, CardField(name).label) for name in TOLD],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, source: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        initial = dict(source or {})
        for code in LANGUAGES:
            initial[f"note_{code}"] = (initial.get("note") or {}).get(code, "")
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            self.fields[f"note_{code}"] = forms.CharField(
                label=_("Note for readers (%(language)s)") % {"language": language_name(code)},
                required=False,
                max_length=LONGEST_OF_SOURCE["note"],
                widget=WordsArea({"rows": 2, "lang": code}),
            )

    def source(self, code: str) -> dict[str, Any]:
        """What was filled in, as the source of a card with this code."""
        told = dict(self.cleaned_data)
        note = {language: told.pop(f"note_{language}") for language in LANGUAGES}
        return {"id": code, **told, "note": note}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=WordsArea({"rows": 3}))


class SubmitForm(forms.Form):
    """A new card needs no words to be submitted, a correction says what was wrong."""

    def __init__(self, *args: Any, correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if correction:
            self.fields["reason"] = forms.CharField(
                label=_("What was wrong"), max_length=2_000, widget=WordsArea({"rows": 3})
            )


class PublishForm(forms.Form):
    alone_reason = forms.CharField(
        label=_("Why it cannot wait for a second person"),
        max_length=2_000,
        required=False,
        widget=WordsArea({"rows": 2}),
        help_text=_("Readers are told that one person wrote and published it."),
    )


class WithdrawForm(ReasonForm):
    replaced_by = forms.CharField(
        label=_("Address of the card that tells it now"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"dir": "ltr"}),
    )
