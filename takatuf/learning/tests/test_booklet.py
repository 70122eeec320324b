"""The guide as one document: whole, honest about its words, and set once."""

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from django.utils import timezone

from takatuf.learning import booklet
from takatuf.plans.framework import framework

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path / "guide"


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_document_holds_every_action_and_says_how_far_it_may_be_trusted(language):
    document = booklet.guide_document(language)

    actions = [
        one
        for phase in document["phases"]
        for stream in phase["workstreams"]
        for one in stream["actions"]
    ]
    assert {one["code"] for one in actions} == set(framework().by_code)
    assert {one[field]["language"] for one in actions for field in ("title", "why")} == {language}
    assert json.loads(json.dumps(document)) == document
    told = {one["state"]: one["texts"] for one in document["states"]}
    assert set(told) == ({"source"} if language == "en" else {"draft"})
    assert sum(told.values()) > 3 * len(actions)


def test_the_document_names_each_source_once():
    sources = booklet.guide_document("en")["sources"]

    assert len(sources) == len(set(sources)) > 50
    assert any("Strong Cities" in source for source in sources)


@pytest.mark.once
def test_the_pdf_is_tagged_in_its_language_and_has_contents_and_every_phase():
    document = pypdf.PdfReader(io.BytesIO(booklet.guide_pdf("ar", now=timezone.now())))

    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("ar")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert len(document.pages) > 30
    titles = [one.title for one in document.outline if not isinstance(one, list)]
    assert len(titles) >= len(framework().phases)


@pytest.mark.once
def test_the_pdf_is_set_once_and_anew_when_a_word_of_it_changes(monkeypatch, folder):
    first = booklet.guide_pdf("en", now=timezone.now())
    sheet = booklet.guide_sheet("en")

    monkeypatch.setattr(booklet, "pdf_of", lambda *args, **more: b"set anew")
    assert booklet.guide_pdf("en", now=timezone.now()) == first
    monkeypatch.setattr(booklet, "guide_sheet", lambda language: sheet | {"network": "Ours"})
    assert booklet.guide_pdf("en", now=timezone.now()) == b"set anew"
    assert len(list(folder.iterdir())) == 1


def test_readers_who_come_at_once_wait_for_one_setting(monkeypatch):
    sheet = {"direction": "ltr"}
    times = []

    def slowly(*_given, **_named):
        times.append(1)
        time.sleep(0.05)  # long enough for all to be in the door
        return b"%PDF"

    monkeypatch.setattr(booklet, "guide_sheet", lambda language: sheet)
    monkeypatch.setattr(booklet, "pdf_of", slowly)
    with ThreadPoolExecutor(6) as crowd:
        got = list(crowd.map(lambda _each: booklet.guide_pdf("en", now=timezone.now()), range(6)))

    assert got == [b"%PDF"] * 6
    assert len(times) == 1
