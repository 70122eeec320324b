"""Words of which names of organisations are made, one idea a line, in the three languages.

Our own list, for recognising and never for showing. The first word names the idea. What two
names must share beyond these words, `likeness` asks.
"""

from __future__ import annotations

from functools import cache

from takatuf.foundation.text import search_key

IDEAS = """
organisation organization organisations organizations organisme org منظمة منظمات
association associations assoc جمعية جمعيات
foundation fondation stiftung stichting مؤسسة مؤسسات
society societe societies
committee comite commission لجنة اللجان
council conseil مجلس
agency agence وكالة
authority autorite هيئة سلطة
centre center centres centers مركز مراكز
ministry ministere وزارة
department departement dept دائرة قسم مصلحة
directorate direction dg مديرية
office bureau مكتب ديوان
service services خدمة خدمات
institute institut معهد
university universite جامعة
school ecole schools ecoles مدرسة مدارس
hospital hopital مستشفى
municipality municipalite mairie commune بلدية
city ville cities villes مدينة
governorate gouvernorat province محافظة ولاية
government gouvernement govt حكومة
federation fed اتحاد فدرالية
union
league ligue رابطة
network reseau شبكة
forum منتدى
group groupe مجموعة
team equipe فريق
initiative initiatives مبادرة مبادرات
programme program programmes programs برنامج
project projet مشروع
fund fonds صندوق
movement mouvement حركة
charity charities charitable caritatif caritative خيرية خيري
trust
national nationale nationaux وطني وطنية قومي قومية
international internationale int intl دولي دولية
world mondial mondiale عالمي عالمية
global globale
regional regionale إقليمي إقليمية
local locale محلي محلية
general generale عام عامة
public publique عمومي عمومية
high haut haute
health sante medical medicale صحة صحي صحية
mental mentale psychique عقلي عقلية
psychosocial psychosociale psychological psychologique نفسي نفسية
medicine medecine medecins doctors أطباء طب
interior interieur داخلية
defence defense دفاع
civil civile مدني مدنية
protection حماية
justice عدل عدالة
education enseignement تعليم تربية
social sociale sociales اجتماعي اجتماعية
affairs affaires شؤون
foreign etrangeres etrangere خارجية
development developpement dev تنمية إنماء
solidarity solidarite تضامن تكافل
labour labor travail عمل
family famille families familles أسرة عائلة عائلات
children child enfants enfant enfance طفل أطفال طفولة
women woman femmes femme نساء مرأة
youth jeunesse jeunes young شباب
refugees refugee refugies refugie لاجئين لاجئون لاجئ
migration migrations هجرة
displaced deplaces نازحين نازحون
human humain humaine إنسان بشرية
rights droits droit حقوق
humanitarian humanitaire إنساني إنسانية
relief secours إغاثة غوث
aid aide assistance مساعدة مساعدات عون
help
emergency urgence طوارئ
fire incendie incendies إطفاء حريق
police شرطة أمن
security securite
food alimentaire alimentation أغذية غذاء غذائي
water eau مياه ماء
agriculture agricultural agricole زراعة زراعي زراعية
peace paix سلام
work works أشغال تشغيل
red rouge أحمر
cross croix صليب
crescent croissant هلال
norwegian norvegien norvegienne norvege norway نرويجي نرويجية النرويج
danish danois danoise danemark denmark دنماركي دنماركية الدنمارك
swiss suisse switzerland سويسري سويسرية سويسرا
french francais francaise france فرنسي فرنسية فرنسا
german allemand allemande germany allemagne ألماني ألمانية ألمانيا
jordan jordanian jordanie jordanien jordanienne أردن أردني أردنية
lebanon lebanese liban libanais libanaise لبنان لبناني لبنانية
iraq iraqi irak irakien irakienne عراق عراقي عراقية
syria syrian syrie syrien syrienne سوريا سوري سورية
palestine palestinian palestinien palestinienne فلسطين فلسطيني فلسطينية
egypt egyptian egypte egyptien egyptienne مصر مصري مصرية
tunisia tunisian tunisie tunisien tunisienne تونس تونسي تونسية
morocco moroccan maroc marocain marocaine مغرب مغربي مغربية
arab arabe عربي عربية عرب
islamic islamique إسلامي إسلامية
muslim musulman musulmans مسلم مسلمين مسلمون
christian chretien chretienne مسيحي مسيحية
catholic catholique كاثوليكي كاثوليكية
church eglise churches كنيسة كنائس
mosque mosquee مسجد جامع
faith religious religieux ديني دينية أديان
community communautaire communities communautes مجتمع مجتمعي مجتمعية
victims victim victimes victime ضحايا ضحية
survivors survivor survivants rescapes ناجين ناجون
support soutien appui دعم مساندة
united unies uni متحدة
nations أمم
european europeenne europeen أوروبي أوروبية
bank banque بنك مصرف
coordination تنسيق
volunteers volunteer benevoles متطوعين متطوعون
culture culturel culturelle ثقافة ثقافي ثقافية
without sans بلا
borders frontieres حدود
save sauver rescue sauvetage إنقاذ إنقاذوا أنقذوا
unicef يونيسف اليونيسيف يونيسيف
unrwa أونروا انروا
unhcr hcr مفوضية
unesco يونسكو
undp pnud
wfp pam
who oms
iom oim
icrc cicr
ifrc ficr
"""
_STOP_WORDS = """
a an the of and for in on to at by from with de la le les l d du des et pour en au aux a
sur al el und der die das fur van voor von und e y del من في على عن إلى
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# Words that say of what form a body is, and little of which one.
_FORMS = """
organisation association foundation society agency group network initiative programme
federation union movement ngo ong asbl inc ltd limited llc gmbh ev company trust
international charity centre service
"""
FORMS = frozenset(_FORMS.split())
# Words that many bodies of one kind share, and that tell none from another.
_COMMON = """
united nations national regional local general public global world government
"""
COMMON = FORMS | frozenset(_COMMON.split())
# What is known everywhere by its letters alone.
LETTERS = {
    "wfp": "World Food Programme",
    "unhcr": "United Nations High Commissioner for Refugees",
    "unicef": "United Nations Children Fund",
    "undp": "United Nations Development Programme",
    "who": "World Health Organisation",
    "iom": "International Organisation for Migration",
    "icrc": "International Committee of the Red Cross",
    "ifrc": "International Federation of Red Cross and Red Crescent Societies",
    "unrwa": "United Nations Relief and Works Agency for Palestine Refugees in the Near East",
    "msf": "Médecins Sans Frontières",
}
PREFIXES = ("وال", "بال", "لل", "ال", "ل", "ب", "و")


@cache
def ideas() -> dict[str, str]:
    """Each folded word and the idea that it stands for."""
    found: dict[str, str] = {}
    for line in IDEAS.strip().splitlines():
        words = [search_key(word) for word in line.split()]
        for word in words:
            found.setdefault(word, words[0])
    return found


@cache
def stop_words() -> frozenset[str]:
    return frozenset(map(search_key, STOP_WORDS))


@cache
def places() -> frozenset[str]:
    """Words of the names of countries, in the three languages: a letter more in one of them is
    another country."""
    from babel import Locale

    found: set[str] = set()
    for tag in ("en", "fr", "ar"):
        for code, name in Locale(tag).territories.items():
            if len(code) == 2:
                found.update(idea_of(word) for word in search_key(name).split() if len(word) > 3)
    found |= {"usa", "uk", "uae", "us", "eu"}
    return frozenset(found - set(map(search_key, ("united", "saint", "republic", "islands"))))


def idea_of(word: str) -> str:
    """The idea of a folded word; the word itself, bare of the article, where it has none."""
    known = ideas()
    if word in known:
        return known[word]
    if "\u0600" <= word[0] <= "\u06ff":
        for prefix in PREFIXES:
            rest = word.removeprefix(prefix)
            if rest != word and rest in known:
                return known[rest]
        return word[2:] if word.startswith("ال") and len(word) > 4 else word
    return known.get(word[:-1], word) if word.endswith("s") else word


_JOINED = """
co multi non anti inter psycho socio micro bio pre post sub
"""
JOINED = frozenset(_JOINED.split())


@cache
def words_of_country(code: str) -> frozenset[str]:
    """The ideas of a country's names in the three languages: a partner's branch there bears
    them behind its name. ISO 3166-1 alpha-2."""
    from babel import Locale

    names = [Locale(tag).territories.get(code, "") for tag in ("en", "fr", "ar")]
    return frozenset(idea_of(word) for name in names for word in search_key(name).split())


SOUNDS = str.maketrans(
    {
        **dict(zip("بتثجحخدذرزسشصضطظغفقكلمن", "bttghkddrzsssdtzgfkklmn", strict=True)),
        **dict.fromkeys("اءعويه", ""), "پ": "b", "چ": "s", "ڤ": "f", "گ": "g",
    }
)  # fmt: skip
LATIN_PAIRS = (
    ("sch", "s"), ("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"),
    ("ph", "f"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("x", "ks"),
)  # fmt: skip
LATIN = str.maketrans({**dict(zip("pvcqj", "bfkkg", strict=True)), **dict.fromkeys("aeiouyw", "")})


def sound_of(word: str) -> str:
    """The consonants of a folded word, alike in Arabic and Latin letters: كاريتاس, Caritas."""
    if "\u0600" <= word[0] <= "\u06ff":
        bare = word.removeprefix("ال") if len(word) > 4 else word
        heard = (bare[:-1].replace("ه", "h") + bare[-1:]).translate(SOUNDS)
    else:
        heard = word
        for pair, letter in LATIN_PAIRS:
            heard = heard.replace(pair, letter)
        heard = heard.translate(LATIN).removesuffix("h")
    return "".join(one for n, one in enumerate(heard) if n == 0 or heard[n - 1] != one)
