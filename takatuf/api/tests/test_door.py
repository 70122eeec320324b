from uuid import uuid4

import pytest
from django.test import Client

from takatuf.accounts.models import Token
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
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_refusal_speaks_the_language_of_the_caller(amina_calls, language):
    from django.utils.translation import override

    from takatuf.foundation.errors import NotFound

    answer = amina_calls.get(f"/incidents/{uuid4()}", Accept_Language=language)
    with override(language):
        assert answer.json()["detail"] == str(NotFound.words)
    assert answer["Content-Language"] == language
