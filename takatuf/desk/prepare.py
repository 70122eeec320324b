"""The place Prepare: what a city readies before anything happens, and the way between."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from takatuf.desk.shortcuts import address

if TYPE_CHECKING:
    from takatuf.network.models import City

PARTS: dict[str, str | Promise] = {
    "plans": _("Plans"),
    "contacts": _("Contacts"),
    "who-leads": _("Who leads what"),
    "listing": _("Public list"),
}


class Part(NamedTuple):
    url: str
    label: str | Promise
    current: bool


def parts_of_prepare(city: City, here: str) -> list[Part]:
    """The parts of Prepare in the house's order, for `{% tabs %}`; `here` is the one shown."""
    return [
        Part(url, label, code == here)
        for code, label in PARTS.items()
        if (url := address(code, city.slug))
    ]
