"""A page is handed on by plain links, and says in its own language what it is."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import override_settings
from django.utils import translation
from django.utils.translation import gettext

BASE = "https://takatuf.example.org"
TITLE = "When it happens, no city stands alone"


class Tags(HTMLParser):
    """What a page says in its head, and the links of its row for handing on."""

    def __init__(self, html):
        super().__init__()
        self.metas, self.links, self.shares, self.inside = {}, [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "meta" and (name := at.get("property") or at.get("name")):
            self.metas.setdefault(name, []).append(at.get("content"))
        elif tag == "link":
            self.links.append(at)
        elif tag == "section":
            self.inside = "share" in at.get("class", "").split()
        elif tag == "a" and self.inside:
            self.shares.append(at)

    def handle_endtag(self, tag):
        if tag == "section":
            self.inside = False


@pytest.mark.django_db
@override_settings(BASE_URL=BASE)
@pytest.mark.parametrize(
    ("language", "locale"), [("ar", "ar_AR"), ("en", "en_GB"), ("fr", "fr_FR")]
)
def test_a_preview_speaks_the_pages_language(client, language, locale):
    html = client.get(f"/{language}/?from=a-tracker").content.decode()
    said, here = Tags(html), f"{BASE}/{language}/"
    with translation.override(language):
        title = gettext(TITLE)

    assert said.metas["og:title"] == [title]
    assert said.metas["og:url"] == [here]
    assert said.metas["og:locale"] == [locale]
    assert len(said.metas["og:locale:alternate"]) == 3
    assert said.metas["description"] == said.metas["og:description"]
    assert said.metas["twitter:card"] == ["summary"]
    assert [link["href"] for link in said.links if link["rel"] == "canonical"] == [here]
    others = {link["hreflang"]: link["href"] for link in said.links if link["rel"] == "alternate"}
    assert others == {other: f"{BASE}/{other}/" for other in ("ar", "en", "fr", "nb")}
    picture = said.metas["og:image"][0]
    assert picture.startswith(f"{BASE}/static/")
    assert finders.find(picture.removeprefix(f"{BASE}/static/"))


@pytest.mark.django_db
@override_settings(BASE_URL=BASE)
@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_share_links_carry_the_address_and_nothing_of_the_reader(client, language):
    html = client.get(f"/{language}/?from=a-tracker").content.decode()
    here = f"{BASE}/{language}/"
    with translation.override(language):
        title = gettext(TITLE)
    mail, *sites = Tags(html).shares

    letter = parse_qs(urlsplit(mail["href"]).query)
    assert letter == {"subject": [title], "body": [f"{title}\r\n{here}"]}
    given = {
        urlsplit(link["href"]).netloc: parse_qs(urlsplit(link["href"]).query) for link in sites
    }
    assert given == {
        "www.facebook.com": {"u": [here]},
        "x.com": {"text": [title], "url": [here]},
        "www.linkedin.com": {"url": [here]},
    }
    for link in sites:
        assert link["referrerpolicy"] == "no-referrer"
        assert {"noopener", "noreferrer"} <= set(link["rel"].split())
    assert re.search(rf'<input id="share-address"[^>]* value="{re.escape(here)}"', html)
    assert "a-tracker" not in unescape(html.split("<main")[1])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/account/login/", "/en/waiting/", "/en/nothing/"])
def test_a_page_that_is_one_persons_own_is_not_handed_on(client, path):
    said = Tags(client.get(path).content.decode())

    assert "og:url" not in said.metas
    assert not [link for link in said.links if link["rel"] in {"canonical", "alternate"}]
    assert said.shares == []
