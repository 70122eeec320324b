"""Passkeys in a real Chromium with a virtual authenticator: made, used, cancelled, refused."""

import os

import pytest

from takatuf.config.world import PASSWORD
from takatuf.testing.browser import chromium, open_browser
from takatuf.testing.installation import free_port, installation

pytestmark = [pytest.mark.browser, pytest.mark.once]
PEOPLE = """
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
from takatuf.config import world
city = world.make_city()
house = world.make_agency(city, "Municipality", "municipality")
world.make_person("Amina", (house, "coordinator"), password=world.PASSWORD)
"""
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Telephone:
    """A tab and the authenticator of its device, driven through the DevTools protocol."""

    def __init__(self, tab, base):
        self.tab, self.base, self.said = tab, base, []
        tab.on("console", self._hears)
        self.devtools = tab.context.new_cdp_session(tab)
        self.devtools.send("WebAuthn.enable")
        made = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.device = {"authenticatorId": made["authenticatorId"]}

    def _hears(self, line):
        # Where no set-up ran there are no fonts, which is no fault of these pages.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.said.append(line.text)

    def verifies(self, right):
        """Whether finger, face or PIN will be the right one."""
        self.devtools.send("WebAuthn.setUserVerified", self.device | {"isUserVerified": right})

    def keeps(self):
        return self.devtools.send("WebAuthn.getCredentials", self.device)["credentials"]

    def opens(self, path):
        self.tab.goto(f"{self.base}/en/{path}")

    def with_password(self):
        self.opens("account/login/")
        self.tab.fill("[name=login]", "amina@example.org")
        self.tab.fill("[name=password]", PASSWORD)
        self.tab.locator("form:has([name=password]) button[type=submit]").click()

    def signs_out(self):
        self.opens("account/logout/")
        # The device forgets its reader first; only then does the form leave.
        with self.tab.expect_navigation():
            self.tab.locator("main button[type=submit]").click()

    @property
    def ask(self):
        return self.tab.locator("[data-passkey] button")

    @property
    def fault(self):
        return self.tab.locator("[data-passkey] [role=alert]:not([hidden])")


@pytest.fixture
def telephone():
    if chromium() is None:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("No Chromium was found. Install the package chromium.")
    base = f"http://localhost:{free_port()}"
    with installation(TAKATUF_BASE_URL=base, DATABASE_URL="", TAKATUF_LOG_LEVEL="ERROR") as made:
        made.run(PEOPLE)
        with made.served(), open_browser() as browser:
            # A route set on a tab does not see what its service worker lets pass: without this
            # the line that is to be cut would be cut or not, as the worker was quick or slow.
            quiet = browser.new_context(service_workers="block")
            yield Telephone(quiet.new_page(), base)


def test_passkeys_from_making_one_to_every_way_in_which_it_fails(telephone):
    """One story, as the installation, the server and the browser take seconds to start."""
    makes_one_and_signs_in_by_it_alone_and_as_second_step(telephone)
    makes_no_second_one_on_the_same_device(telephone)
    telephone.signs_out()
    is_not_verified_and_reads_what_to_do(telephone)
    telephone.signs_out()
    hears_that_the_server_does_not_answer(telephone)
    reads_that_the_browser_knows_no_passkeys(telephone)


def makes_one_and_signs_in_by_it_alone_and_as_second_step(telephone):
    tab = telephone.tab
    telephone.with_password()
    tab.wait_for_url("**/account/2fa/")  # her role needs a second step: she chooses

    tab.get_by_role("link", name="Add a passkey").click()
    tab.fill("[name=name]", "Virtual telephone")
    telephone.ask.click()
    tab.wait_for_url("**/recovery-codes/")
    [kept] = telephone.keeps()
    assert (kept["isResidentCredential"], kept["rpId"]) == (True, "localhost")

    telephone.signs_out()
    telephone.opens("account/login/?next=/en/desk/today/")
    telephone.ask.click()
    tab.wait_for_url(f"{telephone.base}/en/desk/today/")

    telephone.signs_out()
    telephone.with_password()
    tab.wait_for_url("**/2fa/authenticate/")
    telephone.ask.click()
    tab.wait_for_url("**/en/desk/**")
    assert not telephone.said  # no policy was broken on the way


def makes_no_second_one_on_the_same_device(telephone):
    telephone.opens("account/2fa/passkeys/add/")

    telephone.tab.press("[name=name]", "Enter")  # as pressing the button
    telephone.fault.wait_for()

    assert "already keeps a passkey" in telephone.fault.inner_text()
    assert len(telephone.keeps()) == 1


def is_not_verified_and_reads_what_to_do(telephone):
    telephone.verifies(False)
    telephone.opens("account/login/")

    telephone.ask.click()
    telephone.fault.wait_for()

    assert "Try again, or go on in another way" in telephone.fault.inner_text()
    assert telephone.ask.get_attribute("aria-disabled") is None
    telephone.verifies(True)
    telephone.ask.click()
    telephone.tab.wait_for_url("**/en/desk/**")


def hears_that_the_server_does_not_answer(telephone):
    telephone.opens("account/login/")
    telephone.tab.route("**/passkeys/sign-in/", lambda route: route.abort())

    telephone.ask.click()
    telephone.fault.wait_for()

    assert "could not be asked" in telephone.fault.inner_text()


def reads_that_the_browser_knows_no_passkeys(telephone):
    page = telephone.tab.context.browser.new_page()
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{telephone.base}/en/account/login/")

    assert page.get_by_text("This browser knows no passkeys").is_visible()
    assert not page.locator("[data-passkey] button").is_visible()
