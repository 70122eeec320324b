"""The page on Utøya: told with care, every fact with what was read for it."""

import re

import pytest
from django.utils import timezone

from takatuf.learning.pages import shipped_pages, sources_of
from takatuf.learning.services import load_pages
from takatuf.translation.models import PublicText

CITED = re.compile(r"\[(s[0-9]+)\]")


@pytest.mark.once
def test_every_fact_names_what_was_read_and_every_language_the_same():
    supports = {one["id"]: one["supports"] for one in sources_of("utoya")}
    cited_anywhere = set()
    for name, words in shipped_pages()["utoya"].items():
        cited = {language: set(CITED.findall(text)) for language, text in words.items()}
        assert len({frozenset(many) for many in cited.values()}) == 1, name
        cited_anywhere |= cited["en"]
        for one in cited["en"]:
            assert name in supports[one], f"{one} does not claim to support {name}"
    assert cited_anywhere == set(supports), "a source that nothing rests on"


@pytest.mark.once
def test_no_perpetrator_no_victim_and_no_word_of_closure():
    told = str(shipped_pages()["utoya"]).lower()

    for word in ("breivik", "closure", "move on", "moving on", "hanne", "fridtun", "http"):
        assert word not in told
    exposing = [one for one in sources_of("utoya") if one["url"] is None]
    assert all("names" in one["note"]["en"] for one in exposing)


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_the_page_warns_first_tells_and_leads_into_the_guide(client, db, language):
    load_pages(now=timezone.now())
    page = client.get(f"/{language}/utoya/").content.decode()

    body = page[page.index("<main") :]
    words = shipped_pages()["utoya"]
    assert body.index(words["warning"][language]) < body.index('id="day"')
    assert f"/{language}/guide/cells/years/support/" in page
    assert "<img" not in body
    assert "[s" not in body
    assert body.count('id="source-') == len(sources_of("utoya"))


def test_before_the_set_up_the_page_says_so(client, db):
    PublicText.objects.filter(key__startswith="page/utoya/").delete()

    assert "takatuf setup" in client.get("/en/utoya/").content.decode()
