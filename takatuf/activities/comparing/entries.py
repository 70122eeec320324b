"""What is compared of an activity, and from where on two count as overlapping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from takatuf.activities.comparing.concepts import concepts_in
from takatuf.activities.comparing.languages import written_in
from takatuf.foundation.stems import STEMMERS, empty_words, stem, words_of
from takatuf.plans.catalogue import Service, services

CITY, OUTSIDE = "city", "outside"
NATIONAL_LEVELS = frozenset({"national", "international"})
FIRST, LAST = date.min, date.max
# Words of `vocabulary.Offer` that say for whom of two, and only for them.
GENDERS = frozenset({"women", "men"})
EVERYONE = "everyone"
# What asks for gifts, and what gives them out; what a day of remembrance is called.
IN = frozenset({"appeal", "collecting-goods"})
OUT = frozenset({"cash", "handing-out"})
OF_TRIBUTES = frozenset({"archive", "flowers"})  # these are collected too
SOLEMN = frozenset({"ceremony", "vigil", "march", "concert", "prayer"})
NEAR_CEREMONIES = frozenset({"", "spiritual-care", "tributes"})
BESIDE_CEREMONIES = frozenset({
    "transport", "street-closure", "latrines", "listening", "counselling", "patrol", "guard",
    "interpret", "childcare", "hot-meal", "press", "sign-up",
})  # fmt: skip
BRIEF = 3  # days that a commemoration lasts
OF_LISTENERS = frozenset({"listening", "first-aid", "peer"})
BY_THE_COMMUNITY, SPECIALISED = 2, 4  # layers of the pyramid
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
    def says_little(self) -> bool:
        """Whether it says neither for whom nor when, nor publishes a number."""
        return not (self.populations or self.starts_on or self.ends_on or self.number)

    @cached_property
    def _listed(self) -> Service | None:
        """Its service, as the catalogue has it."""
        return services().get(self.service)

    @cached_property
    def at_layer(self) -> int | None:
        """The layer of the pyramid: the one that was said, else its service's."""
        return self.layer or (self._listed.layer if self._listed else None)

    @cached_property
    def is_psychosocial(self) -> bool:
        """Whether its service is one of the pyramid's own."""
        return self._listed is not None and self._listed.group == "psychosocial"

    @cached_property
    def layer_of_code(self) -> bool:
        """Whether the layer that was said is the one that its service has anyway."""
        return self._listed is not None and self._listed.layer == self.layer

    @cached_property
    def named_layer(self) -> int | None:
        """The layer that was said, else the one that its title names: treatment by specialists,
        or people who listen."""
        if self.layer:
            return self.layer
        if "therapy" in self.headed:
            return SPECIALISED
        heard = self.headed & OF_LISTENERS and "counselling" not in self.headed
        return BY_THE_COMMUNITY if heard else None

    @cached_property
    def likely_service(self) -> str:
        """Its service, else the one that its own words name."""
        return self.service or service_in(f"{self.title} {self.description[:200]}")

    @cached_property
    def concepts(self) -> frozenset[str]:
        """What its words speak of."""
        told, more = self.title, self.description[:LONGEST]
        if not more:
            return self.headed
        language, other = self.written, written_in(more, self.language)
        if other != language:  # a title in one language, more in another
            return concepts_in(told, language) | concepts_in(more, other)
        return concepts_in(f"{told} . {more}", language)

    @cached_property
    def districts(self) -> frozenset[str]:
        """The districts that it works in, and those that its words name."""
        return frozenset(key for key in self.places if key.startswith("area:")) | self.named_places

    @cached_property
    def headed(self) -> frozenset[str]:
        """What its title speaks of; where it has none, what its description does."""
        if not self.title and self.description:
            return self.concepts
        return concepts_in(self.title, written_in(self.title, self.language))

    @cached_property
    def is_appeal(self) -> bool:
        """Whether it asks for gifts, of money or of things, and does not give them out. Blood is
        neither."""
        if "blood" in self.headed:
            return False
        if self.service == "fund" or "bring-here" in self.concepts:
            return True
        if self.headed & OF_TRIBUTES:
            return False
        if "appeal" in self.headed and self.channel == "money" and not self.service:
            return True  # a word such as sponsorship stands for asking and for giving
        if self.headed & (IN | OUT):
            return not self.headed & OUT
        return not self.service and bool(self.concepts & IN) and not self.concepts & OUT

    @cached_property
    def hands_out(self) -> bool:
        """Whether its title says that it gives things or money out."""
        return bool(self.headed & OUT)

    @cached_property
    def is_ceremony(self) -> bool:
        """Whether it is a day or two of remembrance, under whichever service it was filed."""
        if self.is_appeal:
            return False
        known = bool(self.starts_on and self.ends_on)
        days = (self.ends - self.starts).days if known else BRIEF
        if self.service == "commemoration":
            return days < BRIEF or (not known and bool(self.concepts & SOLEMN))
        # Buses to a ceremony are no ceremony.
        if self.service not in NEAR_CEREMONIES or self.headed & BESIDE_CEREMONIES:
            return False
        said = self.headed if self.service else self.concepts
        # Candles are laid down or held: of tributes on a day, the whole text says which.
        candles = self.service == "tributes" and "vigil" in self.concepts
        return days < BRIEF and (candles or bool(said & SOLEMN))

    @cached_property
    def hours(self) -> frozenset[str]:
        """The times of day that its words name."""
        return frozenset(code for code in self.concepts if code.startswith("hours:"))

    @cached_property
    def ages(self) -> frozenset[str]:
        """The ages that its words name."""
        return frozenset(code for code in self.concepts if code.startswith("age:"))

    @cached_property
    def hurt(self) -> frozenset[str]:
        """Whom of those affected its words name: the bereaved, the injured, witnesses."""
        return frozenset(code for code in self.concepts if code.startswith("state:"))

    @cached_property
    def interprets(self) -> bool:
        return self.service == "interpretation" or "interpret" in self.headed

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
        """The one gender that it says it is for; empty where it is for all, or for both by
        name."""
        found = self.offers & GENDERS
        return found if len(found) == 1 else frozenset()

    @cached_property
    def named_gender(self) -> frozenset[str]:
        """The same, else the one that its title names."""
        named = frozenset(code[7:] for code in self.headed if code.startswith("gender:"))
        return self.gender or (named if len(named) == 1 else frozenset())

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

    horizontal: int = 50
    vertical: int = 50
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
