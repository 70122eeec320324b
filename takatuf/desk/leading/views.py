"""Who leads what: the list that is agreed, its drafts, and how practice departs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.coordination.leading import practice_of
from takatuf.desk.activities.parts import part_page
from takatuf.desk.leading.forms import AgreeForm, BeginForm, LeadsForm, WordForm
from takatuf.desk.prepare import parts_of_prepare
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    carried_out,
    desk_page,
    in_city,
    page_of,
    pressed,
)
from takatuf.foundation.errors import NotFound
from takatuf.plans.access import (
    check_may_write_leads,
    lead_list_for,
    may_write_leads,
    sides_of,
)
from takatuf.plans.leading import (
    LANGUAGES,
    differences,
    draft_of,
    lead_lists,
    lines_of,
    list_in_force,
    national_side_can_sign_in,
    page_to_sign,
)
from takatuf.plans.services import agree_leads, draft_leads, drop_leads, write_leads
from takatuf.plans.vocabulary import Side
from takatuf.ui.reading import language_name

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City
    from takatuf.plans.models import LeadList


@require_safe
@in_city
def who_leads(request: Request, city: City) -> HttpResponse:
    """The list in force, or what the framework says where none is agreed; the draft, if any."""
    held = list_in_force(city)
    return desk_page(
        request,
        "desk/leading/who-leads.html",
        here="prepare",
        page_title=_("Who leads what"),
        city=city,
        parts=parts_of_prepare(city, "who-leads"),
        held=held,
        draft=draft_of(city),
        **_lines(held),
        papers=_papers(held) if held else [],
        page=page_of(request, lead_lists(city), 10),
        begin_form=BeginForm(initial={"after": held.number if held else 0})
        if may_write_leads(request.actor, city.pk)
        else None,
    )


@require_POST
@in_city
def begin(request: Request, city: City) -> HttpResponse:
    """Begin a draft."""
    check_may_write_leads(request.actor, city)
    form = BeginForm(request.POST)
    if not form.is_valid():  # nobody types in it
        raise NotFound
    return pressed(
        request,
        lambda: draft_leads(request.actor, city, now=timezone.now(), **form.cleaned_data),
        _("The draft is open. Change what should be otherwise; then each side agrees."),
        address("who-leads", city.slug),
    )


@require_safe
@in_city
def version(request: Request, city: City, version: int) -> HttpResponse:
    """One version, with who agreed to it and when."""
    return _version_page(request, lead_list_for(request.actor, city, version))


def _version_page(
    request: Request, leads: LeadList, *, word_form: WordForm | None = None
) -> HttpResponse:
    city = leads.city
    mine = sides_of(request.actor, city.pk)
    seen = {"seen": leads.changes}
    forms: dict[str, Any] = {}
    if leads.is_draft:
        if Side.CITY in mine and leads.city_at is None:
            forms["city_form"] = AgreeForm(initial={"side": Side.CITY, **seen})
        if Side.NATIONAL in mine and leads.national_at is None:
            forms["national_form"] = AgreeForm(initial={"side": Side.NATIONAL, **seen})
        if Side.CITY in mine and leads.national_at is None and not national_side_can_sign_in(city):
            forms["word_form"] = word_form or WordForm(initial={"side": Side.NATIONAL, **seen})
    return desk_page(
        request,
        "desk/leading/version.html",
        here="prepare",
        page_title=_("Who leads what, version %(number)s") % {"number": leads.number},
        city=city,
        status=422 if word_form else 200,
        parts=parts_of_prepare(city, "who-leads"),
        leads=leads,
        **_lines(leads),
        papers=_papers(leads),
        **_changed(leads),
        may_write=bool(mine),
        trail=[(_("Who leads what"), address("who-leads", city.slug))],
        **forms,
    )


def _changed(leads: LeadList) -> dict[str, Any]:
    """What somebody who agrees to a draft agrees to: what it says otherwise than before."""
    if not leads.is_draft:
        return {}
    held = list_in_force(leads.city)
    return {"against": held, "changed": differences(held, leads)}


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def change(request: Request, city: City, version: int) -> HttpResponse:
    """Write who leads each service in a draft."""
    check_may_write_leads(request.actor, city)
    leads = lead_list_for(request.actor, city, version)
    if not leads.is_draft:
        raise NotFound
    form = LeadsForm(
        request.POST or None,
        lines=lines_of(leads),
        initial={"counterpart": leads.counterpart, "seen": leads.changes},
    )
    done = carried_out(
        request,
        form,
        lambda: write_leads(
            request.actor,
            leads,
            form.led(),
            counterpart=form.cleaned_data["counterpart"],
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
        ),
        _("Saved. Both sides now agree to what stands here, or change it again."),
    )
    if done is not None:
        return redirect(_address(leads))
    return desk_page(
        request,
        "desk/leading/change.html",
        here="prepare",
        page_title=_("Change who leads what"),
        city=city,
        status=422 if form.errors else 200,
        parts=parts_of_prepare(city, "who-leads"),
        leads=leads,
        form=form,
        trail=[(_("Who leads what"), address("who-leads", city.slug))],
    )


@require_POST
@in_city
def agree(request: Request, city: City, version: int) -> HttpResponse:
    """Say yes for a side."""
    check_may_write_leads(request.actor, city)
    leads = lead_list_for(request.actor, city, version)
    form = (WordForm if "word" in request.POST else AgreeForm)(request.POST)
    said = _("Agreed. With the yes of both sides it is in force.")

    def act() -> object:
        return agree_leads(request.actor, leads, now=timezone.now(), **form.cleaned_data)

    if isinstance(form, WordForm):
        if carried_out(request, form, act, said) is None:
            return _version_page(request, leads, word_form=form)
        return redirect(_address(leads))
    if not form.is_valid():  # nobody types in it
        raise NotFound
    return pressed(request, act, said, _address(leads))


@require_POST
@in_city
def drop(request: Request, city: City, version: int) -> HttpResponse:
    """Drop a draft."""
    check_may_write_leads(request.actor, city)
    leads = lead_list_for(request.actor, city, version)
    return pressed(
        request,
        lambda: drop_leads(request.actor, leads, now=timezone.now()),
        _("The draft is dropped. It stays readable among the versions."),
        address("who-leads", city.slug),
    )


@require_safe
@in_city
def paper(request: Request, city: City, version: int, language: str) -> HttpResponse:
    """One page to sign, in one language."""
    leads = lead_list_for(request.actor, city, version)
    if language not in LANGUAGES:
        raise NotFound
    made_at = leads.agreed_at or leads.changed_at
    answer = HttpResponse(
        page_to_sign(leads, language, made_at=made_at), content_type="application/pdf"
    )
    name = f"{city.slug}-who-leads-{leads.number}-{language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@at_incident
def practice(request: Request, incident: Incident) -> HttpResponse:
    """Who leads each service here and who is at work: where practice departs from the list."""
    found = practice_of(incident, timezone.now())
    return part_page(
        request,
        incident,
        "who-leads-here",
        "desk/leading/practice.html",
        found=found,
        list_url=address("who-does-what", incident.city.slug, incident.number),
    )


def _lines(leads: LeadList | None) -> dict[str, Any]:
    lines = lines_of(leads)
    return {"lines": lines, "noted": any(line.note for line in lines)}


def _papers(leads: LeadList) -> list[tuple[str, str]]:
    return [
        (language_name(tag), address("who-leads-paper", leads.city.slug, leads.number, tag))
        for tag in LANGUAGES
    ]


def _address(leads: LeadList) -> str:
    return address("who-leads-version", leads.city.slug, leads.number)
