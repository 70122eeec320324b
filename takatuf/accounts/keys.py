"""The page on which a person sees which programs act as them, and ends their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from takatuf.accounts.access import token_for
from takatuf.accounts.queries import tokens_of
from takatuf.accounts.services import revoke_token

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.foundation.actors import Actor

PAGE_OF = 50


class Request(HttpRequest):
    """A request of somebody who is signed in; the window put on it who acts."""

    actor: Actor
    user: Person


@require_safe
def keys(request: Request) -> HttpResponse:
    """A person's own keys, the newest first, with their last use."""
    page = Paginator(tokens_of(request.user), PAGE_OF).get_page(request.GET.get("page"))
    return render(
        request,
        "account/keys.html",
        {"page": page, "keys": page.object_list, "now": timezone.now()},
    )


@require_POST
def end_key(request: Request, pk: UUID) -> HttpResponse:
    """End one of them; another's is not found."""
    revoke_token(request.actor, token_for(request.actor, pk), timezone.now())
    messages.success(request, _("The key has ended; no program acts as you with it any more."))
    return redirect("account_keys")
