"""Files of who does what: brought, asked about, tried, taken in, undone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from takatuf.activities.access import (
    check_may_import,
    check_may_settle_import,
    import_for,
    may_import_for_any,
)
from takatuf.activities.exchange.mapping import DATES, FIELDS
from takatuf.activities.files import (
    imports_of,
    proposals_of,
    report_of,
    rows_to_tell,
    stays_of,
    words_of,
)
from takatuf.activities.services import (
    begin_import,
    run_import,
    settle_changes,
    settle_layout,
    stop_import,
    try_import,
    undo_import,
)
from takatuf.activities.taking import changes_proposed
from takatuf.activities.vocabulary import (
    Channel,
    ImportState,
    Offer,
    Outcome,
    Population,
    Status,
)
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import Request, address, at_incident, carried_out, page_of, pressed
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import labelled, listed
from takatuf.network.vocabulary import Level
from takatuf.plans.catalogue import services
from takatuf.ui.forms import WordsInput
from takatuf.ui.reading import date_words

if TYPE_CHECKING:
    from takatuf.activities.models import Import, ImportedRow
    from takatuf.incidents.models import Incident

MOST_BYTES = 15 * 1024 * 1024  # a request may be 16
ENCODINGS = [
    ("", gettext_lazy("Find out from the file")),
    ("utf-8", "UTF-8"),
    ("cp1256", gettext_lazy("Windows Arabic (1256)")),
    ("cp1252", gettext_lazy("Windows Western (1252)")),
    ("iso8859-6", gettext_lazy("ISO Arabic (8859-6)")),
]
# What an activity has that no column is called.
CHANGES: dict[str, str | Promise] = {
    "place": gettext_lazy("Where"),
    "titles": gettext_lazy("What is done, in other languages"),
    "extra": gettext_lazy("What is kept unread"),
}
# Told by others of the same row: a district is told by its name, not by its key.
HIDDEN = frozenset({"places", "scope", "language", "latitude", "longitude"})
CODES: dict[str, type[Choices]] = {
    "status": Status,
    "channel": Channel,
    "populations": Population,
    "offers": Offer,
    "level": Level,
}


class ImportForm(forms.Form):
    """A file, and what cannot stand in it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "As they keep it: CSV, Excel, OpenDocument, with hashtags (HXL) or without."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Whose file is it?"),
        help_text=gettext_lazy(
            "The organisation that sends it. What you settle now is remembered for their next one."
        ),
        max_length=200,
        required=False,
        widget=WordsInput,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level of government, where a row has none"),
        choices=[("", gettext_lazy("As the file says")), *Level.choices],
        required=False,
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Characters"), choices=ENCODINGS, required=False
    )

    def __init__(self, *args: Any, for_any: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_any:  # the city says at which level a liaison's organisation stands
            del self.fields["level"]

    def clean_file(self) -> tuple[str, bytes]:
        """Name and bytes; a file that is far too large is not read."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(most)s MB. Cut it into parts."),
                params={"most": MOST_BYTES // 2**20},
            )
        return str(upload.name), bytes(upload.read())


class LayoutForm(forms.Form):
    """What is asked of a file once, and what each of its columns means."""

    def __init__(self, *args: Any, report: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks: list[Question] = []
        self.columns: list[Column] = []
        for ask in report.get("asks", []):
            name = f"ask-{ask['option']}"
            self.fields[name] = forms.ChoiceField(
                label=ask["message"],
                choices=[tuple(choice) for choice in ask["choices"]],
                widget=forms.RadioSelect,
            )
            self.asks.append(Question(self[name], ask["samples"], ask["columns"]))
        choices = [("", _("Keep it unread")), *((code, str(said)) for code, said in FIELDS.items())]
        for column in report.get("columns", []):
            name = f"column-{column['at']}"
            heading = column["heading"] or column["hashtag"] or f"#{column['at']}"
            self.fields[name] = forms.ChoiceField(
                label=_("What “%(column)s” means") % {"column": heading},
                choices=choices,
                initial=column["field"],
                required=False,
            )
            self.columns.append(Column(self[name], heading, column))

    def told(self) -> dict[str, str]:
        """Key of the column → field, as `settle_layout` takes it."""
        return {
            one.column["key"]: self.cleaned_data[f"column-{one.column['at']}"]
            for one in self.columns
        }

    def answers(self) -> dict[str, str]:
        return {
            name.removeprefix("ask-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("ask-")
        }


class Proposal(NamedTuple):
    """A row that looks like a change, with the entry that it may change."""

    row: ImportedRow
    changes: Sequence[tuple[str, str, str]]


def line_of_proposal(row: ImportedRow) -> Proposal:
    return Proposal(row, said_of(change._asdict() for change in changes_proposed(row)))


def said_of(changes: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Changes as a reader sees them: what, before, after; codes in words."""
    return [
        (
            str(CHANGES.get(one["field"]) or FIELDS.get(one["field"]) or one["field"]),
            in_words(one["field"], one["before"]),
            in_words(one["field"], one["after"]),
        )
        for one in changes
        if one["field"] not in HIDDEN
    ]


def in_words(field: str, value: str) -> str:
    """A value as a reader knows it: codes by their labels, a service by its name, a day in
    words."""
    if field == "service":
        service = services().get(value)
        return service.name if service else value
    if field == "extra" and value:
        told = json.loads(value)
        return listed(labelled(name, cell) for name, cell in told.items())
    if field in CODES:
        known = dict(CODES[field].choices)
        return listed(str(known.get(code, code)) for code in value.split(", ") if code)
    if field in DATES and value:
        return date_words(date.fromisoformat(value))
    return value


class Question(NamedTuple):
    field: Any
    samples: Sequence[str]
    columns: Sequence[str]


class Column(NamedTuple):
    field: Any
    heading: str
    column: Mapping[str, Any]


class Figure(NamedTuple):
    label: str | Promise
    many: int


def figures_of(made: Import, report: Mapping[str, Any]) -> list[Figure]:
    """What became of the rows, or would, as figures; what there is none of is left out."""
    confirmed = sum(len(keys) for _last, _at, keys in report.get("confirmed", []))
    found: list[tuple[str | Promise, int]] = [
        *((each.label, made.counts.get(each.value, 0)) for each in Outcome),
        (_("Entries that it confirms"), confirmed),
    ]
    return [Figure(label, many) for label, many in found if many]


class Shown(NamedTuple):
    """A few rows of one outcome."""

    code: str
    label: str | Promise
    rows: Sequence[Mapping[str, Any]]
    more: int


def shown_of(made: Import, report: Mapping[str, Any], open_changes: int) -> list[Shown]:
    """Samples of the rows, by outcome, as far as they still say what is; those that are refused
    stand in full elsewhere."""
    found = []
    outcomes = [Outcome.NEW, Outcome.CHANGED, Outcome.PROPOSED]
    if made.state in (ImportState.UNDOING, ImportState.UNDONE):
        outcomes = []
    elif made.state == ImportState.DONE and not open_changes:
        outcomes.remove(Outcome.PROPOSED)
    for each in outcomes:
        rows = report.get("shown", {}).get(each.value, [])
        for row in rows:
            row["changes"] = said_of(row["changes"])
            if row["what"] == row["service"]:  # it has no words of its own
                row["what"] = in_words("service", row["service"])
        if rows:
            found.append(Shown(each.value, each.label, rows, made.counts[each.value] - len(rows)))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def imports(request: Request, incident: Incident) -> HttpResponse:
    """Bring a file, and see what was brought before."""
    check_may_import(request.actor, incident)
    sent = request.method == "POST"
    form = ImportForm(
        *((request.POST, request.FILES) if sent else ()),
        for_any=may_import_for_any(request.actor, incident),
    )

    def bring() -> Import:
        name, data = form.cleaned_data["file"]
        return begin_import(
            request.actor,
            incident,
            data,
            filename=name,
            source=form.cleaned_data["source"],
            level=form.cleaned_data.get("level", ""),
            answers={"encoding": form.cleaned_data["encoding"]},
            now=timezone.now(),
        )

    made = carried_out(request, form, bring)
    if made is not None:
        return redirect(address("activity-import", *_at(made)))
    page = page_of(request, imports_of(incident, request.actor), 20)
    return part_page(
        request,
        incident,
        "activity-imports",
        "desk/activities/imports.html",
        form=form,
        page=page,
        status=422 if form.errors else 200,
    )


def _at(made: Import) -> tuple[str, int, UUID]:
    return made.incident.city.slug, made.incident.number, made.pk


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def one_import(request: Request, incident: Incident, made: UUID) -> HttpResponse:
    """One file, however far it is; what its columns mean is settled here."""
    held = import_for(request.actor, made, incident=incident)
    check_may_settle_import(request.actor, held)
    report = report_of(held)
    settling = held.state in (ImportState.ASKING, ImportState.REFUSED) or (
        held.state == ImportState.TRIED and "columns" in {**request.GET, **request.POST}
    )
    form = LayoutForm(request.POST or None, report=report) if settling else None
    if form is not None:

        def settle() -> Import:
            settled = settle_layout(
                request.actor,
                held,
                columns=form.told(),
                answers=form.answers(),
                now=timezone.now(),
            )
            if not report_of(settled)["asks"]:
                settled = try_import(request.actor, settled, now=timezone.now())
            return settled

        if carried_out(request, form, settle) is not None:
            return redirect(address("activity-import", *_at(held)))
    rows = page_of(request, rows_to_tell(held))
    open_changes = proposals_of(held).count() if held.state == ImportState.DONE else 0
    at_work = held.state in held.AT_WORK
    page = part_page(
        request,
        incident,
        "activity-imports",
        "desk/activities/import.html",
        page_title=_("File %(name)s") % {"name": held.filename or held.source},
        made=held,
        report=report,
        form=form,
        at_work=at_work,
        figures=figures_of(held, report),
        stays=stays_of(report.get("stays", [])),
        shown=shown_of(held, report, open_changes),
        rows=rows,
        told=[(row, words_of(row)) for row in rows.object_list],
        open_changes=open_changes,
        changes=any(held.counts.get(code) for code in ("new", "changed", "proposed")),
        status=422 if form is not None and form.errors else 200,
    )
    if request.htmx and not at_work:
        page["HX-Refresh"] = "true"  # it is done: the whole page says what can be done now
    return page


@require_POST
@at_incident
def take_in(request: Request, incident: Incident, made: UUID) -> HttpResponse:
    """Take the file in, or let the worker do so."""
    held = import_for(request.actor, made, incident=incident)
    to = address("activity-import", *_at(held))
    try:
        held = run_import(request.actor, held, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(to)
    if held.state == ImportState.DONE:
        messages.success(request, _("The file is taken in."))
    return redirect(to)


@require_POST
@at_incident
def stop(request: Request, incident: Incident, made: UUID) -> HttpResponse:
    """Give the file up."""
    held = import_for(request.actor, made, incident=incident)
    return pressed(
        request,
        lambda: stop_import(request.actor, held, now=timezone.now()),
        _("Given up. Nothing of the file stays."),
        address("activity-import", *_at(held)),
    )


@require_POST
@at_incident
def undo(request: Request, incident: Incident, made: UUID) -> HttpResponse:
    """Take back what the import did."""
    held = import_for(request.actor, made, incident=incident)
    to = address("activity-import", *_at(held))
    try:
        undo_import(request.actor, held, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(to)
    held.refresh_from_db(fields=["state"])
    if held.state == ImportState.UNDONE:  # a long one says on its page how far it is
        messages.success(request, _("The import is undone."))
    return redirect(to)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def changes(request: Request, incident: Incident, made: UUID) -> HttpResponse:
    """Rows that look like changes: each, or all, accepted or taken as entries of their own."""
    held = import_for(request.actor, made, incident=incident)
    check_may_settle_import(request.actor, held)
    here = address("activity-import-changes", *_at(held))
    if request.method == "POST":
        chosen = request.POST.get("line", "")
        lines = [int(chosen)] if chosen.isdecimal() and len(chosen) < 10 else None
        accept = request.POST.get("act") == "accept"
        return pressed(
            request,
            lambda: settle_changes(
                request.actor, held, accept=accept, lines=lines, now=timezone.now()
            ),
            _("The entry is changed.") if accept else _("It is an entry of its own now."),
            here,
        )
    page = page_of(request, proposals_of(held), 20)
    return part_page(
        request,
        incident,
        "activity-imports",
        "desk/activities/import_changes.html",
        page_title=_("Perhaps changes: %(name)s") % {"name": held.filename or held.source},
        made=held,
        page=page,
        lines=[line_of_proposal(row) for row in page.object_list],
    )
