"""The journals, for whoever answers for them: read, verified, signed, taken out."""

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
from django.views.decorators.http import require_POST, require_safe

from takatuf.desk.shortcuts import Request, address, desk_page, page_of, pressed
from takatuf.foundation.errors import Refused
from takatuf.journal import services
from takatuf.journal.access import log_for, logs_of, may_erase, may_read_texts
from takatuf.journal.queries import checkpoints_of, entries_of, signed_at, verifier_key_of
from takatuf.journal.sentences import sentence_html
from takatuf.network.access import city_also_for_operators
from takatuf.network.queries import cities_by_id

if TYPE_CHECKING:
    from takatuf.network.models import City

CHECKPOINTS_SHOWN = 10


@require_safe
def journals(request: Request) -> HttpResponse:
    """Every journal that the reader answers for: the installation's, and those of cities."""
    page = page_of(request, logs_of(request.actor))
    logs = page.object_list
    cities = cities_by_id(log.city_id for log in logs if log.city_id)
    signed = signed_at([log.name for log in logs])
    rows = [(log, cities.get(log.city_id), signed.get(log.name)) for log in logs]
    return desk_page(
        request,
        "desk/journal/journals.html",
        here="",
        page_title=_("Journals"),
        page=page,
        rows=[
            (log, city, at, address("journal", *_slug(city)))
            for log, city, at in rows
            if city or not log.city_id
        ],
    )


def _slug(city: City | None) -> list[str]:
    """What tells a city's page from the installation's in an address."""
    return [city.slug] if city else []


def _log(city: City | None) -> str:
    return city.log if city else services.INSTALLATION


def _file(city: City | None) -> str:
    return city.slug if city else "installation"


def at_journal(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view gets the city, None for the installation, behind the door of its log."""

    @wraps(view)
    def inner(request: Request, city: str | None = None, **kwargs: Any) -> HttpResponseBase:
        found = city_also_for_operators(request.actor, city) if city else None
        log_for(request.actor, _log(found))
        zone = ZoneInfo(found.timezone) if found else timezone.get_default_timezone()
        with timezone.override(zone):
            return view(request, found, **kwargs)

    return inner


@require_safe
@at_journal
def journal(request: Request, city: City | None) -> HttpResponse:
    """What was done in the city, or above the cities, in sentences, the newest first."""
    return _page(request, city)


def _page(request: Request, city: City | None, **context: Any) -> HttpResponse:
    log, slug = _log(city), _slug(city)
    page = page_of(request, entries_of(log))
    texts = may_read_texts(request.actor, log)
    return desk_page(
        request,
        "desk/journal/journal.html",
        here="",
        city=city,
        page_title=_("Journal") if city else _("Journal of the installation"),
        trail=[(_("Journals"), address("journals"))],
        page=page,
        entries=[(entry, sentence_html(entry, texts=texts)) for entry in page.object_list],
        checkpoints=[
            (checkpoint, address("checkpoint", *slug, checkpoint.size))
            for checkpoint in checkpoints_of(log)[:CHECKPOINTS_SHOWN]
        ],
        key=verifier_key_of(log),
        verify_url=address("journal-verify", *slug),
        sign_url=address("journal-sign", *slug),
        export_url=address("journal-export", *slug),
        erase_url=address("journal-erase", *slug) if city and may_erase(request.actor, log) else "",
        **context,
    )


@require_POST
@at_journal
def verify(request: Request, city: City | None) -> HttpResponse:
    """Read the whole log again and say whether it still is what it was."""
    return _page(
        request, city, report=services.verify(_log(city))["logs"][0], verified_at=timezone.now()
    )


@require_POST
@at_journal
def sign(request: Request, city: City | None) -> HttpResponseBase:
    """Sign the log as it stands."""
    return pressed(
        request,
        lambda: services.sign_checkpoint(_log(city), now=timezone.now()),
        _("The journal is signed as it stands now."),
        address("journal", *_slug(city)),
    )


@require_POST
@at_journal
def export(request: Request, city: City | None) -> HttpResponseBase:
    """The log as a file that a third party verifies without this system."""
    now = timezone.now()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.zip"
        try:
            services.export_bundle(
                request.actor, path, now=now, log=_log(city), names="names" in request.POST
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(address("journal", *_slug(city)))
        # Open, it outlives its folder; nothing of it stays on the server's disk.
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"journal-{_file(city)}-{now:%Y-%m-%d-%H%M}.zip",
        )


@require_safe
@at_journal
def checkpoint(request: Request, city: City | None, size: int) -> HttpResponse:
    """One signature over the log, as the note that others keep."""
    found = checkpoints_of(_log(city)).filter(size=min(size, 2**62)).first()
    if found is None:
        raise Http404
    answer = HttpResponse(found.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{_file(city)}-{size}.txt"'
    return answer
