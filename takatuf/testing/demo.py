"""Marsa Noor, a fictional harbour city, an hour after a declaration and nine months after another.

Nothing in it is real: the place lies in the open sea, the numbers begin with a country code
that nobody has, the addresses end in example.org. It is built with the tests' builders and
then by the use cases themselves, at the times at which people would have pressed the buttons.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from takatuf.accounts.models import Person
from takatuf.activities.models import Task
from takatuf.activities.services import (
    add_task,
    block_task,
    finish_task,
    hand_over_task,
    take_task,
)
from takatuf.alerts.models import Alert, Call, Delivery
from takatuf.alerts.services import acknowledge, climb, tick_by_voice
from takatuf.communications.models import Report
from takatuf.communications.services import (
    approve_report,
    send_for_approval,
    set_figure,
    set_scope,
    write_section,
)
from takatuf.config import world
from takatuf.coordination.agenda import agenda_of_meeting
from takatuf.coordination.services import (
    begin_meeting,
    declare_incident,
    draft_report,
    end_meeting,
    record_outcome,
    report_from_scene,
)
from takatuf.decisions.services import (
    Mark,
    mark_attendance,
    plan_meeting,
    set_rhythm,
    settle_entry,
    strike_entry,
    write_entry,
)
from takatuf.foundation.actors import COMMAND, Actor
from takatuf.foundation.roles import Role
from takatuf.incidents.models import Incident, Methane
from takatuf.journal.services import record
from takatuf.network.models import Agency, Area, City, Membership
from takatuf.network.services import appoint, choose_listing
from takatuf.plans.services import Led, agree_leads, draft_leads, start_plan, write_leads
from takatuf.testing.files import build_files
from takatuf.testing.needs import build_needs, take_up_one
from takatuf.testing.past import build_past
from takatuf.testing.who_does_what import build_who_does_what, build_years

SLUG = "marsa-noor"

# Corners of the districts, in degrees; the coast runs along the west.
POINTS = {
    "a1": (33.020, 33.580), "a2": (33.046, 33.586), "a3": (33.072, 33.583), "a4": (33.097, 33.578),
    "b1": (33.014, 33.558), "b2": (33.044, 33.561), "b3": (33.069, 33.559), "b4": (33.099, 33.556),
    "c1": (33.009, 33.541), "c2": (33.040, 33.538), "c3": (33.071, 33.535), "c4": (33.101, 33.533),
    "d1": (33.016, 33.520), "d2": (33.041, 33.513), "d3": (33.067, 33.511), "d4": (33.096, 33.509),
    "coast1": (33.011, 33.570), "mole": (33.003, 33.551), "coast2": (33.013, 33.546),
    "cape": (33.006, 33.529), "hill": (33.111, 33.567), "valley": (33.108, 33.545),
}  # fmt: skip

# English name, Arabic, French, code, ring of corners.
DISTRICTS = [
    ("Old Harbour", "الميناء القديم", "Vieux-Port", "01", "c1 c2 b2 b1 mole coast2"),
    ("Lighthouse", "المنارة", "Le Phare", "02", "b1 b2 a2 a1 coast1"),
    ("Orchards", "البساتين", "Les Vergers", "03", "b2 b3 a3 a2"),
    ("Station", "المحطة", "La Gare", "04", "b3 b4 hill a4 a3"),
    ("Market", "السوق", "Le Marché", "05", "c2 c3 b3 b2"),
    ("University", "الجامعة", "L’Université", "06", "c3 c4 valley b4 b3"),
    ("South Shore", "الشاطئ الجنوبي", "Rive-Sud", "07", "d1 d2 c2 c1 cape"),
    ("New Gardens", "الحدائق الجديدة", "Jardins-Neufs", "08", "d2 d3 d4 c4 c3 c2"),
]

# Key, English name, Arabic, French, kind, level.
AGENCIES = [
    ("city", "City of Marsa Noor", "بلدية مرسى نور", "Ville de Marsa Noor",
     "municipality", "municipality"),
    ("cohesion", "Office for Living Together", "مكتب العيش المشترك", "Bureau du vivre-ensemble",
     "municipality", "municipality"),
    ("social", "Municipal Social Care", "الرعاية الاجتماعية البلدية", "Action sociale municipale",
     "social-care", "municipality"),
    ("harbour-council", "Old Harbour Neighbourhood Council", "مجلس حي الميناء القديم",
     "Conseil de quartier du Vieux-Port", "community-association", "neighbourhood"),
    ("market-council", "Market Neighbourhood Council", "مجلس حي السوق",
     "Conseil de quartier du Marché", "community-association", "neighbourhood"),
    ("police", "City Police", "شرطة المدينة", "Police de la ville", "police", "municipality"),
    ("fire", "Fire and Rescue", "الإطفاء والإنقاذ", "Pompiers et secours", "fire", "municipality"),
    ("ambulance", "Harbour Ambulance", "إسعاف الميناء", "Ambulances du Port",
     "ambulance", "county"),
    ("hospital", "Bay General Hospital", "مستشفى الخليج العام", "Hôpital général de la Baie",
     "health", "county"),
    ("health", "County Health Directorate", "مديرية الصحة", "Direction de la santé du comté",
     "health", "county"),
    ("mental", "Mental Health Team", "فريق الصحة النفسية", "Équipe de santé mentale",
     "mental-health", "county"),
    ("schools", "County School Office", "مكتب المدارس", "Bureau des écoles", "school", "county"),
    ("university", "University of the Bay", "جامعة الخليج", "Université de la Baie",
     "school", "region"),
    ("governor", "Office of the Governor", "ديوان المحافظ", "Cabinet du gouverneur",
     "regional", "region"),
    ("prosecutor", "Regional Prosecution", "النيابة العامة", "Parquet régional",
     "justice", "region"),
    ("transport", "Bay Transport", "نقل الخليج", "Transports de la Baie", "business", "region"),
    ("interior", "Ministry of the Interior", "وزارة الداخلية", "Ministère de l’Intérieur",
     "national-ministry", "national"),
    ("victims", "National Victim Support", "الهيئة الوطنية لدعم المتضررين",
     "Aide nationale aux victimes", "victim-support", "national"),
    ("crescent", "Red Crescent, Bay Branch", "الهلال الأحمر، فرع الخليج",
     "Croissant-Rouge, section de la Baie", "red-cross-crescent", "national"),
    ("council-faiths", "Council of Faiths", "مجلس الأديان", "Conseil des cultes",
     "faith", "municipality"),
    ("newcomers", "Newcomers’ Association", "رابطة الوافدين الجدد",
     "Association des nouveaux arrivants", "community-association", "municipality"),
    ("youth", "Young Marsa", "شباب المرسى", "Jeunesse de Marsa",
     "community-association", "municipality"),
    ("radio", "Radio Marsa", "إذاعة المرسى", "Radio Marsa", "media", "municipality"),
    ("network", "Network of Bay Cities", "شبكة مدن الخليج", "Réseau des villes de la Baie",
     "network", "international"),
]  # fmt: skip

# Name, e-mail's first part, language, agency, role, call order, duty ("" always, day, night).
PEOPLE = [
    ("أمينة الحدّاد", "amina", "ar", "city", "coordinator", 1, ""),
    ("Salma Rourke", "salma", "en", "city", "coordinator", 2, ""),
    ("نادر الشامي", "nader", "ar", "city", "mayor", 3, ""),
    ("Léa Marchetti", "lea", "fr", "city", "communications", 4, ""),
    ("Tomas Vidal", "tomas", "en", "city", "communications", 0, ""),
    ("هالة يوسف", "hala", "ar", "cohesion", "cohesion", 1, ""),
    ("Idris Belmont", "idris", "fr", "cohesion", "cohesion", 2, ""),
    ("رنا قاسم", "rana", "ar", "social", "psychosocial", 1, "day"),
    ("Marta Lindqvist", "marta", "en", "social", "centre-manager", 2, ""),
    ("كريم النجار", "karim", "ar", "city", "national-liaison", 0, ""),
    ("Odile Sarr", "odile", "fr", "city", "data-protection", 0, ""),
    ("وليد منصور", "walid", "ar", "harbour-council", "liaison", 1, ""),
    ("Dina Castellan", "dina", "en", "harbour-council", "liaison", 2, ""),
    ("جميلة سعد", "jamila", "ar", "market-council", "liaison", 1, ""),
    ("سامر العلي", "samer", "ar", "police", "liaison", 1, "day"),
    ("Nora Benhaim", "nora", "fr", "police", "liaison", 1, "night"),
    ("Victor Amsel", "victor", "en", "police", "liaison", 2, ""),
    ("فريد خوري", "farid", "ar", "fire", "liaison", 1, "day"),
    ("Jonas Okoro", "jonas", "en", "fire", "liaison", 1, "night"),
    ("ليلى حمدان", "layla", "ar", "ambulance", "liaison", 1, "day"),
    ("Pierre Hadji", "pierre", "fr", "ambulance", "liaison", 1, "night"),
    ("Dr Mira Solano", "mira", "en", "hospital", "liaison", 1, ""),
    ("د. عمر زيدان", "omar", "ar", "hospital", "liaison", 2, ""),
    ("بلال درويش", "bilal", "ar", "health", "liaison", 1, ""),
    ("Chen Aubert", "chen", "fr", "health", "liaison", 2, ""),
    ("سوسن رزق", "sawsan", "ar", "mental", "liaison", 1, ""),
    ("Ingrid Falk", "ingrid", "en", "mental", "liaison", 2, ""),
    ("هدى البيطار", "huda", "ar", "schools", "liaison", 1, ""),
    ("Rafael Quint", "rafael", "en", "university", "liaison", 1, ""),
    ("منى الصفدي", "mona", "ar", "governor", "national-liaison", 1, ""),
    ("Yves Karam", "yves", "fr", "prosecutor", "liaison", 1, ""),
    ("Petra Novak", "petra", "en", "transport", "liaison", 1, ""),
    ("عادل مراد", "adel", "ar", "interior", "liaison", 1, ""),
    ("Claire Fontan", "claire", "fr", "interior", "liaison", 2, ""),
    ("Hugo Renner", "hugo", "en", "victims", "liaison", 1, ""),
    ("زينب فارس", "zaynab", "ar", "crescent", "liaison", 1, ""),
    ("Élise Morin", "elise", "fr", "council-faiths", "liaison", 1, ""),
    ("تسنيم عباس", "tasnim", "ar", "newcomers", "liaison", 1, ""),
    ("ياسر ناصر", "yasser", "ar", "youth", "liaison", 1, ""),
    ("Gwen Achard", "gwen", "fr", "radio", "liaison", 1, ""),
]
# Those who can be tried at once, one for each way of looking; the coordinator first.
CAN_SIGN_IN = ["salma", "amina", "nader", "lea", "hala", "farid", "bilal", "hugo", "odile"]

SECRETARIAT = [
    ("مها السالم", "maha@secretariat.example.org", "ar"),
    ("Tom Ekeland", "tom@secretariat.example.org", "en"),
]


@transaction.atomic
def build_demo(*, now: datetime, reset: bool = False) -> dict[str, Any]:
    """Build the city, or find it as it is; with `reset` build it anew.

    Answers `{"city": slug, "people": [{"email", "password", "role", "agency"}]}`, the
    coordinator first.
    """
    city = City.objects.filter(slug=SLUG).first()
    if city is not None and reset:
        _raze(city)
        city = None
    if city is None:
        city = _found_city(now - timedelta(days=400))
        agency = {
            key: Agency.objects.get(city=city, name=english) for key, english, *_rest in AGENCIES
        }
        build_years(build_past(city, agency, _actor, now=now), agency, now)
        _declare_an_hour_ago(city, agency, now - timedelta(hours=1))
    return {"city": city.slug, "people": [*_who_can_sign_in(city), *_secretariat(now)]}


def _raze(city: City) -> None:
    """Remove the demo city and those who serve it alone. Its log in the journal stays."""
    people = list(Person.objects.filter(memberships__agency__city=city).distinct())
    Delivery.objects.filter(call__alert__city=city).delete()
    Alert.objects.filter(city=city).delete()
    Task.objects.filter(incident__city=city).delete()
    Report.objects.filter(city=city).update(follows=None)
    for incident in Incident.objects.filter(city=city):
        incident.log_entries.update(strikes=None)
        incident.log_entries.all().delete()
    Methane.objects.filter(city=city).delete()
    Incident.objects.filter(city=city).update(joined_into=None)
    Incident.objects.filter(city=city).delete()
    city.delete()
    elsewhere = Q(memberships__isnull=False) | Q(appointments__isnull=False)
    Person.objects.filter(pk__in=[person.pk for person in people]).exclude(elsewhere).delete()


def _found_city(now: datetime) -> City:
    city = world.make_city(
        SLUG, names={"ar": "مرسى نور", "fr": "Marsa Noor"}, country="XM", timezone="Asia/Amman"
    )
    record(COMMAND, "city.added", log=city.log, thing=f"city:{city.pk}", at=now,
           facts={"city": city.name, "slug": city.slug})  # fmt: skip
    for english, arabic, french, code, ring in DISTRICTS:
        corners = [list(POINTS[name]) for name in ring.split()]
        lons, lats = zip(*corners, strict=True)
        if _area(corners) < 0:
            corners.reverse()
        Area.objects.create(
            city=city, name=english, names={"ar": arabic, "fr": french}, code=code,
            source_key=code,
            geometry={"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
            bounds=[min(lons), min(lats), max(lons), max(lats)],
        )  # fmt: skip
    agencies = {
        key: world.make_agency(
            city, english, kind, names={"ar": arabic, "fr": french}, level=level,
            answers_needed=2 if key == "police" else 1,
        )
        for key, english, arabic, french, kind, level in AGENCIES
    }  # fmt: skip
    for index, (name, first, language, key, role, order, duty) in enumerate(PEOPLE):
        person = world.make_person(
            name, (agencies[key], role, order), email=f"{first}@marsa-noor.example.org",
            language=language, phone=f"+999 21 55 {index // 100:02} {index % 100:02}",
            password=world.PASSWORD if first in CAN_SIGN_IN else None,
        )  # fmt: skip
        if duty:
            world.make_shifts(
                Membership.objects.get(person=person),
                *((time(7), time(19)) if duty == "day" else (time(19), time(7))),
            )
    start_plan(
        _actor("amina"), city, title="خطة مرسى نور · Plan of Marsa Noor", slug="main",
        size="city", now=now,
    )  # fmt: skip
    choose_listing(
        _actor("amina"), city, listing="page", latitude=33.55, longitude=33.05, now=now,
    )  # fmt: skip
    _agree_who_leads(city, now)
    return city


def _agree_who_leads(city: City, now: datetime) -> None:
    """A list that both sides agreed a year ago, and a new version that only one has read."""
    amina, karim = _actor("amina"), _actor("karim")
    agreed = draft_leads(amina, city, now=now)
    lines = {
        "counselling": Led("city", "مديرية الصحة · Health Directorate"),
        "helpline": Led("national", "الخط الوطني · National helpline"),
        "fund": Led("city"),
    }
    agreed = write_leads(
        amina, agreed, lines, counterpart="وزارة الداخلية · Ministry of the Interior",
        seen=agreed.changes, now=now,
    )  # fmt: skip
    agree_leads(amina, agreed, side="city", seen=agreed.changes, now=now)
    agree_leads(karim, agreed, side="national", seen=agreed.changes, now=now + timedelta(days=6))
    later = now + timedelta(days=380)
    draft = draft_leads(karim, city, now=later)
    lines = {"fund": Led("shared", "One appeal, one account")}
    draft = write_leads(
        karim, draft, lines, counterpart=draft.counterpart, seen=draft.changes, now=later
    )
    agree_leads(karim, draft, side="national", seen=draft.changes, now=later)


def _area(ring: list[list[float]]) -> float:
    """Twice the signed area of a ring; positive when it runs counter-clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]))


def _actor(first: str) -> Actor:
    return world.acting(Person.objects.get(email=f"{first}@marsa-noor.example.org"))


def _declare_an_hour_ago(city: City, agency: dict[str, Agency], start: datetime) -> None:
    """The first hour, as it went: who answered when, what was done, what was written down."""

    def at(minutes: float) -> datetime:
        return start + timedelta(minutes=minutes)

    amina, salma = _actor("amina"), _actor("salma")
    incident = declare_incident(
        amina, city=city, title="حريق متعمّد في قاعة الفنار · Arson at Lantern Hall",
        kind="attack", severity=3, now=start, happened_at=start - timedelta(minutes=18),
        place="قاعة الفنار · Lantern Hall", lon=33.0265, lat=33.5512,
        targeted="العائلات التي تستخدم القاعة، والوافدون الجدد",
        lead_agency=agency["police"], casualties="unknown",
    )  # fmt: skip
    # The messages of the first minute had left; the demo has no mail server of its own.
    told = Delivery.objects.filter(call__alert__about=incident.about)
    told.update(sent_at=at(0.2), attempts=1)
    calls = {
        call.agency.name: call
        for call in Call.objects.about(incident.about).select_related("agency", "alert__city")
    }

    def answers(minutes: float, key: str, *firsts: str, way: str = "link") -> None:
        for first in firsts:
            person = Person.objects.get(email=f"{first}@marsa-noor.example.org")
            acknowledge(
                world.acting(person), calls[agency[key].name], person=person, way=way,
                now=at(minutes),
            )  # fmt: skip

    answers(1, "city", "amina", way="desk")
    answers(2, "fire", "farid")
    answers(3, "cohesion", "hala", way="desk")
    answers(4, "hospital", "mira")
    answers(4, "ambulance", "layla")
    answers(6, "social", "marta")
    answers(7, "harbour-council", "walid")
    answers(8, "crescent", "zaynab")
    answers(9, "newcomers", "tasnim")
    for late in Call.objects.about(incident.about).overdue(at(11)):
        climb(late.pk, at(11))
    told.filter(sent_at=None).update(sent_at=at(11.2), attempts=1)
    answers(12, "police", "samer", "victor")
    answers(13, "health", "chen")
    answers(14, "mental", "ingrid")
    answers(15, "schools", "huda")
    answers(16, "governor", "mona")
    for late in Call.objects.about(incident.about).overdue(at(22)):
        climb(late.pk, at(22))
    told.filter(sent_at=None).update(sent_at=at(22.2), attempts=1)
    answers(24, "interior", "claire")
    calls["Council of Faiths"].refresh_from_db()
    tick_by_voice(
        salma, calls["Council of Faiths"], now=at(26),
        person=Person.objects.get(email="elise@marsa-noor.example.org"),
        note="Rung at home; she is on her way",
    )  # fmt: skip
    for late in Call.objects.about(incident.about).overdue(at(33)):
        climb(late.pk, at(33))
    told.filter(sent_at=None).update(sent_at=at(33.2), attempts=1)

    _work(incident, agency, at)
    build_needs(incident, at)
    build_files(amina, incident, at)
    build_who_does_what(incident, agency, at)
    take_up_one(incident, at)
    _write(incident, agency, at, amina, salma)
    _meet(amina, incident, agency, at)
    plan_meeting(
        amina, incident, at=at(105).replace(second=0, microsecond=0),
        place="غرفة الأزمات · Crisis room, 2nd floor", now=at(54),
    )  # fmt: skip
    _report(incident, at)
    _from_the_scene(city, incident, at)


def _meet(amina: Actor, incident: Incident, agency: dict[str, Agency], at: Any) -> None:
    """The first meeting of the partners, three quarters of an hour in, and what came of it."""
    set_rhythm(amina, incident, hours=2, now=at(30))
    planned = plan_meeting(
        amina, incident, at=at(43).replace(second=0, microsecond=0),
        place="Telephone, +99 921 550 0100", now=at(31),
    )  # fmt: skip
    if planned is None:
        raise RuntimeError("The first meeting of the demo city was not planned.")
    meeting = begin_meeting(amina, planned, now=at(43))
    marks = {
        agency["city"].pk: Mark("came", "منسّقة الاستجابة"),
        agency["fire"].pk: Mark("came", "قائد المناوبة"),
        agency["health"].pk: Mark("came", "المناوبة"),
        agency["police"].pk: Mark("excused", "في الموقع"),
    }
    there = set(incident.involvements.values_list("agency_id", flat=True))
    marks = {pk: mark for pk, mark in marks.items() if pk in there}
    mark_attendance(amina, meeting, marks=marks, now=at(44))
    late = next((group for group in agenda_of_meeting(meeting, at(44)).groups if group.items), None)
    record_outcome(
        amina, meeting, kind="decision", language="ar", now=at(47),
        point=f"{late.code}:{late.items[0].thing}" if late else "",
        text="مكان واحد لاستقبال ذوي المصابين حتى ظهر الغد: الصالة الرياضية في حي السوق.",
        reasons="وجود مكانين في آن واحد يجعل الأسر تتنقل بينهما بلا جدوى.",
    )  # fmt: skip
    record_outcome(
        amina, meeting, kind="action", language="ar", now=at(49), due_at=at(150),
        text="إيفاد مترجمي لغة الإشارة إلى الصالة الرياضية",
        agency=agency["city"],
    )  # fmt: skip
    with translation.override("ar"):  # its minutes are written in the words of the chair
        end_meeting(amina, meeting, language="ar", now=at(53))


def _from_the_scene(city: City, incident: Incident, at: Any) -> None:
    """An update about the fire, and a message about something else that nobody dealt with yet."""
    report_from_scene(
        _actor("farid"), city, incident=incident, now=at(17), language="ar", is_major=True,
        location="رصيف الميناء، البوابة الشمالية للمستودع 4", kind="attack", casualties="yes",
        casualty_details="ثلاثة بحروق طفيفة، وحالة اختناق واحدة",
        hazards="دخان يتجه شرقًا، وأسطوانات غاز", access="من جهة الرصيف، شارع السوق مغلق",
        services_present="فرقتا إطفاء وسيارة إسعاف", services_needed="سيارة إسعاف أخرى",
    )  # fmt: skip
    report_from_scene(
        _actor("bilal"), city, now=at(56), language="ar", is_major=False, kind="threat",
        location="مدخل المركز الثقافي، شارع المنارة", lon=33.055, lat=33.55,
        details="عبارات تهديد مكتوبة على الباب، ولم يُر أحد", casualties="no",
        services_present="لا أحد", services_needed="دورية شرطة",
    )  # fmt: skip
    told = Delivery.objects.filter(call__alert__city=city, call__alert__asks=False)
    told.filter(sent_at=None).update(sent_at=at(56.5), attempts=1)


# What only people know, by section: English, Arabic, French.
TOLD = {
    "tension": (
        "Calm at the harbour. Two angry gatherings were talked down by their own elders.",
        "هدوء في الميناء. هدّأ الوجهاء تجمعين غاضبين.",
        "Calme au port. Deux rassemblements en colère ont été apaisés par leurs aînés.",
    ),
    "rumours": (
        "- “A second fire at the school”: not true. The school office says so since 10 minutes.",
        "- «حريق ثانٍ في المدرسة»: غير صحيح. أعلن ذلك مكتب المدارس منذ 10 دقائق.",
        "- « Un second incendie à l’école » : faux. Le bureau des écoles le dit depuis 10 minutes.",
    ),
    "welfare": (
        "Two crews of Fire and Rescue are relieved at the change of shift.",
        "يُستبدل طاقمان من الإطفاء والإنقاذ عند تبديل المناوبة.",
        "Deux équipes des pompiers sont relevées au changement de service.",
    ),
}


def _report(incident: Incident, at: Any) -> None:
    """The first report, approved by a second person and public, and the next one begun."""
    salma, lea, amina = _actor("salma"), _actor("lea"), _actor("amina")
    incident.refresh_from_db()
    report = draft_report(salma, incident, language="en", now=at(57))
    for section, texts in TOLD.items():
        for language, text in zip(("en", "ar", "fr"), texts, strict=True):
            state = "" if language == "en" else "reviewed"
            write_section(
                salma, report, section, language, {section: text}, before={}, now=at(57),
                state=state,
            )  # fmt: skip
    words = {
        "en": {"label": "Families received", "unit": "", "source": "Municipal Social Care"},
        "ar": {"label": "عائلات استُقبلت", "unit": "", "source": "الرعاية الاجتماعية البلدية"},
        "fr": {"label": "Familles accueillies", "unit": "", "source": "Action sociale municipale"},
    }
    set_figure(
        salma, report, None, words=words, value="14", as_of=at(52), now=at(57),
        confirmed_by="Assistance centre manager",
    )  # fmt: skip
    report.refresh_from_db()
    report = set_scope(
        salma, report, languages=report.languages, audience="public", version=report.version,
        now=at(58),
    )  # fmt: skip
    report = send_for_approval(salma, report, version=report.version, now=at(58))
    approve_report(lea, report, version=report.version, now=at(59))
    newer = draft_report(amina, incident, language="ar", now=at(60))
    carried = newer.figures.get(key="")
    set_figure(
        amina, newer, carried, words=words, value="19", as_of=at(60), now=at(60),
        version=carried.version,
    )  # fmt: skip
    write_section(
        amina, newer, "tension", "ar", {"tension": "هدوء في الميناء، وقلق في السوق."}, before={},
        now=at(60),
    )  # fmt: skip


def _work(incident: Incident, agency: dict[str, Agency], at: Any) -> None:
    """What was taken, done and blocked in the first hour."""
    tasks = list(
        Task.objects.filter(incident=incident, phase="first-hour")
        .select_related("title", "agency", "incident__city")
        .order_by("due_at", "id")
    )
    by_role = {
        "coordinator": "salma", "mayor": "nader", "communications": "lea", "cohesion": "hala",
        "psychosocial": "rana", "centre-manager": "marta", "national-liaison": "karim",
        "data-protection": "odile",
    }  # fmt: skip
    notes = ["Done.", "تمّ.", "Fait.", "تم إبلاغ الجميع.", "Checked twice.", ""]
    salma = _actor("salma")
    finished: set[str] = set()
    for index, task in enumerate(tasks):
        actor = _actor(by_role.get(task.role, "salma"))
        minute = min(50.0, 4 + index * 1.6)
        if index % 7 == 5:
            continue  # nobody has taken it yet
        take_task(salma if task.role == "liaison" else actor, task, now=at(minute))
        waits = task.needs.exclude(first__state="done").exists()
        if index % 7 == 3 or waits:
            continue  # taken and under way
        if index == 9:
            block_task(
                actor, task, now=at(minute + 3),
                reason="The interpreter on call does not answer; a second one is being sought.",
            )  # fmt: skip
            continue
        finish_task(
            salma if task.role == "liaison" else actor, task,
            note=notes[index % len(notes)], now=at(minute + 4),
        )  # fmt: skip
        finished.add(task.code)
    own = add_task(
        salma, incident, title="Find a hall for the families who met at Lantern Hall",
        language="en", agency=agency["city"], workstream="support", due=at(180), now=at(38),
    )  # fmt: skip
    marta = Person.objects.get(email="marta@marsa-noor.example.org")
    hand_over_task(salma, own, person=marta, now=at(41))


def _write(
    incident: Incident, agency: dict[str, Agency], at: Any, amina: Actor, salma: Actor
) -> None:
    """The log of the first hour, in the languages in which people wrote it."""

    def write(actor: Actor, minute: float, kind: str, text: str, language: str, **rest: Any) -> Any:
        rest.setdefault("happened_at", at(minute - 1))
        return write_entry(
            actor, incident, kind=kind, text=text, language=language, now=at(minute), **rest
        )

    there = [agency[key] for key in ("city", "police", "fire", "hospital")]
    write(
        amina,
        3,
        "information",
        "الدفاع المدني في الموقع منذ الساعة الأولى للبلاغ؛ النار في المدخل الجنوبي للقاعة.",
        "ar",
        source="الإطفاء والإنقاذ",
        confidence="confirmed",
    )
    first = write(salma, 6, "information", "About thirty people were in the hall; all are said to "
                  "have left by the garden door.", "en",
                  source="Harbour Council", confidence="unconfirmed")  # fmt: skip
    write(
        amina,
        9,
        "decision",
        "تستضيف مدرسة الميناء نقطة استقبال للعائلات.",
        "ar",
        facts="المدرسة خالية الليلة، وتبعد مئتي متر، ومدخلها مهيأ لذوي الإعاقة.",
        unknowns="عدد العائلات التي ستأتي.",
        options="مدرسة الميناء؛ صالة المحطة؛ المستشفى.",
        reasons="أقرب مكان آمن بعيد عن الكاميرات، وتعرفه العائلات.",
        present=there,
        dissent="رأت الشرطة أن صالة المحطة أسهل تأمينًا.",
        decider="منسّقة الاستجابة",
        review_at=at(240),
        workstream="support",
    )
    question = write(salma, 14, "question", "Has everybody who was in the hall been found?", "en")
    write(
        _actor("lea"),
        17,
        "information",
        "Première déclaration publiée en trois langues : ce "
        "que l’on sait, ce que l’on ne sait pas, prochaine information à l’heure pleine.",
        "fr",
        source="Communication de la ville",
        confidence="confirmed",
        workstream="communications",
    )
    write(
        _actor("hala"),
        21,
        "promise",
        "ستتصل البلدية بكل عائلة قبل الثامنة مساءً.",
        "ar",
        promised_to="رابطة الوافدين الجدد",
        due_at=at(120),
        workstream="community",
    )
    strike_entry(
        salma, first, language="en", now=at(28),
        text="Forty-one people were in the hall; all have left, two were taken to hospital.",
        source="Fire and Rescue, City Police", confidence="confirmed",
    )  # fmt: skip
    settle_entry(
        salma, question, outcome="answered", now=at(30),
        note="Yes: Fire and Rescue has searched the building; the list of the association agrees.",
    )  # fmt: skip
    write(
        _actor("nader"),
        36,
        "decision",
        "يزور رئيس البلدية نقطة الاستقبال الليلة من دون صحافة.",
        "ar",
        facts="طلبت العائلات الهدوء.",
        unknowns="هل ترغب العائلات في كلمة علنية غدًا؟",
        reasons="الحضور قبل الكلام، واحترام رغبة العائلات.",
        present=there[:2],
        decider="رئيس البلدية",
        review_at=at(300),
        workstream="community",
    )
    write(
        salma,
        44,
        "information",
        "A second fundraising page has appeared online; nobody knows who is behind it.",
        "en",
        source="Young Marsa",
        confidence="likely",
        workstream="support",
    )
    write(
        salma,
        47,
        "question",
        "Who speaks for the investigation tonight, police or prosecution?",
        "en",
    )


def _secretariat(now: datetime) -> list[dict[str, str]]:
    """Two people for the whole installation, as one alone admits nobody and publishes nothing."""
    for name, email, language in SECRETARIAT:
        if Person.objects.filter(email=email).exists():
            continue
        world.make_person(name, email=email, language=language, password=world.PASSWORD)
        appoint(COMMAND, email=email, role=Role.SECRETARIAT, now=now)
    return [
        {"email": email, "password": world.PASSWORD, "role": "secretariat",
         "agency": "The whole installation"}
        for _name, email, _language in SECRETARIAT
    ]  # fmt: skip


def _who_can_sign_in(city: City) -> list[dict[str, str]]:
    posts = {
        post.person.email: post
        for post in Membership.objects.filter(
            agency__city=city,
            person__email__in=[f"{first}@marsa-noor.example.org" for first in CAN_SIGN_IN],
        ).select_related("person", "agency")
    }
    return [
        {
            "email": post.person.reached_at, "password": world.PASSWORD,
            "role": post.role, "agency": post.agency.name,
        }
        for first in CAN_SIGN_IN
        if (post := posts.get(f"{first}@marsa-noor.example.org"))
    ]  # fmt: skip
