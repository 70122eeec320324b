"""Reports at the desk: drafted, written by two, sent, approved, compared, printed."""

import re

import pytest

from takatuf.communications.models import Report
from takatuf.communications.queries import texts_of
from takatuf.config import world

REPORTS = "/en/desk/marsa-noor/incidents/1/reports/"
ONE = f"{REPORTS}1/"


@pytest.fixture
def celine(municipality):
    """Communications lead."""
    return world.make_person("Celine", (municipality, "communications"))


@pytest.fixture
def drafted(desk_of, amina, incident, task):
    browser = desk_of(amina)
    answer = browser.post(REPORTS)
    assert answer["Location"] == ONE
    return browser


def page_of(browser, path=ONE):
    return browser.get(path).content.decode()


def hidden(page, name):
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    return found[1] if found else ""


def write(browser, section="tension", text="Calm.", language="en", **rest):
    path = f"{ONE}edit/{section}/{language}/"
    seen = hidden(page_of(browser, path), f"seen-{section}")
    return browser.post(path, {section: text, f"seen-{section}": seen} | rest)


def only_english(browser):
    page = page_of(browser, f"{ONE}scope/")
    return browser.post(
        f"{ONE}scope/",
        {"languages": ["en"], "audience": "partners", "version": hidden(page, "version")},
    )


def send(browser):
    return browser.post(f"{ONE}send/", {"version": hidden(page_of(browser), "version")})


def approve(browser, **rest):
    page = page_of(browser, f"{ONE}approve/")
    return browser.post(f"{ONE}approve/", {"version": hidden(page, "version")} | rest)


def test_a_press_drafts_the_report_and_a_second_press_opens_the_same(drafted):
    page = page_of(drafted)
    assert "Situation report 1" in page
    assert "Open the assembly point" in page
    assert "Not confirmed" in page
    assert drafted.post(REPORTS)["Location"] == ONE
    assert Report.objects.count() == 1
    assert "Go on with the report in progress" in page_of(drafted, REPORTS)


def test_a_section_is_written_in_each_language_beside_its_source(drafted):
    assert write(drafted)["Location"] == f"{ONE}#section-tension"
    assert "Words that are still missing" in page_of(drafted)
    page = page_of(drafted, f"{ONE}edit/tension/ar/")
    assert "Calm." in page
    assert 'lang="ar"' in page
    assert 'dir="rtl"' in page
    write(drafted, text="هدوء.", language="ar", state="reviewed")
    versions = texts_of(Report.objects.get())["tension"]
    assert versions["ar"] == {"words": "هدوء.", "state": "reviewed"}
    assert "هدوء." in page_of(drafted, ONE.replace("/en/", "/ar/"))


def test_two_writers_of_the_same_words_meet_and_lose_nothing(drafted, desk_of, celine):
    other = desk_of(celine)
    path = f"{ONE}edit/tension/en/"
    seen = hidden(page_of(other, path), "seen-tension")
    write(drafted, text="Calm at the docks.")
    answer = other.post(path, {"tension": "Tense.", "seen-tension": seen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Calm at the docks." in page
    assert "Tense.</textarea>" in page
    merged = {"tension": "Calm, then tense.", "seen-tension": hidden(page, "seen-tension")}
    assert other.post(path, merged).status_code == 302
    assert texts_of(Report.objects.get())["tension"]["en"]["words"] == "Calm, then tense."


def test_a_figure_is_added_changed_and_removed(drafted, desk_of):
    figure = {
        "value": "12",
        "as_of": "2026-01-05T10:30",
        "confirmed_by": "Health Directorate",
        "label_en": "Families met",
        "source_en": "Health",
    }
    wrong = drafted.post(f"{ONE}figures/", figure | {"value": "", "as_of": ""})
    assert wrong.status_code == 422
    assert "Families met" in wrong.content.decode()
    drafted.post(f"{ONE}figures/", figure)
    page = page_of(drafted)
    assert "Families met" in page
    assert "Health Directorate" in page
    assert "Key figures" in page  # its name is missing in the other languages
    path = re.search(rf'href="({ONE}figures/[0-9a-f-]+/)">Families met', page)[1]
    form = page_of(drafted, path)
    change = figure | {"value": "19", "version": hidden(form, "version")}
    assert drafted.post(path, change).status_code == 302
    assert drafted.post(path, change).status_code == 422  # somebody else's turn meanwhile
    assert "19" in page_of(drafted)
    drafted.post(f"{path}remove/")
    assert "Families met" not in page_of(drafted)


def test_it_goes_from_the_draft_over_a_second_person_to_the_one_that_counts(
    drafted, desk_of, celine, farid
):
    write(drafted)
    assert (
        "Words are missing"
        in drafted.post(
            f"{ONE}send/", {"version": hidden(page_of(drafted), "version")}, follow=True
        ).content.decode()
    )
    only_english(drafted)
    send(drafted)
    assert "another person approves it" in page_of(drafted)
    assert "Celine" in page_of(drafted, f"{ONE}approve/")
    assert approve(drafted).status_code == 422

    second = desk_of(celine)
    assert "Reports that wait for you" in page_of(second, "/en/desk/today/")
    assert approve(second)["Location"] == ONE
    assert Report.objects.get().state == "approved"
    page = page_of(second)
    assert "Fingerprint of the content" in page
    assert "edit/tension" not in page
    assert "Calm." in page_of(desk_of(farid))
    assert drafted.get(f"{ONE}edit/tension/en/").status_code == 302


def test_what_changed_stands_on_its_own_page(drafted, desk_of, celine):
    only_english(drafted)
    assert "There is none before it" in page_of(drafted, f"{ONE}changes/")
    send(drafted)
    approve(desk_of(celine))
    drafted.post(REPORTS)
    two = f"{REPORTS}2/"
    drafted.post(f"{two}edit/tension/en/", {"tension": "Calm.", "seen-tension": ""})
    seen = hidden(page_of(drafted, f"{two}edit/tension/en/"), "seen-tension")
    drafted.post(f"{two}edit/tension/en/", {"tension": "Calm.", "seen-tension": seen})
    page = page_of(drafted, f"{two}changes/")
    assert "What changed since situation report 1" in page
    assert "<ins>Calm.</ins>" in page


def test_it_is_sent_back_with_what_is_to_be_mended(drafted, desk_of, celine):
    only_english(drafted)
    send(drafted)
    second = desk_of(celine)
    empty = second.post(f"{ONE}send-back/", {"reason": ""})
    assert empty.status_code == 200
    assert "error" in empty.content.decode()
    second.post(f"{ONE}send-back/", {"reason": "The hall has another name."})
    assert "The hall has another name." in page_of(drafted)
    assert "edit/tension" in page_of(drafted)


def test_who_has_nobody_else_says_why_and_the_next_one_looks(drafted, desk_of, municipality):
    only_english(drafted)
    send(drafted)
    assert approve(drafted, alone_reason="").status_code == 422
    assert approve(drafted, alone_reason="The families wait.").status_code == 302
    assert "Approved alone" in page_of(drafted)
    rana = desk_of(world.make_person("Rana", (municipality, "mayor")))
    assert "To be looked at by a second person" in page_of(rana, "/en/desk/today/")
    assert (
        "Say what you object to."
        in rana.post(f"{ONE}look/", {"agrees": "no", "reason": ""}).content.decode()
    )
    rana.post(f"{ONE}look/", {"agrees": "yes", "reason": ""})
    assert "A second person confirmed it" in page_of(drafted)
    assert "Reports that wait for you" not in page_of(rana, "/en/desk/today/")


def test_the_pdf_comes_in_each_language_of_the_report_and_no_other(drafted, farid, desk_of):
    answer = drafted.get(f"{ONE}pdf/ar/")
    assert answer["Content-Type"] == "application/pdf"
    assert "marsa-noor-report-1-ar.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")
    only_english(drafted)
    assert drafted.get(f"{ONE}pdf/ar/").status_code == 404
    assert desk_of(farid).get(f"{ONE}pdf/en/").status_code == 404


def test_it_is_withdrawn_with_a_reason(drafted):
    page = drafted.post(f"{ONE}withdraw/", {"reason": "Begun twice."}, follow=True)
    assert "Withdrawn" in page.content.decode()
    assert Report.objects.get().state == "withdrawn"
    assert "Draft a report from the picture" in page_of(drafted, REPORTS)


def test_those_at_the_incident_see_no_draft_and_strangers_see_nothing(
    drafted, desk_of, farid, stranger, bilal
):
    liaison = desk_of(farid)
    assert "No report has been written." in page_of(liaison, REPORTS)
    assert liaison.get(ONE).status_code == 404
    assert liaison.post(REPORTS).status_code == 403
    for path in ("edit/tension/en/", "scope/", "figures/"):
        assert liaison.get(f"{ONE}{path}").status_code in (403, 404)
    for person in (stranger, bilal):
        browser = desk_of(person)
        for path in (REPORTS, ONE, f"{ONE}changes/", f"{ONE}pdf/en/", f"{ONE}approve/"):
            assert browser.get(path).status_code == 404
        assert browser.post(REPORTS).status_code == 404
        assert browser.post(f"{ONE}approve/", {"version": 1}).status_code == 404


def test_hostile_words_are_shown_as_words(drafted):
    write(drafted, text='<script>alert("x")</script>\n- <b>bold</b>')
    page = page_of(drafted)
    assert "<script>alert" not in page
    assert "&lt;b&gt;bold" in page


def test_nonsense_in_the_address_is_not_found(drafted):
    for path in ("edit/nonsense/en/", "edit/tension/tr/", "pdf/xx/", f"figures/{'0' * 8}-0000-"):
        assert drafted.get(f"{ONE}{path}").status_code == 404
    assert drafted.get(f"{REPORTS}{10**30}/").status_code == 404


def test_reading_a_report_costs_few_statements(drafted, statements_of, desk_of, celine):
    only_english(drafted)
    send(drafted)
    approve(desk_of(celine))
    count, _page = statements_of(drafted, ONE)
    assert count <= 16
