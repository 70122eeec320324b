"""The index follows what is public, in both databases."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from takatuf.foundation import meaning
from takatuf.learning import library
from takatuf.learning.models import Card
from takatuf.learning.services import load_library
from takatuf.search import services
from takatuf.search.models import Document
from takatuf.search.queries import find
from takatuf.search.services import answer, bring_up, work_out
from takatuf.translation.models import PublicText
from takatuf.translation.services import Shipped, put_texts, rewrite_text

pytestmark = pytest.mark.django_db

RUMOURS = "ambon-2011-pictures-against-rumours"
PROMISES = "casablanca-2003-neighbourhood-promises"
BORDER = "mogadishu-2017-written-handover"


def shipped(*slugs):
    folder = Path(library.__file__).parent / "cards"
    return [json.loads((folder / f"{slug}.json").read_text()) for slug in slugs]


@pytest.fixture
def cards(db):
    load_library(now=timezone.now(), shipped=shipped(RUMOURS, PROMISES, BORDER))
    bring_up(whole=True)


@pytest.fixture(autouse=True)
def few_sources(monkeypatch):
    """Without the guide's two hundred actions, of which every test would pay for the index."""
    kinds = ("card", "page", "member")
    monkeypatch.setattr(
        services, "SOURCES", [one for one in services.SOURCES if one.kind.value in kinds]
    )


def found(question, language="en", **more):
    return [hit.key for hit in find(question, language=language, kinds=["card"], **more).hits]


@pytest.fixture
def without_meaning(monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)


@pytest.mark.usefixtures("cards", "without_meaning")
class TestByWords:
    @pytest.mark.parametrize(
        ("question", "language"), [("rumour", "en"), ("الشائعه", "ar"), ("rumeurs", "fr")]
    )
    def test_a_card_is_found_in_each_of_its_languages(self, question, language):
        assert found(question, language)[0] == RUMOURS

    def test_a_reader_gets_their_own_language_and_why(self):
        hit = find("rumours", language="fr", kinds=["card"]).hits[0]

        assert hit.language == "fr"
        assert hit.words_in == "fr"
        assert "rumeur" in " ".join(hit.words).lower()

    def test_what_nobody_wrote_is_not_found(self):
        nothing = find("xyzzy", language="en")

        assert (nothing.hits, nothing.total, nothing.by_meaning) == ([], 0, False)

    def test_a_rewritten_text_is_found_by_its_new_words_alone(self):
        text = PublicText.objects.select_related("text").get(key=f"card/{RUMOURS}/title")
        before = "picture"
        assert RUMOURS in found(before)
        words = {code: f"Zeppelin {code}" for code in text.text.versions}
        text.text = rewrite_text(text.text, words, source_language="en", owner="library")
        text.save()
        bring_up(whole=True)

        assert found("zeppelin") == [RUMOURS]

    def test_nothing_remains_of_a_withdrawn_card(self):
        Card.objects.filter(slug=RUMOURS).update(withdrawn_at=timezone.now())
        assert found("rumour") == []  # at once, before the index has followed

        bring_up()
        assert not Document.objects.filter(key=RUMOURS).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_words")
            assert cursor.fetchone()[0] == Document.objects.count()

    def test_where_nothing_changed_a_few_small_queries_tell(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(16):
            assert bring_up() == 0

    def test_kinds_and_languages_narrow(self):
        put_texts(
            "library",
            [Shipped("page/front/title", {"en": "Rumours and this site"}, "en")],
            now=timezone.now(),
        )
        bring_up(whole=True)

        both = find("rumours", language="en")
        pages = find("rumours", language="en", kinds=["page"])
        assert both.kinds["card"] == 1
        assert both.kinds["page"] == pages.total > 0
        assert {hit.kind for hit in pages.hits} == {"page"}
        arabic = find("rumours", language="en", languages=["ar"]).hits
        assert {hit.language for hit in arabic} == {"ar"}


@pytest.mark.usefixtures("cards")
class TestByMeaning:
    def test_a_question_finds_a_card_that_is_only_in_another_language(self):
        for text in PublicText.objects.filter(key__startswith=f"card/{BORDER}/"):
            versions = {"en": text.text.versions["en"]}
            text.text.versions = versions
            text.text.save()
        Document.objects.filter(key=BORDER).update(stamp="")
        bring_up(whole=True)

        hit = answer("ضاع ما تعلمه رئيس البلدية حين ترك منصبه", language="ar", kinds=["card"]).hits[
            0
        ]

        assert hit.key == BORDER
        assert (hit.language, hit.meaning_in) == ("en", "en")

    def test_a_search_works_out_what_no_worker_has(self):
        assert Document.objects.filter(meaning=None).exists()

        answer("a promise to a district", language="en")

        assert not Document.objects.filter(meaning=None).exists()
        assert work_out() == 0


def test_a_city_is_found_once_it_chose_to_be_listed(city, monkeypatch):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    bring_up()
    assert find("Marsa Noor", language="en").hits == []

    type(city).objects.filter(pk=city.pk).update(listing="name")
    bring_up()
    assert [hit.kind for hit in find("marsa NOOR", language="ar").hits] == ["member"]
    # By its words alone: a name lies near to whatever is asked.
    found = services.things_of([("member", city.slug)])["member", city.slug]
    assert services._sentences(found, "en") == []

    type(city).objects.filter(pk=city.pk).update(listing="not-listed")
    bring_up()
    assert not Document.objects.filter(kind="member").exists()


def test_the_worker_takes_in_and_lets_the_encoder_go(cards, monkeypatch):
    from takatuf.search import jobs

    done = iter([20, 3, 0])
    let_go = []
    monkeypatch.setattr(jobs, "work_out", lambda most: next(done))
    monkeypatch.setattr(meaning, "let_go", lambda: let_go.append(True))

    assert [jobs.index_next() for _ in range(3)] == [True, True, False]
    assert let_go == [True]
