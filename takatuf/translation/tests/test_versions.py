"""Who stands behind a version: it is written by one person and approved by another."""

from uuid import uuid4

import pytest
from django.utils import timezone

from takatuf.foundation.actors import COMMAND, Actor, Post
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.journal.sentences import sentence
from takatuf.translation.exchange import Line, PoTexts
from takatuf.translation.models import PublicText, TextChange
from takatuf.translation.queries import seen, shown
from takatuf.translation.services import (
    Shipped,
    approve_version,
    approve_versions,
    import_versions,
    put_texts,
    review_version,
    send_back_version,
    write_version,
)

KEY, OTHER = "page/test/a", "page/test/b"
SOURCE = {"en": "Light the hall", "fr": "Éclairez la salle"}


def secretary(name):
    return Actor(f"person:{name}", name, uuid4(), frozenset({Post(None, None, "secretariat")}))


AMAL, BASMA = secretary("Amal"), secretary("Basma")


@pytest.fixture(autouse=True)
def shipped(db):
    put_texts("pages", [Shipped(key, SOURCE, "en") for key in (KEY, OTHER)], now=timezone.now())


def act(case, actor, *more, language="fr", key=KEY, mark=None, **named):
    mark = seen(key, language) if mark is None else mark
    return case(actor, key, language, *more, seen=mark, now=timezone.now(), **named)


def test_one_writes_and_another_approves():
    act(write_version, AMAL, "Allumez la salle")
    assert shown(KEY, "fr")[:3] == ("Allumez la salle", "fr", "draft")
    with pytest.raises(Refused) as refusal:
        act(approve_version, AMAL)
    assert refusal.value.code == "own-version"

    act(review_version, BASMA)
    assert shown(KEY, "fr").state == "reviewed"
    act(approve_version, BASMA)

    assert shown(KEY, "fr")[2:] == ("approved", False)
    verbs = ["text.version_approved", "text.version_reviewed", "text.version_written"]
    assert [change.verb for change in TextChange.objects.all()] == verbs
    told = sentence(Entry.objects.get(verb="text.version_approved"), "fr")
    assert "français" in told
    assert KEY in told


def test_whoever_is_alone_approves_with_a_reason_and_readers_are_told():
    act(write_version, AMAL, "Allumez la salle")
    act(approve_version, AMAL, alone_reason="Nobody else here reads French")
    assert shown(KEY, "fr")[2:] == ("approved", True)
    entry = Entry.objects.get(verb="text.version_approved_alone")
    assert entry.private == {"reason": "Nobody else here reads French"}


def test_what_ships_is_approved_by_anybody_who_read_it():
    act(approve_version, AMAL, alone_reason="not needed")
    assert shown(KEY, "fr")[2:] == ("approved", False)


def test_the_second_writer_sees_the_first_ones_change():
    mark = seen(KEY, "fr")
    act(write_version, AMAL, "Allumez la salle", mark=mark)
    for case, more in ((write_version, ["Ouvrez"]), (approve_version, []), (review_version, [])):
        with pytest.raises(Refused) as refusal:
            act(case, BASMA, *more, mark=mark)
        assert refusal.value.code == "changed-since"
    act(write_version, BASMA, "Tenn lys", language="nb")
    assert shown(KEY, "fr").words == "Allumez la salle", "another language is not in the way"


def test_a_new_source_leaves_the_versions_behind_until_they_are_read_again():
    act(approve_version, AMAL)
    act(write_version, AMAL, "Light the whole hall", language="en")
    assert shown(KEY, "fr").state == "behind"
    assert shown(KEY, "en").state == "source"
    act(review_version, BASMA)
    assert shown(KEY, "fr").state == "reviewed"


def test_a_version_is_sent_back_with_what_is_wrong():
    act(approve_version, AMAL)
    with pytest.raises(Refused):
        act(send_back_version, BASMA, reason=" ")
    act(send_back_version, BASMA, reason="« Salle » is too narrow")
    assert shown(KEY, "fr").state == "draft"
    assert PublicText.objects.get(key=KEY).hands == {}, "so it follows what ships again"
    assert TextChange.objects.first().reason == "« Salle » is too narrow"


def test_a_page_is_approved_at_once_as_it_was_read():
    act(write_version, AMAL, "Allumez", key=OTHER)
    marks = {key: seen(key, "fr") for key in (KEY, OTHER)}
    approve = {"seen": marks, "now": timezone.now()}
    with pytest.raises(Refused) as refusal:
        approve_versions(AMAL, "page/test", "fr", **approve)
    assert refusal.value.code == "own-version"
    with pytest.raises(Refused) as refusal:
        approve_versions(BASMA, "page/test", "fr", seen={KEY: marks[KEY]}, now=timezone.now())
    assert refusal.value.code == "changed-since"

    assert approve_versions(BASMA, "page/test", "fr", **approve) == 2

    assert {shown(key, "fr").state for key in marks} == {"approved"}
    assert Entry.objects.get(verb="texts.approved").facts["count"] == 2
    with pytest.raises(Refused):
        approve_versions(BASMA, "page/test", "fr", **approve)


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        (" ", "fr", "words-missing"),
        ("Allumez [s1]", "fr", "places"),
        ("Light the hall tonight", "ar", "script"),
        ("abc\u202edef", "fr", "direction-override"),
    ],
)
def test_words_that_are_no_version_are_refused(words, language, code):
    with pytest.raises(Refused) as refusal:
        act(write_version, AMAL, words, language=language)
    assert refusal.value.code == code


def test_nobody_else_finds_the_texts_and_no_program_approves():
    with pytest.raises(NotFound):
        act(write_version, Actor("person:x", "X", uuid4()), "Allumez")
    with pytest.raises(NotAllowed):
        act(approve_version, COMMAND)
    for key, language in ((KEY, "tlh"), ("page/test/none", "fr")):
        with pytest.raises(NotFound):
            act(write_version, AMAL, "Allumez", key=key, language=language)
    with pytest.raises(Refused):
        act(approve_version, AMAL, language="nb")
    with pytest.raises(Refused):
        act(approve_version, AMAL, language="en")


def lines(*entries):
    made = [
        Line(key, source, words, number, fuzzy, False)
        for number, (key, source, words, fuzzy) in enumerate(entries, start=5)
    ]
    return PoTexts("nb", made, [])


def test_a_file_comes_in_whole_or_not_at_all():
    good = (KEY, "Light the hall", "Tenn lys", False)
    old = (OTHER, "Light a hall", "Tenn", False)
    odd = ("page/test/z", "x", "y", False)
    now = timezone.now()

    refused = import_versions(COMMAND, lines(good, old, odd), now=now)
    assert [(fault.line, fault.code) for fault in refused.faults] == [
        (6, "source-changed"),
        (7, "key-unknown"),
    ]
    assert refused.written == 0
    assert import_versions(COMMAND, lines(good), now=now, only_check=True).written == 1
    assert shown(KEY, "nb").language == "en"

    assert import_versions(COMMAND, lines(good, old), now=now, partly=True).written == 1
    assert shown(KEY, "nb")[:3] == ("Tenn lys", "nb", "draft")
    again = import_versions(COMMAND, lines(good, (OTHER, SOURCE["en"], "Ha", True)), now=now)
    assert (again.written, again.same, again.unfinished) == (0, 1, 1)
    assert import_versions(
        AMAL, lines((KEY, SOURCE["en"], "Tenn!", False)), now=now, machine=True
    ).written
    assert shown(KEY, "nb").state == "machine"
    assert Entry.objects.filter(verb="texts.imported").count() == 2


def test_of_a_page_only_what_its_approver_wrote_is_approved_alone():
    act(write_version, AMAL, "Allumez", key=OTHER)
    marks = {key: seen(key, "fr") for key in (KEY, OTHER)}
    approve_versions(
        AMAL, "page/test", "fr", seen=marks, now=timezone.now(), alone_reason="Nobody else"
    )
    assert (shown(KEY, "fr").alone, shown(OTHER, "fr").alone) == (False, True)
    reasons = {change.public_text.key: change.reason for change in TextChange.objects.all()[:2]}
    assert reasons == {KEY: "", OTHER: "Nobody else"}
