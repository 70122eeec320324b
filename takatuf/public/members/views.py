"""The public list of members: what each city chose to show of itself, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.foundation.text import search_key
from takatuf.learning.vocabulary import Region
from takatuf.network.places import country_name, region_of
from takatuf.network.queries import members as listed
from takatuf.public.members.chart import Spot, chart_of
from takatuf.public.ways import address

PAGE_OF = 50


class Member(NamedTuple):
    """A line of the list: what stands in it, in the reader's language."""

    number: int
    name: str
    country: str
    country_name: str
    region: str
    region_name: str
    page: str
    latitude: float | None
    longitude: float | None


@require_safe
@login_not_required
def members(request: HttpRequest) -> HttpResponse:
    """The members by name, with a map; cut by region and country."""
    everyone = _members(get_language() or "en")
    regions = {m.region: m.region_name for m in everyone if m.region}
    region = request.GET.get("region", "")
    region = region if region in regions else ""
    countries = {
        m.country: m.country_name for m in everyone if m.country_name and region in ("", m.region)
    }
    country = request.GET.get("country", "")
    country = country if country in countries else ""
    found = [m for m in everyone if region in ("", m.region) and country in ("", m.country)]
    page = Paginator(found, PAGE_OF).get_page(request.GET.get("page"))
    spots = [
        Spot(m.number, m.name, m.latitude, m.longitude)
        for m in found
        if m.latitude is not None and m.longitude is not None
    ]
    return render(
        request,
        "public/members/members.html",
        {
            "page_title": _("Members"),
            "page_description": _(
                "The cities and other local authorities that work together here."
            ),
            "page": page,
            "chart": chart_of(spots),
            "placed": len(spots),
            "total": len(found),
            "any": bool(everyone),
            "region": region,
            "country": country,
            "regions": sorted(regions.items(), key=lambda pair: search_key(pair[1])),
            "countries": sorted(countries.items(), key=lambda pair: search_key(pair[1])),
            "join": address("join"),
        },
    )


def _members(language: str) -> list[Member]:
    """Everybody who is listed, in the order in which a reader of this language looks for them."""
    labels = {str(region): str(region.label) for region in Region}
    cities = sorted(listed(), key=lambda city: search_key(str(city)))
    found = []
    for number, city in enumerate(cities, 1):
        shows_page = city.listing == "page"
        region = region_of(city.country)
        found.append(
            Member(
                number,
                str(city),
                city.country,
                country_name(city.country, language),
                region,
                labels.get(region, ""),
                address("city", city.slug) if shows_page else "",
                city.latitude if shows_page else None,
                city.longitude if shows_page else None,
            )
        )
    return found
