"""A real city starts from the contact list that it has, in whatever form that is."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook

from takatuf.accounts.models import Person
from takatuf.config import world
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.network.exchange.partners import phone_number
from takatuf.network.models import Membership
from takatuf.network.services import import_partners, retire_agency

pytestmark = pytest.mark.django_db
HEADER = ["Agency", "Kind", "Level", "Person", "Role", "E-mail", "Phone", "Language", "Call order"]
FIRE = ["Brann og redning", "fire", "municipality", "Åse Ødegård", "liaison",
        "ase@brann.example", "+47 22 00 11 22", "en", "1"]  # fmt: skip
FIRE2 = ["Brann og redning", "fire", "municipality", "Bjørn Sæther", "liaison",
         "bjorn@brann.example", "0047 22001133", "fr", "2"]  # fmt: skip
POLICE = ["Politiet", "police", "national", "", "", "", "", "", ""]
ARABIC = [
    ["الجهة", "النوع", "المستوى", "الشخص", "الدور", "البريد الإلكتروني", "الهاتف", "اللغة",
     "ترتيب الاتصال"],
    ["الدفاع المدني", "fire", "national", "ليلى حدّاد", "liaison", "layla@dm.example",
     "٠٠٩٦٢٧٩٠٠٠٠٠٠١", "العربية", "١"],
    ["مديرية الصحة", "health", "region", "سامي الخطيب", "liaison", "sami@moh.example",
     "+962 7 9000 0002", "ar", "1"],
]  # fmt: skip

WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def listed(*rows, header=HEADER, delimiter=";", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return out.getvalue().encode(encoding)


def take(city, data, **options):
    report = import_partners(COMMAND, city, data, now=timezone.now(), **options)
    results = ("new", "updated", "unchanged", "rejected")
    assert report["read"] == sum(report[result] for result in results) == len(report["rows"])
    assert all(
        set(row) == {"line", "agency", "person", "result", "reason"} for row in report["rows"]
    )
    assert all(row["reason"] for row in report["rows"] if row["result"] == "rejected")
    return report


def counts(report):
    return [report[result] for result in ("read", "new", "updated", "unchanged", "rejected")]


def reason(report):
    [row] = [row for row in report["rows"] if row["result"] == "rejected"]
    return row["reason"]


def test_a_list_in_windows_1252_is_taken_in(city):
    report = take(city, listed(FIRE, FIRE2, POLICE, encoding="cp1252"))
    assert (report["encoding"], counts(report)) == ("cp1252", [3, 3, 0, 0, 0])
    fire = city.agencies.get(name="Brann og redning")
    assert (fire.kind, fire.level) == ("fire", "municipality")
    posts = fire.memberships.order_by("call_order")
    assert [(p.person.name, p.person.phone, p.person.language) for p in posts] == [
        ("Åse Ødegård", "+4722001122", "en"),
        ("Bjørn Sæther", "+4722001133", "fr"),
    ]
    assert city.agencies.get(name="Politiet").memberships.count() == 0
    assert not any(post.person.has_usable_password() for post in posts)


@pytest.mark.parametrize("encoding", ["cp1256", "utf-8"])
def test_a_list_in_arabic_is_taken_in_from_windows_1256_too(city, encoding):
    header, *rows = ARABIC
    if encoding == "cp1256":  # which has no Arabic digits
        rows = [[cell.translate(WESTERN) for cell in row] for row in rows]
    report = take(city, listed(*rows, header=header, encoding=encoding))
    assert (report["encoding"], counts(report)) == (encoding, [2, 2, 0, 0, 0])
    post = Membership.objects.get(person__email="layla@dm.example")
    assert (post.person.name, post.person.phone) == ("ليلى حدّاد", "+962790000001")
    assert (post.call_order, post.person.language) == (1, "ar")


def test_french_headings_are_known_with_and_without_accents(city):
    header = ["Organisme", "Catégorie", "Échelon", "Nom", "Rôle", "Courriel",
              "TELEPHONE", "Langue", "Ordre d’appel"]  # fmt: skip
    report = take(city, listed(["Mairie", "Mairie", "commune", "Hélène", "", "h@ville.example",
                                "+33 1 23 45 67 89", "français", "1"], header=header,
                               encoding="cp1252"))  # fmt: skip
    assert counts(report) == [1, 1, 0, 0, 0]
    agency = city.agencies.get()
    assert (agency.kind, agency.level) == ("municipality", "municipality")


def test_a_workbook_is_taken_in(city):
    book = Workbook()
    for row in [["Contacts of the city"], [], HEADER, FIRE, POLICE]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    report = take(city, out.getvalue())
    assert (report["encoding"], counts(report)) == ("xlsx", [2, 2, 0, 0, 0])
    assert [row["line"] for row in report["rows"]] == [4, 5]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_second_time_nothing_is_new(city, encoding):
    data = listed(FIRE, FIRE2, POLICE, encoding=encoding)
    take(city, data)
    people, posts = Person.objects.count(), Membership.objects.count()
    assert counts(take(city, data)) == [3, 0, 0, 3, 0]
    assert (Person.objects.count(), Membership.objects.count()) == (people, posts)


def test_what_changed_is_updated(city):
    take(city, listed(FIRE, POLICE))
    moved = [*FIRE[:6], "+47 22 00 99 99", "en", "3"]
    police = ["Politiet", "police", "region", *POLICE[3:]]
    assert counts(take(city, listed(moved, police))) == [2, 0, 2, 0, 0]
    post = Membership.objects.get(person__email="ase@brann.example")
    assert (post.call_order, post.person.phone) == (3, "+4722009999")
    assert city.agencies.get(name="Politiet").level == "region"


def test_what_a_row_leaves_empty_stays_as_it_is(city):
    take(city, listed(FIRE))
    bare = ["Brann og redning", "", "", "", "", "ASE@brann.example", "", "", ""]
    assert counts(take(city, listed(bare))) == [1, 0, 0, 1, 0]
    post = Membership.objects.get()
    assert (post.person.phone, post.agency.kind, post.call_order) == ("+4722001122", "fire", 1)


def test_a_dry_run_reports_and_writes_nothing(city):
    report = take(city, listed(FIRE, FIRE2, POLICE), dry_run=True)
    assert counts(report) == [3, 3, 0, 0, 0]
    assert not city.agencies.exists()
    assert not Person.objects.filter(email="ase@brann.example").exists()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Agency", "", "agency is missing"),
        ("Agency", "A" * 161, "160"),
        ("Agency", "abc\u202edef", "hidden character"),
        ("Kind", "wizards", "kind of agency"),
        ("Level", "galaxy", "level of government"),
        ("Role", "emperor", "no role"),
        ("Role", "operator", "no role"),
        ("E-mail", "ase at brann", "e-mail"),
        ("E-mail", "", "e-mail"),
        ("Phone", "call me", "phone number"),
        ("Phone", "+0", "phone number"),
        ("Call order", "first", "call order"),
        ("Call order", "-1", "call order"),
        ("Person", "x" * 121, "120"),
    ],
)
def test_a_bad_row_is_reported_and_the_good_ones_are_written(city, column, value, words):
    bad = [value if name == column else cell for name, cell in zip(HEADER, FIRE, strict=True)]
    report = take(city, listed(bad, POLICE))
    assert counts(report) == [2, 1, 0, 0, 1]
    assert words in reason(report)
    assert [agency.name for agency in city.agencies.all()] == ["Politiet"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Kind", "شرطة", "police"),
        ("Kind", "الشرطه", "police"),
        ("Kind", "مستشفى", "health"),
        ("Level", "بلدية", "municipality"),
        ("Level", "المحافظة", "region"),
        ("Role", "رئيس البلدية", "mayor"),
        ("Role", "رئيسة البلدية", "mayor"),
        ("Role", "العمدة", "mayor"),
        ("Role", "منسّق الاستجابة", "coordinator"),
        ("Role", "مسؤولة حماية البيانات", "data-protection"),
        ("Role", "Agent de liaison", "liaison"),
        ("Role", "Coordinatrice de la réponse", "coordinator"),
        ("Language", "فرنسية", "fr"),
        ("Language", "عربي", "ar"),
    ],
)
def test_a_word_is_known_in_the_forms_in_which_people_write_it(city, column, value, code):
    row = [value if name == column else cell for name, cell in zip(HEADER, FIRE, strict=True)]
    report = take(city, listed(row))
    assert report["rejected"] == 0, report["rows"]
    post = Membership.objects.get()
    known = {
        "Kind": post.agency.kind, "Level": post.agency.level,
        "Role": post.role, "Language": post.person.language,
    }  # fmt: skip
    assert known[column] == code


def test_a_word_that_several_roles_begin_with_gives_none_of_them(city):
    row = [cell if name != "Role" else "مسؤول" for name, cell in zip(HEADER, FIRE, strict=True)]
    assert take(city, listed(row))["rejected"] == 1


def test_a_refusal_lists_the_words_in_the_readers_language(city):
    row = [cell if name != "Kind" else "سحرة" for name, cell in zip(HEADER, FIRE, strict=True)]
    with override("ar"):
        assert "الشرطة · الإطفاء والإنقاذ" in reason(take(city, listed(row)))


def test_one_person_may_serve_several_agencies(city):
    rescue = ["Redningstjeneste", *FIRE[1:]]
    assert counts(take(city, listed(FIRE, rescue))) == [2, 2, 0, 0, 0]
    person = Person.objects.get(email="ase@brann.example")
    assert person.memberships.count() == 2


def test_the_same_row_twice_counts_once(city):
    report = take(city, listed(FIRE, FIRE))
    assert counts(report) == [2, 1, 0, 1, 0]
    assert "Line 2" in report["rows"][1]["reason"]


def test_rows_that_contradict_each_other_keep_what_was_said_first(city):
    other = ["Brann og redning", "police", *FIRE2[2:]]
    data = listed(FIRE, other)
    report = take(city, data)
    assert counts(report) == [2, 2, 0, 0, 0]
    assert "Line 2" in report["rows"][1]["reason"]
    assert city.agencies.get().kind == "fire"
    assert counts(take(city, data)) == [2, 0, 0, 2, 0]


def test_a_list_without_numbers_is_called_from_top_to_bottom(city):
    rows = [[*FIRE[:8], ""], [*FIRE2[:8], ""]]
    take(city, listed(*rows))
    posts = Membership.objects.order_by("call_order")
    assert [(p.person.name, p.call_order) for p in posts] == [
        ("Åse Ødegård", 1),
        ("Bjørn Sæther", 2),
    ]
    assert counts(take(city, listed(*rows))) == [2, 0, 0, 2, 0]


def test_a_person_of_another_city_gets_an_offer_and_keeps_their_particulars(city, stranger):
    row = ["Politiet", "police", "", "Someone Else", "", stranger.email, "+4711111111", "", ""]
    report = take(city, listed(row))
    assert counts(report) == [1, 1, 0, 0, 0]
    stranger.refresh_from_db()
    assert (stranger.name, stranger.phone) == ("Stranger", "")
    assert stranger.memberships.count() == 1
    card = Membership.objects.get(agency__city=city).person
    assert (card.name, card.phone, card.reached_at) == (
        "Someone Else", "+4711111111", stranger.email,
    )  # fmt: skip
    assert counts(take(city, listed(row))) == [1, 0, 0, 1, 0]
    row[6] = "+4722222222"
    assert counts(take(city, listed(row))) == [1, 0, 1, 0, 0]


def test_the_particulars_of_whoever_has_joined_are_theirs(city):
    take(city, listed(FIRE))
    person = Person.objects.get(email="ase@brann.example")
    newer = [*FIRE[:6], "+4799999999", *FIRE[7:]]
    assert counts(take(city, listed(newer))) == [1, 0, 1, 0, 0]
    person.refresh_from_db()
    person.set_password("six-quiet-boats")
    person.save()
    report = take(city, listed(FIRE))
    assert counts(report) == [1, 0, 0, 1, 0]
    assert "as the person set them" in report["rows"][0]["reason"]
    person.refresh_from_db()
    assert person.phone == "+4799999999"


def test_a_coordinator_in_the_list_keeps_the_post(city, amina, municipality):
    row = [municipality.name, "", "", "", "", amina.email, "", "", "4"]
    assert counts(take(city, listed(row))) == [1, 0, 1, 0, 0]
    assert amina.memberships.get().role == "coordinator"


def test_a_retired_agency_is_not_called_back_by_a_list(city):
    take(city, listed(POLICE))
    retire_agency(COMMAND, city.agencies.get(), now=timezone.now())
    assert "retired" in reason(take(city, listed(POLICE)))


def test_columns_that_mean_nothing_are_named(city):
    report = take(city, listed([*POLICE, "x"], header=[*HEADER, "Shoe size"]))
    assert "Shoe size" in report["warnings"][0]


def test_a_report_in_arabic_lists_with_the_arabic_comma(city):
    with override("ar"):
        report = take(city, listed([*POLICE, "x", "y"], header=[*HEADER, "Shoe size", "Hat size"]))
    assert "Shoe size، Hat size" in report["warnings"][0]


def test_a_list_without_agencies_is_refused(city):
    with pytest.raises(Refused) as refusal:
        take(city, listed(["a@b.example", "x"], header=["E-mail", "Phone"]))
    assert refusal.value.code == "no-agency-column"


def test_only_the_coordinator_reads_a_list_in(city, amina, bilal, stranger, act):
    data, now = listed(FIRE), timezone.now()
    with pytest.raises(NotAllowed):
        import_partners(act(bilal), city, data, now=now)
    with pytest.raises(NotFound):
        import_partners(act(stranger), city, data, now=now)
    assert import_partners(act(amina), city, data, now=now)["new"] == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+962 7 9000 0001", "+962790000001"),
        ("00962-790.000.001", "+962790000001"),
        ("(+962) 790 000 001", "+962790000001"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("٠٠٩٦٢٧٩٠٠٠٠٠٠١", "+962790000001"),
        ("\u202a+962790000001\u202c", "+962790000001"),
        ("962790000001+", "+962790000001"),
        ("22 00 11 22", "22001122"),
        ("110", "110"),
        ("+4722001122 / 22001133", "+4722001122"),
    ],
)
def test_phone_numbers_are_written_one_way(text, number):
    notes = []
    assert phone_number(text, notes) == number
    assert bool(notes) == (not number.startswith("+") or "/" in text)


@pytest.mark.samples
def test_hostile_cells_are_kept_as_they_are_or_rejected_with_a_reason(city, samples):
    strings = [text for text in json.loads((samples / "text" / "blns.json").read_text()) if text]
    rows = [[text[:150], "", "", text, "", f"p{n}@x.example", "", "", ""]
            for n, text in enumerate(strings)]  # fmt: skip
    rows += [["Police", text, text, text, text, text, text, text, text] for text in strings[:200]]
    data = listed(*rows, encoding="utf-8")
    report = take(city, data)
    assert report["read"] > 600
    assert report["new"] > 300
    assert take(city, data)["new"] == 0


def test_a_thousand_people_are_taken_in_within_reason(city):
    rows = [[f"Agency {n % 60}", "", "", f"Person {n}", "", f"p{n}@x.example", "", "", ""]
            for n in range(1000)]  # fmt: skip
    assert counts(take(city, listed(*rows))) == [1000, 1000, 0, 0, 0]
    call_command("check", verbosity=0)
    assert world.acting(Person.objects.get(email="p7@x.example")).serves(city.pk)
