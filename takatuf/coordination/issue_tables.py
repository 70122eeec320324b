"""The survey of the issues as a table: which column is which, and what each cell means.

Headings are known by their words in Arabic, English and French, and by hashtags of HXL; cells
as in the tables of who does what, whose words and places these are. What is not understood
refuses its row with line, column, value and reason; nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from takatuf.activities.exchange import hxl, values
from takatuf.activities.exchange.places import Places
from takatuf.activities.exchange.values import Unread
from takatuf.activities.exchange.words import codes_of_choices, folded
from takatuf.community.services import MOST_TEXT, IssueFacts
from takatuf.community.vocabulary import Seriousness, Sureness, Topic
from takatuf.foundation.errors import Refused
from takatuf.foundation.tables import Limits, Row, read_table
from takatuf.foundation.text import clean_text, listed, quoted
from takatuf.plans.vocabulary import Offer, Population

MOST_ROWS = 2_000  # a survey of one incident; more comes in parts
PURPOSE = "takatuf.coordination.issue_tables"
HEADINGS: dict[str, str] = {
    "own_id": "id, need id, issue id, number, no, code, identifiant, numéro, المعرف, الرقم, رقم",
    "text": "need, issue, problem, what, what is needed, what is wrong or needed, description, "
    "needs, besoin, problème, quoi, besoins, الاحتياج, المشكلة, الوصف, الاحتياجات, ما المطلوب",
    "seriousness": "seriousness, severity, how serious, priority, gravité, sévérité, priorité, "
    "الخطورة, درجة الخطورة, الأولوية, الشدة",
    "topic": "topic, theme, about, sujet, thème, الموضوع, المحور",
    "service": "service, sector, service needed, secteur, service utile, الخدمة, القطاع, "
    "الخدمة المطلوبة",
    "populations": "for whom, population, group, groups, target group, pour qui, groupe, groupes, "
    "لمن, الفئة, الفئات, الفئة المستهدفة",
    "languages": "language, languages, langue, langues, اللغة, اللغات",
    "offers": "must provide for, requirements, at what times, doit prévoir, exigences, "
    "يجب أن تراعي, المتطلبات",
    "people": "people, people affected, affected, people in need, how many, number of people, "
    "personnes, personnes touchées, combien, nombre de personnes, عدد الأشخاص, المتضررون, "
    "عدد المتضررين, العدد",
    "people_source": "who counted, source of the number, estimate by, qui a compté, "
    "source du chiffre, من أحصى, مصدر العدد",
    "sureness": "sureness, confidence, how sure, certitude, fiabilité, درجة التأكد, التأكد",
    "source": "source, who says so, reported by, informant, selon, signalé par, المصدر, "
    "من يقول ذلك, أبلغ عنه",
    "since": "since, from, start, date, depuis, début, منذ, من تاريخ, التاريخ",
    "until": "until, until when, end, jusqu'à, fin, حتى, حتى متى, النهاية",
    "loc": "where, place, location, district, area, neighbourhood, lieu, où, quartier, المكان, "
    "الموقع, الحي, أين",
    "loc_code": "place code, district code, pcode, p-code, area code, code du lieu, "
    "code du quartier, رمز المكان, رمز الحي",
}  # fmt: skip
# What an HXL tag says of a need; coded places have their own.
TAGS = {
    "need": "text", "needs": "text", "description": "text", "severity": "seriousness",
    "priority": "seriousness", "sector": "service", "subsector": "service", "service": "service",
    "population": "populations", "beneficiary": "populations", "language": "languages",
    "affected": "people", "inneed": "people", "meta": "source", "contact": "source",
    "adm1": "loc", "adm2": "loc", "adm3": "loc", "loc": "loc", "date": "since",
}  # fmt: skip
SERIOUS = {
    1: "low, minor, 1, faible, mineur, منخفضة, منخفض, طفيفة",
    2: "medium, moderate, 2, moyen, moyenne, modéré, modérée, متوسطة, متوسط",
    3: "high, serious, 3, élevé, élevée, grave, مرتفعة, مرتفع, عالية, عالي, خطيرة, خطير",
    4: "severe, critical, very high, 4, critique, très élevé, sévère, حرجة, حرج, "
    "شديدة, شديد, عالية جدا",
}
SURE = {
    Sureness.CONFIRMED: "confirmed, certain, sure, yes, confirmé, sûr, oui, مؤكد, مؤكدة, نعم",
    Sureness.LIKELY: "likely, probable, مرجح, مرجحة, محتمل, محتملة",
    Sureness.UNCONFIRMED: "unconfirmed, not confirmed, rumour, no, non confirmé, rumeur, non, "
    "غير مؤكد, غير مؤكدة, شائعة, إشاعة, لا",
}


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One row, understood. `own_id` is empty where it is not unique in the file; `mark` is a
    keyed hash of the whole row."""

    line: int
    facts: IssueFacts
    own_id: str
    mark: str
    keys: Mapping[str, UUID | None]


@dataclass(frozen=True, slots=True)
class IssueFault:
    """Why a row is not taken."""

    line: int
    column: str
    value: str
    code: str
    message: str


@dataclass
class IssuesRead:
    """A table of issues, understood row by row."""

    rows: list[IssueRow] = field(default_factory=list)
    refused: list[IssueFault] = field(default_factory=list)
    doubled: int = 0  # rows that stand in the file before
    warnings: list[str] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)  # heading, field or nothing
    encoding: str = ""
    date_order: str = ""


@lru_cache
def _known_headings() -> dict[str, str]:
    return {folded(word): name for name, words in HEADINGS.items() for word in words.split(",")}


def _words(of: Mapping[Any, str]) -> dict[str, Any]:
    return {folded(word): code for code, words in of.items() for word in words.split(",")}


def field_of(heading: str) -> str:
    """What a column says of a need, by its heading or hashtag; empty where it says nothing."""
    tags = hxl.hashtags(heading)
    if not tags:
        return _known_headings().get(folded(heading), "")
    tag = tags[0]
    if tag.has("id") and tag.tag in ("meta", "need", "activity"):
        return "own_id"
    if tag.tag in ("adm1", "adm2", "adm3", "loc") and tag.has("code"):
        return "loc_code"
    if tag.tag == "date" and tag.has("end"):
        return "until"
    return TAGS.get(tag.tag, "")


def recognised(cells: Sequence[str]) -> int:
    """How many headings of a survey a row holds."""
    return len({field_of(cell) for cell in cells if cell} - {""})


def read_issues(
    data: bytes,
    places: Places,
    *,
    encoding: str | None = None,
    date_order: str = "",
    sheet: str | None = None,
) -> IssuesRead:
    """The rows of a survey as CSV, TSV, XLSX, XLS or ODS.

    Raises `Refused` where the file as a whole cannot be read, has no column that says what is
    needed or how serious it is, or does not say whether its dates are day first.
    """
    limits = Limits(rows=MOST_ROWS)
    table = read_table(data, recognise=recognised, encoding=encoding, sheet=sheet, limits=limits)
    read = IssuesRead(warnings=list(table.warnings), encoding=table.encoding)
    at: dict[str, int] = {}
    for place, heading in enumerate(table.header.cells):
        name = field_of(heading)
        taken = name if name and name not in at else ""
        if taken:
            at[taken] = place
        if heading:
            read.columns.append((heading, taken))
    for name, words in (
        ("text", _("No column says what is wrong or needed. The columns are: %(columns)s.")),
        ("seriousness", _("No column says how serious it is. The columns are: %(columns)s.")),
    ):
        if name not in at:
            found = listed(heading for heading, _field in read.columns)
            raise Refused(words % {"columns": found[:500]}, code=f"no-{name}-column", field="file")
    if unread := [heading for heading, name in read.columns if not name]:
        said = _("These columns were not read: %(columns)s.")
        read.warnings.append(said % {"columns": listed(unread)[:500]})
    rows = [row for row in table.rows if not hxl.is_tag_row(row.cells)]
    order = read.date_order = _order(rows, at, date_order)
    ids = Counter(_cell(row, at, "own_id") for row in rows)
    seen: set[str] = set()
    for row in rows:
        mark = salted_hmac(PURPOSE, "\x1f".join(row.cells), algorithm="sha256").hexdigest()
        if mark in seen:
            read.doubled += 1
            continue
        seen.add(mark)
        own_id = _cell(row, at, "own_id")[:200]
        reader = _Row(row, at, table.header.cells, order)
        understood = reader.read(places, read.warnings)
        if understood is None:
            read.refused += reader.faults
            continue
        facts, keys = understood
        read.rows.append(IssueRow(row.line, facts, own_id if ids[own_id] == 1 else "", mark, keys))
    return read


def told_of(
    refused: Iterable[IssueFault], warnings: Iterable[str], columns: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """What is told of a table, as it is kept and as programs are answered."""
    return {
        "warnings": list(warnings),
        "rows": [asdict(fault) for fault in refused],
        "columns": [{"heading": heading, "field": field} for heading, field in columns],
    }


def _cell(row: Row, at: Mapping[str, int], name: str) -> str:
    place = at.get(name)
    text = row.cells[place] if place is not None and place < len(row.cells) else ""
    return values.said(text.strip())


def _order(rows: Sequence[Row], at: Mapping[str, int], told: str) -> str:
    """The order of day, month and year; refused where two are possible."""
    if told:
        return told
    seen = values.Orders()
    for name in ("since", "until"):
        seen.see({_cell(row, at, name) for row in rows})
    if not (seen.open or seen.only) or seen.best:
        return seen.best
    samples = seen.samples or list(seen.example.values())
    said = _(
        "It is not clear whether the dates are written day first or month first, as in "
        "%(samples)s. Choose the order of dates."
    )
    raise Refused(
        said % {"samples": listed(map(quoted, samples))},
        code="date-order",
        field="date_order",
    )


class _Row:
    """Reads one row, and keeps why it cannot be taken."""

    def __init__(
        self, row: Row, at: Mapping[str, int], headings: Sequence[str], order: str
    ) -> None:
        self.row, self.at, self.headings, self.order = row, at, headings, order
        self.faults: list[IssueFault] = []

    def read(
        self, places: Places, warnings: list[str]
    ) -> tuple[IssueFacts, Mapping[str, UUID | None]] | None:
        """The facts and the keys of their places; nothing where a cell is not understood."""
        scope, found, warning = places.resolve(
            {name: self.cell(name) for name in ("loc", "loc_code")}, None, None
        )
        if warning:
            said = _("Line %(line)s: %(what)s")
            warnings.append(said % {"line": self.row.line, "what": warning})
        told = {
            "text": self.value("text", self._text),
            "seriousness": self.value("seriousness", _serious),
            "topic": self.value("topic", _topic) or "",
            "service": self.value("service", _service) or "",
            "populations": self.value("populations", lambda cell: _several(cell, Population)) or (),
            "offers": self.value("offers", lambda cell: _several(cell, Offer)) or (),
            "languages": self.value("languages", _languages) or (),
            "people": self.value("people", lambda cell: values.count_of(cell, most=100_000_000)),
            "people_source": self.cell("people_source")[:200],
            "sureness": self.value("sureness", _sure) or Sureness.UNCONFIRMED.value,
            "source": self.cell("source")[:200],
            "since": self.value("since", self._date),
            "until": self.value("until", lambda cell: self._date(cell, last=True)),
            "scope": str(scope),
            "place": (self.cell("loc") or self.cell("loc_code"))[:200],
            "areas": tuple(area for area, _key in found if area is not None),
        }
        for name, code, words in (
            ("text", "text-missing", _("Write what is wrong or needed.")),
            ("seriousness", "seriousness", _("Choose how serious it is.")),
        ):
            if not told[name] and not any(fault.column == self.name(name) for fault in self.faults):
                self.fault(name, "", code, words)
        if self.faults:
            return None
        return IssueFacts(**told), {key: area for area, key in found}

    def name(self, field: str) -> str:
        place = self.at.get(field)
        return self.headings[place] if place is not None else field

    def cell(self, field: str) -> str:
        try:
            return values.kept(_cell(self.row, self.at, field))
        except Unread as unread:
            self.fault(field, "", unread.code, unread.message)
            return ""

    def value(self, field: str, meaning: Callable[[str], Any]) -> Any:
        """What a cell means; none where it is empty or not understood."""
        cell = self.cell(field)
        if not cell:
            return None
        try:
            return meaning(cell)
        except Unread as unread:
            self.fault(field, cell, unread.code, unread.message)
            return None

    def fault(self, field: str, value: str, code: str, message: str) -> None:
        column = self.name(field)
        self.faults.append(IssueFault(self.row.line, column, value[:80], code, message))

    def _text(self, cell: str) -> str:
        try:
            text = clean_text(cell)
        except Refused as refusal:
            raise Unread(refusal.code, str(refusal)) from None
        if len(text) > MOST_TEXT:
            words = _("This is too long: %(most)s characters at most.")
            raise Unread("text-long", words % {"most": MOST_TEXT})
        return text

    def _date(self, cell: str, *, last: bool = False) -> Any:
        return values.date_of(cell, self.order, last=last)[0]


@lru_cache
def _serious_words() -> dict[str, int]:
    known = dict(_words(SERIOUS))
    for language, _name in settings.SPOKEN_LANGUAGES:
        with override(language):
            known |= {folded(str(label)): code for code, label in Seriousness.choices}
    return known


def _serious(cell: str) -> int:
    found = _serious_words().get(folded(cell))
    if found is None:
        words = _("“%(text)s” is no degree of seriousness. Write one of: %(known)s.")
        known = " · ".join(str(one.label) for one in Seriousness)
        raise Unread("unknown-seriousness", words % {"text": cell[:60], "known": known})
    return found


def _sure(cell: str) -> str:
    found = {**codes_of_choices(Sureness), **_words(SURE)}.get(folded(cell))
    if found is None:
        words = _("“%(text)s” does not say how sure it is. Write one of: %(known)s.")
        known = " · ".join(str(one.label) for one in Sureness)
        raise Unread("unknown-sureness", words % {"text": cell[:60], "known": known})
    return str(found)


def _topic(cell: str) -> str:
    found = codes_of_choices(Topic).get(folded(cell))
    if found is None:
        words = _("“%(text)s” is no topic that we know. Write one of: %(known)s.")
        known = " · ".join(str(one.label) for one in Topic)
        raise Unread("unknown-topic", words % {"text": cell[:60], "known": known})
    return found


def _service(cell: str) -> str:
    found = values.service_of(cell) or values.service_in(cell)
    if not found:
        words = _("“%(text)s” is no service that we know. Leave it empty, or write one of ours.")
        raise Unread("unknown-service", words % {"text": cell[:60]})
    return found


def _several(cell: str, choices: Any) -> tuple[str, ...]:
    found, unknown = values.codes_of(cell, choices)
    if unknown:
        words = _("These words are not understood: %(words)s.")
        raise Unread("unknown-words", words % {"words": listed(unknown)[:200]})
    return found


def _languages(cell: str) -> tuple[str, ...]:
    found, unknown = values.languages_of(cell)
    if unknown:
        words = _("These words are not understood: %(words)s.")
        raise Unread("unknown-words", words % {"words": listed(unknown)[:200]})
    return found
