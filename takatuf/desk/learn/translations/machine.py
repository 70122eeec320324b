"""Asking the machine: for one text, or for all that is missing in a language; and stopping it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from takatuf.desk.shortcuts import Request, address, pressed
from takatuf.translation.queries import machine_of
from takatuf.translation.rules import page_of
from takatuf.translation.services import ask_machine, stop_machine

REASONS = {
    "changed-since": gettext_lazy("somebody wrote it meanwhile"),
    "places": gettext_lazy("a placeholder was lost"),
    "lost": gettext_lazy("a place, a source or a term was lost"),
    "script": gettext_lazy("the words are in another script"),
}


@require_POST
def ask(request: Request, language: str) -> HttpResponse:
    """Put the texts in the machine's hands; the worker does them one by one."""
    key = request.POST.get("key", "")[:200]
    return pressed(
        request,
        lambda: ask_machine(request.actor, language, key=key, now=timezone.now()),
        _("The machine is asked. What it writes is marked until a person approves it."),
        _back(language, key),
    )


@require_POST
def stop(request: Request, language: str) -> HttpResponse:
    """Ask for no more; what is done stays."""
    return pressed(
        request,
        lambda: stop_machine(request.actor, language, now=timezone.now()),
        _("The machine is stopped. What it has written stays."),
        _back(language),
    )


def _back(language: str, key: str = "") -> str:
    if key and (page := address("translation-page", language, page_of(key))):
        return page
    return f"{address('translations')}?{urlencode({'language': language})}"


def told_of_machine(language: str, missing: int) -> dict[str, Any]:
    """What the list of a language says of the machine: where words go, how far it is."""
    machine = machine_of(language)
    run = machine.run
    return {
        "machine": machine,
        "missing": missing,
        "problems": [
            (one["key"], REASONS.get(one["why"], ""), one["why"]) for one in run.problems[:20]
        ]
        if run
        else [],
    }
