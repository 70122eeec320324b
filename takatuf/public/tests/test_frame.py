"""The frame of the public pages: whose they are, and ways that all lead somewhere."""

import re

import pytest
from django.test import override_settings

from takatuf.public import ways

pytestmark = pytest.mark.django_db
MARK = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>1</script></svg>'


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_way_of_the_frame_leads_to_a_page(client, language):
    html = client.get(f"/{language}/").content.decode()

    for part in re.findall(r'<div class="ways.*?</nav>|<footer.*?</footer>', html, re.DOTALL):
        for url in re.findall(r'href="(/[^"]+)"', part):
            assert client.get(url).status_code == 200, url


def test_a_place_that_is_not_there_is_not_named(client, monkeypatch):
    monkeypatch.setitem(ways.WAYS, "no-such-page", "Nowhere to go")

    assert "Nowhere to go" not in client.get("/en/").content.decode()


def test_the_network_that_runs_the_installation_is_named_with_its_mark(client, tmp_path):
    mark = tmp_path / "mark.svg"
    mark.write_text(MARK)
    ours = {"NETWORK_NAME": "Cities of the Gulf", "NETWORK_CONTACT": "us@gulf.example"}
    with override_settings(NETWORK_MARK=mark, **ours):
        html = client.get("/en/").content.decode()
        picture = client.get("/en/network/mark/")

    assert "Cities of the Gulf" in html
    assert 'href="mailto:us@gulf.example"' in html
    assert 'src="/en/network/mark/"' in html
    assert picture["Content-Type"] == "image/svg+xml"
    assert "script-src 'self'" in picture["Content-Security-Policy"]


def test_an_installation_that_names_no_network_has_no_mark(client):
    assert client.get("/en/network/mark/").status_code == 404
    assert "network-mark" not in client.get("/en/").content.decode()


def test_who_finds_nothing_without_an_account_is_led_to_what_is_open(client):
    html = client.get("/fr/guide/nowhere/").content.decode()
    assert 'href="/fr/guide/"' in html
    assert 'href="/fr/library/"' in html
