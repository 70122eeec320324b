"""What every page of the desk shares: its doors, its frame, and refusals that become words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from takatuf.accounts.receipts import once
from takatuf.desk.learn.parts import parts_of_learn
from takatuf.desk.outbox import written_at
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.lists import slim, stretch
from takatuf.foundation.roles import Role
from takatuf.foundation.text import clean_text
from takatuf.incidents.access import incident_in
from takatuf.network.access import city_for
from takatuf.ui.frame import places

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City

P = ParamSpec("P")
T = TypeVar("T")
PAGE_OF = 50
# Whose work the place Community is; a partner finds theirs at the incident.
AT_COMMUNITY = frozenset(
    {Role.MAYOR, Role.COORDINATOR, Role.COMMUNICATIONS, Role.COHESION, Role.PSYCHOSOCIAL}
)


class Request(HttpRequest):
    """A request that came through the desk's door: it knows who acts."""

    actor: Actor
    htmx: HtmxDetails


def attempt(form: BaseForm, act: Callable[[], T]) -> T | None:
    """Do what the form asks for. A refusal becomes the form's error, beside its field where
    it has one; what was typed is kept. Returns what `act` returned, None when refused."""
    try:
        return act()
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else _culprit(form, refusal.code)
        form.add_error(field, ValidationError(str(refusal), code=refusal.code))
        return None


def _culprit(form: BaseForm, code: str) -> str | None:
    """The field whose words alone are refused in the same way, where a use case named none."""
    for name, value in form.cleaned_data.items():
        try:
            clean_text(value if isinstance(value, str) else "")
        except Refused as refusal:
            if refusal.code == code:
                return name
    return None


def carried_out(request: Request, form: BaseForm, act: Callable[[], T], said: str = "") -> T | None:
    """What a sent form asks for, done and said to its sender; returns what `act` returned.

    None where nothing was done: the form is only shown, something in it is wrong, or it was
    refused, which then stands in the form as `attempt` puts it.
    """
    if request.method != "POST":
        return None
    done = attempt(form, act) if form.is_valid() else None
    if done is None:
        request.unmet = form  # type: ignore[attr-defined]  # what `desk.outbox` then tells
    elif said and not written_at(request):
        messages.success(request, said)
    return done


def pressed(request: Request, act: Callable[[], object], said: str, to: str) -> HttpResponse:
    """One press of a button: done and said, or refused and said; then on to the page `to`."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(to)


def once_only(request: Request, act: Callable[[], UUID]) -> UUID:
    """Do `act` once for each form that was shown (its hidden `key`) and each thing said in
    it: a second press on a bad line changes nothing, other words under the same key do."""
    said = sorted(
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    )
    key = request.POST.get("key", "")
    return once(
        request.actor.person_id,
        f"{request.path}:{key}:{said}" if key else "",
        request=b"",
        act=act,
        now=timezone.now(),
    )[0]


def in_city(
    view: Callable[Concatenate[Request, City, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """The view gets the city instead of its slug, behind the city's door; times are read
    and written in the city's zone."""

    @wraps(view)
    def inner(request: Request, city: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = city_for(request.actor, city)
        with timezone.override(ZoneInfo(found.timezone)):
            return view(request, found, *args, **kwargs)

    return inner


def at_incident(
    view: Callable[Concatenate[Request, Incident, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """The view gets the incident instead of city and number, behind the incident's door."""

    @wraps(view)
    def inner(
        request: Request, city: str, number: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        incident = incident_in(request.actor, city, number)
        with timezone.override(ZoneInfo(incident.city.timezone)):
            return view(request, incident, *args, **kwargs)

    return inner


def address(name: str, *args: object) -> str:
    """The address of a page of the desk, empty where the page is not mounted."""
    try:
        return reverse(f"desk:{name}", args=args)
    except NoReverseMatch:
        return ""


def addresses(name: str, *args: object, last: object) -> Callable[[object], str]:
    """A function that gives the address of one of many things that differ in the last part of
    it alone. `last` is any of them: Django is asked once, not for each line of a list."""
    before, _, after = address(name, *args, last).rpartition(str(last))
    return lambda value: f"{before}{value}{after}"


def desk_page(
    request: Request,
    template: str,
    *,
    here: str,
    page_title: str,
    city: City | None = None,
    now: datetime | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page in the desk's frame; `here` is the code of its place (`ui.frame.PLACES`)."""
    urls = {"today": address("today")}
    if city is not None:
        urls["incidents"] = address("incidents", city.slug)
        if request.actor.roles_in(city.pk) & AT_COMMUNITY:
            urls["community"] = address("community", city.slug)
        urls["prepare"] = address("plans", city.slug) or address("contacts", city.slug)
    if any(parts_of_learn(request.actor)):
        urls["learn"] = address("learn")
    context |= {
        "page_title": page_title,
        "city": city,
        "now": now or timezone.now(),
        "places": places({code: url for code, url in urls.items() if url}, here, request.path),
    }
    return render(request, template, context, status=status)


def page_of(
    request: HttpRequest,
    things: Any,
    size: int = PAGE_OF,
    *,
    beside: Sequence[str] = (),
    keys_first: bool = False,
    name: str = "page",
) -> Page:
    """The page of a long list that `?page=` asks for; nonsense gives the nearest page.

    `name` stands for `page` where a page shows two lists; `beside` names what the lines show of
    other things, see `foundation.lists.slim`; `keys_first` where no index gives the order, see
    `foundation.lists.stretch`.
    """
    things = slim(things, beside) if beside else things
    page = Paginator(things, size).get_page(request.GET.get(name))
    if keys_first:
        start = (page.number - 1) * size
        page.object_list = stretch(things, start, start + size)
    return page
