"""Everything about an incident in one file: whole, blotted, verified, and nobody else's."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.models import Overlap
from takatuf.activities.services import (
    change_activity,
    compare_activities,
    report_activity,
    settle_overlap,
    withdraw_activity,
)
from takatuf.alerts.jobs import deliver_batch
from takatuf.community.services import IssueFacts, close_issue, report_issue
from takatuf.config import world
from takatuf.coordination import jobs
from takatuf.coordination.agenda import Agenda, Group, Item, agenda_of, frozen
from takatuf.coordination.inquiry.redacting import read_redactions
from takatuf.coordination.services import declare_incident, draft_report, take_out_for_inquiry
from takatuf.decisions.models import LogEntry, Meeting, Promise
from takatuf.decisions.services import write_entry
from takatuf.foundation import meaning
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.models import HandOver, InquiryFile, Methane
from takatuf.incidents.services import (
    drop_old_inquiry_files,
    fetch_inquiry_file,
    order_inquiry_file,
    set_legal_hold,
)
from takatuf.journal.bundle import verify_bundle
from takatuf.journal.models import Entry
from takatuf.plans.services import Led, agree_leads, draft_leads, write_leads

SECRET = "The key lies with Omar Haddad, 4 Mill Street."


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.KEY_FOLDER, settings.HOME = tmp_path / "keys", tmp_path


@pytest.fixture
def odile(municipality):
    """Data protection officer."""
    return world.make_person("Odile", (municipality, "data-protection"))


@pytest.fixture
def told(amina, incident, act, mailoutbox):
    """The incident with an entry that not everybody is to read, and its messages sent."""
    now = timezone.now()
    write_entry(act(amina), incident, kind="information", text=SECRET, language="en", now=now)
    write_entry(
        act(amina), incident, kind="information", language="en", now=now,
        text='=HYPERLINK("http://x") <script>alert(1)</script> said omar haddad',
    )  # fmt: skip
    deliver_batch(now, "worker", channel="email")
    return incident


@pytest.fixture
def take(odile, told, act, tmp_path):
    def inner(rows="", who=None):
        path = tmp_path / "out.zip"
        listed = read_redactions(f"what,reason,legal basis\n{rows}".encode()) if rows else []
        take_out_for_inquiry(act(who or odile), told, path, redactions=listed, now=timezone.now())
        return zipfile.ZipFile(path)

    return inner


def data(bundle, section):
    return json.loads(bundle.read(f"data/{section}.json"))


def everything(bundle):
    """All that can be read in the file, but the list of what is kept back."""
    names = [name for name in bundle.namelist() if not name.endswith(".pdf")]
    return "\n".join(bundle.read(name).decode() for name in names)


def test_everything_goes_out_and_is_verified_without_the_system(take, told, amina):
    bundle = take()

    report = verify_bundle(bundle.filename)
    assert report["ok"], report
    about = Entry.objects.filter(about=told.about)
    assert report["logs"][0]["entries"] == about.count()
    assert about.order_by("index").last().verb == "inquiry.taken_out"
    log = data(bundle, "log")["records"]
    assert [one["text"] for one in log][-2] == SECRET
    assert [one["number"] for one in log] == list(range(1, 1 + LogEntry.objects.count()))
    actions = data(bundle, "actions")["records"]
    assert len(actions) == told.tasks.count()
    blocked = next(one for one in actions if one["state"] == "blocked")
    assert [one["verb"] for one in blocked["history"]] == ["task.added", "task.blocked"]
    facts = data(bundle, "incident")["records"][0]
    assert (facts["title"], facts["declared_by"]["name"]) == ("Shots at the market", "Amina")
    for language in ("ar", "en", "fr"):
        page = bundle.read(f"html/{language}/log.html").decode()
        assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
        assert SECRET in page


def test_who_did_what_goes_out_with_what_it_said_before(take, told, act, amina):
    now = timezone.now()
    facts = {"service": "counselling", "title": "Evening groups", "places": ("city",)}
    entry = report_activity(act(amina), told, name="Red Crescent", facts=facts, now=now)
    change_activity(act(amina), entry, facts={"title": "Morning groups"}, now=now)
    withdraw_activity(act(amina), entry, reason="Entered twice", now=now)

    bundle = take()

    one = data(bundle, "activities")["records"][0]
    assert (one["organisation"], one["title"]) == ("Red Crescent", "Morning groups")
    assert (one["service"], one["standing"]) == ("counselling", "withdrawn")
    assert one["changes"][0]["before"] == "Evening groups"
    assert [line["verb"] for line in one["history"]] == [
        "activity.reported",
        "activity.changed",
        "activity.withdrawn",
    ]
    assert "Evening groups" in bundle.read("html/ar/activities.html").decode()


def test_what_was_needed_goes_out_with_what_came_of_it(take, told, act, amina):
    now = timezone.now()
    facts = IssueFacts(
        text="No counsellor speaks Arabic", seriousness=3, service="counselling", scope="city"
    )
    issue = report_issue(act(amina), told, facts, language="en", now=now)
    close_issue(act(amina), issue, outcome="met", note="Two of them came", now=now)

    bundle = take()

    one = data(bundle, "needs")["records"][0]
    assert (one["text"], one["note"]) == (facts.text, "Two of them came")
    assert (one["service"], one["outcome"]) == ("counselling", "met")
    assert [line["verb"] for line in one["history"]] == ["issue.reported", "issue.closed"]
    assert "Two of them came" in bundle.read("html/fr/needs.html").decode()


def test_overlaps_and_who_leads_go_out_with_what_was_agreed_and_blotted_as_the_rest(
    take, told, act, amina, city, monkeypatch
):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    now = timezone.now()
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "now": now}  # fmt: skip
    for who in ("City", "Shoulder Trust"):
        world.make_activity(told, "counselling", "city", who=who, **alike)
    compare_activities(told, now=now)
    settle_overlap(
        act(amina), Overlap.objects.get(), answer="complementary", now=now,
        reason="Mrs Nasser sits there by night", review_on=now.date() + timedelta(9),
    )  # fmt: skip
    leads = draft_leads(act(amina), city, now=now)
    lines = {"counselling": Led("city", "Ask Mrs Nasser first")}
    write_leads(act(amina), leads, lines, counterpart="Ministry", seen=leads.changes, now=now)
    leads.refresh_from_db()
    for side, word in (("city", ""), ("national", "Governor Haddad")):
        agree_leads(act(amina), leads, side=side, word=word, seen=leads.changes, now=now)

    bundle = take()
    one = data(bundle, "overlaps")["records"][0]
    assert (one["one"], one["other"]) == ("activities/1", "activities/2")
    assert one["agreements"][0]["reason"] == "Mrs Nasser sits there by night"
    assert [line["verb"] for line in one["history"]] == ["overlap.settled"]
    assert {"ar", "en", "fr"} == set(one["reasons"][0]["found"])
    assert "Mrs Nasser sits there by night" in bundle.read("html/ar/overlaps.html").decode()
    listed = data(bundle, "who-leads")["records"][0]
    assert (listed["counterpart"], listed["national_word"]) == ("Ministry", "Governor Haddad")
    assert {"service": "counselling", "lead": "city", "note": "Ask Mrs Nasser first"} in (
        listed["lines"]
    )

    blotted = take("overlaps/1/agreements,A name,s. 4\nwords/Mrs Nasser,A name,s. 4\n")
    assert "Mrs Nasser" not in everything(blotted)
    whole = take("who-leads/1,Not public yet,s. 4\n")
    assert "Ask Mrs Nasser first" not in everything(whole)


def test_who_was_called_by_which_way_with_which_words(take, farid):
    call = next(
        call
        for alert in data(take(), "messages")["records"]
        for call in alert["calls"]
        if call["agency"]["name"] == "Fire and Rescue"
    )
    by_mail = next(one for one in call["deliveries"] if one["channel"] == "email")
    assert by_mail["person"]["name"] == "Farid"
    assert by_mail["sent_at"]
    letter = call["letters"][by_mail["letter"] - 1]
    assert "Old market" in letter["subject"]
    assert "/answer/" not in letter["text"], "whoever has the link can answer"


def test_no_page_holds_what_a_browser_would_carry_out(take):
    page = take().read("html/en/log.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "src=" not in page


def test_names_of_files_come_from_us_alone(take, told):
    told.title = "../../etc/passwd"
    told.save(update_fields=["title"])
    names = take().namelist()
    assert not [name for name in names if ".." in name or name.startswith("/")]


def test_other_tables_of_the_incident_go_out_too(take, told, city, amina, municipality, fire):
    now = timezone.now()
    late = Group("late", [Item("task:1", {"en": "Open the hall"}, at=now.isoformat())])
    agenda = Agenda(now.isoformat(), "", 0, 0, [late])
    Meeting.objects.create(
        incident=told,
        number=1,
        at=now,
        place="Hall 2",
        chair=amina,
        created_at=now,
        agenda=json.dumps(frozen(agenda)),
    ).attendances.create(agency=fire, state="came", who="Their chief")
    HandOver.objects.create(
        incident=told, from_agency=fire, to_agency=municipality, text="The square is yours.",
        language="en", offered_by=amina, offered_at=now,
    )  # fmt: skip
    promised = Promise.objects.create(
        city=city, number=1, incident=told, text="A new door", language="en",
        promised_to="The shopkeepers", made_at=now, created_at=now,
    )  # fmt: skip
    promised.moves.create(due_at=now, reason="The frost", moved_by=amina, moved_at=now)
    Methane.objects.create(
        city=city, incident=told, number=1, location="Gate 4", language="en", author=amina,
        observed_at=now, received_at=now,
    )  # fmt: skip
    told.key_dates.create(kind="trial", on=now.date(), source="The court", created_at=now)
    told.closings.create(reason="Over", language="en", stood_down_at=now)

    bundle = take()

    meeting = data(bundle, "meetings")["records"][0]
    assert meeting["attendances"][0]["who"] == "Their chief"
    point = meeting["agenda"][0]["what"][0]
    assert (meeting["agenda"][0]["kind"], point["text"]["en"]) == ("late", "Open the hall")
    assert data(bundle, "hand-overs")["records"][0]["text"] == "The square is yours."
    promise = data(bundle, "promises")["records"][0]
    assert promise["promised_to"] == "The shopkeepers"
    assert promise["moves"][0]["reason"] == "The frost"
    assert data(bundle, "methane")["records"][0]["location"] == "Gate 4"
    assert data(bundle, "key-dates")["records"][0]["source"] == "The court"
    assert data(bundle, "closings")["records"][0]["reason"] == "Over"


def test_the_agenda_of_a_meeting_is_read_and_what_is_kept_back_of_the_log_is_not_in_it(
    take, told, amina
):
    now = timezone.now()
    meeting = Meeting.objects.create(
        incident=told, number=1, at=now, opened_at=now, chair=amina, created_at=now,
        agenda=json.dumps(frozen(agenda_of(told, now)), ensure_ascii=False),
    )  # fmt: skip
    entry = LogEntry.objects.get(number=1)
    meeting.outcomes.create(thing=f"entry:{entry.pk}", kind="question", at=now)

    record = data(take(), "meetings")["records"][0]
    assert record["outcomes"] == ["log/1"]
    questions = next(one for one in record["agenda"] if one["kind"] == "questions")
    assert questions["what"][0]["text"] == {"en": "Is the school open?"}

    bundle = take("log/1,A child,Article 6\n")

    assert "Is the school open?" not in everything(bundle)
    assert "Fire and Rescue" in everything(bundle), "only sentences are sought"


def test_approved_reports_go_out_as_pdf_and_not_where_something_in_them_is_kept_back(
    take, told, act, amina, mayor
):
    from takatuf.communications.models import ReportText
    from takatuf.communications.services import approve_report, send_for_approval

    now = timezone.now()
    report = draft_report(act(amina), told, language="en", now=now)
    for text in ReportText.objects.filter(report=report):
        words = text.versions
        words["en"]["words"] = words["en"].get("words") or "Nothing."
        text.versions_text = json.dumps(words)
        text.save()
    send_for_approval(act(amina), report, version=report.version, now=now)
    approve_report(act(mayor), report, version=report.version, now=now)

    assert take().read("reports/1-en.pdf").startswith(b"%PDF")
    bundle = take(f"person/{mayor.email},Not needed,Article 6\n")

    assert "reports/1-en.pdf" not in bundle.namelist()
    assert data(bundle, "reports")["records"][0]["files"] == {"redacted": 1}
    assert "Rana" not in everything(bundle)


@pytest.mark.parametrize(
    "what",
    ["log/{n}", "log/{n}/text", "words/Omar Haddad", "words/4 mill street"],
    ids=["entry", "field", "name", "street"],
)
def test_what_is_kept_back_stands_nowhere_and_the_proofs_hold(take, what):
    number = LogEntry.objects.filter(text__isnull=False).count() - 1
    gone = what.format(n=number)

    bundle = take(f"{gone},A witness,Article 23\n")

    report = verify_bundle(bundle.filename)
    assert report["ok"], report
    text = everything(bundle)
    sought = gone.partition("/")[2] if gone.startswith("words/") else SECRET
    assert sought.casefold() not in text.casefold()
    kept = data(bundle, "redactions")["redactions"][0]
    assert (kept["reason"], kept["legal_basis"]) == ("A witness", "Article 23")
    assert kept["what"] == ("words" if gone.startswith("words/") else gone)
    assert kept["places"]
    assert f"log/{number}" in text


def test_a_person_who_is_kept_back_stands_nowhere(take, amina):
    bundle = take(f"person/{amina.email},A threat against her,Article 23\n")

    text = everything(bundle)
    assert "Amina" not in text
    assert amina.email not in text
    assert data(bundle, "incident")["records"][0]["declared_by"] == {"redacted": 1}
    assert data(bundle, "redactions")["redactions"][0]["what"] == "person"
    assert verify_bundle(bundle.filename)["ok"]


def test_an_entry_of_the_record_is_kept_back_and_its_proof_stays(take, told):
    entry = Entry.objects.get(verb="task.blocked")

    bundle = take(f"journal/{entry.index},Not needed,Article 6\n")

    lines = [json.loads(line) for line in bundle.read("journal/entries.jsonl").splitlines()]
    line = next(one for one in lines if one["index"] == entry.index)
    assert line["leaf"] == entry.leaf_hash
    assert "entry" not in line
    assert verify_bundle(bundle.filename)["logs"][0]["hidden"] == 1


def test_a_copy_in_another_place_is_kept_back_too(take, told, act, amina):
    """What was told in the log was also said to be the reason of a block."""
    task = told.tasks.filter(state="open").first()
    task.block_reason = f"They say: {SECRET}"
    task.save(update_fields=["block_reason"])
    number = LogEntry.objects.count() - 1

    bundle = take(f"log/{number}/text,A witness,Article 23\n")

    assert SECRET not in everything(bundle)
    reasons = [one["block_reason"] for one in data(bundle, "actions")["records"]]
    assert "They say: [▮ 1]" in reasons


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("log/999,Why,Article\n", "Line 2"),
        ("log/1/nothing,Why,Article\n", "Line 2"),
        ("log/1/text,Why,Article\njournal/99999,Why,Article\n", "Line 3"),
        ("person/nobody@example.org,Why,Article\n", "Line 2"),
        ("words/stands nowhere,Why,Article\n", "stands nowhere"),
        ("log/1,,Article\n", "reason"),
        ("log/1,Why,\n", "legal basis|basis"),
    ],
    ids=["entry", "field", "index", "person", "words", "reason", "basis"],
)
def test_a_redaction_that_names_nothing_is_refused_with_its_line(take, tmp_path, rows, said):
    with pytest.raises(Refused, match=said):
        take(rows)
    assert not (tmp_path / "out.zip").exists()
    assert not Entry.objects.filter(verb="inquiry.taken_out").exists()


def test_a_list_without_its_columns_is_refused():
    with pytest.raises(Refused, match=r"legal basis|headings"):
        read_redactions(b"a,b\n1,2\n")


def test_a_list_may_be_headed_in_arabic_or_french():
    rows = "ماذا,السبب,الأساس القانوني\nlog/1,شاهد,المادة 23\n"
    assert read_redactions(rows.encode())[0].reason == "شاهد"
    assert read_redactions("quoi;motif;base légale\nlog/1;x;y\n".encode())[0].what == "log/1"


def test_nobody_else_takes_it_out(take, amina, mayor, farid, stranger, odile):
    for person in (amina, mayor, farid):
        with pytest.raises(NotAllowed):
            take(who=person)
    with pytest.raises(NotFound):
        take(who=stranger)
    assert not Entry.objects.filter(verb="inquiry.taken_out").exists()


def test_another_incident_of_the_city_stays_out_of_it(take, act, amina, city):
    declare_incident(
        act(amina), city=city, title="A threat by mail", kind="threat", severity=1,
        now=timezone.now(),
    )  # fmt: skip
    assert "A threat by mail" not in everything(take())


def test_a_held_incident_is_taken_out(take, told, odile, act):
    set_legal_hold(act(odile), told, reason="An inquiry", now=timezone.now())
    assert data(take(), "holds")["records"][0]["reason"] == "An inquiry"


# Ordered on the desk


@pytest.fixture
def ordered(odile, told, act):
    return order_inquiry_file(act(odile), told, language="fr", now=timezone.now())


def test_the_worker_makes_what_was_ordered_and_it_goes_after_a_week(ordered, odile, act):
    now = timezone.now()
    with pytest.raises(Refused):
        order_inquiry_file(act(odile), ordered.incident, language="fr", now=now)
    with pytest.raises(NotFound):
        fetch_inquiry_file(act(odile), ordered, now=now)

    assert jobs.take_out_next(now)
    assert not jobs.take_out_next(now)

    ordered.refresh_from_db()
    assert ordered.done == ordered.parts > 20
    path = fetch_inquiry_file(act(odile), ordered, now=now)
    assert verify_bundle(path)["ok"]
    assert path.stat().st_mode & 0o077 == 0
    drop_old_inquiry_files(now + timedelta(days=6))
    assert path.exists()
    drop_old_inquiry_files(now + timedelta(days=8))
    assert not path.exists()
    verbs = Entry.objects.filter(verb__startswith="inquiry.").order_by("index")
    assert [one.verb for one in verbs] == [
        "inquiry.ordered", "inquiry.taken_out", "inquiry.fetched",
    ]  # fmt: skip


def test_whoever_lost_the_post_meanwhile_gets_no_file(ordered, odile):
    odile.memberships.all().delete()
    jobs.take_out_next(timezone.now())
    ordered.refresh_from_db()
    assert ordered.refusal
    assert not ordered.path.exists()


def test_a_maker_that_died_is_followed_by_another_and_not_for_ever(ordered, monkeypatch):
    now = timezone.now()

    def dies(*args, **rest):
        raise RuntimeError("killed")

    monkeypatch.setattr(jobs, "take_out_for_inquiry", dies)
    for attempt in range(3):
        assert jobs.take_out_next(now + timedelta(minutes=6 * attempt))
        assert not jobs.take_out_next(now + timedelta(minutes=6 * attempt + 1))
    jobs.take_out_next(now + timedelta(minutes=30))
    ordered.refresh_from_db()
    assert ordered.refusal
    assert InquiryFile.objects.filter(finished_at=None).count() == 0
