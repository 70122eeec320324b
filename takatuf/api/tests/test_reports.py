"""Reports by the API: the same doors as at the desk."""

import pytest
from django.utils import timezone

from takatuf.communications.services import approve_report, send_for_approval
from takatuf.config import world
from takatuf.coordination.services import declare_incident, draft_report


@pytest.fixture
def report(act, amina, city, farid, fire):
    now = timezone.now()
    incident = declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=now
    )
    return draft_report(act(amina), incident, language="en", now=now)


def test_a_report_is_listed_and_read_in_every_language(amina_calls, report):
    listed = amina_calls.get(f"/incidents/{report.incident_id}/reports").json()
    assert [one["id"] for one in listed["contents"]] == [str(report.pk)]
    read = amina_calls.get(f"/reports/{report.pk}").json()
    assert read["state"] == "draft"
    assert read["unchanged"] is None
    highlights = next(text for text in read["texts"] if text["code"] == "highlights")
    assert {version["language"] for version in highlights["versions"]} == {"ar", "en", "fr"}
    assert {figure["confirmed_by"] for figure in read["figures"]} == {""}


def test_the_pdf_comes_in_a_language_that_it_exists_in(amina_calls, report):
    answer = amina_calls.get(f"/reports/{report.pk}/pdf?language=ar")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert amina_calls.get(f"/reports/{report.pk}/pdf?language=tr").status_code == 404


def test_a_liaison_sees_it_once_it_is_approved_and_a_stranger_never(
    act, amina, municipality, farid_calls, stranger_calls, report
):
    paths = [f"/reports/{report.pk}", f"/reports/{report.pk}/pdf"]
    assert [farid_calls.get(path).status_code for path in paths] == [404, 404]
    celine = world.make_person("Celine", (municipality, "communications"))
    sent = send_for_approval(act(amina), report, version=1, now=timezone.now())
    approve_report(act(celine), sent, version=1, now=timezone.now())
    assert farid_calls.get(paths[0]).json()["unchanged"] is True
    assert farid_calls.get(paths[1]).status_code == 200
    for path in [*paths, f"/incidents/{report.incident_id}/reports"]:
        assert stranger_calls.get(path).status_code == 404
