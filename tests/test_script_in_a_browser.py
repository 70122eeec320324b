"""The script's comforts in a real browser: text is kept, brightness stays, a menu closes."""

import pytest

from takatuf.testing.browser import open_browser

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture(scope="module")
def tab(demo_server):
    demo = demo_server
    with open_browser() as browser:
        declare, reader = next(
            (path, whose) for name, whose, path in demo.pages if name == "declare"
        )
        context = browser.new_context()
        cookie = {"name": "takatuf_session", "value": demo.sessions[reader], "url": demo.base}
        context.add_cookies([cookie])
        page = context.new_page()
        page.declare = f"{demo.base}/en/{declare}"
        page.scene = page.declare.replace("incidents/declare/", "methane/new/")
        page.front = f"{demo.base}/en/"
        page.log = f"{demo.base}/en/" + next(path for name, _w, path in demo.pages if name == "log")
        yield page


def test_a_lost_page_loses_no_text(tab):
    tab.goto(tab.declare)
    tab.fill("[name=title]", "Shots at the market")
    tab.goto(tab.front)
    tab.goto(tab.declare)

    assert tab.input_value("[name=title]") == "Shots at the market"
    assert tab.locator("form .notice[role=status]").count() == 1

    tab.goto(tab.declare.replace("/en/", "/ar/"))
    assert tab.input_value("[name=title]") == "Shots at the market"


def test_ticks_of_the_first_day_stay_on_the_device_until_they_are_taken_away(tab):
    asked = []
    tab.goto(f"{tab.front}guide/now/")
    # The browser may fetch the page's picture late; that tells nothing of a tick.
    tab.on("request", lambda one: one.url.endswith("mark.svg") or asked.append(one.url))
    first = tab.locator("[data-tick]").first
    first.check()
    assert not asked, "a tick is nobody's business"

    tab.goto(f"{tab.front}guide/now/?size=town".replace("/en/", "/ar/"))
    assert tab.locator("[data-tick]:checked").count() == 1

    tab.click("[data-untick]")
    tab.goto(f"{tab.front}guide/now/")
    assert tab.locator("[data-tick]:checked").count() == 0


def test_a_session_that_ends_in_the_middle_loses_neither_words_nor_choices(tab):
    context = tab.context.browser.new_context()
    context.add_cookies(tab.context.cookies())
    page = context.new_page()
    page.goto(tab.log)
    page.check("[name=kind][value=promise]")
    page.fill("#quick textarea", "We call the families")
    page.fill("[name=due_at]", "2026-11-25T08:00")
    context.clear_cookies(name="takatuf_session")
    page.click("#quick p.actions button")
    page.wait_for_selector("[name=kept]", state="attached")

    context.add_cookies(tab.context.cookies())
    page.goto(tab.log.replace("/en/", "/fr/"))

    assert page.input_value("#quick textarea") == "We call the families"
    assert page.input_value("[name=due_at]") == "2026-11-25T08:00"
    assert page.is_checked("[name=kind][value=promise]")

    page.click("form .notice button")
    assert page.input_value("#quick textarea") == ""
    page.goto(tab.log)
    assert page.input_value("#quick textarea") == ""
    context.close()


def test_faults_come_back_with_the_text_and_the_reader_is_led_to_them(tab):
    tab.goto(tab.declare)
    tab.fill("[name=title]", "Shots at the harbour")
    tab.eval_on_selector("[name=title]", "field => field.form.noValidate = true")
    tab.locator("main form .actions button[type=submit]").last.click()
    tab.wait_for_load_state()

    assert tab.input_value("[name=title]") == "Shots at the harbour"
    assert tab.evaluate("document.activeElement.className") == "error-summary"


def test_a_form_is_sent_once_however_often_the_button_is_pressed(tab):
    sent = []

    def hold(route):
        sent.append(route.request.method)
        route.fulfill(status=204)  # no new page, as if the answer were slow

    tab.goto(tab.declare)
    tab.eval_on_selector("[name=title]", "field => field.form.noValidate = true")
    tab.route("**/*", hold)
    button = tab.locator("main form .actions button[type=submit]").last
    button.click(no_wait_after=True)
    button.click(no_wait_after=True, force=True)
    tab.wait_for_timeout(300)
    tab.unroute("**/*")

    assert sent.count("POST") == 1


@pytest.mark.parametrize("scripted", [True, False])
def test_the_log_shows_what_the_chosen_kind_needs_and_nothing_as_optional(tab, scripted):
    context = tab.context.browser.new_context(java_script_enabled=scripted)
    context.add_cookies(tab.context.cookies())
    page = context.new_page()
    page.goto(tab.log)
    assert not page.is_visible("[name=promised_to]")

    page.check("[name=kind][value=promise]")

    assert page.is_visible("[name=promised_to]")
    assert page.is_visible("[name=due_at]")
    assert not page.is_visible("[name=reasons]")
    assert "(" not in page.inner_text("label[for=id_due_at]")
    context.close()


def test_the_chosen_brightness_is_in_the_page_before_the_script_runs(tab):
    tab.goto(tab.declare)
    tab.click("details.menu > summary")
    tab.click('[data-set-theme="dark"]')
    assert tab.locator("details.menu[open]").count() == 0

    answer = tab.goto(tab.front)

    assert 'data-theme="dark"' in answer.text()


def test_a_menu_closes_with_escape_and_gives_the_focus_back(tab):
    tab.goto(tab.declare)
    tab.click("details.menu > summary")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Escape")

    assert tab.locator("details.menu[open]").count() == 0
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_relative_times_go_on_as_the_server_would_say_them(tab):
    page = tab.context.new_page()
    page.clock.install()
    page.goto(tab.front)
    page.evaluate(
        """for (const away of [-1, -40, -62, -4000, 70]) document.body.insertAdjacentHTML(
          "beforeend", `<span data-away="${away}"><bdi class="tried"></bdi></span>`)"""
    )
    page.clock.run_for(30_000)  # seen for the first time
    page.clock.run_for(30_000)

    said = page.locator(".tried").all_text_contents()
    page.close()

    assert said == [
        "just now",
        "1 minute ago",
        "2 minutes ago",
        "67 minutes ago",
        "in less than a minute",
    ]


def test_signing_out_leaves_no_text_behind(tab):
    tab.goto(tab.declare)
    tab.fill("[name=title]", "Not for the next person")
    tab.click("details.menu > summary")
    # The session itself stays: others sign in with it, on this same server.
    tab.route("**/account/logout/", lambda route: route.fulfill(body="Signed out"))
    tab.click("details.menu form button")
    tab.wait_for_url("**/account/logout/")

    kept = "Object.keys(sessionStorage).filter(key => key.startsWith('takatuf:kept'))"
    assert tab.evaluate(kept) == []


def test_a_position_goes_along_only_when_the_button_was_pressed(tab):
    tab.context.grant_permissions(["geolocation"])
    tab.context.set_geolocation({"latitude": 33.55, "longitude": 33.055, "accuracy": 12})
    tab.goto(tab.scene)
    assert tab.input_value("[name=lat]") == ""
    ask, leave_out = (tab.locator("[data-position] button").nth(which) for which in (0, 1))

    ask.click()
    tab.wait_for_function("document.querySelector('[name=lat]').value")

    assert (tab.input_value("[name=lat]"), tab.input_value("[name=lon]")) == (
        "33.55000",
        "33.05500",
    )
    assert "12" in tab.inner_text("[data-position] [role=status]")
    leave_out.click()
    assert (tab.input_value("[name=lat]"), tab.input_value("[name=lon]")) == ("", "")
    tab.context.clear_permissions()


def test_the_link_is_copied_and_where_that_is_forbidden_it_is_shown(tab):
    tab.goto(tab.front)
    field = tab.locator("#share-address")
    assert not field.is_visible()

    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.click("[data-copy]")
    tab.get_by_text("The link is copied.").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()") == field.input_value()

    tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    tab.click("[data-copy]")
    tab.get_by_text("Copy it from the field.").wait_for()
    assert field.is_visible()
