"""Dialogues at the desk: prepared, published by a second person, and told afterwards."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.accounts.rules import sends_letters
from takatuf.desk.learn.dialogues.forms import (
    WORDS,
    AfterForm,
    FrameForm,
    InviteForm,
    ItemForm,
    PrepareForm,
    ReasonForm,
    SourceForm,
    ThemeForm,
)
from takatuf.desk.learn.parts import parts_of_learn
from takatuf.desk.shortcuts import (
    Request,
    address,
    carried_out,
    desk_page,
    page_of,
    pressed,
)
from takatuf.learning import services
from takatuf.learning.access import dialogue_for
from takatuf.learning.gatherings import (
    Gathering,
    all_dialogues,
    days_of,
    gathering_of,
    gatherings,
    lines_of,
    registrations_of,
    seats_of,
)
from takatuf.learning.vocabulary import DialogueState
from takatuf.network.access import check_may_curate
from takatuf.network.queries import somebody_else_curates
from takatuf.ui.reading import language_name

TONES = {DialogueState.DRAFT: "warn", DialogueState.PUBLISHED: "go"}
HEAD = ("name", "city", "office", "email", "language", "state", "needs")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Act(NamedTuple):
    """A form of the page, what it does, and what is said when it is done."""

    form: Callable[..., forms.Form]
    do: Callable[[Request, Any, Any], object]
    said: str | Promise


def _edit(request: Request, found: Any, form: Any) -> object:
    return services.edit_dialogue(
        request.actor,
        found,
        changes=form.cleaned_data["changes"],
        frame=form.frame(),
        words=form.words(),
        now=timezone.now(),
    )


def _after(request: Request, found: Any, form: Any) -> object:
    told = form.cleaned_data
    return services.tell_what_came_of_it(
        request.actor,
        found,
        changes=told["changes"],
        learned=told["learned"],
        people=told["people"],
        more_than=told["more_than"],
        participants=form.participants(),
        now=timezone.now(),
    )


def _theme(request: Request, found: Any, form: Any) -> object:
    return services.add_theme(
        request.actor,
        found,
        words=form.cleaned_data["words"],
        cells=form.pairs(),
        now=timezone.now(),
    )


def _item(request: Request, found: Any, form: Any) -> object:
    return services.add_programme_item(
        request.actor, found, **form.cleaned_data, now=timezone.now()
    )


def _source(request: Request, found: Any, form: Any) -> object:
    return services.add_dialogue_source(
        request.actor, found, **form.cleaned_data, now=timezone.now()
    )


def _publish(request: Request, found: Any, form: Any) -> object:
    reason = form.cleaned_data["reason"]
    return services.publish_dialogue(request.actor, found, reason=reason, now=timezone.now())


def _withdraw(request: Request, found: Any, form: Any) -> object:
    reason = form.cleaned_data["reason"]
    return services.withdraw_dialogue(request.actor, found, reason=reason, now=timezone.now())


def _invite(request: Request, found: Any, form: Any) -> object:
    told = form.cleaned_data
    services.invite_to_dialogue(
        request.actor,
        found,
        cities=[UUID(city) for city in told["cities"]],
        roles=told["roles"],
        now=timezone.now(),
    )
    return found


def _publishing(*args: Any, **kwargs: Any) -> ReasonForm:
    return ReasonForm(*args, needed=False, **kwargs)


ACTS: dict[str, Act] = {
    "edit": Act(FrameForm, _edit, gettext_lazy("The dialogue is changed.")),
    "after": Act(AfterForm, _after, gettext_lazy("What came of it is written down.")),
    "theme": Act(ThemeForm, _theme, gettext_lazy("The theme is added.")),
    "item": Act(ItemForm, _item, gettext_lazy("The programme has one line more.")),
    "source": Act(SourceForm, _source, gettext_lazy("The source is added.")),
    "publish": Act(_publishing, _publish, gettext_lazy("The dialogue is public.")),
    "withdraw": Act(ReasonForm, _withdraw, gettext_lazy("The dialogue is withdrawn.")),
    "invite": Act(InviteForm, _invite, gettext_lazy("The invitations are on their way.")),
}


@require_safe
def dialogues(request: Request) -> HttpResponse:
    """Every dialogue, whatever its state, the latest first."""
    check_may_curate(request.actor)
    page = page_of(request, all_dialogues())
    return desk_page(
        request,
        "desk/learn/dialogues/dialogues.html",
        here="learn",
        page_title=_("Dialogues"),
        tabs=list(parts_of_learn(request.actor, "dialogues")),
        page=page,
        lines=[
            (one, days_of(one.dialogue), _badge(one.dialogue))
            for one in gatherings(page.object_list, get_language() or "en")
        ],
    )


def _badge(dialogue: Any) -> tuple[str, str]:
    return dialogue.get_state_display(), TONES.get(dialogue.state, "quiet")


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: Request) -> HttpResponse:
    """Begin a dialogue; nobody sees it before it is published."""
    check_may_curate(request.actor)
    initial = {"precision": "day", "language": get_language(), "timezone": "UTC"}
    form = PrepareForm(request.POST or None, initial=initial)

    def act() -> Any:
        return services.prepare_dialogue(
            request.actor,
            slug=form.cleaned_data["slug"],
            language=form.cleaned_data["language"],
            frame=form.frame(),
            words=form.words(),
            now=timezone.now(),
        )

    made = carried_out(request, form, act, _("The dialogue is begun. Nobody else sees it yet."))
    if made is not None:
        return redirect("desk:dialogue", made.slug)
    return desk_page(
        request,
        "desk/learn/dialogues/prepare.html",
        here="learn",
        status=422 if form.errors else 200,
        page_title=_("Prepare a dialogue"),
        form=form,
        trail=[(_("Dialogues"), address("dialogues"))],
    )


@require_safe
def dialogue(request: Request, slug: str) -> HttpResponse:
    """One dialogue, and all that can be done with it."""
    return _page(request, dialogue_for(request.actor, slug))


def _page(
    request: Request, found: Any, sent: str = "", sent_form: forms.Form | None = None
) -> HttpResponse:
    own = gathering_of(found, found.source_language)
    # Many forms share the page: each field's identifier begins with the act it is of.
    acts = {
        name: act.form(initial=_initial(name, found, own), auto_id=f"{name}-%s")
        for name, act in ACTS.items()
    }
    if sent_form is not None:
        acts[sent] = sent_form
    alone = request.actor.person_id is not None and request.actor.person_id == found.edited_by_id
    return desk_page(
        request,
        "desk/learn/dialogues/dialogue.html",
        here="learn",
        status=422 if sent_form is not None else 200,
        page_title=own.title.words or found.slug,
        trail=[(_("Dialogues"), address("dialogues"))],
        tabs=[],
        found=found,
        own=own,
        written_in=language_name(found.source_language),
        days=days_of(found),
        badge=_badge(found),
        public=found.state != DialogueState.DRAFT,
        seats=seats_of(found),
        acts=acts,
        sent=sent,
        sent_form=sent_form,
        waits_for_another=alone and somebody_else_curates(request.actor),
        alone=alone,
        letters=sends_letters(),
    )


def _initial(act: str, found: Any, own: Gathering) -> dict[str, Any]:
    """What a form of the page begins with."""
    if act == "edit":
        plain = {name: getattr(found, name) for name in services.Frame._fields}
        words = {name: own.words[name].words for name in WORDS if name in own.words}
        return plain | words | {"changes": found.changes}
    if act == "after":
        numbers = {
            f"kind-{one['kind']}": "?" if one["number"] is None else one["number"]
            for one in found.participants
        }
        return numbers | {
            "learned": own.learned.words,
            "people": found.people,
            "more_than": found.more_than,
            "changes": found.changes,
        }
    return {"on": found.begins_on} if act == "item" else {}


@require_POST
def change(request: Request, slug: str, act: str) -> HttpResponse:
    """Carry out one form of the page; what is wrong in it stands beside its field."""
    found = dialogue_for(request.actor, slug)
    if act not in ACTS:
        raise Http404
    form = ACTS[act].form(request.POST, auto_id=f"{act}-%s")
    done = carried_out(
        request, form, lambda: ACTS[act].do(request, found, form), str(ACTS[act].said)
    )
    if done is None:
        return _page(request, found, act, form)
    return redirect("desk:dialogue", slug)


@require_POST
def remove(request: Request, slug: str, part: str, key: str) -> HttpResponse:
    """Take out a theme, a line of the programme or a source."""
    found, now = dialogue_for(request.actor, slug), timezone.now()
    acts: dict[str, Callable[[], object]] = {
        "theme": lambda: services.remove_theme(request.actor, found, key=key, now=now),
        "item": lambda: services.remove_programme_item(request.actor, found, key=key, now=now),
        "source": lambda: services.remove_dialogue_source(request.actor, found, code=key, now=now),
    }
    if part not in acts:
        raise Http404
    return pressed(request, acts[part], _("It is taken out."), address("dialogue", slug))


@require_safe
def registrations(request: Request, slug: str) -> HttpResponse:
    """Who comes, who waits, who has not answered."""
    found = dialogue_for(request.actor, slug)
    page = page_of(request, registrations_of(found))
    own = gathering_of(found, get_language() or "en")
    return desk_page(
        request,
        "desk/learn/dialogues/registrations.html",
        here="learn",
        page_title=_("Who comes"),
        trail=[
            (_("Dialogues"), address("dialogues")),
            (own.title.words or found.slug, address("dialogue", slug)),
        ],
        found=found,
        seats=seats_of(found),
        page=page,
        lines=lines_of(page.object_list),
    )


@require_POST
def take_out(request: Request, slug: str) -> HttpResponse:
    """The list as a table for the hosts; the record says that it was taken out."""
    found = dialogue_for(request.actor, slug)
    every = services.read_registrations(request.actor, found, now=timezone.now())
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(HEAD)
    for line in lines_of(every):
        one = line.registration
        cells = (line.name, line.city, line.office, line.email, one.language, one.seat, line.needs)
        table.writerow([_harmless(str(cell)) for cell in cells])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-registrations.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _harmless(cell: str) -> str:
    """A cell that no table programme takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
