"""The ways out: an SMTP server, and an SMS gateway that speaks HTTP, described by settings."""

from __future__ import annotations

import contextlib
import json
import re
import smtplib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from takatuf.alerts.notices import Letter
from takatuf.alerts.rules import is_gsm

if TYPE_CHECKING:
    import httpx

NO_MAIL_SERVER = "no-mail-server"
# Seconds. A server may take its time to look at a message before it accepts it, and a message
# that we stop waiting for too early arrives twice.
MAIL_TIMEOUT = 60
SMS_TIMEOUT = 20
GOING_AWAY = 421  # RFC 5321, 3.8: the server closes the connection
PLACES = re.compile(r"\{(to|text|from|id|coding)\}")


class Failed(Exception):
    """This message was not accepted. `for_good`: trying again would change nothing."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        self.reason, self.for_good = reason, for_good
        super().__init__(reason)


class Unreachable(Exception):
    """No server took the connection; no message is to blame."""


class _HungUp(Exception):
    """The connection is gone, before or after the server took the message."""


class Line(Protocol):
    """A channel's way out: opened once, then used for many messages."""

    def open(self) -> None: ...
    def send(self, to: str, letter: Letter, delivery: UUID) -> None: ...
    def close(self) -> None: ...


def mail_is_set() -> bool:
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def sms_is_set() -> bool:
    return bool(settings.SMS_URL)


def message_id(delivery: UUID) -> str:
    """RFC 5322, 3.6.4. Made from the delivery alone, so that a repeat is known as one."""
    return f"<{delivery}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


class MailLine:
    """One connection to the mail server, kept open from message to message."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._used = False  # whether this connection has carried a message

    def open(self) -> None:
        """Connect and sign in unless connected. Raises `Unreachable`."""
        if self._backend is not None:
            return
        backend = get_connection(fail_silently=False, timeout=MAIL_TIMEOUT)
        try:
            backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_words_of(error)) from error
        self._backend, self._used = backend, False

    def send(self, to: str, letter: Letter, delivery: UUID) -> None:
        """Hand one message to the server. Raises `Failed`, or `Unreachable`.

        Servers hang up on a connection that was idle or carried enough; then the message is
        handed over once more, on a new one.
        """
        message = email_message(to, letter, delivery)
        try:
            self._hand_over(message)
        except _HungUp as error:
            self.close()
            if self._used:
                self._used = False
                self.open()
                self.send(to, letter, delivery)
            else:
                raise Failed(str(error)) from error
        self._used = True

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            if code == GOING_AWAY:
                raise _HungUp(_answer(code, answer)) from error
            raise Failed(_answer(code, answer), for_good=500 <= code < 600) from error
        except smtplib.SMTPResponseException as error:
            code, words = error.smtp_code, _answer(error.smtp_code, error.smtp_error)
            if code == GOING_AWAY:
                raise _HungUp(words) from error
            # A refused sender is our own set-up, which someone may mend meanwhile.
            of_message = isinstance(error, smtplib.SMTPDataError)
            raise Failed(words, for_good=of_message and 500 <= code < 600) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _HungUp(_words_of(error)) from error
        except ValueError as error:  # an address that no header can hold
            raise Failed(_words_of(error), for_good=True) from error

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(Exception):
                backend.close()


def email_message(to: str, letter: Letter, delivery: UUID) -> EmailMessage:
    """Plain text, in one language, from a machine (RFC 3834), without tracking or HTML.

    No Precedence header: the registered Auto-Submitted says that no answer is wanted, while
    "bulk" would let servers hold back a call that is urgent.
    """
    return EmailMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "Message-ID": message_id(delivery),
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
            **({"Importance": "high"} if letter.urgent else {}),
        },
    )


class SmsLine:
    """A gateway over HTTP; the request is described by the settings TAKATUF_SMS_*."""

    def __init__(self) -> None:
        self._client: httpx.Client | None = None

    def open(self) -> None:
        import httpx

        if self._client is None:
            self._client = httpx.Client(timeout=SMS_TIMEOUT, follow_redirects=False)

    def send(self, to: str, letter: Letter, delivery: UUID) -> None:
        """Hand one SMS to the gateway. Raises `Failed`, or `Unreachable` when none answers."""
        import httpx  # 7 MB that only those need who send SMS

        assert self._client is not None
        request = sms_request(to, letter.text, delivery)
        try:
            response = self._client.request(
                request.method, request.url, content=request.body, headers=request.headers
            )
        except httpx.ConnectError as error:
            raise Unreachable(type(error).__name__) from error
        except httpx.HTTPError as error:  # its words may hold the address with its password
            raise Failed(type(error).__name__) from error
        if response.status_code not in settings.SMS_ACCEPTED:
            answer = f"HTTP {response.status_code} {response.text[:200]}".strip()
            raise Failed(answer, for_good=response.status_code in {400, 422})

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def sms_request(to: str, text: str, delivery: UUID) -> Request:
    """The request that the settings describe, with its places filled in.

    Places are {to}, {text}, {from}, {id} and {coding} (0 for seven bits, 2 for UCS-2, as in
    Kannel's sendsms). They are percent-encoded in the address and in a form, and escaped as
    JSON strings where the body is JSON.
    """
    places = {
        "to": re.sub(r"[^+0-9]", "", to),
        "text": text,
        "from": settings.SMS_FROM,
        "id": str(delivery),
        "coding": "0" if is_gsm(text) else "2",
    }
    headers = dict(settings.SMS_HEADERS)
    body = None
    if settings.SMS_METHOD == "POST":
        kind = next((v for k, v in headers.items() if k.lower() == "content-type"), "")
        if not kind:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        escape = _as_json if "json" in kind else _as_form
        body = _filled(settings.SMS_BODY, places, escape).encode()
    url = _filled(settings.SMS_URL, places, _as_form)
    return Request(settings.SMS_METHOD, url, headers, body)


def _filled(template: str, places: dict[str, str], escape: Any) -> str:
    # One pass over the template: a text that holds "{to}" is not filled in again.
    parts = PLACES.split(template)
    return "".join(escape(places[part]) if index % 2 else part for index, part in enumerate(parts))


def _as_form(value: str) -> str:
    return quote(value, safe="")


def _as_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _answer(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return " ".join(f"SMTP {code} {words}".split())[:300]


def _words_of(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
