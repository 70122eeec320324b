"""`takatuf manage …`: Django's own commands, for whoever works on the code."""

import argparse
import os
import sys

from takatuf.config.commands import Answer, Subparsers


def add_parser(sub: Subparsers) -> None:
    summary = "Django's own commands (for maintainers)"
    made = sub.add_parser("manage", help=summary, description=summary)
    made.add_argument("rest", nargs=argparse.REMAINDER, metavar="…")
    made.set_defaults(run=manage, with_data=False, json=False, language=None)


def manage(args: argparse.Namespace) -> Answer:
    # A new process, since this one has been set up for commands that need no data.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "django", *args.rest])  # noqa: S606
    raise AssertionError("execv does not return")
