"""The forms of the log: a line in one breath, a decision in full, settling, correcting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from takatuf.decisions.rules import NEEDED, OUTCOMES
from takatuf.decisions.services import MOST_TEXT, NEEDED_WORDS
from takatuf.plans.vocabulary import Workstream
from takatuf.ui.forms import MomentField, WordsArea, WordsInput, by_name, needed_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KINDS = [
    ("information", _("Information")),
    ("decision", _("Decision")),
    ("question", _("Question")),
    ("promise", _("Promise")),
]
CONFIDENCE = [
    ("", _("Not said")),
    ("confirmed", _("Confirmed")),
    ("likely", _("Likely")),
    ("unconfirmed", _("Not confirmed")),
]
WORKSTREAMS = [("", _("Not said, or all")), *Workstream.choices]
OUTCOME_WORDS: dict[str, str | Promise] = {
    "answered": pgettext_lazy("outcome of a question", "Answered"),
    "kept": _("Kept"),
    "broken": _("Not kept"),
    "released": _("Released by those it was made to"),
    "upheld": _("Reviewed and upheld"),
    "changed": _("Reviewed and changed"),
}


ABOUT_THE_END: dict[str, StrOrPromise] = {
    "question": _("The answer"),
    "promise": _("How it came about"),
    "decision": _("What the review found"),
    "information": "",
}


def _words(label: object, hint: object = "", rows: int = 2, required: bool = False) -> Any:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=hint,  # type: ignore[arg-type]
        widget=WordsArea({"rows": rows}),
        required=required,
        max_length=MOST_TEXT,
    )


def _when(label: object, hint: object = "") -> Any:
    return MomentField(
        label=label,  # type: ignore[arg-type]
        help_text=hint,  # type: ignore[arg-type]
        required=False,
    )


def _promised_to() -> Any:
    return forms.CharField(
        label=_("To whom was it promised?"), widget=WordsInput, required=False, max_length=500
    )


class EntryForm(forms.Form):
    """What every kind of entry may carry."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    happened_at = _when(_("When did it happen?"), _("Leave it empty if it happened just now."))
    delay_reason = _words(
        _("Why is it written only now?"),
        _("Needed when it happened more than a quarter of an hour ago."),
    )
    source = forms.CharField(
        label=_("Who says so?"), widget=WordsInput, required=False, max_length=200
    )
    confidence = forms.ChoiceField(label=_("How sure is it?"), choices=CONFIDENCE, required=False)
    workstream = forms.ChoiceField(
        label=_("Which workstream is it about?"), choices=WORKSTREAMS, required=False
    )

    def values(self) -> dict[str, Any]:
        """The fields as `write_entry` takes them."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("key", "kind")
        }

    def corrections(self) -> dict[str, Any]:
        """The fields as `strike_entry` takes them: a time that nobody touched stays exact,
        a reason for the delay counts only where one was written."""
        values = self.values()
        if "happened_at" not in self.changed_data or values.get("happened_at") is None:
            values.pop("happened_at", None)
        if not values.get("delay_reason"):
            values.pop("delay_reason", None)
        return values


class QuickForm(EntryForm):
    """One field and the kind; what the kind needs besides appears with it."""

    text = forms.CharField(
        label=_("What is to be kept?"),
        widget=WordsArea({"rows": 2}),
        max_length=MOST_TEXT,
        error_messages={"required": _("Write what is to be kept.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind of entry"),
        choices=KINDS,
        widget=forms.RadioSelect({"class": "chips"}),
        initial="information",
        error_messages={"required": _("Choose what kind of entry this is.")},
    )
    reasons = needed_for(
        _("for a decision"), _words(_("Reasons"), _("An inquiry will ask for them first."))
    )
    promised_to = needed_for(_("for a promise"), _promised_to())
    due_at = needed_for(_("for a promise"), _when(_("By when?")))

    def clean(self) -> dict[str, Any]:
        """All that the chosen kind lacks is said at once."""
        data: dict[str, Any] = self.cleaned_data
        for name in NEEDED.get(data.get("kind", ""), ()):
            if name not in self.errors and not data.get(name):
                self.add_error(name, ValidationError(NEEDED_WORDS[name], code="required"))
        return data


class LineForm(EntryForm):
    """The correction of information, of a question or of a promise."""

    text = forms.CharField(
        label=_("How it should read"), widget=WordsArea({"rows": 3}), max_length=MOST_TEXT
    )
    promised_to = _promised_to()
    due_at = _when(_("By when?"))

    field_order = ["text", "promised_to", "due_at", "source", "confidence", "happened_at"]

    def __init__(self, *args: Any, entry: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("promised_to", "due_at"):
            if entry.kind != "promise":
                del self.fields[name]
            elif getattr(entry, name):  # what was never known is not made up now
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = NEEDED_WORDS[name]


class DecisionForm(EntryForm):
    """A decision as an inquiry will want to read it."""

    text = forms.CharField(
        label=_("What was decided?"),
        widget=WordsArea({"rows": 3}),
        max_length=MOST_TEXT,
        error_messages={"required": _("Write what is to be kept.")},
    )
    decider = forms.CharField(
        label=_("Who decided?"),
        help_text=_("The post, and the name where it matters."),
        widget=WordsInput,
        required=False,
        max_length=120,
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("Why this, and why now?"),
        widget=WordsArea({"rows": 3}),
        max_length=MOST_TEXT,
        error_messages={"required": NEEDED_WORDS["reasons"]},
    )
    facts = _words(_("Facts relied on"), _("What was known, from whom, and how sure it was."))
    unknowns = _words(_("What was not known"))
    options = _words(_("Options that were weighed"), _("Doing nothing is one of them."))
    risks = _words(_("Risks"))
    legal_basis = _words(_("Powers and legal basis"))
    dissent = _words(_("Dissent"), _("Who saw it otherwise, and why."))
    present = forms.MultipleChoiceField(
        label=_("Agencies present"), widget=forms.CheckboxSelectMultiple, required=False
    )
    review_at = _when(_("When will it be reviewed?"))

    field_order = [
        "key",
        "text",
        "decider",
        "reasons",
        "facts",
        "unknowns",
        "options",
        "risks",
        "legal_basis",
        "dissent",
        "present",
        "review_at",
        "happened_at",
        "delay_reason",
        "source",
        "confidence",
        "workstream",
    ]

    def __init__(self, *args: Any, agencies: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.fields["present"].choices = by_name(self.agencies.items())  # type: ignore[attr-defined]
        self.fields["happened_at"].label = _("When was it decided?")

    def values(self) -> dict[str, Any]:
        there = [self.agencies[key] for key in self.cleaned_data["present"]]
        return super().values() | {"present": there}


class SettleForm(forms.Form):
    """The answer to a question, the end of a promise, the review of a decision."""

    outcome = forms.ChoiceField(label=_("How did it end?"), widget=forms.RadioSelect)
    note = forms.CharField(
        widget=WordsArea({"rows": 2}),
        max_length=MOST_TEXT,
        error_messages={"required": _("Write the answer, or how it came about.")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = ABOUT_THE_END[kind]
        outcomes = [code for code in OUTCOME_WORDS if code in OUTCOMES[kind]]
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (code, OUTCOME_WORDS[code]) for code in outcomes
        ]
        if len(outcomes) == 1:
            self.fields["outcome"].widget = forms.HiddenInput()
            self.fields["outcome"].initial = outcomes[0]


def initial_of(entry: Any) -> dict[str, Any]:
    """An entry as it was written, to be corrected."""
    names = (
        "text",
        "source",
        "confidence",
        "workstream",
        "decider",
        "promised_to",
        "due_at",
        "review_at",
        "facts",
        "unknowns",
        "risks",
        "options",
        "reasons",
        "legal_basis",
        "dissent",
    )
    values: dict[str, Any] = {name: getattr(entry, name) for name in names}
    happened: datetime = entry.happened_at
    values["happened_at"] = happened.replace(second=0, microsecond=0)
    values["present"] = [str(agency.pk) for agency in entry.present.all()]
    return values
