"""Who does what in the demo city an hour after the fire: the city, its partners, the State.

As people told it: in their own language, some of it twice, some of it long ago, and not always
under the same name. Two lines for the same callers, two appeals for the same families, a hall
that closes tomorrow, a counter that nobody confirmed for weeks: what the pages of *Who does
what* are there to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from takatuf.accounts.models import Person
from takatuf.activities.access import acting_for
from takatuf.activities.models import Activity, Overlap
from takatuf.activities.services import (
    compare_activities,
    invite_partner,
    report_activity,
    settle_overlap,
)
from takatuf.config import world
from takatuf.foundation.actors import Actor
from takatuf.incidents.models import Incident
from takatuf.network.models import Agency, Area

OLD, LIGHT, MARKET, STATION = "Old Harbour", "Lighthouse", "Market", "Station"
ORCHARDS, UNI, SHORE, GARDENS = "Orchards", "University", "South Shore", "New Gardens"

# Minute, who tells it, whose work it is (an agency's key, or a name as it was given), language,
# service, where, first and last day counted from today, what, and the rest.
Told = tuple[float, str, str, str, str, tuple[str, ...], int, int | None, str, dict[str, Any]]
TOLD: list[Told] = [
    # The hall and around it
    (5, "farid", "fire", "ar", "safety", (OLD,), 0, 1,
     "تأمين موقع الحريق ومراقبته ليلًا", {"offers": ("night",), "channel": "in-person"}),
    (7, "samer", "police", "ar", "safety", (OLD, MARKET), 0, 2,
     "دوريات سيرًا على الأقدام حول القاعة والسوق",
     {"populations": ("targeted-group", "neighbours"), "channel": "outreach",
      "offers": ("night",)}),
    (9, "karim", "interior", "ar", "safety", ("city",), 0, 14,
     "حماية أماكن العبادة والمدارس", {"populations": ("targeted-group",), "level": "national"}),
    (10, "karim", "prosecutor", "fr", "investigation", ("city",), 0, None,
     "Enquête et accueil des témoins", {"populations": ("present",)}),
    (11, "layla", "ambulance", "ar", "medical-follow-up", (OLD,), 0, 1,
     "نقطة إسعاف عند مدخل الميناء", {"populations": ("injured", "present"), "channel": "in-person",
                                     "offers": ("night", "weekend"), "weekly_capacity": 200}),
    (13, "mira", "hospital", "en", "medical-follow-up", (UNI,), 0, 30,
     "Burns clinic and check-ups after smoke",
     {"populations": ("injured",), "weekly_capacity": 60, "offers": ("step-free", "weekend")}),
    # Families
    (12, "marta", "city", "en", "family-assistance", (MARKET,), 0, 1,
     "Reception of families in the sports hall",
     {"populations": ("bereaved", "injured"), "channel": "in-person", "targeted": 120,
      "weekly_capacity": 120, "languages": ("ar", "en")}),
    (19, "mira", "hospital", "en", "family-assistance", (UNI,), 0, 7,
     "Quiet room for relatives of the injured", {"populations": ("injured",),
                                                 "weekly_capacity": 40, "offers": ("night",)}),
    (40, "karim", "victims", "en", "family-assistance", (MARKET,), 0, 21,
     "Information space for victims and relatives",
     {"populations": ("bereaved", "injured"), "channel": "in-person", "languages": ("en", "fr"),
      "programming": "Ministry of the Interior"}),
    (22, "salma", "police", "en", "reunification", ("city",), 0, 3,
     "Who is missing, who was found", {"populations": ("present",), "channel": "phone"}),
    (24, "marta", "city", "en", "navigator", ("city",), 1, 90,
     "One person at the side of each family", {"populations": ("bereaved", "injured"),
                                               "status": "planned", "weekly_capacity": 14}),
    # Information and telephone numbers
    (8, "amina", "city", "ar", "helpline", ("city",), 0, 10,
     "خط هاتفي للعائلات المتضررة من الحريق",
     {"populations": ("bereaved", "injured", "present"), "channel": "phone",
      "number": "+999 21 55 00 10", "languages": ("ar", "en"), "offers": ("night", "weekend"),
      "weekly_capacity": 900}),
    (33, "karim", "victims", "en", "helpline", ("city",), -800, None,
     "National line for victims of attacks",
     {"populations": ("bereaved", "injured", "present"), "channel": "phone",
      "number": "+999 80 11 60 06", "languages": ("en", "fr"), "weekly_capacity": 4000}),
    (45, "mona", "governor", "ar", "public-information", ("city",), 0, 7,
     "إيجاز يومي للصحافة عن الحريق", {"populations": ("everyone",), "channel": "print"}),
    (17, "salma", "city", "fr", "public-information", ("city",), 0, 14,
     "Point d’information de la ville, en trois langues",
     {"populations": ("everyone",), "channel": "online", "languages": ("ar", "en", "fr")}),
    (28, "salma", "radio", "fr", "public-information", ("city",), 0, 3,
     "Bulletin spécial toutes les heures", {"populations": ("everyone",), "channel": "print",
                                       "languages": ("ar", "fr")}),
    (30, "walid", "harbour-council", "ar", "information-point", (OLD,), 0, 2,
     "ركن معلومات في مقر مجلس الحي", {"populations": ("neighbours",), "channel": "in-person",
                                      "programming": "بلدية مرسى نور"}),
    # Mind and soul
    (15, "rana", "mental", "ar", "psychological-first-aid", (OLD,), 0, 5,
     "إسعافات نفسية أولية لمن كانوا في القاعة",
     {"populations": ("present", "injured"), "channel": "in-person", "languages": ("ar",),
      "weekly_capacity": 90}),
    (16, "zaynab", "crescent", "ar", "psychological-first-aid", (OLD,), 0, 3,
     "متطوعو الإسعاف النفسي الأولي قرب القاعة",
     {"populations": ("present", "neighbours"), "channel": "in-person", "languages": ("ar",),
      "weekly_capacity": 60}),
    (48, "rana", "social", "ar", "counselling", ("city",), 2, 120,
     "جلسات إرشاد نفسي فردية", {"populations": ("bereaved", "injured"), "status": "planned",
                               "weekly_capacity": 25, "offers": ("step-free",)}),
    (50, "mira", "hospital", "en", "specialist-care", (UNI,), -300, None,
     "Trauma outpatients", {"populations": ("injured", "bereaved"), "weekly_capacity": 12}),
    (36, "hala", "council-faiths", "ar", "spiritual-care", (OLD, MARKET), 0, 9,
     "مرافقة روحية لمن يطلبها", {"populations": ("bereaved", "injured"), "channel": "outreach"}),
    (52, "rana", "social", "ar", "staff-support", ("city",), 1, 20,
     "دعم العاملين والمستجيبين بعد المناوبة", {"populations": ("responders", "staff"),
                                               "status": "planned"}),
    (38, "idris", "newcomers", "fr", "peer-support", (MARKET,), 1, 25,
     "Cercle d’écoute entre familles", {"populations": ("targeted-group",), "offers": ("women",),
                                        "status": "planned", "weekly_capacity": 20}),
    # Money and things
    (42, "salma", "city", "en", "fund", ("city",), 1, 60,
     "Lantern Hall solidarity fund", {"populations": ("bereaved", "injured"), "channel": "money",
                                      "status": "planned"}),
    (44, "salma", "Young Marsa collective", "en", "fund", ("city",), 0, 30,
     "Online collection for the families of Lantern Hall",
     {"populations": ("bereaved", "injured"), "channel": "money", "level": "municipality"}),
    (18, "zaynab", "crescent", "ar", "relief-items", (OLD,), 0, 2,
     "ماء وبطانيات لمن ينتظرون", {"populations": ("present", "neighbours"), "targeted": 150,
                                  "reached": 150, "programming": "بلدية مرسى نور"}),
    (46, "marta", "city", "en", "housing", (STATION,), 0, 3,
     "Hotel beds for people who cannot go home", {"populations": ("present", "neighbours"),
                                                  "targeted": 40, "offers": ("night",)}),
    (47, "mona", "فرع الخليج للهلال الأحمر", "ar", "housing", (STATION,), 1, 10,
     "مأوى مؤقت في مدرسة المحطة", {"populations": ("neighbours",), "level": "national",
                                   "status": "planned", "targeted": 80}),
    (29, "salma", "transport", "en", "transport", ("city",), 0, 4,
     "Free rides for families to hospital and hall", {"populations": ("bereaved", "injured"),
                                                      "programming": "City of Marsa Noor"}),
    (51, "hala", "market-council", "ar", "food", (MARKET,), 0, 4,
     "وجبات ساخنة للعائلات في الصالة", {"populations": ("bereaved", "injured"), "targeted": 120,
                                        "programming": "بلدية مرسى نور"}),
    (53, "karim", "interior", "ar", "compensation", ("city",), 3, None,
     "استقبال طلبات التعويض", {"populations": ("bereaved", "injured"), "status": "planned",
                              "level": "national"}),
    # Living together
    (20, "idris", "newcomers", "fr", "interpretation", (MARKET,), 0, 6,
     "Interprètes bénévoles en français et en anglais",
     {"populations": ("targeted-group",), "languages": ("fr", "en"), "channel": "in-person"}),
    (34, "marta", "city", "ar", "interpretation", (OLD,), 0, 6,
     "مترجمو لغة الإشارة عند القاعة", {"populations": ("present",), "offers": ("step-free",),
                                      "languages": ("ar",), "channel": "in-person"}),
    (37, "hala", "cohesion", "ar", "community-dialogue", (MARKET, OLD), 1, 12,
     "لقاءات بين تجار السوق وأهل الميناء", {"populations": ("neighbours", "blamed-group"),
                                            "status": "planned"}),
    (49, "idris", "youth", "fr", "volunteers", ("city",), 0, 8,
     "Accueil et répartition des bénévoles", {"populations": ("volunteers",), "channel": "online",
                                              "programming": "Ville de Marsa Noor"}),
    (39, "huda", "schools", "ar", "school-support", (MARKET,), 1, 5,
     "مرشدون في مدرستي السوق", {"populations": ("pupils",), "offers": ("children",),
                               "status": "planned"}),
    (54, "salma", "university", "en", "counselling", (UNI,), 0, 28,
     "Open door for students", {"populations": ("pupils",), "channel": "in-person",
                                "languages": ("en", "ar"), "weekly_capacity": 30}),
    (41, "hala", "city", "ar", "commemoration", (OLD,), 2, 2,
     "وقفة صامتة أمام القاعة", {"populations": ("everyone",), "channel": "in-person",
                                "status": "planned"}),
    (43, "idris", "council-faiths", "fr", "commemoration", (OLD,), 2, 2,
     "Veillée interreligieuse sur le port", {"populations": ("everyone",),
                                             "channel": "in-person", "status": "planned"}),
    (35, "walid", "harbour-council", "ar", "tributes", (OLD,), 2, 15,
     "جمع الزهور والرسائل وحفظها", {"populations": ("everyone",), "status": "planned"}),
    (55, "salma", "City of Marsa Noor, business desk", "en", "business-help", (MARKET, OLD), 1, 40,
     "Advice for shops that had to close", {"populations": ("neighbours",),
                                            "level": "municipality", "status": "planned"}),
]  # fmt: skip

# What stood in the State's table of standing services already, and when somebody last said that
# it stands: days ago, whose, language, service, where, what.
STANDING: list[tuple[int, str, str, str, tuple[str, ...], str, dict[str, Any]]] = [
    (34, "NVS", "en", "legal-aid", ("city",), "Legal advice for victims",
     {"populations": ("bereaved", "injured"), "own_id": "0071"}),
    (21, "Interior Ministry", "ar", "hate-reporting", ("city",), "بوابة الإبلاغ عن حوادث الكراهية",
     {"populations": ("targeted-group", "blamed-group"), "channel": "online", "own_id": "0104"}),
    (12, "Ministry of Health", "en", "crisis-line", ("city",), "Crisis line, day time",
     {"populations": ("everyone",), "channel": "phone", "number": "+999 80 22 33 44",
      "own_id": "0112"}),
    (5, "Interior Ministry", "en", "online-harm", ("city",), "Having pictures taken down",
     {"populations": ("bereaved", "present"), "channel": "online", "own_id": "0131"}),
]  # fmt: skip


# What is left nine months after the other attack, stood down since: how many days ago somebody
# said that it stands, and the rest as above.
YEARS: list[Told] = [
    (160, "rana", "social", "ar", "navigator", ("city",), -255, 95,
     "شخص واحد يرافق كل عائلة", {"populations": ("bereaved", "injured"), "weekly_capacity": 13}),
    (20, "rana", "mental", "ar", "counselling", (MARKET,), -250, 110,
     "إرشاد نفسي للعائلات والتجار", {"populations": ("bereaved", "injured", "neighbours"),
                                    "weekly_capacity": 18, "offers": ("women",)}),
    (24, "karim", "victims", "en", "compensation", ("city",), -240, None,
     "Claims of the injured, with a person who explains", {"populations": ("bereaved", "injured")}),
    (18, "karim", "prosecutor", "fr", "legal-aid", ("city",), -60, 60,
     "Préparer les familles au procès", {"populations": ("bereaved", "injured"),
                                         "languages": ("fr", "ar")}),
    (15, "hala", "cohesion", "ar", "community-dialogue", (MARKET,), -200, 80,
     "لقاء شهري في الرواق الشرقي", {"populations": ("neighbours", "blamed-group")}),
    (12, "idris", "newcomers", "fr", "peer-support", (MARKET,), -180, 25,
     "Groupe de parole des familles", {"populations": ("bereaved", "targeted-group"),
                                       "weekly_capacity": 12}),
    (11, "hala", "market-council", "ar", "tributes", (MARKET,), -260, None,
     "حفظ الرسائل والأشياء التي تُركت عند الرواق", {"populations": ("everyone",)}),
    (110, "mira", "hospital", "en", "medical-follow-up", (UNI,), -240, 120,
     "Follow-up of eleven injured", {"populations": ("injured",), "weekly_capacity": 11}),
    (10, "hala", "city", "ar", "commemoration", (MARKET,), 95, 95,
     "الذكرى الأولى، كما تريدها العائلتان", {"populations": ("everyone",), "status": "planned"}),
    (30, "salma", "city", "en", "fund", ("city",), -262, -85,
     "Relief fund of the Weavers’ Market", {"populations": ("bereaved", "injured"),
                                            "channel": "money", "status": "ended"}),
]  # fmt: skip


class Telling:
    """Tells activities of one incident, each by somebody who may."""

    def __init__(self, incident: Incident, agency: Mapping[str, Agency], today: date) -> None:
        self.incident, self.agency, self.today = incident, agency, today
        self.areas = {
            area.name: f"area:{area.pk}" for area in Area.objects.filter(city=incident.city)
        }

    @cached_property
    def actor(self) -> Callable[[str], Actor]:
        @cache
        def actor(first: str) -> Actor:
            return world.acting(Person.objects.get(email=f"{first}@marsa-noor.example.org"))

        return actor

    def tell(
        self, first: str, whose: str, language: str, facts: dict[str, Any], now: datetime
    ) -> Activity:
        named: dict[str, Any] = {"name": whose}
        if whose in self.agency:
            named = {"agency": self.agency[whose]}
        return report_activity(
            self.actor(first), self.incident, facts=facts, language=language, now=now, **named
        )

    def line(self, line: Told, now: datetime) -> Activity:
        _when, first, whose, language, service, where, begins, ends, title, rest = line
        facts = {
            "service": service,
            "title": title,
            "places": tuple(self.areas.get(place, place) for place in where),
            "starts_on": self.today + timedelta(days=begins),
            "ends_on": None if ends is None else self.today + timedelta(days=ends),
            **rest,
        }
        return self.tell(first, whose, language, facts, now)


def build_years(incident: Incident, agency: Mapping[str, Agency], now: datetime) -> None:
    """Tell what goes on nine months after an attack; of two nobody said since that they stand."""
    told_at = now - timedelta(days=14)  # after all else that the journal tells of it
    telling = Telling(incident, agency, now.date())
    for line in YEARS:
        made = telling.line(line, told_at)
        Activity.objects.filter(pk=made.pk).update(confirmed_at=now - timedelta(days=line[0]))


def build_who_does_what(
    incident: Incident, agency: Mapping[str, Agency], at: Callable[[float], datetime]
) -> None:
    """Tell all of it, lay it side by side, and settle one of the overlaps; `at` turns minutes
    after the declaration into moments."""
    telling = Telling(incident, agency, at(0).date())
    for line in sorted(TOLD, key=lambda line: line[0]):
        telling.line(line, at(line[0]))
    for days, whose, language, service, where, title, rest in STANDING:
        own_id = rest["own_id"]
        facts = {name: value for name, value in rest.items() if name != "own_id"}
        facts |= {"service": service, "title": title, "places": where, "level": "national"}
        made = telling.tell("karim", whose, language, facts, at(56))
        # As a table brings it that says itself when somebody last confirmed a line.
        Activity.objects.filter(pk=made.pk).update(
            own_id=own_id, source="National table of services",
            confirmed_at=at(56) - timedelta(days=days),
        )  # fmt: skip
    _invite(telling, at)
    compare_activities(incident, now=at(57))
    _settle(incident, telling.actor, at(59))


def _invite(telling: Telling, at: Callable[[float], datetime]) -> None:
    """Two houses of prayer get a link: one has told what it does, the other not yet."""
    mosque, _church = (
        invite_partner(
            telling.actor("salma"), telling.incident, name=name, language=language,
            level="neighbourhood", now=at(minute),
        )
        for minute, name, language in (
            (41, "مسجد الميناء", "ar"), (43, "Lantern Street Church", "en")
        )
    )  # fmt: skip
    report_activity(
        acting_for(mosque), telling.incident, organisation=mosque.organisation, language="ar",
        facts={
            "service": "bereavement", "title": "مجالس عزاء ومواساة كل مساء",
            "places": (telling.areas[OLD],), "populations": ("bereaved",),
            "ends_on": telling.today + timedelta(days=35), "channel": "in-person",
        },
        now=at(55),
    )  # fmt: skip


def _settle(incident: Incident, actor: Callable[[str], Actor], now: datetime) -> None:
    """Two teams at one place: each keeps its own part."""
    both = Overlap.objects.filter(incident=incident, state="open").filter(
        a__service="psychological-first-aid", b__service="psychological-first-aid"
    )
    for overlap in both.select_related("a", "b", "incident__city"):
        settle_overlap(
            actor("karim" if overlap.role == "national-liaison" else "salma"), overlap,
            answer="complementary", now=now, review_on=now.date() + timedelta(days=3),
            reason="يبقى الفريق عند القاعة، ويرافق متطوعو الهلال الأحمر من يعودون إلى بيوتهم.",
        )  # fmt: skip
