"""The forms of who does what: what the list shows, and what an organisation does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.rules import sends_letters
from takatuf.activities.asking import ActivityForm, place_choices, service_choices
from takatuf.activities.queries import Wanted
from takatuf.activities.services import MOST_REASON
from takatuf.activities.vocabulary import Answer, Population, Status
from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated
from takatuf.network.vocabulary import Level
from takatuf.ui.forms import DayInput, WordsArea, WordsInput, by_name, needed_for

if TYPE_CHECKING:
    from takatuf.activities.models import Overlap
    from takatuf.network.models import Agency, Area, Organisation

Choices = Sequence[tuple[str, Any]]


class ListForm(forms.Form):
    """What the list of activities shows."""

    q = forms.CharField(label=_("Words"), max_length=100, required=False, widget=WordsInput)
    service = forms.ChoiceField(label=_("Service"), required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    level = forms.ChoiceField(
        label=_("Level of government"),
        choices=[("", _("All levels")), *Level.choices],
        required=False,
    )
    organisation = forms.TypedChoiceField(
        label=_("Organisation"), coerce=UUID, empty_value=None, required=False
    )
    population = forms.ChoiceField(
        label=_("For whom"),
        choices=[("", _("All groups")), *Population.choices],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("", _("What goes on or is planned")),
            *Status.choices,
            ("withdrawn", _("Withdrawn entries")),
            ("all", _("All")),
        ],
        required=False,
    )
    stale = forms.BooleanField(label=_("Only what nobody confirmed in time"), required=False)
    sparse = forms.BooleanField(label=_("Only what says too little to be compared"), required=False)

    def __init__(
        self,
        *args: Any,
        areas: Iterable[Area],
        organisations: Iterable[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Choices] = {
            "service": [("", _("All services")), *service_choices()],
            "place": [("", _("Everywhere")), *place_choices(areas)],
            "organisation": [
                ("", _("All organisations")),
                *by_name((str(one.pk), one) for one in organisations),
            ],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What to pass to `activities_of`; nonsense in the address asks for nothing."""
        self.is_valid()
        told = self.cleaned_data
        return Wanted(
            service=told.get("service", ""),
            level=told.get("level", ""),
            population=told.get("population", ""),
            organisation=told.get("organisation"),
            place=told.get("place", ""),
            status=told.get("status", ""),
            stale=told.get("stale", False),
            sparse=told.get("sparse", False),
            words=told.get("q", "").strip(),
        )


class ReportForm(ActivityForm):
    """Who does it, and the questions that everybody is asked.

    Whoever speaks for every organisation writes its name; a liaison chooses their own agency.
    """

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Who does it?"), max_length=200, widget=WordsInput)
    FIRST = ("name", *ActivityForm.FIRST)
    field_order = ("key", *FIRST)  # errors are listed in the order of the questions

    def __init__(
        self, *args: Any, any_name: bool, agencies: Iterable[Agency], **kwargs: Any
    ) -> None:
        super().__init__(*args, any_name=any_name, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        if any_name:
            self.fields["name"].widget.attrs["list"] = "known-names"
        else:
            choices = by_name(self.agencies.items())
            self.fields["name"] = forms.ChoiceField(
                label=_("Who does it?"),
                choices=choices if len(choices) == 1 else [("", _("Choose")), *choices],
            )


class ChangeForm(ActivityForm):
    """The same questions, answered as the entry stands."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class InviteForm(forms.Form):
    """Who gets a link, and how."""

    name = forms.CharField(
        label=_("Which organisation?"),
        max_length=200,
        widget=WordsInput(attrs={"list": "known-names"}),
    )
    email = forms.EmailField(
        label=_("Its e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label=_("Its level of government"),
        choices=[("", _("Not known")), *Level.choices],
        required=False,
        help_text=_("Where the city does not know it yet. The partner does not change it."),
    )
    language = forms.ChoiceField(label=_("In which language do we write?"))
    days = forms.TypedChoiceField(
        label=_("How long is the link good?"),
        coerce=int,
        choices=[
            (7, _("A week")),
            (30, _("A month")),
            (90, _("Three months")),
            (365, _("A year")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = (
            _("The link is sent there. Leave it empty to hand the link over yourself.")
            if sends_letters()
            else _("No letter leaves from here: the link is shown to you, to hand it over.")
        )
        self.fields["language"].choices = settings.SPOKEN_LANGUAGES  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        widget=WordsArea({"rows": 2}),
        max_length=MOST_REASON,
        error_messages={"required": _("Say why the entry is withdrawn.")},
        help_text=_("For example: entered twice, or it never took place."),
    )


class KeepForm(forms.Form):
    """What was agreed stays, until another day."""

    review_on = forms.DateField(label=_("When it is looked at again"), widget=DayInput)


class SettleForm(forms.Form):
    """What two activities that look like the same work are to each other."""

    answer = forms.ChoiceField(
        label=_("What are they to each other?"), choices=Answer.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why, or what was agreed"),
        max_length=MOST_REASON,
        required=False,
        widget=WordsArea({"rows": 3}),
        help_text=_("Needed where they complement each other or one is a reserve."),
    )
    # Each shows with its choice alone (`takatuf.css`).
    organisation = needed_for(
        _("where one leads or one hands over"),
        forms.ChoiceField(label=_("Who leads, or takes over"), required=False),
    )
    kept = needed_for(
        _("where both are one activity"),
        forms.ChoiceField(
            label=_("Which entry stays"),
            required=False,
            help_text=_("The other stays readable beside it."),
        ),
    )
    role = forms.ChoiceField(label=_("Who sees that it is kept"), choices=Role.choices)
    review_on = forms.DateField(label=_("When it is looked at again"), widget=DayInput)

    def __init__(self, *args: Any, overlap: Overlap, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        both = (overlap.a, overlap.b)
        self._entries = {str(one.pk): one for one in both}
        self._owners = {str(one.organisation_id): one.organisation for one in both}
        offered: dict[str, Choices] = {
            "organisation": [("", "–"), *((key, str(one)) for key, one in self._owners.items())],
            "kept": [
                ("", "–"),
                *(
                    (key, f"{isolated(one)} ({isolated(one.organisation)})")
                    for key, one in self._entries.items()
                ),
            ],
            "role": [(role.value, role.label) for role in roles],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What to pass to `settle_overlap`."""
        told = self.cleaned_data
        return {
            **{name: told[name] for name in ("answer", "reason", "role", "review_on")},
            "organisation": self._owners.get(told["organisation"]),
            "kept": self._entries.get(told["kept"]),
        }
