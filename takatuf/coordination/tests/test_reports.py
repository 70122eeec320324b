"""Reports: drafted from the picture, edited by two, approved by a second, then frozen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from takatuf.communications import services
from takatuf.communications.access import public_report, report_for
from takatuf.communications.models import Report, ReportText
from takatuf.communications.queries import (
    content_of,
    figures_of,
    gaps_of,
    is_unchanged,
    reports_to_look_at,
    sheet_of,
    texts_of,
)
from takatuf.communications.rules import seen, words_in
from takatuf.config import world
from takatuf.coordination.services import draft_report
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.network.models import Membership

NOW = timezone.now


def words(report, code, language="en"):
    return words_in(texts_of(report).get(code, {}), language)


def write(actor, report, section="tension", text="Calm.", language="en", **rest):
    code = rest.pop("code", section)
    rest.setdefault("before", {code: seen(words(report, code, language))})
    return services.write_section(actor, report, section, language, {code: text}, now=NOW(), **rest)


def in_english(actor, report):
    return services.set_scope(
        actor, report, languages=["en"], audience="partners", version=report.version, now=NOW()
    )


def sent(actor, report):
    report.refresh_from_db()
    return services.send_for_approval(actor, report, version=report.version, now=NOW())


def approved(actor, report, **rest):
    report.refresh_from_db()
    return services.approve_report(actor, report, version=report.version, now=NOW(), **rest)


@pytest.fixture
def counting(act, amina, celine, draft):
    """The first report of the incident, which counts."""
    return approved(act(celine), sent(act(amina), draft))


@pytest.fixture
def second(act, amina, celine, counting):
    """A second report, drafted by the coordinator."""
    return draft_report(act(amina), counting.incident, language="en", now=NOW())


def test_a_draft_tells_the_picture_in_every_language_of_the_city(draft):
    assert draft.languages == ["en", "ar", "fr"]
    assert "Open the assembly point" in words(draft, "leadership.gaps")
    assert "No key" in words(draft, "leadership.gaps")
    assert "Is the school open?" in words(draft, "unknowns", "ar")
    assert "Close the square." in words(draft, "situation", "fr")
    assert "Severity" in words(draft, "highlights")
    assert "Severity" not in words(draft, "highlights", "fr")
    assert texts_of(draft)["highlights"]["en"]["state"] == "source"
    assert texts_of(draft)["highlights"]["ar"]["state"] == "draft"
    assert words(draft, "tension") == ""


def test_what_is_counted_becomes_figures_that_nobody_has_confirmed(draft):
    counted = {figure.key: figure for figure in figures_of(draft)}
    assert counted["actions-blocked"].value == "1"
    assert counted["questions-open"].value == "1"
    assert counted["actions-late"].as_of == draft.as_of
    assert set(counted["actions-open"].words) == {"ar", "en", "fr"}
    sheet = sheet_of(draft, "en")
    assert {row["confirmed"] for row in sheet["figures"]} == {"Not confirmed"}


def test_what_is_drafted_is_sealed_at_rest(draft):
    from django.db import connection

    with connection.cursor() as cursor:
        for table, column in (
            ("communications_reporttext", "versions_text"),
            ("communications_figure", "words_text"),
            ("communications_figure", "value"),
            ("communications_report", "head_text"),
        ):
            cursor.execute(f"SELECT {column} FROM {table}")
            assert all(row[0].startswith("t1.") for row in cursor.fetchall())


def test_an_incident_has_one_report_in_progress(act, celine, draft):
    with pytest.raises(Refused) as refusal:
        draft_report(act(celine), draft.incident, language="en", now=NOW())
    assert refusal.value.code == "in-progress"
    assert Report.objects.count() == 1


def test_two_who_write_different_sections_do_not_meet(act, amina, celine, draft):
    write(act(amina), draft, "tension", "Calm.", before={"tension": seen("")})
    write(act(celine), draft, "rumours", "None.", before={"rumours": seen("")})
    assert (words(draft, "tension"), words(draft, "rumours")) == ("Calm.", "None.")


def test_two_who_write_the_same_words_lose_nothing(act, amina, celine, draft):
    write(act(amina), draft, "tension", "Calm.")
    with pytest.raises(services.Conflict) as refusal:
        write(act(celine), draft, "tension", "Tense.", before={"tension": seen("")})
    assert refusal.value.theirs == {"tension": "Calm."}
    assert words(draft, "tension") == "Calm."
    write(act(celine), draft, "tension", "Calm.", before={"tension": seen("")})  # the same: fine
    write(act(celine), draft, "tension", "Calm, tense at night.")
    assert words(draft, "tension") == "Calm, tense at night."


def test_a_translation_falls_behind_when_its_source_is_rewritten(act, amina, draft):
    write(act(amina), draft, "highlights", "All quiet.")
    assert texts_of(draft)["highlights"]["ar"]["state"] == "behind"
    write(act(amina), draft, "highlights", "كل شيء هادئ.", "ar", state="reviewed")
    assert texts_of(draft)["highlights"]["ar"]["state"] == "reviewed"
    notices = [notice["words"] for notice in sheet_of(draft, "en")["notices"]]
    assert len(notices) == 1  # only that it is a draft


def test_nothing_goes_out_in_a_language_whose_words_are_missing(act, amina, celine, draft):
    write(act(amina), draft, "tension", "Calm.")
    assert ("ar", "tension") in gaps_of(draft)
    with pytest.raises(Refused, match="Tension") as refusal:
        sent(act(amina), draft)
    assert refusal.value.code == "words-missing"
    draft.refresh_from_db()
    in_english(act(amina), draft)
    report = approved(act(celine), sent(act(amina), draft))
    assert report.languages == ["en"]
    assert "French" not in dict(sheet_of(report, "en")["facts"])["Exists in"]


def test_the_last_editor_does_not_approve(act, amina, celine, draft):
    report = sent(act(amina), draft)
    with pytest.raises(Refused) as refusal:
        approved(act(amina), report, alone_reason="I am in a hurry")
    assert refusal.value.code == "second-person"
    report.refresh_from_db()
    assert (report.state, report.approved_at, report.content_hash) == ("waiting", None, "")
    assert approved(act(celine), report).state == "approved"


def test_an_edit_between_reading_and_approving_is_not_approved_unseen(
    act, amina, celine, mayor, draft
):
    report = sent(act(amina), draft)
    read = report.version
    services.send_back(act(celine), report, reason="The hall has another name.", now=NOW())
    write(act(celine), report, "tension", "Calm.", before={"tension": seen("")})
    in_english(act(celine), Report.objects.get())
    report = sent(act(celine), report)
    with pytest.raises(Refused) as refusal:
        services.approve_report(act(mayor), report, version=read, now=NOW())
    assert refusal.value.code == "changed-since"


def test_two_approvals_of_one_report_count_once(act, amina, celine, mayor, draft):
    report = sent(act(amina), draft)
    stale = Report.objects.get(pk=report.pk)
    approved(act(celine), report)
    with pytest.raises(Refused) as refusal:
        services.approve_report(act(mayor), stale, version=stale.version, now=NOW())
    assert refusal.value.code == "state"
    assert Entry.objects.filter(verb="report.approved").count() == 1


def test_an_approved_report_is_frozen_and_its_fingerprint_is_in_the_journal(act, amina, counting):
    entry = Entry.objects.get(verb="report.approved")
    assert entry.facts["content"] == counting.content_hash
    assert is_unchanged(counting)
    for attempt in (
        lambda: write(act(amina), counting),
        lambda: in_english(act(amina), counting),
        lambda: services.remove_figure(act(amina), counting, figures_of(counting)[0], now=NOW()),
        lambda: figure_of(act(amina), counting),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == "not-editable"
    assert is_unchanged(counting)
    ReportText.objects.filter(report=counting, code="highlights").delete()
    assert not is_unchanged(counting)


def test_the_next_report_supersedes_the_one_before(act, amina, celine, counting, second):
    newer = approved(act(celine), sent(act(amina), second))
    counting.refresh_from_db()
    assert (counting.state, newer.state) == ("superseded", "approved")
    assert newer.follows == counting
    notice = sheet_of(counting, "en")["notices"][0]
    assert "no longer counts" in notice["words"]
    assert notice["link"].endswith(f"/reports/{newer.number}/")
    assert is_unchanged(counting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=counting.pk).update(state="approved")


def figure_of(actor, report, figure=None, value="12", **rest):
    values = {
        "words": {
            "en": {"label": "Families met", "unit": "families", "source": "Health"},
            "ar": {"label": "العائلات", "unit": "", "source": "الصحة"},
            "fr": {"label": "Familles", "unit": "", "source": "Santé"},
        },
        "as_of": NOW() - timedelta(minutes=5),
        "now": NOW(),
    } | rest
    return services.set_figure(actor, report, figure, value=value, **values)


def test_a_figure_says_source_time_and_who_confirmed_it(act, amina, draft):
    figure = figure_of(act(amina), draft, confirmed_by="Health Directorate")
    row = sheet_of(draft, "en")["figures"][-1]
    assert row["is_confirmed"]
    assert "Health Directorate" in row["confirmed"]
    assert "12" in row["value"]
    with pytest.raises(Refused) as refusal:
        figure_of(act(amina), draft, figure, value="13", version=figure.version + 1)
    assert refusal.value.code == "changed-since"
    for wrong, field in (
        ({"value": " "}, "value"),
        ({"as_of": NOW() + timedelta(hours=1)}, "as_of"),
        ({"words": {"en": {"label": "Families"}}}, "source_en"),
        ({"words": {"ar": {"label": "x", "source": "y"}}}, "label_en"),
    ):
        with pytest.raises(Refused) as refusal:
            figure_of(act(amina), draft, **wrong)
        assert refusal.value.field == field


def test_what_changed_is_told_section_by_section_and_figure_by_figure(act, amina, celine, draft):
    figure_of(act(amina), draft)
    counting = approved(act(celine), sent(act(amina), draft))
    newer = draft_report(act(amina), counting.incident, language="en", now=NOW())
    carried = next(figure for figure in figures_of(newer) if not figure.key)
    assert carried.value == "12"
    figure_of(act(amina), newer, carried, value="19", version=carried.version)
    write(act(amina), newer, "tension", "Calm.", before={"tension": seen("")})
    changes = sheet_of(newer, "en")["changes"]
    assert {"title": "Tension", "lines": [{"kind": "added", "text": "Calm."}]} in changes[
        "sections"
    ]
    told = next(line for line in changes["figures"] if line["label"] == "Families met")
    assert ("12" in told["before"], "19" in told["after"]) == (True, True)
    row = next(row for row in sheet_of(newer, "en")["figures"] if row["label"] == "Families met")
    assert "12" in row["before"]


def test_sending_back_needs_a_reason_and_opens_the_words_again(act, amina, celine, draft):
    report = sent(act(amina), draft)
    with pytest.raises(Refused) as refusal:
        services.send_back(act(celine), report, reason=" ", now=NOW())
    assert refusal.value.field == "reason"
    report = services.send_back(act(celine), report, reason="The hall is open.", now=NOW())
    assert report.state == "sent-back"
    write(act(amina), report)


def test_a_report_that_counts_can_be_withdrawn_and_then_none_counts(act, mayor, counting):
    report = services.withdraw_report(act(mayor), counting, reason="Wrong hall.", now=NOW())
    assert report.state == "withdrawn"
    assert not Report.objects.authoritative().exists()
    assert "Withdrawn" in sheet_of(report, "en")["notices"][0]["words"]


# A city with nobody else


def test_who_has_nobody_else_approves_alone_with_a_reason(act, amina, incident, municipality):
    report = draft_report(act(amina), incident, language="en", now=NOW())
    report = sent(act(amina), report)
    with pytest.raises(Refused) as refusal:
        approved(act(amina), report)
    assert refusal.value.field == "alone_reason"
    report = approved(act(amina), report, alone_reason="The families wait.")
    entry = Entry.objects.get(verb="report.approved_alone")
    assert entry.facts["content"] == report.content_hash
    said = " ".join(notice["words"] for notice in sheet_of(report, "en")["notices"])
    assert "Approved alone" in said
    assert "The families wait." in said
    assert "No second person" in said
    public = " ".join(n["words"] for n in sheet_of(report, "en", public=True)["notices"])
    assert "Approved alone" in public
    assert "The families wait." not in public
    assert reports_to_look_at(act(amina)) == []

    rana = world.make_person("Rana", (municipality, "mayor"))
    assert reports_to_look_at(act(rana)) == [report]
    with pytest.raises(Refused):
        services.look_at_report(act(amina), report, agrees=True, now=NOW())
    with pytest.raises(Refused):
        services.look_at_report(act(rana), report, agrees=False, now=NOW())
    looked = services.look_at_report(act(rana), report, agrees=True, now=NOW())
    assert looked.second_look == "confirmed"
    assert reports_to_look_at(act(rana)) == []
    assert is_unchanged(looked)


def test_an_objection_stands_on_the_report(act, amina, incident, municipality):
    report = sent(act(amina), draft_report(act(amina), incident, language="en", now=NOW()))
    report = approved(act(amina), report, alone_reason="Nobody is here.")
    rana = world.make_person("Rana", (municipality, "mayor"))
    report = services.look_at_report(
        act(rana), report, agrees=False, reason="The figure is wrong.", now=NOW()
    )
    assert "A second person objected" in str(sheet_of(report, "en")["notices"])


def test_who_left_or_lost_the_account_does_not_count_as_somebody_else(
    act, amina, celine, mayor, draft
):
    report = sent(act(amina), draft)
    Membership.objects.filter(person=celine).update(ends_at=NOW() - timedelta(days=1))
    mayor.is_active = False
    mayor.save()
    assert approved(act(amina), report, alone_reason="All are away.").second_look == "open"


# Doors


def test_a_stranger_cannot_tell_that_a_report_exists(act, stranger, bilal, counting):
    for person in (stranger, bilal):  # Health was not called
        if act(person).serves(counting.city_id) and counting.incident.involvements.filter(
            agency__in=act(person).agencies_in(counting.city_id)
        ):
            continue
        with pytest.raises(NotFound):
            report_for(act(person), counting.incident, counting.number)
        with pytest.raises(NotFound):
            services.withdraw_report(act(person), counting, reason="x", now=NOW())
    with pytest.raises(NotFound):
        draft_report(act(stranger), counting.incident, language="en", now=NOW())


def test_a_liaison_reads_what_was_approved_and_no_draft(act, farid, counting, second):
    assert report_for(act(farid), counting.incident, counting.number) == counting
    with pytest.raises(NotFound):
        report_for(act(farid), counting.incident, second.number)
    with pytest.raises(NotAllowed):
        write(act(farid), second)
    with pytest.raises(NotAllowed):
        approved(act(farid), second)


def test_only_what_was_given_to_the_public_is_public(act, amina, celine, draft):
    with pytest.raises(NotFound):
        public_report("marsa-noor", draft.number)
    services.set_scope(
        act(amina), draft, languages=["en"], audience="public", version=draft.version, now=NOW()
    )
    write(act(amina), Report.objects.get(), "tension", "Tense at the docks.")
    with pytest.raises(NotFound):
        public_report("marsa-noor", draft.number)
    report = approved(act(celine), sent(act(amina), draft))
    assert public_report("marsa-noor", report.number) == report
    assert "Tense at the docks." not in str(sheet_of(report, "en", public=True))
    assert "Tense at the docks." in str(sheet_of(report, "en"))
    with pytest.raises(NotFound):
        public_report("elsewhere", report.number)


def test_the_content_is_told_by_plain_values_alone(counting):
    import json

    assert json.loads(json.dumps(content_of(counting))) == content_of(counting)
