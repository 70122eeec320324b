"""Filters and tags of the sign-in pages."""

import re
from datetime import datetime

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from takatuf.accounts.access import needs_second_factor, passkeys_offered
from takatuf.accounts.queries import linked_since
from takatuf.accounts.rules import sends_letters
from takatuf.ui import reading

register = template.Library()

BROWSERS = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


register.simple_tag(sends_letters)


@register.simple_tag
def sign_on() -> str:
    """What the other server is called at which people may sign in; empty where there is none."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


@register.simple_tag(takes_context=True)
def sign_on_link(context: Context) -> dict[str, object] | None:
    """The reader's link to the other server: its name, since when; None where there is none."""
    if not settings.OIDC_ISSUER:
        return None
    return {"name": settings.OIDC_NAME, "since": linked_since(context["request"].user)}


@register.simple_tag(takes_context=True)
def passkeys_work(context: Context) -> bool:
    """Whether a passkey can be made and shown at this page's address."""
    return passkeys_offered(context["request"])


@register.simple_tag(takes_context=True)
def needs_second_step(context: Context) -> bool:
    """Whether this reader's role needs a second step that is not there yet."""
    request = context["request"]
    return needs_second_factor(request.user, request.actor)


@register.filter
def device(user_agent: str) -> str:
    """The browser and the machine that a person would recognise, from a User-Agent header."""
    browser = next((name for part, name in BROWSERS if part in user_agent), "")
    system = next((name for part, name in SYSTEMS if part in user_agent), "")
    return " · ".join(filter(None, [browser, system])) or _("Unknown device")


@register.filter
def inline_svg(svg: str) -> SafeString:
    """An SVG that allauth drew, fit to stand in a page: no XML head, no style, no size."""
    svg = re.sub(r"<\?xml[^>]*\?>", "", svg)
    svg = re.sub(r'\s(?:style|width|height)="[^"]*"', "", svg)
    return mark_safe(svg.strip())  # noqa: S308  drawn by the server from the server's own address


@register.filter
def in_groups_of_four(key: str) -> SafeString:
    """A long key as people type it, four characters at a time.

    The gaps are drawn, not written: what is copied is the key itself, without spaces.
    """
    groups = ((key[at : at + 4],) for at in range(0, len(key), 4))
    return format_html("{}", format_html_join(mark_safe("<wbr>"), "<span>{}</span>", groups))


@register.filter
def in_full(moment: datetime) -> str:
    """Day, hour and zone in plain words, for a letter."""
    return f"{reading.day(moment)} {reading.hour(moment)} {reading.zone(moment)}"
