"""`takatuf export activities`: what the city knows, in the form in which others exchange it."""

import argparse
from pathlib import Path

from takatuf.config.commands import (
    Answer,
    Subparsers,
    actor_named,
    add_incident,
    group,
    incident_named,
    leaf,
)
from takatuf.config.commands.activities import add_reader


def add_parser(sub: Subparsers) -> None:
    exports = group(sub, "export", "Take out what the city knows, for others to read")
    made = leaf(exports, "activities", "Who does what in an incident, as HXL", activities)
    add_incident(made)
    add_reader(made)
    made.add_argument(
        "--format",
        required=True,
        choices=("hxl", "xlsx", "json"),
        help="hxl is CSV with a row of hashtags; the others have the same columns",
    )
    made.add_argument("--out", required=True, type=Path, metavar="FILE")


def activities(args: argparse.Namespace) -> Answer:
    """Every entry in force, ended and cancelled ones too."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.activities.exchange.writing import FORMS
    from takatuf.activities.services import take_out_activities
    from takatuf.foundation.actors import COMMAND
    from takatuf.foundation.errors import Refused

    incident = incident_named(args)
    actor = actor_named(args.actor, incident.city) if args.actor else COMMAND
    try:
        with args.out.open("wb") as file:
            taken = take_out_activities(actor, incident, form=args.format, now=timezone.now())
            for piece in FORMS[args.format].written(taken.sheet):
                file.write(piece)
    except OSError as error:
        raise Refused(
            _("%(file)s cannot be written (%(problem)s).")
            % {"file": args.out, "problem": error.strerror or error},
            code="cannot-write",
            field="out",
        ) from error
    document = {
        "file": str(args.out),
        "format": args.format,
        "activities": taken.entries,
        "bytes": args.out.stat().st_size,
        "columns": [column.hashtag for column in taken.sheet.columns],
    }
    return Answer(document, _("Written to %(file)s.") % document)
