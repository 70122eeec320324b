"""Messages from the scene (M/ETHANE): send one in a minute, read it, decide what becomes of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.accounts.receipts import once
from takatuf.coordination.services import add_methane_to_incident, report_from_scene
from takatuf.desk.incidents.forms import EVEN, EXERCISE, SIDE, LocalTime
from takatuf.desk.shortcuts import (
    Request,
    address,
    carried_out,
    desk_page,
    in_city,
    page_of,
    pressed,
)
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import isolated
from takatuf.incidents.access import (
    check_may_settle_methane,
    incident_for,
    may_settle_methane,
    methane_by_id,
    methane_for,
)
from takatuf.incidents.queries import (
    letters_of,
    methanes_about,
    methanes_of,
    open_incidents,
    waiting_methanes,
)
from takatuf.incidents.services import close_methane
from takatuf.incidents.vocabulary import Casualties, Kind
from takatuf.ui import reading
from takatuf.ui.forms import WordsArea, WordsInput

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident, Methane
    from takatuf.network.models import City

MAJOR = {"yes": True, "no": False, "unknown": None}
SHORT = {"rows": 2}
MOST_INCIDENTS = 30


class MethaneForm(forms.Form):
    """One letter after the other; only where it is must be said. `once` is given with the
    empty form, so that a message sent twice is one."""

    is_exercise = forms.ChoiceField(
        label=gettext_lazy("Is this real?"),
        choices=EXERCISE,
        initial="0",
        widget=forms.RadioSelect(SIDE),
    )
    incident = forms.TypedChoiceField(
        label=gettext_lazy("What is it about?"), coerce=int, empty_value=None, required=False
    )
    is_major = forms.ChoiceField(
        label=gettext_lazy("M · Is it a major incident?"),
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
            ("unknown", gettext_lazy("Not known yet")),
        ],
        initial="unknown",
        widget=forms.RadioSelect(SIDE),
    )
    location = forms.CharField(
        label=gettext_lazy("E · Exactly where?"),
        widget=WordsInput,
        max_length=300,
        help_text=gettext_lazy(
            "Street, building, entrance. The only thing that must be filled in."
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("T · What has happened?"),
        choices=[*Kind.choices, ("", gettext_lazy("Not known yet"))],
        required=False,
        widget=forms.RadioSelect(EVEN),
    )
    details = forms.CharField(
        label=gettext_lazy("T · In a few words"),
        widget=WordsArea(SHORT),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Facts only, no names of people."),
    )
    hazards = forms.CharField(
        label=gettext_lazy("H · What is dangerous, or may be?"),
        widget=WordsArea(SHORT),
        max_length=1000,
        required=False,
    )
    access = forms.CharField(
        label=gettext_lazy("A · Which ways in and out are safe?"),
        widget=WordsArea(SHORT),
        max_length=1000,
        required=False,
    )
    casualties = forms.ChoiceField(
        label=gettext_lazy("N · Is anyone hurt or dead?"),
        choices=[*Casualties.choices],
        required=False,
        widget=forms.RadioSelect(SIDE),
    )
    casualty_details = forms.CharField(
        label=gettext_lazy("N · How many, and how badly?"),
        widget=WordsArea(SHORT),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Numbers as you see them. No names."),
    )
    services_present = forms.CharField(
        label=gettext_lazy("E · Which services are there?"),
        widget=WordsArea(SHORT),
        max_length=1000,
        required=False,
    )
    services_needed = forms.CharField(
        label=gettext_lazy("E · Which are still needed?"),
        widget=WordsArea(SHORT),
        max_length=1000,
        required=False,
    )
    observed_at = LocalTime(label=gettext_lazy("When was it so?"), required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, city: City, incidents: list[Incident], **kw: Any) -> None:
        super().__init__(*args, **kw)
        clock = {"city": city, "zone": reading.zone(timezone.now())}
        self.fields["observed_at"].help_text = format_html(
            str(_("In the time of {city} ({zone}).")),
            **{name: format_html("<bdi>{}</bdi>", said) for name, said in clock.items()},
        )
        if incidents:
            self.fields["incident"].choices = [  # type: ignore[attr-defined]
                ("", _("Something new")),
                *((one.number, isolated(one.title)) for one in incidents),
            ]
        else:
            del self.fields["incident"]

    @staticmethod
    def blank(now: datetime) -> dict[str, Any]:
        return {"observed_at": now, "once": uuid7(), "is_exercise": "0", "is_major": "unknown"}


class AddForm(forms.Form):
    """To which open incident a message belongs."""

    incident = forms.TypedChoiceField(label=gettext_lazy("Open incident"), coerce=int)

    def __init__(self, *args: Any, incidents: list[Incident], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["incident"].choices = [  # type: ignore[attr-defined]
            (one.number, f"{one.number} · {isolated(one.title)}") for one in incidents
        ]


class CloseForm(forms.Form):
    """Why nothing is declared."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=WordsArea({"rows": 2}),
        help_text=gettext_lazy("It becomes part of the record. The message stays readable."),
    )  # fmt: skip


def _at(message: Methane) -> str:
    return address("methane", message.city.slug, message.number)


@require_safe
@in_city
def methanes(request: Request, city: City) -> HttpResponse:
    """The messages from the scene that the reader may know; those that wait first asked for.
    `?incident=` is the number of the incident of which they tell."""
    show = "all" if request.GET.get("show") == "all" else "waiting"
    found = (methanes_of if show == "all" else waiting_methanes)(request.actor, city)
    trail = [(_("Incidents"), address("incidents", city.slug))]
    about = None
    if (number := request.GET.get("incident", "")).isdecimal() and len(number) < 10:
        about = incident_for(request.actor, city, int(number))
        show, found = "incident", methanes_about(about)
        trail.append((about.title, address("picture", city.slug, about.number)))
    return desk_page(
        request,
        "desk/incidents/methanes.html",
        city=city,
        here="incidents",
        page_title=_("Messages from the scene"),
        page=page_of(request, found),
        show=show,
        about=about,
        trail=trail,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def send(request: Request, city: City) -> HttpResponse:
    """A message from the scene, by one thumb; whoever leads is told of it."""
    now = timezone.now()
    incidents = list(open_incidents(request.actor, city)[:MOST_INCIDENTS])
    local = timezone.localtime(now, ZoneInfo(city.timezone))
    first = MethaneForm.blank(local) | {"incident": request.GET.get("about", "")}
    form = MethaneForm(request.POST or None, initial=first, city=city, incidents=incidents)
    said = _("Your message is sent. Whoever leads is being told.")
    pk = carried_out(request, form, lambda: _send_once(request, city, form.cleaned_data, now), said)
    if pk is not None:
        return redirect(_at(methane_by_id(request.actor, pk)))
    answer = desk_page(
        request,
        "desk/incidents/methane_new.html",
        city=city,
        here="incidents",
        status=422 if form.errors else 200,
        page_title=_("Report from the scene"),
        form=form,
        now=now,
        trail=[(_("Incidents"), address("incidents", city.slug))],
    )
    answer["Takatuf-Keep"] = "yes"  # see ui/static/ui/worker.js
    return answer


def _send_once(request: Request, city: City, data: dict[str, Any], now: datetime) -> UUID:
    """Send; the same form sent again, from another try or out of an outbox, sends nothing."""
    values = {**data, "is_major": MAJOR[data["is_major"]]}
    values["is_exercise"] = data["is_exercise"] == "1"
    number, pk = values.pop("incident", None), values.pop("once")
    about = incident_for(request.actor, city, number) if number else None

    def act() -> UUID:
        made: Methane = report_from_scene(
            request.actor,
            city,
            incident=about,
            pk=pk,
            language=get_language() or "en",
            now=now,
            **values,
        )
        return made.pk

    return once(request.actor.person_id, f"methane:{city.pk}:{pk}", request=b"", act=act, now=now)[
        0
    ]


@require_safe
@in_city
def methane(request: Request, city: City, message: int) -> HttpResponse:
    """One message by its letters, and what may become of it."""
    return _page(request, methane_for(request.actor, city, message))


def _page(
    request: Request,
    found: Methane,
    *,
    add: AddForm | None = None,
    close: CloseForm | None = None,
) -> HttpResponse:
    decides = found.outcome == "waiting" and may_settle_methane(request.actor, found.city_id)
    incidents = _that_it_may_join(request, found) if decides else []
    wrong = any(form is not None and form.errors for form in (add, close))
    return desk_page(
        request,
        "desk/incidents/methane.html",
        city=found.city,
        here="incidents",
        status=422 if wrong else 200,
        page_title=_("%(acronym)s %(number)s from the scene")
        % {"acronym": found.acronym, "number": found.number},
        message=found,
        letters=letters_of(found),
        point=_point(found),
        exercise=found.is_exercise,
        decides=decides,
        add_form=(add or AddForm(incidents=incidents)) if incidents else None,
        close_form=close or CloseForm(),
        trail=[
            (_("Incidents"), address("incidents", found.city.slug)),
            (_("Messages from the scene"), address("methanes", found.city.slug)),
        ],
    )


def _that_it_may_join(request: Request, found: Methane) -> list[Incident]:
    """Open incidents that are as real as the message is."""
    alike = open_incidents(request.actor, found.city).filter(is_exercise=found.is_exercise)
    return list(alike[:MOST_INCIDENTS])


@require_POST
@in_city
def add(request: Request, city: City, message: int) -> HttpResponse:
    """The message belongs to an incident that is open already."""
    found = methane_for(request.actor, city, message)
    check_may_settle_methane(request.actor, found)
    form = AddForm(request.POST, incidents=_that_it_may_join(request, found))
    if not form.is_valid():
        return _page(request, found, add=form)
    about = incident_for(request.actor, city, form.cleaned_data["incident"])
    return pressed(
        request,
        lambda: add_methane_to_incident(request.actor, found, about, now=timezone.now()),
        _("The message is in the log of the incident."),
        _at(found),
    )


@require_POST
@in_city
def close(request: Request, city: City, message: int) -> HttpResponse:
    """Nothing is declared, for a reason."""
    found = methane_for(request.actor, city, message)
    check_may_settle_methane(request.actor, found)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, close=form)
    return pressed(
        request,
        lambda: close_methane(
            request.actor, found, reason=form.cleaned_data["reason"], now=timezone.now()
        ),
        _("The message is closed."),
        _at(found),
    )


def _point(found: Methane) -> str:
    """Latitude and longitude as an address of the form `geo:` has them, RFC 5870."""
    if found.lat is None or found.lon is None:
        return ""
    return f"{found.lat:.5f},{found.lon:.5f}"
