"""`takatuf library …`: what cities have learned, from the shell."""

import argparse

from takatuf.config.commands import LANGUAGES, Answer, Subparsers, group, leaf

MOST = 100


def add_parser(sub: Subparsers) -> None:
    library = group(sub, "library", "The library of what cities have learned")
    made = leaf(library, "search", "Find cards by words and by meaning, in any language", search)
    made.add_argument("question", help="a word or a whole question")
    made.add_argument(
        "--lang", choices=LANGUAGES, help="of the titles in the answer; else the answer's own"
    )
    made.add_argument("--most", type=most, default=10, help="cards at most, 10 unless told")
    made = leaf(library, "list", "The published cards, the newest event first", show)
    made.add_argument("--workstream", metavar="CODE", help="those of one workstream of the guide")
    made.add_argument("--phase", metavar="CODE", help="those of one phase")
    made.add_argument(
        "--lang", choices=LANGUAGES, help="of the titles in the answer; else the answer's own"
    )


def most(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"write a number from 1 to {MOST}")
    return int(text)


def search(args: argparse.Namespace) -> Answer:
    """The cards that answer to a question, the best first, each with why."""
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused
    from takatuf.search.queries import find
    from takatuf.search.services import bring_up, work_out
    from takatuf.search.vocabulary import Kind

    if not args.question.strip():
        raise Refused(_("Write what you are looking for."), code="nothing-asked")
    bring_up()
    while work_out(kinds=[Kind.CARD.value]):
        pass
    found = find(
        args.question,
        language=args.lang or args.language,
        within=[Kind.CARD.value],
        most=args.most,
    )
    document = [
        {
            "card": hit.key,
            "title": hit.title,
            "lang": hit.language,
            "score": hit.score,
            "why": {
                "words": list(hit.words),
                "words_in": hit.words_in or None,
                "same_meaning_in": hit.meaning_in or None,
            },
        }
        for hit in found.hits
    ]
    lines = [f"{hit.key}  {hit.title} ({hit.language})" for hit in found.hits]
    return Answer(document, "\n".join(lines) or _("Nothing was found"))


def show(args: argparse.Namespace) -> Answer:
    """The cards with what they are found by."""
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused
    from takatuf.learning.queries import lines_of, shelf
    from takatuf.plans.vocabulary import Phase, Workstream

    chosen = {"workstream": args.workstream or "", "phase": args.phase or ""}
    for name, known in (("workstream", Workstream.values), ("phase", Phase.values)):
        if chosen[name] and chosen[name] not in known:
            raise Refused(
                _("“%(code)s” is not known. Choose one of: %(known)s.")
                % {"code": chosen[name], "known": ", ".join(known)},
                code=name,
            )
    lines = lines_of(shelf(chosen).slugs, args.lang or args.language)
    plain = ("slug", "kind", "date", "country", "region", "size", "confidence", "cells")
    document = {
        "cards": [
            {name: getattr(line, name) for name in plain}
            | {"title": line.title.words, "lang": line.title.language}
            for line in lines
        ]
    }
    text = "\n".join(f"{line.slug:<44} {line.title.words}" for line in lines)
    return Answer(document, text or _("No card is published here yet"))
