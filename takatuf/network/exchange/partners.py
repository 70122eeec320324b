"""A city's contact list: which column is which, and what each cell means.

Headings, kinds, levels, roles and languages are known by code or by their words in Arabic,
English and French, however they are spelt. A cell that is not understood rejects its row
with the reason; nothing is guessed about who may do what.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from takatuf.foundation.errors import Refused
from takatuf.foundation.roles import Role
from takatuf.foundation.tables import read_table
from takatuf.foundation.text import clean_text, listed, search_key
from takatuf.network.vocabulary import AgencyKind, Level

MOST_CALL_ORDER = 999

HEADINGS = {
    "agency": "agency, agency name, organisation, organization, organisation name, partner, "
    "partner agency, organisme, organisme partenaire, agence, nom de l'organisme, structure, "
    "الجهة, الجهة الشريكة, اسم الجهة, المؤسسة, الهيئة",
    "kind": "kind, type, category, agency kind, agency type, type d'organisme, catégorie, genre, "
    "النوع, نوع الجهة, الفئة",
    "level": "level, government level, level of government, niveau, niveau de gouvernement, "
    "échelon, المستوى, مستوى الحكم, المستوى الحكومي",
    "person": "person, person name, name, contact, contact name, contact person, full name, "
    "personne, nom, nom complet, nom de la personne, personne à contacter, "
    "الشخص, الاسم, اسم الشخص, الاسم الكامل, جهة الاتصال, المسؤول",
    "role": "role, function, rôle, fonction, الدور, الوظيفة, الصفة",
    "email": "e-mail, email, mail, e-mail address, courriel, adresse e-mail, adresse électronique, "
    "البريد الإلكتروني, البريد, الإيميل, عنوان البريد الإلكتروني",
    "phone": "phone, telephone, mobile, mobile phone, phone number, tel, téléphone, portable, "
    "téléphone portable, numéro de téléphone, الهاتف, رقم الهاتف, الجوال, الهاتف المحمول, الموبايل",
    "language": "language, langue, اللغة",
    "call_order": "call order, order, calling order, priority, ordre d'appel, ordre, priorité, "
    "ترتيب الاتصال, الترتيب, الأولوية",
}
KINDS = {
    AgencyKind.MUNICIPALITY: "city hall, town hall, council, mairie, commune, بلدية",
    AgencyKind.NATIONAL_MINISTRY: "ministry, ministère, وزارة",
    AgencyKind.FIRE: "fire, fire brigade, fire department, pompiers, الإطفاء, الدفاع المدني",
    AgencyKind.POLICE: "gendarmerie, الأمن العام",
    AgencyKind.AMBULANCE: "ems, samu, الإسعاف",
    AgencyKind.HEALTH: "hospital, hôpital, santé, مستشفى, الصحة",
    AgencyKind.SCHOOL: "education, university, école, مدرسة, جامعة",
    AgencyKind.FAITH: "religious, church, mosque, synagogue, église, mosquée, مسجد, كنيسة",
    AgencyKind.COMMUNITY: "association, ngo, ong, جمعية",
    AgencyKind.RED_CROSS: "red cross, red crescent, croix-rouge, croissant-rouge, "
    "الصليب الأحمر, الهلال الأحمر",
}
LEVELS = {
    Level.NEIGHBOURHOOD: "neighborhood, quartier, حي",
    Level.MUNICIPALITY: "city, town, local, municipal, commune, communal, البلدية, محلي",
    Level.COUNTY: "metropolitan, metropolis, département, مقاطعة, قضاء, لواء",
    Level.REGION: "regional, state, province, governorate, région, régional, محافظة, إقليم",
    Level.NATIONAL: "country, central, federal, وطني",
    Level.INTERNATIONAL: "global, mondial, دولي",
}
ROLES = {
    Role.MAYOR: "العمدة",
    Role.LIAISON: "liaison, contact, contact person, agent de liaison, ضابط ارتباط, ضابطة ارتباط",
    Role.COORDINATOR: "coordinator, coordinateur, coordinatrice, منسق, منسقة",
}
LANGUAGES = {
    "ar": "ar, ara, arabic, arabe, العربية, عربي",
    "en": "en, eng, english, anglais, الإنجليزية, إنجليزي",
    "fr": "fr, fra, fre, french, français, الفرنسية, فرنسي",
}
TWO_FORMS = re.compile(r"(\S+?)(?:\s*/\s*| ou | or | أو )(\S+)(.*)")
OF_THE_INSTALLATION = frozenset({Role.OPERATOR, Role.SECRETARIAT})


@dataclass(frozen=True)
class PartnerRow:
    """One row of the list, understood. An empty value says nothing about its field."""

    line: int
    agency: str
    kind: str = ""
    level: str = ""
    person: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    call_order: int | None = None
    notes: tuple[str, ...] = ()


@dataclass
class PartnersRead:
    encoding: str
    rows: list[PartnerRow] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)  # line, agency, person, reason
    warnings: list[str] = field(default_factory=list)


def read_partners(
    data: bytes, *, encoding: str | None = None, sheet: str | None = None
) -> PartnersRead:
    """The rows of a contact list as CSV, TSV or XLSX.

    Raises `Refused` where the file as a whole cannot be read or has no column of agencies.
    """
    table = read_table(data, recognise=recognised, encoding=encoding, sheet=sheet)
    read = PartnersRead(table.encoding, warnings=table.warnings)
    columns = _columns(table.header.cells, read.warnings)
    if "agency" not in columns:
        words = _("No column is headed “agency”. The columns are: %(columns)s.")
        found = listed(cell for cell in table.header.cells if cell)
        raise Refused(words % {"columns": found[:500]}, code="no-agency-column")
    for row in table.rows:
        cells = {name: row.cells[at] if at < len(row.cells) else "" for name, at in columns.items()}
        if not any(cells.values()):
            continue
        try:
            read.rows.append(_understood(row.line, cells))
        except Refused as reason:
            read.rejected.append(
                {
                    "line": row.line,
                    "agency": _shown(cells["agency"]),
                    "person": _shown(cells.get("person", "")),
                    "reason": str(reason),
                }
            )
    return read


def folded(text: str) -> str:
    """A word as it is compared: letters and digits alone, in one spelling, without the
    Arabic article (people write شرطة where our list has الشرطة)."""
    words = re.sub(r"[\W_]+", " ", search_key(text)).split()
    return " ".join(re.sub(r"^ال(?=\w\w)", "", word) for word in words)


def _words(listed: Mapping[Any, str]) -> dict[str, Any]:
    return {folded(word): code for code, words in listed.items() for word in words.split(",")}


@lru_cache
def _known_headings() -> dict[str, str]:
    return _words(HEADINGS)


def recognised(cells: Sequence[str]) -> int:
    """How many headings of a contact list a row holds."""
    return len({_known_headings().get(folded(_bare(cell))) for cell in cells} - {None})


def _bare(heading: str) -> str:
    """A heading without what stands in brackets: “Phone (with country code)”."""
    return re.sub(r"[(\[（].*?[)\]）]", "", heading).strip() or heading


def _columns(header: Sequence[str], warnings: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    ignored = []
    for at, heading in enumerate(header):
        name = _known_headings().get(folded(_bare(heading)))
        if name and name not in columns:
            columns[name] = at
        elif heading:
            ignored.append(heading)
    if ignored:
        words = _("These columns were not read: %(columns)s.")
        warnings.append(words % {"columns": listed(ignored)[:500]})
    return columns


def _understood(line: int, cells: Mapping[str, str]) -> PartnerRow:
    notes: list[str] = []
    # Quotes and blanks of a whole cell, but never a word of it.
    text = {name: " ".join(clean_text(cell).split()) for name, cell in cells.items()}
    if not text["agency"]:
        raise Refused(_("The agency is missing."), code="agency")
    person, email = text.get("person", ""), text.get("email", "")
    if person and not email:
        raise Refused(_("A person needs an e-mail address."), code="email")
    return PartnerRow(
        line=line,
        agency=text["agency"],
        kind=_code(
            text.get("kind", ""),
            AgencyKind,
            KINDS,
            _("“%(text)s” is no kind of agency that we know. Write one of: %(known)s."),
        ),
        level=_code(
            text.get("level", ""),
            Level,
            LEVELS,
            _("“%(text)s” is no level of government that we know. Write one of: %(known)s."),
        ),
        person=person,
        role=_code(
            text.get("role", ""),
            Role,
            ROLES,
            _("“%(text)s” is no role that a city gives. Write one of: %(known)s."),
            without=OF_THE_INSTALLATION,
        ),
        email=email,
        phone=phone_number(text.get("phone", ""), notes),
        language=_language(text.get("language", ""), notes),
        call_order=_call_order(text.get("call_order", "")),
        notes=tuple(notes),
    )


def _code(
    text: str,
    choices: Any,
    more: Mapping[Any, str],
    refusal: str,
    *,
    without: frozenset[str] = frozenset(),
) -> str:
    """The code that a cell means, by code or by its words in any language.

    `refusal` says what is wrong, with places for the text and the known codes.
    """
    if not text:
        return ""
    code = _known_words(choices).get(folded(text), "")
    code = code or _words(more).get(folded(text), "")
    if not code or code in without:
        known = " · ".join(str(choices(code).label) for code in choices if code not in without)
        raise Refused(refusal % {"text": text[:60], "known": known}, code="unknown")
    return str(code)


@lru_cache
def _known_words(choices: Any) -> dict[str, str]:
    """Every code and every label of a vocabulary, in the three languages, folded."""
    known: dict[str, str] = {}
    for language, _name in settings.SPOKEN_LANGUAGES:
        with override(language):
            for value, label in choices.choices:
                for way in _spellings(str(label)):
                    known.setdefault(folded(way), value)
    return known | {folded(value): value for value in choices.values}


def _spellings(label: str | Promise) -> Iterable[str]:
    """A label, and each of the two forms that some give: منسّق/منسّقة الاستجابة is the one or
    the other of the response, never the bare first word, which several roles begin with."""
    text = str(label)
    yield text
    if two := TWO_FORMS.fullmatch(text):
        one, other, rest = two.groups()
        yield from (one + rest, other + rest)


def _language(text: str, notes: list[str]) -> str:
    if not text:
        return ""
    code = _words(LANGUAGES).get(folded(text)) or _words(LANGUAGES).get(
        folded(text.replace("_", "-").split("-")[0])
    )
    if not code:
        words = _("We do not write in “%(language)s” yet; messages to them are in English.")
        notes.append(words % {"language": text[:40]})
    return str(code or "en")


def _call_order(text: str) -> int | None:
    if not text:
        return None
    digits = search_key(text)
    if not re.fullmatch(r"\d{1,3}(\.0)?", digits):
        words = _("“%(text)s” is no call order. Write a number from 0 (never called) to %(most)s.")
        raise Refused(words % {"text": text[:40], "most": MOST_CALL_ORDER}, code="call-order")
    return int(digits.split(".")[0])


def phone_number(text: str, notes: list[str]) -> str:
    """A phone number as +, country code and digits (ITU-T E.164), where it tells its country.

    A number without a country code is kept as written, which is said: no message by SMS can
    reach it. Raises `Refused` for what is no number.
    """
    if not text:
        return ""
    digits = search_key(re.sub(r"[\u200e\u200f\u202a-\u202c\u2066-\u2069]", "", text))
    first, *others = re.split(r"\s*[;/|]\s*|,\s+|\s+(?:or|ou|او)\s+", digits)
    number = re.sub(r"^tel:|[\s().\-–]|\(0\)", "", first.replace("(0)", ""))
    number = re.sub(r"^00", "+", number)
    if re.fullmatch(r"\d{4,14}\+", number):
        number = f"+{number[:-1]}"  # the plus stands behind where a table turned it round
    if not re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,15}", number):
        words = _("“%(text)s” is no phone number. Write it as +962 7 9000 0000.")
        raise Refused(words % {"text": text[:60]}, code="phone")
    if others:
        words = _("Only the first phone number was kept: %(number)s.")
        notes.append(words % {"number": number})
    if not number.startswith("+"):
        words = _("The phone number %(number)s has no country code; no SMS can reach it.")
        notes.append(words % {"number": number})
    return number


def _shown(text: str) -> str:
    """A cell as a report may show it, whatever stands in it."""
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e]", " ", text)[:200]
