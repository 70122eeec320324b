"""The forms of a plan: start one, narrow what is shown, choose whom it calls, write a step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from babel.core import Locale, UnknownLocaleError
from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated
from takatuf.incidents.vocabulary import Kind
from takatuf.plans.rules import PHASES
from takatuf.plans.vocabulary import Anchor, Phase, Size, Workstream
from takatuf.translation.queries import states_of, words_of
from takatuf.translation.vocabulary import State
from takatuf.ui.forms import CountInput, WordsArea, WordsInput, by_name

if TYPE_CHECKING:
    from takatuf.network.models import Agency, City
    from takatuf.plans.models import Step

FIELDS = ("title", "why", "pitfall")
LABELS = {
    "title": _("What is to be done"),
    "why": _("Why"),
    "pitfall": _("What goes wrong"),
}
ROLES = [(role.value, role.label) for role in Role if role != Role.OPERATOR]
MOST_MINUTES = 60 * 24 * 366 * 100
MINUTES, HOURS, DAYS = "minutes", "hours", "days"
UNIT = {MINUTES: timedelta(minutes=1), HOURS: timedelta(hours=1), DAYS: timedelta(days=1)}
UNITS = [(MINUTES, _("Minutes")), (HOURS, _("Hours")), (DAYS, _("Days"))]
STANDS_BEHIND = [
    ("", _("As it is")),
    (State.DRAFT.value, _("A draft")),
    (State.REVIEWED.value, _("I have read it: it says the same")),
    (State.APPROVED.value, _("Approved by the city")),
]


def language_name(code: str) -> str:
    """The name of a language in the page's language; its code where nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name(get_language() or "en") or code
    except (UnknownLocaleError, ValueError):
        return code


class StartForm(forms.Form):
    """A plan needs a name; its size follows from the city unless somebody says otherwise."""

    title = forms.CharField(
        label=_("Name of the plan"),
        widget=WordsInput,
        max_length=120,
        error_messages={"required": _("Give the plan a name.")},
    )
    size = forms.ChoiceField(
        label=_("How much of the framework it takes over"),
        choices=[("", _("What fits the number of our people and agencies")), *Size.choices],
        required=False,
        widget=forms.RadioSelect,
    )


ALL = "all"


class FilterForm(forms.Form):
    """What the page of a plan shows."""

    workstream = forms.ChoiceField(
        label=_("Workstream"),
        choices=[("", _("All workstreams")), *Workstream.choices],
        required=False,
    )
    phase = forms.ChoiceField(
        label=_("Phase"), choices=[*Phase.choices, (ALL, _("All phases"))], required=False
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("All roles")), *ROLES], required=False
    )
    retired = forms.BooleanField(label=_("Also steps that were left out"), required=False)

    def chosen(self) -> dict[str, Any]:
        """What to pass to `plan_page`; nonsense in the address filters nothing.

        A whole plan is long: who asks for nothing sees the first hour.
        """
        self.is_valid()
        values = self.cleaned_data
        workstream, phase = values.get("workstream", ""), values.get("phase", "")
        return {
            "workstream": workstream,
            "phase": "" if phase == ALL else phase or ("" if workstream else Phase.FIRST_HOUR),
            "role": values.get("role", ""),
            "with_retired": values.get("retired", False),
        }


class CallsForm(forms.Form):
    """Whom a declaration calls, and how long they have."""

    agencies = forms.MultipleChoiceField(
        label=_("Agencies called"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one agency, or nobody is called.")},
    )
    answer_within = forms.IntegerField(
        widget=CountInput,
        label=_("Minutes to answer"),
        help_text=_("After this time without an answer the next person is called."),
        min_value=1,
        max_value=24 * 60,
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(agency.pk): agency for agency in agencies}
        self.fields["agencies"].choices = [  # type: ignore[attr-defined]
            (key, isolated(name)) for key, name in by_name(self.by_key.items())
        ]

    def chosen(self) -> list[Agency]:
        """The agencies ticked."""
        return [self.by_key[key] for key in self.cleaned_data["agencies"]]

    def within(self) -> timedelta:
        """The time to answer."""
        return timedelta(minutes=self.cleaned_data["answer_within"])


def _due_first(due: timedelta | None) -> dict[str, Any]:
    """A time as a number of the largest unit in which it is whole."""
    if due is None:
        return {}
    unit = next(one for one in (DAYS, HOURS, MINUTES) if not due % UNIT[one])
    return {"due_within": due // UNIT[unit], "due_unit": unit}


def _sent(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


class StepForm(forms.Form):
    """A step, its words in every language of the city side by side."""

    workstream = forms.ChoiceField(label=_("Workstream"), choices=Workstream.choices)
    phase = forms.ChoiceField(
        label=_("Phase"), choices=[(phase.value, phase.label) for phase in PHASES]
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    anchor = forms.ChoiceField(
        label=_("Counted from"),
        help_text=_("A later day only for actions of the months and years."),
        choices=Anchor.choices,
        initial=Anchor.DECLARATION,
        required=False,
    )
    due_within = forms.IntegerField(
        widget=CountInput({"inputmode": "text"}),  # a telephone's keys for numbers have no minus
        label=_("Due after"),
        help_text=_(
            "Within its phase. Before an anniversary or a trial: with a minus sign. Preparations "
            "have none."
        ),
        min_value=-MOST_MINUTES,
        max_value=MOST_MINUTES,
        required=False,
    )
    due_unit = forms.ChoiceField(label=_("Unit"), choices=UNITS, initial=MINUTES, required=False)
    repeat_days = forms.IntegerField(
        widget=CountInput,
        label=_("Comes again every so many days"),
        help_text=_("Preparations that are renewed, and what returns in weeks, months and years."),
        min_value=1,
        max_value=3650,
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Only for these kinds of incident"),
        help_text=_("Choose none, and it is for all."),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    after = forms.MultipleChoiceField(
        label=_("Steps to finish first"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        required=False,
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Left empty, it reads: practice, not yet sourced."),
        widget=WordsInput,
        max_length=300,
        required=False,
    )
    source_language = forms.ChoiceField(
        label=_("Language of the original"),
        help_text=_("Translations that are older than the original are marked."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(
        self,
        *args: Any,
        city: City,
        agencies: Iterable[Agency],
        others: Sequence[tuple[str, str]],
        step: Step | None = None,
        **kwargs: Any,
    ) -> None:
        self.texts = {name: getattr(step, name) if step else None for name in FIELDS}
        self.languages = list(
            dict.fromkeys(
                [*city.languages, *(code for one in self.texts.values() for code in words_of(one))]
            )
        )
        self.original = step.title.source_language if step else city.language
        kwargs["initial"] = self._first(step) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.by_key = {str(agency.pk): agency for agency in agencies}
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", _("By its kind, else the municipality")),
            *((key, isolated(name)) for key, name in by_name(self.by_key.items())),
        ]
        self.fields["after"].choices = others  # type: ignore[attr-defined]
        self.fields["source_language"].choices = [  # type: ignore[attr-defined]
            (code, language_name(code)) for code in self.languages
        ]
        for code in self.languages:
            self._add_words(code)
        self.initial["seen"] = json.dumps(self.stands)

    @property
    def stands(self) -> dict[str, list[str]]:
        """The step as it stands, in the form in which a browser sends it back."""
        stands = {}
        for name, field in self.fields.items():
            if name not in ("version", "seen"):
                value = self.initial.get(name, field.initial)
                values = value if isinstance(value, list) else ["" if value is None else value]
                stands[name] = [_sent(str(one)) for one in values]
        return stands

    def with_theirs(self) -> tuple[QueryDict, list[str]]:
        """What was sent, with what somebody else has saved in the meantime wherever the sender
        had changed nothing; and the fields that both changed, where the sender's words stay."""
        try:
            seen = dict(json.loads(self.data.get("seen") or "{}"))
        except (TypeError, ValueError):
            seen = {}
        data, both = QueryDict(mutable=True), []
        data.update(self.data)
        for name, now in self.stands.items():
            then = seen.get(name, now)
            mine = [_sent(value) for value in data.getlist(name)]
            if now != then and mine == then:
                data.setlist(name, now)
            elif now not in (then, mine):
                both.append(name)
        data["version"], data["seen"] = str(self.initial.get("version", "")), self.initial["seen"]
        return data, both

    def _first(self, step: Step | None) -> dict[str, Any]:
        first: dict[str, Any] = {"source_language": self.original}
        for name, text in self.texts.items():
            first |= {f"{name}_{code}": words for code, words in words_of(text).items()}
        if step is not None:
            first |= _due_first(step.due_within)
            first |= {
                "workstream": step.workstream,
                "phase": step.phase,
                "role": step.role,
                "agency": str(step.agency_id or ""),
                "anchor": step.anchor,
                "repeat_days": step.repeat_days,
                "kinds": step.kinds,
                "after": step.after,
                "source": step.source,
                "version": step.version,
            }
        return first

    def _add_words(self, code: str) -> None:
        for name in FIELDS:
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=_("%(what)s (%(language)s)")
                % {"what": LABELS[name], "language": language_name(code)},
                widget=WordsArea(attrs={"rows": 2 if name == "title" else 4, "lang": code}),
                required=name == "title" and code == self.original,
                max_length=120 if name == "title" else 600,
                error_messages={"required": _("Say what is to be done.")},
            )
        if code != self.original:
            self.fields[f"state_{code}"] = forms.ChoiceField(
                label=_("Who stands behind this version: %(language)s")
                % {"language": language_name(code)},
                choices=STANDS_BEHIND,
                required=False,
            )

    def columns(self) -> list[dict[str, Any]]:
        """The words by language, the original first: fields, present state, state to choose."""
        codes = sorted(self.languages, key=lambda code: code != self.original)
        return [
            {
                "code": code,
                "name": language_name(code),
                "original": code == self.original,
                "states": self._states(code),
                "fields": [self[f"{name}_{code}"] for name in FIELDS],
                "state": self[f"state_{code}"] if code != self.original else None,
            }
            for code in codes
        ]

    def _states(self, code: str) -> list[str]:
        found = [states_of(text).get(code) for text in self.texts.values()]
        return [str(State(state).label) for state in dict.fromkeys(found) if state]

    def rest(self) -> list[Any]:
        """The fields that are not words, in order."""
        names = (
            "workstream", "phase", "role", "agency", "anchor", "due_within", "due_unit",
            "repeat_days",
        )  # fmt: skip
        return [self[name] for name in names]

    def more(self) -> list[Any]:
        """What most edits leave alone."""
        return [self[name] for name in ("kinds", "after", "source", "source_language")]

    def place_of(self, field: str | None) -> str | None:
        """The form's own field for what a use case refused."""
        if field in FIELDS:
            return f"{field}_{self.cleaned_data.get('source_language') or self.original}"
        return field

    def values(self) -> dict[str, Any]:
        """The fields as `add_step` and `edit_step` take them."""
        data = self.cleaned_data
        due = data["due_within"]
        chosen = {code: data.get(f"state_{code}") or "" for code in self.languages}
        states = {code: state for code, state in chosen.items() if state}
        return {
            "workstream": data["workstream"],
            "phase": data["phase"],
            "role": data["role"],
            "agency": self.by_key.get(data["agency"]),
            "anchor": data["anchor"] or Anchor.DECLARATION,
            "due_within": None if due is None else due * UNIT[data["due_unit"] or MINUTES],
            "repeat_days": data["repeat_days"],
            "kinds": data["kinds"],
            "after": data["after"],
            "source": data["source"],
            "source_language": data["source_language"],
            **{name: {code: data[f"{name}_{code}"] for code in self.languages} for name in FIELDS},
            "states": dict.fromkeys(FIELDS, states) if states else {},
        }
