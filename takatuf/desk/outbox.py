"""Forms that a device kept while it had no network, taken once when they arrive.

The script sends a form to its own address, with who wrote it and a key that it made when the
form was written (`ui/static/ui/outbox.js`). Here the form is carried out once for that key, in
nobody else's name, and the answer is a word for the script instead of a page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from takatuf.accounts.receipts import once
from takatuf.foundation.errors import Declined, NotFound, Refused
from takatuf.ui.reading import day, hour

KEY = "Takatuf-Outbox"
WRITER = "Takatuf-Writer"
WRITTEN_AGO = "Takatuf-Written-Ago"  # seconds, only where the form had to wait
LONGEST = timedelta(days=366)
MERGE = "changed-meanwhile"  # the refusal that the merge screen settles


class Sent(NamedTuple):
    """A form out of an outbox. `written_at` is None where it did not have to wait."""

    key: UUID
    written_at: datetime | None


class _NotTaken(Exception):
    """The view refused: whatever it wrote is undone, so that the same key may come again."""


def written_at(request: HttpRequest) -> datetime | None:
    """When a form that waited on a device was written; None for all that came at once.

    A device tells how long ago that was and not its time: its clock may be wrong.
    """
    sent: Sent | None = getattr(request, "from_outbox", None)
    return sent.written_at if sent else None


def waited_words(written: datetime, arrived: datetime, digits: str = "latn") -> str:
    """The honest reason for a delay, in the language and the zone in force."""
    return _("Written without a network on %(written)s; it arrived on %(arrived)s.") % {
        "written": f"{day(written, digits)} {hour(written, digits)}",
        "arrived": f"{day(arrived, digits)} {hour(arrived, digits)}",
    }


class OutboxMiddleware:
    """Answers what comes out of an outbox; every other request passes untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """Take the form once, after the doors of sign-in and second factor."""
        match = request.resolver_match
        if request.method != "POST" or KEY not in request.headers:
            return None
        if match is None or "desk" not in match.namespaces or not request.user.is_authenticated:
            return None
        if request.headers.get(WRITER) != str(request.user.pk):
            return JsonResponse({"state": "another"}, status=409)
        try:
            key = UUID(request.headers[KEY])
        except ValueError:
            return _refused([_("This form cannot be taken: its key is damaged.")])
        request.from_outbox = Sent(key, _moment(request))  # type: ignore[attr-defined]
        there = ""

        def act() -> UUID:
            nonlocal there
            answer = view(request, *args, **kwargs)
            if not 300 <= answer.status_code < 400:
                raise _NotTaken
            there = answer["Location"]
            return key

        # The same words to the same address: another form under this key is refused.
        said = f"{request.path} {sorted(request.POST.lists())}".encode()
        try:
            once(request.user.pk, str(key), request=said, act=act, now=timezone.now())
        except _NotTaken:
            return _unmet(request)
        except (NotFound, Http404):
            return _refused([_("This is not there any more, or no longer open to you.")])
        except (Refused, Declined, PermissionDenied) as refusal:
            return _refused([str(refusal)])
        return JsonResponse({"state": "sent", "url": there or request.path})


def _moment(request: HttpRequest) -> datetime | None:
    ago = request.headers.get(WRITTEN_AGO, "")
    if not (ago.isdecimal() and ago.isascii() and len(ago) < 10):
        return None
    return timezone.now() - min(timedelta(seconds=int(ago)), LONGEST)


def _unmet(request: HttpRequest) -> HttpResponse:
    """What the view put into the form's errors (`desk.shortcuts.carried_out`)."""
    form: BaseForm | None = getattr(request, "unmet", None)
    if form is None:
        return _refused([_("This could not be done. Look at the page as it is now.")])
    if form.has_error("__all__", MERGE):
        return JsonResponse({"state": "merge", "errors": list(form.non_field_errors())}, status=409)
    told = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        told += [
            _("%(field)s: %(error)s") % {"field": label, "error": error} if label else str(error)
            for error in errors
        ]
    return _refused(told)


def _refused(errors: list[str]) -> HttpResponse:
    return JsonResponse({"state": "refused", "errors": errors}, status=422)
