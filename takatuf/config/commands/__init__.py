"""One module a command, each with `add_parser(sub)`; what they share stands here.

A module's `run…(args)` returns an `Answer`. `leaf` gives each command its common options.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.foundation.actors import Actor
    from takatuf.incidents.models import Incident
    from takatuf.network.models import City

MODULES = (
    "setup",
    "demo",
    "serve",
    "doctor",
    "city",
    "join",
    "person",
    "token",
    "imports",
    "guide",
    "translate",
    "incident",
    "activities",
    "exports",
    "journal",
    "library",
    "backup",
    "manage",
)
LANGUAGES = ("ar", "en", "fr")


@dataclass(frozen=True)
class Answer:
    """What a command found: a document for programs and words for people."""

    document: Mapping[str, Any] | Sequence[Any]
    text: str = ""
    fault: bool = False  # a check that found a fault: exit status 1
    warnings: Sequence[str] = field(default_factory=tuple)  # to standard error


Run = Callable[[argparse.Namespace], Answer]
Subparsers = Any  # argparse gives this class no public name


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="takatuf",
        description="Lead a city's response after an attack driven by hate or extremism.",
        epilog="Exit status: 0 done, 1 refused or a fault found, 2 wrong usage.",
    )
    sub = whole.add_subparsers(metavar="COMMAND", required=True)
    for name in MODULES:
        importlib.import_module(f"{__name__}.{name}").add_parser(sub)
    return whole


def group(sub: Subparsers, name: str, summary: str) -> Subparsers:
    """A command with commands of its own, such as `takatuf journal …`."""
    return sub.add_parser(name, help=summary, description=summary).add_subparsers(
        metavar="COMMAND", required=True
    )


def leaf(
    sub: Subparsers, name: str, summary: str, run: Run, *, with_data: bool = True
) -> argparse.ArgumentParser:
    """A command that does something. Without `with_data` it opens no database and no folder."""
    made: argparse.ArgumentParser = sub.add_parser(name, help=summary, description=summary)
    made.add_argument(
        "--json", action="store_true", help="one JSON document on standard output, nothing else"
    )
    made.add_argument("--language", choices=LANGUAGES, help="of the answer; else that of LANG")
    made.set_defaults(run=run, with_data=with_data)
    return made


def language_of_the_environment(environ: Mapping[str, str]) -> str:
    """The reader's language as the shell tells it (LC_ALL, LC_MESSAGES, LANG), else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            short = value.replace("-", "_").split("_")[0].split(".")[0].lower()
            return short if short in LANGUAGES else "en"
    return "en"


def start(args: argparse.Namespace) -> None:
    """Make Django ready as far as the command needs it, and speak the reader's language."""
    if args.with_data:
        import django
        from django.utils import translation

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
        django.setup()
        translation.activate(args.language)
    else:
        speak(args.language)


def speak(language: str) -> None:
    """Be able to say words without settings, database or data folder."""
    from pathlib import Path

    import django
    from django.conf import settings
    from django.utils import translation

    import takatuf

    if not settings.configured:
        locale = Path(takatuf.__file__).parent / "locale"
        settings.configure(USE_I18N=True, USE_TZ=True, LOCALE_PATHS=[locale])
        django.setup()
    translation.activate(language)


def add_actor(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--as", dest="actor", metavar="EMAIL", required=True, help="the person who acts"
    )


def actor_named(email: str, city: "City | None") -> "Actor":
    """Whom this city knows by the address, else whoever has it, with all their posts.

    The shell may speak for anybody whom the city named, also before they joined; as somebody
    who has not accepted its post yet, it acts under the city's card and touches no account.
    `Refused` where nobody has the address.
    """
    from django.utils import timezone

    from takatuf.network.queries import actor_for, person_in

    known = person_in(city, email, timezone.now()) if city else None
    return actor_for(known if known and known.is_active else person_named(email))


def person_named(email: str, *, closed: bool = False) -> "Person":
    """The person with this address. `Refused` where there is none, or the account is closed
    and those are not wanted."""
    from django.utils.translation import gettext as _

    from takatuf.accounts.models import Person
    from takatuf.foundation.errors import Refused

    known = Person.objects.all() if closed else Person.objects.filter(is_active=True)
    person: Person | None = known.filter(email__iexact=email.strip()).first()
    if person is None:
        raise Refused(
            _("Nobody with the address %(email)s is known here.") % {"email": email},
            code="no-such-person",
            field="as",
        )
    return person


def city_named(slug: str) -> "City":
    """The city with this slug. `Refused` where there is none."""
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused
    from takatuf.network.models import City

    city = City.objects.filter(slug=slug).first()
    if city is None:
        raise Refused(
            _("No city is called %(slug)s here. “takatuf city list” shows them.") % {"slug": slug},
            code="no-such-city",
            field="city",
        )
    return city


def add_incident(made: argparse.ArgumentParser) -> None:
    """Of which incident: by its identifier alone, or by its number in a city that is named."""
    made.add_argument("--incident", required=True, metavar="ID", help="its identifier or number")
    made.add_argument("--city", metavar="SLUG", help="whose incident; needed with a number")


def incident_named(args: argparse.Namespace) -> "Incident":
    """The incident that `add_incident` asked for: as the person named sees it, else as whoever
    has the machine's shell, who can read the tables anyway.

    `Refused` where there is none, `NotFound` where the person may not know of it.
    """
    from django.utils.translation import gettext as _

    from takatuf.foundation.errors import Refused
    from takatuf.incidents.access import incident_by_id
    from takatuf.incidents.models import Incident

    told, city = str(args.incident), city_named(args.city) if args.city else None
    known = Incident.objects.select_related("city")
    if city is not None:
        known = known.filter(city=city)
    found: Incident | None = None
    if told.isdecimal() and len(told) < 10:
        if city is None:
            raise Refused(
                _("A number is an incident of one city. Name the city with --city."),
                code="which-city",
                field="city",
            )
        found = known.filter(number=int(told)).first()
    else:
        try:
            found = known.filter(pk=UUID(told)).first()
        except ValueError:
            found = None
    if found is None:
        words = (
            _("%(city)s has no incident %(id)s.") % {"city": city.slug, "id": told[:60]}
            if city
            else _("No incident %(id)s is known here.") % {"id": told[:60]}
        )
        raise Refused(words, code="no-such-incident", field="incident")
    if args.actor:
        return incident_by_id(actor_named(args.actor, found.city), found.pk)
    return found


def how_far(done: int, total: int) -> None:
    """How far a long work is, on one line of the terminal; nothing where nobody looks on."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r{done:,} / {total:,}{end}")
        sys.stderr.flush()
