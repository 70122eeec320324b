"""The city's promises: who promised what to whom, by when, and whether it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.decisions import services
from takatuf.decisions.access import (
    check_may_make_promise,
    check_may_read_quarters,
    may_make_promise,
    may_settle_promise,
    may_steer_promise,
    may_word_promise,
    promise_for,
)
from takatuf.decisions.queries import moves_of, promises_of, quarters, shown_in_quarter
from takatuf.desk.promises.forms import (
    KeeperForm,
    MakeForm,
    MovePromiseForm,
    SettlePromiseForm,
    WordsForm,
)
from takatuf.desk.shortcuts import (
    Request,
    address,
    addresses,
    carried_out,
    desk_page,
    in_city,
    once_only,
    page_of,
    pressed,
)
from takatuf.foundation.ids import uuid7
from takatuf.foundation.roles import CITY_WIDE
from takatuf.incidents.queries import incidents_of
from takatuf.network.queries import agencies_of

if TYPE_CHECKING:
    from takatuf.decisions.models import Promise
    from takatuf.decisions.queries import Quarter
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City

WHICH = ("open", "quarter", "late", "kept", "broken", "released", "all")
MOST_INCIDENTS = 100  # to choose from, the newest
TONES = {"kept": "go", "broken": "stop", "released": "quiet"}


def _labels() -> dict[str, str]:
    return {
        "open": _("Open promises"),
        "quarter": _("Due this quarter"),
        "late": _("Late promises"),
        "kept": _("Kept"),
        "broken": _("Not kept"),
        "released": _("Released"),
        "all": _("All promises"),
    }


def _about(request: Request, city: City) -> Incident | None:
    """The incident by whose number the list is cut; another's number finds none."""
    number = request.GET.get("incident", "")
    if not number.isdecimal() or len(number) > 9:
        return None
    return incidents_of(request.actor, city).filter(number=int(number)).first()


@require_safe
@in_city
def promises(request: Request, city: City) -> HttpResponse:
    """The register, by what is asked for."""
    now = timezone.now()
    which = request.GET.get("which", "open")
    which = which if which in WHICH else "open"
    about = _about(request, city)
    page = page_of(request, promises_of(request.actor, city, now, which=which, incident=about))
    url = addresses("promise", city.slug, last=0)
    rest = f"&incident={about.number}" if about else ""
    return desk_page(
        request,
        "desk/promises/promises.html",
        here="incidents",
        page_title=_("Promises"),
        city=city,
        now=now,
        page=page,
        lines=[(one, url(one.number), _badge(one, now)) for one in page],
        filters=[
            {"label": label, "url": f"?which={code}{rest}", "current": code == which}
            for code, label in _labels().items()
        ],
        about=about,
        which=which,
        may_make=may_make_promise(request.actor, city)
        or bool(incidents_of(request.actor, city).exists()),
        reads_quarters=bool(request.actor.roles_in(city.pk) & CITY_WIDE),
        trail=[(_("Incidents"), address("incidents", city.slug))],
    )


def _badge(promise: Promise, now: Any) -> tuple[str, str]:
    """The state of a promise in a word, and its tone."""
    if promise.state != promise.State.OPEN:
        return str(promise.get_state_display()), TONES[promise.state]
    if promise.due_at and promise.due_at < now:
        return _("Late"), "stop"
    return str(promise.get_state_display()), ""


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def make(request: Request, city: City) -> HttpResponse:
    """Write a promise down, of an incident or of none."""
    incidents = list(incidents_of(request.actor, city)[:MOST_INCIDENTS])
    if not incidents:
        check_may_make_promise(request.actor, city, None)
    about = _about(request, city)
    form = MakeForm(
        request.POST or None,
        agencies=agencies_of(city),
        incidents=incidents,
        needs_incident=not may_make_promise(request.actor, city),
        initial={"incident": str(about.pk) if about else ""},
    )

    def act() -> Any:
        return services.make_promise(
            request.actor,
            city,
            language=get_language() or "en",
            now=timezone.now(),
            **form.values(city),
        ).pk

    made = carried_out(
        request, form, lambda: once_only(request, act), _("The promise stands in the register.")
    )
    if made is not None:
        return redirect(address("promise", city.slug, promise_for(request.actor, pk=made).number))
    return _form_page(request, city, form, _("Enter a promise"), _("Enter the promise"),
                      address("promises", city.slug))  # fmt: skip


def _form_page(
    request: Request, city: City, form: forms.Form, title: str, button: str, back: str
) -> HttpResponse:
    return desk_page(
        request,
        "desk/promises/form.html",
        here="incidents",
        page_title=title,
        city=city,
        form=form,
        button=button,
        back=back,
        key=request.POST.get("key") or uuid7(),
        status=422 if form.errors else 200,
        trail=[(_("Promises"), address("promises", city.slug))],
    )


@require_safe
@in_city
def promise(request: Request, city: City, number: int) -> HttpResponse:
    """One promise, with how its day moved and how it ended."""
    return _page(request, city, promise_for(request.actor, city=city, number=number))


def _forms(
    request: Request, found: Promise, *, sent: str = "", data: Any = None
) -> dict[str, forms.Form]:
    """What the reader may do with this promise: a form for each act."""
    made: dict[str, forms.Form] = {}

    def mine(act: str) -> Any:
        return data if sent == act else None

    waits = found.state == found.State.OPEN
    if waits and may_settle_promise(request.actor, found):
        made["settle"] = SettlePromiseForm(mine("settle"), auto_id="settle-%s")
        made["move"] = MovePromiseForm(mine("move"), auto_id="move-%s")
    if waits and may_steer_promise(request.actor, found):
        made["give"] = KeeperForm(
            mine("give"),
            agencies=agencies_of(found.city),
            auto_id="give-%s",
            initial={"agency": str(found.agency_id or ""), "role": found.role},
        )
    if may_word_promise(request.actor, found):
        made["words"] = WordsForm(
            mine("words"), auto_id="words-%s", initial={"words": found.shown_words}
        )
    return made


def _page(
    request: Request,
    city: City,
    found: Promise,
    acts: dict[str, forms.Form] | None = None,
    sent: str = "",
) -> HttpResponse:
    now = timezone.now()
    title = _("Promise %(number)s") % {"number": found.number}
    form = (acts or {}).get(sent)
    return desk_page(
        request,
        "desk/promises/promise.html",
        here="incidents",
        page_title=title,
        city=city,
        now=now,
        promise=found,
        badge=_badge(found, now),
        moves=moves_of(found),
        acts=_forms(request, found) if acts is None else acts,
        sent=sent,
        sent_form=form if form is not None and form.errors else None,
        seen=found.incident is not None
        and incidents_of(request.actor, city).filter(pk=found.incident.pk).exists(),
        status=422 if form is not None and form.errors else 200,
        trail=[(_("Promises"), address("promises", city.slug))],
    )


@require_POST
@in_city
def change(request: Request, city: City, number: int, act: str) -> HttpResponse:
    """Settle a promise, move its day, give it another keeper, or word it for showing."""
    found = promise_for(request.actor, city=city, number=number)
    if act not in ("settle", "move", "give", "words"):
        raise Http404
    acts = _forms(request, found, sent=act, data=request.POST)
    form = acts.get(act)
    version = request.POST.get("version", "")
    around: dict[str, Any] = {
        "now": timezone.now(),
        "version": int(version) if version.isdecimal() and len(version) < 10 else None,
    }
    back = address("promise", city.slug, number)
    if form is None:  # the use case says who may, or that it was settled meanwhile
        plain = forms.Form(request.POST)
        plain.full_clean()
        return pressed(
            request,
            lambda: _carry_out(request, found, act, plain, around),
            _said(act),
            back,
        )
    done = carried_out(
        request, form, lambda: _carry_out(request, found, act, form, around), _said(act)
    )
    if done is not None:
        return redirect(back)
    fresh = promise_for(request.actor, city=city, number=number)
    return _page(request, city, fresh, acts, act)


def _carry_out(
    request: Request, found: Promise, act: str, form: forms.Form, around: dict[str, Any]
) -> Promise:
    told = form.cleaned_data
    if act == "settle":
        outcome, note = told.get("outcome", ""), told.get("note", "")
        return services.settle_promise(request.actor, found, outcome=outcome, note=note, **around)
    if act == "move":
        due_at = told.get("due_at") or around["now"]
        reason = told.get("reason", "")
        return services.move_promise(request.actor, found, due_at=due_at, reason=reason, **around)
    if act == "give":
        keeper = form.keeper() if isinstance(form, KeeperForm) else {"agency": None, "role": ""}
        return services.give_promise(request.actor, found, **keeper, **around)
    return services.word_promise(request.actor, found, words=told.get("words", ""), **around)


def _said(act: str) -> str:
    return {
        "settle": _("It is written down how the promise ended."),
        "move": _("The day is moved. The first one stays readable."),
        "give": _("The promise has another keeper."),
        "words": _("The words are saved."),
    }[act]


def _label(row: Quarter) -> str:
    return _("Quarter %(quarter)s of %(year)s") % {"quarter": row.quarter, "year": row.year}


@require_safe
@in_city
def by_quarter(request: Request, city: City) -> HttpResponse:
    """How the city kept its promises, quarter by quarter; fit to be printed and handed out."""
    check_may_read_quarters(request.actor, city)
    rows = quarters(city, timezone.now())
    asked = request.GET.get("quarter", "")
    chosen = next((row for row in rows if row.name == asked), rows[0])
    shown, others = shown_in_quarter(city, chosen.year, chosen.quarter)
    return desk_page(
        request,
        "desk/promises/quarters.html",
        here="incidents",
        page_title=_("Promises by quarter"),
        city=city,
        rows=[(row, _label(row)) for row in rows],
        chosen=chosen,
        chosen_label=_label(chosen),
        shown=[(one, _badge(one, timezone.now())) for one in shown],
        others=others,
        trail=[(_("Promises"), address("promises", city.slug))],
    )
