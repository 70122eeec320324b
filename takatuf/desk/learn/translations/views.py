"""Translations: what waits in each language, and a page's texts beside their versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from takatuf.desk.learn.parts import parts_of_learn
from takatuf.desk.learn.translations.forms import (
    ApproveAllForm,
    ApproveForm,
    SendBackForm,
    WriteForm,
)
from takatuf.desk.learn.translations.machine import told_of_machine
from takatuf.desk.shortcuts import Request, address, attempt, desk_page, page_of
from takatuf.translation.access import check_may_review
from takatuf.translation.beside import (
    Beside,
    counts_by_state,
    kinds,
    lines_of,
    pages_with,
    texts_of,
)
from takatuf.translation.places import place_of
from takatuf.translation.queries import machine_of, mistakes_about, shown, told
from takatuf.translation.rules import kind_of
from takatuf.translation.rules import page_of as page_of_key
from takatuf.translation.services import (
    approve_version,
    approve_versions,
    review_version,
    send_back_version,
    write_version,
)
from takatuf.translation.vocabulary import DEPARTS, FIELDS, KINDS, MISSING, STATE_NAMES, State
from takatuf.ui.reading import direction_of, language_name

PAGE_LINES = 30
# What a reviewer looks for first.
FILTERS = (
    State.MACHINE, State.DRAFT, State.REVIEWED, State.APPROVED, State.BEHIND, MISSING, DEPARTS,
)  # fmt: skip
TONES = {
    State.APPROVED: "go",
    State.REVIEWED: "go",
    State.DRAFT: "quiet",
    State.SOURCE: "quiet",
    State.MACHINE: "warn",
    State.BEHIND: "warn",
    MISSING: "warn",
}
ACTS: dict[str, type[forms.Form]] = {
    "write": WriteForm,
    "review": ApproveForm,
    "approve": ApproveForm,
    "back": SendBackForm,
}


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _usual_language() -> str:
    """The reader's own, unless it is the one that nearly everything was written in."""
    here = get_language() or "en"
    return here if here != "en" else "ar"


@require_safe
def translations(request: Request) -> HttpResponse:
    """Pages and cards by the state of their versions in one language."""
    check_may_review(request.actor)
    asked = request.GET.get("language", _usual_language())
    language = asked if asked in _languages() else _usual_language()
    which = request.GET.get("which", "")
    which = which if which in FILTERS else ""
    kind = request.GET.get("kind", "")
    kind = kind if kind in (there := kinds()) else ""

    def link(**changed: str) -> str:
        told = {"language": language, "which": which, "kind": kind} | changed
        return "?" + urlencode({name: value for name, value in told.items() if value})

    counts, labels = counts_by_state(language, kind), STATE_NAMES
    page = page_of(request, pages_with(language, state=which, kind=kind), PAGE_LINES)
    return desk_page(
        request,
        "desk/learn/translations/list.html",
        here="learn",
        page_title=_("Translations"),
        tabs=list(parts_of_learn(request.actor, "translations")),
        language_code=language,
        name_of_language=language_name(language),
        languages=[
            {"url": link(language=code), "label": language_name(code), "current": code == language}
            for code in _languages()
        ],
        filters=[
            {"url": link(which=""), "label": _("All texts"), "current": not which,
             "count": sum(counts.values())},
            *({"url": link(which=str(state)), "label": labels[state], "current": state == which,
               "count": counts.get(state, 0) if state != DEPARTS else None}
              for state in FILTERS if state in (DEPARTS, which) or counts.get(state)),
        ],
        kinds=[
            {"url": link(kind=""), "label": _("All kinds"), "current": not kind},
            *({"url": link(kind=code), "label": KINDS.get(code, code), "current": code == kind}
              for code in there),
        ],
        page=page,
        lines=[
            {
                "url": address("translation-page", language, line.page),
                "title": line.title,
                "name": line.page,
                "kind": KINDS.get(line.kind, line.kind),
                "states": [
                    (labels[state], TONES.get(state, "quiet"), count)
                    for state, count in sorted(line.states.items())
                ],
                "departs": line.departs,
            }
            for line in lines_of(list(page), language, get_language() or "en")
        ],
        which=which,
        **told_of_machine(language, counts.get(MISSING, 0)),
    )  # fmt: skip


@require_safe
def translation(request: Request, text: str) -> HttpResponse:
    """The way from a text, known by its key, to its page side by side."""
    check_may_review(request.actor)
    key = text
    asked = request.GET.get("language", "")
    language = asked if asked in _languages() else _usual_language()
    for page in (key.strip("/"), page_of_key(key.strip("/"))):
        for index, one in enumerate(texts_of(page, language, reader=None)):
            if one.key == key or page == key.strip("/"):
                to = address("translation-page", language, page)
                return redirect(f"{to}#t{index}" if one.key == key else to)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def translation_page(request: Request, language: str, page: str) -> HttpResponse:
    """The texts of one page or card, each beside its version, with what helps to judge it."""
    check_may_review(request.actor)
    if language not in _languages():
        raise Http404
    texts = texts_of(page, language, reader=request.actor.person_id)
    if not texts:
        raise Http404
    unmet: dict[tuple[int, str], forms.Form] = {}
    if request.method == "POST":
        index = _index_of(request.POST.get("index", ""), len(texts))
        act = request.POST.get("act", "")
        if act == "approve-all":
            form: forms.Form = ApproveAllForm(request.POST, own=any(one.own for one in texts))
            done = _approve_all(request, form, texts, language, page)
        elif act in ACTS and index is not None:
            one = texts[index]
            form = ACTS[act](request.POST, one=one, index=index, language=language)  # type: ignore[call-arg]
            done = _acted(request, form, act, language)
        else:
            raise Http404
        if done:
            return redirect(f"{request.path}#t{index or 0}")
        unmet[index if act != "approve-all" and index is not None else -1, act] = form
    return desk_page(
        request,
        "desk/learn/translations/page.html",
        here="learn",
        page_title=_title(texts, page),
        trail=[
            (_("Translations"), f"{address('translations')}?language={language}"),
        ],
        language_code=language,
        name_of_language=language_name(language),
        direction_of_version=direction_of(language),
        languages=[
            {"url": address("translation-page", code, page), "label": language_name(code),
             "current": code == language}
            for code in _languages()
        ],
        kind=KINDS.get(kind_of(page), kind_of(page)),
        read_at=place_of(texts[0].key, language),
        texts=[_drawn(one, index, language, unmet) for index, one in enumerate(texts)],
        all_form=unmet.get((-1, "approve-all"))
        or ApproveAllForm(own=any(one.own and one.waits for one in texts)),
        waiting=[one for one in texts if one.waits],
        machine=machine_of(language),
        reports=[(one, told(one)) for one in mistakes_about(page, language)[:20]],
        status=422 if unmet else 200,
    )  # fmt: skip


def _title(texts: list[Beside], page: str) -> str:
    """What the page is called to this reader; a long text names no page."""
    by_field = {one.field: one for one in texts}
    found = by_field.get("title") or by_field.get("heading") or texts[0]
    words = shown(found.key, get_language() or "en").words
    return words if len(words) <= 100 else page


def _index_of(text: str, count: int) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 5 and int(text) < count else None


def _drawn(
    one: Beside, index: int, language: str, unmet: dict[tuple[int, str], forms.Form]
) -> dict[str, Any]:
    def form(kind: Callable[..., forms.Form], *acts: str) -> forms.Form:
        for act in acts:
            if (index, act) in unmet:
                return unmet[index, act]
        return kind(one=one, index=index, language=language)

    return {
        "index": index,
        "one": one,
        "label": FIELDS.get(one.field, one.field),
        "source_direction": direction_of(one.source.language),
        "state": STATE_NAMES[one.state],
        "tone": TONES.get(one.state, "quiet"),
        "known": [(each, STATE_NAMES[each.state]) for each in one.suggestions],
        "write": form(WriteForm, "write"),
        "approve": form(ApproveForm, "review", "approve"),
        "back": form(SendBackForm, "back"),
        "machine_may": not one.is_source and one.state in (MISSING, State.MACHINE, State.BEHIND),
        "met": any(
            error.code == "changed-since"
            for each in unmet.values()
            for error in each.non_field_errors().as_data()
        )
        and any(number == index for number, _act in unmet),
        "open": any(number == index for number, _act in unmet),
    }


def _acted(request: Request, form: forms.Form, act: str, language: str) -> bool:
    if not form.is_valid():
        return False
    given, now = form.cleaned_data, timezone.now()
    key, seen = given["key"], given["seen"]

    def carry_out() -> bool:
        if act == "write":
            write_version(request.actor, key, language, given["words"], seen=seen, now=now)
        elif act == "review":
            review_version(request.actor, key, language, seen=seen, now=now)
        elif act == "approve":
            reason = given.get("alone_reason", "")
            approve_version(request.actor, key, language, seen=seen, now=now, alone_reason=reason)
        else:
            send_back_version(
                request.actor, key, language, reason=given["reason"], seen=seen, now=now
            )
        return True

    done = attempt(form, carry_out)
    if done:
        said = {
            "write": _("The version is kept as a draft."),
            "review": _("The version is marked as reviewed."),
            "approve": _("The version is approved."),
            "back": _("The version is a draft again."),
        }
        messages.success(request, said[act])
    return bool(done)


def _approve_all(
    request: Request, form: forms.Form, texts: list[Beside], language: str, page: str
) -> bool:
    if not form.is_valid():
        return False
    seen = {one.key: request.POST.get(f"seen:{one.key}", "") for one in texts}
    count = attempt(
        form,
        lambda: approve_versions(
            request.actor,
            page,
            language,
            seen=seen,
            now=timezone.now(),
            alone_reason=form.cleaned_data.get("alone_reason", ""),
        ),
    )
    if count:
        messages.success(
            request,
            ngettext("%(count)s version is approved.", "%(count)s versions are approved.", count)
            % {"count": count},
        )
    return bool(count)
