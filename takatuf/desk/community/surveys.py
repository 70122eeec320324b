"""Taking a survey in from a table: first tried and shown, then, when confirmed, written."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.community.access import check_may_keep_issues, survey_for
from takatuf.community.queries import stays_of, surveys_of
from takatuf.coordination.services import SurveyTaken, import_issues, undo_issues
from takatuf.desk.activities.importing import Figure
from takatuf.desk.activities.parts import part_page
from takatuf.desk.community.forms import SurveyForm
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out, page_of, pressed
from takatuf.foundation.crypto import CannotRead, seal, unseal
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from takatuf.community.models import Survey
    from takatuf.incidents.models import Incident

# Outcome of a row, in the order in which they are read.
FIGURES = {
    "new": pgettext_lazy("row of a file", "New"),
    "updated": pgettext_lazy("row of a file", "Changed"),
    "unchanged": pgettext_lazy("row of a file", "As before"),
    "doubled": pgettext_lazy("row of a file", "Twice in the file"),
    "rejected": pgettext_lazy("row of a file", "Not taken"),
}
KEPT_SECONDS = 30 * 60  # between the trial and its confirmation
MOST_SHOWN = 200  # rows of each list on the page


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def bring(request: Request, incident: Incident) -> HttpResponse:
    """Bring a table of needs."""
    check_may_keep_issues(request.actor, incident)
    if "kept" in request.POST:
        return _confirmed(request, incident)
    form = SurveyForm(request.POST or None, request.FILES or None)
    taken = carried_out(
        request,
        form,
        lambda: import_issues(
            request.actor,
            incident,
            form.cleaned_data["file"],
            filename=_name(form),
            language=get_language() or "en",
            encoding=form.cleaned_data["encoding"] or None,
            date_order=form.cleaned_data["date_order"],
            dry_run=True,
            now=timezone.now(),
        ),
    )
    kept = _keep(request, incident, form) if taken is not None else ""
    return _page(request, incident, form, taken, kept)


def _page(
    request: Request,
    incident: Incident,
    form: SurveyForm,
    taken: SurveyTaken | None,
    kept: str = "",
) -> HttpResponse:
    return part_page(
        request,
        incident,
        "needs",
        "desk/community/survey.html",
        page_title=_("Bring a survey"),
        status=422 if form.errors else 200,
        form=form,
        taken=taken,
        rows=taken.told[:MOST_SHOWN] if taken else [],
        faults=taken.refused[:MOST_SHOWN] if taken else [],
        more=max(len(taken.told) - MOST_SHOWN, len(taken.refused) - MOST_SHOWN, 0) if taken else 0,
        figures=figures_of(taken.counts) if taken else [],
        kept=kept,
        changes=bool(taken and taken.counts["new"] + taken.counts["updated"]),
        page=page_of(request, surveys_of(incident), 20),
        back_url=address("needs", incident.city.slug, incident.number),
    )


def _name(form: SurveyForm) -> str:
    return str(getattr(form.files.get("file"), "name", ""))[:200]


def _cache_key(request: Request, incident: Incident, kept: str) -> str:
    return f"survey:{incident.pk}:{request.actor.person_id}:{kept}"


def _keep(request: Request, incident: Incident, form: SurveyForm) -> str:
    """Keep the file, sealed, until it is confirmed; nobody else's hands reach it."""
    kept, told = str(uuid7()), form.cleaned_data
    name = _name(form).replace("|", " ")
    data = b64encode(told["file"]).decode()
    sealed = seal("|".join([told["encoding"], told["date_order"], name, data]))
    cache.set(_cache_key(request, incident, kept), sealed, KEPT_SECONDS)
    return kept


def _confirmed(request: Request, incident: Incident) -> HttpResponse:
    kept = request.POST["kept"][:64]
    here = address("import-needs", incident.city.slug, incident.number)
    try:
        sealed = unseal(cache.get(_cache_key(request, incident, kept)) or "")
    except CannotRead:
        sealed = ""
    if sealed.count("|") != 3:
        messages.error(request, _("The trial is too old. Choose the file again."))
        return redirect(here)
    encoding, date_order, name, data = sealed.split("|")
    try:
        taken = import_issues(
            request.actor,
            incident,
            b64decode(data),
            filename=name,
            language=get_language() or "en",
            encoding=encoding or None,
            date_order=date_order,
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    cache.delete(_cache_key(request, incident, kept))
    messages.success(request, _("The survey was taken in."))
    if taken.survey is None:
        return redirect(here)
    return redirect(address("need-table", *_at(taken.survey)))


def _at(survey: Survey) -> tuple[str, int, UUID]:
    return survey.incident.city.slug, survey.incident.number, survey.pk


def figures_of(counts: Mapping[str, int]) -> list[Figure]:
    """What became of the rows, or would; what there is none of is left out."""
    return [Figure(label, counts[name]) for name, label in FIGURES.items() if counts.get(name)]


@require_safe
@at_incident
def table(request: Request, incident: Incident, survey: UUID) -> HttpResponse:
    """One table of needs that was taken in, and what became of its rows."""
    check_may_keep_issues(request.actor, incident)
    held = survey_for(request.actor, survey, incident=incident)
    told = held.told
    page = page_of(request, told.get("rows", []))
    return part_page(
        request,
        incident,
        "needs",
        "desk/community/survey_table.html",
        page_title=_("Table of needs %(name)s") % {"name": held.filename},
        survey=held,
        figures=figures_of(held.counts),
        warnings=told.get("warnings", []),
        rows=page,
        untaken=[(row, row["message"]) for row in page.object_list],
        stays=stays_of(held),
        back_url=address("import-needs", incident.city.slug, incident.number),
    )


@require_POST
@at_incident
def undo(request: Request, incident: Incident, survey: UUID) -> HttpResponse:
    """Take back what the table did."""
    held = survey_for(request.actor, survey, incident=incident)
    return pressed(
        request,
        lambda: undo_issues(request.actor, held, now=timezone.now()),
        _("The table is undone."),
        address("need-table", *_at(held)),
    )
