"""The framework's improvements beside the city's plan: read by everyone, answered by the
coordinator."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from takatuf.desk.plans.views import plan_context, trail_to
from takatuf.desk.shortcuts import Request, address, desk_page, in_city, page_of, pressed
from takatuf.incidents.vocabulary import Kind
from takatuf.plans import services
from takatuf.plans.access import plan_for_actor
from takatuf.plans.framework import framework
from takatuf.plans.improvements import improvements_of

if TYPE_CHECKING:
    from takatuf.network.models import City
    from takatuf.plans.improvements import Improvement

SHOWN = 20  # improvements on a page
CODE = re.compile("[a-z-]+")


@require_safe
@in_city
def improvements(request: Request, city: City, plan: str) -> HttpResponse:
    """What the framework has improved since, side by side with what the plan says."""
    found = plan_for_actor(request.actor, city, plan)
    declined = "declined" in request.GET
    kinds = {kind.value: str(kind.label) for kind in Kind}
    offered = improvements_of(found)
    refused = improvements_of(found, declined=True)
    page = page_of(request, refused if declined else offered, SHOWN)
    page.object_list = [_with_kinds(one, kinds) for one in page.object_list]
    return desk_page(
        request,
        "desk/plans/improvements.html",
        here="prepare",
        page_title=_("Improvements of the framework"),
        city=city,
        page=page,
        declined=declined,
        untouched=sum(one.untouched for one in offered),
        count=len(offered),
        refused=len(refused),
        framework_version=framework().version,
        trail=trail_to(city, found),
        **plan_context(request.actor, found),
    )


def _with_kinds(one: Improvement, labels: dict[str, str]) -> Improvement:
    """Kinds of incident in words: plans know their codes alone."""

    def worded(codes: str) -> str:
        return CODE.sub(lambda code: labels.get(code[0], code[0]), codes)

    return replace(
        one,
        differences=[
            replace(each, ours=worded(each.ours), theirs=worded(each.theirs))
            if each.field == "kinds"
            else each
            for each in one.differences
        ],
    )


def _back(request: Request, city: City, plan: str) -> str:
    """The page of the list that the button stood on."""
    here = address("improvements", city.slug, plan)
    number = request.POST.get("page", "")
    return f"{here}?page={number}" if number.isascii() and number.isdigit() else here


@require_POST
@in_city
def take(request: Request, city: City, plan: str, code: str) -> HttpResponse:
    """Take one."""
    found = plan_for_actor(request.actor, city, plan)
    return pressed(
        request,
        lambda: services.take_improvement(
            request.actor, found, code, since=request.POST.get("since"), now=timezone.now()
        ),
        _("Taken. The next incident starts with it."),
        _back(request, city, plan),
    )


@require_POST
@in_city
def decline(request: Request, city: City, plan: str, code: str) -> HttpResponse:
    """Decline one, with the reason."""
    found = plan_for_actor(request.actor, city, plan)
    return pressed(
        request,
        lambda: services.decline_improvement(
            request.actor,
            found,
            code,
            reason=request.POST.get("reason", ""),
            since=request.POST.get("since"),
            now=timezone.now(),
        ),
        _("Declined. It can still be taken later."),
        _back(request, city, plan),
    )


@require_POST
@in_city
def take_all(request: Request, city: City, plan: str) -> HttpResponse:
    """Take every one by which nothing of the city's own is given up."""
    found = plan_for_actor(request.actor, city, plan)
    return pressed(
        request,
        lambda: services.take_all_untouched(request.actor, found, now=timezone.now()),
        _("Taken. The next incident starts with them."),
        address("improvements", city.slug, plan),
    )
