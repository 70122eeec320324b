"""`takatuf join …`: applications to join, judged by two people of the secretariat."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from takatuf.config.commands import Answer, Subparsers, actor_named, add_actor, group, leaf

if TYPE_CHECKING:
    from takatuf.foundation.actors import Actor
    from takatuf.network.models import Application

STATES = ("waiting", "asked", "unconfirmed", "alone", "admitted", "refused", "withdrawn", "all")


def add_parser(sub: Subparsers) -> None:
    joining = group(sub, "join", "Applications of local authorities to join")
    made = leaf(joining, "list", "Who asks to join; those that wait, unless told otherwise", show)
    made.add_argument("--state", choices=STATES, default="waiting")
    made = leaf(joining, "approve", "Say yes; with the second person's yes the city is made", yes)
    made.add_argument("application", metavar="ID")
    add_actor(made)
    made.add_argument("--reason", required=True, help="for the journal and the second person")
    made.add_argument("--alone", default="", metavar="REASON", help="where nobody else is there")
    made.add_argument("--slug", help="short name in addresses: marsa-noor")
    made.add_argument("--timezone", help="as in Europe/Oslo")
    made.add_argument("--city-languages", help="BCP 47 with commas between, the city's own first")
    made.add_argument("--size", choices=("village", "town", "city"))
    made = leaf(joining, "refuse", "Refuse, with the reason that the applicant is told", no)
    made.add_argument("application", metavar="ID")
    add_actor(made)
    made.add_argument("--reason", required=True)


def show(args: argparse.Namespace) -> Answer:
    from takatuf.network.queries import applications

    found = [_document(one) for one in applications(args.state)[:500]]
    lines = (
        f"{one['id']}  {one['country']}  {one['state']:<12} {one['approvals']}  {one['authority']}"
        for one in found
    )
    return Answer({"applications": found}, "\n".join(lines))


def yes(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.coordination.services import approve_application
    from takatuf.network.queries import proposal_for

    actor, one = _asked(args)
    told: dict[str, Any] = {"slug": args.slug, "timezone": args.timezone, "size": args.size}
    if args.city_languages:
        told["languages"] = [tag.strip() for tag in args.city_languages.split(",") if tag.strip()]
    proposal = proposal_for(one) | {name: value for name, value in told.items() if value}
    one = approve_application(
        actor, one, reason=args.reason, alone=args.alone, proposal=proposal, now=timezone.now()
    )
    one.refresh_from_db()
    document = _document(one)
    words = (
        _("%(authority)s is a member now.")
        if one.city_id
        else _("Your yes for %(authority)s is written down. A second person must say yes as well.")
    )
    return Answer(document, words % {"authority": one.authority})


def no(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.coordination.services import turn_down_application

    actor, one = _asked(args)
    one = turn_down_application(actor, one, reason=args.reason, now=timezone.now())
    words = _("The application of %(authority)s is refused. It is told why in ten minutes.")
    return Answer(_document(one), words % {"authority": one.authority})


def _asked(args: argparse.Namespace) -> tuple[Actor, Application]:
    """Who acts and on what. `Refused` where either is not there."""
    from uuid import UUID

    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import NotFound, Refused
    from takatuf.network.access import application_for, may_admit

    actor = actor_named(args.actor, None)
    if not may_admit(actor):
        raise Refused(
            _("%(email)s is not of the secretariat, which alone judges applications.")
            % {"email": args.actor},
            code="not-secretariat",
            field="as",
        )
    try:
        return actor, application_for(actor, UUID(args.application))
    except (ValueError, NotFound) as error:
        raise Refused(
            _("No application has this number. “takatuf join list --state all” shows them."),
            code="no-such-application",
            field="application",
        ) from error


def _document(one: Application) -> dict[str, Any]:
    from takatuf.network.queries import approvals_of, likely_same, warnings_about

    return {
        "id": one.pk,
        "authority": one.authority,
        "level": one.level,
        "country": one.country,
        "website": one.website,
        "state": one.state,
        "approvals": len(approvals_of(one)),
        "sent_at": one.sent_at,
        "city": one.city.slug if one.city else None,
        "likely_same": len(likely_same(one)),
        "warnings": sorted({warning.code for warning in warnings_about(one)}),
    }
