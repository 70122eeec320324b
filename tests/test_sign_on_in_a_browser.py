"""Signing in at a second server in a real Chromium: there, back, the key Back, and no."""

import os

import pytest

from takatuf.testing.browser import chromium, open_browser
from takatuf.testing.installation import free_port, installation
from takatuf.testing.provider import Known, provider

pytestmark = [pytest.mark.browser, pytest.mark.once]
PEOPLE = """
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
from takatuf.config import world
city = world.make_city()
house = world.make_agency(city, "Fire and Rescue", "fire")
world.make_person("Farid", (house, "liaison"), email="farid@example.org")
"""


@pytest.fixture
def tab():
    if chromium() is None:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("No Chromium was found. Install the package chromium.")
    base = f"http://localhost:{free_port()}"
    people = [
        Known("farid", "farid@example.org", True, {}),
        Known("nadia", "nadia@else.example", True, {}),
    ]
    with (
        provider(people, callback=f"{base}/oidc/callback/") as elsewhere,
        installation(
            TAKATUF_BASE_URL=base,
            DATABASE_URL="",
            TAKATUF_LOG_LEVEL="ERROR",
            **elsewhere.environment,
        ) as made,
    ):
        made.run(PEOPLE)
        with made.served(), open_browser() as browser:
            tab = browser.new_context(locale="en").new_page()
            tab.base, tab.elsewhere, tab.said = base, elsewhere, []
            tab.on("console", lambda line: tab.said.append(line.text))
            yield tab


def test_a_person_goes_there_and_back_and_is_told_when_it_does_not_work(tab):
    """One story, as two servers and a browser take seconds to start."""
    comes_back_signed_in(tab)
    stays_where_they_are_when_they_press_back(tab)
    signs_out(tab)
    says_no_there_and_reads_that_nothing_happened(tab)
    is_refused_who_has_no_account(tab)
    assert not [line for line in tab.said if "Content Security Policy" in line]


def goes_there(tab):
    tab.goto(f"{tab.base}/en/account/login/")
    tab.get_by_role("button", name="Sign in with Province ID").click()
    tab.wait_for_url(f"{tab.elsewhere.issuer}/**")


def signs_in_there(tab, username):
    tab.fill("[name=login]", username)
    tab.fill("[name=password]", tab.elsewhere.password)
    tab.locator("button[type=submit]").last.click()
    tab.wait_for_url("**/identity/o/authorize**")


def comes_back_signed_in(tab):
    goes_there(tab)
    signs_in_there(tab, "farid")
    tab.locator("button[value=grant]").click()
    tab.wait_for_url(f"{tab.base}/en/desk/**")


def stays_where_they_are_when_they_press_back(tab):
    for _ in range(4):  # through the other server's pages, to our own sign-in
        tab.go_back()
        tab.wait_for_load_state()
        if tab.url.startswith(tab.base):
            break
    assert tab.url.startswith(f"{tab.base}/en/")  # the page on the way there is no trap
    tab.goto(f"{tab.base}/oidc/callback/?state=used&code=used")
    tab.wait_for_url(f"{tab.base}/en/desk/**")


def signs_out(tab):
    tab.goto(f"{tab.base}/en/account/logout/")
    tab.locator("main button[type=submit]").click()
    tab.wait_for_url(f"{tab.base}/en/")
    tab.context.clear_cookies(name="elsewhere")


def says_no_there_and_reads_that_nothing_happened(tab):
    goes_there(tab)
    signs_in_there(tab, "farid")
    tab.locator("button:not([value=grant])[type=submit]").last.click()
    tab.wait_for_url(f"{tab.base}/en/account/oidc/cancelled/")
    assert tab.get_by_role("heading", name="You did not sign in").is_visible()
    tab.context.clear_cookies(name="elsewhere")
    tab.get_by_role("button", name="Try again with Province ID").click()
    tab.wait_for_url(f"{tab.elsewhere.issuer}/**")


def is_refused_who_has_no_account(tab):
    goes_there(tab)
    signs_in_there(tab, "nadia")
    tab.locator("button[value=grant]").click()
    tab.wait_for_url(f"{tab.base}/en/account/oidc/unknown/")
    assert tab.get_by_text("nadia@else.example").is_visible()
