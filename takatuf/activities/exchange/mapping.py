"""Which column is which: by hashtag, by what a partner chose before, by heading.

Headings are known in Arabic, English and French, however they are spelt. What is not known is
kept with the activity and named, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from rapidfuzz import fuzz, process

from takatuf.activities.exchange import hxl
from takatuf.activities.exchange.words import codes, folded, words_of
from takatuf.foundation.errors import Refused
from takatuf.foundation.tables import Row

FIELDS: dict[str, str | Promise] = {
    "organisation": gettext_lazy("Organisation"),
    "organisation_type": gettext_lazy("Type of organisation"),
    "programming": gettext_lazy("Who plans it and answers for it"),
    "funder": gettext_lazy("Who pays for it"),
    "level": gettext_lazy("Level of government"),
    "service": gettext_lazy("Service"),
    "sector": gettext_lazy("Sector"),
    "sector_code": gettext_lazy("Code of the sector"),
    "sector_ocha": gettext_lazy("Code of the sector (OCHA), where it has no other"),
    "subsector": gettext_lazy("Subsector"),
    "title": gettext_lazy("What is done"),
    "title_en": gettext_lazy("What is done, in English"),
    "title_ar": gettext_lazy("What is done, in Arabic"),
    "title_fr": gettext_lazy("What is done, in French"),
    "description": gettext_lazy("Description"),
    "channel": gettext_lazy("How people are reached"),
    "number": gettext_lazy("Published telephone number"),
    "populations": gettext_lazy("For whom"),
    "languages": gettext_lazy("Languages in which it is offered"),
    "offers": gettext_lazy("What else it provides for"),
    "country": gettext_lazy("Country"),
    "country_code": gettext_lazy("Code of the country"),
    "adm1": gettext_lazy("First level (province, governorate)"),
    "adm1_code": gettext_lazy("Code of the first level"),
    "adm2": gettext_lazy("Second level (district, municipality)"),
    "adm2_code": gettext_lazy("Code of the second level"),
    "adm3": gettext_lazy("Third level (quarter)"),
    "adm3_code": gettext_lazy("Code of the third level"),
    "loc": gettext_lazy("Place"),
    "loc_code": gettext_lazy("Code of the place"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "coordinates": gettext_lazy("Latitude and longitude together"),
    "status": gettext_lazy("Where it stands"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "reported_on": gettext_lazy("Reported on"),
    "confirmed_on": gettext_lazy("Confirmed on"),
    "targeted": gettext_lazy("People it is meant for"),
    "reached": gettext_lazy("People reached"),
    "indicator": gettext_lazy("Indicator"),
    "weekly_capacity": gettext_lazy("People it can serve in a week"),
    "contact_name": gettext_lazy("Contact"),
    "contact_email": gettext_lazy("E-mail address of the contact"),
    "own_id": gettext_lazy("Identifier that its owner gave it"),
    "source": gettext_lazy("Source"),
}
WHERE = ("country", "country_code", "adm1", "adm1_code", "adm2", "adm2_code", "adm3",
         "adm3_code", "loc", "loc_code", "latitude", "longitude", "coordinates")  # fmt: skip
DATES = ("starts_on", "ends_on", "reported_on", "confirmed_on")

HASHTAG = 0.98  # how sure a hashtag is
BY_ITSELF = 0.9  # how sure a heading is that stands so in our list
FEW = 5  # values from which a column is judged
RESEMBLES = 88  # of 100, by rapidfuzz
SHOWN = 3  # samples of a column
LONGEST_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what is proposed for it. `field` is one of `FIELDS`, "" keeps it unread
    with the activity. `sureness` runs from 0 to 1; a person's own choice is 1."""

    at: int
    key: str  # by which a layout remembers it
    heading: str
    hashtag: str
    field: str
    reason: str
    samples: tuple[str, ...]
    sureness: float

    @property
    def label(self) -> str:
        """How messages name it: by its heading, else its hashtag, else its number."""
        return self.heading or self.hashtag or str(self.at + 1)


@dataclass(slots=True)
class _Claim:
    """What one column would be, before it is known whether a better one is there."""

    at: int
    field: str
    reason: str
    sureness: float
    rank: int = 0
    known: str = ""  # the heading of our list that told it


@lru_cache(maxsize=1)
def _of_something_else() -> frozenset[str]:
    """A known heading inside a longer one says nothing where one of these stands beside it."""
    return frozenset(word for _all, words in words_of("of_something_else") for word in words)


def recognise(cells: Sequence[str]) -> int:
    """How far a row looks like the one that names the columns: hashtags before known headings,
    known headings before any row of several cells."""
    if hxl.is_tag_row(cells):
        return 100_000 + sum(bool(hxl.hashtags(cell)) for cell in cells)
    fields = {by_heading(cell)[0] for cell in cells if cell and len(cell) < 100}
    several = sum(bool(cell) for cell in cells) > 1
    return 100 * len(fields - {""}) + several if several else 0


@lru_cache
def _own_labels() -> Mapping[str, str]:
    """What we call each column ourselves, in each language: who reads it on a page and writes it
    so into the next file is understood."""
    known: dict[str, str] = {}
    for language, _name in settings.SPOKEN_LANGUAGES:
        with override(language):
            for field, label in FIELDS.items():
                known.setdefault(folded(str(label)), field)
    return known


@lru_cache(maxsize=4096)
def by_heading(heading: str) -> tuple[str, float, str]:
    """The field that a heading means, how sure that is, and the known heading that told it."""
    bare = re.sub(r"[(\[（].*?[)\]）]", " ", heading).strip() or heading
    known = codes("headings")
    for text, sureness in ((heading, 0.95), (bare, 0.9)):
        key = folded(text)
        if field := known.get(key) or _own_labels().get(key):
            return field, sureness, key
    # Two languages in one heading: "Organisation / الجهة".
    parts = [folded(part) for part in re.split(r"[/|\n]|\s[–—-]\s", bare) if part.strip()]
    meant = {known[part] for part in parts if part in known}
    if len(parts) > 1 and len(meant) == 1:
        return meant.pop(), 0.85, next(part for part in parts if part in known)
    words = folded(bare).split()
    if not words or len(words) > 12 or _of_something_else().intersection(words):
        return "", 0, ""
    resembling = process.extractOne(
        " ".join(words), known.keys(), scorer=fuzz.ratio, score_cutoff=RESEMBLES
    )
    if resembling and len(resembling[0]) > 4:
        return known[resembling[0]], 0.7, resembling[0]
    inside = [
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
        if " ".join(words[start:end]) in known and end - start < len(words)
    ]
    inside = [each for each in inside if len(each) > 5]
    if inside:
        longest = max(inside, key=len)
        return known[longest], 0.5, longest
    return "", 0, ""


def columns_of(
    header: Row,
    above: Sequence[Row],
    rows: Sequence[Row],
    layout: Mapping[str, str],
) -> tuple[tuple[Column, ...], list[str]]:
    """What each column is taken for, and what has to be said of them."""
    is_hxl = hxl.is_tag_row(header.cells)
    width = max([len(header.cells), *(len(row.cells) for row in rows)], default=0)
    headings = _headings(header, above, is_hxl, width)
    tags = [
        hxl.hashtags(header.cells[at]) if is_hxl and at < len(header.cells) else []
        for at in range(width)
    ]
    samples = _samples(rows, width)
    used = [bool(headings[at] or tags[at] or samples[at]) for at in range(width)]
    warnings: list[str] = []
    claims: list[_Claim] = []
    keys = _keys(headings, tags)
    chosen = _chosen(layout, keys, headings, tags)
    for at in range(width):
        if not used[at]:
            continue
        if at in chosen:
            claims.append(_Claim(at, chosen[at], _("It was chosen for this column."), 1.0, -1))
        elif len(tags[at]) > 1:
            claims.append(_Claim(at, "", _("Several hashtags stand in one cell."), 0))
            words = _(
                "Column %(column)s has several hashtags in one cell (%(hashtags)s), so it was "
                "kept unread. Write one hashtag in each cell."
            )
            shown = " ".join(str(tag) for tag in tags[at])
            warnings.append(words % {"column": headings[at] or at + 1, "hashtags": shown})
        elif is_hxl and not tags[at] and (wrong := _no_hashtag(header, at)):
            words = _("“%(text)s” is no hashtag, so that its column was kept unread.")
            claims.append(_Claim(at, "", words % {"text": wrong}, 0))
            hint = _("Write it as in #adm2+name: letters, digits and underscores alone.")
            warnings.append(f"{words % {'text': wrong}} {hint}")
        elif is_hxl:
            claims.append(_by_hashtag(at, tags[at]))
        else:
            claims.append(_of_heading(at, headings[at]))
    _settle(claims, rows)
    columns = tuple(
        Column(
            claim.at,
            keys[claim.at],
            headings[claim.at],
            " ".join(str(tag) for tag in tags[claim.at]),
            claim.field,
            claim.reason,
            samples[claim.at],
            claim.sureness,
        )
        for claim in claims
    )
    return columns, warnings


def _headings(header: Row, above: Sequence[Row], is_hxl: bool, width: int) -> list[str]:
    """The heading of each column: of the row of hashtags the one above it, else its own, or the
    one above where it is empty, as a heading over two rows leaves it. “Name” below
    “Organisation” is the name of the organisation."""
    before = above[-1].cells if above else ()
    if is_hxl:
        cells = before if sum(map(bool, before)) > 1 else ()
    else:
        cells = tuple(
            (header.cells[at] if at < len(header.cells) else "")
            or (before[at] if at < len(before) else "")
            for at in range(width)
        )
        if sum(map(bool, before)) > 1:
            cells = tuple(_below(cell, before[: at + 1]) for at, cell in enumerate(cells))
    return [(" ".join(cells[at].split()) if at < len(cells) else "")[:200] for at in range(width)]


def _below(heading: str, above: Sequence[str]) -> str:
    """A heading with the one that stands over it and its neighbours, where that alone tells what
    it means."""
    over = next((cell for cell in reversed(above) if cell), "")
    if not heading or not over or over == heading or by_heading(heading)[0]:
        return heading
    whole = next(
        (each for each in (f"{over} {heading}", f"{heading} {over}")
         if by_heading(each)[1] >= BY_ITSELF),
        "",
    )  # fmt: skip
    return whole or heading


def _samples(rows: Sequence[Row], width: int) -> list[tuple[str, ...]]:
    """Up to three different values of each column."""
    found: list[dict[str, None]] = [{} for _column in range(width)]
    for row in rows:
        for at, cell in enumerate(row.cells):
            if cell and len(found[at]) < SHOWN:
                found[at][cell[:LONGEST_SAMPLE]] = None
    return [tuple(each) for each in found]


def _keys(headings: Sequence[str], tags: Sequence[Sequence[hxl.Hashtag]]) -> list[str]:
    """A name for each column by which it is known in the next file of the same partner."""
    seen: dict[str, int] = {}
    keys = []
    for heading, found in zip(headings, tags, strict=True):
        key = " ".join([folded(heading), *map(str, found)]).strip()
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return keys


def _chosen(
    layout: Mapping[str, str],
    keys: Sequence[str],
    headings: Sequence[str],
    tags: Sequence[Sequence[hxl.Hashtag]],
) -> dict[int, str]:
    """The columns of a layout: by key, by heading or by hashtag. Raises `Refused` for a field
    that there is none of."""
    unknown = sorted({field for field in layout.values() if field and field not in FIELDS})
    if unknown:
        words = _("“%(field)s” is no field of an activity. Known are: %(fields)s.")
        raise Refused(
            words % {"field": str(unknown[0])[:60], "fields": ", ".join(FIELDS)},
            code="unknown-field",
            field="columns",
        )
    found: dict[int, str] = {}
    wanted = {**layout, **{_known_by(key): field for key, field in layout.items()}}
    for at, key in enumerate(keys):
        for name in (key, headings[at], folded(headings[at]), *map(str, tags[at])):
            if name and name in wanted:
                found[at] = wanted[name]
                break
    return found


def _known_by(name: str) -> str:
    """A column's name as it is looked for: a hashtag with its attributes in order, else folded."""
    tags = hxl.hashtags(name)
    return " ".join(map(str, tags)) or folded(name)


def unmet(layout: Mapping[str, str], columns: Sequence[Column]) -> list[str]:
    """The names of a layout that no column bears."""
    there = {
        name
        for column in columns
        for name in (column.key, column.heading, folded(column.heading), column.hashtag)
    }
    return [name for name in layout if not {name, _known_by(name)} & there]


def _no_hashtag(header: Row, at: int) -> str:
    """What stands in the row of hashtags where one was meant."""
    cell = header.cells[at] if at < len(header.cells) else ""
    return cell[:LONGEST_SAMPLE] if cell.startswith(("#", "＃")) else ""


def _by_hashtag(at: int, tags: Sequence[hxl.Hashtag]) -> _Claim:
    if not tags:
        return _Claim(at, "", _("It has no hashtag; it is kept with each activity."), 0)
    field, rank = hxl.field_of(tags[0])
    if not field:
        words = _("The hashtag %(hashtag)s is not one that we read; it is kept with each activity.")
        return _Claim(at, "", words % {"hashtag": str(tags[0])}, 0)
    words = _("The hashtag %(hashtag)s says so.")
    return _Claim(at, field, words % {"hashtag": str(tags[0])}, HASHTAG, rank)


def _of_heading(at: int, heading: str) -> _Claim:
    field, sureness, known = by_heading(heading) if heading else ("", 0.0, "")
    if not field:
        return _Claim(at, "", _("The heading is not known; it is kept with each activity."), 0)
    if field == "title":
        inside = re.search(r"[(\[（](.*?)[)\]）]\s*$", heading) or re.search(
            r"(?:_|-|\s)(\w+)$", heading
        )
        language = codes("languages").get(folded(inside[1])) if inside else ""
        field = f"title_{language}" if language else field
    if sureness >= 0.85:
        reason = _("The heading says so.")
    else:
        reason = _("The heading resembles “%(known)s”.") % {"known": known}
    return _Claim(at, field, reason, sureness, round(10 * (1 - sureness)), known)


def _settle(claims: list[_Claim], rows: Sequence[Row]) -> None:
    """One column for each field: the best; the others are kept, and their reason says so."""
    for claim in claims:
        _check_values(claim, rows)
    best: dict[str, _Claim] = {}
    for claim in sorted(claims, key=lambda each: (-each.sureness, each.rank, each.at)):
        if not claim.field:
            continue
        if claim.field == "title" in best and "title_ar" not in best:
            # “Activité” and «النشاط» beside each other are one title in two languages.
            arabic = [one for one in (best["title"], claim) if _is_arabic(one, rows)]
            if len(arabic) == 1 and arabic[0].sureness < 1:
                (best["title_ar"],) = arabic
                best["title"] = claim if arabic[0] is not claim else best["title"]
                arabic[0].field = "title_ar"
                arabic[0].reason = _("Its values are the Arabic of another column.")
                continue
        if claim.field in best:
            claim.field, claim.sureness = "", 0
            claim.reason = _("Another column says the same; it is kept with each activity.")
        else:
            best[claim.field] = claim
    # Whoever plans it is the organisation where nobody else is named.
    for field in ("programming", "funder"):
        if "organisation" not in best and field in best and best[field].sureness < 1:
            claim = best["organisation"] = best.pop(field)
            claim.field, claim.sureness = "organisation", 0.6
            claim.reason = _("No other column names an organisation.")


# What a heading means as often as what it says first, where most of its values are such words:
# “State” heads provinces and how things stand, المستفيدون people and how many they are.
OTHERWISE = {
    "adm1": ("status", gettext_lazy("Its values say where things stand.")),
    "populations": ("reached", gettext_lazy("Its values are numbers of people.")),
}


def _read_otherwise(claim: _Claim, rows: Sequence[Row]) -> None:
    from takatuf.activities.exchange import values

    field, reason = OTHERWISE[claim.field]
    if _most(claim, rows, values.FITS[field]):
        claim.field, claim.reason, claim.sureness = field, str(reason), 0.6


def _most(claim: _Claim, rows: Sequence[Row], fits: Callable[[str], bool]) -> bool:
    """Whether most of what a column says fits."""
    from takatuf.activities.exchange import values

    found = [row.cells[claim.at] for row in rows if claim.at < len(row.cells)]
    found = [cell for cell in found if values.said(cell)][:500]
    return bool(found) and 2 * sum(map(fits, found)) > len(found)


def _is_arabic(claim: _Claim, rows: Sequence[Row]) -> bool:
    from takatuf.activities.exchange import values

    found = [row.cells[claim.at] for row in rows if claim.at < len(row.cells)][:500]
    found = [cell for cell in found if cell]
    return bool(found) and 2 * sum(values.written_in(cell) == "ar" for cell in found) > len(found)


def _check_values(claim: _Claim, rows: Sequence[Row]) -> None:
    """Take a column for nothing where its values show that its heading means something else.

    A few wrong values are the rows' own fault and refuse them; a column of them is a mistake of
    ours. A hashtag is no guess, but #period_date was used for months and quarters too.
    """
    from takatuf.activities.exchange import values

    # «من» is who as often as from when.
    if claim.known == folded("من") and _most(claim, rows, values.is_date):
        claim.field, claim.sureness = "starts_on", 0.6
        claim.reason = _("Its values are dates: it says from when.")
        return
    if claim.field in OTHERWISE and claim.sureness < HASHTAG:
        _read_otherwise(claim, rows)
        return
    fits = {**dict.fromkeys(DATES, values.is_date), **values.FITS}.get(claim.field)
    loose = claim.field == "reported_on"
    if fits is None or claim.sureness == 1 or (claim.sureness == HASHTAG and not loose):
        return
    found = [row.cells[claim.at] for row in rows if claim.at < len(row.cells)]
    found = [cell for cell in found if cell][:500]
    half = len(found) / 2
    if not found or sum(map(fits, found)) >= half:
        return
    # “Beneficiaries” heads a number of people as often as the groups that they belong to.
    if claim.field in {"targeted", "reached"} and sum(map(values.is_people, found)) >= half:
        claim.field, claim.sureness = "populations", 0.6
        claim.reason = _("Its values name groups of people.")
        return
    if claim.known == folded("état") and not any(map(fits, found)):
        claim.field, claim.sureness = "adm1", 0.6
        claim.reason = _("Its values do not say where things stand: it names states.")
        return
    if len(found) < (1 if loose else FEW):
        return
    claim.field, claim.sureness = "", 0
    claim.reason = (
        _("Its values are no dates; it is kept with each activity.")
        if loose
        else _("Its values are not what its heading says; it is kept with each activity.")
    )
