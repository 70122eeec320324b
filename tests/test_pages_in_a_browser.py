"""Every page in a real browser: accessible, contained, light, and alone with its own server."""

import gzip
import os

import pytest

from takatuf.testing.browser import open_browser
from takatuf.testing.shots import SECRETARIAT, STATUS

pytestmark = [pytest.mark.browser, pytest.mark.once]
LOUD = {"error", "warning"}
MOST_BYTES = 100_000  # of HTML, style sheets and scripts, compressed; fonts apart
# Each page is looked at in one way of these, its neighbour in the next; with TAKATUF_ALL_WAYS
# set, each in all of them. Forms and lists in other states (`further`): on a phone, in Arabic.
ALL_WAYS = bool(os.environ.get("TAKATUF_ALL_WAYS"))
WAYS = [("ar", 390, "light"), ("en", 1280, "dark"), ("ar", 1280, "dark"), ("fr", 390, "light")]
ROUNDS = [(*way, "pages") for way in WAYS] + [("ar", 390, "light", "further")]
# Only what is wrong leaves the browser: all that axe found right would be ten times as much.
FAULTS = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, help, nodes }) =>
    [id, help, nodes.slice(0, 3).map(({ html }) => html.slice(0, 150))]))"""
# A line of tabs may be longer than a phone: it is moved by a finger (see below).
BEYOND_THE_EDGE = """() => [...document.querySelectorAll("nav a:not(.tabs a)")].filter((link) => {
  const { left, right } = link.getBoundingClientRect();
  return left < 0 || right > innerWidth;
}).map((link) => link.textContent)"""

# A part of an incident may have tabs of its own under the incident's: each is one line.
TABS_IN_LINES = """() => Math.max(0, ...[...document.querySelectorAll(".tabs")].map((line) =>
  new Set([...line.querySelectorAll("a")]
    .map((tab) => tab.getBoundingClientRect())
    .filter((box) => box.width)
    .map((box) => box.top)).size))"""


@pytest.fixture
def demo(demo_server):
    return demo_server


@pytest.mark.parametrize(("language", "width", "scheme", "which"), ROUNDS)
def test_every_page_can_be_read_by_everyone(demo, language, width, scheme, which):
    """WCAG 2.2 AA by axe, nothing wider than the screen, nothing fetched from elsewhere,
    nothing that the content security policy stopped, and no page heavier than it may be."""
    from axe_playwright_python.sync_playwright import Axe

    faults: list[str] = []
    known: dict[str, int] = {}
    pages = getattr(demo, which)
    if which == "pages" and not ALL_WAYS:
        pages = pages[WAYS.index((language, width, scheme)) :: len(WAYS)]
    with open_browser() as browser:
        for reader in sorted({reader for _name, reader, _path in pages}):
            context = browser.new_context(
                viewport={"width": width, "height": 844}, color_scheme=scheme
            )
            if reader:
                cookie = {"name": "takatuf_session", "value": demo.sessions[reader]}
                context.add_cookies([cookie | {"url": demo.base}])
            context.add_init_script(Axe().axe_script)  # once, not with each page
            tab = context.new_page()
            asked, said = [], []
            tab.on("request", lambda request, asked=asked: asked.append(request.url))
            tab.on("console", lambda line, said=said: line.type in LOUD and said.append(line.text))
            for name, whose, path in pages:
                if whose != reader:
                    continue
                asked.clear()
                said.clear()
                answer = tab.goto(f"{demo.base}/{language}/{path}")
                here = f"{name} ({language}, {width}, {scheme})"
                expected = STATUS.get(name, 200)
                if answer.status != expected:
                    faults.append(f"{here}: status {answer.status}")
                    continue
                for rule, what, nodes in tab.evaluate(FAULTS):
                    faults.append(f"{here}: {rule}: {what} {nodes}")
                if tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    faults.append(f"{here}: wider than the screen")
                if hidden := tab.evaluate(BEYOND_THE_EDGE):
                    faults.append(f"{here}: ways on that nobody sees: {hidden}")
                if tab.evaluate(TABS_IN_LINES) > 1:
                    faults.append(f"{here}: its tabs take more than one line")
                if elsewhere := [url for url in asked if not url.startswith(demo.base)]:
                    faults.append(f"{here}: asks elsewhere: {elsewhere}")
                if said and expected == 200:
                    faults.append(f"{here}: the browser says {said[:3]}")
                if width == 390 and (weight := _weight(tab, asked, known)) > MOST_BYTES:
                    faults.append(f"{here}: {weight} bytes")
            context.close()
    assert not faults, "\n".join(faults)


def test_tabs_longer_than_a_phone_stay_one_line_and_begin_where_one_stands(demo):
    """The names of Learn's parts are longer in French than a phone is wide."""
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        cookie = {"name": "takatuf_session", "value": demo.sessions[SECRETARIAT]}
        context.add_cookies([cookie | {"url": demo.base}])
        tab = context.new_page()
        tab.goto(f"{demo.base}/fr/desk/learn/mistakes/")
        assert tab.evaluate(TABS_IN_LINES) == 1
        box = tab.locator(".tabs a[aria-current]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def _weight(tab, asked, known):
    """Bytes of the page, its style sheets and its scripts, compressed; each file is fetched
    once (`known`)."""
    files = {url for url in asked if url.endswith((".css", ".js"))}
    for url in files - known.keys():
        known[url] = len(gzip.compress(tab.request.get(url).body()))
    return len(gzip.compress(tab.content().encode())) + sum(known[url] for url in files)
