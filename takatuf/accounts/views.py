"""allauth's pages of the second step, bent to the house: its use cases, its record, its rules.

Each changes the account and writes the record in one transaction. What they look like stands
in `templates/mfa`, what they ask for in `forms.py`.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import auto_generate_recovery_codes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic.edit import FormView

from takatuf.accounts import services
from takatuf.accounts.access import check_may_remove_factor, passkey_for, passkeys_offered
from takatuf.accounts.forms import SignInForm
from takatuf.accounts.kept import FIELD, laid_aside, read
from takatuf.foundation.errors import Refused


class WithActor:
    """A page of somebody who is signed in; the window put on the request who acts."""

    request: Any


class AddPasskey(WithActor, AddWebAuthnView):
    """Make a passkey that stands for itself: kept by the device, the user verified."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not passkeys_offered(request):
            return redirect("mfa_index")  # which says why
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = auth.begin_registration(self.request.user, passwordless=True)
        context: dict[str, Any] = FormView.get_context_data(self, **kwargs)
        return context | {"js_data": {"creation_options": options}}

    def form_valid(self, form: Any) -> HttpResponse:
        request, person = self.request, self.request.user
        raise_if_reauthentication_required(request, app="allauth.mfa")
        try:
            with transaction.atomic():
                passkey = services.add_passkey(
                    request.actor,
                    person,
                    name=form.cleaned_data["name"],
                    credential=form.cleaned_data["credential"],
                    now=timezone.now(),
                )
                # Ends the sessions that were begun without a second step.
                signals.authenticator_added.send(
                    sender=Authenticator, request=request, user=person, authenticator=passkey
                )
                new_codes = auto_generate_recovery_codes(request)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
            return self.form_invalid(form)
        adapter = get_adapter(request)
        adapter.add_message(request, messages.SUCCESS, "mfa/messages/webauthn_added.txt")
        adapter.send_notification_mail("mfa/email/webauthn_added", person)
        return redirect("mfa_view_recovery_codes" if new_codes else "mfa_index")


class RenamePasskey(WithActor, EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        passkey = passkey_for(self.request.actor, self.object.pk)
        try:
            services.rename_passkey(
                self.request.actor, passkey, name=form.cleaned_data["name"], now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(refusal.field or "name", str(refusal))
            return self.form_invalid(form)
        return redirect(str(self.success_url))


class RemovePasskey(WithActor, RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The refusal, where there is one, before anybody presses the button."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[no-untyped-call]
        try:
            check_may_remove_factor(self.request.actor, self.object)
        except Refused as refusal:
            context["refusal"] = refusal.words
        return context

    def form_valid(self, form: Form) -> HttpResponse:
        request = self.request
        raise_if_reauthentication_required(request, app="allauth.mfa")
        passkey = passkey_for(request.actor, self.object.pk)
        try:
            services.remove_passkey(request.actor, passkey, now=timezone.now())
        except Refused:
            return self.get(request)  # says why
        adapter = get_adapter(request)
        adapter.add_message(request, messages.SUCCESS, "mfa/messages/webauthn_removed.txt")
        adapter.send_notification_mail("mfa/email/webauthn_removed", request.user)
        return redirect(str(self.success_url))


class PasskeySignIn(LoginWebAuthnView):
    """Sign in by the passkey alone; a passkey that is not accepted leads back to the sign-in."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the device is asked, for the script. A stranger's asking begins a session, so
        it has an end as the answering has."""
        too_often: HttpResponse | None = ratelimit.consume_or_429(
            request, app="allauth.mfa", action="webauthn_login", limit_get=True
        )
        answer: HttpResponse = too_often or super().get(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, then show what was sent too late, if anything was."""
        passkey = form.cleaned_data["credential"]
        self.request.session.set_expiry(0)  # to stay signed in is asked for with the password
        there = laid_aside(self.request, self.request.POST.get(FIELD, "")) or None
        answer: HttpResponse = perform_passwordless_login(
            self.request, passkey, Login(user=passkey.user, redirect_url=there)
        )
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        for words in form.non_field_errors():
            messages.error(self.request, words)
        if read(sealed := self.request.POST.get(FIELD, "")):
            again = SignInForm(request=self.request, initial={FIELD: sealed})
            return render(self.request, "account/login.html", {"form": again})
        going = self.request.POST.get(REDIRECT_FIELD_NAME)
        query = f"?{urlencode({REDIRECT_FIELD_NAME: going})}" if going else ""
        return redirect(reverse("account_login") + query)


class PasskeyAgain(ReauthenticateWebAuthnView):
    """“Is it still you?”, by passkey; one that is not accepted is asked for again."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth's own forgets the form that was sent.
        context: dict[str, Any] = super().get_context_data()
        return context | kwargs


class SwitchOnApp(WithActor, ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            _note(self.request, "switched_on")
        return answer


class SwitchOffApp(WithActor, DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            services.hold_second_steps(self.request.user)
            form = self.get_form()
            if not form.is_valid():  # another request took the other second step meanwhile
                return self.form_invalid(form)
            answer: HttpResponse = super().form_valid(form)
            _note(self.request, "switched_off")
        return answer


class MakeCodes(WithActor, GenerateRecoveryCodesView):
    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            _note(self.request, "codes_made")
        return answer


def _note(request: Any, done: str) -> None:
    services.note_second_step(request.actor, request.user, done=done, now=timezone.now())
