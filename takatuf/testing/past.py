"""What Marsa Noor lived through nine months ago: an attack at a market, and the time after it.

As in `demo.py` nothing is real and nobody who did it is described. It is told by the use cases
themselves, at the times at which people would have pressed the buttons, so that a stood-down
incident, its promises, its reports and the days ahead can be looked at and tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from operator import itemgetter
from typing import Any

from takatuf.accounts.models import Person
from takatuf.activities.jobs import wake_next
from takatuf.activities.models import Task
from takatuf.activities.services import add_task, finish_task
from takatuf.alerts.models import Call, Delivery
from takatuf.alerts.services import acknowledge, climb
from takatuf.communications.services import (
    approve_report,
    send_for_approval,
    set_figure,
    set_scope,
    write_section,
)
from takatuf.coordination.services import (
    answer_hand_over,
    change_phase,
    declare_incident,
    draft_report,
    enter_key_date,
    offer_hand_over,
    stand_down,
)
from takatuf.decisions.services import settle_entry, write_entry
from takatuf.foundation.actors import Actor
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency, City

TITLE = "هجوم على سوق النسّاجين · Attack at the Weavers’ Market"
DAYS_AGO = 270

# Whoever answered the call, and after how many minutes.
ANSWERED = [
    ("city", "salma", 1), ("police", "victor", 2), ("police", "nora", 3), ("fire", "farid", 3),
    ("ambulance", "layla", 3), ("hospital", "omar", 4), ("cohesion", "idris", 5),
    ("social", "rana", 6), ("market-council", "jamila", 6), ("crescent", "zaynab", 7),
    ("health", "bilal", 8), ("mental", "sawsan", 9), ("schools", "huda", 12),
    ("governor", "mona", 9), ("interior", "adel", 13), ("newcomers", "tasnim", 7),
    ("council-faiths", "elise", 11), ("victims", "hugo", 14), ("prosecutor", "yves", 15),
    ("transport", "petra", 10), ("youth", "yasser", 16), ("university", "rafael", 17),
    ("radio", "gwen", 19), ("harbour-council", "dina", 18),
]  # fmt: skip

HOLDERS = {
    "coordinator": "salma", "mayor": "nader", "communications": "lea", "cohesion": "hala",
    "psychosocial": "rana", "centre-manager": "marta", "national-liaison": "karim",
    "data-protection": "odile",
}  # fmt: skip

# How an action went, in the words of whoever closed it.
NOTES = ["Done.", "تمّ.", "Fait.", "Done together with the market council.", "أُنجز وأُبلغ الجميع."]

# Hour, who, kind, language, text, and what else is known. A promise has the hour it is due.
LOG: list[tuple[float, str, str, str, str, dict[str, Any]]] = [
    (0.1, "salma", "information", "en",
     "Police have closed the market. The hospital is receiving the injured.",
     {"source": "City Police", "confidence": "confirmed"}),
    (0.6, "nader", "decision", "ar",
     "تُفتح قاعة الجامعة مركزًا للعائلات، ولا تدخله الصحافة.",
     {"reasons": "بعيدة عن السوق، ولها مدخلان، ويعرفها الجميع.",
      "facts": "ينتظر أقارب كثيرون أخبارًا أمام المستشفى.",
      "unknowns": "عدد من لا يُعرف مكانهم.",
      "options": "قاعة الجامعة؛ مدرسة السوق.", "decider": "رئيس البلدية",
      "workstream": "support"}),
    (0.8, "amina", "promise", "ar",
     "يُبلَّغ أهل كل مصاب وجهًا لوجه قبل إعلان أي اسم.",
     {"promised_to": "عائلات المصابين", "due": 24, "workstream": "support"}),
    (20, "salma", "information", "en",
     "Two people have died and eleven are injured. The families were told first.",
     {"source": "Bay General Hospital", "confidence": "confirmed"}),
    (26, "lea", "information", "fr",
     "La ville ne nomme pas l’auteur et demande aux médias de ne pas diffuser les images.",
     {"source": "Communication de la ville", "confidence": "confirmed",
      "workstream": "communications"}),
    (50, "hala", "decision", "ar",
     "يُقام تجمّع صامت في السوق بعد موافقة العائلتين، ولا كلمات رسمية فيه.",
     {"reasons": "طلبت العائلتان الصمت، ويريد التجار أن يقفوا معًا.",
      "dissent": "تمنّى مجلس الحي كلمة قصيرة من رئيس البلدية.", "decider": "رئيس البلدية",
      "workstream": "community"}),
    (75, "rana", "promise", "ar",
     "لكل عائلة شخص واحد يرافقها سنة كاملة، باسم ورقم هاتف.",
     {"promised_to": "العائلتان والمصابون", "due": 14 * 24, "workstream": "psychosocial"}),
    (96, "salma", "promise", "en",
     "The city pays the travel and lodging of relatives who come from abroad.",
     {"promised_to": "Relatives abroad", "due": 21 * 24, "workstream": "support"}),
    (12 * 24, "idris", "information", "fr",
     "Le marché a rouvert. Les commerçants demandent que les fleurs restent jusqu’à vendredi.",
     {"source": "Conseil de quartier du Marché", "confidence": "confirmed",
      "workstream": "community"}),
    (40 * 24, "hala", "promise", "ar",
     "لا يُقرَّر أي نصب تذكاري قبل سؤال العائلتين وأهل السوق، وتُنشر نتيجة التشاور.",
     {"promised_to": "أهل السوق", "due": 340 * 24, "workstream": "community"}),
    (41 * 24, "salma", "promise", "en",
     "New lighting in the east arcade before the summer.",
     {"promised_to": "Market Neighbourhood Council", "due": 120 * 24}),
    (95 * 24, "salma", "decision", "en",
     "The relief fund closes on the last day of the half-year; what is left goes to the injured.",
     {"reasons": "The families asked for one date that everybody knows.",
      "facts": "Nine of eleven injured have been paid.", "unknowns": "Costs of later operations.",
      "decider": "Steering group of the fund"}),
]  # fmt: skip

# Hour, first words of the promise, who, outcome, and how it went.
SETTLED = [
    (19, "يُبلَّغ أهل", "amina", "kept", "بلّغ المستشفى والشرطة معًا كل عائلة قبل منتصف الليل."),
    (13 * 24, "لكل عائلة", "rana", "kept", "لكل عائلة من يرافقها منذ اليوم الثاني عشر."),
    (25 * 24, "The city pays", "salma", "broken",
     "Paid four days late; the families were told why and the rule was mended."),
]  # fmt: skip

# Hour, phase entered, and why.
PHASES = [
    (3, "first-day", "The scene is safe and everybody has been found."),
    (28, "three-days", "The families are looked after; the city turns to the days ahead."),
    (80, "first-weeks", "The funerals are over and the market is about to open again."),
    (45 * 24, "months", "Daily meetings have ended; what is left needs months."),
]

# Hour, to which agency, who offers, who accepts and whose word it was, language, what passes and
# stays, the answer.
HANDED_OVER = [
    (30, "city", "victor", "salma", "", "en",
     "The scene is released and the investigation goes on with the prosecution. Families, the "
     "market and public information pass to the city. Police stay at the market until it reopens.",
     "Accepted. We meet every morning at nine; police and hospital keep a seat."),
    (46 * 24, "cohesion", "salma", "amina", "رئيسة المكتب، في الاجتماع الأسبوعي", "ar",
     "تنتقل إلى المكتب مرافقة العائلات والسوق والتحضير للذكرى. يبقى صندوق الإغاثة عند البلدية.",
     "قبلنا. يبقى الأشخاص المرافقون للعائلات كما هم."),
]  # fmt: skip

# What only people know, by section of a report: English, Arabic, French.
TOLD = {
    "tension": (
        "Fear in the east arcade; the market council walks it with traders every evening.",
        "خوف في الرواق الشرقي؛ يمشي فيه مجلس الحي مع التجار كل مساء.",
        "Peur dans la galerie est ; le conseil de quartier y marche chaque soir avec les "
        "commerçants.",
    ),
    "rumours": (
        "- “More attackers are hiding in the harbour”: not true, police say so at every hour.",
        "- «مهاجمون آخرون يختبئون في الميناء»: غير صحيح، وتعلن الشرطة ذلك كل ساعة.",
        "- « D’autres assaillants se cachent au port » : faux, la police le répète chaque heure.",
    ),
}
FIGURE = {
    "en": {"label": "Families accompanied", "unit": "", "source": "Municipal Social Care"},
    "ar": {"label": "عائلات تُرافَق", "unit": "", "source": "الرعاية الاجتماعية البلدية"},
    "fr": {"label": "Familles accompagnées", "unit": "", "source": "Action sociale municipale"},
}

# Hour of a report and the families accompanied then.
REPORTS = [(5, "9"), (54, "13"), (50 * 24, "13")]

# Days on which the long actions were looked at; the last ones after the stand-down.
WORKED = [12, 38, 75, 120, 171, 215, 255]

REASON = (
    "What is left lives in the calendar: the trial, the anniversary and the consultation. "
    "The office that leads keeps meeting the families every month."
)


class Past:
    """The nine months of one incident, told event by event."""

    def __init__(
        self,
        city: City,
        agency: Mapping[str, Agency],
        actor: Callable[[str], Actor],
        *,
        start: datetime,
    ) -> None:
        self.city, self.agency, self.start = city, agency, start
        self.actor = cache(actor)  # nobody's posts change in between
        self.incident: Incident

    def at(self, hours: float) -> datetime:
        return self.start + timedelta(hours=hours)

    def tell(self) -> Incident:
        """All of it, in the order of time, as the journal wants it."""
        self.declare()
        events: list[tuple[float, Callable[[float], object]]] = [(0.4, self.work)]
        events += [(line[0], partial(self.write, line)) for line in LOG]
        events += [(line[0], partial(self.settle, line)) for line in SETTLED]
        events += [(line[0], partial(self.enter, line)) for line in PHASES]
        events += [(line[0] + 0.1, self.work) for line in PHASES]
        events += [(day * 24, self.work) for day in WORKED]
        events += [(line[0], partial(self.hand_over, line)) for line in HANDED_OVER]
        events += [(hours, partial(self.report, value)) for hours, value in REPORTS]
        events += [(60 * 24, self.days_ahead), (172 * 24, self.stand_down)]
        for hours, event in sorted(events, key=itemgetter(0)):
            self.incident.refresh_from_db()
            event(hours)
        self.incident.refresh_from_db()
        return self.incident

    def declare(self) -> None:
        self.incident = declare_incident(
            self.actor("salma"), city=self.city, title=TITLE, kind="attack", severity=3,
            now=self.start, happened_at=self.start - timedelta(minutes=11),
            place="سوق النسّاجين · Weavers’ Market", lon=33.0551, lat=33.5482,
            targeted="التجار والوافدون الجدد في السوق", lead_agency=self.agency["police"],
            casualties="yes",
        )  # fmt: skip
        sent = Delivery.objects.filter(call__alert__about=self.incident.about)
        sent.update(sent_at=self.at(0.003), attempts=1)
        calls = {
            call.agency.name: call
            for call in Call.objects.about(self.incident.about).select_related(
                "agency", "alert__city"
            )
        }
        for key, first, minute in sorted(ANSWERED, key=itemgetter(2)):
            now = self.at(minute / 60)
            for late in Call.objects.about(self.incident.about).overdue(now):
                climb(late.pk, now)
            person = Person.objects.get(email=f"{first}@marsa-noor.example.org")
            acknowledge(
                self.actor(first), calls[self.agency[key].name], now=now, way="link",
                person=person,
            )  # fmt: skip
        sent.filter(sent_at=None).update(sent_at=self.at(0.3), attempts=1)

    def work(self, hours: float) -> None:
        """What sleeps wakes; nearly all that is due gets done, a few actions wait a while."""
        now = self.at(hours)
        while wake_next(now):
            pass
        told = Delivery.objects.filter(call__alert__city=self.city, sent_at=None)
        told.update(sent_at=now, attempts=1)
        due = Task.objects.filter(
            incident=self.incident, state__in=("open", "taken"), due_at__lte=now + timedelta(days=1)
        ).select_related("title", "agency", "incident__city")
        for index, task in enumerate(due.order_by("due_at", "id")):
            if index % 9 == 7:
                continue
            who = self.actor(HOLDERS.get(task.role, "salma"))
            if not task.needs.exclude(first__state="done").exists():
                finish_task(who, task, note=NOTES[index % len(NOTES)], now=now)

    def write(self, line: Any, hours: float) -> None:
        _hours, first, kind, language, text, rest = line
        known = dict(rest)
        if "due" in known:
            known["due_at"] = self.at(known.pop("due"))
        write_entry(
            self.actor(first), self.incident, kind=kind, text=text, language=language,
            now=self.at(hours), happened_at=self.at(hours - 0.05), **known,
        )  # fmt: skip

    def settle(self, line: Any, hours: float) -> None:
        _hours, words, first, outcome, note = line
        promise = next(
            entry
            for entry in self.incident.log_entries.filter(kind="promise")
            if entry.text.startswith(words)
        )
        settle_entry(self.actor(first), promise, outcome=outcome, note=note, now=self.at(hours))

    def enter(self, line: Any, hours: float) -> None:
        _hours, phase, reason = line
        change_phase(
            self.actor("salma"), self.incident, phase, reason=reason, language="en",
            now=self.at(hours),
        )  # fmt: skip

    def hand_over(self, line: Any, hours: float) -> None:
        _hours, to, giving, taking, said_by, language, text, answer = line
        offer = offer_hand_over(
            self.actor(giving), self.incident, to_agency=self.agency[to], text=text,
            language=language, now=self.at(hours),
        )  # fmt: skip
        answer_hand_over(
            self.actor(taking), offer, accepts=True, note=answer, language=language,
            now=self.at(hours + 0.5), said_by=said_by,
        )  # fmt: skip

    def report(self, value: str, hours: float) -> None:
        salma, now = self.actor("salma"), self.at(hours)
        report = draft_report(salma, self.incident, language="en", now=now)
        for section, texts in TOLD.items():
            for language, text in zip(("en", "ar", "fr"), texts, strict=True):
                write_section(
                    salma, report, section, language, {section: text},
                    before={}, now=now, state="" if language == "en" else "reviewed",
                )  # fmt: skip
        carried = report.figures.filter(key="").first()
        set_figure(
            salma, report, carried, words=FIGURE, value=value, as_of=now, now=now,
            version=carried.version if carried else 0, confirmed_by="Municipal Social Care",
        )  # fmt: skip
        report.refresh_from_db()
        report = set_scope(
            salma, report, languages=report.languages, audience="public",
            version=report.version, now=now,
        )  # fmt: skip
        report = send_for_approval(salma, report, version=report.version, now=now)
        approve_report(self.actor("lea"), report, version=report.version, now=self.at(hours + 0.2))

    def days_ahead(self, hours: float) -> None:
        enter_key_date(
            self.actor("amina"), self.incident, kind="trial", label="افتتاح المحاكمة",
            on=self.at(308 * 24).date(), source="النيابة العامة", now=self.at(hours),
        )  # fmt: skip

    def stand_down(self, hours: float) -> None:
        kept = add_task(
            self.actor("hala"), self.incident, language="ar", agency=self.agency["cohesion"],
            title="سؤال العائلتين وأهل السوق عن مكان للذكرى، كلٌّ على حدة", workstream="support",
            due=self.at(330 * 24), now=self.at(hours - 1),
        )  # fmt: skip
        stand_down(
            self.actor("salma"), self.incident, reason=REASON, language="en",
            keep=[kept.pk], now=self.at(hours),
        )  # fmt: skip


def build_past(
    city: City, agency: Mapping[str, Agency], actor: Callable[[str], Actor], *, now: datetime
) -> Incident:
    """Tell the nine months, from the declaration to the stand-down with what stays open."""
    start = now - timedelta(days=DAYS_AGO)
    start = start.replace(hour=13, minute=42, second=0, microsecond=0)
    return Past(city, agency, actor, start=start).tell()
