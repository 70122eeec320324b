"""Template tags that every page may use; each is shown in `ui/README.md`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from datetime import time as datetime_time
from functools import cache, lru_cache
from html import escape
from typing import Any

import lucide
from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template import engines, loader
from django.template.context import Context
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.text import JOINT, directed
from takatuf.ui import reading

register = template.Library()
# What a tag asks of the page around it; code that draws by itself brings a plain dict.
Asked = Context | dict[str, Any]

# Said beside a translated text only where a reader should know; checked texts stay quiet.
TRANSLATION_MARKS: dict[str, str | Promise] = {
    "machine": _("machine translation, not checked"),
    "behind": _("translation older than the source"),
}
DRAFTS = _("Some texts on this page are draft translations that nobody here has approved yet.")
TIME_OF_DAY = (
    '<time class="nowrap" datetime="{at}"><bdi>{hour}</bdi> <bdi class="zone">{zone}</bdi></time>'
)
TIME = TIME_OF_DAY.replace("<bdi>{hour}", "<bdi>{day}</bdi> <bdi>{hour}")
AWAY = ' <span class="relative" data-away="%s" data-digits="%s">(<bdi>%s</bdi>)</span>'
INLINE, BLOCK = '<bdi dir="auto">%s</bdi>', '<div class="words" dir="auto">%s</div>'
TONES = {"", "go", "warn", "stop", "quiet"}


def escaped(text: object) -> str:
    """As `conditional_escape`, a quarter of its time: a list escapes hundreds of texts."""
    return str(text.__html__()) if hasattr(text, "__html__") else escape(str(text))


def digits_of(context: Asked) -> str:
    """The digits of the page's city, Latin where there is none."""
    return str(context.get("digits") or getattr(context.get("city"), "digits", "") or "latn")


@register.simple_tag
@cache  # a list of fifty shows a hundred of them
def icon(name: str, turns: bool = False) -> SafeString:
    """A Lucide icon, only ever beside words; `turns` for one that points along the line."""
    return mark_safe(  # noqa: S308  the svg comes from the package alone
        lucide._render_icon(
            str(name) + "",
            20,
            aria_hidden="true",
            focusable="false",
            **{"class": "icon turns" if turns else "icon"},
        )
    )


@register.simple_tag(takes_context=True)
def draw(context: Context, name: str, **more: Any) -> SafeString:
    """What a page repeats, drawn by Jinja2 from a folder `jinja2`: `{% draw "…" lines=lines %}`.

    It sees what it is given, and `csrf_token`; nothing else of the page.
    """
    drawing = engines["drawn"].get_template(name)
    return mark_safe(drawing.render({"csrf_token": context.get("csrf_token"), **more}))  # noqa: S308


@register.simple_tag(takes_context=True)
def time(
    context: Asked,
    moment: datetime | None,
    relative: bool = True,
    now: datetime | None = None,
    short: bool = False,
) -> SafeString:
    """A moment: day, hour and zone, and how far away it is in addition.

    `short` leaves out the day, for a list whose heading says it. `now` may stand in the
    context, so that all of a page counts from one moment.
    """
    if moment is None:
        return SafeString()
    digits = escaped(digits_of(context))
    zone, language = timezone.get_current_timezone(), get_language() or "en"
    # Of one moment in UTC there is one hour in any zone; of an hour in summer's last night two.
    shown = _moment(moment.astimezone(UTC), zone, language, digits, short)
    if relative:
        now = now or context.get("now") or timezone.now()
        away = (
            round((moment - now).total_seconds()), digits, reading.ago(moment, now, digits)
        )  # fmt: skip
        shown += AWAY % away
    return SafeString(shown)


@lru_cache(maxsize=4096)  # a list of fifty shows the same moments again and again
def _moment(moment: datetime, zone: tzinfo, language: str, digits: str, short: bool) -> str:
    local = moment.astimezone(zone)
    return (TIME_OF_DAY if short else TIME).format(
        at=local.isoformat("T", "seconds"),
        day="" if short else reading.day(local, digits),
        hour=reading.hour(local, digits),
        zone=reading.zone(local, digits),
    )


@register.simple_tag(takes_context=True)
def day(context: Asked, on: date) -> str:
    """A day: of a moment the one in the zone in force."""
    digits = digits_of(context)
    if isinstance(on, datetime):
        shown, on = reading.day(on, digits), timezone.localtime(on).date()
    else:
        shown = reading.date_words(on, digits)
    return format_html(
        '<time class="nowrap" datetime="{}"><bdi>{}</bdi></time>', on.isoformat(), shown
    )


@register.simple_tag(takes_context=True)
def hour(context: Asked, at: datetime_time) -> str:
    """An hour of the day, as a rota has it."""
    return format_html("<bdi>{}</bdi>", reading.clock(at, digits_of(context)))


@register.simple_tag(takes_context=True)
def number(context: Asked, value: int | float | None) -> str:
    """A number in the reader's grouping and the city's digits; a dash where it is not known."""
    if value is None:
        return "–"
    return format_html("<bdi>{}</bdi>", reading.number(value, digits_of(context)))


@register.simple_tag
def phone(value: str) -> str:
    """A telephone number to tap; always written from left to right."""
    if not value:
        return ""
    dial = "".join(char for char in value if char.isdigit() or char == "+")
    return format_html('<a class="nowrap" href="tel:{}"><bdi dir="ltr">{}</bdi></a>', dial, value)


@register.simple_tag
def words(text: object, block: bool = False) -> SafeString:
    """What a person wrote, in its own direction; `block` keeps its lines. Of a name in two
    languages each part has its own (`foundation.text.directed`)."""
    said = escaped(text)
    if block:
        return SafeString(BLOCK % said)
    return SafeString(JOINT.join([INLINE % part for part in directed(said)]))


@register.simple_tag(takes_context=True)
def shown(context: Asked, text: Any) -> SafeString:
    """A translated text (`words`, `language`, `state`), marked where a reader should know.

    The page's language is not always the text's: then the text says its own. Drafts are so
    many that one line at the foot of the page tells of them (`DRAFTS`), not each of them.
    """
    request = context.get("request")
    if request is not None and text.words:
        _remember(request, text)
    mark = TRANSLATION_MARKS.get(str(text.state), "")
    if text.language != get_language():
        body = format_html("<bdi{}>{}</bdi>", lang_of(text), text.words)
    else:
        body = SafeString(escaped(text.words))
    if not mark:
        return body
    return format_html('{} <small class="shown-mark">({})</small>', body, mark)


def _remember(request: Any, text: Any) -> None:
    """What the page has shown, for the line at its foot or where its texts end."""
    if str(text.state) == "draft":
        request.shows_drafts = True
    if not hasattr(request, "texts_shown"):
        request.texts_shown = set()
    request.texts_shown.add((str(text.state), text.language, getattr(text, "alone", False)))


@register.simple_tag
def lang_of(text: Any) -> SafeString:
    """` lang="en" dir="ltr"` for the element around a text that is not in the page's language,
    else nothing: `<p{% lang_of text %}>{{ text.words }}</p>`."""
    if not text.language or text.language == get_language():
        return SafeString()
    return format_html(' lang="{}" dir="{}"', text.language, reading.direction_of(text.language))


@register.simple_tag(takes_context=True)
def draft_line(context: Context) -> str:
    """One quiet line at the foot of a page that showed draft translations; else nothing."""
    if getattr(context.get("request"), "shows_drafts", False):
        return format_html('<p class="quiet">{}</p>', DRAFTS)
    return ""


@register.simple_tag
def badge(label: object, tone: str = "", icon: str = "") -> SafeString:
    """A state in words; the tone (go, warn, stop, quiet) only repeats what they say."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"badge: no tone {tone!r}; one of {sorted(TONES)}")
    return format_html(
        '<span class="badge {}">{}{}</span>', tone, _icon(icon) if icon else "", label
    )


_icon = icon


@register.simple_tag
def severity(level: int, label: object) -> SafeString:
    """Severity 1 to 4 in its words, with four steps beside them."""
    steps = format_html(
        '<span class="steps" aria-hidden="true">{}</span>',
        mark_safe("".join(f"<i{' class=on' if step < level else ''}></i>" for step in range(4))),  # noqa: S308
    )
    return format_html(
        '<span class="severity s{}">{}<span>{}</span></span>', int(level), steps, label
    )


@register.inclusion_tag("ui/parts/summary.html")
def errors(form: Any) -> dict[str, Any]:
    """What is wrong with a form, at its top, each line a link to the field.

    `{{ form }}` brings it along; this is for a form whose fields are set out by hand.
    """
    return {"form": form}


@register.inclusion_tag("ui/parts/pages.html", takes_context=True)
def pages(context: Context, page: Page, name: str = "page", label: str = "") -> dict[str, Any]:
    """The way through a long list; the rest of the address is kept. `name` in the address and
    `label` say which list it is, where a page has two."""
    digits = digits_of(context)
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request else QueryDict(mutable=True)
        query[name] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "label": label,
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
        "number_text": reading.number(page.number, digits),
        "total_text": reading.number(page.paginator.num_pages, digits),
    }


@register.inclusion_tag("ui/parts/phases.html")
def phases(choices: Iterable[tuple[str, object]], present: str) -> dict[str, Any]:
    """The quiet line of phases, from pairs of code and label; the present one is marked."""
    pairs = list(choices)
    codes = [str(code) for code, _label in pairs]
    at = codes.index(str(present)) if str(present) in codes else -1
    return {
        "phases": [
            {"label": label, "present": index == at, "past": index < at}
            for index, (_code, label) in enumerate(pairs)
        ]
    }


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[Any], name: object) -> dict[str, Any]:
    """The parts of one thing; each item has `url`, `label` and `current`."""
    return {"tabs": items, "name": name}


@register.simple_block_tag
def notice(content: str, tone: str = "", title: object = "", icon: str = "", role: str = "") -> str:
    """A thing to know: `{% notice tone="warn" title=… %}<p>…</p>{% endnotice %}`."""
    return _part("notice", content=content, tone=tone, title=title, icon=icon, role=role)


@register.simple_block_tag
def empty(content: str, title: object = "") -> str:
    """What stands where a list has nothing, with what to do about it inside.

    `{% empty title=… %}<p><a href=…>…</a></p>{% endempty %}`
    """
    return _part("empty", content=content, title=title)


def _part(name: str, **context: object) -> str:
    return loader.render_to_string(f"ui/parts/{name}.html", context)
