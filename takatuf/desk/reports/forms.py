"""The forms of a report: one section in one language, a figure, for whom it is, approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from takatuf.communications.rules import seen
from takatuf.communications.services.approving import MOST_REASON
from takatuf.communications.services.drafting import MOST_TEXT
from takatuf.communications.vocabulary import Aspect, Audience, codes_of, section_label
from takatuf.translation.vocabulary import State
from takatuf.ui.forms import MomentField, WordsArea, WordsInput, needed_for

STATES = [
    ("", _("Draft translation")),
    (State.REVIEWED.value, _("Somebody who knows both languages has looked at it")),
    (State.APPROVED.value, _("Approved as it stands")),
]


def language_name(code: str) -> str:
    """The name of a language in the reader's own."""
    return str(get_language_info(code)["name_translated"])


class SectionForm(forms.Form):
    """The texts of one section in one language. Beside each stands, hidden, a mark of the
    words that it showed, so that two who write at the same time meet."""

    def __init__(
        self,
        *args: Any,
        section: str,
        language: str,
        standing: Mapping[str, str],
        is_source: bool,
        state: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes_of(section)
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        for code in self.codes:
            aspect = code.partition(".")[2]
            self.fields[code] = forms.CharField(
                label=Aspect(aspect).label if aspect else section_label(section),
                required=False,
                max_length=MOST_TEXT,
                initial=standing.get(code, ""),
                widget=WordsArea({"rows": 8, "lang": language, "dir": direction}),
            )
            self.fields[f"seen-{code}"] = forms.CharField(
                required=False, initial=seen(standing.get(code, "")), widget=forms.HiddenInput
            )
        if not is_source:
            self.fields["state"] = forms.ChoiceField(
                label=_("This translation"),
                choices=STATES,
                required=False,
                initial=state if state in dict(STATES) else "",
                widget=forms.RadioSelect,
            )

    def values(self) -> dict[str, Any]:
        """What to pass to `write_section`."""
        data = self.cleaned_data
        return {
            "words": {code: data[code] for code in self.codes},
            "before": {code: data[f"seen-{code}"] for code in self.codes},
            "state": data.get("state", ""),
        }

    def show_theirs(self, standing: Mapping[str, str]) -> dict[str, str]:
        """After somebody else's words were met: the form takes them as seen, so that what is
        saved next is saved knowingly. The words that differ, by code."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        theirs = {}
        for code in self.codes:
            there = standing.get(code, "")
            if typed.get(f"seen-{code}") != seen(there):
                theirs[code] = there
                typed[f"seen-{code}"] = seen(there)
        self.data = typed
        return theirs


class FigureForm(forms.Form):
    """A key figure; its name, unit and source in each language of the report."""

    value = forms.CharField(
        label=_("How many"), max_length=40, help_text=_("A number, or a range such as 12–15.")
    )
    as_of = MomentField(label=_("When was it so?"))
    confirmed_by = forms.CharField(
        label=_("Confirmed by"),
        max_length=120,
        required=False,
        widget=WordsInput,
        help_text=_("The post or agency that confirmed it. Empty: it is marked as not confirmed."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(languages)
        for place, language in enumerate(self.languages):
            attrs = {"lang": language}
            name = language_name(language)
            first = place == 0
            parts = {
                f"label_{language}": (gettext("What it counts (%(language)s)"), 120, first),
                f"unit_{language}": (gettext("Unit (%(language)s)"), 40, False),
                f"source_{language}": (gettext("Source (%(language)s)"), 160, first),
            }
            for field, (label, most, required) in parts.items():
                made = forms.CharField(
                    label=label % {"language": name},
                    max_length=most,
                    required=required,
                    widget=WordsInput(attrs),
                )
                if field.startswith("label") and not first:
                    made = needed_for(_("for approval"), made)
                self.fields[field] = made
        first_names = [f"{part}_{self.languages[0]}" for part in ("label",)]
        self.order_fields([*first_names, "value", "as_of", "confirmed_by"])

    def values(self) -> dict[str, Any]:
        """What to pass to `set_figure`."""
        data = self.cleaned_data
        return {
            "words": {
                language: {
                    part: data.get(f"{part}_{language}", "") for part in ("label", "unit", "source")
                }
                for language in self.languages
            },
            "value": data["value"],
            "as_of": data["as_of"],
            "confirmed_by": data["confirmed_by"],
            "version": data["version"] or 0,
        }


def initial_of(figure: Any) -> dict[str, Any]:
    """A figure as its form shows it."""

    def words() -> Iterator[tuple[str, str]]:
        for language, parts in figure.words.items():
            for part, text in parts.items():
                yield f"{part}_{language}", text

    return dict(words()) | {
        "value": figure.value,
        "as_of": figure.as_of,
        "confirmed_by": figure.confirmed_by,
        "version": figure.version,
    }


class ScopeForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("In which languages does it exist?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is approved in all of these or in none. Words must stand in each."),
    )
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=Audience,
        widget=forms.RadioSelect,
        help_text=_(
            "The public version leaves out tension, the concerns of families, the welfare of "
            "staff and the decisions wanted."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (code, language_name(code)) for code in languages
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=MOST_REASON, widget=WordsArea)


class SendBackForm(ReasonForm):
    reason = forms.CharField(
        label=_("What is to be mended?"), max_length=MOST_REASON, widget=WordsArea
    )


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(VersionForm):
    """Approval; the reason is asked of whoever has nobody else."""

    alone_reason = forms.CharField(
        label=_("Why can it not wait for a second person?"),
        max_length=MOST_REASON,
        required=False,
        widget=WordsArea,
        help_text=_(
            "You edited it last and nobody else in the city may approve. The report will say "
            "that it was approved alone, and wait for a second person to look at it."
        ),
    )

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["alone_reason"]


class LookForm(forms.Form):
    agrees = forms.ChoiceField(
        label=_("Does it stand?"),
        choices=[("yes", _("I confirm it")), ("no", _("I object"))],
        widget=forms.RadioSelect({"class": "side"}),
    )
    reason = forms.CharField(
        label=_("What do you object to?"),
        max_length=MOST_REASON,
        required=False,
        widget=WordsArea,
        help_text=_("Needed for an objection. It stands on the report."),
    )
