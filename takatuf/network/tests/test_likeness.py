"""Names of one organisation, as partners write it, and names of two that look alike."""

import random

import pytest

from takatuf.network.likeness import Bearer, likenesses, readings_of
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
        ("Norwegian Refugee Council (NRC)", "NRC", "same-words"),
        ("WFP World Food Programme", "World Food Program", "same-words"),
        ("الهلال الأحمر، فرع الخليج", "فرع الخليج للهلال الأحمر", "same-words"),
        ("وزارة الصحة", "Ministry of Health", "translation"),
        ("Ministère de la Santé", "وزارة الصحة", "translation"),
        ("Programme alimentaire mondial", "World Food Programme", "translation"),
        ("المجلس النرويجي للاجئين", "Norwegian Refugee Council", "translation"),
        ("منظمة الأمم المتحدة للطفولة (اليونيسف)", "UNICEF", "translation"),
        ("برنامج الأغذية العالمي", "WFP", "known-letters"),
        ("جمعية الهلال الأحمر الأردني", "Jordan Red Crescent Society", "form"),
        ("Fire and Rescue", "Fire & Rescue Service", "form"),
        ("Horn of Africa Voluntary Youth Committee", "HAVOYOCO", "acronym"),
        ("Programme on HIV/AIDS", "Families against HIV/AIDS", ""),
        ("Trust Fund Office, UNDP", "UNDP", ""),
        ("Danish Refugee Council", "DRC", "acronym"),
        ("Caritas Jordan", "Carritas Jordan", "spelling"),
        ("كاريتاس الأردن", "Caritas Jordan", "sound"),
        ("بلدية مرسى نور", "Municipality of Marsa Noor", "sound"),
        ("UNICEF", "UNICEF Jordan", "branch"),
        ("UNICEF", "UNICEF Sweden", ""),
        ("Ministry of Health", "Ministry of Justice", ""),
        ("وزارة العدل", "Ministry of Health", ""),
        ("Norwegian Red Cross", "Danish Red Cross", ""),
        ("Ministry of Slovakia", "Ministry of Slovenia", ""),
        ("School 12", "School 13", ""),
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
    names = {"NRC": "Norwegian Refugee Council", "PMWDO": "Puntland Minority Women Development Org"}
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
