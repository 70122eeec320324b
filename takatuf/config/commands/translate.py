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
    back = leaf(made, "import", "Take the versions of a PO file in, all or none", run_import)
    back.add_argument("file", type=Path, metavar="FILE")
    back.add_argument("--lang", metavar="CODE", help="refuse a file in another language")
    back.add_argument("--check", action="store_true", help="only say what would come in")
    back.add_argument("--partly", action="store_true", help="take what is right, leave the rest")
    back.add_argument("--machine", action="store_true", help="a machine translated it")
    leaf(made, "status", "How far each language is: texts by state, interface", run_status)


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


def run_import(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.translation.exchange import read_texts
    from takatuf.translation.services import import_versions

    language = _checked_language(args.lang) if args.lang else ""
    read = read_texts(args.file.read_bytes(), language=language)
    done = import_versions(
        COMMAND,
        read,
        now=timezone.now(),
        machine=args.machine,
        partly=args.partly,
        only_check=args.check,
    )
    document = {
        "language": read.language,
        "written": done.written,
        "same": done.same,
        "empty": done.empty,
        "unfinished": done.unfinished,
        "checked_only": args.check,
        "faults": [
            {"line": fault.line, "code": fault.code, "why": fault.words} for fault in done.faults
        ],
    }
    lines = [
        _("Line %(line)s: %(why)s") % {"line": fault.line, "why": fault.words}
        for fault in done.faults
    ]
    if done.faults and not args.partly and not args.check:
        lines.append(_("Nothing was taken in. Mend these lines, or take the rest with --partly."))
    words = _(
        "%(written)s taken in, %(same)s the same, %(empty)s not translated, "
        "%(unfinished)s unfinished."
    )
    if args.check:
        words = _(
            "%(written)s would come in, %(same)s the same, %(empty)s not translated, "
            "%(unfinished)s unfinished."
        )
    lines.append(words % document)
    refused = bool(done.faults) and not args.partly
    return Answer(document, "\n".join(lines), fault=refused)


def run_status(args: argparse.Namespace) -> Answer:
    from takatuf.translation.standing import standing
    from takatuf.translation.vocabulary import STATE_NAMES

    found = standing()
    document = {
        "languages": [
            {
                "language": one.code,
                "own_name": one.own_name,
                "scope": "whole" if one.whole else "public",
                "texts": one.texts,
                "by_state": one.by_state,
                "by_kind": one.by_kind,
                "approved_alone": one.alone,
                "glossary_departures": one.departures,
                "interface": {
                    "total": one.interface.total,
                    "translated": one.interface.translated,
                    "missing": one.interface.missing,
                },
            }
            for one in found
        ]
    }
    lines = []
    for one in found:
        states = [f"{STATE_NAMES[state]} {count}" for state, count in one.by_state.items() if count]
        lines.append(f"{one.code} ({one.own_name}) · {' · '.join(states)}")
    return Answer(document, "\n".join(lines))


def _checked_language(code: str) -> str:
    from django.conf import settings

    from takatuf.foundation.errors import Refused
    from takatuf.translation.exchange import fault_words

    if code not in dict(settings.LANGUAGES):
        raise Refused(fault_words("language-unknown", {"language": code}), code="language-unknown")
    return code
