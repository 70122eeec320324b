"""Who does what, seen: services by district, and the districts on a map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote_plus, urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from takatuf.activities.coverage import ELSEWHERE, Cell
from takatuf.activities.exchange.writing import FORMS
from takatuf.activities.queries import organisations_in
from takatuf.activities.services import take_out_activities
from takatuf.coordination.coverage import NO_NEED, Needed, Table, table_of
from takatuf.desk.activities.chart import Chart, chart_of
from takatuf.desk.activities.forms import ListForm
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import Request, address, at_incident
from takatuf.foundation.text import listed
from takatuf.network.queries import areas_of
from takatuf.plans.catalogue import services
from takatuf.ui import reading
from takatuf.ui.drawing import sentence
from takatuf.ui.forms import DayInput, by_name
from takatuf.ui.templatetags import ui

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Area

# Beyond so many districts, those of which nobody says anything are named below the table.
MOST_COLUMNS = 14
BANDS = {
    "local": pgettext_lazy("level of government, short", "Local"),
    "regional": pgettext_lazy("level of government, short", "Regional"),
    "national": pgettext_lazy("level of government, short", "National"),
    "international": pgettext_lazy("level of government, short", "International"),
    "": pgettext_lazy("level of government, short", "Level not said"),
}
# From how many activities on a district is drawn darker: none, one, two, four and more.
STEPS = (1, 2, 4)
CARRIED = ("level", "organisation", "population", "status")


class CoverForm(ListForm):
    """What the table and the map show."""

    on = forms.DateField(label=_("As it stands on"), widget=DayInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("q", "place", "stale", "sparse", *self.without()):
            del self.fields[name]

    def without(self) -> tuple[str, ...]:
        return ("service",)

    def narrowed(self) -> list[str]:
        """What was chosen, in words: on paper the form is not seen."""
        self.is_valid()
        told = []
        for name in ("service", *CARRIED):
            value = self.cleaned_data.get(name)
            if value and name in self.fields:
                choices = self.fields[name].widget.choices
                told.append(dict(_flat(choices)).get(str(value), str(value)))
        return told

    def day(self) -> date | None:
        """The day asked for; none: today."""
        self.is_valid()
        day: date | None = self.cleaned_data.get("on")
        return day


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


class MapForm(CoverForm):
    """The map is also narrowed to one service."""

    field_order = ("service",)

    def without(self) -> tuple[str, ...]:
        return ()


class Square(NamedTuple):
    """One cell in the reader's words; `label` names its column where columns are not seen."""

    label: SafeString
    url: SafeString | str
    cover: SafeString | str
    levels: list[SafeString]
    other: list[SafeString]
    need: SafeString | str
    step: int
    small: SafeString | str = ""  # levels and others, as they stand below the figure


def _small(levels: list[SafeString], other: list[SafeString]) -> SafeString:
    counted = "".join([f' <span class="small">{one}</span>' for one in levels])
    apart = "".join([f' <span class="small quiet">{one}</span>' for one in other])
    return SafeString(counted + apart)


class Row(NamedTuple):
    name: str
    url: str
    all: Square
    squares: list[Square]


class Writer:
    """Writes cells for one reader; each figure and each sentence is drawn once."""

    def __init__(self, request: Request, incident: Incident, table: Table) -> None:
        self.page = {"request": request, "city": incident.city}
        self.table = table
        self.list_url = address("who-does-what", incident.city.slug, incident.number)
        self.map_url = address("coverage-map", incident.city.slug, incident.number)
        carried = [(name, value) for name in CARRIED if (value := request.GET.get(name))]
        self.carried = f"&{urlencode(carried)}" if carried else ""
        self.bands = {
            band: f"{str(label).replace('%', '%%')} %(number)s" for band, label in BANDS.items()
        }
        self.planned = gettext("Planned: %(number)s")
        self.unconfirmed = gettext("Not confirmed: %(number)s")
        self.paused = gettext("Paused: %(number)s")
        self.over = gettext("Over: %(number)s")
        self.numbers: dict[int, SafeString] = {}
        self.counted: dict[tuple[str, int], SafeString] = {}
        self.labels: dict[str, SafeString] = {}
        self.quoted: dict[str, str] = {}

    def number(self, value: int) -> SafeString:
        if value not in self.numbers:
            self.numbers[value] = SafeString(ui.number(self.page, value))
        return self.numbers[value]

    def count(self, words: str, number: int) -> SafeString:
        """A sentence with a number, which never begins a line of a narrow cell."""
        found = self.counted.get((words, number))
        if found is None:
            kept = words.replace(" %(number)s", "\N{NO-BREAK SPACE}%(number)s")
            found = sentence(kept, number=self.number(number))
            self.counted[words, number] = found
        return found

    def label(self, words: str) -> SafeString:
        """A heading as it stands in HTML."""
        if words not in self.labels:
            self.labels[words] = SafeString(ui.escaped(words))
        return self.labels[words]

    def asked(self, **asked: str) -> str:
        """This choice, with what the page was narrowed to, as it stands in an address in HTML."""
        for value in asked.values():
            if value not in self.quoted:
                self.quoted[value] = quote_plus(value)
        chosen = "&".join([f"{name}={self.quoted[value]}" for name, value in asked.items()])
        return f"{chosen}{self.carried}".replace("&", "&amp;")

    def list_of(self, **asked: str) -> SafeString | str:
        """The list, narrowed to what a cell counts; empty where it cannot be told there."""
        if "" in asked.values() or ELSEWHERE in asked.values():
            return ""
        return SafeString(f"{self.list_url}?{self.asked(**asked)}")

    def map_of(self, service: str) -> SafeString | str:
        return SafeString(f"{self.map_url}?{self.asked(service=service)}") if service else ""

    def square(
        self,
        label: str,
        cell: Cell,
        url: SafeString | str,
        *,
        needed: Needed = NO_NEED,
        covered: str = "yes",
        shaded: bool = True,
    ) -> Square:
        said = self.label(label)
        if not cell.counts:
            return Square(said, "", "", [], [], self.need(needed, covered), 0)
        cover = cell.cover
        levels = [self.count(self.bands[band], number) for band, number in cell.bands.items()]
        other = [self.count(words, count) for words, count in self.apart(cell) if count]
        return Square(
            said,
            url,
            self.number(cover),
            levels,
            other,
            self.need(needed, covered),
            sum([cover >= least for least in STEPS]) if shaded else 0,
            _small(levels, other),
        )

    def apart(self, cell: Cell) -> Iterable[tuple[str, int]]:
        """What stands there and does not count, with its sentence."""
        if len(cell.counts) == 1 and cell.cover:
            return ()
        return (
            (self.planned, cell.planned),
            (self.unconfirmed, cell.unconfirmed),
            (self.paused, cell.paused),
            (self.over, cell.over),
        )

    def need(self, needed: Needed, covered: str) -> SafeString | str:
        """What is needed there, marked where nothing covers it."""
        if not needed.issues:
            return ""
        if needed.people is None:
            words, number = gettext("Needs: %(number)s"), needed.issues
        else:
            words, number = gettext("Needed for %(number)s people"), needed.people
        said = sentence(words, number=self.number(number))
        if covered == "yes":
            return SafeString(ui.badge(said))
        if covered == "partly":
            return SafeString(
                ui.badge(sentence(gettext("%(need)s, covered only in part"), need=said), "warn")
            )
        return SafeString(
            ui.badge(sentence(gettext("%(need)s, nobody there"), need=said), "warn", "circle-alert")
        )


def _districts(incident: Incident) -> dict[str, Area]:
    """The city's districts by the key of places."""
    return {f"area:{area.pk}": area for area in areas_of(incident.city).defer("geometry", "bounds")}


class Seen(NamedTuple):
    """What both pages have: the form, the table and the moment."""

    form: CoverForm
    table: Table
    districts: dict[str, Area]
    now: datetime
    today: date


def _seen(request: Request, incident: Incident, form_class: type[CoverForm]) -> Seen:
    now = timezone.now()
    districts = _districts(incident)
    form = form_class(
        request.GET,
        areas=districts.values(),
        organisations=organisations_in(incident, request.GET.get("organisation", "")),
    )
    table = table_of(
        incident,
        ("service", "area"),
        form.wanted(),
        now=now,
        on=form.day(),
        known_places={"city", "outside", *districts},
        brief=True,
    )
    return Seen(
        form, table, districts, now, now.astimezone(ZoneInfo(incident.city.timezone)).date()
    )


def _page(
    request: Request, incident: Incident, part: str, template: str, seen: Seen, **context: Any
) -> HttpResponse:
    whole = seen.table.coverage.whole
    return part_page(
        request,
        incident,
        part,
        template,
        now=seen.now,
        form=seen.form,
        filtered=any(value for name, value in request.GET.items() if name in seen.form.fields),
        on=seen.table.on,
        looks_away=seen.table.on != seen.today,
        narrowed=seen.form.narrowed(),
        whole=whole,
        any=bool(whole.counts or seen.table.needs_whole.issues),
        here_url=address(part, incident.city.slug, incident.number),
        list_url=address("who-does-what", incident.city.slug, incident.number),
        **context,
    )


@require_safe
@at_incident
def matrix(request: Request, incident: Incident) -> HttpResponse:
    """Services by district: how many cover, of which level of government, beside the need."""
    seen = _seen(request, incident, CoverForm)
    table, writer = seen.table, Writer(request, incident, seen.table)
    told = set(table.values(1))
    shown = [key for key in seen.districts if len(seen.districts) <= MOST_COLUMNS or key in told]
    shown.sort(key=lambda key: (seen.districts[key].code, str(seen.districts[key])))
    columns = [
        key for key in ("city", *shown, "outside", ELSEWHERE, "") if key in told or key in shown
    ]
    labels = {
        key: str(seen.districts[key]) if key in seen.districts else table.names[1][key].name
        for key in columns
    }
    everywhere = gettext("In all")
    rows = [
        Row(
            table.names[0][service].name,
            writer.map_of(service),
            writer.square(
                everywhere,
                table.coverage.sum_of(0, service),
                writer.list_of(service=service),
                shaded=False,
            ),
            [
                writer.square(
                    labels[key],
                    table.coverage.at(service, key),
                    writer.list_of(service=service, place=key),
                    needed=table.needed(service, key),
                    covered=table.covered(service, key),
                )
                for key in columns
            ],
        )
        for service in table.values(0)
    ]
    return _page(
        request,
        incident,
        "coverage",
        "desk/activities/matrix.html",
        seen,
        rows=rows,
        columns=[labels[key] for key in columns],
        everywhere=everywhere,
        sums=[
            writer.square(
                labels[key], table.coverage.sum_of(1, key), writer.list_of(place=key), shaded=False
            )
            for key in columns
        ],
        sum=writer.square(everywhere, table.coverage.whole, "", shaded=False),
        silent=[one.name for code, one in services().items() if code not in table.names[0]],
        quiet=[str(area) for key, area in seen.districts.items() if key not in columns],
        served=sum(1 for cell in table.coverage.sums[0].values() if cell.cover),
        unmet=len({place[0] for place in table.unmet}),
    )


class District(NamedTuple):
    """A district of the map and its line in the table that says the same."""

    key: str
    name: str
    square: Square
    unmet: str  # what is needed there and nobody offers


@require_safe
@at_incident
def district_map(request: Request, incident: Incident) -> HttpResponse:
    """The districts, shaded by how much covers them, and a table that says the same."""
    seen = _seen(request, incident, MapForm)
    table, writer = seen.table, Writer(request, incident, seen.table)
    service = seen.form.wanted().service
    asked = {"service": service} if service else {}
    unmet: dict[str, list[str]] = {}
    for code, key in table.unmet:
        unmet.setdefault(key, []).append(table.names[0][code].name)
    lines = []
    named = [key for key, _name in by_name(seen.districts.items())]
    for key in (*named, "city", "outside", ELSEWHERE, ""):
        if key not in seen.districts and key not in table.names[1]:
            continue
        name = str(seen.districts[key]) if key in seen.districts else table.names[1][key].name
        square = writer.square(
            name,
            table.coverage.sum_of(1, key),
            writer.list_of(place=key, **asked),
            needed=table.needed_in(1, key),
        )
        lines.append(District(key, name, square, listed(unmet.get(key, []))))
    known = services().get(service)
    return _page(
        request,
        incident,
        "coverage-map",
        "desk/activities/map.html",
        seen,
        drawn=_drawn(incident, lines, table),
        lines=lines,
        service=known.name if known else "",
        covered=sum(
            1
            for line in lines
            if line.key in seen.districts and table.coverage.sum_of(1, line.key).cover
        ),
        districts=len(seen.districts),
    )


class Drawn(NamedTuple):
    """A district as the map draws it; its name only where there is room."""

    path: str
    x: int
    y: int
    line: District
    figure: str
    name: str


LETTER = 12  # units that a letter of a name takes: rough, to keep names within their district


def _drawn(
    incident: Incident, lines: list[District], table: Table
) -> tuple[Chart, list[Drawn]] | None:
    by_key = {line.key: line for line in lines}
    geometries = areas_of(incident.city).values_list("pk", "geometry")
    chart = chart_of((f"area:{pk}", geometry) for pk, geometry in geometries)
    if chart is None:
        return None
    drawn = []
    for one in chart.shapes:
        line = by_key[one.key]
        figure = reading.number(table.coverage.sum_of(1, one.key).cover, incident.city.digits)
        if line.unmet:
            figure += " !"
        name = line.name if len(line.name) * LETTER <= one.wide else ""
        drawn.append(Drawn(one.path, one.x, one.y, line, figure, name))
    return chart, drawn


def _taken_out(request: Request, incident: Incident, form: str) -> StreamingHttpResponse:
    """The entries that the list shows under the same choice; without one, all in force."""
    choice = ListForm(
        request.GET,
        areas=_districts(incident).values(),
        organisations=organisations_in(incident, request.GET.get("organisation", "")),
    )
    chosen = FORMS[form]
    name = f"{incident.city.slug}-{incident.number}-who-does-what.{chosen.ending}"
    pieces: Iterator[bytes] = iter(())
    if request.method != "HEAD":  # which takes nothing out
        narrowed = any(value for name, value in request.GET.items() if name in choice.fields)
        taken = take_out_activities(
            request.actor,
            incident,
            form=form,
            wanted=choice.wanted() if narrowed else None,
            now=timezone.now(),
        )
        pieces = chosen.written(taken.sheet)
    return StreamingHttpResponse(
        pieces,
        content_type=chosen.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@at_incident
def as_csv(request: Request, incident: Incident) -> StreamingHttpResponse:
    """The entries as HXL in CSV."""
    return _taken_out(request, incident, "hxl")


@require_safe
@at_incident
def as_workbook(request: Request, incident: Incident) -> StreamingHttpResponse:
    """The entries as a workbook."""
    return _taken_out(request, incident, "xlsx")


@require_safe
@at_incident
def as_json(request: Request, incident: Incident) -> StreamingHttpResponse:
    """The entries as HXL in JSON."""
    return _taken_out(request, incident, "json")
