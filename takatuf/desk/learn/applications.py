"""Applications to join, before the secretariat: read, asked about, judged by two people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from takatuf.accounts.rules import sends_letters
from takatuf.alerts.queries import letters_about
from takatuf.coordination.services import (
    approve_application,
    ask_for_more,
    invitation_link,
    reconsider_application,
    turn_down_application,
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
from takatuf.foundation.crypto import unseal_bytes
from takatuf.network.access import application_for, check_may_admit
from takatuf.network.exchange.proofs import TYPES
from takatuf.network.places import country_name, zones_of
from takatuf.network.queries import (
    applications as asked_to_join,
)
from takatuf.network.queries import (
    approvals_of,
    count_of_applications,
    judgements_of,
    likely_same,
    proposal_for,
    secretariat,
    warnings_about,
)
from takatuf.network.rules import APPLICATION_LENGTHS
from takatuf.network.services import (
    confirm_by_hand,
    look_again,
    take_back_yes,
)
from takatuf.network.vocabulary import ApplicationState
from takatuf.plans.vocabulary import Size
from takatuf.ui.forms import WordsArea, WordsInput

if TYPE_CHECKING:
    from takatuf.network.models import Application

WHICH = ("waiting", "asked", "alone", "admitted", "refused", "withdrawn", "all")
TONES = {
    ApplicationState.UNCONFIRMED: "quiet",
    ApplicationState.WAITING: "warn",
    ApplicationState.ASKED: "quiet",
    ApplicationState.ADMITTED: "go",
}
LONGEST = APPLICATION_LENGTHS["words"]


def _reason(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, help_text=hint, widget=WordsArea({"rows": 3})
    )


class ApproveForm(forms.Form):
    reason = _reason(
        gettext_lazy("Why yes"),
        gettext_lazy("What you checked, and how: for the journal and for the second person."),
    )
    alone = forms.CharField(
        label=gettext_lazy("Why you decide alone"),
        max_length=LONGEST,
        required=False,
        widget=WordsArea({"rows": 2}),
        help_text=gettext_lazy(
            "The secretariat has nobody else. With a reason here the authority is admitted at "
            "once; it is journalled, and a second person looks at it later. Left empty, your "
            "yes waits for a second person."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the city"), max_length=120, widget=WordsInput
    )
    slug = forms.CharField(
        label=gettext_lazy("Short name in addresses"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=gettext_lazy("Small Latin letters, digits and hyphens: marsa-noor"),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Timezone"))
    languages = forms.CharField(
        label=gettext_lazy("Languages"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=gettext_lazy("Codes with commas between, the city’s own first: ar,en"),
    )
    size = forms.ChoiceField(
        label=gettext_lazy("Size"),
        choices=Size.choices,
        help_text=gettext_lazy("How much of the framework its plan begins with."),
    )

    def __init__(self, *args: Any, one: Application, alone: bool, **kwargs: Any) -> None:
        planned = proposal_for(one)
        kwargs["initial"] = planned | {"languages": ",".join(planned["languages"])}
        super().__init__(*args, **kwargs)
        zones = dict.fromkeys([planned["timezone"], *zones_of(one.country), "UTC"])
        self.fields["timezone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        if not alone:
            del self.fields["alone"]

    def values(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        judged = {"reason": told.pop("reason"), "alone": told.pop("alone", "")}
        told["languages"] = [tag.strip() for tag in told["languages"].split(",") if tag.strip()]
        return judged | {"proposal": told}


class AskForm(forms.Form):
    question = _reason(
        gettext_lazy("What you want to know"),
        gettext_lazy("The applicant reads it, in the words that you write."),
    )


class RefuseForm(forms.Form):
    reason = _reason(
        gettext_lazy("Why not"), gettext_lazy("The applicant is told this reason, in ten minutes.")
    )


class LookForm(forms.Form):
    reason = _reason(gettext_lazy("What you found"))


class HandForm(forms.Form):
    reason = _reason(
        gettext_lazy("How you checked the address"),
        gettext_lazy("For example by telephone, over the number on the authority’s own website."),
    )


class Act(NamedTuple):
    """What can be done with an application: its form, what it does, and what is said then."""

    form: Callable[..., forms.Form]
    do: Callable[[Request, Application, Any], object]
    said: Any


def _approve(request: Request, one: Application, form: Any) -> object:
    return approve_application(request.actor, one, now=timezone.now(), **form.values())


def _with(use_case: Callable[..., object]) -> Callable[[Request, Application, Any], object]:
    def do(request: Request, one: Application, form: Any) -> object:
        return use_case(request.actor, one, now=timezone.now(), **form.cleaned_data)

    return do


ACTS = {
    "approve": Act(ApproveForm, _approve, gettext_lazy("Your yes is written down.")),
    "ask": Act(AskForm, _with(ask_for_more), gettext_lazy("The question is on its way.")),
    "refuse": Act(
        RefuseForm, _with(turn_down_application), gettext_lazy("The application is refused.")
    ),
    "look-again": Act(LookForm, _with(look_again), gettext_lazy("What you found is written down.")),
    "confirm": Act(HandForm, _with(confirm_by_hand), gettext_lazy("The address is confirmed.")),
}
PRESSES = {
    "take-back": (take_back_yes, gettext_lazy("Your yes is taken back.")),
    "take-up": (reconsider_application, gettext_lazy("The application waits again.")),
}


def _labels() -> dict[str, str]:
    return {
        "unconfirmed": _("Address not confirmed"),
        "waiting": pgettext("of applications", "Waiting"),
        "asked": pgettext("of applications", "Asked for more"),
        "alone": _("Approved by one alone"),
        "admitted": pgettext("of applications", "Admitted"),
        "refused": pgettext("of applications", "Refused"),
        "withdrawn": pgettext("of applications", "Withdrawn"),
        "all": pgettext("of applications", "All"),
    }


@require_safe
def applications(request: Request) -> HttpResponse:
    """Who asks to join, by state; those that wait longest first."""
    check_may_admit(request.actor)
    # Where no letter leaves, somebody must confirm addresses in another way.
    choices = WHICH if sends_letters() else ("unconfirmed", *WHICH)
    counts, labels = count_of_applications(), _labels()
    first = next((code for code in ("waiting", *choices[:1]) if counts.get(code)), "waiting")
    which = request.GET.get("which", first)
    which = which if which in choices else first
    counts["alone"] = asked_to_join("alone").count()
    counts["all"] = sum(counts.get(state, 0) for state in choices if state not in ("alone", "all"))
    language = get_language() or "en"
    wanted = "any" if which == "all" and "unconfirmed" in choices else which
    page = page_of(request, asked_to_join(wanted).prefetch_related("judgements"))
    return desk_page(
        request,
        "desk/learn/applications.html",
        here="learn",
        page_title=_("Applications to join"),
        tabs=list(parts_of_learn(request.actor, "applications")),
        which=which,
        filters=[
            {
                "url": f"?which={code}",
                "label": labels[code],
                "current": code == which,
                "count": counts.get(code, 0),
            }
            for code in choices
        ],
        page=page,
        lines=[
            (
                one,
                country_name(one.country, language),
                TONES.get(ApplicationState(one.state), "quiet"),
                sum(j.verdict == "yes" and not j.void for j in one.judgements.all()),
            )
            for one in page
        ],
    )


@require_safe
def application(request: Request, pk: UUID) -> HttpResponse:
    return _page(request, application_for(request.actor, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, pk: UUID, act: str) -> HttpResponse:
    """One press or one form of the page; with an error the page comes again, words kept."""
    one = application_for(request.actor, pk)
    to = address("application", pk)
    if request.method != "POST":
        return redirect(to)
    if act in PRESSES:
        use_case, said = PRESSES[act]
        return pressed(
            request, lambda: use_case(request.actor, one, now=timezone.now()), str(said), to
        )
    if act not in ACTS:
        raise Http404
    form = _form(request, one, act, request.POST)
    chosen = ACTS[act]
    done = carried_out(
        request, form, lambda: chosen.do(request, one, form) or True, str(chosen.said)
    )
    if done is not None:
        return redirect(to)
    one.refresh_from_db()
    if act in _acts(request, one):
        return _page(request, one, sent=act, sent_form=form)
    for words in (words for errors in form.errors.values() for words in errors):
        messages.error(request, str(words))  # its form is gone: somebody was quicker
    return redirect(to)


@require_safe
def document(request: Request, pk: UUID) -> HttpResponse:
    """The applicant's document, to be kept and looked at elsewhere: the browser opens nothing."""
    one = application_for(request.actor, pk)
    kept = getattr(one, "document", None)
    if kept is None:
        raise Http404
    response = HttpResponse(unseal_bytes(kept.sealed), content_type=TYPES[kept.kind])
    response["Content-Disposition"] = f'attachment; filename="proof-{one.pk}.{kept.kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _form(request: Request, one: Application, act: str, data: Any = None) -> forms.Form:
    if act == "approve":
        me = [person.pk for person in secretariat()] == [request.actor.person_id]
        return ApproveForm(
            data, one=one, alone=me and not approvals_of(one), auto_id="id_approve_%s"
        )
    return ACTS[act].form(data, auto_id=f"id_{act}_%s")


def _acts(request: Request, one: Application) -> list[str]:
    """What the reader can do with the application as it stands."""
    said_yes = request.actor.person_id in {j.person_id for j in approvals_of(one)}
    if one.state in {ApplicationState.WAITING, ApplicationState.ASKED}:
        return [*([] if said_yes else ["approve"]), "ask", "refuse"]
    if one.state == ApplicationState.UNCONFIRMED and not sends_letters():
        return ["confirm"]
    if one.state == ApplicationState.ADMITTED and asked_to_join("alone").filter(pk=one.pk):
        return [] if said_yes else ["look-again"]
    return []


def _page(
    request: Request, one: Application, *, sent: str = "", sent_form: forms.Form | None = None
) -> HttpResponse:
    language = get_language() or "en"
    approvals = approvals_of(one)
    said_yes = request.actor.person_id in {j.person_id for j in approvals}
    open_to_us = one.state in {ApplicationState.WAITING, ApplicationState.ASKED}
    acts = _acts(request, one)
    shown = {act: sent_form if act == sent else _form(request, one, act) for act in acts}
    return desk_page(
        request,
        "desk/learn/application.html",
        here="learn",
        page_title=_("Application to join"),
        trail=[(_("Applications to join"), address("applications"))],
        one=one,
        country=country_name(one.country, language),
        tone=TONES.get(ApplicationState(one.state), "quiet"),
        kept=getattr(one, "document", None),
        warnings=warnings_about(one),
        same=likely_same(one),
        judgements=judgements_of(one),
        approvals=approvals,
        may_take_back=open_to_us and said_yes,
        may_take_up=one.state == ApplicationState.REFUSED and bool(one.email),
        letters=letters_about(one.about).exclude(notice__endswith="join_waits")[:5],
        # Where no letter leaves, whoever admits hands the invitation over.
        invitation=""
        if sends_letters() or one.state != ApplicationState.ADMITTED
        else invitation_link(request.actor, one, now=timezone.now()),
        forms=shown,
        look=shown.get("look-again"),
        sent=sent,
    )
