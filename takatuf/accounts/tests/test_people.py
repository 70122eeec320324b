"""People and their keys: made, corrected, closed; made, used, revoked."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from takatuf.accounts import queries, services
from takatuf.accounts.access import handed_by_token, handed_token, needs_second_factor, token_for
from takatuf.accounts.models import Person, Token
from takatuf.accounts.rules import clean_phone, digest_of
from takatuf.foundation.actors import COMMAND, Actor, Post
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.roles import SECOND_FACTOR, Role

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


def test_an_address_belongs_to_one_account_in_any_case(amina):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.account_made(amina.email.upper(), name="Other", language="en")
    assert queries.person_by_email(amina.email.upper()) == amina


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"email": "no address"}, "email"), ({"name": "x" * 121}, "name")]
)
def test_what_is_wrong_with_somebody_new_is_said_by_its_field(db, fields, wrong):
    values = {"email": "new@city.example", "name": "New", "language": "en"} | fields
    with pytest.raises(Refused) as refusal:
        services.account_made(**values)
    assert refusal.value.field == wrong
    assert not Person.objects.exists()


def test_a_card_is_no_account(city, farid, client):
    card = services.card_made(city.pk, "Farid@Example.org", language="fr-CA")
    assert (card.name, card.language, card.reached_at) == ("farid", "fr", farid.email)
    assert card.is_card
    assert not card.has_joined
    assert queries.person_by_email(farid.email) == farid
    assert not client.login(email=farid.email, password="")
    for wrong in ({"card_in": None}, {"card_email": ""}, {"email": "x@city.example"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=card.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.card_made(city.pk, farid.email, language="en")


def test_a_link_that_is_handed_over_cannot_be_made_up_or_used_twice(farid, city):
    token = handed_token(farid, city.pk)
    assert handed_by_token(token) == (farid, city.pk)
    swapped = [
        token.replace(farid.pk.hex, uuid7().hex),
        token.replace(city.pk.hex, "0"),  # nobody takes it for the operator's
        token.replace(city.pk.hex, uuid7().hex),
    ]
    for wrong in ("", "x", "0-0-0", token + "x", *swapped):
        with pytest.raises(NotFound):
            handed_by_token(wrong)
    services.begin_with(handed_by_token(token), "six-quiet-boats", NOW)
    farid.refresh_from_db()
    assert farid.let_in_by == city.pk
    with pytest.raises(NotFound):
        handed_by_token(token)


def test_a_name_and_a_number_are_corrected_by_oneself(farid, act):
    services.correct_person(act(farid), farid, name=" Farid  K. ", phone="00962 79 1", now=NOW)
    farid.refresh_from_db()
    assert (farid.name, farid.phone) == ("Farid K.", "+962791")


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


@pytest.mark.once
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "take at least 12 characters"), ("ar", "12 حرفًا"), ("fr", "au moins 12 caractères")],
)
def test_a_short_password_is_refused_in_the_readers_language(language, words):
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("too-short")
    assert words in str(refused.value)
