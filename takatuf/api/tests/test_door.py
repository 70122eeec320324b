from uuid import uuid4

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client

from takatuf.accounts.models import Token
from takatuf.alerts.models import Answer
from takatuf.api.tests.conftest import Caller, problem_of


def test_a_token_acts_as_its_person(amina_calls, amina):
    answer = amina_calls.get("/me")
    assert answer.status_code == 200
    assert answer.json()["id"] == str(amina.pk)
    assert [post["role"] for post in answer.json()["posts"]] == ["coordinator"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("secret", [None, "nonsense", "tkt_", "é", "x" * 5000])
def test_without_a_valid_token_nobody_comes_in(db, secret):
    answer = Caller(secret=secret).get("/incidents")
    problem_of(answer, 401, "not-signed-in")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_opens_nothing(amina_calls):
    from django.utils import timezone

    Token.objects.update(revoked_at=timezone.now())
    problem_of(amina_calls.get("/me"), 401)


def test_a_session_reads_and_needs_the_csrf_token_to_write(farid, incident):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(farid)
    assert browser.get("/api/v1/me").json()["id"] == str(farid.pk)
    body = {"kind": "information", "text": "The road is open."}
    address = f"/api/v1/incidents/{incident.pk}/log"
    problem_of(browser.post(address, body, content_type="application/json"), 403, "csrf")
    browser.cookies["takatuf_csrf"] = "a" * 32
    answer = browser.post(
        address, body, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert answer.status_code == 201, answer.content


def test_a_wrong_token_is_not_saved_by_a_session(farid):
    browser = Client()
    browser.force_login(farid)
    problem_of(browser.get("/api/v1/me", headers={"Authorization": "Bearer wrong"}), 401)


def test_a_session_without_the_second_factor_sees_nothing_sensitive(amina):
    browser = Client()
    browser.force_login(amina)
    problem_of(browser.get("/api/v1/incidents"), 403, "second-factor")


def test_an_address_that_leads_nowhere_answers_as_the_api_does(amina_calls):
    never = amina_calls.get(f"/incidents/{uuid4()}")
    problem_of(never, 404, "not-found")
    for path in ("/nothing", "/incidents/not-an-id", "/incidents/", "/%00", "/a%0Ab"):
        answer = amina_calls.get(path)
        problem_of(answer, 404)
        assert answer.content == never.content


def test_a_method_that_an_address_does_not_take_is_told(amina_calls):
    answer = amina_calls.send("DELETE", "/incidents")
    problem_of(answer, 405, "method")
    assert set(answer["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_refusal_speaks_the_language_of_the_caller(amina_calls, language):
    from django.utils.translation import override

    from takatuf.foundation.errors import NotFound

    answer = amina_calls.get(f"/incidents/{uuid4()}", Accept_Language=language)
    with override(language):
        assert answer.json()["detail"] == str(NotFound.words)
    assert answer["Content-Language"] == language


@pytest.mark.parametrize(
    ("path", "status"),
    [("/me", 200), ("/incidents.csv", 200), ("/openapi.json", 200), ("/nothing", 404)],
)
def test_head_is_answered_as_get_without_the_body(amina_calls, path, status):
    get, head = amina_calls.get(path), amina_calls.send("HEAD", path)
    assert (head.status_code, get.status_code) == (status, status)
    same = {"Content-Type", "Cache-Control", "Content-Disposition", "Vary", "Content-Language"}
    assert {n: v for n, v in head.items() if n in same} == {
        n: v for n, v in get.items() if n in same
    }
    assert b"".join(head) == b""
    problem_of(Caller().get("/me"), 401)
    assert Caller().send("HEAD", "/me").status_code == 401


def test_head_changes_nothing_and_meets_no_address_that_takes_posts_alone(amina_calls, incident):
    call = amina_calls.get(f"/incidents/{incident.pk}/roll-call").json()["calls"][0]["call"]
    answer = amina_calls.send("HEAD", f"/calls/{call}/acknowledge")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("PUT", "/nothing", 404),
        ("TRACE", "/incidents", 405),
        ("OPTIONS", "/incidents", 405),
        ("POST", "/openapi.json", 405),
        ("DELETE", "/incidents.csv", 405),
        ("SING", "/me", 405),
    ],
)
def test_whatever_is_asked_of_the_api_the_refusal_is_a_problem(amina_calls, method, path, status):
    problem_of(amina_calls.send(method, path), status)


def test_addresses_beside_the_api_answer_programs_too(client, settings):
    for path in ("/api/", "/api/v2/incidents"):
        answer = client.post(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    assert client.get("/api/v1/me")["Content-Type"] == "application/problem+json"
    assert client.get("/en/").status_code == 400
    assert client.get("/en/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours_tells_nothing_but_a_number_that_the_log_knows(
    amina_calls, incident, monkeypatch, settings, caplog, debug
):
    settings.DEBUG = debug

    def broken(*args, **kwargs):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("takatuf.api.alerts.roll_call", broken)
    answer = amina_calls.get(f"/incidents/{incident.pk}/roll-call", Accept_Language="fr")

    document = problem_of(answer, 500, "broken")
    assert "secret" not in answer.content.decode()
    assert "Réessayez" in document["detail"]
    assert answer["X-Request-ID"] == document["request_id"]
    (line,) = [one for one in caplog.records if document["request_id"] in one.getMessage()]
    assert "secret of the house" in str(line.exc_info[1])


def test_a_fault_before_the_api_is_asked_is_a_problem_too(amina_calls, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(SessionMiddleware, "process_request", broken)
    amina_calls.client.raise_request_exception = False
    document = problem_of(amina_calls.get("/me"), 500, "broken")
    assert document["request_id"] in caplog.text
    assert "away" not in str(document)
