"""Tags of the public pages' frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.safestring import SafeString

from takatuf.public.context import KEYED
from takatuf.public.ways import FOOT, address, ways
from takatuf.ui.templatetags.ui import shown

register = template.Library()


def _path(context: Context) -> str:
    request = context.get("request")
    return str(request.path) if request is not None else ""


@register.inclusion_tag("public/parts/ways.html", takes_context=True)
def public_ways(context: Context) -> dict[str, Any]:
    """The places of the public pages and the one field that searches them."""
    path, search = _path(context), address("search")
    request = context.get("request")
    asked = request.GET.get("q", "") if request is not None and path == search else ""
    return {"ways": ways(path), "search": search, "asked": asked[:200]}


@register.inclusion_tag("public/parts/foot.html", takes_context=True)
def public_foot(context: Context) -> dict[str, Any]:
    """What stands under every public page: whose it is, and how its words came about."""
    path = _path(context)
    match = getattr(context.get("request"), "resolver_match", None)
    return {
        # What a report of a mistake takes along; never an address that is somebody's key.
        "path": "" if match and match.url_name in KEYED else path,
        "ways": [way for way in ways(path, FOOT) if settings.ROOT_CITY or way.name != "about"],
        "network": settings.NETWORK_NAME,
        "contact": settings.NETWORK_CONTACT,
    }


@register.simple_tag
def network() -> dict[str, str]:
    """The network's name and mark, as this installation sets them."""
    return {
        "name": settings.NETWORK_NAME,
        "mark": address("mark") if settings.NETWORK_MARK else "",
    }


@register.simple_tag
def public_address(name: str, *args: object) -> str:
    """The address of a public page, empty where this installation has none: a section that
    leads there is then left out."""
    return address(name, *args)


@register.simple_tag(takes_context=True)
def told(context: Context, prose: Mapping[str, Any], name: str) -> SafeString:
    """A text of the page's prose by its name, as `{% shown %}` writes it."""
    return shown(context, prose[name])
