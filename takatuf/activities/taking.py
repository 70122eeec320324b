"""What a file of activities would do to an incident: each row read, and laid beside what stands
there. Reads the database and writes nothing."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from takatuf.activities.exchange.mapping import WHERE
from takatuf.activities.exchange.places import places_of
from takatuf.activities.exchange.reading import (
    Facts,
    Fault,
    ReadRow,
    Understood,
    labels_of,
    rows_of,
)
from takatuf.activities.exchange.writing import OURS, cells_of
from takatuf.activities.identity import Coming, Kinship, Known, Verdict, kinships, mark_of
from takatuf.activities.models import Activity, Import, ImportedRow
from takatuf.activities.vocabulary import ImportState, Outcome, Standing
from takatuf.foundation.actors import Actor
from takatuf.foundation.text import listed, search_key
from takatuf.network.models import Agency
from takatuf.network.services.organisations import Organisations
from takatuf.ui.reading import number

MARKS = "takatuf.activities.mark"
PORTION = 500  # rows between two looks at whether somebody stopped it
AT_ONCE = 500  # rows of one statement
LINES_NAMED = 5  # of all that one warning is about

# Fields of an activity that a row may set, but for its organisation and its places.
PLAIN = tuple(
    each.name
    for each in fields(Facts)
    if each.name
    not in {
        "organisation", "organisation_kind", "places", "reported_on", "confirmed_on", "extra",
        "own_id", "source",
    }
)  # fmt: skip
NAMING = ("service", "sector", "subsector", "title", "indicator", "programming", "funder")
PASSING = ("status", "starts_on", "ends_on", "targeted", "reached", "channel", "level")
# What a column means → the field of an activity that holds it, where they are called otherwise.
MEANS = {
    "sector_ocha": "sector_code",
    **dict.fromkeys(("title_en", "title_ar", "title_fr"), "titles"),
    **dict.fromkeys(WHERE, "place"),
}

Told = Callable[[int, int], None]


class Stopped(Exception):
    """Somebody asked that the work be given up."""


@dataclass(slots=True)
class Taken:
    """One row and what it does. `key` is of the activity that stands already."""

    line: int
    outcome: Outcome
    facts: Facts
    mark: str
    own_id: str = ""
    key: UUID | None = None
    version: int = 0  # of the activity that stands already
    repeats: int = 0  # the line that it repeats
    changes: tuple[Change, ...] = ()
    said: frozenset[str] | None = None  # the fields that it may change; None: all of the table's


class Change(NamedTuple):
    """One field in which a row differs from what stands, both as text."""

    field: str
    before: str
    after: str


@dataclass(slots=True)
class Plan:
    """All that a file would do."""

    read: int = 0
    taken: list[Taken] = field(default_factory=list)
    refused: dict[int, tuple[Fault, ...]] = field(default_factory=dict)  # by line
    warnings: list[str] = field(default_factory=list)
    noted: set[int] = field(default_factory=set)  # lines of which the warnings tell
    apart: dict[str, list[int]] = field(default_factory=dict)  # standing → lines that it keeps so
    relevelled: list[int] = field(default_factory=list)  # lines whose level is not theirs to say

    def of(self, *outcomes: Outcome) -> Iterator[Taken]:
        return (row for row in self.taken if row.outcome in outcomes)

    def counts(self) -> dict[str, int]:
        """Outcome → rows; together they are all rows that were read."""
        found = Counter(row.outcome.value for row in self.taken)
        found[Outcome.REFUSED.value] = len(self.refused)
        return {each.value: found[each.value] for each in Outcome}


def plan_of(
    actor: Actor,
    made: Import,
    understood: Understood,
    *,
    only_of: frozenset[UUID] | None,
    told: Told = lambda done, total: None,
) -> Plan:
    """Read every row and say what it would do.

    `only_of` are the agencies for which alone the actor may speak, None: for everybody.
    `told` hears how many rows are read, of how many, and may raise `Stopped`.
    """
    plan = Plan(warnings=list(understood.warnings))
    city = made.incident.city
    known_names = Organisations(city)
    own = own_names(only_of or frozenset())
    secrets = _secrets()
    noted: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows: list[tuple[ReadRow, Coming]] = []
    bodies: dict[str, tuple[str, bool]] = {}
    stands = Activity.objects.filter(incident=made.incident).exclude(mark="")
    marks = set(stands.values_list("mark", flat=True)) if len(secrets) > 1 else set()
    keys = [column.key for column in understood.columns]
    total = len(understood.table.rows)
    for row in rows_of(understood, places_of(city), defaults_of(made, understood)):
        if plan.read % PORTION == 0:
            told(plan.read, total)
        plan.read += 1
        for warning in row.warnings:
            noted[(warning.code, warning.message)].append(row.line)
        if row.facts is None:
            plan.refused[row.line] = row.faults
            continue
        name = row.facts.organisation
        if name not in bodies:
            bodies[name] = _body(name, known_names, only_of, own)
        body, may = bodies[name]
        if not may:
            plan.refused[row.line] = (_not_own(row),)
            continue
        facts = row.facts
        if only_of is not None:
            facts = _at_its_level(facts, row.line, known_names, plan)
            row = replace(row, facts=facts)
        cells = list(zip(keys, row.raw, strict=False))
        found = [mark_of(cells, secret) for secret in secrets]
        mark = next((each for each in found if each in marks), found[0])
        rows.append((row, _coming(row.line, body, mark, facts)))
    told(plan.read, total)
    plan.noted = {line for lines in noted.values() for line in lines}
    plan.warnings += _said(noted)
    known, versions = _known(made)
    verdicts = kinships(
        [coming for _row, coming in rows],
        known,
        own_alone=only_of is not None or "organisation" not in understood.says,
    )
    ours = is_ours(understood)
    id_label = next((one.label for one in understood.columns if one.field == "own_id"), "")
    for (row, coming), verdict in zip(rows, verdicts, strict=True):
        assert row.facts is not None
        facts = row.facts
        tells = verdict.own_id or verdict.keeps or verdict.kinship == Kinship.DOUBLED
        if facts.own_id and not tells:
            # It tells nothing apart here, and is kept with what is not read.
            facts = replace(facts, extra={id_label: facts.own_id, **facts.extra})
        keeps = ours or verdict.keeps
        plan.taken.append(_taken(row.line, facts, coming.mark, verdict, versions, keeps=keeps))
    _laid_beside(plan, made, understood, versions)
    return plan


def again_in_words(plan: Plan, made: Import, understood: Understood) -> Plan:
    """The same plan in the language that is spoken now: only the rows of which something is to
    be told are read again, in a table that was understood in that language."""
    lines = {*plan.refused, *plan.noted}
    rows = [row for row in understood.table.rows if row.line in lines]
    some = replace(understood, table=replace(understood.table, rows=rows))
    said = replace(plan, warnings=list(understood.warnings), refused={})
    noted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows_of(some, places_of(made.incident.city), defaults_of(made, understood)):
        for warning in row.warnings:
            noted[(warning.code, warning.message)].append(row.line)
        if row.line in plan.refused:
            said.refused[row.line] = row.faults if row.facts is None else (_not_own(row),)
    said.warnings += _said(noted) + _of_the_whole(plan)
    return said


def defaults_of(made: Import, understood: Understood) -> dict[str, str]:
    """What stands where a row says nothing. A file without a column of organisations tells of
    the work of whoever sent it."""
    found = {"level": made.level} if made.level else {}
    if "organisation" not in understood.says and made.source:
        found["organisation"] = made.source
    return found


def _secrets() -> list[bytes]:
    """The keys of the marks: today's first, then those that the installation had before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(MARKS, "", secret=key, algorithm="sha256").digest() for key in keys]


def own_names(agencies: frozenset[UUID]) -> set[str]:
    """The folded names of the agencies for which somebody may speak."""
    found = Agency.objects.filter(pk__in=agencies)
    return {search_key(name) for one in found for name in (one.name, *one.names.values()) if name}


def _body(
    name: str, known: Organisations, only_of: frozenset[UUID] | None, own: set[str]
) -> tuple[str, bool]:
    """What the organisation of this name is compared by, and whether the actor may speak for
    it: by its agency; where it is no agency's yet, by a name of theirs (`own`)."""
    held = known.get(name)
    may = only_of is None or search_key(name) in own
    if held is None:
        return f"new:{search_key(name)}", may
    if only_of is not None and held.agency_id is not None:
        may = held.agency_id in only_of
    return str(held.pk), may


def _not_own(row: ReadRow) -> Fault:
    assert row.facts is not None
    words = _("You report for your own organisation alone. Ask the coordinator to take this in.")
    return Fault(row.line, "", row.facts.organisation, "not-own", words)


def _at_its_level(facts: Facts, line: int, known: Organisations, plan: Plan) -> Facts:
    """The facts at the level of government that their organisation has in the city: nobody
    says their own. Noted in the plan where the table says another."""
    level, _kind = known.level_and_kind(facts.organisation) or ("", "")
    if facts.level and facts.level != level:
        plan.relevelled.append(line)
    return facts if facts.level == level else replace(facts, level=level)


def _coming(line: int, body: str, mark: str, facts: Facts) -> Coming:
    place = ",".join(sorted(key for _area, key in facts.places))
    return Coming(
        line,
        body,
        facts.own_id,
        mark,
        (place, *(search_key(getattr(facts, name)) for name in NAMING)),
        tuple(as_plain(getattr(facts, name)) for name in PASSING),
    )


def as_plain(value: Any) -> str:
    """A value as it is compared and written down."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class _Stand:
    """How an activity stands: its version, whether it counts, and the version in which an
    import left it (0: none did)."""

    version: int
    standing: str
    mark: str
    brought: int
    reading: str  # how the file that brought it was read
    layout: bool  # whether its columns were those of this file


def _known(made: Import) -> tuple[list[Known[UUID]], dict[UUID, _Stand]]:
    """What stands at the incident already, as far as rows are compared with it."""
    brought: dict[UUID, tuple[int, str, bool, bool]] = {}
    rows = (
        ImportedRow.objects.filter(
            of__incident=made.incident, of__state=ImportState.DONE, version__gt=0
        )
        .exclude(activity=None)
        .order_by("pk")
        .values_list("activity", "version", "of")
    )
    imports = {
        each.pk: (reading_of(each), each.headings == made.headings,
                  search_key(each.source) == search_key(made.source))
        for each in Import.objects.filter(
            incident=made.incident, state=ImportState.DONE
        ).defer("file", "report")
    }  # fmt: skip
    for activity, version, of in rows.iterator(5_000):
        brought[activity] = (version, *imports[of])
    stands = Activity.objects.filter(incident=made.incident).exclude(standing=Standing.COMING)
    places: dict[UUID, list[str]] = defaultdict(list)
    theirs = {key for key, (_version, _reading, _layout, same) in brought.items() if same}
    if theirs:
        for activity, key in stands.exclude(places=None).values_list("pk", "places__key"):
            places[activity].append(key)
    columns = ("pk", "organisation", "own_id", "mark", "version", "standing", *NAMING, *PASSING)
    known: list[Known[UUID]] = []
    versions: dict[UUID, _Stand] = {}
    rows_there = stands.order_by("pk").values_list(*columns)
    for pk, body, own_id, mark, version, standing, *rest in rows_there.iterator(5_000):
        left, reading, layout, _same = brought.get(pk, (0, "", False, False))
        versions[pk] = _Stand(version, standing, mark, left, reading, layout)
        goes_on = pk in theirs and standing == Standing.CURRENT
        naming: tuple[str, ...] = ()
        passing: tuple[str, ...] = ()
        if goes_on:
            names, passes = rest[: len(NAMING)], rest[len(NAMING) :]
            naming = (",".join(sorted(places[pk])), *map(search_key, names))
            passing = tuple(map(as_plain, passes))
        known.append(
            Known(
                pk, str(body), own_id, mark, naming, passing,
                follows=goes_on and layout, beside=goes_on and not layout,
            )
        )  # fmt: skip
    return known, versions


def reading_of(made: Import) -> str:
    """How a file was read: two imports that agree in it make the same of the same row."""
    said = [made.headings, made.columns, made.answers, made.level]
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _taken(
    line: int,
    facts: Facts,
    mark: str,
    verdict: Verdict[UUID],
    stands: Mapping[UUID, _Stand],
    *,
    keeps: bool,
) -> Taken:
    """The row with what it does. `keeps` leaves the mark of what stands: by it the row of its
    owner is known, of which ours is only a copy."""
    outcome = {
        Kinship.NEW: Outcome.NEW,
        Kinship.SAME: Outcome.SAME,
        Kinship.CHANGED: Outcome.CHANGED,
        Kinship.MAYBE: Outcome.PROPOSED,
        Kinship.DOUBLED: Outcome.DOUBLED,
    }[verdict.kinship]
    stand = stands[verdict.key] if verdict.key else None
    version = stand.version if stand else 0
    if stand and keeps:
        mark = stand.mark
    return Taken(line, outcome, facts, mark, verdict.own_id, verdict.key, version, verdict.line)


def _laid_beside(
    plan: Plan, made: Import, understood: Understood, stands: Mapping[UUID, _Stand]
) -> None:
    """Find what differs where a row is known again, and what must not be overwritten."""
    reading = reading_of(made)
    apart: dict[str, list[int]] = defaultdict(list)
    to_compare: list[Taken] = []
    for row in plan.taken:
        if row.key is None:
            continue
        stand = stands[row.key]
        if stand.standing != Standing.CURRENT:
            row.outcome = Outcome.SAME
            apart[stand.standing].append(row.line)
        elif row.outcome != Outcome.SAME:
            to_compare.append(row)
        elif stand.layout and stand.reading != reading and stand.brought == stand.version:
            # The same row, read in another way: what was wrong in the first reading is mended.
            to_compare.append(row)
    said = fields_said(understood.says, made)
    named = frozenset(labels_of(understood.columns))
    ours = is_ours(understood)
    for some in _portions(to_compare):
        held = Activity.objects.filter(pk__in=[row.key for row in some]).prefetch_related("places")
        by_key = {one.pk: one for one in held}
        if ours:
            for row, edited in _edited(made, understood, some):
                row.said = fields_said(edited, made)
                row.facts = _without(row.facts, understood, edited)
        for row in some:
            stand = stands[row.key]  # type: ignore[index]
            there = by_key[row.key]  # type: ignore[index]
            row.changes = tuple(
                differences(there, row.facts, said if row.said is None else row.said, named)
            )
            if not row.changes:
                row.outcome = Outcome.SAME  # perhaps in other columns, or in another format
            elif row.outcome != Outcome.PROPOSED:
                row.outcome = Outcome.CHANGED
            if row.outcome == Outcome.CHANGED and stand.brought != stand.version:
                # Somebody changed it here since: what they wrote is not overwritten unasked.
                row.outcome = Outcome.PROPOSED
    plan.apart = dict(apart)
    plan.warnings += _of_the_whole(plan)


def is_ours(understood: Understood) -> bool:
    """Whether a table is one that we wrote, perhaps edited since."""
    return {column.hashtag for column in understood.columns} >= OURS


def _edited(
    made: Import, understood: Understood, rows: Sequence[Taken]
) -> Iterator[tuple[Taken, set[str]]]:
    """Rows of a table of ours, each with the fields whose cells are not what we wrote: the name
    of a district or the code of a sector that we added ourselves is nobody's word. Names are in
    the language of whoever took the table out, so that each language is tried."""
    columns = [column for column in understood.columns if column.field]
    lines = {row.line for row in rows}
    cells = {row.line: row.cells for row in understood.table.rows if row.line in lines}
    edited = {row.line: {column.field for column in columns} for row in rows}
    for code, _name in settings.SPOKEN_LANGUAGES:
        left = {row.key: row.line for row in rows if edited[row.line]}
        if not left:
            break
        with override(code):
            stands = Activity.objects.filter(pk__in=list(left))
            for key, written in cells_of(made.incident, stands):
                line = left[key]
                there = cells[line]
                edited[line] &= {
                    column.field
                    for column in columns
                    if (there[column.at] if column.at < len(there) else "")
                    not in written.get(column.hashtag, ())
                }
    for row in rows:
        yield row, edited[row.line]


def _without(facts: Facts, understood: Understood, edited: set[str]) -> Facts:
    """Facts without what was not understood of cells that nobody edited."""
    labels = labels_of(understood.columns)
    ours = {
        label
        for label, column in zip(labels, understood.columns, strict=True)
        if column.field and column.field not in edited
    }
    return replace(facts, extra={k: cell for k, cell in facts.extra.items() if k not in ours})


def _of_the_whole(plan: Plan) -> list[str]:
    """What is noticed of a plan when every row has been laid beside what stands."""
    return [*_without_service_said(plan), *_relevelled_said(plan), *_apart_said(plan)]


def _relevelled_said(plan: Plan) -> list[str]:
    if not plan.relevelled:
        return []
    words = _(
        "The level of government is the one that the city keeps for your organisation, not the "
        "one in the table."
    )
    return [f"{words} {lines_said(plan.relevelled)}"]


def _without_service_said(plan: Plan) -> list[str]:
    """How many new rows name no service of the catalogue, not even in words that are known."""
    lines = [row.line for row in plan.of(Outcome.NEW) if not row.facts.service]
    if not lines:
        return []
    words = ngettext(
        "No service was recognised in %(count)s new row: it is taken in, but meets no need until "
        "somebody chooses one.",
        "No service was recognised in %(count)s new rows: they are taken in, but meet no need "
        "until somebody chooses one.",
        len(lines),
    )
    return [f"{words % {'count': number(len(lines))}} {lines_said(lines)}"]


def _apart_said(plan: Plan) -> list[str]:
    words: dict[str, str] = {
        Standing.WITHDRAWN: _("Withdrawn here, and stays so:"),
        Standing.MERGED: _("Made one with another here, and stays so:"),
    }
    return [
        f"{words[standing]} {lines_said(lines)}"
        for standing, lines in plan.apart.items()
        if standing in words
    ]


def _portions(rows: list[Taken]) -> Iterator[list[Taken]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _said(noted: Mapping[tuple[str, str], list[int]]) -> list[str]:
    """One warning for all rows that it is about."""
    return [f"{message} {lines_said(lines)}" for (_code, message), lines in noted.items()]


def lines_said(lines: list[int]) -> str:
    """“(line 3)”, “(lines 3, 4 and 20 more)”."""
    named, more = lines[:LINES_NAMED], len(lines) - LINES_NAMED
    if more <= 0:
        words = ngettext("(line %(lines)s)", "(lines %(lines)s)", len(named))
        return words % {"lines": listed(named)}
    words = ngettext(
        "(lines %(lines)s and %(more)s more)", "(lines %(lines)s and %(more)s more)", more
    )
    return words % {"lines": listed(named), "more": number(more)}


# Facts and fields


def fields_said(says: Iterable[str], made: Import) -> frozenset[str]:
    """The fields of an activity of which a table speaks: the others are not overwritten."""
    said = {MEANS.get(name, name) for name in says}
    if "titles" in said:
        said |= {"title", "language"}
    if "place" in said:
        said |= {"places", "scope", "latitude", "longitude"}
    if made.level:
        said.add("level")
    return frozenset(said)


def values_of(facts: Facts) -> dict[str, Any]:
    """The fields of an activity as a row has them."""
    found = {name: getattr(facts, name) for name in PLAIN}
    for name in ("place", "titles"):
        found[name] = dict(found[name])
    found["extra"] = json.dumps(dict(facts.extra), ensure_ascii=False) if facts.extra else ""
    return found


def extra_beside(there: Activity, facts: Facts, named: frozenset[str]) -> str:
    """What is kept unread with an activity after a row of a table with these columns: of those
    that the table does not have, what stood there stays."""
    before = json.loads(there.extra) if there.extra else {}
    after = {name: facts.extra.get(name, cell) for name, cell in before.items()
             if name in facts.extra or name not in named}  # fmt: skip
    after |= facts.extra
    return json.dumps(after, ensure_ascii=False) if after else ""


def differences(
    there: Activity, facts: Facts, said: frozenset[str], named: frozenset[str]
) -> Iterator[Change]:
    """The fields in which a row of a table with these columns differs from the activity that
    stands."""
    for name, value in {**values_of(facts), "extra": extra_beside(there, facts, named)}.items():
        if (name in said or name == "extra") and getattr(there, name) != value:
            yield Change(name, as_text(getattr(there, name)), as_text(value))
    if "place" in said:
        stand = sorted(one.key for one in there.places.all())
        comes = sorted(key for _area, key in facts.places)
        if stand != comes:
            yield Change("places", listed(stand), listed(comes))


def as_text(value: Any) -> str:
    """A value as a reader compares it."""
    if isinstance(value, Mapping):
        return listed(str(each) for each in value.values() if each)
    if isinstance(value, tuple | list):  # of codes
        return ", ".join(map(str, value))
    return as_plain(value)


def moment_of(day: date | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Noon of a day where the city is, never later than now."""
    if day is None:
        return None
    return min(datetime.combine(day, time(12), tzinfo=zone), now)


# What is said of the rows


def rows_said(plan: Plan, *outcomes: Outcome) -> Iterator[dict[str, Any]]:
    """The rows of which something has to be told, each fault for itself, in the file's order."""
    found = []
    if Outcome.REFUSED in outcomes:
        found += [
            {"outcome": Outcome.REFUSED.value, **_fault_said(fault)}
            for faults in plan.refused.values()
            for fault in faults
        ]
    words = {
        Outcome.DOUBLED: _("The same row stands on line %(line)s already."),
        Outcome.PROPOSED: _("It looks like a change of an entry that stands. Somebody decides."),
    }
    for row in plan.of(*(outcome for outcome in outcomes if outcome in words)):
        found.append(
            {
                "outcome": row.outcome.value,
                "line": row.line,
                "column": "",
                "value": "",
                "code": row.outcome.value,
                "message": words[row.outcome] % {"line": row.repeats},
            }
        )
    yield from sorted(found, key=lambda said: said["line"])


def _fault_said(fault: Fault) -> dict[str, Any]:
    return {
        "line": fault.line,
        "column": fault.column,
        "value": fault.value,
        "code": fault.code,
        "message": fault.message,
    }


def changes_proposed(row: ImportedRow) -> list[Change]:
    """What a row that looks like a change would make of the entry as it stands now."""
    there = row.activity
    if there is None or not row.after:
        return []
    told = json.loads(row.after)
    spoken = {*told["said"], "extra"}
    found = []
    for name, value in told["fields"].items():
        if name == "places":
            stand = listed(sorted(one.key for one in there.places.all()))
            comes = listed(sorted(key for _area, key in value))
        elif name in spoken and name not in {"mark", "own_id", "source"}:
            stand, comes = as_text(getattr(there, name)), as_text(value)
        else:
            continue
        if stand != comes and not (name == "places" and "place" not in spoken):
            found.append(Change(name, stand, comes))
    return found
