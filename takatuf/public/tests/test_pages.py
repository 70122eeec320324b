"""What anyone may open, and the pages that say what went wrong."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.utils import translation

from takatuf.foundation.errors import NotAllowed
from takatuf.public import views
from tests.house.rules import page_faults, templates_have_no_inline_code

LANGUAGES = [("ar", "rtl"), ("en", "ltr"), ("fr", "ltr")]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
def test_the_front_page_answers_to_anyone_in_their_language(client, language, direction):
    answer = client.get(f"/{language}/")

    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in html
    for other, _direction in LANGUAGES:
        assert f'href="/{other}/"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepted", "address"),
    [("ar-EG,ar;q=0.9", "/ar/"), ("fr", "/fr/"), ("nb,en;q=0.5", "/nb/"), ("tlh", "/en/")],
)
def test_the_bare_address_leads_to_the_readers_language(client, accepted, address):
    answer = client.get("/", headers={"accept-language": accepted})

    assert answer.status_code == 302
    assert answer["Location"] == address


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/en/", "/ar/account/login/", "/en/nothing/", "/health/", "/fr/account/password/reset/"],
)
def test_every_answer_carries_the_policy_without_exceptions(client, path):
    answer = client.get(path)

    directives = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert directives == POLICY
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_whatever_is_missing_reads_the_same_byte_for_byte(client, signed_in, amina):
    for browser in [client, signed_in(amina)]:
        pages = {
            browser.get(path).content
            for path in [
                "/en/nothing/",
                "/en/account/signup/",
                "/en/desk/no-such-city/",
                "/en/x?q=1",
            ]
            if browser.get(path).status_code == 404
        }
        assert len(pages) == 1
        assert not re.search(rb"csrf|nothing/|no-such-city", pages.pop())


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in_before_the_desk_says_anything(client):
    answer = client.get("/ar/desk/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/ar/account/login/?next=/ar/desk/")


@pytest.mark.django_db
def test_health_tells_nothing_but_that_it_is_well(client):
    assert client.get("/health/").json() == {"ok": True}


@pytest.mark.once
@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.not_understood, 400),
        (views.not_allowed, 403),
        (views.not_found, 404),
        (views.too_often, 429),
        (views.stale_form, 403),
        (views.broken, 500),
    ],
)
def test_what_went_wrong_is_said_in_the_readers_language_without_a_database(view, status, language):
    with translation.override(language):
        answer = view(RequestFactory().post(f"/{language}/desk/secret/"))

    html = answer.content.decode()
    assert answer.status_code == status
    assert page_faults(html) == []
    assert templates_have_no_inline_code("the page", html) == []
    assert f'<html lang="{language}"' in html
    assert "secret" not in html
    assert 'id="next-step"' in html


@pytest.mark.once
def test_a_refusal_says_the_rooms_own_words():
    refused = PermissionDenied("x")
    refused.__cause__ = NotAllowed("Only the coordinator may change the phase.")

    with translation.override("en"):
        answer = views.not_allowed(RequestFactory().get("/en/"), refused)

    assert "Only the coordinator may change the phase." in answer.content.decode()


@pytest.mark.once
def test_what_django_says_of_a_refusal_is_not_shown():
    with translation.override("en"):
        answer = views.not_allowed(RequestFactory().get("/en/"), PermissionDenied("inner detail"))

    assert "inner detail" not in answer.content.decode()
