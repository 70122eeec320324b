"""Signing in at another server by OpenID Connect: what is asked of it, and what is believed.

allauth's generic provider speaks the protocol (discovery, PKCE, the exchange of the code);
here stands what it leaves open: the nonce, the signature of every identity token, whose it is
and for whom it was made, and that all of it comes from the one issuer that is configured
(OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2; Discovery 1.0, 4.3; RFC 9207).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

# Signed with the server's private key, never with the secret that we share with it.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
ALGORITHMS += ["EdDSA"]
CLOCKS_DIFFER = 60  # seconds
SUBJECT_AT_MOST = 191  # characters, the width of allauth's column


class Failed(Exception):
    """The sign-in came to nothing; `why` is the name of the page that says what to do."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Told:
    """What the other server said of a person, proved to be its words and meant for us."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    language: str
    second_factor: bool  # one that this installation trusts


def is_on() -> bool:
    """Whether this installation lets people sign in at another server."""
    return bool(settings.OIDC_ISSUER)


class Server(OpenIDConnectOAuth2Adapter):
    """The other server, with everything that it says held against the configured issuer."""

    def get_provider(self) -> Provider:
        return provider(self.request)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """At our own address, whatever host a request names; the same in every language."""
        return f"{settings.BASE_URL}{reverse('account_oidc_callback')}"

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        config = self._read(self.get_provider().server_url)
        if str(config["issuer"]).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise Failed("not-proved")
        if settings.OIDC_ISSUER.startswith("https:"):
            # A key or a token fetched in the open could be anybody's.
            for name, address in config.items():
                if name.endswith(("_endpoint", "_uri")) and urlsplit(str(address)).scheme == "http":
                    raise Failed("not-proved")
        return config

    def proved(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an identity token that this server made for us, for this sign-in."""
        kid = jwt.get_unverified_header(token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._read(self.openid_config["jwks_uri"])).keys
        named = [key for key in keys if key.key_id == kid] if kid else keys
        if len(named) != 1:
            raise Failed("not-proved")
        client = self.get_provider().app.client_id
        claims: dict[str, Any] = jwt.decode(
            token,
            named[0],
            algorithms=ALGORITHMS,
            audience=client,
            issuer=self.openid_config["issuer"],
            leeway=CLOCKS_DIFFER,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
        if claims.get("azp", client) != client or not constant_time_compare(claims["nonce"], nonce):
            raise Failed("not-proved")
        return claims

    def about(self, access_token: str, subject: str) -> dict[str, Any]:
        """What the server tells of the person beside the token, if it is the same person."""
        headers = {"Authorization": f"Bearer {access_token}"}
        told = self._read(self.openid_config["userinfo_endpoint"], headers)
        if told.get("sub") != subject:
            raise Failed("not-proved")
        return told

    def _read(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        return found


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Server


def provider(request: HttpRequest) -> Provider:
    """allauth's provider for the one server of the settings; people's links name its issuer."""
    issuer = settings.OIDC_ISSUER.rstrip("/")
    return Provider(
        request,
        app=SocialApp(
            provider=Provider.id,
            provider_id=issuer[:200],
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": issuer, "oauth_pkce_enabled": True},
        ),
    )


def look() -> None:
    """Read how the other server describes itself. Raises `Failed` where it is not as it should."""
    with _plainly():
        request = HttpRequest()
        _ = provider(request).get_oauth2_adapter(request).openid_config


def address_to_ask(request: HttpRequest, *, going: str, language: str) -> str:
    """Where to send the browser, with a state and a nonce that only its session knows.

    Raises `Failed` (`unreachable`, `not-proved`).
    """
    nonce = secrets.token_urlsafe(24)
    asked = {"nonce": nonce, "ui_locales": language}
    if settings.OIDC_TRUSTED_ACR:
        asked["acr_values"] = " ".join(settings.OIDC_TRUSTED_ACR)
    with _plainly():
        answer = provider(request).redirect(
            request, "login", next_url=going, auth_params=asked, nonce=nonce, language=language
        )
        return str(answer["Location"])


def taken_state(request: HttpRequest) -> dict[str, Any] | None:
    """What was remembered when this sign-in began, once; None for a state that is not ours."""
    state: dict[str, Any] | None = statekit.unstash_state(
        request,
        state_id=request.GET.get("state", ""),
        provider_id=provider(request).sub_id,
    )
    return state


def told_by(request: HttpRequest, state: dict[str, Any]) -> Told:
    """Exchange the code that the browser brought, and believe only what is proved.

    Raises `Failed` (`cancelled`, `unreachable`, `not-proved`).
    """
    if error := request.GET.get("error"):
        raise Failed("cancelled" if error == "access_denied" else "not-proved")
    with _plainly():
        ours = provider(request)
        server = ours.get_oauth2_adapter(request)
        issuer = str(server.openid_config["issuer"])
        if request.GET.get("iss", issuer) != issuer:
            raise Failed("not-proved")
        got = server.get_access_token_data(
            request,
            ours.app,
            server.get_client(request, ours.app),
            pkce_code_verifier=state["pkce_code_verifier"],
        )
        claims = server.proved(str(got["id_token"]), str(state["nonce"]))
        subject = str(claims["sub"])
        if not 0 < len(subject) <= SUBJECT_AT_MOST:
            raise Failed("not-proved")
        more = {"email", "email_verified"} - claims.keys()
        if more and "userinfo_endpoint" in server.openid_config:
            claims = server.about(str(got["access_token"]), subject) | claims
    return _read_claims(issuer, claims)


def _read_claims(issuer: str, claims: dict[str, Any]) -> Told:
    ways = claims.get("amr")
    shown = {str(way) for way in ways} if isinstance(ways, list) else set()
    parts = (claims.get("given_name"), claims.get("family_name"))
    name = claims.get("name") or " ".join(str(part) for part in parts if part)
    email = str(claims.get("email") or "").strip().lower()
    return Told(
        issuer=issuer.rstrip("/"),
        subject=str(claims["sub"]),
        email=email,
        email_verified=claims.get("email_verified") in (True, "true"),
        name=str(name or email.partition("@")[0]),
        language=str(claims.get("locale") or "").replace("_", "-").partition("-")[0].lower(),
        second_factor=bool(shown & set(settings.OIDC_TRUSTED_AMR))
        or str(claims.get("acr")) in settings.OIDC_TRUSTED_ACR,
    )


class _plainly:
    """Everything that can go wrong in the other server's answers is one of our pages."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, requests.JSONDecodeError):
            raise Failed("not-proved") from error
        if isinstance(error, requests.RequestException):
            raise Failed("unreachable") from error
        if isinstance(
            error,
            OAuth2Error | jwt.PyJWTError | ValueError | LookupError | TypeError | AttributeError,
        ):
            raise Failed("not-proved") from error
