"""The frame of the desk: five places, always in the same order."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACES: dict[str, tuple[str | Promise, str]] = {
    "today": (_("Today"), "sunrise"),
    "incidents": (_("Incidents"), "radio-tower"),
    "prepare": (_("Prepare"), "list-checks"),
    "community": (_("Community"), "users-round"),
    "learn": (_("Learn"), "book-open"),
}


class Place(NamedTuple):
    """One of the five places, with its address and whether the reader is in it.

    `current` is "page" on the place's own first page, "true" deeper inside, else "".
    """

    code: str
    label: str | Promise
    icon: str
    url: str
    current: str


def places(urls: Mapping[str, str], here: str = "", path: str = "") -> list[Place]:
    """The places that have an address in `urls`, in the house's order.

    `here` is the code of the place that the page belongs to, `path` the page's own address.
    """
    return [
        Place(
            code,
            label,
            icon,
            urls[code],
            "" if code != here else "page" if urls[code] == path else "true",
        )
        for code, (label, icon) in PLACES.items()
        if code in urls
    ]
