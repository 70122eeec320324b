"""Two activities side by side: what overlaps, what only seems to, and why one thinks so."""

from collections import OrderedDict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from takatuf.activities.comparing import (
    Entry,
    Rule,
    Texts,
    Thresholds,
    finding,
    match_of,
    overlaps_among,
)
from takatuf.activities.comparing import texts as texts_module
from takatuf.activities.comparing.blocking import pairs_among
from takatuf.activities.comparing.concepts import concepts_in, told_apart
from takatuf.activities.comparing.entries import service_in
from takatuf.activities.comparing.finding import doubtful
from takatuf.activities.comparing.kin import BESIDE, are_kin
from takatuf.activities.comparing.languages import written_in
from takatuf.activities.comparing.scoring import as_json, excluded, odds_at_a_glance
from takatuf.activities.wording import reasons_of
from takatuf.foundation import closely, meaning
from takatuf.plans.catalogue import services
from takatuf.testing.bench.activities import entries
from takatuf.testing.bench.scorecard import learnt, points_of

pytestmark = pytest.mark.once

CITY_LINE = Entry(
    key="a",
    owner="city",
    level="municipality",
    service="counselling",
    channel="in-person",
    populations=frozenset({"bereaved"}),
    places=frozenset({"area:old-town"}),
    languages=frozenset({"ar", "en"}),
    starts_on=date(2026, 11, 1),
    ends_on=date(2026, 12, 31),
    title="Counselling for bereaved families",
    language="en",
)
SAME = replace(CITY_LINE, key="b", owner="red-cross")


def near(a, b):
    return 0.97


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)


def matched(a, b, **thresholds):
    return match_of(a, b, near, Thresholds(**thresholds))


def test_what_one_owner_does_is_an_overlap_only_where_it_seems_to_be_listed_twice():
    again = replace(SAME, owner=CITY_LINE.owner)
    assert matched(CITY_LINE, again)
    assert match_of(CITY_LINE, again, lambda _a, _b: 0.7, Thresholds()) is None
    assert match_of(CITY_LINE, SAME, lambda _a, _b: 0.7, Thresholds())


def test_the_same_for_the_same_people_is_an_overlap_and_says_by_what():
    match = matched(CITY_LINE, SAME)

    assert match.rule == Rule.HORIZONTAL
    assert not match.is_red
    assert match.score > 90
    how = {part.name: part.how for part in match.parts}
    assert how == {"service": "same", "place": "same", "people": "same", "time": "same",
                   "channel": "same", "topic": "same", "text": "near"}  # fmt: skip
    days = next(part.figure for part in match.parts if part.name == "time")
    assert days == 61


def test_between_the_city_and_the_state_it_is_vertical():
    assert matched(CITY_LINE, replace(SAME, level="national")).rule == Rule.VERTICAL
    assert matched(CITY_LINE, replace(SAME, level="")).rule == Rule.HORIZONTAL


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"places": frozenset({"area:harbour"})}, "place"),
        ({"places": frozenset({"outside"})}, "place"),
        ({"starts_on": date(2027, 1, 1), "ends_on": None}, "time"),
        ({"populations": frozenset({"responders"})}, "people"),
        ({"channel": "phone"}, "channel"),
        ({"languages": frozenset({"ur"})}, "language"),
        ({"layer": 4}, "layer"),
        ({"refers_to": "a"}, "referral"),
    ],
)
def test_what_differs_in_one_of_these_is_complementary(other, reason):
    changed = replace(SAME, **other)

    assert excluded(CITY_LINE, changed, Thresholds()) == reason
    assert excluded(changed, CITY_LINE, Thresholds()) == reason
    assert matched(CITY_LINE, changed) is None


def test_two_services_overlap_only_where_their_own_words_say_so():
    """Partners file the same work under other codes."""
    other = replace(SAME, service="bereavement")
    far = replace(SAME, service="legal-aid", title="A lawyer explains the trial")

    assert excluded(CITY_LINE, other, Thresholds()) == ""
    assert matched(CITY_LINE, other) is not None
    assert match_of(CITY_LINE, far, lambda a, b: 0.3, Thresholds()) is None


def test_a_layer_that_only_a_code_brings_along_tells_no_work_apart():
    """The same talks for the same crews are filed as support for staff and as counselling."""
    staff = replace(CITY_LINE, service="staff-support", layer=2)
    talks = replace(SAME, service="counselling", layer=3)

    assert excluded(staff, talks, Thresholds()) == ""
    assert excluded(staff, replace(talks, service="staff-support"), Thresholds()) == "layer"
    assert excluded(staff, replace(talks, service="school-support"), Thresholds()) == "layer"
    assert excluded(staff, replace(talks, service="specialist-care", layer=4),
                    Thresholds()) == "layer"  # fmt: skip


def test_the_same_work_is_filed_under_services_that_are_kin():
    assert are_kin("counselling", "bereavement")  # of one group
    assert are_kin("school-support", "counselling")
    assert are_kin("counselling", "school-support")
    assert not are_kin("food", "legal-aid")
    assert not are_kin("of no catalogue", "nor this")
    known = services().keys()
    assert {*BESIDE, *(code for some in BESIDE.values() for code in some.split())} <= known


def test_an_entry_of_five_answers_without_words_meets_its_own_service_alone():
    told = replace(SAME, title="", service="safety")
    assert excluded(CITY_LINE, told, Thresholds()) == "service"
    assert excluded(told, CITY_LINE, Thresholds()) == "service"
    assert excluded(CITY_LINE, replace(told, service=CITY_LINE.service), Thresholds()) == ""


def test_one_place_the_same_people_and_days_alone_are_no_overlap():
    """An hour after an attack they are the same for nearly everybody."""
    guard = replace(CITY_LINE, service="safety", title="Watching the burnt hall at night")
    water = replace(SAME, service="relief-items", title="Water for those who wait")

    def far(a, b):
        return 0.4

    assert match_of(guard, water, far, Thresholds(horizontal=1)) is None
    assert match_of(guard, replace(water, service="safety"), lambda a, b: 0.15,
                    Thresholds(horizontal=1)) is None  # fmt: skip
    assert match_of(guard, water, lambda a, b: 0.8, Thresholds(horizontal=1)) is not None


def test_words_that_tell_apart_weigh_more_than_equal_columns():
    one = replace(CITY_LINE, service="legal-aid", title="Advice on residence permits")
    other = replace(SAME, service="legal-aid", title="Conseil sur le licenciement", language="fr")

    assert told_apart(one.concepts, other.concepts)
    assert match_of(one, other, lambda a, b: 0.4, Thresholds()) is None
    assert "therapy" not in replace(one, title="A circle, no therapist").concepts


def test_one_for_women_and_one_for_men_are_complementary():
    women = replace(CITY_LINE, offers=frozenset({"women"}))
    men = replace(SAME, offers=frozenset({"men", "night"}))

    assert excluded(women, men, Thresholds()) == "gender"
    assert excluded(women, replace(men, offers=frozenset({"women", "men"})), Thresholds()) == ""


def test_what_was_not_said_is_neither_yes_nor_no():
    silent = replace(SAME, populations=frozenset(), channel="", languages=frozenset())

    assert matched(CITY_LINE, silent) is not None
    how = {part.name: part.how for part in matched(CITY_LINE, silent).parts}
    assert how["people"] == how["channel"] == "not-said"


def test_a_city_wide_activity_meets_each_district_and_nobody_outside():
    wide = replace(SAME, places=frozenset({"city"}))

    assert matched(CITY_LINE, wide) is not None
    outside = replace(CITY_LINE, places=frozenset({"outside"}))
    assert excluded(outside, wide, Thresholds()) == "place"


def test_two_numbers_for_one_need_are_red_and_one_number_twice_is_not():
    line = replace(CITY_LINE, service="helpline", channel="phone", number="0800 12 34")
    other = replace(SAME, service="helpline", channel="phone", number="0800-5678")

    match = matched(line, other)
    assert (match.rule, match.is_red) == (Rule.NUMBER, True)
    twice = matched(line, replace(other, number="0800-12-34"))
    assert (twice.rule, twice.is_red) == (Rule.HORIZONTAL, False)


def test_two_appeals_for_the_same_people_are_red_for_others_amber_where_a_city_wants_these():
    fund = replace(CITY_LINE, service="fund", channel="money")
    same = replace(fund, key="b", owner="bank", channel="online")
    others = replace(same, populations=frozenset({"injured"}))

    assert matched(fund, same).is_red
    assert matched(fund, others) is None
    amber = matched(fund, others, fund=30)
    assert (amber.rule, amber.is_red) == (Rule.FUND, False)


@pytest.mark.parametrize(
    ("service", "title", "language", "asks"),
    [
        ("relief-items", "Bring us blankets and baby things", "en", True),
        ("relief-items", "Distribution de couvertures", "fr", False),
        ("financial-help", "Parrainez un orphelin", "fr", True),
        ("", "حملة تبرعات لأسر الضحايا", "ar", True),
        ("tributes", "Collecte et conservation des messages", "fr", False),
    ],
)
def test_who_asks_for_gifts_is_told_from_the_words(service, title, language, asks):
    assert Entry(key="a", service=service, title=title, language=language).is_appeal is asks


def test_who_collects_and_who_gives_out_complement_each_other():
    gives = replace(SAME, service="relief-items", title="Blankets for families handed out")
    asks = replace(gives, key="c", owner="depot", title="Bring us blankets for families")
    assert excluded(gives, asks, Thresholds()) == "service"


def test_buses_to_a_ceremony_are_no_ceremony():
    day = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 1), "language": "en"}
    assert Entry(key="a", title="Candlelight vigil on the square", **day).is_ceremony
    assert not Entry(key="a", title="Shuttle buses to the ceremony", **day).is_ceremony


def test_interpreters_of_two_foreign_languages_complement_each_other():
    turkish = replace(SAME, service="interpretation", languages=frozenset({"ar", "tr"}))
    english = replace(turkish, key="c", languages=frozenset({"ar", "en"}))
    assert excluded(turkish, english, Thresholds()) == "language"
    assert not excluded(turkish, replace(english, languages=frozenset({"ar", "tr", "en"})),
                        Thresholds())  # fmt: skip


def test_treatment_by_specialists_and_listening_are_two_layers_by_their_titles():
    treats = replace(SAME, service="specialist-care", title="EMDR therapy for witnesses")
    listens = replace(SAME, key="c", service="", title="Point d’écoute", language="fr")
    assert excluded(treats, listens, Thresholds()) == "layer"


def test_a_title_may_say_that_it_is_for_women():
    women = replace(SAME, title="Counselling for bereaved women")
    men = replace(SAME, key="c", title="دعم نفسي للرجال المفجوعين", language="")
    assert excluded(women, men, Thresholds()) == "gender"


@pytest.mark.parametrize(
    ("text", "language", "concept", "is_found"),
    [
        ("Visits at home", "en", "home-visits", True),
        ("Homes for families", "en", "home-visits", False),
        ("للجرحى وذويهم", "ar", "wounds", False),
        ("تبديل ضماد كل جرح", "ar", "wounds", True),
        ("ورود وشموع في الساحة", "ar", "flowers", True),
        ("Information, esplanade du Port", "fr", "repairs", False),
    ],
)
def test_a_concept_is_found_by_its_words_and_not_by_others_of_their_stem(
    text, language, concept, is_found
):
    assert (concept in concepts_in(text, language)) is is_found


def test_two_commemorations_meet_within_days_of_each_other():
    day = date(2027, 3, 1)
    one = replace(CITY_LINE, service="commemoration", starts_on=day, ends_on=day)
    two_days_later = replace(one, key="b", owner="state", starts_on=day + timedelta(2),
                             ends_on=day + timedelta(2))  # fmt: skip

    assert matched(one, two_days_later).rule == Rule.EVENT
    assert excluded(one, two_days_later, Thresholds(event_days=1)) == "time"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Psychological first aid at the school", "psychological-first-aid"),
        ("استشارات في المساعدة القانونية للعائلات", "legal-aid"),
        ("Aide aux familles", ""),
        ("Something quite different", ""),
    ],
)
def test_a_service_is_known_by_its_name_in_any_language(text, service):
    assert service_in(text) == service


def test_of_many_only_neighbours_are_compared_and_each_pair_once():
    some, more = entries(500), entries(1_600)
    pairs = list(pairs_among(some))

    assert len(set(pairs)) == len(pairs)
    assert all(a < b for a, b in pairs)
    assert len(pairs) < 500 * 499 / 2 / 5
    assert len(list(pairs_among(more))) < 1_600 * 1_599 / 2 / 20


def test_a_busy_activity_loses_no_overlap_unless_it_stands_among_thousands(monkeypatch):
    crowd = [replace(CITY_LINE, key=str(number), owner=str(number)) for number in range(30)]
    assert len(overlaps_among(crowd)) == 30 * 29 / 2

    monkeypatch.setattr(finding, "MANY", 20)
    found = overlaps_among(crowd)
    assert found
    assert max(sum(key in (match.a, match.b) for match in found) for key in "0123") <= 3


def test_the_same_words_are_near_and_other_words_far():
    texts = Texts()
    other = replace(SAME, title="Transport to the hospital")

    assert texts.near(CITY_LINE, SAME) == 1
    assert texts.near(CITY_LINE, other) < 0.3
    assert texts.near(CITY_LINE, replace(SAME, title="")) is None
    # Without an encoder nobody can tell what a text in another language says.
    assert texts.near(CITY_LINE, replace(other, language="fr")) is None


def test_what_nobody_said_has_no_figure():
    silent = replace(SAME, populations=frozenset())
    parts = [as_json(part) for part in matched(CITY_LINE, silent).parts]
    people = next(reason for reason in reasons_of(parts, {}) if reason.part == "people")

    assert people.score is None
    assert people.said == "At least one does not say for whom it is."


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        ("Counselling for the bereaved", "", "en"),
        ("Douches et laverie pour évacués", "", "fr"),
        ("Distribution de repas", "ar", "fr"),
        ("وجبات ساخنة", "en", "ar"),
        ("Trauma", "fr", "fr"),
        ("EMDR", "", "en"),
    ],
)
def test_the_language_of_a_text_is_told_from_its_words(text, told, language):
    assert written_in(text, told) == language


def test_a_score_is_the_sum_of_what_a_scorecard_gives_for_each_thing():
    card = {"start": -1.0, "points": {"near": [[0.5, -2.0], [None, 3.0]]}}
    values = np.array([[0.2], [0.5], [0.9]])
    assert points_of(card, ["near"], values).tolist() == [-3.0, 2.0, 2.0]


def test_a_scorecard_learns_where_something_begins_to_count():
    chance = np.random.default_rng(1)
    values = chance.random((400, 2))
    labels = (values[:, 0] > 0.6).astype(float)
    speaks = {"counts": 1, "idle": 1}
    card = learnt(["counts", "idle"], values, labels, np.ones(400), speaks=speaks, seed=2)
    odds = points_of(card, ["counts", "idle"], values)
    assert ((odds > 0) == (labels > 0)).mean() > 0.97
    told = [points for _below, points in card["points"]["counts"]]
    assert told[-1] - told[0] > 3
    assert told == sorted(told), "more of it never takes points"


def test_words_are_read_as_they_were_taught(monkeypatch):
    monkeypatch.undo()
    ears = Entry(key="a", title="Free hearing tests for blast survivors", language="en")
    same = Entry(key="b", title="Dépistage auditif gratuit des personnes exposées", language="fr")
    eyes = Entry(key="c", title="فحص العيون للجرحى", language="ar")
    papers = Entry(key="d", title="Help to fill in the claim for compensation", language="en")
    texts = Texts()
    texts.prepare([ears, same, eyes, papers])
    assert texts.near(ears, same) > 0.85 > texts.near(ears, eyes) + 0.1
    assert texts.near(ears, papers) < 0.2


WATER = replace(CITY_LINE, service="water-sanitation", title="Distribution d'eau aux déplacés",
                language="fr", languages=frozenset())  # fmt: skip
LATRINES = replace(WATER, key="b", owner="other", title="Digging latrines for the displaced",
                   language="en")  # fmt: skip
TANKERS = replace(WATER, key="c", owner="other", title="صهاريج مياه للعائلات النازحة",
                  language="ar")  # fmt: skip


@pytest.fixture
def forgetful(monkeypatch):
    """No reading is remembered from before, nor afterwards."""
    monkeypatch.setattr(texts_module, "_read", OrderedDict())


@pytest.mark.reads_closely
@pytest.mark.usefixtures("forgetful")
def test_two_texts_read_side_by_side_tell_water_from_latrines():
    texts = Texts()
    assert texts.closely(WATER, TANKERS) is None, "not read yet"
    texts.read_closely([(WATER, TANKERS), (LATRINES, WATER)])
    assert texts.closely(WATER, TANKERS) > 0.8 > texts.closely(WATER, LATRINES) + 0.1
    assert texts.closely(TANKERS, WATER) == texts.closely(WATER, TANKERS), "in either order"


@pytest.mark.usefixtures("forgetful")
def test_a_pair_is_read_once_a_process_and_so_many_at_a_time(monkeypatch):
    asked = []

    def odds_of(_taught, pairs, _across):
        asked.append(list(pairs))
        return [1.0 for _pair in pairs]

    monkeypatch.setattr(closely, "odds_of", odds_of)
    monkeypatch.setattr(texts_module, "PAIRS_AT_A_TIME", 2)
    pairs = [(WATER, replace(LATRINES, title=f"Latrines {at}")) for at in range(5)]
    assert Texts().read_closely(pairs, most=1), "four are left"
    told = []
    texts = Texts(progress=lambda *how_far: told.append(how_far))
    assert not texts.read_closely(pairs)
    assert [len(some) for some in asked] == [1, 2, 2], "what was read before costs nothing"
    assert told == [(2, 4), (4, 4)]
    assert all(texts.closely(*pair) for pair in pairs)
    monkeypatch.setattr(texts_module, "REMEMBERED", 3)
    Texts().read_closely([(WATER, replace(LATRINES, title="Others"))])
    assert len(texts_module._read) == 3


@pytest.mark.usefixtures("forgetful")
def test_without_the_second_encoder_a_glance_has_to_do(monkeypatch):
    monkeypatch.setattr(closely, "odds_of", lambda *_asked: None)
    texts = Texts()
    assert not texts.read_closely([(WATER, LATRINES)], most=1), "nobody waits for what never comes"
    assert texts.closely(WATER, LATRINES) is None


def test_a_closer_reading_settles_what_a_glance_leaves_open():
    def match(read):
        return match_of(WATER, TANKERS, lambda *_pair: 0.6, Thresholds(), lambda *_pair: read)

    assert match(0.98).score > match(0.6).score
    assert match(0.98).parts[-1].figure == 98, "what was read is what is shown"
    assert match(0.01) is None


def test_only_pairs_in_doubt_are_read_the_most_doubtful_first():
    apart = replace(TANKERS, places=frozenset({"area:hill"}), key="d")
    surer = replace(WATER, key="e", owner="third")
    pairs = [(WATER, TANKERS), (WATER, surer)]
    odds = {pair: odds_at_a_glance(*pair, near, Thresholds()) for pair in pairs}
    assert doubtful(pairs, near, Thresholds()) == sorted(pairs, key=lambda one: abs(odds[one]))
    one_owner = replace(WATER, key="f")
    assert odds_at_a_glance(WATER, one_owner, near, Thresholds()) is None
    assert excluded(WATER, apart, Thresholds()) == "place", "what is ruled out is never read"


def test_a_march_that_is_filed_as_tributes_meets_another_commemoration():
    one_day = {"starts_on": date(2026, 11, 14), "ends_on": date(2026, 11, 14)}
    march = replace(CITY_LINE, service="tributes", title="Marche blanche", language="fr", **one_day)
    next_day = {name: day + timedelta(days=1) for name, day in one_day.items()}
    silence = replace(march, key="b", owner="parish", service="commemoration", **next_day)
    assert matched(march, silence).rule == Rule.EVENT
    assert not replace(march, title="Registre et fleurs déposées").is_ceremony


def test_candles_that_are_held_are_a_vigil_and_candles_that_are_laid_down_are_none():
    one_day = {"starts_on": date(2026, 11, 14), "ends_on": date(2026, 11, 14)}
    vigil = replace(
        CITY_LINE, service="tributes", title="شموع لأرواح الشهداء", language="ar", **one_day,
        description="وقفة بالشموع في ساحة السوق.",
    )  # fmt: skip
    assert vigil.is_ceremony
    assert not replace(vigil, description="نرتب ما وُضع من زهور ورسائل.").is_ceremony
    prayer = replace(vigil, key="b", owner="parish", service="commemoration", title="صلاة وذكرى")
    assert matched(vigil, prayer).rule == Rule.EVENT


def test_a_layer_that_only_the_code_says_tells_apart_in_psychosocial_work_alone():
    lawyers = replace(CITY_LINE, service="legal-aid", title="Free lawyers")
    basic = replace(lawyers, key="b", owner="bar", layer=1)
    assert matched(lawyers, basic)
    assert excluded(replace(lawyers, layer=2), basic, Thresholds()) == "layer"
    assert excluded(CITY_LINE, replace(SAME, layer=2), Thresholds()) == "layer"


def test_who_calls_for_money_for_an_orphan_collects_and_does_not_give():
    called = {"channel": "money", "language": "ar", "title": "تبرعوا لكفالة الطفل الناجي"}
    appeal = replace(CITY_LINE, service="", **called)
    assert appeal.is_appeal
    assert not replace(appeal, service="financial-help").is_appeal
    fund = replace(CITY_LINE, key="b", owner="table", service="fund", channel="money")
    assert matched(appeal, fund).rule == Rule.FUND


def test_blood_is_no_gift_that_two_appeals_compete_for():
    money = replace(CITY_LINE, service="fund", channel="money", title="Gifts for the wounded")
    blood = replace(money, key="b", owner="bank", service="", title="Give blood for the wounded")
    assert money.is_appeal
    assert not blood.is_appeal
    assert matched(money, blood).rule != Rule.FUND


def test_layers_that_do_not_fit_leave_the_words(monkeypatch, tmp_path):
    monkeypatch.undo()
    (tmp_path / "other.npz").write_bytes(b"no layers")
    assert meaning.meanings_as_taught(tmp_path / "other.npz", ["Help"]) is None


def test_a_hall_called_lantern_is_no_vigil():
    assert not concepts_in("Lantern Hall solidarity fund", "en")
    assert "vigil" in concepts_in("An evening of lanterns on the quay", "en")
