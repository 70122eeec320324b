"""One's own posts: those that cities offer, and those that one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from takatuf.desk.shortcuts import Request, desk_page
from takatuf.foundation.roles import SECOND_FACTOR
from takatuf.network.access import offer_for
from takatuf.network.queries import offers_to, posts_held_by
from takatuf.network.services import accept_offer, decline_offer

if TYPE_CHECKING:
    from takatuf.accounts.models import Person


@require_safe
def account(request: Request) -> HttpResponse:
    """What is offered, and what one holds in every city."""
    now, person = timezone.now(), cast("Person", request.user)
    return desk_page(
        request,
        "desk/account/account.html",
        here="",
        page_title=_("Your posts"),
        now=now,
        offers=[_shown(card) for card in offers_to(person, now)],
        posts=list(posts_held_by(person, now)),
    )


def _shown(card: Any) -> dict[str, Any]:
    """An offer: which city, what it wrote, which posts, and whether they need a second step."""
    return {
        "card": card,
        "city": card.offered[0].agency.city,
        "posts": card.offered,
        "second_step": any(post.role in SECOND_FACTOR for post in card.offered),
    }


@require_POST
def accept(request: Request, pk: UUID) -> HttpResponseBase:
    """Serve the city that offers."""
    now = timezone.now()
    city = accept_offer(request.actor, offer_for(request.actor, pk, now), now=now)
    messages.success(
        request, _("You serve %(city)s now; its desk is open to you.") % {"city": city}
    )
    return redirect("desk:home")


@require_POST
def decline(request: Request, pk: UUID) -> HttpResponseBase:
    """Do not serve it."""
    now = timezone.now()
    city = decline_offer(request.actor, offer_for(request.actor, pk, now), now=now)
    messages.success(
        request, _("You declined. The coordinator of %(city)s sees that.") % {"city": city}
    )
    return redirect("desk:account")
