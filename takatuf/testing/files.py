"""Files of the demo city that partners sent, as they keep them: one waits for an answer, one was
tried and waits to be taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from takatuf.activities.services import begin_import, try_import
from takatuf.foundation.actors import Actor
from takatuf.incidents.models import Incident

CRESCENT = """الجهة;النشاط;الخدمة;المكان;الفئة المستهدفة;تاريخ البدء;تاريخ الانتهاء;الحالة;عدد المستفيدين;ملاحظات المتطوعين
جمعية الهلال الأحمر;زيارات منزلية للعائلات;الدعم النفسي;الحي القديم;ذوو الضحايا;{start};{end};جارٍ;24;فريقان
جمعية الهلال الأحمر;نقل الجرحى إلى المواعيد;النقل;الميناء;المصابون;{start};{end};جارٍ;17;
جمعية الهلال الأحمر;وجبات ساخنة قرب الملعب;الغذاء;الحي القديم;الجميع;{start};{end};جارٍ;350;مساءً
جمعية الهلال الأحمر;نقل الجرحى إلى المواعيد;النقل;الميناء;المصابون;{start};{end};جارٍ;17;
;دعم المتطوعين;الدعم النفسي;الميناء;المتطوعون;{start};{end};جارٍ;30;
جمعية الهلال الأحمر;دورة إسعاف أولي;التدريب;الميناء;المتطوعون;{end};{start};مخطط;40;
"""  # noqa: E501
MINISTRY = """Ministry programme of support,,,,,
Agency,Activity,District,Start,End,People reached
National Victim Support,Claims desk for the injured,Old Harbour,02/11/2026,05/12/2026,61
National Victim Support,Legal advice by telephone,Whole city,03/11/2026,09/12/2026,118
"""


def build_files(amina: Actor, incident: Incident, at: Callable[[float], datetime]) -> None:
    """Bring both files to the incident."""
    days = {"start": at(0).date(), "end": at(0).date() + timedelta(days=45)}
    made = begin_import(
        amina,
        incident,
        CRESCENT.format(**days).encode("cp1256"),
        filename="أنشطة-الهلال-الأحمر.csv",
        source="جمعية الهلال الأحمر",
        answers={"encoding": "cp1256"},
        now=at(52),
    )
    try_import(amina, made, now=at(53))
    begin_import(
        amina,
        incident,
        MINISTRY.encode(),
        filename="victim-support-november.csv",
        source="National Victim Support",
        level="national",
        now=at(57),
    )
