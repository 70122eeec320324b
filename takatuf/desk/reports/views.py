"""Situation reports at the desk: drafted, written by several, read, approved, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.communications import services
from takatuf.communications.access import (
    check_may_approve,
    check_may_draft,
    figure_for,
    may_approve,
    may_draft,
    report_for,
)
from takatuf.communications.queries import (
    figures_of,
    gaps_of,
    is_unchanged,
    label_of_gap,
    languages_to_choose,
    others_to_approve,
    report_in_progress,
    reports_of,
    sheet_of,
    texts_of,
)
from takatuf.communications.rules import blocks_of, words_in
from takatuf.communications.vocabulary import ORDER, codes_of, section_label
from takatuf.coordination.services import draft_report
from takatuf.desk.incidents.frame import incident_page
from takatuf.desk.reports.forms import (
    ApproveForm,
    FigureForm,
    LookForm,
    ReasonForm,
    ScopeForm,
    SectionForm,
    SendBackForm,
    VersionForm,
    initial_of,
    language_name,
)
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out, page_of, pressed
from takatuf.foundation.errors import NotFound, Refused

if TYPE_CHECKING:
    from takatuf.communications.models import Report
    from takatuf.incidents.models import Incident

A_PAGE = 25


def _language() -> str:
    return get_language() or "en"


def _at(incident: Incident, name: str = "reports", *rest: object) -> str:
    return address(name, incident.city.slug, incident.number, *rest)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def reports(request: Request, incident: Incident) -> HttpResponse:
    """The incident's reports, the newest first; a press drafts the next from the picture."""
    if request.method == "POST":
        check_may_draft(request.actor, incident)
        try:
            made = draft_report(request.actor, incident, language=_language(), now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            there = report_in_progress(incident)
            return redirect(_at(incident, "report", there.number) if there else _at(incident))
        messages.success(request, _("Drafted from the picture. Now write what only people know."))
        return redirect(_at(incident, "report", made.number))
    drafts = may_draft(request.actor, incident)
    return incident_page(
        request,
        incident,
        "reports",
        "desk/reports/reports.html",
        page=page_of(request, reports_of(request.actor, incident), A_PAGE),
        may_draft=drafts,
        in_progress=report_in_progress(incident) if drafts else None,
    )


@require_safe
@at_incident
def report(request: Request, incident: Incident, report: int) -> HttpResponse:
    """One report, in the reader's language where it exists in it."""
    return _report_page(request, report_for(request.actor, incident, report))


def _shown_language(report: Report) -> str:
    return _language() if _language() in report.languages else report.source_language


def _report_page(
    request: Request,
    report: Report,
    *,
    back_form: Any = None,
    look_form: Any = None,
) -> HttpResponse:
    incident, actor, now = report.incident, request.actor, timezone.now()
    language = _shown_language(report)
    sheet = sheet_of(report, language)
    edits = report.is_editable and may_draft(actor, incident)
    if edits:
        for section in sheet["sections"]:
            section["edit_url"] = _at(
                incident, "report-edit", report.number, section["code"], language
            )
        for row, figure in zip(sheet["figures"], figures_of(report), strict=True):
            row["edit_url"] = _at(incident, "report-figure", report.number, figure.pk)
    waits = report.state == "waiting"
    approves = may_approve(actor, incident)
    own = report.edited_by_id == actor.person_id
    alone = waits and own and not others_to_approve(report.city, actor.person_id, now).exists()
    looks = approves and report.second_look == "open" and report.approved_by_id != actor.person_id
    missing = [
        {
            "language": language_name(code),
            "label": label_of_gap(text),
            "url": _at(incident, "report-edit", report.number, text.partition(".")[0], code)
            if text != "figures"
            else "#figures",
        }
        for code, text in (gaps_of(report) if edits else [])
    ]
    return incident_page(
        request,
        incident,
        "reports",
        "desk/reports/report.html",
        page_title=sheet["title"],
        report=report,
        sheet=sheet,
        edits=edits,
        missing=missing[:12],
        more_missing=max(0, len(missing) - 12),
        send_form=VersionForm(initial={"version": report.version}),
        approves=waits and approves and (alone or not own),
        own=waits and approves and own and not alone,
        back_form=back_form or (SendBackForm() if waits and approves else None),
        look_form=look_form or (LookForm() if looks else None),
        may_withdraw=approves and report.state not in ("superseded", "withdrawn"),
        is_changed=bool(report.content_hash) and not is_unchanged(report),
        pdfs=[
            (language_name(code), _at(incident, "report-pdf", report.number, code))
            for code in report.languages
        ],
        public_path=f"/{_language()}/cities/{report.city.slug}/reports/{report.number}/"
        if report.is_public
        else "",
    )


@require_safe
@at_incident
def changes(request: Request, incident: Incident, report: int) -> HttpResponse:
    """What changed since the report before, section by section."""
    found = report_for(request.actor, incident, report)
    sheet = sheet_of(found, _shown_language(found))
    return incident_page(
        request,
        incident,
        "reports",
        "desk/reports/changes.html",
        page_title=sheet["changes"]["title"] if sheet["changes"] else sheet["title"],
        report=found,
        sheet=sheet,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def edit(
    request: Request, incident: Incident, report: int, section: str, language: str
) -> HttpResponse:
    """One section in one language; the source stands beside a translation."""
    check_may_draft(request.actor, incident)
    found = report_for(request.actor, incident, report)
    if section not in ORDER or language not in found.languages:
        raise NotFound
    here = _at(incident, "report", found.number)
    if not found.is_editable:
        messages.error(request, _("This report rests: it cannot be changed now."))
        return redirect(here)
    texts, source = texts_of(found), found.source_language
    codes = codes_of(section)
    standing = {code: words_in(texts.get(code, {}), language) for code in codes}
    states = {str(texts.get(code, {}).get(language, {}).get("state", "")) for code in codes}
    form = SectionForm(
        request.POST or None,
        section=section,
        language=language,
        standing=standing,
        is_source=language == source,
        state=next(iter(states)) if len(states) == 1 else "",
    )
    written = carried_out(
        request,
        form,
        lambda: services.write_section(
            request.actor, found, section, language, now=timezone.now(), **form.values()
        ),
        _("Saved."),
    )
    if written is not None:
        return redirect(f"{here}#section-{section}")
    theirs: dict[str, str] = {}
    if form.is_bound and any(form.has_error(code, "changed-since") for code in codes):
        texts = texts_of(found)
        theirs = form.show_theirs({code: words_in(texts.get(code, {}), language) for code in codes})
    return incident_page(
        request,
        incident,
        "reports",
        "desk/reports/edit.html",
        status=422 if form.errors else 200,
        page_title=section_label(section),
        heading=section_label(section),
        report=found,
        form=form,
        language_name=language_name(language),
        fields=[
            {
                "field": form[code],
                "seen": form[f"seen-{code}"],
                "theirs": theirs.get(code),
                "met": code in theirs,
                "source": blocks_of(words_in(texts.get(code, {}), source))
                if language != source
                else [],
            }
            for code in codes
        ],
        source=source,
        source_name=language_name(source),
        source_direction="rtl" if get_language_info(source)["bidi"] else "ltr",
        behind="behind" in states,
        tongues_of_report=[
            (
                language_name(code),
                _at(incident, "report-edit", found.number, section, code),
                code == language,
            )
            for code in found.languages
        ],
        is_public=found.audience == "public",
        back_url=here,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def scope(request: Request, incident: Incident, report: int) -> HttpResponse:
    """In which languages it exists, and who may read it."""
    check_may_draft(request.actor, incident)
    found = report_for(request.actor, incident, report)
    form = ScopeForm(
        request.POST or None,
        languages=languages_to_choose(incident.city),
        initial={
            "languages": found.languages,
            "audience": found.audience,
            "version": found.version,
        },
    )
    done = carried_out(
        request,
        form,
        lambda: services.set_scope(request.actor, found, now=timezone.now(), **form.cleaned_data),
        _("Saved."),
    )
    if done is not None:
        return redirect(_at(incident, "report", report))
    return _form_page(request, found, form, _("Languages and readers"), _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def add_figure(request: Request, incident: Incident, report: int) -> HttpResponse:
    """A key figure with its source, its time and who confirmed it."""
    return _figure(request, incident, report, None)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def figure(request: Request, incident: Incident, report: int, figure: UUID) -> HttpResponse:
    return _figure(request, incident, report, figure)


def _figure(request: Request, incident: Incident, report: int, pk: UUID | None) -> HttpResponse:
    check_may_draft(request.actor, incident)
    found = report_for(request.actor, incident, report)
    held = figure_for(found, pk) if pk else None
    now = timezone.now()
    form = FigureForm(
        request.POST or None,
        languages=found.languages,
        initial=initial_of(held) if held else {"as_of": now},
    )

    def act() -> object:
        values = form.values()
        if held is not None and "as_of" not in form.changed_data:
            values["as_of"] = held.as_of  # the form shows minutes, the record keeps seconds
        return services.set_figure(request.actor, found, held, now=now, **values)

    if carried_out(request, form, act, _("Saved.")) is not None:
        return redirect(f"{_at(incident, 'report', report)}#figures")
    return _form_page(
        request,
        found,
        form,
        _("Change the key figure") if held else _("Add a key figure"),
        _("Save the figure"),
        remove_url=_at(incident, "report-figure-remove", report, held.pk) if held else "",
    )


@require_POST
@at_incident
def remove(request: Request, incident: Incident, report: int, figure: UUID) -> HttpResponse:
    check_may_draft(request.actor, incident)
    found = report_for(request.actor, incident, report)
    held = figure_for(found, figure)
    return pressed(
        request,
        lambda: services.remove_figure(request.actor, found, held, now=timezone.now()),
        _("Removed from the draft. The journal keeps what it was."),
        _at(incident, "report", report),
    )


@require_POST
@at_incident
def send(request: Request, incident: Incident, report: int) -> HttpResponse:
    check_may_draft(request.actor, incident)
    found = report_for(request.actor, incident, report)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    return pressed(
        request,
        lambda: services.send_for_approval(
            request.actor, found, version=version, now=timezone.now()
        ),
        _("It waits for a second person now."),
        _at(incident, "report", report),
    )


@require_POST
@at_incident
def back(request: Request, incident: Incident, report: int) -> HttpResponse:
    check_may_approve(request.actor, incident)
    found = report_for(request.actor, incident, report)
    form = SendBackForm(request.POST)
    done = carried_out(
        request,
        form,
        lambda: services.send_back(request.actor, found, now=timezone.now(), **form.cleaned_data),
        _("It went back to its writers."),
    )
    if done is not None:
        return redirect(_at(incident, "report", report))
    return _report_page(request, report_for(request.actor, incident, report), back_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def approve(request: Request, incident: Incident, report: int) -> HttpResponse:
    """Asked once more, with all that will follow, because it cannot be undone."""
    check_may_approve(request.actor, incident)
    found = report_for(request.actor, incident, report)
    if found.state != "waiting":
        messages.error(request, _("This report does not wait for approval."))
        return redirect(_at(incident, "report", report))
    now = timezone.now()
    own = found.edited_by_id == request.actor.person_id
    others = list(others_to_approve(found.city, request.actor.person_id, now)[:5]) if own else []
    form = ApproveForm(
        request.POST or None, alone=own and not others, initial={"version": found.version}
    )
    done = carried_out(
        request,
        form,
        lambda: services.approve_report(request.actor, found, now=now, **form.cleaned_data),
        _("Approved. This is the report that counts now."),
    )
    if done is not None:
        return redirect(_at(incident, "report", report))
    return incident_page(
        request,
        incident,
        "reports",
        "desk/reports/approve.html",
        status=422 if form.errors else 200,
        page_title=_("Approve the report"),
        report=found,
        sheet=sheet_of(found, _shown_language(found)),
        languages=[language_name(code) for code in found.languages],
        form=form,
        others=others,
        back_url=_at(incident, "report", report),
    )


@require_POST
@at_incident
def look(request: Request, incident: Incident, report: int) -> HttpResponse:
    """A second person looks at what was approved alone."""
    check_may_approve(request.actor, incident)
    found = report_for(request.actor, incident, report)
    form = LookForm(request.POST)
    done = carried_out(
        request,
        form,
        lambda: services.look_at_report(
            request.actor,
            found,
            agrees=form.cleaned_data["agrees"] == "yes",
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
        _("Written down. Thank you for looking."),
    )
    if done is not None:
        return redirect(_at(incident, "report", report))
    return _report_page(request, report_for(request.actor, incident, report), look_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def withdraw(request: Request, incident: Incident, report: int) -> HttpResponse:
    """End a draft, or take back what counts, with a reason."""
    check_may_approve(request.actor, incident)
    found = report_for(request.actor, incident, report)
    form = ReasonForm(request.POST or None)
    done = carried_out(
        request,
        form,
        lambda: services.withdraw_report(
            request.actor, found, now=timezone.now(), **form.cleaned_data
        ),
        _("Withdrawn."),
    )
    if done is not None:
        return redirect(_at(incident))
    return _form_page(
        request,
        found,
        form,
        _("Withdraw the report"),
        _("Withdraw it"),
        lead=_(
            "It stays readable for those who could read it, marked as withdrawn, and no report "
            "counts until the next is approved."
        )
        if found.state == "approved"
        else _("The draft ends here. A new one can be begun from the picture."),
    )


@require_safe
@at_incident
def pdf(request: Request, incident: Incident, report: int, language: str) -> HttpResponse:
    """The report on paper, in one of its languages."""
    found = report_for(request.actor, incident, report)
    if language not in found.languages:
        raise NotFound
    return pdf_answer(found, services.pdf_of_report(found, language), language)


def pdf_answer(report: Report, pdf: bytes, language: str) -> HttpResponse:
    """The bytes with a name that a folder of downloads can be sorted by."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    mark = "exercise-" if report.head.get("is_exercise") else ""
    name = f"{mark}{report.city.slug}-report-{report.number}-{language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _form_page(
    request: Request, report: Report, form: Any, title: str, button: str, **context: Any
) -> HttpResponse:
    return incident_page(
        request,
        report.incident,
        "reports",
        "desk/reports/form.html",
        status=422 if form.errors else 200,
        page_title=title,
        heading=title,
        report=report,
        form=form,
        button=button,
        back_url=_at(report.incident, "report", report.number),
        **context,
    )
