"""Files of who does what: tried, taken in, brought again, changed, undone."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from takatuf.activities import jobs
from takatuf.activities.exchange.writing import as_csv, sheet_of
from takatuf.activities.files import report_of, words_of
from takatuf.activities.models import Activity, Import, ImportedRow, Layout
from takatuf.activities.services import (
    begin_import,
    import_file,
    run_import,
    settle_changes,
    settle_layout,
    stop_import,
    try_import,
    undo_import,
    undoing,
)
from takatuf.activities.services import importing as services
from takatuf.activities.vocabulary import ImportState
from takatuf.config import world
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.incidents.models import Incident
from takatuf.incidents.services import involve, open_incident
from takatuf.journal.models import Entry
from takatuf.network.models import Organisation

NOW = timezone.now()
HEAD = "Who,Code,What,Sector,District,State,People,Remark\n#org+name,#activity+id,#activity+name,"
HEAD += "#sector+name,#adm2+name,#status,#reached,\n"
HALL = "Red Crescent,A1,Open hall,Shelter,Market,active,40,by the well\n"
LINE = "Health Directorate,,Night line,Health,Market,active,12,\n"
TEAM = "Health Directorate,,Home visits,Health,Harbour,planned,7,two nurses\n"


def table(*rows):
    return (HEAD + "".join(rows)).encode()


@pytest.fixture
def incident(act, amina, city, fire, health):
    made = open_incident(act(amina), city=city, title="Shots", kind="attack", severity=2, now=NOW)
    involve(act(amina), made, [fire, health], now=NOW)
    return made


@pytest.fixture
def bring(act, amina, incident):
    def bring(*rows, filename="3w.csv", **more):
        return import_file(
            act(amina), incident, table(*rows), filename=filename, now=timezone.now(), **more
        )

    return bring


def figures(answer):
    names = ("read", "new", "updated", "unchanged", "proposed", "doubled", "rejected")
    return [answer[name] for name in names]


def test_a_file_is_taken_in_and_a_second_time_nothing_is_new(bring, incident):
    assert figures(bring(HALL, LINE, TEAM)) == [3, 3, 0, 0, 0, 0, 0]
    hall = Activity.objects.get(own_id="A1")
    assert (hall.title, hall.status, hall.reached) == ("Open hall", "active", 40)
    assert hall.organisation.name == "Red Crescent"
    assert hall.source == "3w.csv"
    assert json.loads(hall.extra) == {"Remark": "by the well"}
    assert figures(bring(HALL, LINE, TEAM)) == [3, 0, 0, 3, 0, 0, 0]
    assert incident.activities.current().count() == 3
    entry = Entry.objects.filter(verb="import.taken_in").order_by("index").last()
    assert entry.about == incident.about


def test_a_changed_row_changes_what_its_identifier_names_and_only_what_the_table_says(bring):
    bring(HALL)
    Activity.objects.update(funder="The city", version=1)
    answer = bring(HALL.replace("active,40", "ended,55"))
    assert figures(answer) == [1, 0, 1, 0, 0, 0, 0]
    hall = Activity.objects.get()
    assert (hall.status, hall.reached, hall.funder, hall.version) == ("ended", 55, "The city", 2)


def test_a_row_without_an_identifier_is_only_proposed_as_a_change(bring, act, amina):
    bring(HALL, LINE, TEAM)
    answer = bring(HALL, LINE.replace("active,12", "paused,90"), TEAM)
    assert figures(answer) == [3, 0, 0, 2, 1, 0, 0]
    assert [(row["line"], row["code"]) for row in answer["rows"]] == [(4, "proposed")]
    assert Activity.objects.get(title="Night line").reached == 12
    made = Import.objects.get(pk=answer["id"])
    assert settle_changes(act(amina), made, accept=True, now=timezone.now()) == 1
    assert Activity.objects.get(title="Night line").reached == 90
    with pytest.raises(Refused):
        settle_changes(act(amina), made, accept=True, now=timezone.now())
    # It is known again by the row as it is now.
    assert figures(bring(LINE.replace("active,12", "paused,90"))) == [1, 0, 0, 1, 0, 0, 0]


def test_a_row_in_other_columns_is_as_before_or_proposed_and_never_a_second_entry(
    bring, act, amina, incident
):
    bring(LINE, TEAM)
    renamed = table(LINE, TEAM).replace(b"Who,", b"Partner,").replace(b"District", b"Area")
    wider = renamed.replace(b"Remark\n", b"Remark,Since\n").replace(b"nurses\n", b"nurses,May\n")
    for data, wanted in ((renamed, [2, 0, 0, 2, 0, 0, 0]), (wider, [2, 0, 0, 1, 1, 0, 0])):
        answer = import_file(act(amina), incident, data, filename="b.csv", now=timezone.now())
        assert figures(answer) == wanted


def test_our_own_table_edited_and_brought_back_changes_what_was_edited(act, amina, incident, bring):
    def taken_out(language):
        with override(language):
            return b"".join(as_csv(sheet_of(incident, incident.activities.all())))

    level = LINE.replace("Health,Market", "Santé,whole city")
    bring(HALL, level, TEAM, level="county")
    held = list(Activity.objects.order_by("pk").values())
    for language in ("en", "ar"):
        data = taken_out(language)
        answer = import_file(act(amina), incident, data, filename="ours.csv", now=timezone.now())
        assert figures(answer) == [3, 0, 0, 3, 0, 0, 0]
    assert list(Activity.objects.order_by("pk").values()) == held
    data = taken_out("ar").replace(b",40,", b",41,").replace(b",7,", b",8,")
    answer = import_file(act(amina), incident, data, filename="ours.csv", now=timezone.now())
    assert figures(answer) == [3, 0, 2, 1, 0, 0, 0]
    hall = Activity.objects.get(own_id="A1")
    assert (hall.reached, hall.level, json.loads(hall.extra)) == (
        41, "county", {"Remark": "by the well"})  # fmt: skip
    # What their owner sends again is what it was, and does not undo what was edited here.
    assert figures(bring(HALL, level, TEAM, level="county")) == [3, 0, 0, 3, 0, 0, 0]
    assert Activity.objects.get(own_id="A1").reached == 41


def test_what_is_no_change_becomes_an_entry_of_its_own(bring, act, amina):
    bring(LINE)
    answer = bring(LINE.replace("active,12", "paused,90"))
    made = Import.objects.get(pk=answer["id"])
    settle_changes(act(amina), made, accept=False, now=timezone.now())
    assert sorted(Activity.objects.values_list("reached", flat=True)) == [12, 90]
    assert undo_import(act(amina), made, now=timezone.now()) == []
    assert list(Activity.objects.values_list("reached", flat=True)) == [12]


def test_a_new_file_confirms_what_stands_in_it_as_before_and_the_same_file_does_not(
    bring, act, amina
):
    bring(HALL, LINE)
    Activity.objects.update(confirmed_at=NOW - timedelta(days=9))
    bring(HALL, LINE)
    assert not Activity.objects.filter(confirmed_at__gte=NOW).exists()
    second = bring(HALL, TEAM)
    assert Activity.objects.get(own_id="A1").confirmed_at >= NOW
    assert Activity.objects.get(title="Night line").confirmed_at < NOW
    undo_import(act(amina), Import.objects.get(pk=second["id"]), now=timezone.now())
    assert Activity.objects.get(own_id="A1").confirmed_at < NOW


def test_what_the_next_file_says_again_is_decided_once(bring, incident):
    bring(LINE)
    for people in ("90", "91"):
        bring(LINE.replace("12", people))
    [waiting] = ImportedRow.objects.filter(outcome="proposed")
    assert waiting.of == incident.imports.latest("id")


def test_what_somebody_changed_here_is_not_overwritten_unasked(bring):
    bring(HALL)
    Activity.objects.update(reached=41, version=2)
    assert figures(bring(HALL)) == [1, 0, 0, 1, 0, 0, 0]
    assert figures(bring(HALL.replace("40", "60"))) == [1, 0, 0, 0, 1, 0, 0]
    assert Activity.objects.get().reached == 41


def test_a_row_that_stands_twice_is_taken_once_and_said(bring):
    answer = bring(LINE, TEAM, LINE)
    assert figures(answer) == [3, 2, 0, 0, 0, 1, 0]
    assert [(row["line"], row["code"]) for row in answer["rows"]] == [(5, "doubled")]


def test_a_refused_row_says_where_and_why_and_the_others_are_taken(bring):
    answer = bring(HALL, ",,Soup kitchen,Food,Market,active,,\n")
    assert figures(answer) == [2, 1, 0, 0, 0, 0, 1]
    [row] = answer["rows"]
    assert row["line"] == 4
    assert row["column"]
    english, told = row["message"], ImportedRow.objects.get(outcome="refused")
    with override("ar"):
        assert words_of(told) not in ("", english)
    assert words_of(told) == english


def test_a_trial_says_how_many_new_rows_name_no_service(bring, incident):
    blue = "Red Crescent,,Blue room,,Market,active,,\n"
    food = "Red Crescent,,Soup kitchen,Food,Market,active,,\n"
    [said] = [one for one in bring(blue, food, dry_run=True)["warnings"] if "service" in one]
    assert said.startswith("No service was recognised in 1 new row:")
    assert said.endswith("(line 3)")
    bring(blue, food)
    [kept] = Import.objects.all()
    with override("ar"):
        assert "لم تُعرف خدمة في صف جديد واحد" in str(report_of(kept)["warnings"])
    assert not [one for one in bring(blue, food)["warnings"] if "service" in one]


def test_a_trial_writes_nothing(bring):
    answer = bring(HALL, LINE, dry_run=True)
    assert figures(answer) == [2, 2, 0, 0, 0, 0, 0]
    assert answer["id"] == ""
    assert not Import.objects.exists()
    assert not Activity.objects.exists()
    assert not Organisation.objects.exists()


def test_undoing_restores_what_was_before(bring, act, amina):
    bring(HALL)
    second = bring(HALL.replace("active,40,by the well", "ended,55,moved"), LINE)
    stays = undo_import(act(amina), Import.objects.get(pk=second["id"]), now=timezone.now())
    assert stays == []
    hall = Activity.objects.get()
    assert (hall.status, hall.reached, json.loads(hall.extra)) == (
        "active",
        40,
        {"Remark": "by the well"},
    )
    assert list(hall.places.values_list("key", flat=True))
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Red Crescent"]
    # The first file is known as before, and the second can be brought again.
    assert figures(bring(HALL)) == [1, 0, 0, 1, 0, 0, 0]
    assert bring(HALL.replace("active,40,by the well", "ended,55,moved"), LINE)["new"] == 1


def test_imports_are_undone_one_after_the_other_back_to_the_first(bring, act, amina):
    first, second = bring(HALL), bring(HALL.replace("40", "55"))
    for answer in (second, first):
        made = Import.objects.get(pk=answer["id"])
        assert undo_import(act(amina), made, now=timezone.now()) == []
    assert not Activity.objects.exists()


def test_what_somebody_changed_since_stays_when_an_import_is_undone(bring, act, amina):
    made = Import.objects.get(pk=bring(HALL, LINE)["id"])
    Activity.objects.filter(own_id="A1").update(reached=41, version=2)
    [stays] = undo_import(act(amina), made, now=timezone.now())
    assert stays["line"] == 3
    assert Activity.objects.get().own_id == "A1"
    with pytest.raises(Refused):
        undo_import(act(amina), made, now=timezone.now())


def test_a_long_import_is_undone_by_the_worker_which_goes_on_where_it_broke_off(
    bring, act, amina, monkeypatch
):
    made = Import.objects.get(pk=bring(HALL, LINE, TEAM)["id"])
    Activity.objects.filter(own_id="A1").update(reached=41, version=2)
    monkeypatch.setattr(undoing, "SMALL", 0)
    monkeypatch.setattr(undoing, "portions", lambda rows: [[row] for row in rows])

    def dies(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(act(amina), made, now=timezone.now(), here=True, told=dies)
    made.refresh_from_db()
    assert (made.state, made.done, made.total) == ("undoing", 1, 3)
    for refused, code in (
        (lambda: undo_import(act(amina), made, now=NOW), "changed-meanwhile"),
        (lambda: bring(HALL.replace("40", "55")), "waits"),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == code
    assert not jobs.import_next(timezone.now()), "whoever is at it may still be alive"
    assert jobs.import_next(timezone.now() + services.SILENT * 2)
    made.refresh_from_db()
    assert (made.state, made.done, made.undone_by) == ("undone", 3, amina)
    assert [row["code"] for row in report_of(made)["stays"]] == ["changed-since"]
    assert Activity.objects.get().own_id == "A1"
    verbs = list(Entry.objects.filter(thing=made.about).values_list("verb", flat=True))
    assert verbs[-2:] == ["import.undo_begun", "import.undone"]


def test_what_cannot_be_undone_any_more_stands_and_says_why(bring, act, amina, monkeypatch):
    made = Import.objects.get(pk=bring(HALL, LINE)["id"])
    monkeypatch.setattr(undoing, "SMALL", 0)
    assert undo_import(act(amina), made, now=NOW) == []
    Incident.objects.update(held_since=NOW)
    assert jobs.import_next(timezone.now())
    made.refresh_from_db()
    assert (made.state, bool(made.refusal)) == ("done", True)
    assert Activity.objects.current().count() == 2


def test_a_layout_is_settled_once_and_remembered(act, amina, incident):
    data = b"Partner;Doing;Quarter\nCrescent;Open hall;Market\n"
    actor = act(amina)
    made = begin_import(actor, incident, data, filename="a.csv", source="Crescent", now=NOW)
    keys = {column["heading"]: column["key"] for column in report_of(made)["columns"]}
    told = {keys["Partner"]: "organisation", keys["Doing"]: "title", keys["Quarter"]: "adm2"}
    made = settle_layout(actor, made, columns=told, now=NOW)
    made = try_import(actor, made, now=NOW)
    assert made.state == ImportState.TRIED
    assert made.counts["new"] == 1
    assert run_import(actor, made, now=NOW).state == ImportState.DONE
    assert Layout.objects.get().source == "crescent"
    again = begin_import(
        actor, incident, data + b"Crescent;Soup;Harbour\n", filename="b.csv", source="Crescent",
        now=NOW,
    )  # fmt: skip
    found = {one["heading"]: one["field"] for one in report_of(again)["columns"]}
    assert found == {"Partner": "organisation", "Doing": "title", "Quarter": "adm2"}
    wider = b"Partner;Doing;Quarter;Xyz\nCrescent;Soup;Harbour;1\n"
    again = begin_import(actor, incident, wider, filename="c.csv", source="Crescent", now=NOW)
    assert {one["heading"]: one["field"] for one in report_of(again)["columns"]} == found | {
        "Xyz": ""
    }


def test_what_was_answered_stands_only_where_it_would_be_asked_again(act, amina, incident):
    def read(line, **answers):
        data = f"Who;What;From\n{line}\n".encode(answers.pop("written", "utf-8"))
        return import_file(
            act(amina), incident, data, filename="a.csv", source="Crescent", answers=answers,
            now=NOW,
        )  # fmt: skip

    told = {"date_order": "dmy", "encoding": "cp1252", "written": "cp1252"}
    assert read("Café Ærø;Soup;03/04/2026", **told)["date_order"] == "dmy"
    answer = read("Café Ærø;Bread;04/05/2026")
    assert (answer["date_order"], answer["encoding"], answer["new"]) == ("dmy", "utf-8", 1)
    assert read("Café Ærø;Tea;05/30/2026")["date_order"] == "mdy"


def test_a_long_file_is_the_workers_and_can_be_stopped(act, amina, incident, monkeypatch):
    monkeypatch.setattr(services, "SMALL", 1)
    actor = act(amina)
    made = begin_import(actor, incident, table(HALL, LINE), filename="3w.csv", now=NOW)
    made = try_import(actor, made, now=NOW)
    assert made.state == ImportState.TRYING
    assert jobs.import_next(timezone.now())
    made.refresh_from_db()
    assert made.state == ImportState.TRIED
    made = run_import(actor, made, now=NOW)
    other = begin_import(actor, incident, table(TEAM), filename="b.csv", now=NOW)
    with pytest.raises(Refused) as waits:
        run_import(actor, other, now=NOW)
    assert waits.value.code == "waits"

    # Somebody stops it while it is written: nothing of it stays.
    def stopping(*args, **more):
        write(*args, **more)
        Import.objects.filter(pk=made.pk).update(stop_asked=True)

    write = services.write_new
    monkeypatch.setattr(services, "write_new", stopping)
    assert jobs.import_next(timezone.now())
    made.refresh_from_db()
    assert (made.state, made.file) == (ImportState.STOPPED, None)
    assert not Activity.objects.exists()
    assert not ImportedRow.objects.exists()
    assert Entry.objects.filter(verb="import.stopped").exists()
    assert not jobs.import_next(timezone.now())
    with pytest.raises(Refused):
        stop_import(actor, made, now=NOW)


@pytest.fixture
def dies(monkeypatch):
    """Whoever writes the rows ends in the middle of it, this once."""

    def dies(*args, **more):
        write(*args, **more)
        monkeypatch.undo()
        raise KeyboardInterrupt

    write = services.write_new
    monkeypatch.setattr(services, "write_new", dies)


def test_what_died_where_no_worker_is_keeps_nobody_from_the_next_file(act, amina, incident, dies):
    made = begin_import(act(amina), incident, table(HALL), filename="3w.csv", now=NOW)
    with pytest.raises(KeyboardInterrupt):
        run_import(act(amina), made, now=NOW)
    other = {"filename": "b.csv", "now": timezone.now() + services.SILENT * 2}
    with pytest.raises(Refused, match="Wait for it"):
        import_file(act(amina), incident, table(LINE), **other | {"now": NOW})
    assert Import.objects.exclude(pk=made.pk).get().file is None
    assert import_file(act(amina), incident, table(HALL), **other)["new"] == 1
    made.refresh_from_db()
    assert made.state == ImportState.REFUSED
    assert Activity.objects.count() == 1


def test_a_command_that_is_broken_off_leaves_nothing_and_the_way_free(bring, dies):
    with pytest.raises(KeyboardInterrupt):
        bring(HALL)
    assert not Activity.objects.exists()
    assert figures(bring(HALL)) == [1, 1, 0, 0, 0, 0, 0]


def test_a_worker_that_died_is_followed_by_another_who_begins_again(act, amina, incident, dies):
    actor = act(amina)
    made = begin_import(actor, incident, table(HALL, LINE), filename="3w.csv", now=NOW)
    with pytest.raises(KeyboardInterrupt):
        run_import(actor, made, now=NOW)
    assert not Activity.objects.current().exists()
    assert not jobs.import_next(timezone.now())
    assert jobs.import_next(timezone.now() + services.SILENT * 2)
    assert Activity.objects.current().count() == Activity.objects.count() == 2


def test_a_liaison_takes_in_their_own_organisations_rows_alone(act, bilal, farid, incident):
    answer = import_file(act(bilal), incident, table(HALL, LINE), filename="a.csv", now=NOW)
    assert figures(answer) == [2, 1, 0, 0, 0, 0, 1]
    assert answer["rows"][0]["code"] == "not-own"
    made = Import.objects.get()
    assert Activity.objects.get().organisation.agency == bilal.memberships.get().agency
    with pytest.raises(NotAllowed):
        undo_import(act(farid), made, now=NOW)


def test_a_liaison_says_no_level_of_government(act, bilal, health, incident):
    rows = "Who,What,District,Level\nHealth Directorate,Home visits,Market,"
    for level, said in (("national", True), ("", False)):
        answer = import_file(
            act(bilal), incident, f"{rows}{level}\n".encode(), filename="a.csv", now=NOW
        )
        assert any("(line 2)" in one and "level" in one for one in answer["warnings"]) == said
    assert {one.level for one in Activity.objects.all()} == {health.level}


def test_a_liaison_changes_nobody_elses_entry_by_the_row_that_both_have(
    act, amina, bilal, incident
):
    """A list that all partners were sent, read so that their own name stands for another's."""
    head = "Who,With,What,District,Level\n"
    shared = f"{head}Red Crescent,Health Directorate,Open hall,Market,\n".encode()
    bring_all = {"filename": "all.csv", "now": NOW}
    import_file(act(amina), incident, shared, **bring_all)
    stood = Activity.objects.values().get()
    answer = import_file(
        act(bilal),
        incident,
        shared + b"Health Directorate,,Home visits,Market,\n",
        columns={"Who": "", "With": "organisation"},
        level="national",
        **bring_all,
    )
    assert answer["new"] == 1
    assert Activity.objects.values().get(pk=stood["id"]) == stood


def test_a_liaison_says_for_nobody_else_how_their_files_are_laid_out(act, bilal, incident):
    row = b"What,Where to,Note\nHome visits,Market,two\n"
    for source, kept in (("Red Crescent", []), ("", ["health directorate"])):
        answer = import_file(
            act(bilal),
            incident,
            row,
            filename="a.csv",
            source=source,
            columns={"Where to": "adm2", "Note": ""},
            now=NOW,
        )
        assert [layout.source for layout in Layout.objects.all()] == kept
    # Without a column of organisations it is their own.
    assert answer["new"] == 1
    assert Activity.objects.get().organisation.name == "Health Directorate"


def test_nobody_heaps_up_files_that_wait(act, amina, bilal, incident, monkeypatch):
    monkeypatch.setattr(services, "MOST_WAITING", 1)
    told = {"filename": "3w.csv", "now": NOW}
    made = begin_import(act(amina), incident, table(HALL), **told)
    with pytest.raises(Refused) as refused:
        begin_import(act(amina), incident, table(LINE), **told)
    assert (refused.value.code, Import.objects.count()) == ("files-wait", 1)
    begin_import(act(bilal), incident, table(LINE), **told)
    stop_import(act(amina), made, now=NOW)
    begin_import(act(amina), incident, table(LINE), **told)


def test_two_partners_who_send_the_same_row_are_two(act, amina, incident):
    row = b"What,District,State\nOpen hall,Market,active\n"
    for source in ("Red Crescent", "Caritas"):
        answer = import_file(
            act(amina), incident, row, filename="3w.csv", source=source, now=timezone.now()
        )
        assert figures(answer) == [1, 1, 0, 0, 0, 0, 0]
    names = Activity.objects.values_list("organisation__name", flat=True)
    assert sorted(names) == ["Caritas", "Red Crescent"]


def test_a_row_is_taken_although_the_import_that_named_its_organisation_was_undone(
    act, amina, bring
):
    first = bring(LINE)
    second = Import.objects.get(pk=bring(LINE.replace("active,12", "paused,90"))["id"])
    undo_import(act(amina), Import.objects.get(pk=first["id"]), now=timezone.now())
    Organisation.objects.all().delete()
    settle_changes(act(amina), second, accept=True, now=timezone.now())
    one = Activity.objects.get()
    assert (one.reached, one.organisation.name) == (90, "Health Directorate")


def test_strangers_learn_nothing_and_others_are_told_whom_to_ask(
    act, stranger, municipality, incident
):
    with pytest.raises(NotFound):
        import_file(act(stranger), incident, table(HALL), filename="a.csv", now=NOW)
    press = world.make_person("Press", (municipality, "communications"))
    with pytest.raises(NotAllowed):
        import_file(act(press), incident, table(HALL), filename="a.csv", now=NOW)


def test_nobody_waits_to_write_while_a_file_is_read(act, amina, incident, monkeypatch):
    before, held, read = len(connection.savepoint_ids), [], services.understand

    def reading(*args, **kwargs):
        held.append(len(connection.savepoint_ids) - before)
        return read(*args, **kwargs)

    monkeypatch.setattr(services, "understand", reading)
    made = begin_import(act(amina), incident, table(HALL), filename="3w.csv", now=NOW)
    settle_layout(act(amina), made, columns={"Remark": ""}, now=NOW)
    assert held
    assert set(held) == {0}


def test_what_nobody_takes_in_is_forgotten_after_a_week(act, amina, incident):
    made = begin_import(act(amina), incident, table(HALL), filename="3w.csv", now=NOW)
    assert b"Crescent" not in bytes(Import.objects.get().file)
    assert not services.forget_files(NOW)
    type(incident).objects.update(held_since=NOW)
    assert not services.forget_files(NOW + services.KEPT * 2)
    type(incident).objects.update(held_since=None)
    assert services.forget_files(NOW + services.KEPT * 2)
    made.refresh_from_db()
    assert (made.state, made.file, made.report) == (ImportState.STOPPED, None, "")
