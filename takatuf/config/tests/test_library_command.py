"""The library from the shell."""

import pytest
from django.utils import timezone

from takatuf.config.commands import parser
from takatuf.foundation.errors import Refused
from takatuf.learning.services import load_library
from takatuf.learning.tests.test_shipped_cards import a_card

pytestmark = pytest.mark.django_db


def listed(*words):
    args = parser().parse_args(["library", "list", *words])
    args.language = "en"
    return args.run(args)


def test_the_cards_are_listed_with_what_they_are_found_by():
    load_library(
        now=timezone.now(),
        shipped=[
            a_card(),
            a_card(slug="elsewhere-2020-x", date="2020", cells=[["prepare", "learning"]]),
        ],
    )

    every = listed("--lang", "ar").document["cards"]
    assert [(card["slug"], card["lang"]) for card in every] == [
        ("elsewhere-2020-x", "ar"),
        ("marsa-noor-2019-lanterns", "ar"),
    ]
    some = listed("--workstream", "support", "--phase", "years")
    assert [card["slug"] for card in some.document["cards"]] == ["marsa-noor-2019-lanterns"]
    assert "marsa-noor-2019-lanterns" in some.text


def test_a_code_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(Refused, match="leadership, community"):
        listed("--workstream", "nothing")


def test_an_empty_library_says_so():
    assert listed().text == "No card is published here yet"
