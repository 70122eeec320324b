"""Identifiers in a request become things of the same city, or a refusal that names the field."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.errors import NotFound, Refused
from takatuf.network.access import colleague_for
from takatuf.network.queries import agencies_of, areas_of

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.foundation.actors import Actor
    from takatuf.network.models import Agency, Area, City


def agency_in(city: City, pk: UUID, field: str = "agency") -> Agency:
    """The city's active agency; another city's is refused as one that never was."""
    agency = agencies_of(city).filter(pk=pk).first()
    if agency is None:
        raise Refused(_("Choose an agency of this city."), code="agency", field=field)
    return agency


def area_in(city: City, pk: UUID, field: str = "area") -> Area:
    area = areas_of(city).filter(pk=pk).first()
    if area is None:
        raise Refused(_("Choose an area of this city."), code="area", field=field)
    return area


def colleague_in(actor: Actor, city: City, pk: UUID, field: str = "person") -> Person:
    try:
        return colleague_for(actor, city, pk, timezone.now())
    except NotFound:
        raise Refused(
            _("Choose a person who serves this city."), code="person", field=field
        ) from None
