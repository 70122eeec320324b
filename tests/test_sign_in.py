"""Signing in: with a password, with a second factor, too often, from two places."""

import re
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.sessions.backends import db as plain_sessions
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from takatuf.accounts import services
from takatuf.accounts.queries import person_for_token
from takatuf.config.world import PASSWORD
from takatuf.foundation.actors import COMMAND, Actor
from takatuf.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.plain_desk")]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_in(client, person, password=PASSWORD, language="en", network="198.51.100.7", **extra):
    person.refresh_from_db()
    if not person.has_usable_password():
        person.set_password(PASSWORD)
        person.save()
    return client.post(
        f"/{language}/account/login/",
        {"login": person.email, "password": password, **extra},
        REMOTE_ADDR=network,
    )


def guess(person, times, networks=("203.0.113.9",)):
    """Wrong passwords, each from a browser that nobody knows, from these networks in turn."""
    for _time, network in zip(range(times), cycle(networks), strict=False):
        sign_in(Client(), person, password="not-the-password", network=network)


def is_in(client):
    return "_auth_user_id" in client.session


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_totp(person) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def test_a_person_signs_in_with_address_and_password_and_reaches_the_desk(client, farid):
    answer = sign_in(client, farid)

    assert answer.status_code == 302
    assert answer["Location"] == "/en/desk/"


def test_the_desk_opens_in_the_persons_own_language(client, bilal):
    answer = sign_in(client, bilal, language="fr")

    assert answer["Location"] == "/ar/desk/"


def test_where_someone_was_going_opens_in_their_own_language(client, bilal):
    answer = sign_in(client, bilal, next="/en/desk/marsa-noor/incidents/1/")

    assert answer["Location"] == "/ar/desk/marsa-noor/incidents/1/"


def test_nobody_is_sent_to_another_site_after_signing_in(client, farid):
    answer = sign_in(client, farid, next="https://elsewhere.example/en/desk/")

    assert answer["Location"] == "/en/desk/"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "is not right"), ("ar", "غير صحيح"), ("fr", "n’est pas correct")],
)
def test_a_wrong_password_and_an_unknown_address_read_the_same(client, farid, language, words):
    def page(email):
        answer = client.post(
            f"/{language}/account/login/", {"login": email, "password": "not-the-password"}
        )
        assert answer.status_code == 200
        text = answer.content.decode().replace(email, "")
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)

    assert words in page(farid.email)
    assert page(farid.email) == page("nobody@city.example")


# Guessing


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "in which you have signed in before"),
        ("ar", "سبق لكم الدخول به"),
        ("fr", "déjà connecté"),
    ],
)
def test_after_five_wrong_passwords_from_one_network_even_the_right_one_must_wait(
    client, farid, language, words
):
    guess(farid, 5)

    answer = sign_in(client, farid, network="203.0.113.9", language=language)

    assert not is_in(client)
    assert words in answer.content.decode()


def test_who_guesses_elsewhere_does_not_lock_the_owner_out(client, farid):
    guess(farid, 6)

    sign_in(client, farid)

    assert is_in(client)


def test_guessing_from_everywhere_is_bounded_and_leaves_the_owners_browser_alone(client, farid):
    sign_in(client, farid)
    client.post("/en/account/logout/")
    guess(farid, 31, networks=[f"203.0.113.{place}" for place in range(10)])

    stranger = Client()
    answer = sign_in(stranger, farid)
    assert not is_in(stranger)
    assert "many passwords for this address" in answer.content.decode()

    sign_in(client, farid)
    assert is_in(client)


def test_a_known_browser_cannot_guess_without_end(client, farid):
    sign_in(client, farid)
    client.post("/en/account/logout/")
    for _time in range(10):
        sign_in(client, farid, password="not-the-password")

    answer = sign_in(client, farid)

    assert not is_in(client)
    assert "in this browser" in answer.content.decode()


def test_a_browser_is_known_for_whom_it_signed_in_and_a_changed_cookie_for_nobody(
    client, farid, bilal
):
    sign_in(client, farid)
    client.post("/en/account/logout/")
    guess(bilal, 5, networks=["198.51.100.7"])

    sign_in(client, bilal)
    assert not is_in(client)

    guess(farid, 5, networks=["198.51.100.7"])
    client.cookies["takatuf_known"] = "x" + client.cookies["takatuf_known"].value
    sign_in(client, farid)
    assert not is_in(client)


def test_a_password_alone_makes_no_known_browser_where_a_second_step_is_asked_for(client, amina):
    give_totp(amina)

    answer = sign_in(client, amina)

    assert answer["Location"] == reverse("mfa_authenticate")
    assert "takatuf_known" not in client.cookies


def test_one_network_cannot_try_one_password_on_everybody(client, farid, db):
    for place in range(20):
        client.post(
            "/en/account/login/",
            {"login": f"nobody{place}@city.example", "password": "not-the-password"},
            REMOTE_ADDR="203.0.113.9",
        )

    sign_in(client, farid, network="203.0.113.9")

    assert not is_in(client)


def test_who_chose_a_new_password_by_a_link_gets_in_while_others_guess(client, farid):
    guess(farid, 31, networks=[f"203.0.113.{place}" for place in range(10)])
    choose_by_link(client, farid)

    sign_in(client, farid, password="six-quiet-boats")

    assert is_in(client)


def test_a_limit_says_nothing_of_an_account(farid):
    unknown = SimpleNamespace(
        email="nobody@city.example", refresh_from_db=bool, has_usable_password=lambda: True
    )

    def page(person):
        guess(person, 5)
        answer = sign_in(Client(), person, network="203.0.113.9").content.decode()
        return re.sub(r'value="[^"]+"', "", answer)

    assert page(farid) == page(unknown)


def test_a_closed_account_cannot_sign_in(client, farid):
    farid.is_active = False
    farid.save()

    sign_in(client, farid)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/set/", "login/code/", "confirm-email/"]
)
def test_a_stranger_finds_no_way_to_make_an_account(client, path):
    missing = client.get("/en/nothing-of-the-kind/")

    for answer in [client.get(f"/en/account/{path}"), client.post(f"/en/account/{path}")]:
        assert answer.status_code == 404
        assert answer.content == missing.content


# The second factor


def test_a_role_that_sees_sensitive_things_reaches_nothing_before_the_second_step(client, amina):
    sign_in(client, amina)

    answer = client.get("/en/desk/")

    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_activate_totp")


def test_a_liaison_needs_no_second_step(client, farid):
    sign_in(client, farid)

    assert client.get("/en/desk/").status_code == 200


def test_the_second_step_is_set_up_and_then_asked_for(client, amina):
    sign_in(client, amina)
    page = client.get("/en/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert "<svg" in page.content.decode()

    answer = client.post("/en/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get("/en/desk/").status_code == 200

    client.post("/en/account/logout/")
    answer = sign_in(client, amina)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)

    cache.clear()  # the same code may not serve twice; half a minute later it is another one
    answer = client.post("/en/account/2fa/authenticate/", {"code": code_for(secret)})
    assert answer["Location"] == "/en/desk/"
    assert client.get("/en/desk/").status_code == 200


def test_the_key_stands_in_groups_of_four_and_is_copied_whole(client, farid):
    sign_in(client, farid)
    page = client.get("/en/account/2fa/totp/activate/")
    secret = page.context["form"].secret

    [shown] = re.findall(r'<p class="key"[^>]*>(.*?)</p>', page.content.decode())
    assert re.findall(r"<span>(.*?)</span>", shown) == re.findall("....", secret)
    copied = re.sub(r"<[^>]+>", "", shown)
    assert copied == secret

    client.post("/en/account/2fa/totp/activate/", {"code": code_for(copied)})
    assert Authenticator.objects.filter(user=farid, type=Authenticator.Type.TOTP).exists()


def test_the_key_of_a_second_step_that_is_being_set_up_is_sealed_in_the_database(client, farid):
    sign_in(client, farid)
    secret = client.get("/en/account/2fa/totp/activate/").context["form"].secret

    kept = Session.objects.get(pk=client.session.session_key).session_data

    assert client.session["mfa.totp.secret"] == secret
    assert kept.startswith("t1.")
    # What Django itself writes is only signed: anybody reads it.
    assert plain_sessions.SessionStore().decode(kept) == {}


def test_a_session_begun_before_sessions_were_sealed_goes_on(client, farid):
    sign_in(client, farid)
    row = Session.objects.get(pk=client.session.session_key)
    row.session_data = plain_sessions.SessionStore().encode(dict(client.session.items()))
    row.save()

    assert client.get("/en/desk/").status_code == 200


def test_a_session_that_cannot_be_opened_is_nobodys(client, farid):
    sign_in(client, farid)
    Session.objects.update(session_data="t1.lost.AAAA")

    assert client.get("/en/desk/").status_code == 302


def test_codes_may_be_typed_in_arabic_digits(client, farid):
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    sign_in(client, farid)
    secret = client.get("/ar/account/2fa/totp/activate/").context["form"].secret
    client.post("/ar/account/2fa/totp/activate/", {"code": code_for(secret).translate(arabic)})
    RecoveryCodes.activate(farid)
    held = Authenticator.objects.get(user=farid, type=Authenticator.Type.RECOVERY_CODES)
    code = held.wrap().get_unused_codes()[0].translate(arabic)
    client.logout()

    sign_in(client, farid)
    answer = client.post("/ar/account/2fa/authenticate/", {"code": code})

    assert answer["Location"] == f"/{farid.language}/desk/"


def test_a_letter_about_the_account_says_the_time_of_the_persons_city(client, farid, mailoutbox):
    sign_in(client, farid)
    client.post(
        "/en/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "many arms lift", "password2": "many arms lift"},
    )

    now = timezone.localtime(timezone.now(), ZoneInfo("Asia/Amman"))
    assert f" {now:%H}:" in mailoutbox[0].body
    assert "UTC+3" in mailoutbox[0].body


def test_a_wrong_code_opens_nothing(client, amina):
    give_totp(amina)
    sign_in(client, amina)

    answer = client.post("/en/account/2fa/authenticate/", {"code": "000000"})

    assert answer.status_code == 200
    assert "This code is not right" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_opens_the_account_once(client, amina):
    give_totp(amina)
    RecoveryCodes.activate(amina)
    held = Authenticator.objects.get(user=amina, type=Authenticator.Type.RECOVERY_CODES)
    code = held.wrap().get_unused_codes()[0]

    sign_in(client, amina)
    answer = client.post("/en/account/2fa/authenticate/", {"code": code})
    assert answer["Location"] == "/en/desk/"

    client.post("/en/account/logout/")
    sign_in(client, amina)
    answer = client.post("/en/account/2fa/authenticate/", {"code": code})
    assert answer.status_code == 200


def test_the_seed_of_the_second_factor_is_sealed_in_the_database(amina):
    secret = give_totp(amina)

    held = Authenticator.objects.get(user=amina)

    assert secret not in str(held.data)


def test_who_sees_sensitive_things_cannot_switch_the_second_step_off(client, amina):
    secret = give_totp(amina)
    sign_in(client, amina)
    client.post("/en/account/2fa/authenticate/", {"code": code_for(secret)})

    answer = client.post("/en/account/2fa/totp/deactivate/")

    assert answer.status_code == 200
    assert "must stay on" in answer.content.decode()
    assert Authenticator.objects.filter(user=amina).exists()


def test_a_lost_second_factor_is_taken_away_with_a_reason_and_ends_all_sessions(client, amina):
    secret = give_totp(amina)
    sign_in(client, amina)
    client.post("/en/account/2fa/authenticate/", {"code": code_for(secret)})

    services.reset_second_factor(COMMAND, amina, reason="telephone lost", now=NOW)

    assert client.get("/en/desk/")["Location"].startswith("/en/account/login/")
    assert not Authenticator.objects.filter(user=amina).exists()


# Sessions


def test_another_session_can_be_ended(client, farid):
    elsewhere = Client()
    sign_in(elsewhere, farid)
    assert elsewhere.get("/en/desk/").status_code == 200
    sign_in(client, farid)

    page = client.get("/en/account/sessions/")
    assert "End all other sessions" in page.content.decode()
    client.post("/en/account/sessions/")

    assert elsewhere.get("/en/desk/").status_code == 302
    assert client.get("/en/desk/").status_code == 200


def test_signing_out_is_a_post(client, farid):
    sign_in(client, farid)

    client.get("/en/account/logout/")
    assert "_auth_user_id" in client.session

    answer = client.post("/en/account/logout/")
    assert answer["Location"] == "/en/"
    assert "_auth_user_id" not in client.session


# A forgotten password


@pytest.fixture
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.usefixtures("_mail")
def test_a_forgotten_password_is_replaced_by_a_link_that_serves_once(client, farid, mailoutbox):
    answer = client.post("/fr/account/password/reset/", {"email": farid.email})
    assert answer.status_code == 302
    [letter] = mailoutbox
    assert "Choisir un nouveau mot de passe" in letter.subject
    path = re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]

    form = client.get(path)["Location"]
    answer = client.post(form, {"password1": "six-quiet-boats", "password2": "six-quiet-boats"})
    assert answer.status_code == 302
    assert sign_in(client, farid, password="six-quiet-boats")["Location"] == "/en/desk/"

    client.post("/en/account/logout/")
    assert "n’est plus valable" in client.get(path, follow=True).content.decode()


@pytest.mark.usefixtures("_mail")
def test_nobody_learns_whether_an_address_has_an_account(client, farid, mailoutbox):
    known = client.post("/en/account/password/reset/", {"email": farid.email})
    unknown = client.post("/en/account/password/reset/", {"email": "nobody@city.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Ask the response coordinator of your city."),
        ("ar", "راجِعوا منسّق الاستجابة أو منسّقتها في مدينتكم"),
        ("fr", "Adressez-vous à la personne qui coordonne la réponse dans votre ville."),
    ],
)
def test_without_a_mail_server_no_letter_is_promised_to_anyone(
    client, farid, settings, language, words
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    path = f"/{language}/account/password/reset/"

    asked = client.get(path).content.decode()
    assert words in asked
    assert 'name="email"' not in asked

    known = client.post(path, {"email": farid.email}, follow=True).content.decode()
    unknown = client.post(path, {"email": "nobody@city.example"}, follow=True).content.decode()
    assert words in known
    assert known == unknown

    stale = client.get(f"{path}key/1-nothing/").content.decode()
    assert {"en": "Whom to ask", "ar": "لمن تلجؤون", "fr": "À qui s’adresser"}[language] in stale


def test_somebody_new_chooses_their_own_password(client, city):
    person = services.account_made("Nadia@City.example", name="Nadia", language="ar")
    path = services.password_link(person).partition("8000")[2]
    assert path.startswith("/ar/")

    form = client.get(path)["Location"]
    client.post(form, {"password1": "six-quiet-boats", "password2": "six-quiet-boats"})

    answer = sign_in(client, person, password="six-quiet-boats")
    assert answer["Location"] == "/ar/desk/"


@pytest.mark.usefixtures("_mail")
def test_a_mail_server_that_is_down_tells_a_stranger_nothing(client, farid, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = client.post("/en/account/password/reset/", {"email": farid.email})

    assert answer.status_code == 302


# Keys of programs, and the password


def make_key(person, name="Screen in the control room", **more):
    oneself = Actor(f"person:{person.pk}", person.name, person.pk)
    return services.create_token(oneself, person, NOW, name=name, **more)


def choose_by_link(client, person):
    person.refresh_from_db()
    form = client.get(services.password_link(person).partition("8000")[2])["Location"]
    return client.post(form, {"password1": "six-quiet-boats", "password2": "six-quiet-boats"})


def change(client, **more):
    words = {"oldpassword": PASSWORD, "password1": "six-quiet-boats"}
    return client.post(
        "/en/account/password/change/", words | {"password2": "six-quiet-boats"} | more
    )


def verbs():
    return list(Entry.objects.order_by("index").values_list("verb", flat=True))


def test_a_password_chosen_with_a_link_ends_the_keys_of_programs(client, farid):
    _key, secret = make_key(farid)
    elsewhere = Client()
    sign_in(elsewhere, farid)

    choose_by_link(client, farid)

    assert person_for_token(secret, NOW) is None
    assert elsewhere.get("/en/desk/").status_code == 302
    assert verbs() == ["token.created", "password.renewed", "token.revoked"]


def test_a_changed_password_leaves_the_keys_of_programs_unless_they_are_to_end(client, farid):
    _key, secret = make_key(farid)
    sign_in(client, farid)
    elsewhere = Client()
    sign_in(elsewhere, farid)
    assert "1 program acts as you" in change(client, oldpassword="wrong").content.decode()

    assert change(client).status_code == 302

    assert person_for_token(secret, NOW) == farid
    assert client.get("/en/desk/").status_code == 200
    assert elsewhere.get("/en/desk/").status_code == 302
    assert verbs() == ["token.created", "password.changed"]


def test_the_keys_of_programs_end_with_the_password_where_that_is_asked_for(client, farid):
    _key, secret = make_key(farid)
    sign_in(client, farid)

    change(client, end_keys="on")

    assert person_for_token(secret, NOW) is None
    assert verbs()[1:] == ["password.changed", "token.revoked"]


def test_who_has_no_key_is_asked_nothing_of_keys(client, farid):
    make_key(farid, expires_at=NOW - timedelta(days=1))
    sign_in(client, farid)

    assert 'name="end_keys"' not in client.get("/en/account/password/change/").content.decode()


@pytest.mark.parametrize(
    ("language", "never", "none"),
    [
        ("en", "never used", "No program acts as you."),
        ("ar", "لم يُستخدم قط", "لا برنامج يعمل باسمكم."),
        ("fr", "jamais utilisée", "Aucun programme n’agit en votre nom."),
    ],
)
def test_a_person_sees_their_keys_with_the_last_use_and_ends_one(
    client, farid, language, never, none
):
    key, secret = make_key(farid)
    _old, _secret = make_key(farid, "Old import", expires_at=NOW)
    page = f"/{language}/account/keys/"
    sign_in(client, farid)
    assert never in client.get(page).content.decode()

    person_for_token(secret, NOW)
    shown = client.get(page).content.decode()
    assert "Screen in the control room" in shown
    assert "Old import" in shown
    assert 'datetime="2026-11-22T12:00:00+03:00"' in shown.partition("Old import")[2]

    client.post(f"{page}{key.pk}/end/")
    assert person_for_token(secret, NOW) is None
    services.revoke_token(COMMAND, _old, NOW)
    assert none in client.get(page).content.decode()


def test_nobody_ends_anothers_key(client, farid, bilal):
    key, secret = make_key(bilal)
    sign_in(client, farid)

    assert client.post(f"/en/account/keys/{key.pk}/end/").status_code == 404
    assert person_for_token(secret, NOW) == bilal
