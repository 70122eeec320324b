"""The sign-in pages that this house needs from allauth, and no others."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from takatuf.accounts import sign_on, views
from takatuf.accounts.kept import kept
from takatuf.accounts.keys import end_key, keys


@login_not_required
def nothing(request: HttpRequest) -> HttpResponse:
    """allauth wants these names to have an address; to people there is nothing there."""
    raise Http404


second_step: list[URLPattern | URLResolver] = [
    path("", mfa.index, name="mfa_index"),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("totp/activate/", views.SwitchOnApp.as_view(), name="mfa_activate_totp"),
    path("totp/deactivate/", views.SwitchOffApp.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", views.MakeCodes.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "recovery-codes/download/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/sign-in/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path(
        "passkeys/reauthenticate/",
        views.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/<int:pk>/rename/", views.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("oidc/", sign_on.begin, name="account_oidc"),
    path("oidc/unlink/", sign_on.unlink, name="account_oidc_unlink"),
    path("oidc/<slug:why>/", sign_on.failed, name="account_oidc_failed"),
    path("kept/", kept, name="account_kept"),
    path("keys/", keys, name="account_keys"),
    path("keys/<uuid:pk>/end/", end_key, name="account_end_key"),
    path("2fa/", include(second_step)),
    path("sessions/", include("allauth.usersessions.urls")),
    path("signup/", nothing, name="account_signup"),
    path("email/", nothing, name="account_email"),
    path("confirm-email/", nothing, name="account_email_verification_sent"),
    path("password/set/", nothing, name="account_set_password"),
]
