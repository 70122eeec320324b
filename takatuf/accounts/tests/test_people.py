"""People and their keys: invited, corrected, closed; made, used, revoked."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from takatuf.accounts import queries, services
from takatuf.accounts.access import needs_second_factor, token_for
from takatuf.accounts.models import Person, Token
from takatuf.accounts.rules import clean_phone, digest_of
from takatuf.foundation.actors import COMMAND, Actor, Post
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.roles import SECOND_FACTOR, Role
from takatuf.journal.models import Entry

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+47 22 00 00 00", "+4722000000"),
        ("0096279-000.0001", "+962790000001"),
        ("+٩٦٢ ٧٩ ٠٠٠ ٠٠٠١", "+962790000001"),
        ("", ""),
        (" ", ""),
    ],
)
def test_a_number_is_understood_as_people_write_it(typed, kept):
    assert clean_phone(typed) == kept


@pytest.mark.once
@pytest.mark.parametrize(
    "typed", ["22 00 00 00", "+0123456", "+47", "call me", "+47220000001234567", "²"]
)
def test_what_is_no_number_is_refused_with_an_example(typed):
    with pytest.raises(Refused) as refusal:
        clean_phone(typed)
    assert refusal.value.field == "phone"


def test_an_address_belongs_to_one_person_in_any_case(amina):
    with pytest.raises(Refused) as refusal:
        services.invite_person(COMMAND, email=amina.email.upper(), name="Other", now=NOW)
    assert refusal.value.code == "email-taken"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "no address"}, "email"),
        ({"name": " \n "}, "name"),
        ({"phone": "12"}, "phone"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_by_its_field(db, fields, wrong):
    values = {"email": "new@city.example", "name": "New", "phone": "", "language": "en"} | fields

    with pytest.raises(Refused) as refusal:
        services.invite_person(COMMAND, **values, now=NOW)

    assert refusal.value.field == wrong
    assert not Person.objects.exists()


def test_a_coordinator_may_invite_and_a_liaison_may_not(amina, farid, act):
    services.invite_person(act(amina), email="a@city.example", name="A", now=NOW)
    with pytest.raises(NotAllowed):
        services.invite_person(act(farid), email="b@city.example", name="B", now=NOW)


def test_an_invitation_stands_in_the_journal_without_the_name_in_its_leaf(db):
    services.invite_person(COMMAND, email="a@city.example", name="Nadia Haddad", now=NOW)

    entry = Entry.objects.get()

    assert entry.verb == "person.invited"
    assert "Nadia" not in entry.canonical


def test_a_person_chooses_their_language_and_nobody_elses(amina, farid, act):
    services.set_language(act(farid), farid, "fr", NOW)
    assert Person.objects.get(pk=farid.pk).language == "fr"
    with pytest.raises(NotAllowed):
        services.set_language(act(farid), amina, "fr", NOW)
    with pytest.raises(Refused):
        services.set_language(act(farid), farid, "xx", NOW)


def test_a_key_stands_for_its_person_until_it_is_revoked(farid, act):
    token, secret = services.create_token(act(farid), farid, NOW)

    assert queries.person_for_token(secret, NOW) == farid
    services.revoke_token(act(farid), token, NOW)
    assert queries.person_for_token(secret, NOW) is None


def test_of_a_key_only_its_hash_is_kept(farid, act):
    token, secret = services.create_token(act(farid), farid, NOW)

    assert token.digest == digest_of(secret)
    assert secret not in str(Token.objects.values().get())


@pytest.mark.parametrize("secret", ["", "takatuf_", "takatuf_nonsense", "Bearer", "\x00", "\ud800"])
def test_a_key_that_was_never_made_stands_for_nobody(db, secret):
    assert queries.person_for_token(secret, NOW) is None


def test_an_expired_key_and_a_closed_account_stand_for_nobody(farid, act):
    _, short = services.create_token(act(farid), farid, NOW, expires_at=NOW + timedelta(days=1))
    _, lasting = services.create_token(act(farid), farid, NOW)

    assert queries.person_for_token(short, NOW + timedelta(days=1)) is None
    assert queries.person_for_token(lasting, NOW + timedelta(days=1)) == farid
    services.close_account(COMMAND, farid, NOW)
    assert queries.person_for_token(lasting, NOW) is None


def test_anothers_key_is_not_found(amina, farid, act):
    token, _ = services.create_token(act(farid), farid, NOW)

    assert token_for(act(farid), token.pk) == token
    with pytest.raises(NotFound):
        token_for(act(amina), token.pk)
    with pytest.raises(NotAllowed):
        services.create_token(act(amina), farid, NOW)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_that_sees_sensitive_things_needs_the_second_factor(db, role):
    person = SimpleNamespace(pk=None)
    actor = Actor("person:x", "X", None, frozenset({Post(None, None, role)}))

    assert needs_second_factor(person, actor) is (role in SECOND_FACTOR)
