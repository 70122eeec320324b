"""The journal of a city, for whoever answers for it: read, verified, signed, taken out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from takatuf.desk.shortcuts import Request, address, desk_page, page_of, pressed
from takatuf.foundation.errors import Refused
from takatuf.journal import services
from takatuf.journal.access import log_for, may_read_texts
from takatuf.journal.queries import checkpoints_of, entries_of, verifier_key_of
from takatuf.journal.sentences import sentence_html
from takatuf.network.access import city_also_for_operators

if TYPE_CHECKING:
    from takatuf.network.models import City

CHECKPOINTS_SHOWN = 10


def at_journal(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view gets the city, behind the door of its log."""

    @wraps(view)
    def inner(request: Request, city: str, **kwargs: Any) -> HttpResponseBase:
        found = city_also_for_operators(request.actor, city)
        log_for(request.actor, found.log)
        with timezone.override(ZoneInfo(found.timezone)):
            return view(request, found, **kwargs)

    return inner


@require_GET
@at_journal
def journal(request: Request, city: City) -> HttpResponse:
    """What was done in the city, in sentences, the newest first."""
    return _page(request, city)


def _page(request: Request, city: City, **context: Any) -> HttpResponse:
    page = page_of(request, entries_of(city.log))
    texts = may_read_texts(request.actor, city.log)
    return desk_page(
        request,
        "desk/journal/journal.html",
        here="",
        city=city,
        page_title=_("Journal"),
        page=page,
        entries=[(entry, sentence_html(entry, texts=texts)) for entry in page.object_list],
        checkpoints=checkpoints_of(city.log)[:CHECKPOINTS_SHOWN],
        key=verifier_key_of(city.log),
        **context,
    )


@require_POST
@at_journal
def verify(request: Request, city: City) -> HttpResponse:
    """Read the whole log again and say whether it still is what it was."""
    return _page(
        request, city, report=services.verify(city.log)["logs"][0], verified_at=timezone.now()
    )


@require_POST
@at_journal
def sign(request: Request, city: City) -> HttpResponseBase:
    """Sign the log as it stands."""
    return pressed(
        request,
        lambda: services.sign_checkpoint(city.log, now=timezone.now()),
        _("The journal is signed as it stands now."),
        address("journal", city.slug),
    )


@require_POST
@at_journal
def export(request: Request, city: City) -> HttpResponseBase:
    """The log as a file that a third party verifies without this system."""
    now = timezone.now()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.zip"
        try:
            services.export_bundle(
                request.actor, path, now=now, log=city.log, names="names" in request.POST
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:journal", city.slug)
        # Open, it outlives its folder; nothing of it stays on the server's disk.
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"journal-{city.slug}-{now:%Y-%m-%d-%H%M}.zip",
        )


@require_GET
@at_journal
def checkpoint(request: Request, city: City, size: int) -> HttpResponse:
    """One signature over the log, as the note that others keep."""
    found = checkpoints_of(city.log).filter(size=min(size, 2**62)).first()
    if found is None:
        raise Http404
    answer = HttpResponse(found.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{city.slug}-{size}.txt"'
    return answer
