"""The survey of the issues of the demo city, as people told it in the first hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from takatuf.accounts.models import Person
from takatuf.community.models import Issue
from takatuf.community.services import IssueFacts, close_issue, report_issue
from takatuf.config import world
from takatuf.coordination.services import take_up_gap
from takatuf.incidents.models import Incident
from takatuf.network.models import Area

# Minute, who told it, language, district ("city", "outside" or none), what was told.
TOLD: list[tuple[float, str, str, str, dict[str, Any]]] = [
    (21, "marta", "en", "Old Harbour", {
        "text": "Relatives go from hospital to hospital; nobody can tell them where to wait.",
        "seriousness": 3, "topic": "information", "service": "family-assistance",
        "services": ("reunification",), "populations": ("bereaved", "injured"), "people": 90,
        "people_source": "Bay General Hospital, estimate", "sureness": "confirmed",
        "source": "Hospital reception",
    }),
    (26, "hala", "ar", "Old Harbour", {
        "text": "عائلات كانت في القاعة تخاف العودة إلى بيوتها هذه الليلة.",
        "seriousness": 3, "topic": "safety", "service": "safety",
        "populations": ("targeted-group", "neighbours"), "people": 240,
        "people_source": "مجلس حي الميناء القديم، تقدير", "offers": ("night",),
        "sureness": "likely", "source": "مجلس الحي",
    }),
    (31, "tasnim", "ar", "Market", {
        "text": "لا يجد الوافدون الجدد من يشرح لهم ما حدث بلغتهم، ومنهم من لا يعرف العربية.",
        "seriousness": 2, "topic": "access", "service": "interpretation",
        "populations": ("targeted-group",), "languages": ("fr", "en"), "people": 60,
        "people_source": "رابطة الوافدين الجدد", "sureness": "confirmed",
        "source": "رابطة الوافدين الجدد",
    }),
    (35, "rana", "ar", "city", {
        "text": "من كانوا في القاعة يحتاجون إلى من يطمئنهم ليلًا أيضًا، لا في النهار وحده.",
        "seriousness": 3, "topic": "mental-health", "service": "psychological-first-aid",
        "populations": ("present",), "offers": ("night", "weekend"), "people": 310,
        "people_source": "فريق الصحة النفسية، تقدير", "sureness": "likely",
        "source": "فريق الصحة النفسية",
    }),
    (39, "huda", "ar", "Lighthouse", {
        "text": "تلاميذ مدرسة المنارة رأوا الحريق، والمعلمون يسألون ماذا يقولون لهم صباح الغد.",
        "seriousness": 2, "topic": "children", "service": "school-support",
        "populations": ("pupils",), "offers": ("children",), "people": 420,
        "people_source": "مكتب المدارس", "sureness": "confirmed", "source": "مديرة المدرسة",
    }),
    (44, "idris", "fr", "Market", {
        "text": "Sur les réseaux, on accuse déjà les commerçants de la rue du Port\u00a0; "
        "trois vitrines ont été couvertes d’insultes.",
        "seriousness": 3, "topic": "discrimination", "service": "hate-reporting",
        "populations": ("blamed-group",), "people": 35,
        "people_source": "Bureau du vivre-ensemble", "sureness": "confirmed",
        "source": "Association des commerçants",
    }),
    (49, "hugo", "en", "outside", {
        "text": "Guests from the county’s other towns went home before anyone took down how to "
        "reach them.",
        "seriousness": 2, "topic": "agencies", "service": "registration",
        "populations": ("dispersed",), "offers": ("outside-city",), "sureness": "likely",
        "source": "Organisers of the evening",
    }),
    (53, "salma", "en", "Old Harbour", {
        "text": "Two of the injured use wheelchairs; the waiting hall has a flight of steps.",
        "seriousness": 2, "topic": "access", "service": "family-assistance",
        "populations": ("injured",), "offers": ("step-free",), "people": 2,
        "people_source": "Municipal Social Care", "sureness": "confirmed",
        "source": "Municipal Social Care",
    }),
    (24, "walid", "ar", "Old Harbour", {
        "text": "لا ماء ولا بطانيات لمن ينتظرون في الساحة.",
        "seriousness": 2, "topic": "losses", "service": "relief-items",
        "populations": ("present", "neighbours"), "people": 120,
        "people_source": "مجلس حي الميناء القديم", "sureness": "confirmed",
        "source": "مجلس الحي",
    }),
]  # fmt: skip


def build_needs(incident: Incident, at: Callable[[float], datetime]) -> None:
    """Tell what was needed in the first hour of the demo's incident; `at` turns minutes after
    the declaration into moments. The last one told was met."""
    areas = {area.name: area.pk for area in Area.objects.filter(city=incident.city)}
    for minute, first, language, where, told in TOLD:
        person = Person.objects.get(email=f"{first}@marsa-noor.example.org")
        actor = world.acting(person)
        place: dict[str, Any] = {"scope": where}
        if where in areas:
            place = {"scope": "areas", "areas": (areas[where],)}
        issue = report_issue(
            actor, incident, IssueFacts(**told, **place), language=language, now=at(minute)
        )
    close_issue(
        actor, issue, outcome="met", now=at(48),
        note="أحضر الهلال الأحمر ماءً وبطانيات لمئة وخمسين شخصًا من مخزن الحي، وهو الأقرب.",
    )  # fmt: skip


def take_up_one(incident: Incident, at: Callable[[float], datetime]) -> None:
    """The need of the families who go from hospital to hospital is somebody's action already."""
    first = Issue.objects.filter(incident=incident, state="open").order_by("number")[0]
    marta = Person.objects.get(email="marta@marsa-noor.example.org")
    take_up_gap(world.acting(marta), incident, key=f"need:{first.pk}", language="en", now=at(56))
