"""`takatuf token create`: a key by which a program acts as a person."""

import argparse

from takatuf.config.commands import Answer, Subparsers, actor_named, add_actor, group, leaf


def add_parser(sub: Subparsers) -> None:
    tokens = group(sub, "token", "Keys for programs")
    made = leaf(tokens, "create", "Make a key by which a program acts as a person", create)
    add_actor(made)
    made.add_argument("--name", default="", help="what it is for")
    made.add_argument("--days", type=int, help="how long it works; else until it is revoked")


def create(args: argparse.Namespace) -> Answer:
    from datetime import timedelta

    from django.utils import timezone

    from takatuf.accounts.services import create_token

    now = timezone.now()
    token, secret = create_token(
        actor_named(args.actor),
        name=args.name,
        expires_at=now + timedelta(days=args.days) if args.days else None,
        now=now,
    )
    return Answer({"id": token.id, "token": secret, "expires_at": token.expires_at}, secret)
