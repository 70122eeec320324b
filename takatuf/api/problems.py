"""Every refusal of the API is one small document: problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from takatuf.foundation.errors import Declined, NotAllowed, NotFound, Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import listed

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

# The thing is not as the caller believes it to be: look at it again, then decide (409).
CONFLICTS = frozenset(
    {
        "answered-already",
        "called-already",
        "changed-meanwhile",
        "entry-merged",
        "entry-stands",
        "entry-withdrawn",
        "held",
        "held-already",
        "key-reused",
        "lead-changed",
        "lead-offered",
        "meeting-not-planned",
        "nobody-left",
        "nobody-to-call",
        "not-given-up",
        "not-held",
        "not-joined",
        "not-open",
        "nothing-to-confirm",
        "offered-already",
        "same-day",
        "same-phase",
        "settled-already",
        "struck-already",
        "task-state",
        "task-waits",
    }
)


class FieldProblem(BaseModel):
    """One field that is wrong, and what is wrong with it."""

    field: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457). `detail` is for a person, `code` for a program."""

    type: str = "about:blank"
    title: str = Field(description="The status in the words of RFC 9110")
    status: int
    detail: str = Field(description="What happened and what to do, in the caller's language")
    code: str = Field(description="A stable word for the reason")
    field: str | None = Field(None, description="The field that is wrong, where there is one")
    errors: list[FieldProblem] | None = Field(None, description="All fields that are wrong")
    request_id: str | None = Field(
        None, description="Of a fault of ours: the operator finds it in the log by this number"
    )


def problem(
    status: int,
    code: str,
    detail: object,
    *,
    field: str | None = None,
    errors: list[dict[str, str]] | None = None,
    request_id: str = "",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A refusal as `application/problem+json`. It names no address and no identifier, so that
    what is hidden and what never was are answered byte for byte alike."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    if field:
        body["field"] = field
    if errors:
        body["errors"] = errors
    if request_id:
        body["request_id"] = request_id
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE
    )
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def not_found(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The answer for every address under the API that leads to nothing."""
    return problem(404, NotFound.code, NotFound.words)


def not_understood(request: HttpRequest, *args: object) -> HttpResponse:
    """The answer to a request that is none: an odd host, a broken address."""
    return problem(400, "not-understood", _("The request could not be understood."))


def not_allowed(request: HttpRequest, *args: object) -> HttpResponse:
    """The answer to whom a door refuses before the API is asked."""
    return problem(403, NotAllowed.code, NotAllowed.words)


def broken(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """The answer to a fault of ours: it tells nothing of the fault but a number, under which
    the log tells it all."""
    request_id = str(uuid7())
    logger.error(
        "request %s failed: %s %r", request_id, request.method, request.path, exc_info=error or True
    )
    return problem(
        500,
        "broken",
        _(
            "Something went wrong here, and not by your doing. Try again in a moment; if it "
            "stays so, give the operator the number of this request."
        ),
        request_id=request_id,
        headers={"X-Request-ID": request_id},
    )


def in_one_voice(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, whose every refusal is a problem document, that of a method and a fault of ours
    as well; which answers HEAD as it answers GET, and whose answers no cache keeps."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = not_found(request)
        except Exception as error:
            response = broken(request, error)
        request.method = asked
        if isinstance(response, HttpResponseNotAllowed):
            response = _method_not_allowed(response["Allow"])
        elif asked == "HEAD" and isinstance(response, StreamingHttpResponse):
            # The server sends no body to HEAD; a list need not be made for it either.
            response.streaming_content = ()
        response.setdefault("Cache-Control", "no-store")
        return response

    return inner


def _method_not_allowed(listed: str) -> HttpResponse:
    methods = sorted(method.strip() for method in listed.split(","))
    if "GET" in methods:
        methods.insert(methods.index("GET") + 1, "HEAD")
    allowed = ", ".join(methods)
    words = _("This address does not take such a request. It takes: %(methods)s.")
    return problem(405, "method", words % {"methods": allowed}, headers={"Allow": allowed})


def answer_refusals(api: NinjaAPI) -> None:
    """Turn what the rooms and the framework raise into problem documents."""

    def declined(request: HttpRequest, refusal: Declined) -> HttpResponse:
        if isinstance(refusal, NotFound):
            return not_found(request)
        if isinstance(refusal, NotAllowed):
            return problem(403, refusal.code, refusal)
        status = 409 if refusal.code in CONFLICTS else 422
        return problem(status, refusal.code, refusal, field=refusal.field)

    def gone(request: HttpRequest, error: Http404) -> HttpResponse:
        return not_found(request)

    def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(
            401,
            "not-signed-in",
            _("Send a valid token in the header Authorization: Bearer …, or sign in."),
            headers={"WWW-Authenticate": 'Bearer realm="takatuf"'},
        )

    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 400:
            return problem(
                400, "not-json", _("The body could not be read. Send one JSON document in UTF-8.")
            )
        return problem(error.status_code, "refused", error)

    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return problem(413, "too-big", _("The body is too large. Send less at once."))

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"field": _name_of(one["loc"]), "detail": _words_for(one)} for one in error.errors
        ]
        first = errors[0]
        return problem(422, "invalid", first["detail"], field=first["field"] or None, errors=errors)

    for kind, handler in (
        (Refused, declined),
        (NotAllowed, declined),
        (NotFound, declined),
        (Http404, gone),
        (AuthenticationError, unknown_caller),
        (HttpError, http_error),
        (RequestDataTooBig, too_big),
        (ValidationError, invalid),
        (Exception, broken),
    ):
        api.add_exception_handler(kind, handler)  # type: ignore[arg-type]


def _name_of(place: tuple[object, ...]) -> str:
    """`("body", "declaration", "title")` is called `title`, `("query", "page")` `page`."""
    parts = [str(part) for part in place[2 if place[0] == "body" else 1 :]]
    return ".".join(parts)


def _words_for(error: dict[str, Any]) -> str:
    """What is wrong with one value, in the caller's language; never the value itself."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("This field is missing.")
        case "extra_forbidden":
            return _("There is no such field. Check its spelling.")
        case "string_too_long":
            return _("Too long: %(most)s characters at most.") % {"most": limits["max_length"]}
        case "string_too_short":
            return _("This field must not be empty.")
        case "greater_than_equal":
            return _("Too small: %(least)s at least.") % {"least": limits["ge"]}
        case "less_than_equal":
            return _("Too large: %(most)s at most.") % {"most": limits["le"]}
        case "too_long":
            return _("Too many: %(most)s at most.") % {"most": limits["max_length"]}
        case "literal_error" | "enum":
            choices = re.findall(r"'([^']*)'", limits["expected"])  # 'a', 'b' or 'c'
            return _("Choose one of: %(choices)s.") % {"choices": listed(choices)}
        case "moment":
            return _("Write a time as 2026-03-01T14:30:00+02:00, between 1970 and 2100.")
        case "unstorable" | "string_unicode":
            return _("The text holds a character that cannot be kept. Type it again.")
        case "finite_number" | "float_type" | "int_type" | "int_parsing" | "int_from_float":
            return _("Write a number.")
        case "uuid_parsing" | "uuid_type":
            return _("Write an identifier as the API gave it.")
        case _:
            return _("This value does not fit here. The description of the API says what does.")
