"""Tables of partners: understood, asked about, and every row taken or refused with its reason."""

import io
import random
from datetime import date

import hxl as libhxl
import pytest
from django.utils.translation import override
from openpyxl import Workbook

from takatuf.activities.exchange import hxl, values
from takatuf.activities.exchange.mapping import FIELDS, by_heading
from takatuf.activities.exchange.places import Places
from takatuf.activities.exchange.reading import rows_of, understand
from takatuf.activities.exchange.words import words_of
from takatuf.foundation.errors import Refused
from takatuf.foundation.samples import samples_folder
from takatuf.plans.catalogue import services

pytestmark = pytest.mark.once
HEAD = "Organisation,Activity,District,From,Until,Status,Level\n"


def table(text, written="utf-8", **told):
    return understand(text.encode(written), filename="list.csv", **told)


def rows(text, defaults=None, **told):
    understood = text if not isinstance(text, str) else table(text, **told)
    return list(rows_of(understood, Places([]), defaults))


def only(text, **told):
    (row,) = rows(text, **told)
    assert row.facts, row.faults
    return row


def fault_of(text, **told):
    (row,) = rows(text, **told)
    assert row.facts is None
    return row.faults[0]


def fields(understood):
    return {column.label: column.field for column in understood.columns}


def sample(name):
    file = samples_folder() / "hxl" / name
    if not file.exists():
        pytest.skip("the sample files are not here")
    return understand(file.read_bytes(), filename=name)


# The real files


@pytest.mark.samples
def test_the_real_file_of_unhcr_gives_all_of_its_activities():
    understood = sample("unhcr-3w.csv")
    read = rows(understood)
    countries = [row.facts.place["country"] for row in read]
    assert [countries.count(name) for name in ("Lebanon", "Jordan", "Iraq")] == [637, 393, 332]
    assert len(read) == 2250
    assert "Sector (Arabic), Organisation URL" in understood.warnings[0]
    assert read[0].facts.extra == {}
    assert {row.facts.place.get("country_code") for row in read} >= {"LBN", "JOR", "IRQ"}


@pytest.mark.samples
def test_the_real_file_of_west_africa_names_its_twelve_columns_without_a_hashtag():
    understood = sample("rowca-3w-hxl.csv")
    read = rows(understood)
    untagged = [column.label for column in understood.columns if not column.hashtag]
    assert len([row for row in read if row.facts]) == 244
    assert len(untagged) == 12
    assert understood.warnings[0].endswith(", ".join(untagged) + ".")
    assert len({row.facts.organisation for row in read}) == 11
    assert read[0].facts.extra["ProjectCode"] == "MLI-14/E/65276"
    assert read[0].facts.own_id == "244"
    assert fields(understood)["MONTH"] == ""  # “June” is no date


@pytest.mark.samples
@pytest.mark.parametrize("name", ["unhcr-3w.csv", "rowca-3w-hxl.csv"])
def test_each_cell_of_the_real_files_is_read_as_libhxl_reads_it(name):
    understood = sample(name)
    file = str(samples_folder() / "hxl" / name)
    theirs = [row.values for row in libhxl.data(file, libhxl.InputOptions(allow_local=True))]
    for row, cells in zip(understood.table.rows, theirs, strict=True):
        ours = [*row.cells, *[""] * (len(cells) - len(row.cells))]
        assert [" ".join(cell.split()) for cell in ours] == [
            " ".join(cell.split()) for cell in cells
        ]


MANGLED = (
    "#org,#activity,#adm1,#date+start,#date+end,#geo+lat,#geo+lon,#status,#meta+level,#targeted,"
    '#beneficiary,#language,#channel\nأ,غذاء,ب,01/02/2026,2026-05-05,33.1,35.2,جارٍ,local,"1,200",'
    "pupils;all,ar/fr,هاتف\n"
)
PIECES = ['"', ",", ";", "\n", "\r", "\0", "#org", "#adm1 #adm2", "+", "9" * 30, "1/1/1", "1e309",
          "NaN", "\u202e", "\t", "|", "=1+1", "\u0660", "²", "①", "%s", "%(x)s", "{}"]  # fmt: skip


def test_a_mangled_file_is_read_or_refused_in_words():
    chance, words = random.Random(11), []
    for _file in range(200):
        text = MANGLED
        for _change in range(chance.randrange(1, 9)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(PIECES) + text[at + chance.randrange(4) :]
        order = chance.choice([None, "dmy", "mdy", "ymd"])
        try:
            for row in rows(table(text, date_order=order), {"level": "local"}):
                assert row.facts or row.faults
        except Refused as refusal:
            words.append(str(refusal))
    assert words
    assert all(words)


# Columns


def test_columns_of_our_own_export_are_known_by_their_hashtags():
    tags = (
        "#org+name+impl,#org+name+prog,#org+funder+name,#org+type+code,#meta+level,#service+code,"
        "#channel,#beneficiary+type,#sector+code,#sector+code+v_city,#sector+name,"
        "#subsector+name,#activity+code,#activity+name+i_en,#activity+name+i_ar,#description,"
        "#country+code,#adm1+name,#adm1+code,#adm2+name,#adm2+code,#loc+name,#geo+lat,#geo+lon,"
        "#status,#date+start,#date+end,#date+reported,#date+confirmed,#targeted,#reached,"
        "#indicator+name,#contact+name,#contact+email,#meta+source"
    )
    row = (
        "Red Crescent,City,EU,445,local,counselling,phone,bereaved,HEA,CTY-VIC,Health,Counselling,"
        "0047,Grief groups,مجموعات الحداد,Weekly,LBN,North,LB02,Tripoli,LB0201,Al-Mina,34.45,"
        "35.81,active,2026-05-01,2026-12-31,2026-05-02,2026-06-01,120,80,People,Rana,r@ex.org,HQ"
    )
    understood = table(f"{tags}\n{row}\n")
    facts = only(understood).facts
    assert all(column.field for column in understood.columns)
    assert (facts.organisation, facts.programming, facts.funder) == ("Red Crescent", "City", "EU")
    assert (facts.organisation_kind, facts.level) == ("red-cross-crescent", "municipality")
    assert (facts.service, facts.channel, facts.populations) == (
        "counselling", "phone", ("bereaved",))  # fmt: skip
    assert (facts.sector_code, facts.sector, facts.own_id) == ("CTY-VIC", "Health", "0047")
    assert (facts.title, facts.titles, facts.language) == (
        "Grief groups", {"ar": "مجموعات الحداد"}, "en")  # fmt: skip
    assert facts.place["adm2_code"] == "LB0201"
    assert (facts.latitude, facts.longitude) == (34.45, 35.81)
    assert (facts.starts_on, facts.ends_on) == (date(2026, 5, 1), date(2026, 12, 31))
    assert (facts.reported_on, facts.confirmed_on) == (date(2026, 5, 2), date(2026, 6, 1))
    assert (facts.targeted, facts.reached, facts.indicator) == (120, 80, "People")
    assert (facts.contact_name, facts.contact_email, facts.source) == ("Rana", "r@ex.org", "HQ")
    assert facts.extra == {}


@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ("#org", "organisation"),
        ("#ORG +Name", "organisation"),
        ("#org + name", "organisation"),
        ("#impl", "organisation"),
        ("#prog", "programming"),
        ("#funder", "funder"),
        ("#lat_deg", "latitude"),
        ("#lon_deg", "longitude"),
        ("#from_date", "starts_on"),
        ("#report_date", "reported_on"),
        ("#period_date", "reported_on"),
        ("#adm1_id", "adm1_code"),
        ("#country_id", "country_code"),
        ("#activity_id", "own_id"),
        ("#activity+id", "own_id"),
        ("#activity+name+ar", "title_ar"),
        ("#modality", "channel"),
        ("#targeted+f", ""),
        ("#x_remarks", ""),
        ("#indicator+value", ""),
    ],
)
def test_old_and_new_hashtags_are_understood(tag, field):
    (hashtag,) = hxl.hashtags(tag)
    assert hxl.field_of(hashtag)[0] == field


def test_two_hashtags_in_one_cell_are_named_and_their_column_is_kept():
    understood = table("#org,#activity,#adm1 #adm2,#country\nA,Food,North/Akkar,Lebanon\n")
    assert "#adm1 #adm2" in understood.warnings[0]
    assert only(understood).facts.extra == {"#adm1 #adm2": "North/Akkar"}


def test_what_is_meant_as_a_hashtag_and_is_none_is_named_also_where_the_file_is_refused():
    understood = table("Who,Where\n#org,#adm 2\nA,North\n")
    assert "“#adm 2”" in understood.warnings[0]
    with pytest.raises(Refused, match="#org #funder") as refusal:
        rows("Who,What\n#org #funder,#activity\nA,Food\n")
    assert refusal.value.field == "columns"
    assert "several hashtags" in str(refusal.value)


@pytest.mark.parametrize(
    "heading",
    ["Organisation", "ORGANIZATION NAME", "الجهة المنفِّذة", "Partenaire de mise en oeuvre",
     "Implementing Partner (IP)", "Organisation / الجهة", "Organisaton", "Organisation - الجهة"],
)  # fmt: skip
def test_headings_are_known_in_three_languages_however_they_are_spelt(heading):
    assert by_heading(heading)[0] == "organisation"


def test_headings_say_why_they_are_taken_and_how_sure_that_is():
    understood = table("Organisaton,Activité,المحافظة,Colour\nA,B,C,D\n")
    first, second, third, last = understood.columns
    assert (first.field, second.field, third.field, last.field) == (
        "organisation", "title", "adm1", "")  # fmt: skip
    assert first.sureness < second.sureness
    assert "organisation" in first.reason
    assert last.samples == ("D",)
    assert "Colour" in understood.warnings[-1]


def test_a_column_whose_values_are_something_else_than_its_heading_says_is_kept_unread():
    body = "".join(f"A,Food,North,primary,Refugees and pupils,{number}\n" for number in range(6))
    understood = table(f"Organisation,Activity,Place,Level,Beneficiaries,No\n{body}")
    assert fields(understood)["Level"] == ""
    assert fields(understood)["Beneficiaries"] == "populations"
    read = rows(understood)
    assert [row.faults for row in read] == [()] * 6
    assert read[0].facts.populations == ("pupils",)
    assert read[0].facts.extra["Level"] == "primary"


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("Beneficiaries", ["1 200", "300"], "reached"),
        ("Beneficiaries", ["Bereaved families", "Volunteers"], "populations"),
        ("المستفيدون", ["١٬٢٠٠", "300"], "reached"),
        ("المستفيدون", ["أطفال", "متطوعون"], "populations"),
        ("State", ["ongoing", "مكتمل", "prévu"], "status"),
        ("State", ["Kano", "Lagos"], "adm1"),
        ("Etat", ["en cours", "terminé"], "status"),
        ("État", ["Kano", "Lagos"], "adm1"),
        ("الحالة", ["مستمر", "متوقف"], "status"),
        ("من", ["2026-04-03", "03/05/2026"], "starts_on"),
        ("إلى", ["2026-04-03", "03/05/2026"], "ends_on"),
    ],
)
def test_a_heading_that_means_two_things_is_read_by_what_stands_below_it(heading, cells, field):
    lines = "\n".join(f"A,B,{cell}" for cell in cells)
    assert fields(table(f"Organisation,Activity,{heading}\n{lines}\n"))[heading] == field


def test_who_heads_a_column_of_organisations_in_arabic_too():
    assert fields(table("من,ماذا,أين\nجمعية الأمل,طعام,الميناء\n"))["من"] == "organisation"


def test_families_of_the_dead_are_the_bereaved_as_people_call_them():
    read = rows(table("المنظمة,النشاط,لمن\nأ,طعام,أهالي الضحايا\nب,طعام,أسر الشهداء\n"))
    assert [row.facts.populations for row in read] == [("bereaved",)] * 2


def test_every_known_heading_leads_to_a_field_that_there_is():
    assert {field for field, _words in words_of("headings")} <= set(FIELDS)


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_a_heading_as_we_call_the_column_ourselves_is_understood(language):
    with override(language):
        labels = {field: str(label) for field, label in FIELDS.items()}
    unread = [label for label in labels.values() if not by_heading(label)[0]]
    assert not unread
    assert by_heading(labels["title"])[0] == "title"


def test_headings_below_a_title_over_two_rows_and_repeated_are_found():
    text = (
        "Who does what in Marsa Nur;;;\n;;Where;\nOrganisation;Activity;;District\n"
        "A;Food;x;North\nOrganisation;Activity;;District\nB;Water;y;South\n"
    )
    understood = table(text)
    assert [row.facts.organisation for row in rows(understood)] == ["A", "B"]
    assert [column.heading for column in understood.columns] == [
        "Organisation", "Activity", "Where", "District"]  # fmt: skip
    assert "5" in understood.warnings[0]


def test_a_heading_below_another_is_read_together_with_it():
    understood = table(
        "Organisation,,What,Where,Contact,\nName,Type,Activity,District,Name,Email\n"
        "A,NGO,Food,North,Rana,r@ex.org\n"
    )
    assert fields(understood) == {
        "Organisation Name": "organisation", "Organisation Type": "organisation_type",
        "Activity": "title", "District": "adm2", "Contact Name": "contact_name",
        "Email": "contact_email",
    }  # fmt: skip


def test_a_row_of_words_that_are_headings_too_is_no_second_heading():
    for line in ("Municipality,Hotline,,City", "Municipality,Hotline,x,City,2027,5"):
        assert len(rows(f"Organisation,Activity,,District,Year,Reached\n{line}\nA,B,,C\n")) == 2


def test_lines_with_more_cells_than_headings_are_named():
    understood = table("Who,What,Where\nA,Food,North\nB,Food, and water,North\n")
    assert "3" in understood.warnings[0]


def test_columns_of_which_was_told_and_there_are_none_are_named():
    text = "#org+name+impl,#activity,#adm2\nA,Food,North\n"
    told = {"#org+impl+name": "funder", "#activity": "title", "#adm2+x": "loc", "Who": ""}
    understood = table(text, layout=told)
    assert understood.columns[0].field == "funder"
    assert understood.warnings[0].endswith("#adm2+x, Who.")


def test_a_title_in_two_languages_beside_each_other_is_one():
    for text in ("Jiha,Activité,النشاط\nA,Repas,طعام\n", "Jiha,النشاط,Activité\nA,طعام,Repas\n"):
        facts = only(text, layout={"Jiha": "organisation"}).facts
        assert (facts.title, facts.titles) == ("Repas", {"ar": "طعام"})


def test_headings_in_a_second_language_below_the_first_are_no_activity():
    head = "Organisation,Activity,District\nالجهة,النشاط,القضاء\n"
    assert [row.line for row in rows(f"{head}A,Food,North\n")] == [3]
    assert [row.line for row in rows(f"{head}Organisme,Activité,Arrondissement\nA,Food,x\n")] == [4]


def test_a_table_without_any_known_heading_can_still_be_mapped_by_hand():
    text = "Hvem,Hva,Hvor\nRøde Kors,Suppe,Sentrum\n"
    with pytest.raises(Refused, match="Hvem, Hva, Hvor") as refusal:
        rows(text)
    assert refusal.value.code == "no-organisation-column"
    layout = {"Hvem": "organisation", "hva": "title", "Hvor": "loc"}
    facts = only(table(text, layout=layout)).facts
    assert (facts.organisation, facts.title, facts.place) == (
        "Røde Kors", "Suppe", {"loc": "Sentrum"})  # fmt: skip


def test_a_layout_that_a_partner_used_reads_the_next_file_the_same_way():
    first = table(
        "Who,What,Where,Note\nA,B,C,D\n", layout={"Note": "contact_name", "Who": "funder"}
    )
    again = table("Who,What,Where,Note\nE,F,G,H\n", layout=first.layout)
    assert again.layout == first.layout
    assert again.layout_key == first.layout_key
    assert fields(again)["Note"] == "contact_name"
    with pytest.raises(Refused) as refusal:
        table("Who,What\nA,B\n", layout={"Who": "colour"})
    assert refusal.value.code == "unknown-field"


def test_of_two_columns_that_say_the_same_the_other_is_kept():
    facts = only("Organisation,Agency name,Activity,Place\nA,B,Food,North\n").facts
    assert facts.organisation == "A"
    assert facts.extra == {"Agency name": "B"}


# Encodings and dates are asked, never guessed


def test_an_arabic_file_in_windows_1256_is_read_and_said():
    text = "الجهة;النشاط;المكان\nالهلال الأحمر;دعم نفسي;الميناء\n"
    understood = table(text, "cp1256")
    facts = only(understood).facts
    assert (facts.organisation, facts.service, facts.language) == (
        "الهلال الأحمر", "counselling", "ar")  # fmt: skip
    assert (understood.encoding, understood.asks) == ("cp1256", ())
    assert "cp1256" in understood.warnings[0]


def test_an_encoding_that_is_not_clear_is_asked_with_samples():
    text = "Organisation,Activity,Place\nX,ÆØÅ,Y\n"
    understood = table(text, "cp1252")
    (ask,) = understood.asks
    assert (ask.code, ask.option) == ("which-encoding", "encoding")
    assert "cp1252" in [value for value, _words in ask.choices]
    answered = table(text, "cp1252", encoding="cp1252")
    assert answered.asks == ()
    assert only(answered).facts.title == "ÆØÅ"


@pytest.mark.parametrize(
    "text", ["???? ?????", "Sant\ufffd", "الهلال".encode().decode("cp1252", "replace"), "SantÃ©"]
)
def test_cells_whose_letters_were_lost_before_are_named(text):
    understood = table(f"Organisation,Activity,Place\nA,{text},North\n")
    assert "2:2" in understood.warnings[0]


def test_questions_and_accents_are_no_lost_letters():
    assert table("Organisation,Activity,Place\nÂge d’or,Why? Où ?,Ørsta\n").warnings == ()


def dated(*cells, **told):
    body = "".join(f"A,Food,North,{cell}\n" for cell in cells)
    return table(f"Organisation,Activity,Place,From\n{body}", **told)


def test_dates_that_show_their_order_are_read_in_it_and_that_is_said():
    understood = dated("13/05/2026", "01/06/2026")
    assert (understood.date_order, understood.asks) == ("dmy", ())
    assert "13/05/2026" in understood.warnings[-1]
    assert [row.facts.starts_on for row in rows(understood)] == [
        date(2026, 5, 13), date(2026, 6, 1)]  # fmt: skip


def test_an_order_that_the_dates_do_not_show_is_asked_once_with_three_samples():
    cells = ("01/02/2026", "03/04/2026", "05/06/2026", "12/31/1969", "07/08/2026")
    understood = dated(*cells)
    (ask,) = understood.asks
    assert (ask.code, ask.option, ask.columns) == ("date-order", "date_order", ("From",))
    assert [value for value, _words in ask.choices] == ["dmy", "mdy"]
    assert len(ask.samples) == 3
    assert "12/31/1969" not in ask.samples
    read = rows(dated(*cells, date_order="mdy"))
    assert read[0].facts.starts_on == date(2026, 1, 2)
    assert read[3].facts.starts_on is None


def test_a_date_that_does_not_fit_the_order_is_refused_and_never_turned_round():
    read = rows(dated("13/05/2026", "05/13/2026", date_order="dmy"))
    assert read[0].facts
    assert (read[1].faults[0].code, read[1].faults[0].line) == ("not-a-date", 3)
    with pytest.raises(Refused):
        dated("13/05/2026", date_order="dym")


def test_the_order_that_a_heading_tells_is_followed():
    text = "Organisation,Activity,Place,Date de début (jj/mm/aaaa)\nA,Food,North,01/02/2026\n"
    understood = table(text)
    assert (understood.date_order, understood.asks) == ("dmy", ())


@pytest.mark.parametrize(
    "cell",
    ["1899-12-30", "1900-01-00", "1900-01-01", "1969-12-31", "12/31/1969", "31/12/1969",
     "1970-01-01", "01/01/1970", "1970-01-01T00:00:00", "00:00:00", "n/a", "0", "-"],
)  # fmt: skip
def test_dates_that_computers_write_for_none_are_missing(cell):
    understood = dated(cell)
    assert understood.asks == ()
    row = only(understood)
    assert row.facts.starts_on is None
    assert [each.code for each in row.warnings] == ["missing-date"] * (len(cell) > 8)


@pytest.mark.parametrize(
    ("cell", "when"),
    [
        ("2026-06-15", date(2026, 6, 15)),
        ("2026-06-15T10:30:00Z", date(2026, 6, 15)),
        ("2026/6/5", date(2026, 6, 5)),
        ("20260615", date(2026, 6, 15)),
        ("15 June 2026", date(2026, 6, 15)),
        ('"June 15, 2026"', date(2026, 6, 15)),
        ("15-Jun-26", date(2026, 6, 15)),
        ("15th of June 2026", date(2026, 6, 15)),
        ("le 1er août 2026", date(2026, 8, 1)),
        ("lundi 15 juin 2026", date(2026, 6, 15)),
        ("يوم الاثنين ١٥ حزيران ٢٠٢٦", date(2026, 6, 15)),
        ("15 حزيران 2026", date(2026, 6, 15)),
        ("١٥ يونيو ٢٠٢٦", date(2026, 6, 15)),
        ("5 كانون الثاني 2026", date(2026, 1, 5)),
        ("٢٠٢٦-٠٦-١٥", date(2026, 6, 15)),
        ("15.06.2026", date(2026, 6, 15)),
        ("46188", date(2026, 6, 15)),
        ("June 2026", date(2026, 6, 1)),
        ("2026-06", date(2026, 6, 1)),
    ],
)
def test_dates_are_read_as_people_write_them(cell, when):
    assert only(dated(cell)).facts.starts_on == when


@pytest.mark.parametrize("cell", ["soon", "2026-02-30", "31/02/2026", "0024-01-05", "2026", "99"])
def test_what_is_no_date_is_refused_with_line_column_and_value(cell):
    fault = fault_of(dated(cell))
    assert (fault.line, fault.column, fault.value, fault.code) == (2, "From", cell, "not-a-date")
    assert fault.message


def test_a_date_of_another_calendar_and_one_that_is_none_in_any_order_are_told_so():
    for cell in ("1448/11/06", "6 ذو القعدة 1448", "06-11-1448 هـ"):
        assert "Hijri" in fault_of(dated(cell)).message
    assert "read as" not in fault_of(dated("31/04/2026")).message
    (ask,) = dated("13/4/27").asks
    assert "month first" not in ask.message


# Rows


@pytest.mark.parametrize("cell", ["Ongoing", "jusqu’à nouvel ordre", "مستمر"])
def test_what_goes_on_has_no_end_and_that_is_said(cell):
    row = only(f"Organisation,Activity,Place,Until\nA,Food,North,{cell}\n")
    assert (row.facts.ends_on, row.facts.extra) == (None, {"Until": cell})
    assert row.warnings[0].code == "open-ended"


def row_of(**said):
    told = {"Organisation": "A", "Activity": "Food", "District": "North"} | said
    return only(f"{','.join(told)}\n{','.join(told.values())}\n").facts


def refused(**said):
    told = {"Organisation": "A", "Activity": "Food", "District": "North"} | said
    return fault_of(f"{','.join(told)}\n{','.join(told.values())}\n")


@pytest.mark.parametrize(
    ("said", "code", "column"),
    [
        ({"Organisation": ""}, "no-organisation", "Organisation"),
        ({"Organisation": "N/A"}, "no-organisation", "Organisation"),
        ({"Activity": ""}, "no-activity", "Activity"),
        ({"District": ""}, "no-place", "District"),
        ({"Status": "purple"}, "unknown-status", "Status"),
        ({"Level": "galactic"}, "unknown-level", "Level"),
        ({"Targeted": "many"}, "not-a-number", "Targeted"),
        ({"Targeted": "-5"}, "not-a-number", "Targeted"),
        ({"Targeted": "120 families"}, "not-a-number", "Targeted"),
        ({"Targeted": "9" * 15}, "not-a-number", "Targeted"),
        ({"Latitude": "95", "Longitude": "35"}, "not-degrees", "Latitude"),
        ({"Latitude": "north", "Longitude": "35"}, "not-degrees", "Latitude"),
        ({"From": "2026-06-15", "Until": "2026-06-14"}, "ends-before-it-starts", "Until"),
        ({"Activity": "Food \u202eevil"}, "direction-override", "Activity"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(said, code, column):
    fault = refused(**said)
    assert (fault.line, fault.code, fault.column) == (2, code, column)
    assert fault.message


def test_what_reaches_people_from_afar_is_taken_without_a_place_and_that_is_said():
    row = only("Organisation,Activity,Channel,District\nA,Helpline,phone,\n")
    assert (row.facts.channel, row.facts.places) == ("phone", ())
    assert [warning.code for warning in row.warnings] == ["no-place"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("local", "municipality"), ("Regional", "region"), ("NATIONAL", "national"),
        ("international", "international"), ("neighbourhood", "neighbourhood"),
        ("المستوى الوطني", "national"), ("بلدي", "municipality"), ("محافظة", "region"),
        ("Collectivité locale", "municipality"), ("région", "region"), ("حي", "neighbourhood"),
        ("County", "county"),
    ],
)  # fmt: skip
def test_levels_are_understood_in_three_languages(text, level):
    assert row_of(Level=text).level == level


def test_a_level_that_is_told_stands_where_a_row_has_none():
    text = "Organisation,Activity,Place,Level\nA,Food,North,\nB,Food,North,local\n"
    assert [row.facts.level for row in rows(text, {"level": "international"})] == [
        "international", "municipality"]  # fmt: skip
    with pytest.raises(Refused) as refusal:
        rows(text, {"level": "galactic"})
    assert refusal.value.code == "unknown-level"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ongoing", "active"), ("in progress", "active"), ("جارٍ", "active"), ("En cours", "active"),
        ("قيد التنفيذ", "active"), ("planned", "planned"), ("Prévu", "planned"),
        ("مخطط له", "planned"), ("Completed", "ended"), ("terminée", "ended"),
        ("مكتملة", "ended"), ("On hold", "paused"), ("معلّق", "paused"), ("annulé", "cancelled"),
        ("ملغى", "cancelled"), ("2", "active"), ("", "active"),
    ],
)  # fmt: skip
def test_states_are_understood_in_three_languages(text, status):
    assert row_of(Status=text).status == status


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Psychological First Aid (PFA)", "psychological-first-aid"),
        ("الإسعافات النفسيّة الأوليّة", "psychological-first-aid"),
        ("soutien psychologique", "counselling"),
        ("WASH", "water-sanitation"),
        ("Hotline", "helpline"),
        ("خط ساخن", "helpline"),
        ("Funeral costs for families", "funeral"),
        ("توزيع سلال غذائية على العائلات", "food"),
        ("Something else", ""),
    ],
)
def test_services_are_understood_in_three_languages(text, service):
    facts = row_of(Activity=text)
    assert (facts.service, facts.title) == (service, text)


def test_each_other_word_for_a_service_means_one_service_alone():
    seen = {}
    for service in services().values():
        for words in (service.names.values(), *service.terms.values()):
            for word in words:
                seen.setdefault(values.folded(word), set()).add(service.code)
    assert {word: codes for word, codes in seen.items() if len(codes) > 1} == {}
    assert all(set(service.terms) == {"en", "ar", "fr"} for service in services().values())


@pytest.mark.parametrize(
    ("text", "code"),
    [("Health", "HEA"), ("الأمن الغذائي", "FSC"), ("Protection de l’enfance", "PRO-CPN"),
     ("Water & Sanitation", "WSH"), ("CTY-SEC", "CTY-SEC"), ("Gardening", "")],
)  # fmt: skip
def test_sectors_are_understood_in_three_languages(text, code):
    facts = row_of(Sector=text)
    assert (facts.sector_code, facts.sector) == (code, text)


def test_people_channels_and_languages_are_codes_and_the_rest_is_kept_and_said():
    row = only(
        "Organisation,Activity,Place,For whom,Channel,Languages,Access\n"
        "A,Food,North,الأطفال والمتطوعين; astronauts,Hotline,Arabic / French,24/7\n"
    )
    assert row.facts.offers == ("night", "weekend")
    assert row.facts.populations == ("pupils", "volunteers")
    assert row.facts.channel == "phone"
    assert row.facts.languages == ("ar", "fr")
    assert row.warnings[0].code == "unknown-words"
    assert "astronauts" in row.facts.extra["For whom"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1200", 1200), ('"1,200"', 1200), ("1.200", 1200), ("1 200", 1200), ("1200.0", 1200),
     ('"1,200.00"', 1200), ('"1.200,0"', 1200),
     ("١٬٢٠٠", 1200), ("~1200", 1200), ("1200+", 1200), ("حوالي ١٢٠٠", 1200),
     ("n/a", None), ("", None), ("0", 0)],
)  # fmt: skip
def test_numbers_of_people_are_read_as_people_write_them(text, number):
    assert row_of(Targeted=text).targeted == number


def test_the_numbers_of_types_of_organisations_are_known_also_where_they_mean_several():
    for number, kind in (("433", "philanthropy"), ("435", ""), ("446", "faith"), ("999", "")):
        row = only(f"#org,#org+type+code,#activity\nA,{number},Food\n")
        assert row.facts.organisation_kind == kind
        assert [number in each.message for each in row.warnings] == [True] * (not kind)
        assert ("several types" in str(row.warnings)) == (number == "435")


def test_codes_and_telephone_numbers_stay_text():
    facts = only(
        "Organisation,Activity,P-code,Activity ID,Hotline\nA,Food,0047,007,+961 01 234\n"
    ).facts
    assert (facts.place["adm2_code"], facts.own_id, facts.number) == ("0047", "007", "+961 01 234")


def test_a_half_position_and_the_point_in_the_sea_are_no_position():
    for cells in ("33.8,", "0,0"):
        text = f"Organisation,Activity,Place,Latitude,Longitude\nA,Food,North,{cells}\n"
        row = only(text)
        assert (row.facts.latitude, row.facts.longitude) == (None, None)
        assert row.warnings[0].code == "half-position"


def test_one_cell_can_hold_both_degrees():
    facts = only('Organisation,Activity,GPS\nA,Food,"33,8938; 35,5018"\n').facts
    assert (facts.latitude, facts.longitude) == (33.8938, 35.5018)


def test_what_is_longer_than_its_place_is_kept_whole_beside_it():
    row = only(f"Organisation,Activity,Place\nA,{'x' * 500},North\n")
    assert len(row.facts.title) == 400
    assert row.facts.extra["Activity"] == "x" * 500
    assert row.warnings[0].code == "too-long"


def test_a_row_keeps_all_of_its_cells_as_they_came():
    row = only("Organisation,Colour,Activity,Place\n A ,red,Food,North\n")
    assert row.raw == ("A", "red", "Food", "North")
    assert row.facts.extra == {"Colour": "red"}


def test_a_table_without_a_column_of_places_leaves_them_unsaid():
    facts = only("Organisation,Activity\nA,Food\n").facts
    assert (facts.scope, facts.places) == ("", ())


@pytest.mark.parametrize(
    ("text", "code"),
    [("#org,#activity,#adm1\n", "no-rows"), ("Organisation,Activity\n\n,\n", "no-rows"),
     ("", "empty-file"), ("hello", "no-header"),
     ('Organisation,Activity\nA,"Food\nB,Water\n', "open-quote")],
)  # fmt: skip
def test_what_is_no_table_is_refused(text, code):
    with pytest.raises(Refused) as refusal:
        table(text)
    assert refusal.value.code == code


# Workbooks


def workbook(*lines, merge=(), sheets=()):
    book = Workbook()
    page = book.active
    for line in lines:
        page.append(line)
    for cells in merge:
        page.merge_cells(cells)
    for title, line in sheets:
        book.create_sheet(title, 0).append(line)
    out = io.BytesIO()
    book.save(out)
    return understand(out.getvalue(), filename="list.xlsx")


def test_a_merged_cell_is_read_in_each_of_its_rows_and_its_figures_once():
    understood = workbook(
        ["Who does what in May"],
        ["Organisation", "Activity", "Place", "Targeted", "From"],
        ["A", "Food", "North", 90, date(2026, 5, 1)],
        [None, "Water", "South", None, date(1899, 12, 31)],
        merge=("A1:E1", "A3:A4", "D3:D4"),
    )
    first, second = rows(understood)
    assert (first.facts.organisation, second.facts.organisation) == ("A", "A")
    assert (first.facts.targeted, second.facts.targeted) == (90, None)
    assert (first.facts.starts_on, second.facts.starts_on) == (date(2026, 5, 1), None)
    assert understood.date_order == ""
    assert understood.warnings[0].endswith("4.")
    assert "1" not in understood.warnings[0]


def test_the_sheet_that_holds_the_table_is_found_behind_others():
    understood = workbook(
        ["Organisation", "Activity", "Place"], ["A", "Food", "North"],
        sheets=[("Read me", ["How to fill in this form", "please"])],
    )  # fmt: skip
    assert understood.sheet == "Sheet"
    assert "Read me" in understood.warnings[0]
    assert only(understood).facts.organisation == "A"
