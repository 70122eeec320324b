"""The pages of signing in at another server: there, back, and each way in which it fails."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.mfa.internal.constants import LoginStageKey
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.accounts import oidc, services
from takatuf.accounts.kept import FIELD, laid_aside
from takatuf.accounts.keys import Request
from takatuf.accounts.models import Person
from takatuf.foundation.errors import Refused

# What was sent too late goes along in the browser, sealed, where it is short enough.
KEPT_COOKIE = "takatuf_kept"
MOST_IN_A_COOKIE = 3500  # characters; browsers take 4096 for name, value and attributes
MINUTES = 10

WHY = {
    "cancelled": (
        _("You did not sign in"),
        _("You stopped at %(name)s. Nothing was changed."),
    ),
    "expired": (
        _("This sign-in is no longer good"),
        _(
            "It was begun more than ten minutes ago, in another browser, or was used already. "
            "Begin again."
        ),
    ),
    "unreachable": (
        _("%(name)s does not answer"),
        _(
            "Try again in a minute. With a passkey, or a password for this system, you sign in "
            "without it."
        ),
    ),
    "not-proved": (
        _("The answer of %(name)s cannot be believed"),
        _(
            "Nobody was signed in. Begin again; if it happens once more, tell the operator of "
            "this system."
        ),
    ),
    "unknown": (
        _("Nobody here has your address"),
        _(
            "%(name)s knows you, but there is no account here for the address below. Ask the "
            "response coordinator of your city to give you a post, and tell them this address."
        ),
    ),
    "unverified": (
        _("Your address is not confirmed"),
        _(
            "%(name)s has not confirmed that the e-mail address below is yours. Have it "
            "confirmed there, or sign in with a password or a passkey."
        ),
    ),
    "other-domain": (
        _("Your address is not one of those that are taken here"),
        _(
            "This system takes only certain addresses from %(name)s. Ask the response "
            "coordinator of your city how to sign in."
        ),
    ),
    "linked-to-another": (
        _("Your account is linked to somebody else’s sign-in"),
        _(
            "At %(name)s the address below belonged to another sign-in before. For safety "
            "nobody was signed in. Ask the operator of this system to take the old link away."
        ),
    ),
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the other server, by a page that says where it goes.

    A form may lead to no other site (the content security policy), and nobody should be sent
    away by a mere link: so a form, and a page that goes on by itself.
    """
    if not oidc.is_on():
        raise Http404
    if request.method != "POST":
        return redirect("account_login")
    if request.user.is_authenticated:
        return redirect(get_adapter().get_login_redirect_url(request))
    too_often = ratelimit.consume_or_429(request, app="allauth.account", action="oidc")
    if too_often:
        return too_often
    try:
        there = oidc.address_to_ask(
            request,
            going=get_next_redirect_url(request) or "",
            language=get_language() or settings.LANGUAGE_CODE,
        )
    except oidc.Failed as failed:
        return redirect("account_oidc_failed", failed.why)
    answer = render(
        request, "account/oidc/going.html", {"there": there, "name": settings.OIDC_NAME}
    )
    answer["Refresh"] = f"0; url={there}"
    add_never_cache_headers(answer)
    sealed = request.POST.get(FIELD, "")
    if 0 < len(sealed) <= MOST_IN_A_COOKIE:
        answer.set_cookie(
            KEPT_COOKIE,
            sealed,
            max_age=MINUTES * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


@login_not_required
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the other server: sign in whom it knows and we know, or say why not.

    The address has no language, as the other server knows it by heart; the state does.
    """
    if not oidc.is_on():
        raise Http404
    state = oidc.taken_state(request)
    if state is None:
        # The key Back after a sign-in leads here again: the person is where they wanted to be.
        if request.user.is_authenticated:
            return redirect(get_adapter().get_login_redirect_url(request))
        return redirect("account_oidc_failed", "expired")
    with translation.override(state["language"]):
        try:
            told = oidc.told_by(request, state)
        except oidc.Failed as failed:
            return redirect("account_oidc_failed", failed.why)
        try:
            accepted = services.accept_sign_in(told, now=timezone.now())
        except Refused as refusal:
            request.session["oidc_address"] = told.email
            why = refusal.code if refusal.code in WHY else "unverified"
            return redirect("account_oidc_failed", why)
        if accepted.anew:
            messages.info(
                request,
                gettext(
                    "Only now is it shown that this address is yours. The password that was "
                    "chosen with a coordinator’s link no longer works, nor what was added then."
                ),
            )
        return _sign_in(request, accepted.person, told, state)


def _sign_in(
    request: HttpRequest, person: Person, told: oidc.Told, state: dict[str, str]
) -> HttpResponse:
    if request.user.is_authenticated:
        get_adapter().logout(request)
    request.session.pop("oidc_address", None)
    request.session.set_expiry(0)  # to stay signed in is asked for with the password
    kept = laid_aside(request, request.COOKIES.get(KEPT_COOKIE, ""))
    login = Login(user=person, redirect_url=kept or state.get("next") or None)
    record_authentication(request, person, "socialaccount", provider=told.issuer)
    if told.second_factor:
        # Trusted by a setting: our own second step is not asked for as well.
        record_authentication(request, person, "mfa", type="provider", provider=told.issuer)
        login.state["stages"] = {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": True}}
    answer: HttpResponse = perform_login(request, login)
    answer.delete_cookie(KEPT_COOKIE, samesite="Lax")
    return answer


@login_not_required
@require_safe
def failed(request: HttpRequest, why: str) -> HttpResponse:
    """What happened, and how to go on. It changes nothing, so it may be loaded again."""
    if not oidc.is_on() or why not in WHY:
        raise Http404
    title, words = WHY[why]
    name = {"name": settings.OIDC_NAME}
    return render(
        request,
        "account/oidc/failed.html",
        {
            "page_title": title % name,
            "words": words % name,
            "name": settings.OIDC_NAME,
            "address": request.session.get("oidc_address", "")
            if why in {"unknown", "unverified", "other-domain", "linked-to-another"}
            else "",
        },
    )


@require_POST
def unlink(request: Request) -> HttpResponse:
    """Take one's own link to the other server away; the next sign-in there makes a new one."""
    services.unlink_sign_in(request.actor, request.user, now=timezone.now())
    messages.success(request, gettext("Your account is no longer linked."))
    return redirect(reverse("mfa_index"))
