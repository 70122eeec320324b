"""`takatuf translate …`: how far each language is, and texts out to translators and in again."""

import argparse
from pathlib import Path

from takatuf.config.commands import Answer, Subparsers, group, leaf


def add_parser(sub: Subparsers) -> None:
    made = group(sub, "translate", "The public texts and the interface in each language")
    out = leaf(made, "export", "Write the public texts of a language as a PO file", run_export)
    out.add_argument("--lang", required=True, metavar="CODE", help="of the versions: nb, ar …")
    out.add_argument("--out", type=Path, metavar="FILE", help="else to standard output")
    out.add_argument("--kind", help="only one kind: framework, card, dialogue or page")


def run_export(args: argparse.Namespace) -> Answer:
    from django.utils.translation import gettext as _

    from takatuf.translation.exchange import write_texts_file
    from takatuf.translation.places import place_of
    from takatuf.translation.queries import public_texts

    language = _checked_language(args.lang)
    texts = public_texts(f"{args.kind}/" if args.kind else "")
    text = write_texts_file(texts, language, where=lambda key: place_of(key, "en"))
    document = {"language": language, "texts": text.count("\nmsgctxt ")}
    if args.out is None:
        return Answer(document, text.rstrip("\n"))
    args.out.write_text(text, encoding="utf-8")
    document["file"] = str(args.out)
    return Answer(document, _("%(texts)s texts are in %(file)s.") % document)


def _checked_language(code: str) -> str:
    from django.conf import settings

    from takatuf.foundation.errors import Refused
    from takatuf.translation.exchange import fault_words

    if code not in dict(settings.LANGUAGES):
        raise Refused(fault_words("language-unknown", {"language": code}), code="language-unknown")
    return code
