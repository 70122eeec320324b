"""What is compared of an activity, and from where on two count as overlapping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from takatuf.activities.comparing.concepts import concepts_in
from takatuf.activities.comparing.languages import written_in
from takatuf.foundation.stems import STEMMERS, empty_words, stem, words_of
from takatuf.plans.catalogue import services

CITY, OUTSIDE = "city", "outside"
NATIONAL_LEVELS = frozenset({"national", "international"})
FIRST, LAST = date.min, date.max
# Words of `vocabulary.Offer` that say for whom of two, and only for them.
GENDERS = frozenset({"women", "men"})
EVERYONE = "everyone"
SHORT = 60  # letters of a title that may be too few to tell its language
LONGEST = 400  # letters of a description that count; its first sentences say what it is


@dataclass(frozen=True)
class Entry:
    """One activity as plain values; what was not said is empty.

    `places` holds the keys of `models.ActivityPlace`: `area:…`, `city`, `outside`, `text:…`.
    """

    key: str
    owner: str = ""
    level: str = ""
    service: str = ""
    channel: str = ""
    number: str = ""
    populations: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    layer: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    title: str = ""
    description: str = ""
    language: str = ""
    refers_to: str = ""
    named_places: frozenset[str] = frozenset()  # the districts that its words name

    @cached_property
    def starts(self) -> date:
        return self.starts_on or FIRST

    @cached_property
    def ends(self) -> date:
        return self.ends_on or LAST

    @cached_property
    def written(self) -> str:
        """The language of its words: of its title, else of its description."""
        if len(self.title) < SHORT and self.description:
            return written_in(f"{self.title} {self.description[:LONGEST]}", self.language)
        return written_in(self.title, self.language)

    @cached_property
    def has_words(self) -> bool:
        """Whether somebody described it, beside choosing from the lists."""
        return bool(self.title or self.description)

    @cached_property
    def at_layer(self) -> int | None:
        """The layer of the pyramid: the one that was said, else its service's."""
        service = services().get(self.service)
        return self.layer or (service.layer if service else None)

    @cached_property
    def likely_service(self) -> str:
        """Its service, else the one that its own words name."""
        return self.service or service_in(f"{self.title} {self.description[:200]}")

    @cached_property
    def concepts(self) -> frozenset[str]:
        """What its words speak of."""
        told, more = self.title, self.description[:LONGEST]
        language, other = self.written, written_in(more, self.language) if more else ""
        if other and other != language:  # a title in one language, more in another
            return concepts_in(told, language) | concepts_in(more, other)
        return concepts_in(f"{told} . {more}", language)

    @cached_property
    def districts(self) -> frozenset[str]:
        """The districts that it works in, and those that its words name."""
        return frozenset(key for key in self.places if key.startswith("area:")) | self.named_places

    @cached_property
    def is_appeal(self) -> bool:
        return self.service == "fund" or (not self.service and "appeal" in self.concepts)

    @cached_property
    def is_ceremony(self) -> bool:
        return self.service == "commemoration" or (not self.service and "ceremony" in self.concepts)

    @cached_property
    def order_of_people(self) -> tuple[Any, ...]:
        """Puts those with the same channel, people and languages side by side."""
        return (self.channel, sorted(self.populations), sorted(self.languages), self.starts,
                self.key)  # fmt: skip

    @cached_property
    def order_of_words(self) -> tuple[Any, ...]:
        """Puts those with the same number or the same first words side by side."""
        return self.number, self.title.casefold(), self.channel, self.starts, self.key

    @cached_property
    def gender(self) -> frozenset[str]:
        """The one gender that it is for; empty where it is for all, or for both by name."""
        found = self.offers & GENDERS
        return found if len(found) == 1 else frozenset()

    @cached_property
    def digits(self) -> str:
        """The telephone number without what people write between its digits."""
        return "".join(sign for sign in self.number if sign.isdecimal() or sign == "*")

    @property
    def is_national(self) -> bool:
        return self.level in NATIONAL_LEVELS


@dataclass(frozen=True)
class Thresholds:
    """From which score on, in hundredths, two activities are proposed as an overlap, by rule;
    and how many days apart two commemorations still meet."""

    horizontal: int = 55
    vertical: int = 55
    number: int = 40
    fund: int = 40
    event: int = 50
    event_days: int = 3


@cache
def _names() -> dict[str, list[tuple[frozenset[str], str]]]:
    """By the language of its words: what each service is called, as stems, the longest first."""
    found: dict[str, list[tuple[frozenset[str], str]]] = {}
    for code, service in services().items():
        for language, name in service.names.items():
            found.setdefault(language, []).append((_stems(name, language), code))
    return {
        language: sorted(names, key=lambda name: -len(name[0])) for language, names in found.items()
    }


def service_in(text: str) -> str:
    """The service that a text names in one of our languages; empty where it names none.

    The name with the most words wins: *psychological first aid* before *aid*.
    """
    best, most = "", 0
    for language, names in _names().items():
        said = _stems(text, language)
        for stems, code in names:
            if len(stems) <= most:
                break
            if stems <= said:
                best, most = code, len(stems)
                break
    return best


def _stems(text: str, language: str) -> frozenset[str]:
    code = language if language in STEMMERS else "en"
    return frozenset(stem(word, code) for word in words_of(text) if word not in empty_words())
