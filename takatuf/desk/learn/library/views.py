"""Keeping the library: what is being written, what stands, and what becomes of each card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.desk.learn.library.forms import (
    CardForm,
    PublishForm,
    ReasonForm,
    SourceForm,
    SubmitForm,
    WithdrawForm,
)
from takatuf.desk.learn.parts import parts_of_learn
from takatuf.desk.shortcuts import Request, address, carried_out, desk_page, page_of, pressed
from takatuf.learning import services
from takatuf.learning.access import card_draft_for, card_for
from takatuf.learning.queries import (
    LANGUAGES,
    kept_cards,
    open_drafts,
    others_who_curate,
    titles_of,
)
from takatuf.learning.rules import LONGEST, free_code, gaps_of, new_body
from takatuf.learning.vocabulary import CardField, DraftState, Read, gap_sentence
from takatuf.network.access import check_may_curate

if TYPE_CHECKING:
    from takatuf.learning.models import Card, CardDraft

WHICH = ("all", "published", "withdrawn", "corrected", "written", "newer")


def _labels() -> dict[str, str]:
    return {
        "all": pgettext("of cards", "All cards"),
        "published": pgettext("of cards", "Published"),
        "withdrawn": pgettext("of cards", "Withdrawn"),
        "corrected": pgettext("of cards", "Corrected here"),
        "written": pgettext("of cards", "Written here"),
        "newer": pgettext("of cards", "A release brought another"),
    }


def _trail() -> list[tuple[str, str]]:
    return [(_("Library"), address("learn-library"))]


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _title(draft: CardDraft) -> str:
    """The title of a draft in the reader's language, else in its own."""
    words: dict[str, str] = draft.body["title"]
    return words.get(_language()) or words.get(draft.body["source_language"]) or draft.slug


@require_safe
def cards(request: Request) -> HttpResponse:
    """What is being written, then all cards of the library."""
    check_may_curate(request.actor)
    which = request.GET.get("which", "all")
    which = which if which in WHICH else "all"
    asked = request.GET.get("q", "").strip()[:80]
    page = page_of(request, kept_cards(which, asked, language=_language()))
    titles = titles_of([card.slug for card in page], _language())
    return desk_page(
        request,
        "desk/learn/library/cards.html",
        here="learn",
        page_title=_("Library"),
        tabs=list(parts_of_learn(request.actor, "learn-library")),
        drafts=[(one, _title(one)) for one in open_drafts()[:50]],
        filters=[
            {"url": f"?which={code}", "label": label, "current": code == which}
            for code, label in _labels().items()
        ],
        which=which,
        asked=asked,
        page=page,
        lines=[(card, titles.get(card.slug)) for card in page],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Request) -> HttpResponse:
    """Begin a card; it is finished, and its sources are added, on its own page."""
    check_may_curate(request.actor)
    language = _language() if _language() in LANGUAGES else LANGUAGES[0]
    form = CardForm(request.POST or None, body=new_body(language))

    def act() -> CardDraft:
        body = form.body()
        own = body["source_language"]
        return services.write_card(request.actor, body, source_language=own, now=timezone.now())

    made = carried_out(request, form, act, _("The draft is kept. Add its sources now."))
    if made is not None:
        return redirect("desk:card-draft", pk=made.pk)
    return _form_page(request, form, _("Write a card"), address("learn-library"))


def _form_page(
    request: Request, form: CardForm, title: str, back: str, version: int | None = None
) -> HttpResponse:
    return desk_page(
        request,
        "desk/learn/library/form.html",
        here="learn",
        page_title=title,
        trail=_trail(),
        form=form,
        back=back,
        version=version,
        status=422 if form.errors else 200,
    )


def _version(request: Request, draft: CardDraft) -> int:
    """What the sender saw; what is not a number was not seen at all."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change what a draft says."""
    found = card_draft_for(request.actor, pk)
    form = CardForm(request.POST or None, body=found.body, fixed=found.card_id is not None)
    done = carried_out(
        request,
        form,
        lambda: services.edit_card_draft(
            request.actor,
            found,
            form.body(),
            version=_version(request, found),
            now=timezone.now(),
        ),
        _("The draft is kept."),
    )
    if done is not None:
        return redirect("desk:card-draft", pk=pk)
    version = _version(request, found) if request.method == "POST" else found.version
    return _form_page(request, form, _("Edit the card"), address("card-draft", pk), version)


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: Request, pk: UUID, code: str) -> HttpResponse:
    """Add a source (`new`), change one, or take one out."""
    found = card_draft_for(request.actor, pk)
    sources: list[dict[str, Any]] = found.body["sources"]
    one = next((each for each in sources if each["id"] == code), None)
    if one is None and code != "new":
        raise Http404
    form = SourceForm(request.POST or None, source=one)

    def act() -> CardDraft:
        told = form.source(one["id"] if one else free_code(found.body))
        kept = [told if each is one else each for each in sources] + ([] if one else [told])
        return services.edit_card_draft(
            request.actor,
            found,
            {"sources": kept},
            version=_version(request, found),
            now=timezone.now(),
        )

    done = carried_out(request, form, act, _("The source is kept."))
    if done is not None:
        return redirect("desk:card-draft", pk=pk)
    return desk_page(
        request,
        "desk/learn/library/source.html",
        here="learn",
        page_title=_("Source %(code)s") % {"code": code} if one else _("Add a source"),
        trail=[*_trail(), (_title(found), address("card-draft", pk))],
        form=form,
        one=one,
        draft=found,
        version=_version(request, found) if request.method == "POST" else found.version,
        status=422 if form.errors else 200,
    )


@require_safe
def draft(request: Request, pk: UUID) -> HttpResponse:
    """One draft: what it says, what is missing, and what can be done with it now."""
    return _draft_page(request, card_draft_for(request.actor, pk))


def _acts(request: Request, found: CardDraft, sent: str = "") -> dict[str, forms.Form]:
    """The forms of what the reader may do with this draft in its state."""
    data = {sent: request.POST} if sent else {}
    if found.state == DraftState.DRAFT:
        correction = found.card_id is not None
        submit = SubmitForm(data.get("submit"), correction=correction, auto_id="submit-%s")
        return {"submit": submit}
    if found.state == DraftState.SUBMITTED:
        return {
            "publish": PublishForm(data.get("publish"), auto_id="publish-%s"),
            "send-back": ReasonForm(data.get("send-back"), auto_id="send-back-%s"),
        }
    return {}


def _draft_page(
    request: Request,
    found: CardDraft,
    acts: dict[str, forms.Form] | None = None,
    sent: str = "",
) -> HttpResponse:
    body, own = found.body, found.body["source_language"]
    form = (acts or {}).get(sent)
    own_edit = found.edited_by_id == request.actor.person_id
    alone = own_edit and not others_who_curate(request.actor.person_id)
    return desk_page(
        request,
        "desk/learn/library/draft.html",
        here="learn",
        page_title=_title(found),
        trail=_trail(),
        draft=found,
        is_open=found.state in (DraftState.DRAFT, DraftState.SUBMITTED),
        gaps=[gap_sentence(*gap) for gap in gaps_of(body)],
        texts=[
            (str(CardField(name).label), body[name].get(own, ""), sorted(body[name]))
            for name in LONGEST
        ],
        own=own,
        sources=[(one, Read(one["read"]).label) for one in body["sources"]],
        acts=_acts(request, found) if acts is None else acts,
        sent_form=form if form is not None and form.errors else None,
        own_edit=own_edit,
        alone=alone,
        moved=bool(found.card and found.card.version != found.card_version),
        status=422 if form is not None and form.errors else 200,
    )


@require_POST
def change(request: Request, pk: UUID, act: str) -> HttpResponse:
    """Submit a draft, send it back, publish it, put it aside, or take a source out."""
    found = card_draft_for(request.actor, pk)
    around: dict[str, Any] = {"version": _version(request, found), "now": timezone.now()}
    back = address("card-draft", pk)
    if act == "drop":
        return pressed(
            request,
            lambda: services.drop_card_draft(request.actor, found, **around),
            _("The draft is put aside."),
            address("learn-library"),
        )
    if act == "remove-source":
        code = request.POST.get("code", "")
        kept = [one for one in found.body["sources"] if one["id"] != code]
        return pressed(
            request,
            lambda: services.edit_card_draft(request.actor, found, {"sources": kept}, **around),
            _("The source is taken out."),
            back,
        )
    does: dict[str, tuple[Callable[..., Any], str]] = {
        "submit": (services.submit_card, _("The card waits for a second person.")),
        "send-back": (services.send_back_card, _("The draft went back to who wrote it.")),
        "publish": (services.publish_card, _("The card is published.")),
    }
    if act not in does:
        raise Http404
    use_case, said = does[act]
    acts = _acts(request, found, act)
    form = acts.get(act)
    if form is None:  # somebody was faster; the use case says so
        plain = forms.Form(request.POST)
        plain.full_clean()
        reason = {"reason": ""} if act == "send-back" else {}
        return pressed(
            request, lambda: use_case(request.actor, found, **reason, **around), said, back
        )
    done = carried_out(
        request, form, lambda: use_case(request.actor, found, **form.cleaned_data, **around), said
    )
    if done is None:
        return _draft_page(request, card_draft_for(request.actor, pk), acts, act)
    return redirect(address("card-kept", found.slug) if act == "publish" else back)


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: Request, slug: str) -> HttpResponse:
    """A card that was published: correct it, withdraw it, or bring it back."""
    found = card_for(request.actor, slug)
    form = WithdrawForm(request.POST or None)

    def act() -> Card:
        return services.withdraw_card(
            request.actor,
            found,
            language=_language(),
            now=timezone.now(),
            **form.cleaned_data,
        )

    done = carried_out(request, form, act, _("The card is withdrawn. Its address says why."))
    if done is not None:
        return redirect("desk:card-kept", slug=slug)
    title = titles_of([slug], _language()).get(slug)
    return desk_page(
        request,
        "desk/learn/library/card.html",
        here="learn",
        page_title=title.words if title else slug,
        trail=_trail(),
        card=found,
        form=form,
        drafts=[one for one in open_drafts() if one.slug == slug],
        status=422 if form.errors else 200,
    )


@require_POST
def correct(request: Request, slug: str) -> HttpResponse:
    """Begin a correction, or go on with the one that is open."""
    found = card_for(request.actor, slug)
    made: list[CardDraft] = []

    def act() -> None:
        made.append(services.begin_correction(request.actor, found, now=timezone.now()))

    said = _("Change what is wrong, then submit it.")
    answer = pressed(request, act, said, address("card-kept", slug))
    return redirect("desk:card-draft", pk=made[0].pk) if made else answer


@require_POST
def restore(request: Request, slug: str) -> HttpResponse:
    found = card_for(request.actor, slug)
    return pressed(
        request,
        lambda: services.restore_card(request.actor, found, now=timezone.now()),
        _("The card is back in the library."),
        address("card-kept", slug),
    )
