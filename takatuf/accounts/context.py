"""What the person's own menu holds, on every page."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

MENU = [
    {
        "url": reverse_lazy("desk:details"),  # on a window's page, for here are none but sign-ins
        "icon": "contact-round",
        "label": _("Your details"),
    },
    {"url": reverse_lazy("desk:account"), "icon": "id-card", "label": _("Your posts")},
    {
        "url": reverse_lazy("mfa_index"),
        "icon": "shield-check",
        "label": _("Passkeys and second step"),
    },
    {
        "url": reverse_lazy("usersessions_list"),
        "icon": "monitor-smartphone",
        "label": _("Sessions"),
    },
    {"url": reverse_lazy("account_keys"), "icon": "bot", "label": _("Keys of programs")},
    {"url": reverse_lazy("account_change_password"), "icon": "key-round", "label": _("Password")},
]


def person_menu(request: HttpRequest) -> dict[str, object]:
    return {"person_menu": MENU, "sign_out_url": reverse_lazy("account_logout")}
