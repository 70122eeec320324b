"""The forms of who leads what: the draft, line by line, and the yes of a side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from takatuf.plans.services import Led
from takatuf.plans.vocabulary import Lead
from takatuf.ui.forms import WordsInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from takatuf.plans.leading import Line

NOTE = "note-"


class LeadsForm(forms.Form):
    """Who leads each service: a choice and a note for each line of the draft."""

    counterpart = forms.CharField(
        label=_("The national authority with which it is agreed"),
        max_length=200,
        required=False,
        widget=WordsInput,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            code, name = line.service.code, line.service.name
            self.fields[code] = forms.ChoiceField(
                label=gettext("Who leads: %(service)s") % {"service": name}, choices=Lead.choices
            )
            self.fields[NOTE + code] = forms.CharField(
                label=gettext("Who exactly: %(service)s") % {"service": name},
                max_length=80,
                required=False,
                widget=WordsInput,
            )
            self.initial.setdefault(code, line.lead)
            self.initial.setdefault(NOTE + code, line.note)

    def rows(self) -> Iterator[tuple[Line, forms.BoundField, forms.BoundField]]:
        for line in self.lines:
            yield line, self[line.service.code], self[NOTE + line.service.code]

    def led(self) -> dict[str, Led]:
        told = self.cleaned_data
        return {
            line.service.code: Led(told[line.service.code], told[NOTE + line.service.code])
            for line in self.lines
        }


class BeginForm(forms.Form):
    """The version in force that a new one begins from; 0 where none is."""

    after = forms.IntegerField(widget=forms.HiddenInput)


class AgreeForm(forms.Form):
    """The yes of one side to what stands in the draft. A page has up to three: what is hidden
    has no id."""

    side = forms.CharField(widget=forms.HiddenInput({"id": False}))
    seen = forms.IntegerField(widget=forms.HiddenInput({"id": False}))


class WordForm(AgreeForm):
    """The word of the national side, where nobody of it can sign in."""

    word = forms.CharField(
        label=_("Whose word is it?"),
        help_text=_("Name and office, and when they signed, as on the page."),
        max_length=200,
        required=False,
        widget=WordsInput,
    )
