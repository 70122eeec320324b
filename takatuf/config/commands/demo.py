"""`takatuf demo`: the fictional city of Marsa Noor, an hour after a declaration."""

import argparse

from takatuf.config.commands import Answer, Subparsers, leaf


def add_parser(sub: Subparsers) -> None:
    made = leaf(sub, "demo", "Fill the database with the demo city Marsa Noor", demo)
    made.add_argument("--reset", action="store_true", help="empty the demo city first")


def demo(args: argparse.Namespace) -> Answer:
    """Answers the city's slug and who can sign in, the coordinator first."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.testing.demo import build_demo

    made = build_demo(now=timezone.now(), reset=args.reset)
    rows = [
        f"  {person['email']:<40} {person['password']:<20} {person['role']} · {person['agency']}"
        for person in made["people"]
    ]
    title = _("Who can sign in to %(city)s (e-mail, password, role, agency):") % made
    return Answer(made, "\n".join([title, *rows]))
