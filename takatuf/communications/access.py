"""The doors of a report: who reads it, who writes it, who approves it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from takatuf.communications.models import APPROVERS, WRITERS, Figure, Report, ReportQuerySet
from takatuf.communications.vocabulary import Audience
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound
from takatuf.incidents.access import check_at_incident
from takatuf.incidents.models import Incident
from takatuf.network.models import City
from takatuf.network.vocabulary import Listing


def _whole(found: ReportQuerySet) -> Report:
    report = (
        found.select_related("city", "incident__city", "follows", "approved_by", "looked_by")
        .select_related("drafted_by", "edited_by", "sent_by")
        .first()
    )
    if report is None:
        raise NotFound
    return report


def report_for(actor: Actor, incident: Incident, number: int) -> Report:
    """The incident's report with this number, where the actor may know of it."""
    return _whole(Report.objects.visible_to(actor).filter(incident=incident, number=number))


def report_by_id(actor: Actor, pk: UUID) -> Report:
    """The report with this identifier, behind the same door as `report_for`."""
    return _whole(Report.objects.visible_to(actor).filter(pk=pk))


def public_report(city: str, number: int) -> Report:
    """A report that its approver gave to the public, for anyone; also one that is superseded
    or withdrawn since, whose page says so. `NotFound` for every other."""
    return _whole(
        Report.objects.went_out().filter(city__slug=city, number=number, audience=Audience.PUBLIC)
    )


def public_city(slug: str) -> City:
    """A city that shows something of itself to anyone: a report that counts, or its page in
    the list of members, or because the installation is its own. `NotFound` for every other,
    so that nobody learns which cities are here."""
    city = City.objects.filter(slug=slug).first()
    if city is None:
        raise NotFound
    shows = city.listing == Listing.PAGE or slug == settings.ROOT_CITY
    if not shows and not Report.objects.for_everyone().filter(city=city).exists():
        raise NotFound
    return city


def figure_for(report: Report, pk: UUID) -> Figure:
    """A figure of this report; `NotFound` for another's."""
    figure = Figure.objects.filter(report=report, pk=pk).first()
    if figure is None:
        raise NotFound
    return figure


def may_draft(actor: Actor, incident: Incident) -> bool:
    """Whether the actor drafts and edits the reports of this incident."""
    return bool(actor.roles_in(incident.city_id) & WRITERS)


def check_may_draft(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, incident)
    if not may_draft(actor, incident):
        raise NotAllowed(
            _("Only the response coordinator or the communications lead writes reports.")
        )


def may_approve(actor: Actor, incident: Incident) -> bool:
    """Whether the actor's role approves reports; each report then asks who wrote it."""
    return bool(actor.roles_in(incident.city_id) & APPROVERS)


def check_may_approve(actor: Actor, incident: Incident) -> None:
    """`NotFound` for strangers to the incident, `NotAllowed` for its other people."""
    check_at_incident(actor, incident)
    if not may_approve(actor, incident):
        raise NotAllowed(
            _(
                "Only the response coordinator, the mayor or the communications lead "
                "approves reports."
            )
        )
