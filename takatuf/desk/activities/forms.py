"""The forms of who does what: what the list shows, and what an organisation does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from takatuf.activities.queries import Wanted
from takatuf.activities.vocabulary import Population, Scope, Status
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services
from takatuf.ui.forms import WordsInput, by_name

if TYPE_CHECKING:
    from takatuf.network.models import Area, Organisation

Choices = Sequence[tuple[str, Any]]


def service_choices() -> list[tuple[str, str]]:
    """The services in the reader's language, in the catalogue's order."""
    return [(service.code, service.name) for service in services().values()]


def place_choices(areas: Iterable[Area]) -> list[tuple[str, Any]]:
    """Where something can be: the whole city, outside it, or one of its districts. The codes
    are the keys of places (`ActivityPlace.key`)."""
    named = by_name((f"area:{area.pk}", area) for area in areas)
    wide = [("city", Scope.CITY.label), ("outside", Scope.OUTSIDE.label)]
    return [*wide, (_now("Districts"), named)] if named else list(wide)


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
            words=told.get("q", "").strip(),
        )
