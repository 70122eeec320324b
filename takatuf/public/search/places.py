"""Where the things stand that can be found: the address of each kind's page."""

from __future__ import annotations

from collections.abc import Callable

from takatuf.public.ways import address
from takatuf.search.vocabulary import Kind

# Pages whose words are texts of their own, and the name of their address.
PAGES = {"front": "front", "utoya": "utoya", "guide": "guide", "now": "guide-now", "about": "about"}


def _report(key: str) -> str:
    city, _, number = key.rpartition("/")
    return address("report", city, int(number))


WHERE: dict[str, Callable[[str], str]] = {
    Kind.GUIDE.value: lambda key: address("guide-action", key),
    Kind.CARD.value: lambda key: address("card", key),
    Kind.DIALOGUE.value: lambda key: address("dialogue", key),
    Kind.PAGE.value: lambda key: address(PAGES[key]) if key in PAGES else "",
    Kind.MEMBER.value: lambda key: address("members"),
    Kind.REPORT.value: _report,
}
ANY = {
    Kind.REPORT.value: "any/1",
    Kind.GUIDE.value: "any.any.any",
}  # a key that a kind's address takes


def address_of(kind: str, key: str) -> str:
    """The page of a thing in the language in force; empty where this installation has none."""
    return WHERE[kind](key)


def kinds_here() -> list[str]:
    """The kinds of things that have pages in this installation."""
    return [
        kind for kind in WHERE if kind == Kind.PAGE.value or address_of(kind, ANY.get(kind, "any"))
    ]
