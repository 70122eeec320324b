"""The log at the desk: written in one breath, late with a reason, corrected, settled, printed."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.decisions.services import settle_entry, strike_entry, write_entry

LOG = "/en/desk/marsa-noor/incidents/1/log/"


def local(moment):
    """A moment as a browser in Marsa Noor would send it."""
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Asia/Amman")).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def entry(act, amina, incident):
    return write_entry(
        act(amina),
        incident,
        kind="information",
        text="Two exits are closed.",
        language="en",
        now=timezone.now(),
    )


def written(incident):
    return list(incident.log_entries.order_by("number"))


def test_a_line_is_written_in_one_breath_by_anyone_at_the_incident(desk_of, farid, incident):
    page = desk_of(farid).post(
        LOG, {"key": "1", "kind": "information", "text": "Smoke in hall B."}, follow=True
    )
    assert "Smoke in hall B." in page.content.decode()
    assert "Farid" in page.content.decode()
    assert [entry.text for entry in written(incident)] == ["Smoke in hall B."]


def test_two_presses_write_one_line_and_other_words_another(desk_of, farid, incident):
    browser = desk_of(farid)
    for text in ("First.", "First.", "Second."):
        browser.post(LOG, {"key": "1", "kind": "information", "text": text})
    assert [entry.text for entry in written(incident)] == ["First.", "Second."]


def test_a_late_line_must_say_why_and_keeps_what_was_typed(desk_of, farid, incident):
    browser = desk_of(farid)
    late = {
        "kind": "information",
        "text": "The market was cleared.",
        "happened_at": local(timezone.now() - timedelta(hours=1)),
    }
    page = browser.post(LOG, late).content.decode()
    assert "Say why it is written only now." in page
    assert "The market was cleared.</textarea>" in page
    assert '<details class="more" open>' in page
    assert not written(incident)

    browser.post(LOG, late | {"delay_reason": "No hand was free."})
    entry = written(incident)[0]
    assert entry.delay_reason == "No hand was free."
    assert timedelta(minutes=59) < timezone.now() - entry.happened_at < timedelta(minutes=62)


def field_of(page, name):
    """What stands in the label of a field, its marks included."""
    return page.split(f'<label for="id_{name}">')[1].split("</label>")[0]


def test_what_a_kind_needs_is_not_called_optional(desk_of, act, farid, incident):
    browser = desk_of(farid)
    page = browser.get(LOG).content.decode()
    for name, kind in (("reasons", "decision"), ("promised_to", "promise"), ("due_at", "promise")):
        assert "optional)" not in field_of(page, name)
        assert f'needed-for">(for a {kind})' in field_of(page, name)
        assert 'aria-required="true"' in page.split(f'name="{name}"')[1].split(">")[0]
    assert "(optional)" in field_of(page, "source")

    write_entry(
        act(farid), incident, kind="promise", text="We call back.", language="en",
        promised_to="The families", due_at=timezone.now(), now=timezone.now(),
    )  # fmt: skip
    correction = browser.get(f"{LOG}1/correct/").content.decode()
    assert "optional" not in field_of(correction, "promised_to") + field_of(correction, "due_at")
    refused = browser.post(f"{LOG}1/correct/", {"text": "We call.", "promised_to": "All"})
    assert "Say by when it was promised." in refused.content.decode()
    assert len(written(incident)) == 1


def test_a_promise_says_to_whom_and_by_when(desk_of, farid, incident):
    browser = desk_of(farid)
    promise = {"kind": "promise", "text": "We call back tonight."}
    page = browser.post(LOG, promise).content.decode()
    assert "Say to whom it was promised." in page
    assert "Say by when it was promised." in page
    assert "We call back tonight.</textarea>" in page
    assert not written(incident)
    browser.post(
        LOG,
        promise
        | {"promised_to": "The families", "due_at": local(timezone.now() + timedelta(hours=5))},
    )
    assert written(incident)[0].promised_to == "The families"
    assert "The families" in browser.get(LOG).content.decode()


def test_a_quick_decision_needs_its_reasons(desk_of, farid, incident):
    browser = desk_of(farid)
    decision = {"kind": "decision", "text": "Close the square."}
    assert "an inquiry will ask" in browser.post(LOG, decision).content.decode()
    browser.post(LOG, decision | {"reasons": "A second device cannot be ruled out."})
    assert written(incident)[0].reasons == "A second device cannot be ruled out."


def test_a_decision_in_full_stands_in_the_log(desk_of, amina, fire, incident):
    browser = desk_of(amina)
    fields = {
        "text": "Open the assistance point in the library.",
        "decider": "Response coordinator",
        "reasons": "Families gather there already.",
        "facts": "Forty people, counted by Fire at ten.",
        "unknowns": "How many are still on the way.",
        "options": "The sports hall; nothing.",
        "risks": "Cameras at the door.",
        "legal_basis": "Municipal emergency order.",
        "dissent": "Fire would rather use the hall.",
        "present": [str(fire.pk)],
        "review_at": local(timezone.now() + timedelta(hours=3)),
    }
    browser.post(f"{LOG}decision/", fields)
    page = browser.get(f"{LOG}1/").content.decode()
    for name, words in fields.items():
        if name not in ("present", "review_at"):
            assert words in page
    assert "Fire and Rescue" in page
    assert "Review the decision" in page


def test_a_decision_without_reasons_is_refused_in_place(desk_of, amina, incident):
    page = desk_of(amina).post(f"{LOG}decision/", {"text": "Close it."}).content.decode()
    assert "Give the reasons for the decision" in page
    assert "Close it.</textarea>" in page
    assert not written(incident)


def test_a_corrected_line_stays_to_be_read_struck_through(desk_of, farid, entry, incident):
    browser = desk_of(farid)
    form = browser.get(f"{LOG}1/correct/").content.decode()
    assert "Two exits are closed.</textarea>" in form
    browser.post(f"{LOG}1/correct/", {"text": "Three exits are closed."})
    page = browser.get(LOG).content.decode()
    assert "<s><div" in page or "<s>" in page
    assert "Two exits are closed." in page
    assert f'href="{LOG}2/"' in page
    assert "Corrects entry 1" in page


def test_a_correction_that_changes_nothing_strikes_nothing(desk_of, farid, entry, incident):
    page = desk_of(farid).post(f"{LOG}1/correct/", {"text": " Two exits are closed. "})
    assert "Nothing differs from what stands there." in page.content.decode()
    assert len(written(incident)) == 1


def test_who_corrects_what_was_settled_is_told_that_it_opens_again(desk_of, farid, act, incident):
    now = timezone.now()
    asked = write_entry(
        act(farid), incident, kind="question", text="Is it empty?", language="en", now=now
    )
    settle_entry(act(farid), asked, outcome="answered", note="Yes.", now=now)
    page = desk_of(farid).get(f"{LOG}{asked.number}/correct/").content.decode()
    assert "The new entry is open again." in page


def test_an_answered_question_reads_so_in_arabic_and_not_as_an_answered_call(
    desk_of, farid, act, incident
):
    now = timezone.now()
    asked = write_entry(act(farid), incident, kind="question", text="?", language="en", now=now)
    settle_entry(act(farid), asked, outcome="answered", note="Yes.", now=now)
    page = desk_of(farid).get(LOG.replace("/en/", "/ar/")).content.decode()
    assert "أُجيب عنه</strong></span><span><time" in page


def test_a_text_that_is_too_long_is_kept_whole_and_said(desk_of, farid, incident):
    page = (
        desk_of(farid)
        .post(LOG, {"kind": "information", "text": "Smoke.", "source": "x" * 300})
        .content.decode()
    )
    assert "x" * 300 in page
    form = page[page.index("<main") : page.index("</main>")]  # the header's search has its limit
    assert "maxlength" not in form
    assert not written(incident)


def test_an_entry_is_corrected_only_once(desk_of, farid, act, entry):
    strike_entry(act(farid), entry, text="Three.", language="en", now=timezone.now())
    page = desk_of(farid).post(f"{LOG}1/correct/", {"text": "Four."}).content.decode()
    assert "This entry was corrected already." in page


def test_a_question_is_answered_once(desk_of, amina, act, farid, incident):
    write_entry(
        act(amina),
        incident,
        kind="question",
        text="Who has keys?",
        language="en",
        now=timezone.now(),
    )
    browser = desk_of(farid)
    assert "Answer the question" in browser.get(f"{LOG}1/").content.decode()
    empty = browser.post(f"{LOG}1/settle/", {"outcome": "answered", "note": ""})
    assert "Write the answer" in empty.content.decode()
    page = browser.post(
        f"{LOG}1/settle/", {"outcome": "answered", "note": "The caretaker."}, follow=True
    ).content.decode()
    assert "The caretaker." in page
    again = browser.post(f"{LOG}1/settle/", {"outcome": "answered", "note": "Nobody."})
    assert "This was settled already." in again.content.decode()


def test_the_log_is_cut_by_kind_and_by_what_is_not_settled(desk_of, farid, act, amina, entry):
    write_entry(
        act(amina),
        entry.incident,
        kind="question",
        text="Who has keys?",
        language="en",
        now=timezone.now(),
    )
    browser = desk_of(farid)
    for kind in ("question", "unsettled"):
        page = browser.get(f"{LOG}?kind={kind}").content.decode()
        assert "Who has keys?" in page
        assert "Two exits" not in page
    assert "Two exits" in browser.get(f"{LOG}?kind=nonsense").content.decode()


@pytest.fixture
def sixty_lines(farid, act, entry):
    for number in range(60):
        write_entry(
            act(farid),
            entry.incident,
            kind="information",
            text=f"Line {number}.",
            language="en",
            now=timezone.now(),
        )


def test_no_template_is_drawn_anew_for_each_line_of_the_log(
    desk_of, farid, sixty_lines, templates_of
):
    # Parts for each line made the page twice as dear.
    seen = templates_of(desk_of(farid), LOG)
    assert seen["desk/log/log.html"] == 1
    assert not [name for name, times in seen.items() if times >= 50]


def test_a_log_of_hundreds_comes_in_pages_with_few_statements(
    desk_of, farid, sixty_lines, statements_of
):
    browser = desk_of(farid)
    count, first = statements_of(browser, LOG)
    assert count <= 8
    assert "Two exits" not in first
    assert "Two exits" in browser.get(f"{LOG}?page=2").content.decode()


def test_the_whole_log_is_printed_from_the_first_entry_to_the_last(desk_of, farid, entry, act):
    write_entry(
        act(farid),
        entry.incident,
        kind="information",
        text="And a second.",
        language="en",
        now=timezone.now(),
    )
    answer = desk_of(farid).get("/ar/desk/marsa-noor/incidents/1/log/print/")
    page = b"".join(answer.streaming_content).decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert page.index("Two exits are closed.") < page.index("And a second.")
    assert page.rstrip().endswith("</html>")
    assert page.count("<h1>") == 1


def test_the_log_reads_from_right_to_left_in_arabic(desk_of, farid, entry):
    page = desk_of(farid).get(LOG.replace("/en/", "/ar/")).content.decode()
    assert '<html lang="ar" dir="rtl"' in page


def test_a_stranger_cannot_tell_that_the_log_exists(desk_of, stranger, bilal, entry):
    for person in (stranger, bilal):
        browser = desk_of(person)
        for path in (LOG, f"{LOG}1/", f"{LOG}print/", f"{LOG}decision/", f"{LOG}1/correct/"):
            assert browser.get(path).status_code == 404
        assert browser.post(LOG, {"kind": "information", "text": "x"}).status_code == 404
        assert browser.post(f"{LOG}1/settle/", {}).status_code == 404


def test_an_entry_that_is_not_there_is_not_found(desk_of, farid, entry):
    assert desk_of(farid).get(f"{LOG}7/").status_code == 404
    assert desk_of(farid).get(f"{LOG}{10**30}/").status_code == 404


def test_hostile_words_are_shown_as_words(desk_of, farid, act, incident, samples):
    lines = json.loads((samples / "text" / "blns.json").read_text())
    hostile = [line for line in lines if "<" in line][:45]
    browser = desk_of(farid)
    for line in hostile:
        browser.post(LOG, {"kind": "information", "text": line, "source": line[:200]})
    page = browser.get(LOG).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_direction_override_is_refused_and_nothing_is_written(desk_of, farid, incident):
    page = desk_of(farid).post(LOG, {"kind": "information", "text": "abc\u202edef"})
    assert "hidden character" in page.content.decode()
    assert not written(incident)
