"""Browsers that are known: who signed in with one before keeps attempts of their own there.

Otherwise whoever knows an address could lock its owner out by guessing wrong. The cookie says
for which addresses, as keyed hashes; it opens nothing and outlives the sign-out.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "takatuf_known"
KEPT = 180 * 24 * 3600  # seconds after the last sign-in
MOST_PEOPLE = 12  # at one machine, as in a control room; the newest stay


class Browser(NamedTuple):
    """A browser by the random name that it was given, and the hashes of who signed in."""

    name: str
    people: list[str]


def browser_of(request: HttpRequest) -> Browser:
    """The browser as its cookie tells; a new one where there is none or it was changed."""
    try:
        name, *people = signing.loads(request.COOKIES[COOKIE], salt=COOKIE, max_age=KEPT)
        return Browser(str(name), [str(one) for one in people])
    except (KeyError, ValueError, TypeError, signing.BadSignature):
        return Browser(secrets.token_urlsafe(12), [])


def is_known(browser: Browser, email: str) -> bool:
    """Whether the owner of this address signed in with this browser before."""
    return _hash_of(email) in browser.people


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Give the browser a cookie by which it is known for this address from now on."""
    browser = browser_of(request)
    mine = _hash_of(email)
    people = [mine, *(one for one in browser.people if one != mine)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps([browser.name, *people], salt=COOKIE),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _hash_of(email: str) -> str:
    return salted_hmac(COOKIE, email.strip().lower(), algorithm="sha256").hexdigest()[:24]
