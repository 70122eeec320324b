"""The screen on which two changes of one field meet: what it was, theirs, mine, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from takatuf.accounts.queries import names_of
from takatuf.activities.queries import state_words
from takatuf.ui.forms import WordsArea
from takatuf.ui.templatetags import ui

if TYPE_CHECKING:
    from takatuf.activities.models import Task
    from takatuf.activities.services import Clash

LABELS: dict[str, str | Promise] = {
    "state": gettext_lazy("How it stands"),
    "taken_by_id": gettext_lazy("Who holds it"),
    "block_reason": gettext_lazy("What stands in the way"),
    "note": gettext_lazy("How it goes"),
}
TEXTS = ("block_reason", "note")
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One field on the screen, drawn; `words` are the two texts below each other."""

    field: str
    label: str | Promise
    was: SafeString | str
    theirs: SafeString | str
    mine: SafeString | str
    by: str
    at: Any
    words: str


def rows_of(task: Task, clashes: Sequence[Clash]) -> list[Row]:
    """The fields that two people changed, each with its three values in words."""
    holders = {
        value
        for clash in clashes
        if clash.field == "taken_by_id"
        for value in (clash.was, clash.theirs, clash.mine)
        if value
    }
    names = names_of({*holders, *(str(c.person_id) for c in clashes if c.person_id)})

    def shown(field: str, value: str | None) -> SafeString | str:
        if value is None:
            return _("Not known any more")
        if field == "state":
            return state_words(value)
        if not value:
            return _("Nobody") if field == "taken_by_id" else _("Nothing")
        if field == "taken_by_id":
            return ui.words(names.get(value, ""))
        return ui.words(value, block=True)

    return [
        Row(
            clash.field,
            LABELS[clash.field],
            shown(clash.field, clash.was),
            shown(clash.field, clash.theirs),
            shown(clash.field, clash.mine),
            names.get(str(clash.person_id), ""),
            clash.at,
            "\n".join(filter(None, [clash.theirs, clash.mine])) if clash.field in TEXTS else "",
        )
        for clash in clashes
    ]


class MergeForm(forms.Form):
    """Which of the two stands, field by field; nothing is chosen before the reader chooses."""

    def __init__(self, *args: Any, fields: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in fields:
            choices = [("theirs", _("Leave theirs")), ("mine", _("Put mine"))]
            if name in TEXTS:
                choices.append(("both", _("Both, as written below")))
                self.fields[f"both-{name}"] = forms.CharField(
                    label=_("Both in one"), widget=WordsArea({"rows": 4}), required=False,
                    max_length=MOST,
                )  # fmt: skip
            self.fields[f"pick-{name}"] = forms.ChoiceField(
                label=_("Which of the two stands?"),
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which of the two stands.")},
            )


def picked(data: QueryDict) -> list[str]:
    """The fields for which the sent form brings a choice; none: it is no answer to the screen."""
    asked = data.get("merging", "").split(",")
    return [name for name in LABELS if name in asked]


def settled(form: MergeForm, name: str, mine: str, theirs: str) -> str:
    """The words that stand in a field after the choice."""
    if f"pick-{name}" not in form.fields:
        return mine
    chosen = form.cleaned_data[f"pick-{name}"]
    return {"theirs": theirs, "mine": mine}.get(chosen) or form.cleaned_data[f"both-{name}"]
