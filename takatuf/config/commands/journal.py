"""`takatuf journal …`: hold the record against its own proof, sign it, hand it out."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from takatuf.config.commands import Answer, Subparsers, city_named, group, leaf


def add_parser(sub: Subparsers) -> None:
    journal = group(sub, "journal", "The tamper-evident record")
    made = leaf(journal, "verify", "Check every entry of every log", verify)
    made.add_argument("--city", metavar="SLUG", help="this city's log alone")
    _add_kept(made)
    made = leaf(journal, "checkpoint", "Sign what the logs hold now", checkpoint)
    made.add_argument("--city", metavar="SLUG", help="this city's log alone")
    made = leaf(journal, "export", "Write a bundle that a third party can verify", export)
    made.add_argument("--out", required=True, type=Path, metavar="FILE")
    made.add_argument("--city", metavar="SLUG", help="this city's log; else every log")
    made.add_argument(
        "--without-names", action="store_true", help="no person's name and no private text"
    )
    made = leaf(
        journal,
        "verify-bundle",
        "Check an exported bundle; needs neither database nor data folder",
        verify_bundle,
        with_data=False,
    )
    made.add_argument("file", type=Path, metavar="FILE")
    _add_kept(made)


def _add_kept(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a checkpoint kept elsewhere; may be repeated",
    )
    made.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="VERIFIER-KEY",
        help="a public key received another way; may be repeated",
    )


def verify(args: argparse.Namespace) -> Answer:
    from takatuf.journal.verification import verify as verified

    log = city_named(args.city).log if args.city else None
    return _told(verified(log, _notes(args.checkpoint), args.key))


def checkpoint(args: argparse.Namespace) -> Answer:
    from django.utils import timezone

    from takatuf.foundation.actors import COMMAND
    from takatuf.journal.access import logs_of
    from takatuf.journal.rules.notes import read_head
    from takatuf.journal.services import sign_checkpoint

    names = [city_named(args.city).log] if args.city else [log.name for log in logs_of(COMMAND)]
    signed = [sign_checkpoint(name, now=timezone.now()) for name in names]
    document = {
        "checkpoints": [
            {
                "log": one.log,
                "entries": one.size,
                "root": read_head(one.note).root_text,
                "note": one.note,
            }
            for one in signed
        ]
    }
    return Answer(document, "\n".join(one.note for one in signed))


def export(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.journal.services import export_bundle

    made = export_bundle(
        COMMAND,
        args.out,
        log=city_named(args.city).log if args.city else None,
        names=not args.without_names,
        now=timezone.now(),
    )
    return Answer(made, _("Written to %(file)s.") % made)


def verify_bundle(args: argparse.Namespace) -> Answer:
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused
    from takatuf.journal.bundle import BadBundle
    from takatuf.journal.bundle import verify_bundle as verified
    from takatuf.journal.excerpt import NoExcerpt
    from takatuf.journal.rules.faults import sentence_of

    try:
        return _told(verified(args.file, _notes(args.checkpoint), args.key, _))
    except (BadBundle, NoExcerpt) as error:
        raise Refused(
            _("%(file)s cannot be verified. %(problem)s")
            % {"file": args.file, "problem": sentence_of(error.fault, _)},
            code="bad-bundle",
        ) from error


def _notes(files: list[Path]) -> list[str]:
    return [path.read_text(encoding="utf-8", errors="replace") for path in files]


def _told(report: Mapping[str, Any]) -> Answer:
    """A report of a verification, and its lines for people."""
    from takatuf.foundation.text import CONTROLS

    lines = [
        f"{'✓' if log['ok'] else '✗'} {log['log']}  {log['entries']}  {log['root'] or log['why']}"
        for log in report["logs"]
    ]
    lines += [note["why"] for note in report["unreadable"]]
    # A bundle comes from anyone: what it holds must not steer the reader's terminal.
    shown = "\n".join(CONTROLS.sub("�", " ".join(line.split("\n"))) for line in lines)
    return Answer(report, shown, fault=not report["ok"])
