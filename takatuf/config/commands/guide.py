"""`takatuf guide export`: the whole guide in one language, for paper or for a program."""

import argparse
import json
from pathlib import Path

from takatuf.config.commands import Answer, Subparsers, group, leaf

FORMATS = ("pdf", "json")


def add_parser(sub: Subparsers) -> None:
    guides = group(sub, "guide", "The guide that anyone may read")
    made = leaf(guides, "export", "Write the whole guide to a file, as PDF or JSON", export)
    made.add_argument(
        "--lang", required=True, metavar="LANGUAGE", help="of the guide, as in ar, en or fr"
    )
    made.add_argument("--format", choices=FORMATS, default="pdf", help="pdf unless given")
    made.add_argument("--out", required=True, type=Path, metavar="FILE")


def export(args: argparse.Namespace) -> Answer:
    """Raises `Refused` for a language that is not spoken here, or a file that cannot be
    written."""
    from django.conf import settings
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused
    from takatuf.foundation.text import listed
    from takatuf.learning.booklet import guide_document, guide_pdf

    known = [code for code, _name in settings.LANGUAGES]
    if args.lang not in known:
        raise Refused(
            _("The guide does not exist in “%(language)s”. Choose one of: %(known)s.")
            % {"language": args.lang, "known": listed(known)},
            code="no-such-language",
            field="lang",
        )
    if args.format == "pdf":
        body = guide_pdf(args.lang, now=timezone.now())
    else:
        document = guide_document(args.lang)
        body = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    try:
        args.out.write_bytes(body)
    except OSError as error:
        raise Refused(
            _("%(file)s cannot be written (%(problem)s).")
            % {"file": args.out, "problem": error.strerror or error},
            code="cannot-write",
            field="out",
        ) from error
    said = {"file": str(args.out), "language": args.lang, "format": args.format, "bytes": len(body)}
    return Answer(said, _("The guide was written to %(file)s.") % said)
