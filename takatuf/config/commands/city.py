"""`takatuf city add` and `takatuf city list`."""

import argparse
from typing import Any

from takatuf.config.commands import Answer, Subparsers, group, leaf


def add_parser(sub: Subparsers) -> None:
    cities = group(sub, "city", "The cities of this installation")
    made = leaf(cities, "add", "Take a city in, with its municipality and coordinator", add)
    made.add_argument("--slug", required=True, help="short name in addresses: marsa-noor")
    made.add_argument("--name", required=True)
    made.add_argument("--country", required=True, help="ISO 3166 code of two letters")
    made.add_argument("--timezone", required=True, help="as in Europe/Oslo")
    made.add_argument(
        "--languages", required=True, help="BCP 47 with commas between, the city's own first"
    )
    made.add_argument("--coordinator", required=True, metavar="EMAIL")
    made.add_argument(
        "--municipality",
        default="",
        metavar="NAME",
        help="as its contact list calls it, where that is not the city's name",
    )
    made.add_argument(
        "--name-in",
        action="append",
        default=[],
        metavar="LANGUAGE=NAME",
        help="the name in another language; may be repeated",
    )
    leaf(cities, "list", "The cities of this installation", show)


def add(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.accounts.rules import checked_email
    from takatuf.accounts.services import handed_link
    from takatuf.foundation.actors import COMMAND
    from takatuf.foundation.errors import Refused
    from takatuf.network.queries import person_in
    from takatuf.network.services import add_city

    names = {}
    for pair in args.name_in:
        language, equals, name = pair.partition("=")
        if not (equals and language.strip() and name.strip()):
            raise Refused(_("Write --name-in as language=name, as in ar=مرسى نور."), code="name-in")
        names[language.strip()] = name
    now = timezone.now()
    city = add_city(
        COMMAND,
        slug=args.slug,
        name=args.name,
        country=args.country,
        timezone=args.timezone,
        languages=[tag for tag in args.languages.split(",") if tag.strip()],
        coordinator_email=args.coordinator,
        names=names,
        municipality=args.municipality,
        now=now,
    )
    coordinator = person_in(city, checked_email(args.coordinator), now)
    assert coordinator is not None
    document: dict[str, Any] = {
        "id": city.id,
        "slug": city.slug,
        "name": city.name,
        "country": city.country,
        "timezone": city.timezone,
        "languages": city.languages,
        "coordinator": coordinator.reached_at,
        # Whoever runs the server hands this on; without a mail server there is no other way
        # in. Somebody who serves another city gets one that looks the same.
        "password_link": handed_link(coordinator, by=None),
    }
    words = _("%(name)s was added. %(coordinator)s is its response coordinator.")
    link = _(
        "Hand them this address, good for three days. Who is new chooses a password there; "
        "who has an account signs in: %(link)s"
    )
    return Answer(document, f"{words % document}\n{link % {'link': document['password_link']}}")


def show(args: argparse.Namespace) -> Answer:
    from takatuf.network.models import City

    cities = list(City.objects.order_by("slug").values("slug", "name", "country", "languages"))
    return Answer(
        {"cities": cities}, "\n".join(f"{city['slug']:<30} {city['name']}" for city in cities)
    )
