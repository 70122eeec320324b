"""`takatuf token create`: a key by which a program acts as a person."""

import argparse

from takatuf.config.commands import Answer, Subparsers, add_actor, group, leaf, person_named


def add_parser(sub: Subparsers) -> None:
    tokens = group(sub, "token", "Keys for programs")
    made = leaf(tokens, "create", "Make a key by which a program acts as a person", create)
    add_actor(made)
    made.add_argument("--name", default="", help="what it is for")
    made.add_argument("--days", type=days, help="how long it works; else until it is revoked")


def days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3650:
        raise argparse.ArgumentTypeError("write a number of days from 1 to 3650")
    return int(text)


def create(args: argparse.Namespace) -> Answer:
    from datetime import timedelta

    from django.utils import timezone

    from takatuf.accounts.services import create_token
    from takatuf.foundation.actors import COMMAND

    now = timezone.now()
    token, secret = create_token(
        COMMAND,
        person_named(args.actor),
        now,
        name=args.name,
        expires_at=now + timedelta(days=args.days) if args.days else None,
    )
    return Answer({"id": token.id, "token": secret, "expires_at": token.expires_at}, secret)
