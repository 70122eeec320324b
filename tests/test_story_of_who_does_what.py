"""A partner's table in Arabic and a national one in English side by side, through pages alone: an
overlap explained and settled, a gap that becomes an action, an entry confirmed by a link."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from takatuf.activities import jobs
from takatuf.config import world
from tests.pages import Reader
from tests.test_story import sign_in

START = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)  # two days after
DESK = "/en/desk/marsa-noor/incidents/"
HERE = f"{DESK}1/who-does-what/"

# As a charity keeps it: its own title above, semicolons, Windows-1256, day before month.
CHARITY = "\n".join(
    ";".join(cells)
    for cells in [
        ["جمعية اليد الواحدة؛ متابعة الأنشطة", *[""] * 6],
        ["الجهة", "النشاط", "القطاع", "المكان", "الفئة المستهدفة", "تاريخ البدء", "تاريخ الانتهاء"],
        ["جمعية اليد الواحدة", "خط هاتفي للإرشاد النفسي لذوي الضحايا", "الإرشاد النفسي",
         "المرفأ القديم", "ذوو الضحايا", "16/03/2027", "30/06/2027"],
        ["جمعية اليد الواحدة", "توزيع وجبات على المتطوعين", "الغذاء", "تلة الزيتون", "المتطوعون",
         "16/03/2027", "25/03/2027"],
        ["جمعية اليد الواحدة", "جلسات لأطفال المدارس", "مجهول", "المرفأ القديم", "التلاميذ",
         "31/02/2027", ""],
    ]
)  # fmt: skip
MINISTRY = [
    ["Organisation", "Activity", "Sector", "District", "Beneficiaries", "Start date", "End date"],
    ["National Victim Support", "Telephone counselling for bereaved families", "Counselling",
     "Old Harbour", "Bereaved families", "2027-03-16", "2027-09-15"],
    ["National Victim Support", "Payments for funerals", "Financial help",
     "Old Harbour", "Bereaved families", "2027-03-16", "2027-12-31"],
]  # fmt: skip


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = START

        def to(self, **after):
            self.now = START + timedelta(**after)
            tick(self.now)

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def tick(now):
    """What the worker does in one turn, as far as this room is concerned."""
    for name in dir(jobs):
        if name.endswith("_next"):
            while getattr(jobs, name)(now):
                pass


@pytest.fixture
def people(city, municipality, amina):
    national = world.make_agency(
        city, "National Victim Support", "victim-support", level="national"
    )
    hugo = world.make_person("Hugo", (national, "national-liaison"))
    for person in (amina, hugo):
        person.set_password(world.PASSWORD)
        person.save()
    world.make_area(city, "Old Harbour", 33.00, 33.50, names={"ar": "المرفأ القديم"})
    world.make_area(city, "Olive Hill", 33.10, 33.50, names={"ar": "تلة الزيتون"})
    return amina, hugo


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def bring(reader, name, data, *, source, level=""):
    """A file from its choice to the list, through the pages."""
    reader.open(HERE).follow("Import")
    reader.press("Read the file", file=SimpleUploadedFile(name, data), source=source, level=level)
    return reader


def test_two_tables_one_picture(clock, city, people):
    amina, hugo = people
    at_desk = sign_in(Reader(), amina)
    at_desk.open(DESK).follow("Declare an incident")
    at_desk.press(
        "Declare an incident", kind="attack", title="Shots at the market", severity="3",
        place="The covered market",
    )  # fmt: skip
    at_desk.open(f"{DESK}1/").follow("Who does what")

    # The charity's file: read as it is, asked where it cannot be known, tried before it counts.
    bring(at_desk, "أنشطتنا.csv", CHARITY.encode("cp1256"), source="جمعية اليد الواحدة",
          level="neighbourhood")  # fmt: skip
    at_desk.sees("What its columns mean", "المرفأ القديم", "The heading says so.")
    at_desk.press("Try it")
    at_desk.sees("What it would do", "Rows that are not taken", "31/02/2027")
    at_desk.open(HERE)
    assert "خط هاتفي" not in at_desk.words  # nothing counts yet
    at_desk.follow("Import").follow("أنشطتنا.csv").press("Take it in")
    at_desk.sees("What it did")
    at_desk.open(HERE).sees("خط هاتفي للإرشاد النفسي لذوي الضحايا")

    # The ministry's workbook, brought by the national liaison, who is told their level once.
    national = sign_in(Reader(), hugo)
    bring(national, "national.xlsx", workbook(MINISTRY), source="National Victim Support",
          level="national")  # fmt: skip
    national.press("Try it").press("Take it in").sees("What it did")

    # Brought again, it is known by its columns and adds nothing.
    bring(national, "national.xlsx", workbook(MINISTRY), source="National Victim Support",
          level="national")  # fmt: skip
    national.sees("It was chosen for this column.").press("Try it")
    national.sees("Nothing in this file is new.")

    # Both do the same for the same people, in two languages: it is found, and says why.
    at_desk.open(HERE).follow("Overlaps").press("Compare the activities now")
    at_desk.follow("Telephone counselling for bereaved families")
    at_desk.sees("Why they are put side by side", "Old Harbour", "Bereaved families",
                 "What is different", "National")  # fmt: skip
    overlap = at_desk.address

    # Between levels of government the national liaison is asked first.
    at_desk.sees("National liaison answers")
    national.open(overlap).press(
        "Write down the answer", answer="complementary",
        reason="The charity answers by day and in Arabic, the State line at night.",
    )  # fmt: skip
    national.sees("What was agreed", "at night")
    at_desk.open(HERE).follow("Overlaps").press("Compare the activities now")
    assert "Telephone counselling" not in at_desk.words  # not asked again

    # What is needed and nobody does is a gap; one press makes it somebody's action.
    at_desk.open(HERE).follow("Needs").follow("Report a need")
    at_desk.press(
        "Report this need", text="Families of the injured need an interpreter at the hospital",
        seriousness="3", service="interpretation", sureness="confirmed", source="The hospital",
    )  # fmt: skip
    at_desk.open(HERE).follow("Gaps").sees("Needs that nobody answers", "interpreter")
    at_desk.press("Make it an action").sees("It is an action now")
    at_desk.sees("Somebody is at it", "interpreter at the hospital")
    at_desk.follow("Find who meets need 1")
    assert "/actions/" in at_desk.address
    at_desk.sees("Find who meets need 1", "Open")

    # Eight days on nobody has confirmed the charity's entries: they stop counting, until the
    # charity says by its link, with one press and without an account, that they stand.
    clock.to(days=8)
    silent = "جمعية اليد الواحدة 2 entries do not count as cover"
    at_desk.open(HERE).follow("Gaps").sees("Entries that nobody confirmed", silent)
    at_desk.open(HERE).follow("Partners").press("Make the link", name="جمعية اليد الواحدة")
    link = re.search(r"http://[^/]+(/\S+/partner/[\w-]+/)", at_desk.html)[1]
    charity = Reader().open(link).sees("Does it still stand?", "خط هاتفي")
    assert "Payments for funerals" not in charity.words  # theirs alone
    at_desk.open(HERE).follow("Gaps").sees(silent)  # opening it confirmed nothing
    charity.press("Yes, all of it stands").sees("Everything is confirmed")
    at_desk.open(HERE).follow("Gaps")
    assert silent not in at_desk.words
    at_desk.sees("National Victim Support 2 entries do not count")  # theirs: still silent
