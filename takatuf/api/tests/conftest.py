"""Callers of the API: programs with tokens, one for each person of the small world."""

import json
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone

from takatuf.accounts.models import Token
from takatuf.accounts.rules import PREFIX, digest_of
from takatuf.coordination.services import declare_incident


class Caller:
    """Somebody's program. Paths are those below `/api/v1`."""

    def __init__(self, person=None, secret=None):
        self.client = Client()
        self.headers = {}
        if person:
            secret = f"{PREFIX}{sha256(person.email.encode()).hexdigest()}"
            Token.objects.create(person=person, digest=digest_of(secret), created_at=timezone.now())
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def send(self, method, path, body=None, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            "" if body is None else body if isinstance(body, str | bytes) else json.dumps(body),
            content_type="application/json",
            headers={**self.headers, **names},
        )

    def get(self, path, **headers):
        return self.send("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.send("POST", path, body, **headers)


@pytest.fixture
def calling(db):
    return Caller


@pytest.fixture
def amina_calls(amina):
    return Caller(amina)


@pytest.fixture
def farid_calls(farid):
    return Caller(farid)


@pytest.fixture
def stranger_calls(stranger):
    return Caller(stranger)


@pytest.fixture
def incident(amina, farid, bilal, city, act):
    """Declared by Amina a moment ago; Fire and Health were called."""
    return declare_incident(
        act(amina), city=city, title="Shots at the market", kind="attack", severity=2,
        targeted="Traders", now=timezone.now(),
    )  # fmt: skip


def problem_of(response, status, code=None, field=None):
    """The problem document, once it is seen to be one."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    if code:
        assert document["code"] == code, document
    if field:
        assert document["field"] == field, document
    return document
