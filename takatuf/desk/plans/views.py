"""A city's plans: the list, one plan, one step, their history, whom a plan calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.desk.plans.forms import CallsForm, FilterForm, StartForm, StepForm, language_name
from takatuf.desk.prepare import parts_of_prepare
from takatuf.desk.shortcuts import (
    Request,
    address,
    carried_out,
    desk_page,
    in_city,
    page_of,
    pressed,
)
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.text import isolated
from takatuf.incidents.vocabulary import Kind
from takatuf.plans import services
from takatuf.plans.access import (
    check_may_plan,
    check_may_read_phone_tree,
    check_may_read_plans,
    may_plan,
    may_read_phone_tree,
    plan_for_actor,
    step_for_actor,
)
from takatuf.plans.framework import framework
from takatuf.plans.improvements import improvements_of
from takatuf.plans.queries import (
    active_agencies,
    plan_for,
    plan_page,
    plans_of,
    revision_shown,
    revisions_of,
    step_shown,
    steps_to_wait_for,
    titles_of,
)
from takatuf.plans.queries import phone_tree as tree_of
from takatuf.plans.vocabulary import Phase

if TYPE_CHECKING:
    from takatuf.network.models import City
    from takatuf.plans.models import Plan, Step


def spoken() -> str:
    """The page's language."""
    return get_language() or "en"


def plan_context(actor: Any, plan: Plan) -> dict[str, Any]:
    """What every page of a plan shows around its own matter."""
    at = (plan.city.slug, plan.slug)
    return {
        "plan": plan,
        "may_plan": may_plan(actor, plan.city_id) and plan.retired_at is None,
        "may_ring": may_read_phone_tree(actor, plan.city_id),
        "urls": {
            "plan": address("plan", *at),
            "history": address("plan-history", *at),
            "improvements": address("improvements", *at),
            "calls": address("plan-calls", *at),
            "phone_tree": address("plan-phone-tree", *at),
            "add": address("add-step", *at),
            "retire": address("retire-plan", *at),
        },
    }


def trail_to(city: City, plan: Plan | None = None) -> list[tuple[str, str]]:
    trail = [(_("Plans"), address("plans", city.slug))]
    return [*trail, (plan.title, address("plan", city.slug, plan.slug))] if plan else trail


@require_safe
@in_city
def plans(request: Request, city: City) -> HttpResponse:
    """The city's plans; the newest in use is the one that it declares with."""
    check_may_read_plans(request.actor, city)
    found = plans_of(city)
    present = plan_for(city)
    return desk_page(
        request,
        "desk/plans/plans.html",
        here="prepare",
        page_title=_("Plans"),
        city=city,
        parts=parts_of_prepare(city, "plans"),
        plans=[
            {"plan": plan, "url": address("plan", city.slug, plan.slug), "present": plan == present}
            for plan in found
        ],
        start_url=address("start-plan", city.slug) if may_plan(request.actor, city.pk) else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def start(request: Request, city: City) -> HttpResponseBase:
    """Start a plan as a copy of the framework."""
    check_may_plan(request.actor, city)
    form = StartForm(request.POST or None)
    made = carried_out(
        request,
        form,
        lambda: services.start_plan(
            request.actor,
            city,
            title=form.cleaned_data["title"],
            size=form.cleaned_data["size"] or None,
            now=timezone.now(),
        ),
        _("The plan is there. Make it your city’s own."),
    )
    if made is not None:
        return redirect("desk:plan", city.slug, made.slug)
    return desk_page(
        request,
        "desk/plans/start.html",
        here="prepare",
        page_title=_("Start a plan"),
        city=city,
        form=form,
        trail=trail_to(city),
        status=400 if form.errors else 200,
    )


@require_safe
@in_city
def plan(request: Request, city: City, plan: str) -> HttpResponse:
    """The whole plan by workstream and phase, narrowed as the reader asks."""
    found = plan_for_actor(request.actor, city, plan)
    form = FilterForm(request.GET)
    chosen = form.chosen()
    return desk_page(
        request,
        "desk/plans/plan.html",
        here="prepare",
        page_title=found.title,
        city=city,
        form=form,
        filtered=any(request.GET.values()),
        page=plan_page(found, spoken(), **chosen),
        improved=len(improvements_of(found)),
        phases=Phase,
        chosen=chosen,
        minutes=round(found.answer_within.total_seconds() / 60),
        trail=trail_to(city),
        **plan_context(request.actor, found),
    )


@require_safe
@in_city
def history(request: Request, city: City, plan: str) -> HttpResponse:
    """Who changed what in the plan, and what stood before."""
    found = plan_for_actor(request.actor, city, plan)
    return _history(request, found, None)


@require_safe
@in_city
def step_history(request: Request, city: City, plan: str, step: UUID) -> HttpResponse:
    """The same for one step."""
    found = step_for_actor(request.actor, city, plan, step)
    return _history(request, found.plan, found)


def _history(request: Request, plan: Plan, step: Step | None) -> HttpResponse:
    page = page_of(request, revisions_of(plan, step))
    city = plan.city
    shown = [revision_shown(revision, spoken()) for revision in page.object_list]
    trail = trail_to(city, plan)
    if step is not None:
        title = step_shown(step, spoken()).title.words
        trail.append((title, address("step", city.slug, plan.slug, step.pk)))
    return desk_page(
        request,
        "desk/plans/history.html",
        here="prepare",
        page_title=_("History of the step") if step else _("History of the plan"),
        city=city,
        page=page,
        revisions=[
            {
                "shown": one,
                "changes": [
                    (change, language_name(change.language) if change.language else "")
                    for change in one.changes
                ],
                "url": address("step", city.slug, plan.slug, one.step_id)
                if one.step_id and step is None
                else "",
            }
            for one in shown
        ],
        trail=trail,
        **plan_context(request.actor, plan),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def calls(request: Request, city: City, plan: str) -> HttpResponseBase:
    """Choose whom a declaration calls, and how long they have to answer."""
    found = plan_for_actor(request.actor, city, plan)
    check_may_plan(request.actor, city)
    form = CallsForm(
        request.POST or None,
        agencies=active_agencies(city),
        initial={
            "agencies": [str(pk) for pk in found.agencies.values_list("pk", flat=True)],
            "answer_within": round(found.answer_within.total_seconds() / 60),
        },
    )

    def act() -> bool:
        now = timezone.now()
        services.set_agencies(request.actor, found, form.chosen(), now=now)
        services.set_answer_within(request.actor, found, form.within(), now=now)
        return True

    if carried_out(request, form, act, _("The plan calls these agencies from now on.")):
        return redirect("desk:plan", city.slug, found.slug)
    return desk_page(
        request,
        "desk/plans/calls.html",
        here="prepare",
        page_title=_("Whom the plan calls"),
        city=city,
        form=form,
        trail=trail_to(city, found),
        status=400 if form.errors else 200,
        **plan_context(request.actor, found),
    )


@require_safe
@in_city
def phone_tree(request: Request, city: City, plan: str) -> HttpResponse:
    """Whom to ring in each agency, to be printed and kept where no screen works."""
    found = plan_for_actor(request.actor, city, plan)
    check_may_read_phone_tree(request.actor, city)
    now = timezone.now()
    tree = tree_of(found, now)
    return desk_page(
        request,
        "desk/plans/phone-tree.html",
        here="prepare",
        page_title=_("Phone tree"),
        city=city,
        now=now,
        tree=[line for line in tree if line.people],
        nobody=[line.agency for line in tree if not line.people],
        trail=trail_to(city, found),
        **plan_context(request.actor, found),
    )


@require_POST
@in_city
def retire(request: Request, city: City, plan: str) -> HttpResponse:
    """Take the plan out of use."""
    found = plan_for_actor(request.actor, city, plan)
    return pressed(
        request,
        lambda: services.retire_plan(request.actor, found, now=timezone.now()),
        _("The plan is out of use. It can still be read."),
        address("plans", city.slug),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def add(request: Request, city: City, plan: str) -> HttpResponseBase:
    """Add a step of the city's own."""
    found = plan_for_actor(request.actor, city, plan)
    check_may_plan(request.actor, city)
    form = StepForm(
        request.POST or None,
        city=city,
        agencies=active_agencies(city),
        others=steps_to_wait_for(found, spoken()),
        initial={
            name: request.GET[name] for name in ("workstream", "phase") if name in request.GET
        },
    )
    made = carried_out(
        request,
        form,
        _placing(
            form,
            lambda: services.add_step(request.actor, found, now=timezone.now(), **form.values()),
        ),
        _("The step stands in the plan."),
    )
    if made is not None:
        return redirect("desk:step", city.slug, found.slug, made.pk)
    return desk_page(
        request,
        "desk/plans/add.html",
        here="prepare",
        page_title=_("Add a step"),
        city=city,
        form=form,
        trail=trail_to(city, found),
        status=400 if form.errors else 200,
        **plan_context(request.actor, found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def step(request: Request, city: City, plan: str, step: UUID) -> HttpResponseBase:
    """One step: why, what goes wrong, who does it; and for the coordinator, its form."""
    found = step_for_actor(request.actor, city, plan, step)
    context = plan_context(request.actor, found.plan)
    form = None
    if request.method == "POST":
        check_may_plan(request.actor, city)
    if request.method == "POST" or context["may_plan"]:
        form = _step_form(city, found, request.POST or None)
    if form is not None and _edited(request, found, form) is not None:
        return redirect("desk:step", city.slug, plan, step)
    if form is not None and form.has_error(NON_FIELD_ERRORS, "changed-meanwhile"):
        form = _with_theirs(city, found, form)
    shown = step_shown(found, spoken())
    at = (city.slug, plan, step)
    return desk_page(
        request,
        "desk/plans/step.html",
        here="prepare",
        page_title=shown.title.words,
        city=city,
        step=shown,
        kinds=[Kind(kind).label for kind in shown.kinds],
        first=titles_of(found.plan, found.after, spoken()),
        form=form,
        guide_url=reverse("public:guide-action", args=[found.code])
        if found.code in framework().by_code
        else "",
        step_history_url=address("step-history", *at),
        retire_url=address("retire-step", *at),
        restore_url=address("restore-step", *at),
        trail=trail_to(city, found.plan),
        status=400 if form is not None and form.errors else 200,
        **context,
    )


def _edited(request: Request, step: Step, form: StepForm) -> Step | None:
    return carried_out(
        request,
        form,
        _placing(
            form,
            lambda: services.edit_step(
                request.actor,
                step,
                now=timezone.now(),
                version=form.cleaned_data["version"],
                **form.values(),
            ),
        ),
        _("The step is changed. Running incidents keep theirs."),
    )


def _with_theirs(city: City, step: Step, form: StepForm) -> StepForm:
    """The form once more: one's own edit beside what somebody else has saved meanwhile."""
    data, both = form.with_theirs()
    anew = _step_form(city, step, data)
    for name in both:
        theirs = ", ".join(form.stands[name]) or "–"
        words = _("The other one has written here: %(words)s")
        anew.add_error(name, words % {"words": isolated(theirs)})
    anew.add_error(
        None,
        _(
            "Somebody else saved this step while you were editing. What they changed stands in "
            "the form now, beside what you changed. Read it, then save again."
        ),
    )
    return anew


def _step_form(city: City, step: Step, data: QueryDict | None) -> StepForm:
    return StepForm(
        data,
        city=city,
        agencies=active_agencies(city),
        others=steps_to_wait_for(step.plan, spoken(), besides=step),
        step=step,
    )


@require_POST
@in_city
def add_action(request: Request, city: City, plan: str) -> HttpResponse:
    """Take an action of the guide into the plan, from the page on which it is read, and go
    back there."""
    found = plan_for_actor(request.actor, city, plan)
    code = request.POST.get("code", "")
    if code not in framework().by_code:
        raise NotFound
    return pressed(
        request,
        lambda: services.add_action(request.actor, found, code, now=timezone.now()),
        _("The action is in the plan “%(plan)s” now.") % {"plan": found.title},
        reverse("public:guide-action", args=[code]),
    )


@require_POST
@in_city
def retire_step(request: Request, city: City, plan: str, step: UUID) -> HttpResponse:
    """Leave the step out of what is handed out."""
    found = step_for_actor(request.actor, city, plan, step)
    return pressed(
        request,
        lambda: services.retire_step(request.actor, found, now=timezone.now()),
        _("The step is left out. It can be brought back at any time."),
        address("step", city.slug, plan, step),
    )


@require_POST
@in_city
def restore_step(request: Request, city: City, plan: str, step: UUID) -> HttpResponse:
    """Bring the step back."""
    found = step_for_actor(request.actor, city, plan, step)
    return pressed(
        request,
        lambda: services.restore_step(request.actor, found, now=timezone.now()),
        _("The step is back in the plan."),
        address("step", city.slug, plan, step),
    )


def _placing(form: StepForm, act: Callable[[], Step]) -> Callable[[], Step]:
    """`act`, whose refusal of the words is placed beside the original's field."""

    def placed() -> Step:
        try:
            return act()
        except Refused as refusal:
            refusal.field = form.place_of(refusal.field)
            raise

    return placed
