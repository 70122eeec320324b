"""Tables as people send them: in any encoding, with any delimiter, from any spreadsheet."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from takatuf.foundation.errors import Refused
from takatuf.foundation.tables import read_table

pytestmark = pytest.mark.once
HEADINGS = {"agency", "person", "note"}


def recognise(cells):
    return sum(cell.casefold() in HEADINGS for cell in cells)


def read(data, **options):
    return read_table(data.encode() if isinstance(data, str) else data,
                      recognise=recognise, **options)  # fmt: skip


def cells(table):
    return [row.cells for row in table.rows]


def workbook(*rows, title="List", more=()):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, line in more:
        book.create_sheet(name).append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_of_saving_a_csv_gives_the_same_table(encoding, delimiter, end):
    text = end.join(["agency|person", "بلدية مرسى نور|Åse", "Santé|ليلى", ""])
    table = read(text.replace("|", delimiter).encode(encoding))
    assert cells(table) == [("بلدية مرسى نور", "Åse"), ("Santé", "ليلى")]
    assert [row.line for row in table.rows] == [2, 3]
    assert table.encoding == encoding.removesuffix("-sig")[:6].rstrip("-")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "agency;person\nGrünerløkka bydel;Åse Ødegård\nBrann – øst;Bjørn Sæther\n"),
        ("cp1252", "agency;person\nMairie – Santé;Hélène\nPréfecture de l’Hérault;Noël\n"),
        ("cp1252", "agency;person\nÉCOLE SUPÉRIEURE;ÉLÈVE\n"),
        ("cp1252", "agency;person\nPolice;Bjørn\n"),
        ("cp1256", "agency;person\nالدفاع المدني;ليلى حداد\nبلدية مرسى نور;سامي الخطيب\n"),
        ("cp1256", "agency;person\nالشرطة;Sami\n"),
        ("iso8859-6", "agency;person\nالدفاع المدني;ليلى حداد\nبلدية مرسى نور;سامي الخطيب\n"),
    ],
)
def test_old_encodings_are_found_out_and_said(encoding, text):
    table = read(text.encode(encoding))
    assert table.encoding == encoding
    assert cells(table) == [tuple(line.split(";")) for line in text.split("\n")[1:-1]]
    assert encoding in table.warnings[0]


@pytest.mark.parametrize("text", ["agency,person\nPolice,Ø\n", "agency,person\nX,ÆØÅ\n"])
def test_where_two_encodings_are_as_likely_it_is_asked(text):
    data = text.encode("cp1252")
    with pytest.raises(Refused, match="--encoding") as refusal:
        read(data)
    assert refusal.value.code == "which-encoding"
    assert cells(read(data, encoding="windows-1252"))[0][1] == text.strip().split(",")[-1]


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13", "", "utf-8"])
def test_an_encoding_that_does_not_fit_is_refused_or_unset(encoding):
    data = "agency,person\nSanté,Åse Ødegård\n".encode("cp1252")
    if encoding:
        with pytest.raises(Refused) as refusal:
            read(data, encoding=encoding)
        assert refusal.value.field == "encoding"
    else:
        assert read(data, encoding=encoding).encoding == "cp1252"


def test_quotes_keep_line_ends_and_delimiters_and_lines_are_counted():
    table = read('\n\nagency,person\n"Fire, and\nrescue","Said ""Sam"" Ali"\n\nPolice,Rana\n')
    assert cells(table) == [("Fire, and\nrescue", 'Said "Sam" Ali'), ("Police", "Rana")]
    assert (table.header.line, [row.line for row in table.rows]) == (3, [4, 7])


def test_inches_and_names_in_quotes_are_no_reason_to_fail():
    table = read('agency,person,note\n"ACME" Ltd,Rana,5" pipe\n')
    assert cells(table) == [('"ACME" Ltd', "Rana", '5" pipe')]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('agency,person\n"Fire,Rana\nPolice,Sami\nHealth,Lina\n', 2),
        ('agency,person\nFire,Rana\n"Police,Sami\n"Health",Lina\n', 3),
    ],
)
def test_a_quote_left_open_is_refused_with_its_line_and_swallows_nothing(text, line):
    with pytest.raises(Refused, match=f"line {line}") as refusal:
        read(text)
    assert refusal.value.code == "open-quote"


def test_the_row_of_headings_is_found_below_a_title_and_excels_own_line_is_followed():
    table = read("Contacts of the city\n;;\nagency;person\nFire;Rana\n")
    assert (table.header.line, cells(table)) == (3, [("Fire", "Rana")])
    assert cells(read("sep=|\r\nagency|person\r\nFire, east|Rana\r\n")) == [("Fire, east", "Rana")]


def test_control_characters_are_taken_out_and_the_cell_is_named():
    table = read("agency,person\nFi\x00re\x07,Rana\n")
    assert cells(table) == [("Fire", "Rana")]
    assert "2:1" in table.warnings[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\x00\x00 \n", "empty-file"),
        (b"\n\n\n", "empty-file"),
        (b"one,two\n1,2\n", "no-header"),
        (b"%PDF-1.7 agency", "not-a-table"),
        (b"<!DOCTYPE html><table>", "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "bad-workbook"),
        (b"PK\x03\x04nothing", "bad-workbook"),
        (b"agency,person\n" + b"a,b\n" * 20_100, "too-large"),
        (b"agency,person\n" + b"," * 300, "too-large"),
        (b"agency,person\n" + b"a" * 20_000, "too-large"),
        (b"a" * (10 * 1024 * 1024 + 1), "too-large"),
    ],
)
def test_what_is_no_table_or_too_much_is_refused_with_the_limit(data, code):
    with pytest.raises(Refused) as refusal:
        read(data)
    assert refusal.value.code == code
    assert str(refusal.value)


def test_a_workbook_gives_values_as_text_and_keeps_line_numbers():
    table = read(workbook(["agency", "person", "note"], ["Fire", None, 4722001122], [],
                          ["Police", "Rana", 2.5]))  # fmt: skip
    assert table.encoding == "xlsx"
    assert cells(table) == [("Fire", "", "4722001122"), ("Police", "Rana", "2.5")]
    assert [row.line for row in table.rows] == [2, 4]


def test_a_workbooks_other_sheets_are_named_and_can_be_chosen():
    data = workbook(["agency", "person"], ["Fire", "Rana"], more=[("Old", ["agency"])])
    table = read(data)
    assert "Old" in table.warnings[0]
    assert cells(read(data, sheet="Old")) == []
    with pytest.raises(Refused, match="List, Old"):
        read(data, sheet="New")


def test_a_formula_that_was_never_computed_is_said():
    table = read(workbook(["agency", "person"], ["Fire", "=A2"]))
    assert cells(table) == [("Fire",)]
    assert "2:2" in table.warnings[0]


def test_a_workbook_that_unpacks_into_a_flood_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _number in range(201):
                part.write(b" " * 1024 * 1024)
    with pytest.raises(Refused) as refusal:
        read(out.getvalue())
    assert refusal.value.code == "too-large"


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": "<x/>"},
        {"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'},
        {"xl/workbook.xml": "<workbook/>"},
        {"xl/workbook.xml": "not xml at all"},
    ],
)
def test_an_archive_that_is_no_workbook_is_refused(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with pytest.raises(Refused):
        read(out.getvalue())
