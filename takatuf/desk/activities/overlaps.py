"""Overlaps at the desk: what looks like the same work, why, and what people say to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities import services
from takatuf.activities.access import (
    check_may_settle_overlap,
    may_find_overlaps,
    may_settle_overlap,
    overlap_for,
    roles_asked,
)
from takatuf.activities.queries import (
    OVERLAP_LISTS,
    agreements_of,
    area_names,
    compared_at,
    crowds_that_say_little,
    in_force,
    overlaps_of,
)
from takatuf.activities.rules import REVIEW_AFTER
from takatuf.activities.vocabulary import OverlapState
from takatuf.activities.wording import reasons_of, too_little
from takatuf.community.access import may_keep_issues
from takatuf.desk.activities.forms import KeepForm, SettleForm
from takatuf.desk.activities.lines import Fact, facts_lines
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import (
    Request,
    address,
    addresses,
    at_incident,
    carried_out,
    page_of,
    pressed,
)
from takatuf.learning.queries import lesson_about

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from takatuf.activities.models import Activity, Agreement, Overlap
    from takatuf.incidents.models import Incident

MINE = "mine"  # of the lists of overlaps, the one that only a page has
TONES = {"open": "warn", "settled": "go", "gone": "quiet"}


class Row(NamedTuple):
    """One fact in which two activities differ."""

    label: str
    a: Fact | None
    b: Fact | None


def _here(incident: Incident) -> str:
    return address("overlaps", incident.city.slug, incident.number)


def _page_of(incident: Incident, pk: UUID) -> str:
    return address("overlap", incident.city.slug, incident.number, pk)


def about_overlap(one: Overlap) -> str:
    """How a lesson names the overlap that it was learned from."""
    return f"overlap:{one.pk}"


@require_safe
@at_incident
def overlaps(request: Request, incident: Incident) -> HttpResponse:
    """What looks like the same work, what is red first."""
    now = timezone.now()
    may_answer = may_find_overlaps(request.actor, incident)
    lists = (MINE, *OVERLAP_LISTS) if may_answer else OVERLAP_LISTS
    which = request.GET.get("which", "open")
    which = which if which in lists else "open"
    found = _mine(request, incident) if which == MINE else overlaps_of(incident, which, now=now)
    page = page_of(request, found)
    url = addresses("overlap", incident.city.slug, incident.number, last=incident.pk)
    places, owners = crowds_that_say_little(incident, now=now)
    agreed = in_force(page.object_list)
    labels = {
        MINE: _("Waiting for your answer"),
        "open": _("Waiting for an answer"),
        "review": _("To be looked at again"),
        "settled": _("Settled overlaps"),
        "all": _("All overlaps"),
    }
    return part_page(
        request,
        incident,
        "overlaps",
        "desk/activities/overlaps.html",
        now=now,
        page=page,
        lines=[(one, url(one.pk), _badge(one), agreed.get(one.pk)) for one in page.object_list],
        which=which,
        filters=[
            {"label": label, "url": f"?which={code}", "current": code == which}
            for code, label in labels.items()
            if code in lists
        ],
        too_little=too_little(places, owners) if places else "",
        compared_at=compared_at(incident),
        may_find=may_answer,
    )


def _badge(overlap: Overlap) -> tuple[str, str]:
    if overlap.state == OverlapState.OPEN and overlap.is_red:
        return _("Settle this first"), "stop"
    return overlap.get_state_display(), TONES[overlap.state]


@require_POST
@at_incident
def compare(request: Request, incident: Incident) -> HttpResponse:
    """Compare the activities now."""

    found = services.find_overlaps(request.actor, incident, now=timezone.now())
    messages.success(request, _said(found))
    return redirect(_here(incident))


def _said(found: services.Found | None) -> str:
    if found is None:
        return _("There are many activities: they are compared in a moment. Look again later.")
    return ngettext(
        "The activities were compared. %(count)s overlap waits for an answer.",
        "The activities were compared. %(count)s overlaps wait for an answer.",
        found.open,
    ) % {"count": found.open}


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def overlap(request: Request, incident: Incident, overlap: UUID) -> HttpResponse:
    """One overlap: both activities, why, what differs; and the answer."""
    one = overlap_for(request.actor, overlap, incident=incident)
    if request.method == "POST":
        check_may_settle_overlap(request.actor, one)
    form = None
    if one.state == OverlapState.OPEN and may_settle_overlap(request.actor, one):
        form = SettleForm(
            request.POST if request.method == "POST" else None,
            overlap=one,
            roles=roles_asked(one),
            initial={"role": one.role, "review_on": timezone.localdate() + REVIEW_AFTER},
        )
    if form is not None:
        sent = form

        def act() -> Agreement:
            return services.settle_overlap(request.actor, one, now=timezone.now(), **sent.told())

        said = _("It is written down what they are to each other.")
        if carried_out(request, form, act, said) is not None:
            return redirect(_page_of(incident, one.pk))
    elif request.method == "POST":
        messages.error(request, _("This overlap was settled or is gone by now."))
        return redirect(_page_of(incident, one.pk))
    return _shown(request, incident, one, form=form)


def _shown(
    request: Request,
    incident: Incident,
    one: Overlap,
    *,
    form: SettleForm | None = None,
    keep: KeepForm | None = None,
) -> HttpResponse:
    """The page of an overlap, with the answer that is asked for, or whether it still holds."""
    agreements = list(agreements_of(one))
    agreement = next((each for each in agreements if each.ended_at is None), None)
    may_settle = may_settle_overlap(request.actor, one)
    is_due = agreement is not None and agreement.review_on <= timezone.localdate()
    if may_settle and is_due and keep is None:
        keep = KeepForm(initial={"review_on": timezone.localdate() + REVIEW_AFTER})
    return part_page(
        request,
        incident,
        "overlaps",
        "desk/activities/overlap.html",
        page_title=_("Overlap of “%(a)s” and “%(b)s”") % {"a": one.a, "b": one.b},
        status=422 if any(sent is not None and sent.errors for sent in (form, keep)) else 200,
        now=timezone.now(),
        overlap=one,
        badge=_badge(one),
        sides=[(side, _activity_url(incident, side)) for side in (one.a, one.b)],
        reasons=reasons_of(one.parts, area_names(incident.city)),
        differences=differences(one.a, one.b),
        agreement=agreement,
        is_due=is_due,
        keep=keep,
        earlier=[each for each in agreements if each.ended_at is not None],
        form=form,
        lesson=lesson_about(about_overlap(one)) if one.state == OverlapState.SETTLED else None,
        lesson_url=address("overlap-lesson", incident.city.slug, incident.number, one.pk)
        if one.state == OverlapState.SETTLED
        and not incident.is_exercise
        and may_keep_issues(request.actor, incident)
        else "",
        may_settle=may_settle,
        next_url=_next_page(request, incident) if one.state != OverlapState.OPEN else "",
        back_url=_here(incident),
    )


def _next_page(request: Request, incident: Incident) -> str:
    """The page of the overlap that waits first for the reader; empty where none does."""
    waits = _mine(request, incident).values_list("pk", flat=True).first()
    return _page_of(incident, waits) if waits else ""


def _mine(request: Request, incident: Incident) -> QuerySet[Overlap]:
    """The overlaps that wait for the reader's own answer now, as *Today* counts them."""
    mine = request.actor.roles_in(incident.city_id)
    return overlaps_of(incident, now=timezone.now()).filter(role__in=mine)


def _activity_url(incident: Incident, one: Activity) -> str:
    return address("activity", incident.city.slug, incident.number, one.pk)


def differences(a: Activity, b: Activity) -> list[Row]:
    """The facts in which two activities differ, as a reader sees them."""
    here, there = ({fact.label: fact for fact in facts_lines(one)} for one in (a, b))
    rows = [Row(label, here.get(label), there.get(label)) for label in here | there]
    return [
        row for row in rows if row.a is None or row.b is None or str(row.a.said) != str(row.b.said)
    ]


@require_POST
@at_incident
def take_back(request: Request, incident: Incident, overlap: UUID) -> HttpResponse:
    """Take back what was agreed: it waits again, and merged entries stand by themselves."""
    one = overlap_for(request.actor, overlap, incident=incident)
    return pressed(
        request,
        lambda: services.reopen_overlap(request.actor, one, now=timezone.now()),
        _("What was agreed is taken back. The overlap waits for an answer again."),
        _page_of(incident, one.pk),
    )


@require_POST
@at_incident
def keep(request: Request, incident: Incident, overlap: UUID) -> HttpResponse:
    """Keep what was agreed, to be looked at again on another day."""
    one = overlap_for(request.actor, overlap, incident=incident)
    check_may_settle_overlap(request.actor, one)
    form = KeepForm(request.POST)
    kept = carried_out(
        request,
        form,
        lambda: services.keep_agreement(
            request.actor, one, review_on=form.cleaned_data["review_on"], now=timezone.now()
        ),
        _("What was agreed stays."),
    )
    if kept is not None:
        return redirect(_page_of(incident, one.pk))
    return _shown(request, incident, one, keep=form)
