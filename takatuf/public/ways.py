"""The ways between the public pages: those alone that lead somewhere in this installation."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# In the order of the house; each stands in the frame as soon as its address is mounted.
WAYS: dict[str, str | Promise] = {
    "guide": pgettext_lazy("place of the public pages", "Guide"),
    "library": pgettext_lazy("place of the public pages", "Library"),
    "dialogues": pgettext_lazy("place of the public pages", "Dialogues"),
    "members": pgettext_lazy("place of the public pages", "Members"),
    "join": pgettext_lazy("place of the public pages", "Join"),
}
FOOT: dict[str, str | Promise] = {
    "utoya": _("Utøya"),
    "languages": _("How this site is translated"),
    "mistake": _("Report a mistake"),
    "about": pgettext_lazy("place of the public pages", "About"),
}


class Way(NamedTuple):
    """A place with its address; `current` is "page" on its own page, "true" deeper inside."""

    name: str
    label: str | Promise
    url: str
    current: str


def address(name: str, *args: object) -> str:
    """The address of a public page in the language in force; empty where it is not mounted."""
    return _address(name, args, get_language() or "en", get_script_prefix())


@lru_cache(maxsize=256)  # Django goes through the whole map for what is not there
def _address(name: str, args: tuple[object, ...], language: str, prefix: str) -> str:
    try:
        return reverse(f"public:{name}", args=args)
    except NoReverseMatch:
        return ""


def ways(path: str, places: dict[str, str | Promise] = WAYS) -> list[Way]:
    """The places that exist, for a reader who is at `path`."""
    return [
        Way(name, label, url, "page" if url == path else "true" if path.startswith(url) else "")
        for name, label in places.items()
        if (url := address(name))
    ]
