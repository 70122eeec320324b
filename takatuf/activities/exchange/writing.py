"""Who does what, out: HXL as CSV, as a workbook and as JSON, with the columns of a 4W table.

One row for each activity: several districts, groups or languages stand in one cell with a bar
between. `#meta+level` and `#date+confirmed` are attributes of our own, which HXL allows.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from tempfile import TemporaryFile
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pycountry
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _

from takatuf.activities.coverage import BANDS
from takatuf.activities.exchange.hxl import hashtags
from takatuf.activities.exchange.places import country_code
from takatuf.activities.exchange.values import written_in
from takatuf.activities.models import Activity, ActivityPlace
from takatuf.activities.vocabulary import Scope
from takatuf.foundation.cells import BOM, Echo, cell
from takatuf.foundation.text import CONTROLS
from takatuf.incidents.models import Incident
from takatuf.network.models import Area, City, Organisation
from takatuf.plans.catalogue import services

AT_ONCE = 500  # rows read and written together
CHUNK = 2**16  # bytes
BETWEEN = " | "  # of several values in one cell
# What HAPI numbers an organisation's type; those that it has no number for are "other".
TYPES = {
    "municipality": "435", "regional": "435", "national-ministry": "435", "police": "435",
    "fire": "435", "ambulance": "435", "health": "435", "mental-health": "435",
    "school": "431", "social-care": "435", "justice": "435", "victim-support": "501",
    "faith": "446", "community-association": "504", "survivors-association": "504",
    "red-cross-crescent": "445", "philanthropy": "433", "consulate": "435",
    "peer-city": "435", "network": "438", "business": "443", "media": "443", "other": "443",
}  # fmt: skip


class Entry(NamedTuple):
    """An activity with what its row says of others; they are read for many rows at once."""

    one: Activity
    organisation: Organisation
    areas: list[Area]
    city: City


Value = Callable[[Entry], object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its hashtag, its heading for people, and its value of an activity."""

    hashtag: str
    heading: str | Promise
    value: Value


def _place(name: str) -> Value:
    """The words for a place as its owner wrote them."""

    def value(entry: Entry) -> object:
        return entry.one.place.get(name, "")

    return value


def _plain(name: str) -> Value:
    def value(entry: Entry) -> object:
        return getattr(entry.one, name)

    return value


def _title(language: str) -> Value:
    def value(entry: Entry) -> object:
        own = (
            entry.one.language
            if entry.one.language in ("ar", "fr")
            else written_in(entry.one.title) or "en"
        )
        return entry.one.titles.get(language) or (entry.one.title if own == language else "")

    return value


def _day(name: str) -> Value:
    """The day of a moment, as the city's clocks have it."""

    def value(entry: Entry) -> object:
        moment: datetime = getattr(entry.one, name)
        return moment.astimezone(_zone(entry.city.timezone)).date().isoformat()

    return value


_zone = lru_cache(maxsize=64)(ZoneInfo)


def _type(entry: Entry) -> object:
    return TYPES.get(entry.organisation.kind, "")


def _level(entry: Entry) -> object:
    return BANDS.get(entry.one.level, "")


def _sector_code(entry: Entry) -> object:
    """OCHA's nearest code: of the service, where it is known, else as it came."""
    service = services().get(entry.one.service)
    if service:
        return service.sector
    return "" if entry.one.sector_code.startswith("CTY-") else entry.one.sector_code


def _city_code(entry: Entry) -> object:
    service = services().get(entry.one.service)
    if service:
        return service.city_sector
    return entry.one.sector_code if entry.one.sector_code.startswith("CTY-") else ""


def _sector_name(entry: Entry) -> object:
    service = services().get(entry.one.service)
    return entry.one.sector or (service.name if service else "")


def _own_id(entry: Entry) -> object:
    return entry.one.own_id or str(entry.one.pk)


def _country(entry: Entry) -> object:
    """ISO 3166, three letters: as written, else the city's own for what is in it."""
    written = entry.one.place.get("country_code", "") or entry.one.place.get("country", "")
    if written:
        return country_code(written) or entry.one.place.get("country_code", "")
    if entry.one.scope in (Scope.AREAS, Scope.CITY):
        return _longer(entry.city.country)
    return ""


@lru_cache(maxsize=256)
def _longer(code: str) -> str:
    found = pycountry.countries.get(alpha_2=code)
    return str(found.alpha_3) if found else ""


def _district(entry: Entry) -> object:
    if entry.one.place.get("adm2"):
        return entry.one.place["adm2"]
    return BETWEEN.join(str(area) for area in entry.areas)


def _district_code(entry: Entry) -> object:
    if entry.one.place.get("adm2_code"):
        return entry.one.place["adm2_code"]
    codes = [area.code for area in entry.areas]
    # One without a code, and the others would say less than the names beside them.
    return BETWEEN.join(codes) if all(codes) else ""


def _location(entry: Entry) -> object:
    if entry.one.place.get("loc") or entry.one.place:
        return entry.one.place.get("loc", "")
    if entry.one.scope == Scope.CITY:
        return _("whole city")
    return _("outside the city") if entry.one.scope == Scope.OUTSIDE else ""


def _date(name: str) -> Value:
    def value(entry: Entry) -> object:
        day = getattr(entry.one, name)
        return day.isoformat() if day else ""

    return value


COLUMNS: tuple[Column, ...] = (
    Column("#org+name+impl", gettext_lazy("Organisation"), lambda entry: entry.organisation.name),
    Column("#org+name+prog", gettext_lazy("Who plans and answers for it"), _plain("programming")),
    Column("#org+funder+name", gettext_lazy("Who pays for it"), _plain("funder")),
    Column("#org+type+code", gettext_lazy("Type of organisation, code"), _type),
    Column("#meta+level", gettext_lazy("Level of government"), _level),
    Column("#service+code", gettext_lazy("Service, code"), _plain("service")),
    Column("#channel", gettext_lazy("How people are reached"), _plain("channel")),
    Column(
        "#beneficiary+type",
        gettext_lazy("For whom"),
        lambda entry: BETWEEN.join(entry.one.populations),
    ),
    Column("#sector+code", gettext_lazy("Sector, code of OCHA"), _sector_code),
    Column("#sector+code+v_city", gettext_lazy("Sector, code of cities"), _city_code),
    Column("#sector+name", gettext_lazy("Sector"), _sector_name),
    Column("#subsector+name", gettext_lazy("Part of the sector"), _plain("subsector")),
    Column("#activity+code", gettext_lazy("Identifier"), _own_id),
    Column("#activity+name+i_en", gettext_lazy("Activity, in English"), _title("en")),
    Column("#activity+name+i_ar", gettext_lazy("Activity, in Arabic"), _title("ar")),
    Column("#description", gettext_lazy("Description"), _plain("description")),
    Column("#country+code", gettext_lazy("Country, code"), _country),
    Column("#adm1+name", gettext_lazy("First-level area"), _place("adm1")),
    Column("#adm1+code", gettext_lazy("First-level area, code"), _place("adm1_code")),
    Column("#adm2+name", gettext_lazy("Second-level area"), _district),
    Column("#adm2+code", gettext_lazy("Second-level area, code"), _district_code),
    Column("#loc+name", gettext_lazy("Place"), _location),
    Column("#geo+lat", gettext_lazy("Latitude"), _plain("latitude")),
    Column("#geo+lon", gettext_lazy("Longitude"), _plain("longitude")),
    Column("#status", pgettext_lazy("of an activity", "State"), _plain("status")),
    Column("#date+start", gettext_lazy("First day"), _date("starts_on")),
    Column("#date+end", gettext_lazy("Last day"), _date("ends_on")),
    Column("#date+reported", gettext_lazy("Reported on"), _day("reported_at")),
    Column("#date+confirmed", gettext_lazy("Confirmed on"), _day("confirmed_at")),
    Column("#targeted", gettext_lazy("People it is meant for"), _plain("targeted")),
    Column("#reached", gettext_lazy("People reached"), _plain("reached")),
    Column("#indicator+name", gettext_lazy("Indicator"), _plain("indicator")),
    Column("#contact+name", gettext_lazy("Contact"), _plain("contact_name")),
    Column("#contact+email", gettext_lazy("E-mail of the contact"), _plain("contact_email")),
    Column("#meta+source", gettext_lazy("Source"), _plain("source")),
)
# The agreed columns have no place for what was written in French; it is added where there is any.
FRENCH = Column("#activity+name+i_fr", gettext_lazy("Activity, in French"), _title("fr"))

# By these, of which two are attributes of our own, a table is known that we wrote ourselves.
OURS = frozenset({"#meta+level", "#date+confirmed", "#sector+code+v_city"})

Row = list[object]


def _as_number(value: object) -> str:
    """A whole number as a workbook gives it back: 10, where we have 10.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else ""


def cells_of(
    incident: Incident, found: QuerySet[Activity]
) -> Iterator[tuple[UUID, dict[str, tuple[str, ...]]]]:
    """Each of these activities with what our table has in its cells, by hashtag as `Hashtag`
    writes it: in a workbook, and in a CSV where that differs."""
    tags = [str(hashtags(column.hashtag)[0]) for column in (*COLUMNS, FRENCH)]
    values = [column.value for column in (*COLUMNS, FRENCH)]
    for entry in _entries(incident, found):
        said = [value(entry) for value in values]
        yield (
            entry.one.pk,
            {
                tag: ("" if one is None else str(one).strip(), _as_number(one))
                for tag, one in zip(tags, said, strict=True)
            },
        )


@dataclass(frozen=True)
class Sheet:
    """The table of an incident: its columns, and its rows, read as they are asked for. The
    language is that of its headings and names, whoever is answered while it is read."""

    columns: tuple[Column, ...]
    rows: Iterator[Row]
    language: str

    def pieces(self) -> Iterator[list[Row]]:
        """The rows, some at once."""
        while True:
            with override(self.language):
                piece = list(islice(self.rows, AT_ONCE))
            if not piece:
                return
            yield piece

    @property
    def headings(self) -> list[str]:
        with override(self.language):
            return [str(column.heading) for column in self.columns]

    @property
    def hashtags(self) -> list[str]:
        return [column.hashtag for column in self.columns]


def sheet_of(incident: Incident, found: QuerySet[Activity]) -> Sheet:
    """The table of these activities of an incident, in their order and the reader's language."""
    french = found.filter(language="fr").exists() or found.filter(titles__has_key="fr").exists()
    columns = (*COLUMNS, FRENCH) if french else COLUMNS
    values = [column.value for column in columns]
    rows = ([value(entry) for value in values] for entry in _entries(incident, found))
    return Sheet(columns, rows, get_language() or "en")


def _entries(incident: Incident, found: QuerySet[Activity]) -> Iterator[Entry]:
    """The activities with what stands beside them: three statements for some hundred rows."""
    city = incident.city
    areas = Area.objects.filter(city=city).defer("geometry", "bounds").in_bulk()
    organisations: dict[object, Organisation] = {}
    alone = found.select_related(None).prefetch_related(None).defer(None).defer("extra")
    rest = alone.iterator(chunk_size=AT_ONCE)
    while piece := list(islice(rest, AT_ONCE)):
        unmet = {one.organisation_id for one in piece} - organisations.keys()
        organisations |= Organisation.objects.in_bulk(unmet)
        where: dict[object, list[Area]] = {}
        places = ActivityPlace.objects.filter(activity__in=[one.pk for one in piece])
        for activity, area in places.order_by("id").values_list("activity", "area"):
            if area in areas:
                where.setdefault(activity, []).append(areas[area])
        for one in piece:
            yield Entry(one, organisations[one.organisation_id], where.get(one.pk, []), city)


def as_csv(sheet: Sheet) -> Iterator[bytes]:
    """RFC 4180 in UTF-8: the headings, the hashtags, then the rows. What a spreadsheet would
    run as a formula has a quote before it."""
    writer = csv.writer(Echo())
    headings = [cell(heading) for heading in sheet.headings]
    yield (BOM + writer.writerow(headings) + writer.writerow(sheet.hashtags)).encode()
    for piece in sheet.pieces():
        lines = [writer.writerow([cell(value) for value in row]) for row in piece]
        yield "".join(lines).encode("utf-8", "replace")


def as_json(sheet: Sheet) -> Iterator[bytes]:
    """HXL's JSON: a list of objects with the hashtags as names. What was not said is null."""
    tags, between = sheet.hashtags, "\n"
    yield b"["
    for piece in sheet.pieces():
        lines = []
        for row in piece:
            said = [None if value == "" else value for value in row]
            told = dict(zip(tags, said, strict=True))
            lines.append(between + json.dumps(told, ensure_ascii=False))
            between = ",\n"
        yield "".join(lines).encode("utf-8", "replace")
    yield b"\n]\n"


def as_workbook(sheet: Sheet) -> Iterator[bytes]:
    """One sheet: the headings, the hashtags, then the rows. Every text is stored as text, codes
    and what begins like a formula too."""
    from openpyxl.cell.cell import WriteOnlyCell
    from openpyxl.workbook.workbook import Workbook

    book = Workbook(write_only=True)
    with override(sheet.language):
        table = book.create_sheet(str(_("Who does what"))[:31])
    table.sheet_view.rightToLeft = sheet.language.startswith("ar")
    table.freeze_panes = "B3"

    def text(value: object) -> object:
        if value is None or value == "":
            return None
        if isinstance(value, int | float):
            return value
        one = WriteOnlyCell(table)
        one.value = CONTROLS.sub("", str(value))
        one.data_type = "s"  # else what begins with = would be a formula
        return one

    table.append([text(heading) for heading in sheet.headings])
    table.append([text(hashtag) for hashtag in sheet.hashtags])
    for piece in sheet.pieces():
        for row in piece:
            table.append([text(value) for value in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which the table is taken out."""

    ending: str
    content_type: str
    written: Callable[[Sheet], Iterator[bytes]]


FORMS = {
    "hxl": Form("csv", "text/csv; charset=utf-8", as_csv),
    "xlsx": Form(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook
    ),
    "json": Form("json", "application/json", as_json),
}
