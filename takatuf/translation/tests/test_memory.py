"""What was translated before is offered again, with how like it is and who stands behind it."""

from django.utils import timezone

from takatuf.translation.memory import suggestions
from takatuf.translation.services import Shipped, put_texts


def test_the_same_and_the_like_are_found_in_texts_and_interface(db):
    put_texts(
        "pages",
        [
            Shipped(f"page/memory/{name}", {"en": source, "fr": words}, "en")
            for name, source, words in [
                ("a", "Name one person who speaks to the families", "Nommer une personne"),
                ("b", "Name one person who speaks to the family", "Nommer quelqu’un"),
                ("c", "Sign in", "Ouvrir une session"),
            ]
        ],
        now=timezone.now(),
    )

    def look(source, language="fr", **more):
        return suggestions(source, language, source_language="en", **more)

    found = look("name one person who speaks to the families.", without="page/memory/a")
    assert [(one.words, one.origin) for one in found] == [("Nommer quelqu’un", "page/memory/b")]
    assert 90 < found[0].likeness < 100
    both = {one.origin: one.likeness for one in look("Sign in")}
    assert both == {"page/memory/c": 100, "interface": 100}
    assert look("Name one person who speaks to the families", "nb") == []
    assert look("Nobody ever wrote anything quite like this sentence before, in any room") == []
