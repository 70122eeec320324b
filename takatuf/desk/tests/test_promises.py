"""The register of promises at the desk."""

import pytest
from django.utils import timezone

from takatuf.decisions.models import Promise
from takatuf.decisions.services import make_promise

HERE = "/en/desk/marsa-noor/promises/"


@pytest.fixture
def promise(amina, city, incident, act):
    return make_promise(
        act(amina), city, incident=incident, text="The hall will be rebuilt",
        promised_to="The association", due_at=timezone.now() + timezone.timedelta(days=5),
        language="en", now=timezone.now(),
    )  # fmt: skip


def test_a_promise_is_entered_and_read_in_the_register_the_log_and_today(
    desk_of, amina, incident, municipality
):
    browser = desk_of(amina)
    assert "No promise is open." in browser.get(HERE).content.decode()
    wrong = browser.post(f"{HERE}make/", {"text": "A school", "due_at": "2020"})
    assert wrong.status_code == 422
    assert "A school" in wrong.content.decode()
    sent = {
        "text": "A school", "promised_to": "The children", "due_at": "2020-01-01T10:00",
        "agency": municipality.pk, "role": "coordinator", "incident": incident.pk, "key": "1",
    }  # fmt: skip
    page = browser.post(f"{HERE}make/", sent, follow=True).content.decode()
    browser.post(f"{HERE}make/", sent)  # pressed twice
    assert Promise.objects.count() == 1
    assert "The children" in page
    assert "In the log" in page
    for address in (f"{HERE}?which=late", f"{HERE}?incident=1", "/en/desk/today/"):
        assert "A school" in browser.get(address).content.decode(), address
    assert "A school" not in browser.get(f"{HERE}?which=kept").content.decode()
    assert (
        "promises/?incident=1"
        in browser.get("/en/desk/marsa-noor/incidents/1/more/").content.decode()
    )


def test_its_day_moves_and_it_ends_in_words(desk_of, amina, promise):
    browser = desk_of(amina)
    here = f"{HERE}{promise.number}/"
    bad = browser.post(f"{here}move/", {"due_at": "2031-01-01T10:00"})
    assert bad.status_code == 422
    moved = {"due_at": "2031-01-01T10:00", "reason": "The frost", "version": promise.version}
    assert "The frost" in browser.post(f"{here}move/", moved, follow=True).content.decode()
    stale = browser.post(f"{here}settle/", {"outcome": "kept", "note": "x", "version": "1"})
    assert "changed this promise a moment ago" in stale.content.decode()
    browser.post(f"{here}words/", {"words": "The hall is rebuilt"})
    browser.post(f"{here}settle/", {"outcome": "kept", "note": "It stands"})
    page = browser.get(here).content.decode()
    assert "It stands" in page
    assert "Say how it ended" not in page
    promise.refresh_from_db()
    assert promise.entry.outcome == "kept"
    again = browser.post(f"{here}settle/", {"outcome": "kept", "note": "It stands"}, follow=True)
    assert "settled already" in again.content.decode()


def test_the_quarterly_page_shows_marked_words_alone(desk_of, amina, farid, promise):
    html = desk_of(amina).get(f"{HERE}quarters/").content.decode()
    assert "The hall will be rebuilt" not in html
    Promise.objects.update(due_at=timezone.now(), shown_words="A hall for everybody")
    html = desk_of(amina).get(f"{HERE}quarters/").content.decode()
    assert "A hall for everybody" in html
    assert "The association" not in html
    assert desk_of(farid).get(f"{HERE}quarters/").status_code == 403


def test_a_liaison_reads_what_is_theirs_and_may_not_give_it_away(desk_of, farid, promise):
    browser = desk_of(farid)
    page = browser.get(f"{HERE}{promise.number}/").content.decode()
    assert "The hall will be rebuilt" in page
    assert "Say how it ended" not in page
    assert browser.post(f"{HERE}{promise.number}/give/", {"role": "mayor"}).status_code == 403
    assert browser.post(f"{HERE}{promise.number}/nothing/").status_code == 404
