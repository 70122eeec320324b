"""`takatuf import areas|partners`: a real city starts from the files that it has."""

import argparse
from pathlib import Path

from takatuf.config.commands import Answer, Subparsers, city_named, group, leaf


def add_parser(sub: Subparsers) -> None:
    imports = group(sub, "import", "Take in a city's districts or its contact list")
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


def _counts(report: dict[str, object]) -> str:
    from django.utils.translation import gettext as _

    return (
        _(
            "%(read)s read: %(new)s new, %(updated)s updated, %(unchanged)s unchanged, "
            "%(rejected)s rejected."
        )
        % report
    )
