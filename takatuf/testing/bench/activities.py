"""Rows of who does what, like those that partners send, made by a seeded generator."""

from __future__ import annotations

import random
from datetime import date, timedelta

from takatuf.activities.comparing import Entry
from takatuf.activities.vocabulary import Population
from takatuf.plans.catalogue import services

AREAS = 40
OWNERS = 300
DAY = date(2026, 9, 1)
LEVELS = ("neighbourhood", "municipality", "municipality", "region", "national", "international")
CHANNELS = ("in-person", "in-person", "in-person", "phone", "online", "outreach", "")
PEOPLE = tuple(Population.values)
WORDS = {
    "en": ("with a team of {count}", "every week in district {area}", "for {count} households",
           "phase {count}", "at the centre of district {area}"),
    "ar": ("بفريق من {count}", "كل أسبوع في الحي {area}", "من أجل {count} أسرة",
           "المرحلة {count}", "في مركز الحي {area}"),
    "fr": ("avec une équipe de {count}", "chaque semaine dans le quartier {area}",
           "pour {count} foyers", "phase {count}", "au centre du quartier {area}"),
}  # fmt: skip


def entries(many: int, seed: int = 1) -> list[Entry]:
    """So many activities: a few services and districts have most of them, one in eight is
    city-wide, one in ten has no service that is known, one in five no people."""
    dice = random.Random(seed)
    codes = list(services())
    weights = [1 / (1 + place) ** 0.6 for place in range(len(codes))]
    made = []
    for number in range(many):
        code = dice.choices(codes, weights)[0]
        language = dice.choice(("en", "en", "ar", "fr"))
        area = min(int(dice.expovariate(1 / 12)), AREAS - 1)
        starts = DAY + timedelta(days=dice.randrange(400))
        said = dice.choice(WORDS[language]).format(count=dice.randrange(1, 60), area=area)
        made.append(
            Entry(
                key=f"{number:06}",
                owner=str(min(int(dice.expovariate(1 / 60)), OWNERS)),
                level=dice.choice(LEVELS),
                service=code if dice.random() < 0.9 else "",
                channel=dice.choice(CHANNELS),
                populations=frozenset(dice.sample(PEOPLE, dice.choice((0, 1, 1, 1, 2)))),
                places=frozenset({"city" if dice.random() < 0.125 else f"area:{area}"}),
                languages=frozenset(dice.sample(("ar", "en", "fr", "ur"), dice.choice((0, 1, 2)))),
                starts_on=starts,
                ends_on=starts + timedelta(days=dice.randrange(14, 240)),
                title=f"{services()[code].names[language]} {said}",
                language=language,
            )
        )
    return made
