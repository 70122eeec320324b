"""What leaves the house is read by others as we meant it, and runs nothing there."""

import io
import json
from datetime import date, timedelta

import hxl
import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook

from takatuf.activities.exchange.places import places_of
from takatuf.activities.exchange.reading import rows_of, understand
from takatuf.activities.exchange.writing import COLUMNS, as_csv, as_json, as_workbook, sheet_of
from takatuf.activities.queries import Wanted, activities_of
from takatuf.config import world
from takatuf.incidents.services import open_incident

NOW = timezone.now()


@pytest.fixture
def incident(city, amina, act):
    world.make_area(city, "Old Harbour", 33.0, 33.5, names={"ar": "الميناء القديم"}, code="01")
    world.make_area(city, "Market", 33.1, 33.5, code="02")
    made = open_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, happened_at=NOW, now=NOW
    )
    world.make_activity(
        made, "helpline", "Old Harbour", "Market", who="بلدية مرسى نور", now=NOW,
        level="municipality", title="خط للعائلات", language="ar", channel="phone",
        populations=("bereaved", "injured"), targeted=300, starts_on=date(2026, 3, 1),
        ends_on=date(2026, 9, 30), own_id="007", scope="areas",
    )  # fmt: skip
    world.make_activity(
        made, "counselling", "city", who="Ministry of Health", now=NOW - timedelta(days=9),
        level="national", title='=HYPERLINK("http://x")',
        description="+1 call, “quoted”, two\nlines",
        scope="city", status="ended",
    )  # fmt: skip
    world.make_activity(
        made, "", "text:LBN/beirut", who="@home", now=NOW, scope="text", sector="Shelter",
        place={"country": "Lebanon", "adm1": "Beirut", "adm1_code": "LBN 01"},
        latitude=33.9, longitude=35.5, contact_name="Reem", contact_email="reem@example.org",
    )  # fmt: skip
    return made


def sheet(incident):
    found = activities_of(incident, Wanted(status="all"), now=NOW)
    return sheet_of(incident, found.order_by("id"))


def written(incident):
    return b"".join(as_csv(sheet(incident)))


def read_by_libhxl(data):
    return hxl.data(io.BytesIO(data), hxl.InputOptions(allow_local=True))


def test_the_columns_are_those_of_a_4w_table(incident):
    tags = written(incident).decode("utf-8-sig").splitlines()[1].split(",")
    assert tags == [column.hashtag for column in COLUMNS]
    assert tags[:5] == [
        "#org+name+impl", "#org+name+prog", "#org+funder+name", "#org+type+code", "#meta+level",
    ]  # fmt: skip


def test_libhxl_reads_the_csv_row_for_row(incident):
    source = read_by_libhxl(written(incident))
    rows = [row.dictionary for row in source]
    assert rows[0]["#activity+code"] == "007"
    assert rows[0]["#org+impl+name"] == "بلدية مرسى نور"
    assert rows[0]["#activity+i_ar+name"] == "خط للعائلات"
    assert (rows[0]["#adm2+code"], rows[0]["#country+code"]) == ("01 | 02", "JOR")
    assert (rows[0]["#sector+code"], rows[0]["#sector+code+v_city"]) == ("PRO", "CTY-VIC")
    assert rows[2]["#adm1+code"] == "LBN 01"
    assert [row["#meta+level"] for row in rows] == ["local", "national", ""]
    assert rows[1]["#description"] == "'+1 call, “quoted”, two\nlines"


def test_libhxl_reads_the_json_too(incident):
    source = read_by_libhxl(b"".join(as_json(sheet(incident))))
    assert [row.get("#status") for row in source] == ["active", "ended", "active"]
    told = json.loads(b"".join(as_json(sheet(incident))))
    assert (told[0]["#targeted"], told[0]["#reached"]) == (300, None)


def test_no_cell_is_live_in_a_spreadsheet(incident):
    lines = written(incident).decode("utf-8-sig")
    assert "\"'=HYPERLINK" in lines
    assert "'@home" in lines
    table = load_workbook(io.BytesIO(b"".join(as_workbook(sheet(incident))))).worksheets[0]
    cells = {cell.value: cell.data_type for row in table.iter_rows() for cell in row if cell.value}
    assert cells['=HYPERLINK("http://x")'] == "s"
    assert cells["007"] == "s"
    assert cells[300] == "n"
    assert "f" not in cells.values()


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_what_we_write_we_read_again(incident, language):
    with translation.override(language):
        understood = understand(written(incident), filename="export.csv")
        assert not understood.asks
        rows = list(rows_of(understood, places_of(incident.city)))
    facts = [row.facts for row in rows]
    assert all(facts), [row.faults for row in rows]
    first, second, third = facts
    areas = set(incident.city.areas.values_list("pk", flat=True))
    assert {area for area, _key in first.places} == areas
    assert (first.own_id, first.level, first.service) == ("007", "municipality", "helpline")
    assert (first.populations, first.targeted) == (("bereaved", "injured"), 300)
    assert (first.starts_on, first.ends_on) == (date(2026, 3, 1), date(2026, 9, 30))
    assert (second.scope, second.status) == ("city", "ended")
    assert [key for _area, key in third.places] == ["text:lbn/beirut"]
    assert third.contact_email == "reem@example.org"


def test_what_was_written_in_french_gets_a_column_of_its_own(incident):
    world.make_activity(
        incident, "food", "outside", title="Repas chauds", language="fr", now=NOW, scope="outside"
    )
    source = read_by_libhxl(written(incident))
    last = [row.dictionary for row in source][-1]
    assert last["#activity+i_fr+name"] == "Repas chauds"
    assert last["#activity+i_en+name"] == ""
