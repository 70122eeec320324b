"""The file for an inquiry at the desk: ordered, watched, fetched; data protection's alone."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from takatuf.config import world
from takatuf.coordination import jobs
from takatuf.incidents.models import InquiryFile
from takatuf.journal.models import Entry

INQUIRY = "/en/desk/marsa-noor/incidents/1/inquiry/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.KEY_FOLDER, settings.HOME = tmp_path / "keys", tmp_path


@pytest.fixture
def odile(municipality):
    """Data protection officer."""
    return world.make_person("Odile", (municipality, "data-protection"))


def listed(text):
    return SimpleUploadedFile("list.csv", text.encode())


def test_a_file_is_ordered_watched_and_fetched(desk_of, odile, incident):
    browser = desk_of(odile)
    assert "None was ordered yet." in browser.get(INQUIRY).content.decode()

    page = browser.post(INQUIRY, follow=True).content.decode()
    assert "Being made" in page
    assert "Order the file" not in page
    jobs.take_out_next(timezone.now())
    assert browser.get(INQUIRY, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Fetch the file" in browser.get(INQUIRY).content.decode()

    ordered = InquiryFile.objects.get()
    answer = browser.post(f"{INQUIRY}{ordered.pk}/")

    assert answer["Content-Disposition"].startswith('attachment; filename="inquiry-marsa-noor-1-')
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as bundle:
        assert "Shots at the market" in bundle.read("html/en/index.html").decode()
    assert Entry.objects.filter(verb="inquiry.fetched").count() == 1
    assert browser.get(f"{INQUIRY}{ordered.pk}/")["Location"] == INQUIRY


def test_a_list_that_cannot_be_understood_is_refused_beside_its_field(desk_of, odile, incident):
    browser = desk_of(odile)
    page = browser.post(
        INQUIRY, {"redactions": listed("what,reason,legal basis\nlog/1,,Article 23\n")}
    )
    assert page.status_code == 422
    assert "Line 2: the column “reason” is empty" in page.content.decode()
    assert not InquiryFile.objects.exists()


def test_a_redaction_that_names_nothing_leaves_no_file_and_says_why(desk_of, odile, incident):
    browser = desk_of(odile)
    browser.post(INQUIRY, {"redactions": listed("what,reason,legal basis\nlog/99,A,B\n")})
    jobs.take_out_next(timezone.now())
    page = browser.get(INQUIRY).content.decode()
    assert "There is no file" in page
    assert "log/99" in page
    assert "Order the file" in page
    ordered = InquiryFile.objects.get()
    assert browser.post(f"{INQUIRY}{ordered.pk}/").status_code == 404


def test_nobody_else_sees_orders_or_fetches(desk_of, odile, amina, farid, stranger, incident):
    desk_of(odile).post(INQUIRY)
    jobs.take_out_next(timezone.now())
    file = f"{INQUIRY}{InquiryFile.objects.get().pk}/"
    for person, status in ((amina, 403), (farid, 403), (stranger, 404)):
        browser = desk_of(person)
        answers = [browser.get(INQUIRY), browser.post(INQUIRY), browser.post(file)]
        assert [answer.status_code for answer in answers] == [status] * 3
    more = "/en/desk/marsa-noor/incidents/1/more/"
    assert INQUIRY not in desk_of(amina).get(more).content.decode()
    assert INQUIRY in desk_of(odile).get(more).content.decode()
