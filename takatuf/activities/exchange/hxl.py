"""HXL 1.1: the row of hashtags, and what each hashtag is to an activity.

A tag is # with letters, digits and underscores, in any case; attributes follow with +, in any
order, a blank before or after it. Old tags of before 1.0 (#lat_deg, #activity_id) are known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

HASHTAG = re.compile(r"#([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)", re.I)
LANGUAGES = frozenset({"ar", "en", "fr"})


@dataclass(frozen=True, slots=True)
class Hashtag:
    """One hashtag with its attributes, all in small letters."""

    tag: str
    attributes: frozenset[str]

    def __str__(self) -> str:
        return "".join([f"#{self.tag}", *(f"+{each}" for each in sorted(self.attributes))])

    def has(self, *attributes: str) -> bool:
        """Whether any of these attributes is on it."""
        return not self.attributes.isdisjoint(attributes)


def hashtags(cell: str) -> list[Hashtag]:
    """The hashtags of a cell: one as a rule, several where somebody typed them into one; none
    where anything else stands in it."""
    text = cell.strip()
    if not text.startswith("#") or HASHTAG.sub("", text).strip(" ,;/\n"):
        return []
    return [
        Hashtag(match[1].lower(), frozenset(re.findall(r"[a-z][a-z0-9_]*", match[2].lower())))
        for match in HASHTAG.finditer(text)
    ]


def is_tag_row(cells: Sequence[str]) -> bool:
    """Whether a row is the row of hashtags: at least half of what stands in it is one."""
    filled = [cell for cell in cells if cell.strip()]
    tagged = sum(bool(hashtags(cell)) for cell in filled)
    return tagged > 0 and len(filled) <= 2 * tagged


def field_of(hashtag: Hashtag) -> tuple[str, int]:
    """What a column with this hashtag says of an activity, and how far down it stands among
    several that say the same (0 first). The field is empty where it says nothing that we read.
    """
    tag, has = hashtag.tag, hashtag.has
    base, _underscore, old = tag.partition("_")
    coded = has("code", "id") or old in {"id", "code"}
    if tag in {"org", "impl", "prog", "funder", "partner"}:
        return _organisation(hashtag)
    if base == "adm1" or base == "adm2" or base == "adm3":
        return (f"{base}_code" if coded else base), _plainness(hashtag)
    if base in {"country", "loc"}:
        return (f"{base}_code" if coded else base), _plainness(hashtag) + 2 * has("type")
    if tag == "geo":
        named = {"lat": "latitude", "lon": "longitude", "coord": "coordinates"}
        return next((named[each] for each in named if has(each)), ""), 0
    if tag in {"lat_deg", "lat", "lon_deg", "lon"}:
        return ("latitude" if base == "lat" else "longitude"), 0
    if base == "activity":
        return _activity(hashtag, coded)
    if tag in {"date", "from_date", "start_date", "to_date", "end_date", "period_date",
               "report_date", "reported_date"}:  # fmt: skip
        return _date(hashtag)
    if tag == "sector":
        if coded:
            return ("sector_code" if has("v_city") else "sector_ocha"), 0
        return "sector", _plainness(hashtag)
    if tag == "meta":
        named = {"level": "level", "source": "source", "id": "own_id"}
        return next((named[each] for each in named if has(each)), ""), 2
    if tag == "contact":
        if has("phone", "tel", "url", "id", "code"):
            return "", 0
        return ("contact_email" if has("email") else "contact_name"), _plainness(hashtag)
    if tag in {"targeted", "reached"}:
        # The women among them are not all of them.
        whole = not hashtag.attributes - {"ind", "total", "all", "people", "num", "benef"}
        return (tag if whole else ""), _plainness(hashtag)
    if tag == "indicator":
        return ("" if has("value", "num", "unit", "code", "id") else "indicator"), 0
    simple = {
        "service": "service",
        "subsector": "subsector",
        "channel": "channel",
        "modality": "channel",
        "beneficiary": "populations",
        "description": "description",
        "status": "status",
        "language": "languages",
    }
    if tag == "beneficiary" and has("num", "count", "total"):
        return "targeted", 3
    if tag == "capacity":
        return ("weekly_capacity" if has("week", "weekly") else ""), 0
    return simple.get(tag, ""), _plainness(hashtag) + (tag == "modality")


def _organisation(hashtag: Hashtag) -> tuple[str, int]:
    tag, has = hashtag.tag, hashtag.has
    if has("type"):
        return "organisation_type", 0 if has("code") else 1
    rank = 6 * has("code", "id", "url") + 3 * has("acronym", "short") + (not has("name"))
    if tag == "funder" or has("funder", "donor"):
        return "funder", rank
    if tag == "prog" or has("prog", "programming"):
        return "programming", rank
    # Who does it is the organisation; plain #org is whoever reported it.
    return "organisation", rank + (0 if tag == "impl" or has("impl") else 1)


def _activity(hashtag: Hashtag, coded: bool) -> tuple[str, int]:
    if coded:
        return "own_id", 0 if hashtag.has("id") or hashtag.tag == "activity_id" else 1
    if hashtag.has("description"):
        return "description", 1
    if hashtag.has("type", "status", "num"):
        return "", 0
    language = language_of(hashtag)
    return (f"title_{language}" if language else "title"), 0


def _date(hashtag: Hashtag) -> tuple[str, int]:
    tag, has = hashtag.tag, hashtag.has
    if tag in {"from_date", "start_date"} or has("start"):
        return "starts_on", 0
    if tag in {"to_date", "end_date"} or has("end"):
        return "ends_on", 0
    if has("confirmed"):
        return "confirmed_on", 0
    return "reported_on", 0 if has("reported", "report") or "report" in tag else 1


def language_of(hashtag: Hashtag) -> str:
    """The language that an attribute names: +i_ar, or +ar as it was written before 1.1."""
    for each in sorted(hashtag.attributes):
        code = each.removeprefix("i_")
        if code in LANGUAGES:
            return code
    return ""


def _plainness(hashtag: Hashtag) -> int:
    """Fewer attributes first, but +name is as good as none."""
    return len(hashtag.attributes - {"name"})
