"""`takatuf backup` and `takatuf restore`: the whole installation in one file, and back."""

import argparse
import sys
from pathlib import Path

from takatuf.config.commands import Answer, Subparsers, leaf


def add_parser(sub: Subparsers) -> None:
    made = leaf(sub, "backup", "Write everything, keys included, to one file", backup)
    made.add_argument("--out", required=True, type=Path, metavar="FILE")
    made = leaf(sub, "restore", "Fill an empty installation from a backup", restored)
    made.add_argument("file", type=Path, metavar="FILE")


def backup(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.config.backup import back_up

    made = back_up(args.out, now=timezone.now(), progress=_progress)
    words = _(
        "Written to %(file)s: %(rows)s rows of %(tables)s tables, and the keys. Whoever has this "
        "file can read everything: keep it as you keep the keys. Its SHA-256 is %(sha256)s."
    ) % {"file": args.out, **made}
    return Answer({"file": str(args.out), **made}, words)


def restored(args: argparse.Namespace) -> Answer:
    from django.utils.translation import gettext as _

    from takatuf.config.backup import restore

    made = restore(args.file, progress=_progress)
    words = _(
        "Restored %(rows)s rows and the keys, as they stood at %(made_at)s; the journal verifies "
        "with the same roots. Everybody signs in anew."
    ) % {**made}
    return Answer(made, words)


def _progress(table: str, rows: int) -> None:
    sys.stderr.write(f"{rows:>9}  {table}\n")
