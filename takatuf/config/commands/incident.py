"""`takatuf incident declare|status`: when there is a telephone and a shell, and no browser."""

import argparse
from datetime import datetime
from typing import Any
from uuid import UUID

from takatuf.config.commands import Answer, Subparsers, add_actor, group, leaf

KINDS = (
    "attack",
    "hate-incident",
    "threat",
    "disorder",
    "desecration",
    "distant-event",
    "online-surge",
    "tension-date",
)


def add_parser(sub: Subparsers) -> None:
    incidents = group(sub, "incident", "Declare an incident, or ask how it stands")
    made = leaf(incidents, "declare", "Declare an incident and call every partner", declare)
    made.add_argument("--city", required=True, metavar="SLUG")
    made.add_argument("--title", required=True, help="what happened, in a few words")
    made.add_argument("--kind", required=True, choices=KINDS)
    made.add_argument("--severity", required=True, type=int, choices=[1, 2, 3, 4])
    made.add_argument("--at", type=_moment, metavar="ISO", help="when it happened; else now")
    made.add_argument("--plan", metavar="SLUG", help="else the city's plan for this kind")
    made.add_argument("--place", default="", help="where, in words")
    made.add_argument("--lon", type=float, help="longitude, degrees east")
    made.add_argument("--lat", type=float, help="latitude, degrees north")
    made.add_argument("--area", metavar="NAME", help="the district's name or code")
    made.add_argument("--targeted", default="", metavar="TEXT", help="who may be targeted")
    made.add_argument("--lead", metavar="AGENCY", help="who leads now")
    made.add_argument("--casualties", default="", choices=["yes", "no", "unknown"])
    made.add_argument("--exercise", action="store_true", help="nobody is in danger")
    add_actor(made)
    made = leaf(incidents, "status", "Phase, roll-call and open actions", status)
    made.add_argument("id", type=_uuid, metavar="ID")
    made.add_argument("--as", dest="actor", metavar="EMAIL", help="the person who asks")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write it as 2026-11-22T20:45+01:00") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write the id that `incident declare` answered") from None


def declare(args: argparse.Namespace) -> Answer:
    raise NotImplementedError


def status(args: argparse.Namespace) -> Answer:
    raise NotImplementedError


def _document(incident: Any) -> dict[str, Any]:
    raise NotImplementedError
