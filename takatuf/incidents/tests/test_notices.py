"""What a declaration tells those who are called."""

import pytest
from django.utils import translation

from takatuf.incidents.notices import words

CONTEXT = {"kind": "threat", "severity": 1, "city": "Marsa Noor", "cities": {}}


@pytest.mark.once
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "place not known yet"),
        ("ar", "المكان غير معروف بعد"),
        ("fr", "lieu pas encore connu"),
    ],
)
def test_a_call_without_a_place_says_that_it_is_not_known(language, said):
    with translation.override(language):
        unknown = words(CONTEXT | {"place": "", "places": {}}, language)
        known = words(CONTEXT | {"place": "Old Market", "places": {"ar": "السوق القديم"}}, language)

    assert unknown["place_label"] == said
    assert known["place_label"] == {"ar": "السوق القديم"}.get(language, "Old Market")
