"""The queue of mistakes that readers reported, and settling one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.alerts.queries import letters_about
from takatuf.coordination.services import answer_mistake, take_up_mistake
from takatuf.desk.learn.parts import parts_of_learn
from takatuf.desk.shortcuts import Request, address, carried_out, desk_page, page_of, pressed
from takatuf.translation.access import check_may_review, mistake_for
from takatuf.translation.queries import count_of_mistakes, public_texts, told
from takatuf.translation.queries import mistakes as reported
from takatuf.translation.rules import LONGEST_REASON
from takatuf.translation.vocabulary import Outcome
from takatuf.ui.forms import WordsArea

if TYPE_CHECKING:
    from takatuf.translation.models import Mistake

WHICH = (*Outcome.values, "all")
TONES = {Outcome.OPEN: "warn", Outcome.MENDED: "go"}
SETTLED = [choice for choice in Outcome.choices if choice[0] != Outcome.OPEN]


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it?"), choices=SETTLED, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        required=False,
        widget=WordsArea({"rows": 3}),
        help_text=gettext_lazy(
            "Whoever reported it and wished an answer reads it. Needed where it is not mended."
        ),
    )


@require_safe
def mistakes(request: Request) -> HttpResponse:
    """What readers reported, by state; the open ones first."""
    check_may_review(request.actor)
    which = request.GET.get("which", "open")
    which = which if which in WHICH else "open"
    counts = count_of_mistakes()
    labels = {**{str(o): o.label for o in Outcome}, "all": pgettext("of mistakes", "All reports")}
    return desk_page(
        request,
        "desk/learn/mistakes.html",
        here="learn",
        page_title=_("Mistakes reported"),
        tabs=list(parts_of_learn(request.actor, "mistakes")),
        which=which,
        filters=[
            {
                "url": f"?which={code}",
                "label": labels[code],
                "current": code == which,
                "count": counts.get(code, 0) if code != "all" else sum(counts.values()),
            }
            for code in WHICH
        ],
        page=(page := page_of(request, reported(which))),
        lines=[(one, told(one), TONES.get(Outcome(one.state), "quiet")) for one in page],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mistake(request: Request, pk: UUID) -> HttpResponse:
    """One report: what it says, where, and what became of it."""
    one = mistake_for(request.actor, pk)
    now = timezone.now()
    form = SettleForm(request.POST or None)
    done = carried_out(
        request,
        form,
        lambda: answer_mistake(request.actor, one, now=now, **form.cleaned_data),
        _("The report is settled."),
    )
    if done is not None:
        return redirect("desk:mistake", pk=pk)
    return desk_page(
        request,
        "desk/learn/mistake.html",
        here="learn",
        page_title=_("A mistake reported"),
        trail=[(_("Mistakes reported"), address("mistakes"))],
        one=one,
        told=told(one),
        tone=TONES.get(Outcome(one.state), "quiet"),
        letter=letters_about(f"mistake:{one.pk}").first(),
        form=form,
        now=now,
        side_by_side=_side_by_side(one),
    )


def _side_by_side(one: Mistake) -> str:
    """The page on which the text is mended, where the key names one that there is."""
    key = one.text_key.rstrip("/")
    there = bool(key) and bool(public_texts(key))
    return f"{address('translation', key)}?language={one.language}" if there else ""


@require_POST
def open_again(request: Request, pk: UUID) -> HttpResponse:
    one = mistake_for(request.actor, pk)
    return pressed(
        request,
        lambda: take_up_mistake(request.actor, one, now=timezone.now()),
        _("The report is open again."),
        address("mistake", pk),
    )
