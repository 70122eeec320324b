"""Files of who does what at the desk: brought, asked about, tried, taken in, decided on, undone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from takatuf.activities import jobs
from takatuf.activities.models import Activity, Import
from takatuf.activities.services import importing as services
from takatuf.activities.services import undoing

IMPORTS = "/en/desk/marsa-noor/incidents/1/who-does-what/imports/"
HEAD = "Who,What,District,State,People reached\n"
HALL = "Red Crescent,Open hall,Market,active,40\n"


def file(*rows, head=HEAD, name="3w.csv"):
    return SimpleUploadedFile(name, (head + "".join(rows)).encode())


@pytest.fixture
def browser(desk_of, amina, incident):
    return desk_of(amina)


@pytest.fixture
def take_in(browser):
    """Bring a file, try it as it was understood, and take it in."""

    def take_in(*rows):
        at = browser.post(IMPORTS, {"file": file(*rows)})["Location"]
        browser.post(at, read(browser.get(at).content.decode()))
        browser.post(f"{at}take-in/")
        return at

    return take_in


def read(page):
    """The form with what its columns mean, as it stands on the page."""
    found = {"columns": "1"}
    for name, options in re.findall(r'<select name="(column-\d+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_file_is_read_tried_taken_in_and_undone(browser):
    page = browser.get(IMPORTS).content.decode()
    assert "None was brought yet." in page

    at = browser.post(IMPORTS, {"file": file(HALL, ",Soup,Market,active,1\n")})["Location"]
    page = browser.get(at).content.decode()
    assert "What its columns mean" in page
    assert "Open hall" in page
    form = read(page)
    assert form["column-1"] == "organisation"

    page = browser.post(at, form, follow=True).content.decode()
    assert "What it would do" in page
    assert "Rows that are not taken" in page
    assert not Activity.objects.exists()
    assert "Change what the columns mean" in page
    assert "What its columns mean" in browser.get(f"{at}?columns=1").content.decode()

    page = browser.post(f"{at}take-in/", follow=True).content.decode()
    assert "The file is taken in." in page
    assert Activity.objects.get().title == "Open hall"
    assert "3w.csv" in browser.get(IMPORTS).content.decode()

    page = browser.post(f"{at}undo/", follow=True).content.decode()
    assert "All that this file did is taken back." in page
    assert not Activity.objects.exists()


def test_what_cannot_be_known_is_asked_with_samples_and_a_wrong_answer_is_said(browser):
    head = "Who,What,From\n"
    at = browser.post(IMPORTS, {"file": file("Crescent,Hall,03/04/2026\n", head=head)})["Location"]
    page = browser.get(at).content.decode()
    assert "03/04/2026" in page
    form = read(page)
    answer = browser.post(at, form)
    assert answer.status_code == 422
    page = browser.post(at, form | {"ask-date_order": "mdy"}, follow=True).content.decode()
    assert "Take it in" in page
    browser.post(f"{at}take-in/")
    assert str(Activity.objects.get().starts_on) == "2026-03-04"


def test_a_french_reader_sees_services_and_days_in_their_own_words(browser):
    at = "/fr" + IMPORTS.removeprefix("/en")
    head = "Organisation;Service;Lieu;Jusqu’au\n"
    for last in ("2026-12-20", "2026-12-28"):
        sent = file(f"Secours du Port;food;Le Marché;{last}\n", head=head)
        one = browser.post(at, {"file": sent})["Location"]
        browser.post(one, read(browser.get(one).content.decode()))
        samples = browser.get(one).content.decode().split('id="shown-')[1]
        assert "Alimentation" in samples
        browser.post(f"{one}take-in/")
    page = re.sub(r"<[^>]+>", "", browser.get(f"{one}changes/").content.decode())
    said = "Dernier jour\u00a0: lun. 28 déc. 2026 au lieu de dim. 20 déc. 2026"
    assert said.replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "Dernier jour\u00a0: " in page


def test_rows_that_look_like_changes_are_decided_one_by_one_or_together(browser, take_in):
    take_in(HALL)
    at = take_in(HALL.replace("40", "90"))
    page = browser.get(at).content.decode()
    assert "row that looks like a change" in page
    page = browser.get(f"{at}changes/").content.decode()
    assert "90 instead of 40" in " ".join(re.sub(r"<[^>]+>", "", page).split())
    page = browser.post(f"{at}changes/", {"line": "2", "act": "accept"}, follow=True)
    assert "Nothing is left to decide here." in page.content.decode()
    assert Activity.objects.get().reached == 90
    assert "Perhaps a change</h3>" not in browser.get(at).content.decode()
    assert (
        "Nothing is left"
        in browser.post(f"{at}changes/", {"act": "decline"}, follow=True).content.decode()
    )


def test_a_long_import_that_is_undone_shows_how_far_it_is_and_is_not_stopped(
    browser, take_in, monkeypatch
):
    at = take_in(HALL)
    monkeypatch.setattr(undoing, "SMALL", 0)
    page = browser.post(f"{at}undo/", follow=True).content.decode()
    assert "Being undone" in page
    assert "<progress" in page
    assert "Stop it" not in page
    assert "Undo the import" not in page
    assert "further on by now" in browser.post(f"{at}undo/", follow=True).content.decode()
    assert jobs.import_next(timezone.now())
    assert "All that this file did is taken back." in browser.get(at).content.decode()


def test_long_work_shows_how_far_it_is_and_can_be_stopped(browser, monkeypatch):
    monkeypatch.setattr(services, "SMALL", 0)
    at = browser.post(IMPORTS, {"file": file(HALL)})["Location"]
    page = browser.post(at, read(browser.get(at).content.decode()), follow=True).content.decode()
    assert "You can leave this page" in page
    assert "HX-Refresh" not in browser.get(at, headers={"HX-Request": "true"})
    jobs.import_next(timezone.now())
    assert browser.get(at, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    browser.post(f"{at}take-in/")
    page = browser.post(f"{at}stop/", follow=True).content.decode()
    assert "Given up. Nothing of the file stays." in page
    assert not Activity.objects.exists()


def test_what_is_no_table_is_refused_beside_its_field(browser):
    picture = SimpleUploadedFile("3w.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    answer = browser.post(IMPORTS, {"file": picture})
    assert answer.status_code == 422
    assert not Import.objects.exists()
    assert browser.post(IMPORTS, {"file": file(head="Who,What\n")}).status_code == 422
    assert "Choose the file." in browser.post(IMPORTS, {}).content.decode()


def test_who_may_not_take_in_files_sees_no_way_to_it(desk_of, incident, municipality, stranger):
    from takatuf.config import world

    press = desk_of(world.make_person("Press", (municipality, "communications")))
    assert IMPORTS not in press.get(IMPORTS.removesuffix("imports/")).content.decode()
    assert press.get(IMPORTS).status_code == 403
    assert desk_of(stranger).get(IMPORTS).status_code == 404
