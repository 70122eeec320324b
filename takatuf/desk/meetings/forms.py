"""The forms of a meeting: when and how often, who came, what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from takatuf.coordination.agenda import Agenda
from takatuf.decisions.rules import RHYTHMS
from takatuf.decisions.services import MOST_TEXT, NEEDED_WORDS, Mark
from takatuf.foundation.text import isolated
from takatuf.ui.forms import MomentField, WordsArea, WordsInput, by_name, needed_for

STATES = [("came", _("Came")), ("excused", _("Excused")), ("absent", _("Absent"))]
KINDS = [
    ("decision", _("Decision")),
    ("action", _("Action")),
    ("information", _("Information")),
    ("question", _("Question")),
    ("promise", _("Promise")),
]
DAY = 24
SIDE = {"class": "side"}


def rhythm_words(hours: int) -> str:
    """How often the partners meet, in words: every 6 hours, every day, every 2 weeks."""
    if hours % (7 * DAY) == 0:
        weeks = hours // (7 * DAY)
        return ngettext("Every week", "Every %(count)s weeks", weeks) % {"count": weeks}
    if hours % DAY == 0:
        days = hours // DAY
        return ngettext("Every day", "Every %(count)s days", days) % {"count": days}
    return ngettext("Every hour", "Every %(count)s hours", hours) % {"count": hours}


class PlanForm(forms.Form):
    """When and where the partners meet next, and how often from then on."""

    at = MomentField(label=_("When?"))
    place = forms.CharField(
        label=_("Place, or number to dial"), widget=WordsInput, max_length=160, required=False
    )
    hours = forms.TypedChoiceField(
        label=_("How often do the partners meet?"),
        help_text=_("The next meeting is proposed in this rhythm; nobody is invited by itself."),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, rhythm: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted({*RHYTHMS, *([rhythm] if rhythm else [])})
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            ("", _("When it is needed")),
            *((hours, rhythm_words(hours)) for hours in known),
        ]


class AttendanceForm(forms.Form):
    """One line for each agency: whether it came, and who."""

    def __init__(self, *args: Any, agencies: Iterable[Any], noted: dict[UUID, Any], **kw: Any):
        super().__init__(*args, **kw)
        self.agencies = list(agencies)
        for agency in self.agencies:
            mark = noted.get(agency.pk)
            self.fields[f"state-{agency.pk}"] = forms.ChoiceField(
                label=str(agency),
                choices=STATES,
                required=False,
                initial=mark.state if mark else None,
                widget=forms.RadioSelect(SIDE),
            )
            self.fields[f"who-{agency.pk}"] = forms.CharField(
                label=_("Who, as a post"),
                required=False,
                max_length=120,
                initial=mark.who if mark else "",
                widget=WordsInput(
                    {"aria-label": _("%(agency)s: who, as a post") % {"agency": agency}}
                ),
            )

    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Each agency with its two fields."""
        return [
            (agency, self[f"state-{agency.pk}"], self[f"who-{agency.pk}"])
            for agency in self.agencies
        ]

    def marks(self) -> dict[UUID, Mark]:
        """What was noted; agencies of which nothing is said are left out."""
        data = self.cleaned_data
        return {
            agency.pk: Mark(state, data[f"who-{agency.pk}"])
            for agency in self.agencies
            if (state := data[f"state-{agency.pk}"])
        }


class OutcomeForm(forms.Form):
    """What came of a point: straight into the log, or an action."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    point = forms.ChoiceField(label=_("Point of the agenda"), required=False)
    kind = forms.ChoiceField(
        label=_("What came of it?"),
        choices=KINDS,
        initial="decision",
        widget=forms.RadioSelect({"class": "chips"}),
    )
    text = forms.CharField(
        label=_("In words"),
        widget=WordsArea({"rows": 2}),
        max_length=MOST_TEXT,
        error_messages={"required": _("Write what is to be kept.")},
    )
    reasons = needed_for(
        _("for a decision"),
        forms.CharField(
            label=_("Why was it decided so?"),
            widget=WordsArea,
            required=False,
            max_length=MOST_TEXT,
        ),
    )
    agency = needed_for(
        _("for an action"), forms.ChoiceField(label=_("Who does it?"), required=False)
    )
    promised_to = needed_for(
        _("for a promise"),
        forms.CharField(
            label=_("To whom was it promised?"), widget=WordsInput, required=False, max_length=500
        ),
    )
    due_at = needed_for(
        _("for an action or a promise"), MomentField(label=_("By when?"), required=False)
    )

    def __init__(
        self, *args: Any, agenda: Agenda, language: str, agencies: Iterable[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        points = [
            (
                f"{group.code}:{item.thing}",
                f"{group.label}: {isolated(item.words(language)[:80])}",
            )
            for group in agenda.groups
            for item in group.items
        ]
        self.fields["point"].choices = [("", _("Something else")), *points]  # type: ignore[attr-defined]
        chosen = by_name((str(agency.pk), agency) for agency in agencies)
        self.fields["agency"].choices = [("", _("Nobody yet")), *chosen]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needed = {"decision": ("reasons",), "promise": ("promised_to", "due_at")}
        for name in needed.get(data.get("kind", ""), ()):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, NEEDED_WORDS[name])
        return data
