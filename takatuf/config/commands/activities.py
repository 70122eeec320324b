"""`takatuf activities …`: who does what, laid side by side, from the shell."""

import argparse
from datetime import date
from typing import Any

from takatuf.config.commands import (
    Answer,
    Subparsers,
    add_incident,
    group,
    how_far,
    incident_named,
    leaf,
)

LEVELS = ("neighbourhood", "municipality", "county", "region", "national", "international")


def add_parser(sub: Subparsers) -> None:
    activities = group(sub, "activities", "Who does what in an incident, laid side by side")
    made = leaf(activities, "coverage", "How many do what, where, at which level", coverage)
    add_incident(made)
    add_reader(made)
    made.add_argument(
        "--by",
        default="service,area",
        metavar="WHAT,WHAT",
        help="one or two of service, area, level, organisation, population, channel, status, "
        "sector; else service,area",
    )
    made.add_argument("--level", choices=LEVELS, help="of the owner alone")
    made.add_argument("--population", default="", metavar="CODE", help="for this group alone")
    made.add_argument("--organisation", metavar="NAME", help="of this organisation alone")
    made.add_argument("--status", default="", metavar="CODE", help="in this state; or all")
    made.add_argument("--on", type=_day, metavar="DAY", help="as it stands on that day; else today")
    made = leaf(activities, "overlaps", "Which two look like the same work, and why", overlaps)
    add_incident(made)
    add_reader(made)


def add_reader(made: argparse.ArgumentParser) -> None:
    made.add_argument("--as", dest="actor", metavar="EMAIL", help="the person who asks")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write it as 2026-11-22") from None


def coverage(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.activities.queries import Wanted, organisation_doing
    from takatuf.activities.vocabulary import Population, Status
    from takatuf.coordination.coverage import checked_dimensions, document_of, table_of
    from takatuf.foundation.errors import Refused

    incident = incident_named(args)
    by = checked_dimensions(args.by)
    for code, known in (
        (args.population, Population.values),
        (args.status, [*Status.values, "all"]),
    ):
        if code and code not in known:
            raise Refused(
                _("“%(code)s” is not known. Choose one of: %(known)s.")
                % {"code": code, "known": ", ".join(known)},
                code="no-such-code",
            )
    organisation = organisation_doing(incident, args.organisation) if args.organisation else None
    if args.organisation and organisation is None:
        raise Refused(
            _("The city knows no organisation called “%(text)s”.") % {"text": args.organisation},
            code="no-organisation",
            field="organisation",
        )
    wanted = Wanted(
        level=args.level or "",
        population=args.population,
        organisation=organisation.pk if organisation else None,
        status=args.status,
    )
    table = table_of(incident, by, wanted, now=timezone.now(), on=args.on)
    document: dict[str, Any] = {"incident": incident.pk, **document_of(table)}
    lines = [
        f"{row['activities']:>5}  " + " · ".join(row[name]["name"] for name in by)
        for row in document["rows"]
    ]
    return Answer(document, "\n".join(lines) or _("Nobody has told yet what they do."))


def overlaps(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.activities.beside import entries_with_past, matches_in, names_of, settled_pairs
    from takatuf.activities.comparing import Texts
    from takatuf.activities.comparing.scoring import as_json
    from takatuf.activities.queries import area_names, crowds_that_say_little
    from takatuf.activities.wording import reasons_of, too_little
    from takatuf.foundation.text import labelled

    incident, now = incident_named(args), timezone.now()
    entries = {entry.key: entry for entry in entries_with_past(incident)}
    settled, texts = settled_pairs(incident, entries), Texts(progress=how_far)
    matches = matches_in(list(entries.values()), settled=settled, texts=texts)
    past = {
        match for match in matches
        if min(entries[match.a].ends, entries[match.b].ends) < now.date()
    }  # fmt: skip
    names, areas = names_of(incident), area_names(incident.city)
    document = [
        {
            "a": names[match.a],
            "b": names[match.b],
            "rule": match.rule.value,
            "red": match.is_red,
            "score": match.score,
            "over": match in past,
            "reasons": [
                labelled(reason.label, reason.said)
                for reason in reasons_of(map(as_json, match.parts), areas)
            ],
        }
        for match in sorted(matches, key=past.__contains__)  # what is over comes last
    ]
    lines = [
        f"{row['score']:>4}  {row['rule']:<10}  {row['a']} · {row['b']}"
        + (f"  ({_('over')})" if row["over"] else "")
        for row in document
    ]
    places, owners = crowds_that_say_little(incident, now=now)
    return Answer(
        document,
        "\n".join(lines) or _("No overlap waits for an answer."),
        warnings=[too_little(places, owners)] if places else [],
    )
