"""The survey of the issues at the desk: the list of needs, one need, and what is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities.access import activity_for
from takatuf.community import services
from takatuf.community.access import (
    check_may_change_issue,
    issue_by_number,
    issue_for,
    may_change_issue,
    may_keep_issues,
)
from takatuf.community.queries import issue_counts, issues_of
from takatuf.community.rules import is_lesson_worth
from takatuf.coordination.gaps import answers_of, named_activities
from takatuf.coordination.services import name_answer, take_back_answer
from takatuf.desk.activities.lines import line_of as line_of_activity
from takatuf.desk.activities.parts import part_page
from takatuf.desk.community.forms import AnswerForm, CloseForm, NeedForm, NeedsForm, ReopenForm
from takatuf.desk.community.lines import labels, line_of, lines_of
from takatuf.desk.shortcuts import (
    Request,
    address,
    addresses,
    at_incident,
    carried_out,
    once_only,
    page_of,
    pressed,
)
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import listed
from takatuf.learning.queries import lesson_about
from takatuf.network.queries import areas_of
from takatuf.plans.vocabulary import Offer
from takatuf.ui.reading import language_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from takatuf.community.models import Issue
    from takatuf.incidents.models import Incident

ACTS = ("close", "reopen")


def _areas(incident: Incident) -> Any:
    return areas_of(incident.city).defer("geometry", "bounds")


def _where(incident: Incident) -> tuple[str, int]:
    return incident.city.slug, incident.number


@require_safe
@at_incident
def needs(request: Request, incident: Incident) -> HttpResponse:
    """What is needed, the most serious first."""
    form = NeedsForm(request.GET, areas=_areas(incident))
    wanted = form.wanted()
    page = page_of(request, issues_of(incident, **wanted))
    counts = issue_counts(incident)
    url = addresses("need", *_where(incident), last=0)
    states = {"open": _("Open needs"), "closed": _("Closed needs"), "all": _("All needs")}
    return part_page(
        request,
        incident,
        "needs",
        "desk/community/needs.html",
        now=timezone.now(),
        form=form,
        page=page,
        lines=[
            (line, url(line.one.number))
            for line in lines_of(page.object_list, timezone.localdate())
        ],
        any=any(counts.values()),
        filtered=any(form.cleaned_data.get(name) for name in form.fields if name != "state"),
        states=[
            {"label": label, "url": f"?state={code}", "current": code == wanted["state"]}
            for code, label in states.items()
        ],
        list_url=address("needs", *_where(incident)),
        new_url=address("new-need", *_where(incident)),
        import_url=address("import-needs", *_where(incident))
        if may_keep_issues(request.actor, incident)
        else "",
    )


def _form(request: Request, incident: Incident, **more: Any) -> NeedForm:
    return NeedForm(
        request.POST if request.method == "POST" else None,
        areas=_areas(incident),
        languages=incident.city.languages,
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def new(request: Request, incident: Incident) -> HttpResponse:
    """Tell what is wrong or needed."""
    form = _form(request, incident, initial={"service": request.GET.get("service", "")})

    def act() -> Any:
        return services.report_issue(
            request.actor,
            incident,
            form.facts(),
            language=get_language() or "en",
            now=timezone.now(),
        ).pk

    told = carried_out(
        request, form, lambda: once_only(request, act), _("The need stands in the survey.")
    )
    if told is not None:
        return redirect(address("need", *_where(incident), issue_for(request.actor, told).number))
    return _form_page(
        request,
        incident,
        form,
        _("Report a need"),
        _("Report this need"),
        address("needs", *_where(incident)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def change(request: Request, incident: Incident, need: int) -> HttpResponse:
    """Tell it anew where something of it changed, or was wrong."""
    issue = issue_by_number(request.actor, incident, need)
    check_may_change_issue(request.actor, issue)
    form = _form(request, incident, initial=NeedForm.told_of(issue))
    done = carried_out(
        request,
        form,
        lambda: services.change_issue(
            request.actor, issue, form.facts(), now=timezone.now(), version=_version(request)
        ),
        _("The need is changed. What stood there stays in the record."),
    )
    back = address("need", *_where(incident), need)
    if done is not None:
        return redirect(back)
    title = _("Change need %(number)s") % {"number": need}
    return _form_page(
        request, incident, form, title, _("Save the change"), back, version=issue.version
    )


def _form_page(
    request: Request,
    incident: Incident,
    form: forms.Form,
    title: str,
    button: str,
    back: str,
    version: int | None = None,
) -> HttpResponse:
    return part_page(
        request,
        incident,
        "needs",
        "desk/community/need_form.html",
        page_title=title,
        status=422 if form.errors else 200,
        heading=title,
        form=form,
        button=button,
        back=back,
        key=request.POST.get("key") or uuid7(),
        version=request.POST.get("version") or version,
    )


def _version(request: Request) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else None


@require_safe
@at_incident
def need(request: Request, incident: Incident, need: int) -> HttpResponse:
    """One need, what answers it, and what came of it."""
    issue = issue_by_number(request.actor, incident, need)
    return _page(request, incident, issue, _acts(request, issue))


def _acts(request: Request, issue: Issue, sent: str = "") -> dict[str, forms.Form]:
    """What the reader may do with this need: a form for each act."""
    if not may_change_issue(request.actor, issue):
        return {}
    kind: dict[str, Callable[..., forms.Form]] = {"close": CloseForm, "reopen": ReopenForm}
    act = "close" if issue.state == "open" else "reopen"
    return {act: kind[act](request.POST if sent == act else None, auto_id=f"{act}-%s")}


def _page(
    request: Request,
    incident: Incident,
    issue: Issue,
    acts: dict[str, forms.Form],
    sent: str = "",
) -> HttpResponse:
    form = acts.get(sent)
    now = timezone.now()
    answers = answers_of(issue, now)
    choices = AnswerForm(
        activities=named_activities(incident),
        but={one.activity.pk for one in answers if one.linked},
    )
    wrong = form is not None and bool(form.errors)
    return part_page(
        request,
        incident,
        "needs",
        "desk/community/need.html",
        page_title=_("Need %(number)s") % {"number": issue.number},
        status=422 if wrong else 200,
        now=now,
        issue=issue,
        answers=[
            (
                one,
                line_of_activity(one.activity, incident.phase, now),
                address("no-answer", *_where(incident), issue.number, one.activity.pk)
                if one.linked and may_change_issue(request.actor, issue)
                else "",
            )
            for one in answers
        ],
        answer_form=choices if issue.state == "open" and choices.has_any else None,
        answer_url=address("answer-need", *_where(incident), issue.number),
        line=line_of(issue, timezone.localdate()),
        languages=listed(language_name(code) for code in issue.languages),
        offers=labels(issue.offers, Offer),
        acts=acts,
        sent=sent,
        sent_form=form if wrong else None,
        lesson=lesson_about(issue.about) if issue.state == "closed" else None,
        lesson_url=address("need-lesson", *_where(incident), issue.number)
        if is_lesson_worth(issue.outcome)
        and not incident.is_exercise
        and may_keep_issues(request.actor, incident)
        else "",
        back_url=address("needs", *_where(incident)),
        change_url=address("change-need", *_where(incident), issue.number)
        if may_change_issue(request.actor, issue)
        else "",
        close_url=address("close-need", *_where(incident), issue.number),
        reopen_url=address("reopen-need", *_where(incident), issue.number),
    )


@require_POST
@at_incident
def answer(request: Request, incident: Incident, need: int) -> HttpResponse:
    """Name an activity that answers it."""
    issue = issue_by_number(request.actor, incident, need)
    form = AnswerForm(request.POST, activities=named_activities(incident))
    back = address("need", *_where(incident), need)
    if not form.is_valid():
        messages.error(request, _("Choose an activity from the list."))
        return redirect(back)
    chosen = activity_for(request.actor, form.cleaned_data["activity"], incident=incident)
    return pressed(
        request,
        lambda: name_answer(request.actor, issue, chosen, now=timezone.now()),
        _("It is written down that this activity answers the need."),
        back,
    )


@require_POST
@at_incident
def no_answer(request: Request, incident: Incident, need: int, activity: UUID) -> HttpResponse:
    """Take an answer back."""
    issue = issue_by_number(request.actor, incident, need)
    chosen = activity_for(request.actor, activity, incident=incident)
    return pressed(
        request,
        lambda: take_back_answer(request.actor, issue, chosen, now=timezone.now()),
        _("It is taken back that this activity answers the need."),
        address("need", *_where(incident), need),
    )


@require_POST
@at_incident
def close(request: Request, incident: Incident, need: int) -> HttpResponse:
    """Say what came of it."""

    def act(issue: Issue, told: dict[str, Any]) -> object:
        return services.close_issue(
            request.actor,
            issue,
            outcome=told.get("outcome", ""),
            note=told.get("note", ""),
            now=timezone.now(),
            version=_version(request),
        )

    return _carry_out(request, incident, need, "close", act, _("The need is closed."))


@require_POST
@at_incident
def reopen(request: Request, incident: Incident, need: int) -> HttpResponse:
    """Open it again."""

    def act(issue: Issue, told: dict[str, Any]) -> object:
        return services.reopen_issue(
            request.actor,
            issue,
            reason=told.get("reason", ""),
            now=timezone.now(),
            version=_version(request),
        )

    return _carry_out(request, incident, need, "reopen", act, _("The need is open again."))


def _carry_out(
    request: Request,
    incident: Incident,
    need: int,
    name: str,
    act: Callable[[Issue, dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    issue = issue_by_number(request.actor, incident, need)
    check_may_change_issue(request.actor, issue)
    acts = _acts(request, issue, name)
    form = acts.get(name)
    if form is None:  # somebody closed or opened it meanwhile: the use case says so
        form = acts[name] = {"close": CloseForm, "reopen": ReopenForm}[name](request.POST)
    sent = form
    done = carried_out(request, sent, lambda: act(issue, sent.cleaned_data), said)
    if done is not None:
        return redirect(address("need", *_where(incident), need))
    return _page(request, incident, issue_by_number(request.actor, incident, need), acts, name)
