"""`takatuf import areas|partners|activities|needs`: a city starts from the files that it has."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from takatuf.config.commands import (
    Answer,
    Subparsers,
    actor_named,
    add_incident,
    city_named,
    group,
    how_far,
    incident_named,
    leaf,
)

if TYPE_CHECKING:
    from takatuf.foundation.actors import Actor
    from takatuf.network.models import City


def add_parser(sub: Subparsers) -> None:
    imports = group(sub, "import", "Take in districts, the contact list, who does what")
    made = leaf(imports, "areas", "Districts from a GeoJSON file", areas)
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--city", required=True, metavar="SLUG")
    made.add_argument("--name", metavar="PROPERTY", help="the property that holds the name")
    made.add_argument("--id", metavar="PROPERTY", help="the property that tells areas apart")
    made = leaf(imports, "partners", "Agencies and people from CSV or XLSX", partners)
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--city", required=True, metavar="SLUG")
    made.add_argument("--dry-run", action="store_true", help="show the report, write nothing")
    made.add_argument("--encoding", help="of a CSV, as in cp1256; else it is found out")
    made.add_argument("--sheet", help="of a workbook; else the first that is not empty")
    made = leaf(imports, "activities", "Who does what, from CSV, XLSX, ODS, HXL or not", activities)
    made.add_argument("file", type=Path, metavar="FILE")
    add_incident(made)
    made.add_argument("--level", default="", help="of government, where a row has none")
    made.add_argument("--source", default="", metavar="NAME", help="whose file it is")
    made.add_argument("--map", type=Path, metavar="FILE", help="JSON: column → what it means")
    made.add_argument("--encoding", help="of a CSV, as in cp1256; else it is found out")
    made.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help="of 03/04/2026")
    made.add_argument("--sheet", help="of a workbook; else the first that is not empty")
    made.add_argument("--dry-run", action="store_true", help="show the report, write nothing")
    made.add_argument("--as", dest="actor", metavar="EMAIL", help="the person who acts")
    made = leaf(imports, "needs", "The survey of needs, from CSV, XLSX, ODS, HXL or not", needs)
    made.add_argument("file", type=Path, metavar="FILE")
    add_incident(made)
    made.add_argument("--encoding", help="of a CSV, as in cp1256; else it is found out")
    made.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help="of 03/04/2026")
    made.add_argument("--dry-run", action="store_true", help="show the report, write nothing")
    made.add_argument("--as", dest="actor", metavar="EMAIL", help="the person who acts")
    made = leaf(imports, "undo", "Take back an import of activities or needs", undo)
    made.add_argument("id", type=UUID, metavar="ID")
    made.add_argument("--as", dest="actor", metavar="EMAIL", help="the person who acts")


def areas(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.network.services import import_areas

    report = import_areas(
        COMMAND,
        city_named(args.city),
        args.file.read_bytes(),
        name_property=args.name,
        id_property=args.id,
        now=timezone.now(),
    )
    lines = [_counts(report)]
    lines += [_("Repaired: %(name)s (%(problem)s)") % repaired for repaired in report["repaired"]]
    return Answer(report, "\n".join(lines), warnings=report["warnings"])


def partners(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.network.services import import_partners

    report = import_partners(
        COMMAND,
        city_named(args.city),
        args.file.read_bytes(),
        encoding=args.encoding,
        sheet=args.sheet,
        dry_run=args.dry_run,
        now=timezone.now(),
    )
    said = {
        "new": _("New"),
        "updated": _("Updated"),
        "unchanged": _("Unchanged"),
        "rejected": _("Not taken"),
    }
    rows = [
        f"{row['line']:>5}  {said[row['result']]:<10} "
        + " · ".join(part for part in (row["agency"], row["person"], row["reason"]) if part)
        for row in report["rows"]
    ]
    return Answer(report, "\n".join([*rows, _counts(report)]), warnings=report["warnings"])


# What a refusal is about → the option that answers it.
ASKS = {
    **{
        name: f"--{name.replace('_', '-')}" for name in ("encoding", "date_order", "sheet", "level")
    },
    "columns": "--map",
}


def activities(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.activities.services import import_file

    try:
        incident = incident_named(args)
        report = import_file(
            _acting(args.actor, incident.city),
            incident,
            _read(args.file),
            filename=args.file.name,
            source=args.source,
            level=args.level,
            columns=_map(args.map),
            answers={
                "encoding": args.encoding or "",
                "date_order": args.date_order or "",
                "sheet": args.sheet or "",
            },
            dry_run=args.dry_run,
            now=timezone.now(),
        )
    except Exception as error:
        return _asked(error)
    said = _(
        "%(read)s read: %(new)s new, %(updated)s changed, %(unchanged)s as before, "
        "%(proposed)s perhaps changes, %(doubled)s twice in the file, %(rejected)s not taken."
    )
    return _told(report, said)


def needs(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import get_language
    from django.utils.translation import gettext as _

    from takatuf.coordination.services import import_issues

    try:
        incident = incident_named(args)
        taken = import_issues(
            _acting(args.actor, incident.city),
            incident,
            _read(args.file),
            filename=args.file.name,
            language=get_language() or "en",
            encoding=args.encoding,
            date_order=args.date_order or "",
            dry_run=args.dry_run,
            now=timezone.now(),
        )
    except Exception as error:
        return _asked(error)
    report = taken.answer()
    if args.dry_run:
        report["warnings"].append(_("This was a trial: nothing was written."))
    said = _(
        "%(read)s read: %(new)s new, %(updated)s changed, %(unchanged)s as before, "
        "%(doubled)s twice in the file, %(rejected)s not taken."
    )
    return _told(report, said)


def _asked(error: Exception) -> Answer:
    """A file that cannot be read or understood, and the option that would help. Raises again
    what nobody foresaw."""
    from takatuf.config.faults import refusal_of

    refusal = refusal_of(error)
    if refusal is None:
        raise error
    code, message = refusal
    told = {"code": code, "message": message, "ask": ASKS.get(getattr(error, "field", None) or "")}
    return Answer({"refused": told}, message, fault=True)


def _told(report: dict[str, Any], said: str) -> Answer:
    """What became of the rows of a file: each that was not taken, then the figures."""
    rows = [
        f"{row['line']:>6}  " + " · ".join(filter(None, (row["column"], row["value"][:60]))) + " "
        f"{row['message']}"
        for row in report["rows"]
    ]
    figures = said % report + (f"\n{report['id']}" if report["id"] else "")
    return Answer(report, "\n".join([*rows, figures]), warnings=report["warnings"])


def _read(path: Path) -> bytes:
    """A file, and of one that is larger than any that is taken no more than shows it."""
    from takatuf.activities.exchange.reading import LIMITS

    with path.open("rb") as file:
        return file.read(LIMITS.megabytes * 2**20 + 1)


def _acting(email: str | None, city: "City | None") -> "Actor":
    """Whoever is named; else the command itself, which has the shell's rights."""
    from takatuf.foundation.actors import COMMAND

    return actor_named(email, city) if email else COMMAND


def _map(path: Path | None) -> dict[str, str]:
    """What the columns mean, from a JSON file. `Refused` where it holds anything else."""
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused

    if path is None:
        return {}
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        words = _("%(file)s does not say, as JSON, what each column means.")
        raise Refused(words % {"file": path.name}, code="bad-map", field="columns")
    return told


def undo(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from takatuf.activities.access import import_for
    from takatuf.activities.services import undo_import
    from takatuf.community.access import survey_for
    from takatuf.coordination.services import undo_issues
    from takatuf.foundation.errors import NotFound

    actor = _acting(args.actor, None)
    try:
        made = import_for(actor, args.id)
    except NotFound:
        stays = undo_issues(actor, survey_for(actor, args.id), now=timezone.now())
    else:
        stays = undo_import(actor, made, now=timezone.now(), here=True, told=how_far)
    lines = [f"{row['line']:>6}  {row['message']}" for row in stays]
    if stays:
        words = ngettext(
            "Undone but for %(many)s row.", "Undone but for %(many)s rows.", len(stays)
        )
        lines.append(words % {"many": len(stays)})
    else:
        lines.append(_("Undone: all of it."))
    return Answer({"id": str(args.id), "stays": stays}, "\n".join(lines))


def _counts(report: dict[str, object]) -> str:
    from django.utils.translation import gettext as _

    return (
        _(
            "%(read)s read: %(new)s new, %(updated)s updated, %(unchanged)s unchanged, "
            "%(rejected)s rejected."
        )
        % report
    )
