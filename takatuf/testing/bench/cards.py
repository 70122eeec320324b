"""Ten thousand cards as a library of many years would hold them: made up, of real size, in
three languages, among which the real ones have to be found.

Each is put together from sentences about what cities do before and after violence and in
their other bad weeks. No place in them exists, and none tells of a real event.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

LANGUAGES = ("en", "ar", "fr")
Said = tuple[str, str, str]  # in the order of LANGUAGES

PLACES: list[Said] = [
    ("Port Amber", "ميناء العنبر", "Port-Ambre"), ("Lower Quay", "الرصيف الأدنى", "Quai-Bas"),
    ("Saltmarsh", "سبخة الملح", "Salin"), ("Twin Rivers", "النهران", "Deux-Rives"),
    ("Cedar Hill", "تل الأرز", "Mont-Cèdre"), ("Old Harbour", "المرفأ القديم", "Vieux-Port"),
    ("Grain Market", "سوق الحبوب", "Halle-aux-Grains"), ("Windgate", "باب الريح", "Porte-du-Vent"),
    ("Upper Ford", "المخاضة العليا", "Haut-Gué"), ("Stonebridge", "جسر الحجر", "Pont-de-Pierre"),
    ("Palm Valley", "وادي النخيل", "Val-des-Palmes"), ("North Dunes", "كثبان الشمال", "Dunes-Nord"),
]  # fmt: skip
ACTORS: list[Said] = [
    ("the municipality", "البلدية", "la municipalité"),
    ("the fire service", "فرق الدفاع المدني", "le service d’incendie"),
    ("the county health office", "مديرية الصحة", "la direction de la santé"),
    ("the neighbourhood councils", "مجالس الأحياء", "le conseil de quartier"),
    ("the public library", "المكتبة العامة", "la bibliothèque publique"),
    ("a chamber of trade", "غرفة التجارة", "une chambre de commerce"),
    ("the bus company", "شركة الحافلات", "la compagnie de bus"),
    ("the water company", "شركة المياه", "la régie des eaux"),
    ("a sports club", "رابطة رياضية", "un club sportif"),
    ("the regional government", "حكومة الإقليم", "le gouvernement régional"),
]
GROUPS: list[Said] = [
    ("shopkeepers", "أصحاب المتاجر", "les commerçants"),
    ("older residents", "كبار السن من السكان", "les habitants âgés"),
    ("night workers", "عمال الليل", "les travailleurs de nuit"),
    ("tenants of the big estates", "مستأجري المجمعات السكنية الكبيرة", "les locataires des grands ensembles"),
    ("volunteers", "المتطوعين", "les bénévoles"),
    ("newcomers who speak other languages", "القادمين الجدد الذين يتكلمون لغات أخرى", "les nouveaux arrivants qui parlent d’autres langues"),
    ("taxi drivers", "سائقي سيارات الأجرة", "les chauffeurs de taxi"),
    ("caretakers of public buildings", "حراس المباني العامة", "les gardiens des bâtiments publics"),
    ("farmers of the plain", "مزارعي السهل", "les agriculteurs de la plaine"),
    ("students of the evening school", "طلاب المدرسة المسائية", "les élèves de l’école du soir"),
]  # fmt: skip
ACTS: list[Said] = [
    ("opened a warm room with tea and chargers for {group}", "فتحت قاعة دافئة فيها شاي وشواحن لـ{group}", "a ouvert une salle chauffée avec du thé et des chargeurs pour {group}"),
    ("kept a list of empty flats and matched it with {group}", "احتفظت بقائمة بالشقق الخالية ووزعتها على {group}", "a tenu une liste de logements vides et l’a proposée à {group}"),
    ("repaired the lamps of forty streets after a walk at night with {group}", "أصلحت مصابيح أربعين شارعًا بعد جولة ليلية مع {group}", "a réparé les lampes de quarante rues après une marche de nuit avec {group}"),
    ("trained {group} to use extinguishers and to lead people out of a hall", "دربت {group} على استخدام المطافئ وإخراج الناس من القاعات", "a formé {group} à l’usage des extincteurs et à l’évacuation d’une salle"),
    ("lent pumps and sandbags to {group} before the river rose", "أعارت المضخات وأكياس الرمل لـ{group} قبل ارتفاع النهر", "a prêté des pompes et des sacs de sable à {group} avant la crue"),
    ("translated each notice of the water cut and read it aloud to {group}", "ترجمت كل إعلان عن انقطاع المياه وقرأته على {group}", "a traduit chaque avis de coupure d’eau et l’a lu à {group}"),
    ("moved the weekly market to the stadium and told {group} by telephone", "نقلت السوق الأسبوعية إلى الملعب وأبلغت {group} بالهاتف", "a déplacé le marché hebdomadaire au stade et prévenu {group} par téléphone"),
    ("ran free buses at night for {group} while the tunnel was closed", "سيّرت حافلات مجانية ليلًا لـ{group} أثناء إغلاق النفق", "a fait rouler des bus gratuits la nuit pour {group} pendant la fermeture du tunnel"),
    ("paid small advances to {group} until the insurers had answered", "دفعت سلفًا صغيرة لـ{group} حتى ردت شركات التأمين", "a versé de petites avances à {group} en attendant les assureurs"),
    ("counted the damaged windows with {group} and ordered glass for all", "أحصت النوافذ المتضررة مع {group} وطلبت الزجاج للجميع", "a compté les vitres brisées avec {group} et commandé le verre pour tous"),
    ("held a blood donation day together with {group}", "أقامت يومًا للتبرع بالدم مع {group}", "a organisé une journée de don du sang avec {group}"),
    ("checked the stages and exits of the summer festival with {group}", "فحصت منصات المهرجان الصيفي ومخارجه مع {group}", "a vérifié les scènes et les issues du festival d’été avec {group}"),
    ("planted trees with {group} where the burnt warehouse had stood", "زرعت أشجارًا مع {group} في موضع المخزن المحترق", "a planté des arbres avec {group} à la place de l’entrepôt brûlé"),
    ("tested the sirens each month and asked {group} what they had heard", "اختبرت صفارات الإنذار كل شهر وسألت {group} عما سمعوا", "a essayé les sirènes chaque mois et demandé à {group} ce qu’ils avaient entendu"),
    ("gave every stairwell a card with the numbers to ring, with help of {group}", "وضعت في كل مدخل بطاقة بأرقام الاتصال بمساعدة {group}", "a posé dans chaque cage d’escalier une carte des numéros à appeler, avec l’aide de {group}"),
    ("sorted donated clothes with {group} and stopped taking more after a week", "فرزت الملابس المتبرع بها مع {group} وتوقفت عن قبول المزيد بعد أسبوع", "a trié les vêtements donnés avec {group} et cessé d’en prendre après une semaine"),
    ("opened the swimming pool without a fee for {group} in the heat", "فتحت المسبح مجانًا لـ{group} في موجة الحر", "a ouvert la piscine sans frais à {group} pendant la canicule"),
    ("wrote down who holds the keys of each hall, with {group}", "دونت أسماء حاملي مفاتيح كل قاعة مع {group}", "a noté avec {group} qui détient les clés de chaque salle"),
    ("drew a map of wells and generators together with {group}", "رسمت خريطة للآبار والمولدات مع {group}", "a dressé avec {group} une carte des puits et des groupes électrogènes"),
    ("let {group} park without charge round the hospital for a month", "سمحت لـ{group} بالوقوف مجانًا حول المستشفى شهرًا", "a laissé {group} se garer sans payer autour de l’hôpital pendant un mois"),
]  # fmt: skip
CONTEXTS: list[Said] = [
    ("A fire in a storehouse had cut the power of three districts for two days.", "قطع حريق في مخزن الكهرباء عن ثلاثة أحياء مدة يومين.", "Un incendie dans un entrepôt avait privé trois quartiers d’électricité pendant deux jours."),
    ("After a heavy storm the only bridge stayed closed for five weeks.", "بعد عاصفة شديدة بقي الجسر الوحيد مغلقًا خمسة أسابيع.", "Après une forte tempête, l’unique pont est resté fermé cinq semaines."),
    ("A quarrel between two groups of young men had ended with broken shop fronts.", "انتهى شجار بين مجموعتين من الشباب بتحطيم واجهات المتاجر.", "Une dispute entre deux groupes de jeunes gens avait fini par des vitrines brisées."),
    ("Nobody knew who was to pay for the works, and the winter was near.", "لم يعرف أحد من يدفع ثمن الأعمال، وكان الشتاء قريبًا.", "Personne ne savait qui paierait les travaux, et l’hiver approchait."),
    ("The place has few public rooms, and most of them belong to schools and clubs.", "قاعات المكان العامة قليلة، ومعظمها للمدارس والنوادي.", "La commune a peu de salles publiques, et la plupart appartiennent aux écoles et aux clubs."),
    ("Half of the residents had moved there within the last ten years.", "انتقل نصف السكان إلى المكان خلال السنوات العشر الأخيرة.", "La moitié des habitants s’étaient installés là depuis moins de dix ans."),
    ("Threats had been sprayed on a wall near the station twice in one month.", "كُتبت تهديدات على جدار قرب المحطة مرتين في شهر واحد.", "Des menaces avaient été peintes deux fois en un mois sur un mur près de la gare."),
    ("The mayor had been in office for eleven days.", "لم يكن قد مضى على تولي رئيس البلدية منصبه سوى أحد عشر يومًا.", "Le maire était en fonction depuis onze jours."),
]  # fmt: skip
OUTCOMES: list[Said] = [
    ("Within a week about two hundred people had used the offer.", "استفاد نحو مئتي شخص من العرض خلال أسبوع.", "En une semaine, environ deux cents personnes ont utilisé l’offre."),
    ("The local newspaper counted fewer complaints than the year before.", "أحصت الصحيفة المحلية شكاوى أقل من السنة السابقة.", "Le journal local a compté moins de plaintes que l’année précédente."),
    ("No figures were published, and the work ended with the budget.", "لم تُنشر أرقام، وانتهى العمل بانتهاء الميزانية.", "Aucun chiffre n’a été publié, et le travail a cessé avec le budget."),
    ("Three other towns took over the same list in the next year.", "أخذت ثلاث بلدات أخرى القائمة نفسها في السنة التالية.", "Trois autres communes ont repris la même liste l’année suivante."),
    ("Some said that it came too late for those who needed it most.", "قال بعضهم إنه جاء متأخرًا لمن كانوا أحوج إليه.", "Certains ont dit que c’était trop tard pour ceux qui en avaient le plus besoin."),
    ("It became a fixed post in the city’s accounts.", "صار بندًا ثابتًا في حسابات المدينة.", "C’est devenu une ligne fixe du budget de la ville."),
]  # fmt: skip
KNOWN: list[Said] = [
    ("From a report of the city and one newspaper.", "من تقرير للمدينة وصحيفة واحدة.", "Par un rapport de la ville et un journal."),
    ("From the minutes of the council alone.", "من محاضر المجلس وحدها.", "Par les seuls procès-verbaux du conseil."),
    ("From talks with four of those who did it.", "من أحاديث مع أربعة ممن قاموا به.", "Par des entretiens avec quatre de ceux qui l’ont fait."),
]  # fmt: skip
LESSONS: list[Said] = [
    ("Ask who has the keys before you need the room.", "اسألوا عمن يحمل المفاتيح قبل أن تحتاجوا إلى القاعة.", "Demandez qui a les clés avant d’avoir besoin de la salle."),
    ("Order more than you think, and say from when on there is enough.", "اطلبوا أكثر مما تظنون، وقولوا متى يكفي ما وصل.", "Commandez plus que vous ne pensez, et dites quand il y en a assez."),
    ("A telephone call reaches people whom a poster does not.", "يصل الاتصال الهاتفي إلى من لا يصل إليه الملصق.", "Un appel touche des gens qu’une affiche ne touche pas."),
    ("Agree on the bill on the first day, in one sentence.", "اتفقوا على من يدفع منذ اليوم الأول في جملة واحدة.", "Entendez-vous sur la facture dès le premier jour, en une phrase."),
    ("Try it once in calm weather with those who will do it.", "جربوه مرة في وقت هادئ مع من سيقومون به.", "Essayez une fois par temps calme avec ceux qui le feront."),
    ("Small repairs that are seen do more than large ones that are planned.", "الإصلاح الصغير الظاهر أنفع من الكبير الذي ما زال مخططًا.", "De petites réparations visibles font plus que de grandes qui restent en projet."),
]  # fmt: skip
CAUTIONS: list[Said] = [
    ("The record is thin, and nobody asked those who stayed away.", "السجل شحيح، ولم يسأل أحد من لم يأتوا.", "Les sources sont minces, et personne n’a interrogé ceux qui ne sont pas venus."),
    ("What worked in a small place may not work where nobody knows the caretaker.", "ما نجح في مكان صغير قد لا ينجح حيث لا يعرف أحد الحارس.", "Ce qui a marché dans un petit lieu peut échouer là où nul ne connaît le gardien."),
    ("The sums differ from one source to the next.", "تختلف المبالغ من مصدر إلى آخر.", "Les montants diffèrent d’une source à l’autre."),
]  # fmt: skip


def made_up_cards(count: int, seed: int = 4) -> Iterator[dict[str, Any]]:
    """So many cards in the shape of the library's files: the same ones for the same seed."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        yield _card(number, chance)


def contracted(text: str) -> str:
    """French and Arabic with the small words drawn together that stand apart in the parts."""
    for apart, together in (
        (" à les ", " aux "),
        (" de les ", " des "),
        (" لـال", " لل"),
        (" لـ", " ل"),
    ):
        text = text.replace(apart, together)
    return text


def _told(actor: Said, act: Said, group: Said) -> list[str]:
    """Who did what for whom, as a sentence without its stop, in each language."""
    return [
        contracted(f"{who[0].upper()}{who[1:]} {what.format(group=whom)}")
        for who, what, whom in zip(actor, act, group, strict=True)
    ]


def _card(number: int, chance: random.Random) -> dict[str, Any]:
    year = chance.randint(1995, 2025)
    place, (actor, other) = chance.choice(PLACES), chance.sample(ACTORS, 2)
    done: list[list[str]] = []
    while len(done) < 3:  # in every language short enough for a title
        told = _told(chance.choice((actor, other)), chance.choice(ACTS), chance.choice(GROUPS))
        done += [told] if max(map(len, told)) <= 120 else []
    contexts, outcomes = chance.sample(CONTEXTS, 2), chance.sample(OUTCOMES, 2)
    lessons = chance.sample(LESSONS, 2)
    known, caution = chance.choice(KNOWN), chance.choice(CAUTIONS)
    words: dict[str, dict[str, str]] = {}
    for at, language in enumerate(LANGUAGES):
        fields = {
            "place": f"{place[at]} {number}",
            "title": done[0][at],
            "context": " ".join(one[at] for one in contexts),
            "done": f"{done[1][at]}. [s1] {done[2][at]}.",
            "outcome": f"{outcomes[0][at]} [s1] {outcomes[1][at]}",
            "known_how": known[at],
            "lesson": " ".join(one[at] for one in lessons),
            "caution": caution[at],
        }
        for field, text in fields.items():
            words.setdefault(field, {})[language] = text
    return {
        "slug": f"made-up-{year}-card-{number}",
        "since": "2026.1",
        "kind": chance.choice(["practice", "lesson"]),
        "country": "XX",
        "region": chance.choice(["europe", "africa", "asia-pacific", "arab-world"]),
        "date": f"{year}-{chance.randint(1, 12):02}",
        "level": ["municipality"],
        "cells": [["months", chance.choice(["leadership", "support", "community", "learning"])]],
        "incident_kinds": ["attack"],
        "size": chance.choice(["village", "town", "city", "metropolis"]),
        "confidence": chance.choice(["high", "medium", "low"]),
        **words,
        "sources": [
            {
                "id": "s1", "title": f"Report {number}", "publisher": "Made up", "year": year,
                "url": None, "language": "en", "read": "whole", "verified": False,
                "supports": ["context", "done", "outcome"],
            }
        ],
        "links": [],
    }  # fmt: skip
