"""A page tells in one line how far its texts may be trusted."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from takatuf.translation.models import Shown

pytestmark = pytest.mark.once
PART = '{% include "public/parts/standing.html" with texts=texts key="card/x/" %}'
DRAWN = '{% shown one %}{% include "public/parts/standing.html" %}{% draft_line %}'


def line(template, language="fr", **more):
    context = Context({"request": RequestFactory().get("/fr/library/x/"), **more})
    with translation.override(language):
        return Template(template).render(context)


def test_approved_texts_in_the_readers_language_need_only_the_way_to_a_report():
    said = line(PART, texts=[Shown("Bonjour", "fr", "approved")])
    assert "about=%2Ffr%2Flibrary%2Fx%2F&amp;text=card%2Fx%2F" in said
    assert "Certains textes" not in said


def test_each_state_is_said_once_and_the_language_that_stands_in():
    texts = {
        "a": Shown("Un", "fr", "machine"),
        "b": Shown("Deux", "fr", "machine"),
        "c": Shown("Three", "en", "source"),
        "d": Shown("", "en", "draft"),
        "e": Shown("Cinq", "fr", "approved", alone=True),
    }
    said = line(PART, texts=texts)
    assert said.count("traduits par une machine") == 1
    assert "anglais" in said
    assert "par la personne qui les a écrits" in said
    assert "brouillon" not in said, "an empty text is not shown, so its state is nobody's matter"


def test_what_was_drawn_is_told_once_and_not_again_at_the_foot():
    said = line(DRAWN, "en", one=Shown("Hello", "en", "draft"))
    assert said.count("draft translations") == 1


def test_a_text_of_another_language_says_which_and_in_which_direction():
    assert line("{% shown one %}", one=Shown("مرحبا", "ar", "draft")).startswith(
        '<bdi lang="ar" dir="rtl">'
    )
    assert line("<p{% lang_of one %}>", one=Shown("Salut", "fr", "draft")) == "<p>"
