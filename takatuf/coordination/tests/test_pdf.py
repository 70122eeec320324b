"""The report on paper: tagged, in its language, with nothing in it that a person could run."""

import io
import json

import pypdf
import pytest
from django.utils import timezone

from takatuf.communications import services
from takatuf.communications.exchange import pdf_of
from takatuf.communications.models import Rendering, Report
from takatuf.communications.queries import sheet_of
from takatuf.communications.rules import blocks_of
from takatuf.coordination.services import draft_report
from takatuf.coordination.tests.test_reports import approved, in_english, sent, write
from takatuf.foundation.errors import Refused

TYPST = [
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.1.0": *',
    "*bold* _it_ `raw` $x^2$ @label <label>",
    '#{ panic("stop") } #sys.inputs #let x = 1',
    "\\u{1F600} // comment /* comment */ = Heading",
    '"quoted" \\" #json("x") ]] }} ((',
]


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_pdf_is_tagged_and_says_its_language_and_title(draft, language):
    document = read(services.pdf_of_report(draft, language))
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert str(root["/Lang"]).startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Shots at the market" in document.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_arabic_comes_out_as_letters_that_can_be_searched(draft):
    # Letters are kept in their own form and not in the shape in which they stand in a word.
    text = text_of(services.pdf_of_report(draft, "ar"))
    assert "الوضع" in text or "عضولا" in text
    assert not any("\ufe70" <= char <= "\ufefc" for char in text)


def test_the_pages_bear_city_number_version_and_state(draft, act, amina, celine):
    text = text_of(services.pdf_of_report(draft, "en"))
    for words in ("Marsa Noor", "Situation report 1", "Version 1", "Draft", "Page 1 of"):
        assert words in text
    report = approved(act(celine), sent(act(amina), draft))
    text = text_of(services.pdf_of_report(report, "en"))
    assert "Approved" in text
    assert report.content_hash in text


def test_an_exercise_is_marked_on_every_page(act, amina, incident):
    incident.is_exercise = True
    incident.save()
    draft = draft_report(act(amina), incident, language="en", now=timezone.now())
    for page in read(services.pdf_of_report(draft, "en")).pages:
        assert "EXERCISE" in page.extract_text()


def test_a_superseded_report_says_so_on_paper_and_links_on(act, amina, celine, draft):
    first = approved(act(celine), sent(act(amina), draft))
    services.pdf_of_report(first, "en")
    second = draft_report(act(amina), first.incident, language="en", now=timezone.now())
    second = approved(act(celine), sent(act(amina), second))
    pdf = services.pdf_of_report(Report.objects.get(pk=first.pk), "en")
    assert "no longer counts" in text_of(pdf)
    links = [
        note.get_object()["/A"]["/URI"]
        for page in read(pdf).pages
        for note in page.get("/Annots", [])
    ]
    assert [link for link in links if link.endswith(f"/reports/{second.number}/")]


def test_what_changed_stands_on_paper(act, amina, celine, draft):
    in_english(act(amina), draft)
    write(act(amina), draft, "tension", "Calm.")
    first = approved(act(celine), sent(act(amina), draft))
    second = draft_report(act(amina), first.incident, language="en", now=timezone.now())
    write(act(amina), second, "tension", "Tense at night.")
    text = text_of(services.pdf_of_report(second, "en"))
    assert "What changed since situation report 1" in text
    assert "Added: Tense at night." in text
    assert "Removed: Calm." in text


def test_no_word_of_a_person_becomes_code(act, amina, draft):
    write(act(amina), draft, "tension", "\n\n".join(TYPST))
    text = text_of(services.pdf_of_report(draft, "en"))
    for line in TYPST:
        assert "".join(line.split()) in "".join(text.split())
    assert "root:" not in text


def sheet_with(sheet, lines):
    """The sheet with other people's words in every place that takes them."""
    words = " ".join(lines)
    sections = [
        section | {"is_empty": False, "parts": [
            part | {"blocks": [block._asdict() for line in lines for block in blocks_of(line)]}
            for part in section["parts"]
        ]}
        for section in sheet["sections"][:1]
    ]  # fmt: skip
    return sheet | {
        "sections": sections,
        "incident": words[:160],
        "facts": [[words[:40], words[:200]]],
        "figures": [sheet["figures"][0] | {"label": words[:120], "source": words[:160]}],
    }


def test_hostile_words_are_set_as_words(draft, samples):
    from takatuf.foundation.text import clean_text

    lines = []
    for line in json.loads((samples / "text" / "blns.json").read_text()):
        try:
            lines.append(clean_text(line))
        except Refused:
            continue
    sheet = sheet_of(draft, "en")
    for start in range(0, len(lines), 60):
        pdf = pdf_of(sheet_with(sheet, lines[start : start + 60]), made_at=timezone.now())
        assert pdf.startswith(b"%PDF")


def test_an_approved_report_is_set_once_until_something_about_it_changes(
    act, amina, celine, mayor, draft, monkeypatch
):
    services.pdf_of_report(draft, "en")
    assert not Rendering.objects.exists()  # a draft is not kept
    report = approved(act(celine), sent(act(amina), draft))
    first = services.pdf_of_report(report, "en")
    assert Rendering.objects.get().pdf
    with monkeypatch.context() as patched:
        patched.setattr("takatuf.communications.services.rendering.pdf_of", None)
        assert services.pdf_of_report(report, "en") == first
    report = services.withdraw_report(act(mayor), report, reason="Wrong.", now=timezone.now())
    assert "Withdrawn" in text_of(services.pdf_of_report(report, "en"))
    assert Rendering.objects.count() == 1
