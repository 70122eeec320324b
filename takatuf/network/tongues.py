"""Words of which names of organisations are made, an idea a line, in the three languages.

Our own list, for recognising and never for showing. The first word names the idea. What two
names must share beyond these words, `likeness` asks.
"""

from __future__ import annotations

from functools import cache

from takatuf.foundation.text import search_key

IDEAS = """
organisation organization organisations organizations organisme org organisasjon منظمة
organisation منظمات هيئة
association associations assoc assn society societe societies soc jamiat jamiyat jamiyya
association جمعية جمعيات
foundation fondation foundations stiftung stichting muassasat مؤسسة مؤسسات
committee comite commission commissions comites committees lajnat لجنة لجان مفوضية معتمدية
council conseil councils conseils majlis مجلس مجالس
agency agence agencies agences وكالة وكالات
authority autorite authorities سلطة
centre center centres centers markaz مركز مراكز
ministry ministere ministries ministeres min wizarat wizara وزارة وزارات
directorate direction dg department departement departments departements dept division
directorate administration مديرية دائرة قسم مصلحة إدارة
delegation mandoubia مندوبية
office bureau offices bureaux maktab مكتب ديوان مكاتب
branch section antenne chapter فرع فروع
service services خدمة خدمات
institute institut instituts معهد
academy academie أكاديمية
university universite univ universitaire جامعة جامعي جامعية
college faculty faculte كلية
school ecole schools ecoles مدرسة مدارس
scolaire scholastic مدرسي
teaching تعليمي تعليمية
hospital hopital hospitalier hospitaliere hopitaux hospitals mustashfa مستشفى مشفى
clinic clinique عيادة
municipality municipalite municipal municipale municipalities municipalites mairie commune
municipality communal communale city ville cities villes town townhall baladiya baladiyat
municipality baladiyah apc بلدية بلديات جماعة مدينة
county comte
urban urbain urbaine حضري حضرية
borough arrondissement district مقاطعة قضاء
neighbourhood neighborhood quartier حي أحياء
governorate gouvernorat gouvernorats state province provincial provinciale wilaya wilayat muhafaza
governorate mohafaza محافظة ولاية
region regional regionale regions regionaux إقليم إقليمي إقليمية جهة جهوي جهوية منطقة
etat statal دولة
prefecture prefet
metropolis metropole metropolitan metropolitain
federal federale fed اتحادي اتحادية فدرالي فيدرالية
government gouvernement governmental gouvernemental gouvernementale govt gov حكومة حكومي حكومية
union federation unions syndicat syndicate federations اتحاد فدرالية نقابة
league ligue رابطة
network reseau شبكة
alliance تحالف
forum منتدى
group groupe مجموعة
team equipe فريق
unit unite وحدة
initiative initiatives مبادرة مبادرات
programme program programmes programs برنامج
project projet projects مشروع مشاريع
fund fonds صندوق
movement mouvement حركة
charity charities charitable caritatif caritative bienfaisance khayriya خيرية خيري خير
trust
ngo ngos ong
national nationale nationaux nationales natl وطني وطنية قومي قومية
international internationale internationaux int intl دولي دولية
world mondial mondiale monde عالمي عالمية عالم
worldwide
global globale
local locale locaux محلي محلية
general generale عام عامة
public publique publiques pub عمومي عمومية
high higher superieur superieure haut haute سامي سامية عالي
supreme أعلى عليا
health sante medical medicale medicaux medicales sanitaire صحة صحي صحية طبي طبية
mental mentale psychique عقلي عقلية
psychosocial psychosociale psychological psychologique psychologiques نفسي نفسية
psychology psychologie نفس
medicine medecine medecins doctors doctor medecin أطباء طب طبيب
nursing infirmiers nurses تمريض ممرضين
interior interieur داخلية
defence defense دفاع
civil civile مدني مدنية
protection حماية وقاية
justice عدل عدالة
education enseignement educational educatif تعليم تربية تربوي
training formation تدريب تكوين تأهيل
research recherche recherches بحث بحوث أبحاث
science sciences scientific scientifique علم علوم علمي
social sociale sociales sociaux اجتماعي اجتماعية
affairs affaires شؤون
foreign etrangeres etrangere خارجية
finance finances مالية
economy economie economic economique اقتصاد اقتصادي اقتصادية
trade commerce commercial تجارة تجاري
industry industrie industriel industrielle industrial صناعة صناعي صناعية
tourism tourisme سياحة
transport transports نقل
planning planification plan تخطيط
cooperation cooperations co-operation تعاون تعاوني تعاونية
development developpement dev developpemental تنمية إنماء إنمائي تنموي تنموية
reconstruction إعمار
solidarity solidarite solidaire solidaires تضامن
labour labor travail عمل
employment emploi تشغيل توظيف
action
family famille families familles familial أسرة أسر عائلة عائلات
children child enfants enfant enfance childhood طفل أطفال طفولة
early petite صغرى مبكرة
women woman femmes femme feminin feminine نساء مرأة نسائي نسائية نسوي نسوية
girls filles فتيات بنات
men hommes رجال
youth jeunesse jeunes young youths شباب شبابي شبابية
elderly ages مسنين
sport sports رياضة رياضي
refugees refugee refugies refugie لاجئين لاجئون لاجئ
migration migrations immigration migrant migrants هجرة مهاجرين
displaced displacement deplaces deplacement نازحين نازحون مهجرين نزوح
persons people person personnes أشخاص
disability handicap disabled handicapes disabilities إعاقة معاقين معوقين
human humain humaine humains humaines homme man إنسان بشرية بشري
rights droits droit right حقوق
humanitarian humanitaire humanitaires إنساني إنسانية
relief secours إغاثة غوث إغاثي
aid aide assistance مساعدة مساعدات عون
help
management gestion إدارة
crisis crise crises أزمة أزمات
disaster disasters catastrophe catastrophes كارثة كوارث
emergency urgence urgences طوارئ
ambulance إسعاف
rescue sauvetage إنقاذ إنقاذوا أنقذوا save
fire incendie incendies إطفاء حريق pompiers
police policier policiere شرطة
security securite surete أمن
terrorism terrorisme terrorist إرهاب
food alimentaire alimentation أغذية غذاء غذائي
water eau مياه ماء
agriculture agricultural agricole زراعة زراعي زراعية
environment environnement environmental بيئة
energy energie طاقة
peace paix سلام
mercy رحمة
works travaux أشغال
housing logement إسكان
red rouge أحمر
cross croix صليب
crescent croissant هلال
norwegian norvegien norvegienne norvege norway norge نرويجي نرويجية النرويج
danish danois danoise danemark denmark دنماركي دنماركية دانماركي الدنمارك
swiss suisse switzerland سويسري سويسرية سويسرا
french francais francaise france فرنسي فرنسية فرنسا
german allemand allemande germany allemagne deutsche ألماني ألمانية ألمانيا
jordan jordanian jordanie jordanien jordanienne أردن أردني أردنية
lebanon lebanese liban libanais libanaise لبنان لبناني لبنانية
iraq iraqi irak irakien irakienne iraqien iraqienne عراق عراقي عراقية
syria syrian syrie syrien syrienne سوريا سورية سوري
palestine palestinian palestinien palestinienne palestinians فلسطين فلسطيني فلسطينية
egypt egyptian egypte egyptien egyptienne misr مصر مصري مصرية
tunisia tunisian tunisie tunisien tunisienne تونس تونسي تونسية
morocco moroccan maroc marocain marocaine مغرب مغربي مغربية
algeria algerian algerie algerien algerienne algeriens algeriennes جزائر جزائري جزائرية
libya libyan libye libyen libyenne ليبيا ليبي ليبية
sudan sudanese soudan soudanais soudanaise سودان سوداني سودانية
yemen yemeni yemenite yemenis يمن يمني يمنية
saudi saoudien saoudienne saoudite ksa سعودي سعودية
qatar qatari qatarien قطر قطري قطرية
kuwait kuwaiti koweit koweitien koweitienne كويت كويتي كويتية
emirates emirati emirats emirien emirienne uae إمارات إماراتي
oman omani omanais عمان عماني
bahrain bahraini bahrein بحرين بحريني
turkey turkish turquie turc turque turkiye تركيا تركي تركية
iran iranian iranien iranienne إيران إيراني
afghanistan afghan afghane أفغانستان أفغاني
pakistan pakistani pakistanais باكستان باكستاني
india indian inde indien indienne هند هندي
mauritania mauritanian mauritanie mauritanien mauritanienne موريتانيا موريتاني
mali malian malien malienne مالي ماليون
niger nigerien nigerienne نيجر نيجري
nigeria nigerian نيجيريا نيجيري نيجيرية
chad chadian tchad tchadien tchadienne تشاد تشادي
cameroon cameroonian cameroun camerounais camerounaise كاميرون كاميروني
senegal senegalese senegalais senegalaise سنغال سنغالي
burkina burkinabe بوركينا
ethiopia ethiopian ethiopie ethiopien ethiopienne إثيوبيا إثيوبي
somalia somali somalie somalien somalienne صومال صومالي
somaliland
djibouti djiboutian djiboutien جيبوتي
eritrea eritrean erythree إريتريا
kenya kenyan kenyane كينيا كيني كينية
uganda ugandan ouganda ougandais ougandaise أوغندا أوغندي
tanzania tanzanian tanzanie tanzanien تنزانيا
rwanda rwandan rwandais رواندا
burundi burundian burundais بوروندي
congo congolese congolais congolaise كونغو
ghana ghanaian ghaneen غانا
britain british britannique uk gb بريطانيا بريطاني بريطانية
ireland irish irlande irlandais irlandaise أيرلندا إيرلندي
scotland scottish ecosse ecossais
england english angleterre anglais إنجلترا
wales welsh
american americain americaine usa us أمريكا أمريكي أمريكية
canada canadian canadien canadienne كندا كندي كندية
spain spanish espagne espagnol espagnole إسبانيا إسباني
italy italian italie italien italienne italiana إيطاليا إيطالي
portugal portuguese portugais portugaise برتغال
netherlands dutch nederland nederlandse neerlandais neerlandaise هولندا هولندي
belgium belgian belgique belge بلجيكا بلجيكي
luxembourg luxembourgeois لوكسمبورغ
austria austrian autriche autrichien autrichienne النمسا نمساوي
sweden swedish suede suedois suedoise السويد سويدي
finland finnish finlande finlandais finlandaise فنلندا فنلندي
iceland icelandic islande islandais أيسلندا
poland polish pologne polonais polonaise بولندا بولندي
hungary hungarian hongrie hongrois المجر مجري
greece greek grece grec grecque اليونان يوناني
russia russian russie russe روسيا روسي
ukraine ukrainian ukrainien ukrainienne أوكرانيا أوكراني
japan japanese japon japonais japonaise اليابان ياباني
china chinese chine chinois chinoise الصين صيني
korea korean coree coreen coreenne كوريا كوري
australia australian australie australien australienne أستراليا أسترالي
zealand zelande
brazil brazilian bresil bresilien bresilienne البرازيل برازيلي
haiti haitian haitien haitienne هايتي
bangladesh bangladeshi بنغلاديش
nepal nepali nepalese نيبال
indonesia indonesian indonesie indonesien إندونيسيا إندونيسي
malaysia malaysian malaisie ماليزيا ماليزي
north nord northern شمال شمالي شمالية
south sud southern جنوب جنوبي جنوبية
east eastern oriental orientale شرق شرقي شرقية
west western occidental occidentale ouest غرب غربي غربية
greater grand gtr
arab arabe arabes عربي عربية عرب
african africain africaine africa afrique أفريقيا أفريقي أفريقية
islamic islamique islamiques إسلامي إسلامية
islamic muslim musulman musulmans musulmane muslims مسلم مسلمين مسلمون
christian chretien chretienne مسيحي مسيحية
catholic catholique catholiques كاثوليكي كاثوليكية كاثوليك
orthodox orthodoxe أرثوذكس أرثوذكسي أرثوذكسية
evangelical evangelique protestant protestante إنجيلي إنجيلية
coptic copte coptes قبطي قبطية أقباط
jewish juif juive يهودي يهودية
diocese archdiocese eveche مطرانية أبرشية
church eglise churches eglises كنيسة كنائس
mosque mosquee mosques mosquees masjid مسجد جامع
grande great كبير كبرى
zakat زكاة
awqaf endowments habous wakf waqf أوقاف وقف
scouts scout كشافة كشفية
faith religious religieux religieuses ديني دينية أديان
community communautaire communities communautes مجتمع مجتمعي مجتمعية مجتمعات
victims victim victimes victime ضحايا ضحية
crime crimes criminal criminels جريمة جرائم
survivors survivor survivants rescapes ناجين ناجون
support soutien appui دعم مساندة
resilience صمود
united unies uni unis متحدة متحدون
nations أمم
european europeenne europeen europe أوروبي أوروبية أوروبا
bank banque بنك مصرف
coordination تنسيق
volunteers volunteer volunteering benevoles volontaires متطوعين متطوعون تطوع تطوعي تطوعية
teachers enseignants معلمين مدرسين
lawyers avocats bar محامين محامون
engineers ingenieurs مهندسين
workers travailleurs عمال
farmers agriculteurs مزارعين فلاحين
artists artistes فنانين
journalists journalistes صحفيين
students etudiants طلبة طلاب
culture culturel culturelle cultural ثقافة ثقافي ثقافية
heritage patrimoine تراث
art arts فنون
media medias إعلام
technology technologie تكنولوجيا تقنية
without sans بلا
borders frontieres حدود
against contre ضد
hunger faim جوع
independent independant independants مستقل مستقلين مستقلة
expatriate expatries مغتربين
house maison دار بيت
palace قصر
bridge pont جسر
hope espoir أمل
hand main يد
hands mains أيادي أيدي
life vie حياة
future avenir مستقبل
freedom liberte حرية
democracy democratie democratic democratique ديمقراطية
king roi ملك
queen reine ملكة
prince أمير
princess princesse أميرة
royal royale ملكي ملكية
saint st sainte سان القديس
new nouveau nouvelle جديد جديدة
central centrale مركزي مركزية
joint commun مشترك مشتركة
building batir بناء
mine mines antimines ألغام
air aerien جوي جوية
ii deuxieme second ثاني
iii troisieme third ثالث
iv quatrieme رابع
v cinquieme خامس
vi sixieme سادس
tripoli tarabulus trablous طرابلس
sidon saida صيدا
tyre tyr sour صور
beirut beyrouth بيروت
damascus damas دمشق
aleppo alep halab حلب
latakia lattaquie اللاذقية
cairo caire القاهرة
alexandria alexandrie الإسكندرية
jerusalem القدس
jericho أريحا
gaza غزة
nablus naplouse نابلس
ramallah رام الله
nazareth الناصرة
algiers alger
oran وهران
constantine قسنطينة
sfax صفاقس
casablanca البيضاء
fes fez فاس
marrakesh marrakech مراكش
tangier tanger طنجة
mosul mossoul الموصل
nineveh ninewa ninawa ninive نينوى
erbil arbil أربيل
basra bassora البصرة
baghdad bagdad بغداد
sanaa صنعاء
aden عدن
khartoum الخرطوم
mogadishu mogadiscio مقديشو
nouakchott نواكشوط
paris باريس
london londres لندن
nice نيس
marseille marseilles مرسيليا
geneva geneve جنيف
brussels bruxelles بروكسل
quebec كيبيك
montreal مونتريال
istanbul إسطنبول
"""
# One word that says several ideas.
COMPOUNDS = {
    "chu": "hospital university",
    "onu": "united nations",
    "un": "united nations",
    "ministerial": "ministry",
}
_STOP_WORDS = """
a an the of and for in on to at by from with de la le les l d du des et pour en au aux a
sur al el und der die das fur van voor von und del من في على عن إلى أعمال les ses son
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# Words that say of what form a body is, and little of which one.
_FORMS = """
organisation association foundation agency group network initiative programme authority
union movement ngo asbl inc ltd limited llc gmbh ev company co corp trust nhs
international worldwide charity centre service government team
"""
FORMS = frozenset(_FORMS.split())
# Those of them that translators and partners swap: جمعية is an association here, a society there.
_LOOSE_FORMS = """
organisation association foundation ngo charity agency asbl inc ltd limited llc gmbh ev company
co corp trust international worldwide
"""
LOOSE_FORMS = frozenset(_LOOSE_FORMS.split())
# Words that one name may have and the other not, beside others that tell which body it is.
_WEAK = """
affairs state municipality urban public general governorate region teaching county project
"""
WEAK = frozenset(_WEAK.split())
# Ideas that are names too: الأمل is Hope to one who translates and Al-Amal to one who writes it.
_NAMES = """
peace hope mercy life future freedom house hand hands resilience building solidarity east west
north south new palace bridge rescue saint
"""
NAMES = frozenset(_NAMES.split())
# Words that many bodies of one kind share, and that tell none from another.
_COMMON = """
united nations national region local general public global world government state ministry
municipality directorate committee council office governorate county federal prefecture school
hospital university institute bank church mosque branch unit central
"""
COMMON = FORMS | frozenset(_COMMON.split())
PREFIXES = ("وال", "بال", "لل", "ال", "ل", "ب", "و")
ARABIC_ENDS = ("يه", "يات", "ات", "ين", "ون", "ي", "ه")


@cache
def ideas() -> dict[str, str]:
    """Each folded word and the idea that it stands for."""
    found: dict[str, str] = {}
    for line in IDEAS.strip().splitlines():
        words = [search_key(word) for word in line.split()]
        for word in words:
            found.setdefault(word, words[0])
            if word.startswith("ال") and len(word) > 4:
                found.setdefault(word[2:], words[0])
    return found


@cache
def known_ideas() -> frozenset[str]:
    """Every idea of the list, and the words of countries: what is no name of its own."""
    return frozenset(ideas().values()) | places() | FORMS


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
    found |= {"usa", "uk", "uae", "us", "eu", "britain", "american", "danish", "norwegian"}
    found |= {"swiss", "french", "german"}
    no_place = (
        "united saint republic islands new central island democratic federal arab territory "
        "directorate municipality region nations republique etat territoire territoires cite "
        "terres unknown ocean partie heard جمهوريه "
        "north south east west governorate african جبل اسود ساحل عاج اخضر جزيره راس"
    )
    return frozenset(found - set(no_place.split()) - FORMS)


@cache
def idea_of(word: str) -> str:
    """The idea of a folded word; the word itself, bare of the article, where it has none."""
    known = ideas()
    if word in known:
        return known[word]
    if "\u0600" <= word[0] <= "\u06ff":
        for bare in bares_of(word):
            if bare in known:
                return known[bare]
            for end in ARABIC_ENDS:  # إنسانية of إنسان, زراعي of زراعة, ليبي of ليبيا
                stem = bare.removesuffix(end)
                if stem == bare or len(stem) < 3:
                    continue
                for whole in (stem, stem + "ه", stem + "يا", stem + "ا"):
                    if whole in known:
                        return known[whole]
        return word[2:] if word.startswith("ال") and len(word) > 4 else word
    for end in ("s", "e", "es"):
        if word.endswith(end) and len(word) > 4 and (one := known.get(word.removesuffix(end))):
            return one
    return word


def bares_of(word: str) -> list[str]:
    """An Arabic word, and what is left of it without the little words written onto it."""
    found = [word]
    for prefix in PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 2 - (len(prefix) > 1):
            found.append(rest)
    return found


_JOINED = """
co multi non anti inter psycho socio micro bio pre post sub
"""
JOINED = frozenset(_JOINED.split())


# By what else a country goes, in ideas.
OTHERWISE = {"GB": "britain england", "US": "american usa us", "AE": "emirates uae", "SA": "saudi"}


@cache
def words_of_country(code: str) -> frozenset[str]:
    """The ideas of a country's names in the three languages: a partner's branch there bears
    them behind its name. ISO 3166-1 alpha-2."""
    from babel import Locale

    names = [Locale(tag).territories.get(code, "") for tag in ("en", "fr", "ar")]
    words = [word for name in names for word in search_key(name).split()]
    return frozenset(idea_of(word) for word in words + OTHERWISE.get(code, "").split())
