"""`takatuf journal …`: hold the record against its own proof, sign it, hand it out."""

import argparse
from pathlib import Path

from takatuf.config.commands import Answer, Subparsers, group, leaf


def add_parser(sub: Subparsers) -> None:
    journal = group(sub, "journal", "The tamper-evident record")
    made = leaf(journal, "verify", "Check every entry of every log", verify)
    made.add_argument("--city", metavar="SLUG", help="this city's log alone")
    made = leaf(journal, "checkpoint", "Sign what the logs hold now", checkpoint)
    made.add_argument("--city", metavar="SLUG", help="this city's log alone")
    made = leaf(journal, "export", "Write a bundle that a third party can verify", export)
    made.add_argument("--out", required=True, type=Path, metavar="FILE")
    made.add_argument("--city", metavar="SLUG", help="this city's log; else the installation's")
    made = leaf(
        journal,
        "verify-bundle",
        "Check an exported bundle; needs neither database nor data folder",
        verify_bundle,
        with_data=False,
    )
    made.add_argument("file", type=Path, metavar="FILE")


def verify(args: argparse.Namespace) -> Answer:
    raise NotImplementedError


def checkpoint(args: argparse.Namespace) -> Answer:
    raise NotImplementedError


def export(args: argparse.Namespace) -> Answer:
    raise NotImplementedError


def verify_bundle(args: argparse.Namespace) -> Answer:
    raise NotImplementedError
