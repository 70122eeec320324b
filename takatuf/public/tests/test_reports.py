"""The public page of a report: only what was given, only while it counts."""

import pytest
from django.utils import timezone

from takatuf.communications.models import Report
from takatuf.communications.rules import seen
from takatuf.communications.services import (
    approve_report,
    send_for_approval,
    set_scope,
    withdraw_report,
    write_section,
)
from takatuf.config import world
from takatuf.coordination.services import declare_incident, draft_report
from takatuf.search.sources import things_of

NOW = timezone.now
PAGE = "/en/cities/marsa-noor/reports/1/"


@pytest.fixture
def celine(municipality):
    return world.make_person("Celine", (municipality, "communications"))


@pytest.fixture
def incident(act, amina, city):
    return declare_incident(
        act(amina), city=city, title="Shots at the market", kind="attack", severity=2, now=NOW()
    )


@pytest.fixture
def give(act, amina, celine, incident):
    """A report drafted and approved, in English and Arabic, for these readers."""

    def report(audience="public", languages=("en", "ar")):
        writer = act(amina)
        made = draft_report(writer, incident, language="en", now=NOW())
        for language, text in (("en", "Tense at the docks."), ("ar", "توتر في الميناء.")):
            write_section(
                writer, made, "tension", language, {"tension": text},
                before={"tension": seen("")}, now=NOW(),
            )  # fmt: skip
        made.refresh_from_db()
        made = set_scope(
            writer, made, languages=list(languages), audience=audience, version=made.version,
            now=NOW(),
        )  # fmt: skip
        made = send_for_approval(writer, made, version=made.version, now=NOW())
        return approve_report(act(celine), made, version=made.version, now=NOW())

    return report


def test_anyone_reads_what_was_given_to_the_public(client, give):
    give()
    answer = client.get(PAGE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Situation report 1" in page
    assert "Shots at the market" in page
    assert "Approved on" in page
    assert "no-store" in answer["Cache-Control"]


def test_what_is_for_those_who_respond_is_left_out_and_nobody_is_named(client, give):
    give()
    page = client.get(PAGE).content.decode()
    for words in ("Tense at the docks.", "Welfare of staff", "Decisions wanted", "Amina", "Celine"):
        assert words not in page
    pdf = client.get(f"{PAGE}pdf/en/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_it_is_read_from_right_to_left_in_arabic(client, give):
    give()
    page = client.get(PAGE.replace("/en/", "/ar/")).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "تقرير الوضع" in page


def test_a_language_that_it_does_not_exist_in_says_so(client, give):
    give()
    page = client.get(PAGE.replace("/en/", "/fr/")).content.decode()
    assert "Ce rapport existe en" in page
    assert 'lang="en"' in page
    assert client.get(f"{PAGE}pdf/fr/").status_code == 404


def test_drafts_and_reports_for_those_at_the_incident_are_not_found(client, give, act, amina):
    report = give("partners")
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}pdf/en/").status_code == 404
    draft_report(act(amina), report.incident, language="en", now=NOW())
    Report.objects.filter(number=2).update(audience="public")
    assert client.get(PAGE.replace("/1/", "/2/")).status_code == 404
    assert client.get(PAGE.replace("marsa-noor", "elsewhere")).status_code == 404
    assert client.get(PAGE.replace("/1/", f"/{10**30}/")).status_code == 404


def test_an_old_address_says_that_it_was_superseded_and_leads_on(client, give):
    give()
    give()
    page = client.get(PAGE).content.decode()
    assert "no longer counts" in page
    assert "/en/cities/marsa-noor/reports/2/" in page
    assert "Highlights" not in page
    assert client.get(f"{PAGE}pdf/en/")["Location"] == PAGE
    newer = client.get(PAGE.replace("/1/", "/2/")).content.decode()
    assert "What changed since situation report 1" in newer


def test_a_newer_report_that_is_not_public_is_not_given_away(client, give):
    give()
    give("partners")
    page = client.get(PAGE).content.decode()
    assert "no longer counts" in page
    assert "reports/2/" not in page


def test_a_withdrawn_report_says_so_without_its_reason(client, give, act, amina):
    withdraw_report(act(amina), give(), reason="A name stood in it.", now=NOW())
    page = client.get(PAGE).content.decode()
    assert "Withdrawn on" in page
    assert "A name stood in it." not in page


def test_an_exercise_is_marked_for_everyone(client, give, incident):
    incident.is_exercise = True
    incident.save()
    give()
    page = client.get(PAGE).content.decode()
    assert "This is practice." in page
    assert "<title>EXERCISE · Situation report 1" in page
    assert '<meta property="og:title" content="EXERCISE · Situation report 1' in page
    assert (
        things_of([("report", "marsa-noor/1")])["report", "marsa-noor/1"]
        .titles["en"]
        .startswith("EXERCISE · Marsa Noor")
    )
    assert "exercise-" in client.get(f"{PAGE}pdf/en/")["Content-Disposition"]


# The page of the city that published them

CITY = "/en/cities/marsa-noor/"


def test_a_citys_page_shows_what_counts_and_nothing_else(client, give, act, amina, celine):
    first = give()
    page = client.get(CITY).content.decode()
    assert PAGE in page
    assert "Shots at the market" in page
    assert "Tense at the docks." not in page, "the report itself says that"

    withdraw_report(act(celine), first, reason="A wrong figure", now=NOW())
    assert client.get(CITY).status_code == 404


def test_a_city_that_shows_nothing_is_not_found(client, give, city):
    give(audience="partners")
    never = client.get("/en/cities/never-was/")
    here = client.get(CITY)
    assert here.status_code == never.status_code == 404
    assert here.content == never.content

    city.listing = "page"
    city.save()
    page = client.get(CITY).content.decode()
    assert "nothing to report at present" in page
    assert "Shots at the market" not in page


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_an_installation_of_one_city_begins_with_its_page(client, give, settings, language):
    give()
    settings.ROOT_CITY = "marsa-noor"

    front = client.get(f"/{language}/").content.decode()
    assert f"/{language}/cities/marsa-noor/reports/1/" in front
    assert f'href="/{language}/about/"' in front
    assert "/guide/now/" in client.get(f"/{language}/about/").content.decode()

    settings.ROOT_CITY = "not-here-yet"
    assert "/guide/now/" in client.get(f"/{language}/").content.decode()


def test_without_a_city_of_its_own_the_story_stands_on_the_front_page(client, db):
    assert client.get("/en/about/")["Location"] == "/en/"
