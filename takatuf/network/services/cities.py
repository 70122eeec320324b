"""Taking in cities, and appointing people for the installation as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pycountry
from babel import Locale, UnknownLocaleError
from django.db import transaction
from django.utils.translation import gettext as _

from takatuf.accounts.models import Person
from takatuf.accounts.queries import person_by_email
from takatuf.accounts.services import account_made, take_back
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, PersonRef, record
from takatuf.network.access import check_may_add_city, check_may_appoint, check_may_list
from takatuf.network.models import Appointment, City
from takatuf.network.services.agencies import agency_made, post_made
from takatuf.network.services.people import person_for_post
from takatuf.network.vocabulary import AgencyKind, Level, Listing

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Words that addresses use already, which a city's slug would hide.
TAKEN_WORDS = frozenset(
    {
        "new", "today", "journal", "account", "admin", "api", "static", "desk", "learn", "details",
    }
)  # fmt: skip


@transaction.atomic
def add_city(
    actor: Actor,
    *,
    slug: str,
    name: str,
    country: str,
    timezone: str,
    languages: Sequence[str],
    coordinator_email: str,
    now: datetime,
    names: Mapping[str, str] | None = None,
    municipality: str = "",
    coordinator_name: str = "",
    coordinator_language: str = "",
    level: str = Level.MUNICIPALITY,
) -> City:
    """Take in a city with its municipality, and give its response coordinator the post.

    `level` is the municipality's own: a region that leads its response is one too. Somebody
    who serves other cities already has an offer until they accept it. Raises `Refused`, with
    the field, for a slug that is taken and for a country (ISO 3166), timezone (IANA) or
    language (BCP 47) that does not exist.
    """
    check_may_add_city(actor)
    city = City(
        slug=_slug(slug),
        name=_name(name),
        country=_country(country),
        timezone=_timezone(timezone),
        languages=_languages(languages),
    )
    city.names = {_languages([tag])[0]: _name(text) for tag, text in (names or {}).items()}
    city.save()
    coordinator, _new = person_for_post(
        city,
        coordinator_email,
        name=coordinator_name,
        language=coordinator_language or city.language,
        now=now,
    )
    facts: dict[str, object] = {"city": city.name, "country": city.country, "slug": city.slug}
    people = {"coordinator": PersonRef(coordinator.pk, coordinator.name)}
    for log in (INSTALLATION, city.log):
        record(
            actor,
            "city.added",
            log=log,
            thing=f"city:{city.pk}",
            at=now,
            facts=facts,
            people=people,
        )
    own = agency_made(
        actor,
        city,
        name=municipality.strip() or city.name,
        names={} if municipality.strip() else city.names,
        kind=AgencyKind.MUNICIPALITY,
        level=level,
        now=now,
    )
    post_made(actor, own, coordinator, Role.COORDINATOR, call_order=1, now=now)
    return city


@transaction.atomic
def choose_listing(
    actor: Actor,
    city: City,
    *,
    listing: str,
    latitude: float | None = None,
    longitude: float | None = None,
    now: datetime,
) -> City:
    """Choose what the public list of members shows of the city: nothing, its name and country,
    or also its public page and, where both are given, its place in degrees (WGS 84)."""
    check_may_list(actor, city)
    if listing not in Listing.values:
        raise Refused(_("Choose from the list."), code="listing", field="listing")
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        raise Refused(
            _("Give latitude and longitude, or neither of them."), code="position", field=missing
        )
    for field, value, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if value is not None and not -most <= value <= most:
            raise Refused(
                _("Write degrees from %(least)s to %(most)s.") % {"least": -most, "most": most},
                code="position",
                field=field,
            )
    chosen = {
        "listing": listing,
        # Finer than about a kilometre it would point at a house.
        "latitude": None if latitude is None else round(latitude, 2),
        "longitude": None if longitude is None else round(longitude, 2),
    }
    changed = [name for name, value in chosen.items() if getattr(city, name) != value]
    if changed:
        for name in changed:
            setattr(city, name, chosen[name])
        city.save(update_fields=changed)
        facts: dict[str, object] = {"listing": listing, "changed": changed}
        record(actor, "city.listed", log=city.log, thing=f"city:{city.pk}", at=now, facts=facts)
    return city


@transaction.atomic
def appoint(actor: Actor, *, email: str, role: str, now: datetime) -> Appointment:
    """Make a person operator or secretariat of the installation."""
    check_may_appoint(actor)
    if role not in {Role.OPERATOR, Role.SECRETARIAT}:
        raise Refused(
            _("Only operators and the secretariat are appointed for the installation."),
            code="role",
            field="role",
        )
    person = person_by_email(email) or account_made(email, language="en")
    take_back(person, now)
    appointment, is_new = Appointment.objects.get_or_create(person=person, role=role)
    if is_new:
        _note_appointment(actor, "person.appointed", appointment, now)
    return appointment


@transaction.atomic
def end_appointment(actor: Actor, appointment: Appointment, *, now: datetime) -> None:
    """Take back a role in the installation."""
    check_may_appoint(actor)
    _note_appointment(actor, "appointment.ended", appointment, now)
    appointment.delete()


def _note_appointment(actor: Actor, verb: str, appointment: Appointment, now: datetime) -> None:
    person: Person = appointment.person
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"appointment:{appointment.pk}",
        at=now,
        facts={"role": appointment.role},
        people={"person": PersonRef(person.pk, person.name)},
    )


def _slug(slug: str) -> str:
    slug = slug.strip()
    if not SLUG.fullmatch(slug) or len(slug) > 60 or slug in TAKEN_WORDS:
        raise Refused(
            _("Write the short name in small Latin letters, digits and single hyphens."),
            code="slug",
            field="slug",
        )
    if City.objects.filter(slug=slug).exists():
        raise Refused(
            _("A city called %(slug)s is here already.") % {"slug": slug},
            code="slug-taken",
            field="slug",
        )
    return slug


def _name(name: str) -> str:
    name = " ".join(clean_text(name).split())
    if not name:
        raise Refused(_("Give the city's name."), code="name-missing", field="name")
    if len(name) > 120:
        raise Refused(
            _("Keep the name under %(most)s characters.") % {"most": 120},
            code="name-long",
            field="name",
        )
    return name


def _country(code: str) -> str:
    code = code.strip().upper()
    if len(code) != 2 or pycountry.countries.get(alpha_2=code) is None:
        raise Refused(
            _("“%(code)s” is no country. Write its ISO 3166 code of two letters, as in JO or NO.")
            % {"code": code},
            code="country",
            field="country",
        )
    return code


def _timezone(name: str) -> str:
    name = name.strip()
    try:
        known = name in available_timezones() and ZoneInfo(name)
    except (ValueError, OSError):
        known = False
    if not known:
        raise Refused(
            _("“%(name)s” is no timezone. Write it as in Asia/Amman or Europe/Oslo.")
            % {"name": name},
            code="timezone",
            field="timezone",
        )
    return name


def _languages(tags: Sequence[str]) -> list[str]:
    found = []
    for tag in tags:
        try:
            locale = Locale.parse(tag.strip(), sep="-")
            if pycountry.languages.get(**_code(locale.language)) is None:
                raise ValueError(tag)
        except (ValueError, UnknownLocaleError, TypeError) as error:
            raise Refused(
                _("“%(tag)s” is no language. Write BCP 47 codes, as in ar,en,fr.")
                % {"tag": tag.strip()},
                code="language",
                field="languages",
            ) from error
        found.append(str(locale).replace("_", "-"))
    if not found:
        raise Refused(
            _("Give at least one language, the city's own first."),
            code="language",
            field="languages",
        )
    return list(dict.fromkeys(found))


def _code(language: str) -> dict[str, str]:
    return {f"alpha_{len(language)}": language}
