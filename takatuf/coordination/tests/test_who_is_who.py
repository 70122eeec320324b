"""Two organisations that may be one: proposed, made one by a person, and taken apart again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import Q
from django.utils import timezone

from takatuf.activities.access import import_for
from takatuf.activities.models import Activity, Overlap
from takatuf.activities.services import (
    compare_activities,
    import_file,
    invite_partner,
    keep_answers,
    settle_overlap,
    undo_import,
)
from takatuf.config.world import make_activity, make_agency, make_area
from takatuf.coordination.services import merge_organisations, unmerge_organisation
from takatuf.coordination.whoiswho import keys_named, names_of, proposals_of
from takatuf.foundation import meaning
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.queries import entries_of
from takatuf.network.services import (
    add_name,
    edit_organisation,
    keep_apart,
    organisation_named,
    read_names,
    remove_name,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def known(city, now):
    """A function that gives the organisation of a name."""
    return lambda name, **more: organisation_named(city, name, source="4w.csv", now=now, **more)


def does(incident, organisation, title, now):
    return Activity.objects.create(
        incident=incident,
        organisation=organisation,
        title=title,
        reported_at=now,
        confirmed_at=now,
        changed_at=now,
    )


def pairs(city):
    return [(each.kept.name, each.gone.name) for each in proposals_of(city)]


def test_a_pair_is_proposed_until_somebody_answers(city, amina, act, known, now):
    english, arabic = known("Ministry of Health"), known("وزارة الصحة")
    known("Ministry of Justice")
    [proposal] = proposals_of(city)
    assert (proposal.kept, proposal.gone) == (english, arabic)
    assert proposal.signs[0][1:] == ("Ministry of Health", "وزارة الصحة")

    keep_apart(act(amina), english, arabic, reasons=["translation"], now=now)
    assert proposals_of(city) == []
    assert entries_of(city.log)[0].verb == "organisation.kept_apart"


def test_an_import_undone_leaves_it_said_who_is_the_same(incident, amina, act, known):
    def bring(state):
        rows = f"Who,Code,What,State\nMoH,A1,Hotline,{state}\n".encode()
        told = import_file(act(amina), incident, rows, filename="a.csv", now=timezone.now())
        return import_for(act(amina), UUID(told["id"]))

    bring("active")
    made, kept = bring("ended"), known("Ministry of Health")
    merge_organisations(act(amina), kept, known("MoH"), now=timezone.now())
    undo_import(act(amina), made, now=timezone.now())
    assert Activity.objects.values_list("status", "organisation").get() == ("active", kept.pk)


def test_what_is_merged_brings_its_work_and_takes_it_back(city, incident, amina, act, known, now):
    one, two = known("Ministry of Health"), known("وزارة الصحة")
    known("MoH Jordan")
    mine, theirs = does(incident, one, "Hotline", now), does(incident, two, "خط", now)
    merge_organisations(act(amina), one, two, reasons=["translation"], now=now)

    assert known("وزارة الصحه") == one
    assert [name.name for name in names_of(one)] == ["Ministry of Health", "وزارة الصحة"]
    assert keys_named(city, "صحة") == {one.pk, two.pk}
    assert set(one.activities.all()) == {mine, theirs}
    assert ("Ministry of Health", "وزارة الصحة") not in pairs(city)

    since = does(incident, one, "Since then", now)
    two.refresh_from_db()
    unmerge_organisation(act(amina), two, now=now)
    assert known("وزارة الصحة") == two
    assert set(one.activities.all()) == {mine, since}
    assert list(two.activities.all()) == [theirs]
    assert ("Ministry of Health", "وزارة الصحة") not in pairs(city), "a person said: two"
    verbs = [entry.verb for entry in entries_of(city.log)][:2]
    assert verbs == ["organisation.parted", "organisation.merged"]


def test_the_agency_goes_along_and_comes_back(city, amina, act, known, now):
    agency = make_agency(city, "Red Crescent", "red-cross-crescent", level="national")
    loose, called = known("Jordan Red Crescent Society"), known("Red Crescent")
    merge_organisations(act(amina), loose, called, now=now)
    loose.refresh_from_db()
    called.refresh_from_db()
    assert (loose.agency, loose.level, called.agency) == (agency, "national", None)
    unmerge_organisation(act(amina), called, now=now)
    loose.refresh_from_db()
    called.refresh_from_db()
    assert (loose.agency, called.agency) == (None, agency)


def test_who_was_merged_into_one_that_was_merged_leads_on_and_comes_out_again(
    city, incident, amina, act, known, now
):
    agency = make_agency(city, "Gamma Aid", "victim-support", level="national")
    last, middle, first = known("Alpha Aid"), known("Beta Aid"), known("Gamma Aid")
    works = [does(incident, one, str(one), now) for one in (last, middle, first)]
    merge_organisations(act(amina), middle, first, now=now)
    middle.refresh_from_db()
    merge_organisations(act(amina), last, middle, now=now)
    assert known("gamma aid") == last
    assert {name.name for name in names_of(last)} == {"Alpha Aid", "Beta Aid", "Gamma Aid"}
    assert last.pk in keys_named(city, "gamma")
    assert set(last.activities.all()) == set(works)

    first.refresh_from_db()
    unmerge_organisation(act(amina), first, now=now)
    first.refresh_from_db()
    last.refresh_from_db()
    assert list(first.activities.all()) == works[2:]
    assert (first.agency, last.agency) == (agency, None)
    assert {name.name for name in names_of(last)} == {"Alpha Aid", "Beta Aid"}
    middle.refresh_from_db()
    unmerge_organisation(act(amina), middle, now=now)
    assert [list(one.activities.all()) for one in (last, middle, first)] == [
        [work] for work in works
    ]


def test_a_merged_one_is_not_merged_again_nor_one_with_itself(city, amina, act, known, now):
    one, two, three = (known(name) for name in ("Alpha Aid", "Beta Aid", "Gamma Aid"))
    merge_organisations(act(amina), one, two, now=now)
    for kept, gone in ((two, three), (three, two), (one, one)):
        with pytest.raises(Refused):
            merge_organisations(act(amina), kept, gone, now=now)
    with pytest.raises(Refused):
        unmerge_organisation(act(amina), three, now=now)


def test_names_are_added_and_taken_away_by_hand(city, amina, act, known, now):
    one, other = known("Ministry of Health"), known("Caritas")
    added = add_name(act(amina), one, "  MoH ", source="Amina", now=now)
    assert known("moh") == one
    with pytest.raises(Refused, match="name of “Caritas”"):
        add_name(act(amina), one, "CARITAS", source="", now=now)
    with pytest.raises(Refused):
        remove_name(act(amina), one.known_as.get(folded="ministry of health"), now=now)
    remove_name(act(amina), added, now=now)
    assert known("MoH") not in {one, other}


def test_what_is_known_of_one_is_changed_and_its_old_name_leads_on(city, amina, act, known, now):
    one = known("MoH")
    edit_organisation(act(amina), one, name="Ministry of Health", level="national", now=now)
    assert known("MoH") == known("Ministry of Health") == one
    for wrong in ({"level": "galaxy"}, {"kind": "wizards"}, {"name": " "}):
        with pytest.raises(Refused) as refusal:
            edit_organisation(act(amina), one, now=now, **wrong)
        assert refusal.value.field == next(iter(wrong))


def test_a_list_of_names_teaches_some_and_proposes_the_rest(city, amina, act, known, now):
    ministry, danida = known("Denmark"), known("Danida")
    apart = known("Dansk")
    keep_apart(act(amina), ministry, apart, now=now)
    lines = [["Denmark", "Danida", " Danmark ", "Dansk"], ["MoH", "Ministry of Health", "moh"]]
    told = read_names(act(amina), city, lines, source="Cluster list", now=now)
    assert told == (1, 2, 1)
    assert known("danmark") == ministry
    assert known("Ministry of Health") == known("MoH")
    listed = proposals_of(city)[0]
    assert {listed.kept, listed.gone} == {ministry, danida}
    assert (listed.codes[0], listed.sureness) == ("listed", 99)
    assert read_names(act(amina), city, lines, source="Cluster list", now=now) == (0, 0, 0)
    merge_organisations(act(amina), ministry, danida, reasons=listed.codes, now=now)
    assert "listed" not in [code for each in proposals_of(city) for code in each.codes]


@pytest.mark.parametrize(
    ("lines", "code"),
    [([["Alone"]], "line-short"), ([["A", "B"], ["C", "x" * 201]], "organisation-long")],
)
def test_a_list_with_a_bad_line_is_refused_with_its_number(city, amina, act, now, lines, code):
    with pytest.raises(Refused, match=f"Line {len(lines)}") as refusal:
        read_names(act(amina), city, lines, source="", now=now)
    assert (refusal.value.code, refusal.value.field) == (code, "lines")
    assert not city.organisations.exists()


def test_a_liaison_and_a_stranger_sort_nothing(city, bilal, stranger, act, known, now):
    one, two = known("Alpha Aid"), known("Beta Aid")
    with pytest.raises(NotAllowed):
        merge_organisations(act(bilal), one, two, now=now)
    with pytest.raises(NotFound):
        keep_apart(act(stranger), one, two, now=now)


def test_what_was_agreed_stands_when_somebody_gets_another_name(
    city, incident, amina, act, known, now, monkeypatch
):
    monkeypatch.setattr(meaning, "encoder", lambda: None)
    make_area(city, "Old Town", 35.0, 31.0)
    alike = {"populations": ["bereaved"], "channel": "in-person", "level": "municipality",
             "title": "Counselling for families", "language": "en", "now": now}  # fmt: skip
    ours, theirs, again = (
        make_activity(incident, "counselling", "Old Town", who=who, **alike)
        for who in ("City of Marsa Noor", "Shoulder Trust", "Fondation Épaule")
    )

    def waiting():
        compare_activities(incident, now=now)
        return {frozenset((one.a, one.b)) for one in Overlap.objects.filter(state="open")}

    theirs_twice = {frozenset((theirs, again))}
    assert waiting() == {frozenset((ours, theirs)), frozenset((ours, again)), *theirs_twice}
    for overlap in Overlap.objects.filter(Q(a=ours) | Q(b=ours)):
        settle_overlap(
            act(amina), overlap, answer="complementary", reason="By day and by night.",
            review_on=now.date() + timedelta(30), now=now,
        )  # fmt: skip
    assert waiting() == theirs_twice

    kept, gone = known("Shoulder Trust"), known("Fondation Épaule")
    merge_organisations(act(amina), kept, gone, now=now)
    assert waiting() == theirs_twice, "the same body under another name is no new fact"

    gone.refresh_from_db()
    unmerge_organisation(act(amina), gone, now=now)
    assert waiting() == theirs_twice
    Activity.objects.filter(pk=again.pk).update(title="Counselling for the families")
    keep_answers(Activity.objects.filter(pk=again.pk), kept)
    assert waiting() >= {frozenset((ours, again))}, "what else has changed since still counts"


def test_a_way_in_goes_along_and_comes_back(incident, amina, act, known, now):
    kept, gone = known("Shoulder Trust"), known("Fondation Épaule")
    invitation = invite_partner(act(amina), incident, name="Fondation Épaule", now=now)
    merge_organisations(act(amina), kept, gone, now=now)
    assert list(kept.invitations.all()) == [invitation]
    gone.refresh_from_db()
    unmerge_organisation(act(amina), gone, now=now)
    assert list(gone.invitations.all()) == [invitation]
