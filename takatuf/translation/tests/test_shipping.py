"""What the product ships comes in again and again, and never over what was made here."""

from uuid import uuid4

import pytest
from django.utils import timezone

from takatuf.translation.models import PublicText, Text, TextChange
from takatuf.translation.queries import public_texts, shown, shown_texts
from takatuf.translation.services import Shipped, put_texts

FIRST = {"en": "Light the hall", "ar": "أضيئوا القاعة", "fr": "Éclairez la salle"}
KEY = "page/test/opening"


def ship(words=FIRST, key=KEY, **more):
    return put_texts("pages", [Shipped(key, words, "en")], now=timezone.now(), **more)


def state(language):
    return PublicText.objects.get(key=KEY).text.versions[language]["state"]


@pytest.fixture
def shipped(db):
    ship()


def made_here(language, words=None, state="approved"):
    """As the use cases leave it: a version with somebody behind it."""
    public = PublicText.objects.get(key=KEY)
    versions = public.text.versions
    versions[language] = {"words": words or versions[language]["words"], "state": state}
    public.text.save()
    public.hands = {**public.hands, language: {"by": "somebody"}}
    public.save()


def test_a_new_text_has_drafts_beside_its_source(shipped):
    assert shown(KEY, "en") == ("Light the hall", "en", "source", False)
    assert shown(KEY, "fr").state == "draft"
    assert shown(KEY, "so").language == "en", "who reads another language gets the source"
    assert shown("page/test/nothing", "en").words == ""


def test_shipping_the_same_again_costs_one_query(shipped, django_assert_num_queries):
    with django_assert_num_queries(3):  # with the savepoint around it
        assert ship() == 0


def test_what_nobody_touched_follows_what_ships(shipped):
    assert ship(FIRST | {"en": "Light the whole hall", "fr": "Éclairez toute la salle"}) == 1
    assert shown(KEY, "fr").words == "Éclairez toute la salle"
    assert {state("ar"), state("fr")} == {"draft"}
    assert Text.objects.filter(owner="pages").count() == 2, "the former words stay where they are"


def test_what_was_approved_here_falls_behind_when_the_source_changes(shipped):
    made_here("fr")
    ship(FIRST | {"fr": "Allumez"})
    assert (shown(KEY, "fr").words, state("fr")) == (FIRST["fr"], "approved")
    ship(FIRST | {"en": "Light the whole hall", "fr": "Allumez"})
    assert (shown(KEY, "fr").words, state("fr")) == (FIRST["fr"], "behind")
    assert state("ar") == "draft"
    assert TextChange.objects.get(verb=TextChange.SHIPPED).words == "Light the whole hall"


def test_a_source_written_here_stays(shipped):
    made_here("en", "Open the hall", "source")
    ship(FIRST | {"en": "Light the whole hall"})
    assert shown(KEY, "en").words == "Open the hall"


def test_what_ships_no_more_is_no_longer_shown_until_it_ships_again(shipped):
    ship(key="page/test/other", whole="page/test/")
    assert list(public_texts("page/test/")) == ["page/test/other"]
    ship()
    assert list(shown_texts([KEY, "page/test/other"], "fr")) == [KEY, "page/test/other"]


def test_a_row_that_plans_point_at_comes_with_each_version_of_the_framework(db):
    first, second, third = uuid4(), uuid4(), uuid4()

    def ship_row(pk, words):
        put_texts("framework", [Shipped(KEY, words, "en", pk)], now=timezone.now())
        return PublicText.objects.get(key=KEY).text_id

    assert ship_row(first, FIRST) == first
    made_here("fr")
    assert ship_row(second, FIRST) == second, "the same words under a newer version"
    assert state("fr") == "approved", "and whoever approved them still stands behind them"
    new = FIRST | {"en": "Light the whole hall", "fr": "Éclairez toute la salle"}
    assert ship_row(third, new) not in {first, second, third}, "it keeps the words of here"
    assert state("fr") == "behind"
    assert Text.objects.get(pk=third).versions["fr"]["words"] == new["fr"]
    assert Text.objects.get(pk=first).versions["en"]["words"] == FIRST["en"]
