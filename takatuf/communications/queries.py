"""What pages, the API and the PDF read of situation reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import get_language_bidi, get_language_info, ngettext
from django.utils.translation import gettext as _

from takatuf.communications.models import APPROVERS, Figure, Report, ReportText
from takatuf.communications.rules import (
    blocks_of,
    difference,
    fingerprint,
    gaps,
    is_number,
    name_of_figure,
    pairs,
    steady,
    words_in,
)
from takatuf.communications.vocabulary import (
    CODES,
    NOT_PUBLIC,
    ORDER,
    Aspect,
    Audience,
    SecondLook,
    State,
    code_label,
    codes_of,
    section_label,
)
from takatuf.foundation.actors import Actor
from takatuf.foundation.roles import Role
from takatuf.foundation.text import isolated
from takatuf.incidents.models import Incident
from takatuf.incidents.vocabulary import Kind, Severity
from takatuf.network.models import City, Membership
from takatuf.network.queries import name_in
from takatuf.plans.vocabulary import Phase
from takatuf.translation.vocabulary import State as Translated
from takatuf.ui import reading

UNCHECKED = {Translated.DRAFT.value, Translated.MACHINE.value}
# Drafts are so many that one line at the top tells of them.
MARKED = {Translated.MACHINE.value, Translated.BEHIND.value}
Sheet = dict[str, Any]


def moment_words(moment: datetime, digits: str) -> str:
    """Day, hour and zone of a moment, in the language and zone in force."""
    parts = (f(moment, digits) for f in (reading.day, reading.hour, reading.zone))
    # In the direction of the language: what an isolate finds by itself is the zone's letters.
    way = "\u2067" if get_language_bidi() else "\u2066"
    return f"{way}{' '.join(map(isolated, parts))}\u2069"


# Reports


def reports_of(actor: Actor, incident: Incident) -> QuerySet[Report]:
    """The incident's reports that the actor may know of, the newest first."""
    return (
        Report.objects.visible_to(actor)
        .filter(incident=incident)
        .select_related("city", "approved_by", "edited_by")
        .order_by("-number")
    )


def public_reports_of(city: City) -> QuerySet[Report]:
    """What the city says to everyone now, one report of an incident, the newest first."""
    return Report.objects.for_everyone().filter(city=city).order_by("-approved_at", "-id")


def report_that_counts(incident: Incident) -> Report | None:
    """The one authoritative report of the incident, if any was approved."""
    return Report.objects.authoritative().filter(incident=incident).first()


def report_in_progress(incident: Incident) -> Report | None:
    """The report that is being drafted or waits, of which an incident has one at most."""
    return Report.objects.in_progress().filter(incident=incident).first()


def reports_to_look_at(actor: Actor) -> list[Report]:
    """What waits for the actor as second person: reports sent for approval that another
    edited last, and those that another approved alone. No statement for other roles."""
    cities = {post.city_id for post in actor.posts if post.city_id and post.role in APPROVERS}
    if not cities or actor.person_id is None:
        return []
    waiting = Q(state=State.WAITING) & ~Q(edited_by=actor.person_id)
    alone = Q(second_look=SecondLook.OPEN) & ~Q(approved_by=actor.person_id)
    return list(
        Report.objects.filter(waiting | alone, city__in=cities)
        .select_related("city", "incident__city", "edited_by", "approved_by")
        .order_by("sent_at", "id")[:20]
    )


def others_to_approve(city: City, person_id: UUID | None, now: datetime) -> QuerySet[Membership]:
    """Posts of people other than this one who may approve reports in the city today."""
    return (
        Membership.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            agency__city=city,
            agency__is_active=True,
            person__is_active=True,
            role__in=APPROVERS,
        )
        .exclude(person=person_id)
        .select_related("person", "agency")
        .order_by("call_order", "person__name")
    )


def languages_to_choose(city: City) -> list[str]:
    """The languages in which a report of this city may exist, the city's own first."""
    ours = dict(settings.SPOKEN_LANGUAGES)
    return [code for code in city.languages if code in ours] or ["en"]


def head_of(incident: Incident) -> dict[str, Any]:
    """The incident as it stands, in codes: what a report's head keeps of it."""
    area, lead = incident.area, incident.lead_agency
    return {
        "city": incident.city.name,
        "cities": incident.city.names,
        "timezone": incident.city.timezone,
        "digits": incident.city.digits,
        "incident": incident.title,
        "incident_number": incident.number,
        "is_exercise": incident.is_exercise,
        "kind": incident.kind,
        "severity": incident.severity,
        "phase": incident.phase,
        "happened_at": incident.happened_at.isoformat(),
        "place": incident.place,
        "area": area.name if area else "",
        "areas": area.names if area else {},
        "lead": lead.name if lead else "",
        "leads": lead.names if lead else {},
    }


def texts_of(report: Report) -> dict[str, dict[str, Any]]:
    """The report's words by code, language and state, in the order of reading."""
    found = {text.code: text.versions for text in ReportText.objects.filter(report=report)}
    return {code: found[code] for code in CODES if found.get(code)}


def figures_of(report: Report) -> list[Figure]:
    """The report's key figures in their order."""
    return list(Figure.objects.filter(report=report).order_by("position"))


def content_of(report: Report) -> dict[str, Any]:
    """All that stands in a report, as the plain values that its fingerprint is made of."""
    return {
        "number": report.number,
        "incident": str(report.incident_id),
        "audience": report.audience,
        "languages": report.languages,
        "as_of": report.as_of.isoformat(),
        "head": report.head,
        "texts": texts_of(report),
        "figures": [
            {
                "key": figure.key,
                "words": figure.words,
                "value": figure.value,
                "as_of": figure.as_of.isoformat(),
                "confirmed_by": figure.confirmed_by,
                "confirmed_at": figure.confirmed_at.isoformat() if figure.confirmed_at else "",
            }
            for figure in figures_of(report)
        ],
    }


def is_unchanged(report: Report, content: Mapping[str, Any] | None = None) -> bool:
    """Whether an approved report still is what its approver approved."""
    return fingerprint(content or content_of(report)) == report.content_hash


def gaps_of(report: Report) -> list[tuple[str, str]]:
    """Language and code of every text that the report lacks in one of its languages; a figure
    without a name stands as “figures”."""
    missing = gaps(texts_of(report), report.languages)
    return missing + [
        (language, "figures")
        for language in report.languages
        if any(not figure.words.get(language, {}).get("label") for figure in figures_of(report))
    ]


def label_of_gap(code: str) -> str:
    """What is missing, by the name that the form has for it."""
    return _("Key figures") if code == "figures" else code_label(code)


# A report as it is read: one language, every word ready to be shown


def sheet_of(report: Report, language: str, *, public: bool = False, base: str = "") -> Sheet:
    """The report as its reader in `language` gets it, as plain values: strings in that
    language, times in the city's zone. `public` leaves out what is for those who respond.
    `base` stands before the addresses of other reports. A text that is not there in the
    language is shown in the language that it has, and says so.
    """
    content = content_of(report)
    head = content["head"]
    with translation.override(language), timezone.override(ZoneInfo(head["timezone"])):
        return _Sheet(report, content, language, public, base).made()


class _Sheet:
    """One report on its way to one reader; the language and the zone are in force."""

    def __init__(
        self, report: Report, content: dict[str, Any], language: str, public: bool, base: str
    ) -> None:
        self.report, self.content, self.language = report, content, language
        self.public, self.base = public, base
        self.head = content["head"]
        self.digits = self.head["digits"]
        self.former = self._former()
        self.newest = self._newest()

    def made(self) -> Sheet:
        report, head = self.report, self.head
        title = _("Situation report %(number)s") % {"number": self.number(report.number)}
        texts = self.content["texts"]
        return {
            "language": self.language,
            "direction": "rtl" if get_language_info(self.language)["bidi"] else "ltr",
            "digits": self.digits,
            "title": title,
            "number": report.number,
            "city": name_in(head["cities"], head["city"], self.language),
            "incident": head["incident"],
            "is_exercise": head["is_exercise"],
            "exercise": _("EXERCISE") if head["is_exercise"] else "",
            "exercise_line": _("This is practice. Nothing here is real."),
            "state": report.state,
            "state_label": str(report.get_state_display()),
            "version": _("Version %(number)s") % {"number": self.number(report.version)},
            "notices": self._notices(texts),
            "facts": self._facts(),
            "figures_title": _("Key figures"),
            "figure_heads": [
                _("Figure"),
                _("How many"),
                _("In the report before"),
                _("Source and time"),
                _("Confirmed by"),
            ],
            "figures": self._figures(),
            "no_figures": _("No key figure was given."),
            "sections": self._sections(texts),
            "changes": self._changes(texts),
            "fingerprint": report.content_hash,
            "label_before": _("%(label)s:"),
            "fingerprint_line": _("Fingerprint of the content: %(content)s")
            % {"content": isolated(report.content_hash)}
            if report.content_hash
            else "",
            "page_of": _("Page %(page)s of %(pages)s"),
        }

    # Small words

    def number(self, value: int) -> str:
        return reading.number(value, self.digits)

    def moment(self, moment: datetime | str) -> str:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        return moment_words(moment, self.digits)

    def value(self, text: str, unit: str) -> str:
        shown = self.number(int(text)) if is_number(text) else reading.in_digits(text, self.digits)
        return f"{isolated(shown)} {unit}".strip()

    def shown_in(self, versions: Mapping[str, Any]) -> tuple[str, str, str]:
        """Words, the language that they are in, and what a reader should know of them."""
        for language in (self.language, self.report.source_language, *versions):
            if words := words_in(versions, language):
                state = str(versions[language].get("state", ""))
                mark = ""
                if state in MARKED:
                    mark = str(Translated(state).label)
                return words, language, mark
        return "", self.language, ""

    # Parts

    def _former(self) -> dict[str, Any] | None:
        """The content of the report that this one follows or would follow."""
        report = self.report
        before = report.follows
        if before is None and report.state in Report.IN_PROGRESS:
            before = report_that_counts(report.incident)
        if before is None or (self.public and before.audience != Audience.PUBLIC):
            return None
        self.before = before
        return content_of(before)

    def _newest(self) -> Report | None:
        if self.report.state not in {State.SUPERSEDED, State.WITHDRAWN}:
            return None
        newest = report_that_counts(self.report.incident)
        if newest and self.public and newest.audience != Audience.PUBLIC:
            return None
        return newest

    def _address(self, report: Report) -> str:
        city = report.city.slug
        if self.public:
            return f"{self.base}/{self.language}/cities/{city}/reports/{report.number}/"
        place = f"desk/{city}/incidents/{self.head['incident_number']}/reports/{report.number}/"
        return f"{self.base}/{self.language}/{place}"

    def _notices(self, texts: Mapping[str, Any]) -> list[dict[str, str]]:
        report = self.report
        found: list[dict[str, str]] = []

        def say(tone: str, words: str, link: str = "", label: str = "") -> None:
            found.append({"tone": tone, "words": words, "link": link, "label": label})

        if report.state in Report.IN_PROGRESS:
            say("warn", _("Draft: nobody has approved it. Do not pass it on."))
        if report.state == State.SUPERSEDED and report.ended_at:
            say(
                "stop",
                _("Superseded on %(time)s: it no longer counts.")
                % {"time": self.moment(report.ended_at)},
                self._address(self.newest) if self.newest else "",
                _("Situation report %(number)s counts now.")
                % {"number": self.number(self.newest.number)}
                if self.newest
                else "",
            )
        if report.state == State.WITHDRAWN and report.ended_at:
            said = _("Withdrawn on %(time)s: it no longer counts.") % {
                "time": self.moment(report.ended_at)
            }
            if report.note and not self.public:
                said += " " + _("Reason: %(reason)s") % {"reason": isolated(report.note)}
            say("stop", said)
        if report.approved_at:
            say(
                "go",
                _("Approved on %(time)s by: %(role)s.")
                % {
                    "time": self.moment(report.approved_at),
                    "role": Role(report.approved_as).label if report.approved_as else "–",
                },
            )
        if report.second_look:
            self._say_alone(say)
        states = {
            str(versions[self.language].get("state", ""))
            for code, versions in texts.items()
            if self.language in versions and not self._hidden(code)
        }
        if states & UNCHECKED:
            say("", _("Parts of this version are draft translations that nobody has approved."))
        if Translated.BEHIND.value in states:
            say("", _("Parts of this version are translations older than the source text."))
        return found

    def _say_alone(self, say: Any) -> None:
        report = self.report
        said = _("Approved alone: the city had nobody else who may approve.")
        if not self.public:
            said += " " + _("Reason: %(reason)s") % {"reason": isolated(report.alone_reason)}
        look = {
            "time": self.moment(report.looked_at) if report.looked_at else "",
            "role": Role(report.looked_as).label if report.looked_as else "–",
        }
        if report.second_look == SecondLook.OPEN:
            say("warn", said + " " + _("No second person has looked at it yet."))
        elif report.second_look == SecondLook.CONFIRMED:
            say(
                "warn", said + " " + _("A second person confirmed it on %(time)s: %(role)s.") % look
            )
        else:
            objection = _("A second person objected on %(time)s: %(role)s.") % look
            if report.look_note and not self.public:
                objection += " " + isolated(report.look_note)
            say("stop", said + " " + objection)

    def _facts(self) -> list[list[str]]:
        head = self.head
        place = head["place"] or name_in(head["areas"], head["area"], self.language)
        lead = name_in(head["leads"], head["lead"], self.language)
        names = [get_language_info(code)["name_translated"] for code in self.report.languages]
        comma = translation.pgettext("between the items of a list", ", ")
        rows = [
            [_("Incident"), isolated(head["incident"])],
            [_("What happened"), str(Kind(head["kind"]).label)],
            [_("Severity"), reading.in_digits(str(Severity(head["severity"]).label), self.digits)],
            [_("Where"), isolated(place) if place else _("Not known yet")],
            [_("When"), self.moment(head["happened_at"])],
            [_("Phase"), str(Phase(head["phase"]).label)],
            [_("Who leads"), isolated(lead) if lead else _("Not known yet")],
            [_("Picture read at"), self.moment(self.report.as_of)],
            [_("Exists in"), comma.join(str(name) for name in names)],
        ]
        return rows

    def _figures(self) -> list[dict[str, Any]]:
        source = self.report.source_language
        before = {}
        if self.former is not None:
            before = {name_of_figure(one, source): one for one in self.former["figures"]}
        return [
            self._figure(figure, before.get(name_of_figure(figure, source)))
            for figure in self.content["figures"]
        ]

    def _figure(self, figure: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
        words = self._words_of(figure)
        return {
            "label": words.get("label", ""),
            "value": self.value(figure["value"], words.get("unit", "")),
            "before": self.value(old["value"], "") if old else "–",
            "changed": bool(old) and old["value"] != figure["value"] if old else False,
            "source": isolated(words.get("source") or "–"),
            "as_of": self.moment(figure["as_of"]),
            "confirmed": isolated(figure["confirmed_by"])
            if figure["confirmed_by"]
            else _("Not confirmed"),
            "is_confirmed": bool(figure["confirmed_by"]),
        }

    def _words_of(self, figure: Mapping[str, Any]) -> Mapping[str, str]:
        words = figure["words"]
        here: Mapping[str, str] = words.get(self.language) or {}
        if here.get("label"):
            return here
        return words.get(self.report.source_language) or next(iter(words.values()), {})

    def _hidden(self, code: str) -> bool:
        return self.public and code.partition(".")[0] in NOT_PUBLIC

    def _sections(self, texts: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        for section in ORDER:
            if self._hidden(section):
                continue
            parts = []
            for code in codes_of(section):
                words, language, mark = self.shown_in(texts.get(code, {}))
                blocks = blocks_of(steady(words))
                aspect = code.partition(".")[2]
                parts.append(
                    {
                        "code": code,
                        "title": str(Aspect(aspect).label) if aspect else "",
                        "blocks": [block._asdict() for block in blocks],
                        "groups": [
                            {"is_list": is_list, "texts": [block.text for block in group]}
                            for is_list, group in groupby(blocks, key=lambda one: one.bullet)
                        ],
                        "language": language,
                        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
                        "mark": mark,
                    }
                )
            found.append(
                {
                    "code": section,
                    "title": section_label(section),
                    "parts": parts,
                    "is_empty": not any(part["blocks"] for part in parts),
                    "nothing": _("Nothing was reported."),
                    "not_public": section in NOT_PUBLIC,
                }
            )
        return found

    def _changes(self, texts: Mapping[str, Any]) -> dict[str, Any] | None:
        """What changed since the report before, section by section, and the figures."""
        if self.former is None:
            return None
        old, source = self.former, self.report.source_language
        sections = []
        for code in CODES:
            if self._hidden(code):
                continue
            before = self.shown_in(old["texts"].get(code, {}))[0]
            after = self.shown_in(texts.get(code, {}))[0]
            lines = [line for line in difference(before, after) if line.kind != "same"]
            if lines:
                sections.append(
                    {
                        "title": code_label(code),
                        "lines": [{"kind": one.kind, "text": steady(one.text)} for one in lines],
                    }
                )
        figures = []
        for was, now in pairs(old["figures"], self.content["figures"], source):
            if was and now and was["value"] == now["value"]:
                continue
            words = self._words_of(now or was or {})
            unit = words.get("unit", "")
            figures.append(
                {
                    "label": words.get("label", ""),
                    "before": self.value(was["value"], unit) if was else _("not given"),
                    "after": self.value(now["value"], unit) if now else _("not given"),
                }
            )
        count = len(sections) + len(figures)
        return {
            "title": _("What changed since situation report %(number)s")
            % {"number": self.number(self.before.number)},
            "count": ngettext("%(count)s change", "%(count)s changes", count)
            % {"count": self.number(count)},
            "none": _("Nothing changed."),
            "figures_title": _("Key figures"),
            "figure_heads": [_("Figure"), _("Before"), _("Now")],
            "sections": sections,
            "figures": figures,
            "added": _("Added"),
            "removed": _("Removed"),
        }
