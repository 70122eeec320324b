"""What the person's own menu holds, on every page."""

from functools import lru_cache

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse, reverse_lazy
from django.utils.translation import get_language
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
    return _menu(get_language() or "en", get_script_prefix())


@lru_cache(maxsize=16)
def _menu(language: str, prefix: str) -> dict[str, object]:
    """The menu in one language; its seven addresses are looked up once, not for every page."""
    items = [{**item, "url": str(item["url"]), "label": str(item["label"])} for item in MENU]
    return {"person_menu": items, "sign_out_url": reverse("account_logout")}
