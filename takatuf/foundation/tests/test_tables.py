"""Tables as people send them: in any encoding, with any delimiter, from any spreadsheet."""

import base64
import csv
import io
import random
import zipfile
import zlib

import pytest
from openpyxl import Workbook

from takatuf.foundation.errors import Refused
from takatuf.foundation.tables import Limits, read_table

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
        ("cp1252", "agency;person\nMunicipalité;Écoute à l’hôpital\nCroix-Rouge;éloignées\n"),
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
    prose = 'agency,person,note\nFire,Rana,"Tents, beds, water\nfrom May, every day"\nCity,Omar,x\n'
    assert len(read(prose).rows) == 2


def test_inches_and_names_in_quotes_are_no_reason_to_fail():
    table = read('agency,person,note\n"ACME" Ltd,Rana,5" pipe\n')
    assert cells(table) == [('"ACME" Ltd', "Rana", '5" pipe')]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('agency,person\n"Fire,Rana\nPolice,Sami\nHealth,Lina\n', 2),
        ('agency,person\nFire,Rana\n"Police,Sami\n"Health",Lina\n', 3),
        ('agency,person,note\nFire,"Rana,1\nPolice,Sami,2\nHealth,Lina",3\nCity,Omar,4\n', 2),
        ('agency;person;note\nFire;"Rana;1\nHealth;Lina";3\nCity;Omar;4\n', 2),
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
        (b" , \n,,\n", "empty-file"),
        (b"one,two\n1,2\n", "no-header"),
        (b'[\n{"agency": "Fire", "person": "Rana"}\n]', "not-a-table"),
        ("agency,person\nSanté,Zoé\n".encode() + "Éveil,Åse\n".encode("cp1252"), "mixed-encodings"),
        (b"%PDF-1.7 agency", "not-a-table"),
        (b"<!DOCTYPE html><table>", "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "bad-workbook"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
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


def test_a_code_that_a_workbook_shows_with_zeros_keeps_them():
    book = Workbook()
    for row in (["agency", "person", "note"], ["Fire", 47, 47], ["Police", 5, 0]):
        book.active.append(row)
    for at, shown in (("B2", "0000"), ("B3", '"LB"00'), ("C2", "0.00"), ("C3", "000")):
        book.active[at].number_format = shown
    out = io.BytesIO()
    book.save(out)
    assert cells(read(out.getvalue())) == [("Fire", "0047", "47"), ("Police", "LB05", "000")]


def test_a_workbooks_other_sheets_are_named_and_can_be_chosen():
    data = workbook(["agency", "person"], ["Fire", "Rana"], more=[("Old", ["agency"])])
    table = read(data)
    assert "Old" in table.warnings[0]
    assert cells(read(data, sheet="Old")) == []
    with pytest.raises(Refused, match="List, Old"):
        read(data, sheet="New")


def test_a_workbook_of_hundreds_of_sheets_is_not_gone_through():
    many = [(f"S{number}", ["agency", "person"]) for number in range(200)]
    data = workbook(["agency", "person"], ["Fire", "Rana"], more=many)
    with pytest.raises(Refused, match="Copy the list alone"):
        read(data)
    assert cells(read(data, sheet="List")) == [("Fire", "Rana")]


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


def test_a_sheet_of_more_rows_than_there_can_be_is_refused_before_they_are_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<row/>" * 1_100_000)
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


# Tables of other programs, and what somebody sends who means harm

# Written by another program in the old format of Excel: two merged cells, a date, a formula.
OLD_EXCEL = (
    "c-rk)Pe>GD6o22$?ChU*bu|q%ki|&L6qJIx*ru)8A<ZnXBB)gt8>|_b9RoX*Wgdf|lhH-6Ll>({e<-4E9Rj5eK@e"
    "!ssZ&tUL3euZ&FrRT;6e$?{Fd*1-+SNpe)H!0zcVvkG&}LId=8djKgf`=gP<<52~5GP5(TWcZ7OE-04CeRx<W931"
    "F8DpS>%nM#*oH)4kUP>yg~`^3Dap9gbqVb#nuqb979r242>uS+(AnLlyOwWEPGjQW_h1mK4*D=EjL&;V%u493Z~;"
    "7HT&FId_t<^x&k2H$L#ZgEe%i#uW1%vxhb5sK4>zv<oR`0QK5uk5^zA<QhLfHy%6p~2;d~5uD!i3k(h-N9PCN>Va"
    "EWzXIJ&hm}g&Gy8yKRTx$3K#U8*xTyDQ5DF7p2pXEg|24NUcs78UqTH2b2aVSKMQW)Tf*`L(4bkfoc9e3-dUQ4^E"
    "S;JUNU}ID3wa~ZKG%iFyRI3TK4HM-tAh}JgQ(M#qmD(6apAT?XFs*Yq^_sEVowQOW=Esa7wjIRjcgPq@YkEIw9e8"
    "jYH<NmL5M7X<zJAZ%5S=Hy|3sJUKM`J+VU&FsIF*Zdbw;rR=I?!b+uqX|Kf{(0K69LtX*+cU*l?9R(7AwXeBg8jK"
    "n;8BVtI{Ow{p3hWeK*#ysER*Ewqkuo9kR#h0oc|co(l;RNjH*v9Cv;RE&L&@5J&{+uWs+srT^-sKk@95B=#k3bmq"
    "E+#V-9jc0S=?qVNVmi@7#1*E7OyX_vog|I+t7*WL1(WrMsPLtfeax@t=+2s-|a0%v8-1dUGd^wG{Xgn@Uq{$d>W="
    "3KzX$3Bcx%{rTGirgHMqEK2UwYGQTy$S>NMvXVF}2LfQfis0LoS)j)SGe|QHR}^RF-+azz`I-!>F~wzLA_pzBEz3"
    "fb)uqbNP{q;Ss$L9womK0uLTMc<|uCgNF?O!FNXBE0*Hkm+8*ucfac_V9I!(Nj5CHz`&n{e=1u*$J~VByynjq@QE"
    "y!Sfx+)dm*74pKihc^l%&ldCy<`4<#1A&#E1x|85E8`}|BkasKD${{kg`|8@"
)


def test_old_excel_gives_values_merged_cells_and_dates():
    table = read_table(
        zlib.decompress(base64.b85decode(OLD_EXCEL)), recognise=lambda cells: "Activity" in cells
    )
    assert (table.encoding, table.sheet) == ("xls", "List")
    assert cells(table)[0] == ("الهلال الأحمر", "Food", "North", "2026-05-01")
    assert cells(table)[2:] == [("C", "Housing", "N"), ("C", "Transport", "0047")]
    assert table.rows[3].filled == (0,)


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in parts.items():
            opened.writestr(name, text)
    return out.getvalue()


def ods(rows):
    office = "urn:oasis:names:tc:opendocument:xmlns"
    return archive(**{
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{office}:manifest:1.0"/>',
        "content.xml": f'<o:document-content xmlns:o="{office}:office:1.0" '
        f'xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0" '
        f'xmlns:office="{office}:office:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="L">{rows}</table:table>'
        "</office:spreadsheet></office:body></o:document-content>",
    })  # fmt: skip


def line(*cells, more=""):
    inside = "".join(
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string" {more}>'
        f"<text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{inside}</table:table-row>"


def test_open_document_gives_values_and_merged_cells():
    merged = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
        "<text:p>Fire</text:p></table:table-cell>"
    )
    rows = (
        line("agency", "person")
        + line(merged, "Rana")
        + line("<table:covered-table-cell/>", "0047")
    )
    table = read(ods(rows))
    assert table.encoding == "ods"
    assert cells(table) == [("Fire", "Rana"), ("Fire", "0047")]
    assert "3" in table.warnings[0]


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows, before=""):
    """A workbook written by hand, as no program writes it."""
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = (
        f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{OFFICE}/%s" Target="%s"/>'
    )
    return archive(**{
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relation % ("officeDocument", "xl/workbook.xml") + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation % ("worksheet", "worksheets/sheet1.xml")
        + "</Relationships>",
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{SHEET}"><sheetData>{rows}'
        "</sheetData></worksheet>",
    })  # fmt: skip


def written(**told):
    return "".join(
        f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in told.items()
    )


HEAD = f"<row>{written(A1='agency', B1='person')}</row>"
FOR_EVER = 'table:number-columns-repeated="2000000000"'
HIDDEN = "<!--" + " " * 5000 + '--><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (xlsx(HEAD + f"<row>{written(XFD1048576='x')}</row>"), "too-large"),
        (xlsx(HEAD + f"<row>{written(ZZZZZZ99999999999='x')}</row>"), "bad-workbook"),
        (xlsx(HEAD + "<row><c><v>&e;</v></c></row>", HIDDEN), "bad-workbook"),
        (ods(line("agency", "person") + line("x", more=FOR_EVER)), "too-large"),
        (b"agency,person\n" + b"," * 10_000_000, "too-large"),
        (b"agency\tperson\n" + b"\t" * 5_000_000, "too-large"),
        (b"agency,person\n" + b'a"' * 4_000_000, "too-large"),
        (b"agency,person\n" + b'"' * 4_000_001, "open-quote"),
        (xlsx(HEAD)[40:].join([b"PK\x03\x04"] * 2), "bad-workbook"),
        (b"\x7fELF" + bytes(range(256)) * 9, "not-a-table"),
        (bytes(range(256)) * 90, "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9, "bad-workbook"),
    ],
    ids=["far cell", "no cell", "hidden entity", "repeated for ever", "commas", "tabs", "quotes",
         "only quotes", "half an archive", "program", "bytes", "broken old Excel"],
)  # fmt: skip
def test_what_means_harm_is_refused_at_once(data, code):
    with pytest.raises(Refused) as refusal:
        read(data)
    assert refusal.value.code == code


def test_limits_are_told_by_whoever_reads():
    data = "agency,person\n" + "Fire,Rana\n" * 3
    assert len(read(data, limits=Limits(rows=30)).rows) == 3
    with pytest.raises(Refused, match="1 MB"):
        read("agency" + " " * 2**20, limits=Limits(megabytes=1))
    with pytest.raises(Refused, match="20 cells"):
        read(data * 20, limits=Limits(cells=20))
    with pytest.raises(Refused, match="3 cells"):
        read(workbook(["agency", "person"], ["Fire", "Rana"]), limits=Limits(cells=3))


def test_a_large_file_is_read_as_a_small_one():
    body = ["agency;person", *(f"بلدية {number};{'Åse, ' * 20}" for number in range(4_000))]
    table = read("\n".join(body).encode("utf-16"))
    assert cells(table)[3_999] == ("بلدية 3999", ("Åse, " * 20).strip())
    arabic = "\n".join(["agency;person", *["الدفاع المدني;ليلى حداد"] * 14_000]).encode("cp1256")
    assert read(arabic).encoding == "cp1256"


def test_a_code_that_is_written_as_a_formula_of_text_is_that_text():
    table = read('agency,person\n="0047","=""+961 1"""\n=1+1,="\n\'+47,\'n Dal\n')
    assert cells(table) == [("0047", "+961 1"), ("=1+1", '="'), ("+47", "'n Dal")]


def test_what_a_program_writes_as_csv_is_read_as_it_was():
    chance = random.Random(7)
    pieces = ["a", "ب", '"', ",", ";", "\n", "\r\n", " x ", '5"', "'", "|", "\t", "é"]
    for _table in range(100):
        rows = [["agency", "person", "note"]] + [
            ["".join(chance.choices(pieces, k=chance.randrange(6))) for _cell in range(3)]
            for _row in range(5)
        ]
        out = io.StringIO()
        csv.writer(out, quoting=chance.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])).writerows(rows)
        wanted = [[cell.replace("\r\n", "\n").strip() for cell in row] for row in rows[1:]]
        assert [list(row) + [""] * (3 - len(row)) for row in cells(read(out.getvalue()))] == [
            row for row in wanted if any(row)
        ]
