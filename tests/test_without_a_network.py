"""What is written without a network arrives once, in its writer's name, and leaves no trace."""

import re

import pytest

from takatuf.testing.browser import open_browser

pytestmark = [pytest.mark.browser, pytest.mark.once]

AT_ITS_POST = """() => new Promise((done) => {
  if (navigator.serviceWorker.controller) done();
  navigator.serviceWorker.addEventListener("controllerchange", () => done());
})"""
# The worker keeps a page after it has answered with it: on a busy machine some time after.
KEPT = """async () => {
  while (!await takatufDevice.page(location.pathname, 1)) {
    await new Promise((done) => setTimeout(done, 20));
  }
}"""
ROWS = """async (store) => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("takatuf", 1);
    asked.onsuccess = () => done(asked.result);
  });
  const asked = base.transaction(store).objectStore(store).getAll();
  return new Promise((done) => { asked.onsuccess = () => done(asked.result.length); });
}"""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def phone(demo_server, browser):
    """A browser's tab in which Farid is signed in, with the worker at its post."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    sign_in(demo_server, context, "farid")
    tab = context.new_page()
    tab.demo = demo_server
    tab.room = f"{demo_server.base}/en/desk/marsa-noor/incidents/2/"
    tab.goto(f"{tab.room}log/")
    tab.evaluate(AT_ITS_POST)
    tab.goto(f"{tab.room}log/")
    tab.evaluate(KEPT)
    yield tab
    context.close()


def sign_in(demo, context, name):
    session = demo.sessions[f"{name}@marsa-noor.example.org"]
    cookie = {"name": "takatuf_session", "value": session, "url": demo.base}
    context.add_cookies([cookie])


def write(tab, words):
    tab.fill("#quick textarea", words)
    tab.click("#quick p.actions button")
    tab.wait_for_selector("#kept-here")
    assert tab.input_value("#quick textarea") == ""
    tab.evaluate("document.getElementById('kept-here').remove()")


def an_action_of_his(tab):
    """The address of a new action of Farid's agency."""
    tab.goto(f"{tab.room}actions/add/")
    tab.fill("[name=title]", "Open the side door")
    tab.click("main p.actions button")
    tab.wait_for_url(re.compile(r"/actions/[0-9a-f-]{36}/$"))
    return tab.url


def times(tab, words):
    """How many standing entries say these words."""
    return tab.locator("li[id^=entry-]", has_text=words).count()


def count(tab):
    return (
        tab.locator("[data-waiting] bdi").inner_text() if tab.is_visible("[data-waiting]") else ""
    )


def test_three_entries_written_with_the_network_cut_arrive_once(phone):
    phone.context.set_offline(True)
    phone.goto(f"{phone.room}log/")
    assert "as it stood at" in phone.inner_text("#as-it-stood")
    for number in range(3):
        write(phone, f"Hall {number} is open to families")
    assert count(phone) == "3"

    phone.goto(f"{phone.demo.base}/en/waiting/")
    phone.wait_for_selector("#outbox > li:nth-child(3)")

    phone.context.set_offline(False)
    phone.wait_for_selector("#outbox-none:not([hidden])")
    phone.goto(f"{phone.room}log/")
    assert count(phone) == ""
    for number in range(3):
        assert times(phone, f"Hall {number} is open to families") == 1
    entry = phone.locator("li[id^=entry-]", has_text="Hall 0 is open to families")
    assert "Written without a network on" in entry.inner_text()
    assert phone.evaluate(ROWS, "outbox") == 0


def test_an_entry_arrives_once_though_the_answer_was_lost(phone):
    reached = []

    def lose_the_answer(route):
        if route.request.method != "POST":
            route.continue_()
            return
        reached.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    phone.route("**/log/", lose_the_answer)
    write(phone, "The bridge is closed")
    phone.unroute("**/log/")
    assert reached == [200]
    assert count(phone) == "1"

    phone.goto(f"{phone.room}log/")  # starts anew, and sends what waits
    phone.wait_for_selector("[data-waiting]", state="hidden")
    phone.goto(f"{phone.room}log/")
    assert times(phone, "The bridge is closed") == 1


def test_nobody_sends_what_another_person_wrote_on_the_same_device(phone):
    phone.context.set_offline(True)
    write(phone, "Farid alone may say this")
    phone.context.clear_cookies(name="takatuf_session")
    sign_in(phone.demo, phone.context, "odile")
    phone.context.set_offline(False)

    phone.goto(f"{phone.room}log/")
    assert count(phone) == ""
    assert times(phone, "Farid alone may say this") == 0
    assert phone.evaluate(ROWS, "pages") <= 1  # none that Farid opened, and her own
    phone.goto(f"{phone.demo.base}/en/waiting/")
    phone.wait_for_selector("#outbox-others:not([hidden])")
    assert "Farid alone may say this" not in phone.content()

    phone.context.clear_cookies(name="takatuf_session")
    sign_in(phone.demo, phone.context, "farid")
    phone.goto(f"{phone.room}log/")
    phone.wait_for_selector(".notice.go")
    phone.goto(f"{phone.room}log/")
    assert times(phone, "Farid alone may say this") == 1


def test_an_ended_session_keeps_what_waits_and_asks_for_the_sign_in(phone):
    phone.context.set_offline(True)
    write(phone, "Written before the session ended")
    held = phone.context.cookies()
    phone.context.clear_cookies(name="takatuf_session")
    phone.context.set_offline(False)
    phone.wait_for_selector(".notice a[href*='login']")
    assert count(phone) == "1"

    phone.context.add_cookies(held)
    phone.goto(f"{phone.room}log/")
    phone.wait_for_selector(".notice.go")
    phone.goto(f"{phone.room}log/")
    assert times(phone, "Written before the session ended") == 1


def test_what_the_server_refuses_stays_with_its_reason_and_can_be_corrected(phone):
    phone.context.set_offline(True)
    phone.fill("#quick textarea", "We open the school")
    phone.check("#quick [name=kind][value=decision]")
    phone.click("#quick p.actions button")
    phone.wait_for_selector("#kept-here")
    phone.context.set_offline(False)
    phone.goto(f"{phone.demo.base}/en/waiting/")
    phone.wait_for_selector("#outbox [data-correct]:visible")
    assert "Give the reasons" in phone.inner_text("#outbox [data-errors]")

    phone.click("#outbox [data-correct]")
    phone.wait_for_selector("#quick .error")
    assert phone.input_value("#quick textarea") == "We open the school"
    phone.fill("#quick [name=reasons]", "It is the only hall with water")
    phone.click("#quick p.actions button")
    phone.wait_for_url(re.compile("written=yes"))

    assert count(phone) == ""
    entry = phone.locator("li[id^=entry-]", has_text="We open the school")
    assert entry.count() == 1
    assert "Written without a network on" in entry.inner_text()


def test_an_action_is_taken_and_blocked_without_a_network(phone):
    there = an_action_of_his(phone)
    phone.goto(there)
    phone.context.set_offline(True)
    phone.goto(there)
    phone.click("#block summary")
    phone.fill("#block textarea", "Nobody has the keys")
    phone.click("#block button")
    phone.wait_for_selector("#kept-here")

    phone.context.set_offline(False)
    phone.wait_for_selector(".notice.go")
    phone.goto(there)
    assert "Nobody has the keys" in phone.inner_text("main .notice.warn")


def test_two_messages_from_the_scene_wait_and_arrive_once_each(phone):
    messages = f"{phone.demo.base}/en/desk/marsa-noor/methane/"
    phone.goto(f"{messages}new/")
    phone.context.set_offline(True)
    phone.goto(f"{messages}new/")
    for gate in ("Gate 4", "Gate 5"):
        phone.fill("[name=location]", gate)
        phone.click("main p.actions button.large")
        phone.wait_for_selector("#kept-here")
        phone.evaluate("document.getElementById('kept-here').remove()")

    phone.context.set_offline(False)
    phone.wait_for_selector(".notice.go")
    phone.goto(messages)
    assert [phone.inner_text("main").count(gate) for gate in ("Gate 4", "Gate 5")] == [1, 1]


def test_two_edits_of_one_field_meet_on_the_merge_screen(phone, browser):
    there = an_action_of_his(phone)
    desk = browser.new_context()
    sign_in(phone.demo, desk, "amina")
    other = desk.new_page()
    phone.goto(there)
    other.goto(there)

    phone.context.set_offline(True)
    note(phone, "The side door is open")
    phone.wait_for_selector("#kept-here")
    note(other, "The gate is locked")  # with a network, and so at once
    other.wait_for_selector("text=Noted.")
    phone.context.set_offline(False)
    phone.goto(f"{phone.demo.base}/en/waiting/")
    phone.click("#outbox [data-merge]:visible")

    phone.wait_for_selector("[name=merging]", state="attached")
    screen = phone.inner_text("main")
    assert "The gate is locked" in screen
    assert "The side door is open" in screen
    phone.check("[name=pick-note][value=both]")
    phone.click("main p.actions button")
    phone.wait_for_url(there)
    shown = phone.inner_text("main .facts-list")
    assert "The gate is locked\nThe side door is open" in shown
    assert count(phone) == ""

    note(other, "The gate is open again")  # what the desk shows is older than the choice
    other.wait_for_selector("[name=merging]", state="attached")
    other.check("[name=pick-note][value=theirs]")
    other.click("main p.actions button")
    other.wait_for_url(there)
    assert "The side door is open" in other.inner_text("main .facts-list")
    desk.close()


def test_an_open_page_shows_what_another_writes_without_being_asked(phone, browser):
    desk = browser.new_context()
    sign_in(phone.demo, desk, "amina")
    other = desk.new_page()
    other.goto(f"{phone.room}log/")
    other.wait_for_selector(".fresh.live")
    other.fill("#quick textarea", "Half a sentence")

    phone.fill("#quick textarea", "The families are on the way")
    phone.click("#quick p.actions button")
    other.wait_for_selector("li[id^=entry-]:has-text('The families are on the way')")

    assert other.input_value("#quick textarea") == "Half a sentence"
    desk.close()


def note(tab, words):
    tab.click("#note summary")
    tab.fill("#note textarea", words)
    tab.click("#note button")


def test_signing_out_asks_and_then_leaves_nothing_on_the_device(phone):
    phone.context.set_offline(True)
    write(phone, "Never sent")
    phone.route("**/log/", lambda route: route.abort())
    phone.context.set_offline(False)
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    phone.on("dialog", answer)
    phone.click("details.menu > summary")
    phone.click("details.menu form button")
    assert phone.evaluate(ROWS, "outbox") == 1  # stayed, after all

    phone.click("details.menu form button")
    phone.wait_for_url(re.compile(r"/en/$"))
    assert len(asked) == 2
    assert "Not sent yet: 1" in asked[0]
    assert [phone.evaluate(ROWS, store) for store in ("outbox", "pages", "keys")] == [0, 0, 0]

    phone.context.set_offline(True)
    phone.goto(f"{phone.room}log/")
    assert "Never sent" not in phone.content()
    assert phone.inner_text("h1") == "What waits on this device"
