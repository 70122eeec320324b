"""What is new in the library and among the dialogues, as Atom feeds (RFC 4287), one for each
language. Addresses are whole, and what was withdrawn is gone from the next fetch on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.learning.queries import Told, latest_cards, latest_dialogues
from takatuf.public.templatetags.citing import without_marks
from takatuf.translation.queries import NOTHING, shown_texts

MOST = 50
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)  # when an empty feed was last changed


class Steady(Atom1Feed):
    """A feed that is changed when its entries are, not whenever somebody asks for it."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NOTHING_YET


@login_not_required
@require_safe
def card_feed(request: HttpRequest) -> HttpResponse:
    """The cards of the library."""
    return _feed(
        _("Library: what cities have learned"),
        ("public:library", "public:card-feed", "public:card"),
        latest_cards(MOST),
        ("card", "lesson"),
    )


@login_not_required
@require_safe
def dialogue_feed(request: HttpRequest) -> HttpResponse:
    """The dialogues among cities."""
    return _feed(
        _("Dialogues among cities"),
        ("public:dialogues", "public:dialogue-feed", "public:dialogue"),
        latest_dialogues(MOST),
        ("dialogue", "summary"),
    )


def _feed(
    title: str, names: tuple[str, str, str], told: Sequence[Told], texts: tuple[str, str]
) -> HttpResponse:
    base, language = settings.BASE_URL.rstrip("/"), get_language() or "en"
    (listed, itself, one), (kind, summary) = names, texts
    feed = Steady(
        title=title,
        link=base + reverse(listed),
        description="",
        language=language,
        feed_url=base + reverse(itself),
        feed_guid=base + reverse(listed),
        author_name="Takatuf",
    )
    keys = [f"{kind}/{each.slug}/{name}" for each in told for name in ("title", summary)]
    shown = shown_texts(keys, language)
    for each in told:
        address = base + reverse(one, args=[each.slug])
        feed.add_item(
            title=shown.get(f"{kind}/{each.slug}/title", NOTHING).words or each.slug,
            link=address,
            description=without_marks(shown.get(f"{kind}/{each.slug}/{summary}", NOTHING).words),
            unique_id=address,
            pubdate=each.published_at,
            updateddate=each.changed_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
