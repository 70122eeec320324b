"""What every page knows: its language, its direction, its address in the other languages."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

THEMES = {"light", "dark"}
# Open Graph writes a language with a territory; whoever previews a page looks only these up.
LOCALES = {"ar": "ar_AR", "en": "en_GB", "fr": "fr_FR", "nb": "nb_NO"}


# First steps of addresses that serve staff or one person, after the language.
SPOKEN_ONLY = frozenset({"desk", "account", "answer", "begin", "partner", "waiting"})


def is_for_everyone(rest: str) -> bool:
    """Whether an address, given without its language, is one of the public pages, which exist
    in each installed language; the desk and the sign-in exist where the system speaks."""
    return rest.partition("/")[0].partition("?")[0] not in SPOKEN_ONLY


class Tongue(NamedTuple):
    """A language of the interface and this page's address in it."""

    code: str
    name: str
    direction: str
    url: str
    current: bool

    @property
    def locale(self) -> str:
        """The language as Open Graph writes it, with a territory."""
        return LOCALES.get(self.code, self.code)

    @property
    def address(self) -> str:
        """The page's whole address, as it is handed to others: without what was asked of it."""
        return settings.BASE_URL.rstrip("/") + self.url.partition("?")[0]


def tongues(path: str) -> list[Tongue]:
    """This page in every language that it is offered in: the address is kept, only its first
    step changes. Pages for those who serve exist in the spoken languages alone."""
    here = get_language()
    codes = [code for code, _ in settings.LANGUAGES]
    first, _, rest = path.removeprefix("/").partition("/")
    rest = rest if first in codes else ""
    if not is_for_everyone(rest):
        codes = [code for code, _ in settings.SPOKEN_LANGUAGES]
    return [
        Tongue(
            code,
            settings.OWN_NAMES.get(code, code),
            "rtl" if code in settings.LANGUAGES_BIDI else "ltr",
            f"/{code}/{rest}",
            code == here,
        )
        for code in codes
    ]


def page(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("takatuf_theme", "")
    return {
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "theme": theme if theme in THEMES else "",
        "tongues": SimpleLazyObject(lambda: tongues(request.get_full_path())),
    }
