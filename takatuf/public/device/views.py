"""What a device needs to go on without a network: its worker, and the page of what waits."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

PACKAGE = Path(__file__).parents[2]
SCRIPTS = PACKAGE / "ui/static/ui"
FILES = ("ui/takatuf.css", "ui/takatuf.js", "ui/device.js", "ui/outbox.js", "ui/mark.svg")
LIBRARY = "django_htmx/htmx-2.min.js"
# Whatever changes one of these gives the worker a new version, and so a fresh shell.
SHOWN = ("ui/templates/ui/page.html", "public/templates/public/device/waiting.html")


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, at the root so that it stands before every page of this server."""
    answer = HttpResponse(worker_text(), content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
@login_not_required
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits on this device. The list is drawn by the device; nothing of it is here."""
    return render(
        request, "public/device/waiting.html", {"page_title": _("What waits on this device")}
    )


@cache
def worker_text() -> str:
    """The worker's script, after the values that it asks for."""
    tongues = [code for code, _name in settings.SPOKEN_LANGUAGES]
    shell = [*(f"/{code}/waiting/" for code in tongues), *map(static, (*FILES, LIBRARY))]
    parts = [(SCRIPTS / name).read_text() for name in ("device.js", "worker.js")]
    hashed = sha256("".join(parts).encode())
    for path in [*(SCRIPTS.parent / name for name in FILES), *(PACKAGE / name for name in SHOWN)]:
        hashed.update(path.read_bytes())
    for path in sorted((PACKAGE / "locale").rglob("django.po")):
        hashed.update(path.read_bytes())
    values = {
        "VERSION": hashed.hexdigest()[:16],
        "HOURS": settings.DEVICE_HOURS,
        "SHELL": shell,
        "TONGUES": tongues,
    }
    said = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
    return said + "\n".join(parts)
