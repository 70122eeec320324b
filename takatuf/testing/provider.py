"""Another organisation's sign-in server, for tests: a second Django, in a process of its own.

It is allauth's OpenID provider with a few people in it. What it says of a person beside their
name and address, or wrongly in its identity tokens, stands in their `claims`.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from takatuf.testing.installation import ROOT, free_port, wait_for

CLIENT, SECRET = "takatuf", "between-the-two-servers"
PASSWORD = "somewhere-else-entirely"
STARTED_WITH = "ELSEWHERE_STARTED_WITH"


@dataclass(frozen=True)
class Known:
    """A person as the other server knows them."""

    username: str
    email: str
    verified: bool
    claims: dict[str, Any]


@dataclass(frozen=True)
class Elsewhere:
    """The running server: its address, which is its issuer, and what a client must know."""

    issuer: str
    client: str = CLIENT
    secret: str = SECRET
    password: str = PASSWORD

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which an installation lets people sign in there."""
        return {
            "TAKATUF_OIDC_ISSUER": self.issuer,
            "TAKATUF_OIDC_CLIENT_ID": self.client,
            "TAKATUF_OIDC_CLIENT_SECRET": self.secret,
            "TAKATUF_OIDC_NAME": "Province ID",
        }


@contextlib.contextmanager
def provider(people: list[Known], *, callback: str) -> Iterator[Elsewhere]:
    """A server with these people, which sends them back to `callback`; gone after the block."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="takatuf-elsewhere-") as folder:
        start = {
            "folder": folder,
            "port": port,
            "callback": callback,
            "people": [[one.username, one.email, one.verified, one.claims] for one in people],
        }
        server = subprocess.Popen(
            [sys.executable, "-m", "takatuf.testing.provider"],
            env={**os.environ, STARTED_WITH: json.dumps(start), "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
        )
        try:
            issuer = f"http://127.0.0.1:{port}"
            wait_for(f"{issuer}/.well-known/openid-configuration")
            yield Elsewhere(issuer)
        finally:
            server.terminate()
            server.wait(timeout=10)


def serve(start: dict[str, Any]) -> None:
    """Be that server, in this process, until it is ended."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from django.conf import settings

    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    settings.configure(
        SECRET_KEY="of-the-other-server",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="takatuf.testing.provider_urls",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(start["folder"]) / "elsewhere.sqlite3",
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        SESSION_COOKIE_NAME="elsewhere",  # cookies know no ports
        CSRF_COOKIE_NAME="elsewhere_csrf",
        IDP_OIDC_PRIVATE_KEY=pem.decode(),
        IDP_OIDC_ADAPTER="takatuf.testing.provider_urls.TellsMore",
    )
    import django

    django.setup()
    _fill(start)
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    from django.core.wsgi import get_wsgi_application

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            return

    with Server(("127.0.0.1", start["port"]), Quiet) as server:
        server.set_app(get_wsgi_application())
        server.serve_forever()


def _fill(start: dict[str, Any]) -> None:
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    client = Client(id=CLIENT, name="Takatuf", scopes="openid\nprofile\nemail")
    client.set_redirect_uris([start["callback"]])
    client.set_secret(SECRET)
    client.save()
    users: Any = get_user_model().objects
    for username, email, verified, _claims in start["people"]:
        person = users.create_user(username=username, password=PASSWORD)
        EmailAddress.objects.create(user=person, email=email, verified=verified, primary=True)


if __name__ == "__main__":
    serve(json.loads(os.environ[STARTED_WITH]))
