"""Names of one organisation, as partners write it, and names of two that look alike."""

import random

import pytest

from takatuf.foundation.text import search_key
from takatuf.network.bodies import bodies
from takatuf.network.likeness import Bearer, likenesses, readings_of
from takatuf.network.several import several_in
from takatuf.network.tongues import words_of_country

pytestmark = pytest.mark.once
JORDAN = words_of_country("JO")


def sign(one, other, **levels):
    found = likenesses(
        [Bearer(1, (one,), levels.get("one", "")), Bearer(2, (other,), levels.get("other", ""))],
        here=JORDAN,
    )
    return found[0].reasons[0].code if found else ""


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("U.N.H.C.R.", "UNHCR", "same-words"),
        ("HALO Trust", "The HALO Trust", "same-words"),
        ("Norwegian Refugee Council (NRC)", "NRC", "known-letters"),
        ("WFP World Food Programme", "World Food Program", "same-words"),
        ("الهلال الأحمر، فرع الخليج", "فرع الخليج للهلال الأحمر", "same-words"),
        ("وزارة الصحة", "Ministry of Health", "translation"),
        ("Ministère de la Santé", "وزارة الصحة", "translation"),
        ("Programme alimentaire mondial", "World Food Programme", "translation"),
        ("المجلس النرويجي للاجئين", "Norwegian Refugee Council", "translation"),
        ("منظمة الأمم المتحدة للطفولة (اليونيسف)", "UNICEF", "known-letters"),
        ("برنامج الأغذية العالمي", "WFP", "known-letters"),
        ("جمعية الهلال الأحمر الأردني", "Jordan Red Crescent Society", "translation"),
        ("Fire and Rescue", "Fire & Rescue Service", "form"),
        ("Horn of Africa Voluntary Youth Committee", "HAVOYOCO", "acronym"),
        ("Programme on HIV/AIDS", "Families against HIV/AIDS", ""),
        ("Trust Fund Office, UNDP", "UNDP", ""),
        ("Danish Refugee Council", "DRC", "known-letters"),
        ("Durable Roads Company", "DRC", ""),
        ("وكالة الغوث", "UNRWA", "known-letters"),
        ("OMS", "منظمة الصحة العالمية", "known-letters"),
        ("International Committee of the Red Cross", "IFRC", ""),
        ("SEMA Marsa", "Marsa State Emergency Management Agency", "acronym"),
        ("AMDH", "OMDH", ""),
        ("OIM / IOM", "المنظمة الدولية للهجرة", "known-letters"),
        ("WFP/UNICEF", "UNICEF", ""),
        ("WFP/UNICEF; Caritas", "World Food Programme", ""),
        ("Ministry of Health / WHO", "WHO", ""),
        ("MoMD", "Ministry of Migration and Displacement", "acronym"),
        ("Intersom", "Intersos", ""),
        ("Association des droits humains", "Organisation des droits humains", ""),
        ("Noor Network", "Noor Centre", ""),
        ("Noor Development Society", "Noor Development Foundation", "form"),
        ("Ministère de la Santé publique", "وزارة الصحة", "translation"),
        ("مديرية الصحة", "وزارة الصحة", ""),
        ("Ministry of Education", "وزارة الصحة", ""),
        ("Mercy Corps", "MercyCorps", "spelling"),
        ("Beit Amal", "BeitAmal", "spelling"),
        ("Association Chourouk des femmes", "Shuruq Women's Association", "spelling"),
        ("جمعية شروق للنساء", "Association Chourouk des femmes", "sound"),
        ("جمعية شروق للشباب", "Association Chourouk des femmes", ""),
        ("جمعية الأمل", "Al-Amal Association", "sound"),
        ("جمعية الأمل", "Hope Association", "translation"),
        ("بلدية بجاية", "Commune de Béjaïa", "sound"),
        ("مسجد الرحمن", "Masjid Al Rahma", ""),
        ("Masjid Al Rahman", "Masjid Al Rahma", ""),
        ("مسجد الرحمة", "Mosquée Errahma", "sound"),
        ("مؤسسة الحسن", "Hussein Foundation", ""),
        ("مؤسسة الحسين", "Hussein Foundation", "sound"),
        ("لجنة زكاة نور", "لجنة زكاة نابلس", ""),
        ("Caritas Jordan", "Carritas Jordan", "spelling"),
        ("كاريتاس الأردن", "Caritas Jordan", "sound"),
        ("بلدية مرسى نور", "Municipality of Marsa Noor", "sound"),
        ("UNICEF", "UNICEF Jordan", "known-letters"),
        ("Questscope", "Questscope Jordan", "branch"),
        ("UNICEF", "UNICEF Sweden", ""),
        ("Ministry of Health", "Ministry of Justice", ""),
        ("وزارة العدل", "Ministry of Health", ""),
        ("Norwegian Red Cross", "Danish Red Cross", ""),
        ("Ministry of Slovakia", "Ministry of Slovenia", ""),
        ("School 12", "School 13", ""),
        ("Helpers of Bay14", "Helpers of Bay28", ""),
        ("United Nations Foundation", "United Nations Organisation", ""),
        ("Government", "Government of Jordan", ""),
    ],
)
def test_names_are_recognised_by_what_they_share(one, other, why):
    assert sign(one, other) == sign(other, one) == why


def test_another_level_of_government_speaks_against_it():
    same, apart = (
        likenesses(
            [Bearer(1, ("Ministry of Health",), level), Bearer(2, ("وزارة الصحة",), "national")]
        )
        for level in ("national", "region")
    )  # fmt: skip
    assert apart[0].sureness < same[0].sureness
    assert [reason.code for reason in apart[0].reasons] == ["translation", "other-level"]


def test_a_longer_acronym_says_more_than_a_short_one():
    names = {"NWO": "New Ways Organization", "PMWDO": "Puntland Minority Women Development Org"}
    sure = [likenesses([Bearer(1, (a,)), Bearer(2, (b,))])[0].sureness for a, b in names.items()]
    assert sure[0] < sure[1]


@pytest.mark.parametrize("name", ["(WHO)", "()", "-", "… – …", "W", "(ا)", "1", "a/b/c", "x" * 900])
def test_what_is_hardly_a_name_is_read_without_harm(name):
    assert isinstance(readings_of(name), tuple)
    assert likenesses([Bearer(1, (name,)), Bearer(2, ("Red Cross",))]) == []


def test_the_order_in_which_names_come_changes_nothing():
    bearers = [
        Bearer(n, (name,)) for n, name in enumerate(["UNICEF", "unicef jordan", "يونيسف", "NRC"])
    ]
    shuffled = random.Random(5).sample(bearers, len(bearers))
    assert likenesses(bearers, here=JORDAN) == likenesses(shuffled, here=JORDAN) != []


def test_letters_in_one_language_meet_the_name_in_another_through_a_third():
    names = ("MoSD", "Ministry of Social Development", "وزارة التنمية الاجتماعية")
    found = likenesses([Bearer(at, (name,)) for at, name in enumerate(names)])
    assert {(each.one, each.other): each.reasons[0].code for each in found} == {
        (0, 1): "acronym",
        (1, 2): "translation",
        (0, 2): "through",
    }


def test_letters_that_stand_for_two_here_are_surely_neither():
    names = ("CPD", "Centre for Policy Dialogue", "Committee for Peace in Deir")
    assert likenesses([Bearer(at, (name,)) for at, name in enumerate(names)]) == []
    explained = ("Centre for Policy Dialogue", "Committee for Peace in Deir (CPD)")
    assert likenesses([Bearer(at, (name,)) for at, name in enumerate(explained)]) == []


def test_no_two_known_bodies_share_their_letters_or_a_name():
    borne = [
        (search_key(name), body.name) for body in bodies() for name in {*body.letters, *body.names}
    ]
    bearers = {key: {body for one, body in borne if one == key} for key, _body in borne}
    assert {key: those for key, those in bearers.items() if len(those) > 1} == {}


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("WFP/UNICEF; Harbour Trust", ("WFP", "UNICEF", "Harbour Trust")),
        ("اليونيسف و برنامج الأغذية العالمي", ("اليونيسف", "برنامج الأغذية العالمي")),
        ("DRC, NRC", ("DRC", "NRC")),
        ("WFP/UNICEF; Somebody Else", ()),
        ("OIM / IOM", ()),
        ("Fire and Rescue", ()),
        ("Food and Agriculture Organization", ()),
        ("Ministry of Health / DoH", ()),
        ("/", ()),
    ],
)
def test_a_name_of_several_is_told_by_parts_that_are_all_known(name, held):
    assert several_in(name, {"harbour trust", "ministry of health"}) == held
