"""Passkeys: made, used alone and as the second step, refused, removed, told in the record."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from takatuf.accounts import services
from takatuf.accounts.rules import PasskeyHome, passkey_home
from takatuf.foundation.errors import NotAllowed, Refused
from takatuf.journal.models import Entry
from takatuf.testing.passkey import SoftPasskey
from tests.test_sign_in import code_for, give_totp, sign_in

# What a browser and a server say to each other is the same above either database.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.urls("tests.plain_desk")]
PLACE = "/en/account/2fa/"


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.BASE_URL = "http://localhost"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client():
    return Client(SERVER_NAME="localhost")


def add(client, passkey=None, name="My telephone", **wrong):
    """Make a passkey as the page does; the passkey and the page that came back."""
    passkey = passkey or SoftPasskey()
    page = client.get(f"{PLACE}passkeys/add/")
    asked = page.context["js_data"]["creation_options"]["publicKey"]
    answer = client.post(
        f"{PLACE}passkeys/add/",
        {"name": name, "credential": json.dumps(passkey.create(asked, **wrong))},
    )
    return passkey, answer


def show(client, passkey, going="", **wrong):
    """Sign in by the passkey alone."""
    asked = client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"})
    asked = asked.json()["request_options"]["publicKey"]
    return client.post(
        f"{PLACE}passkeys/sign-in/",
        {"credential": json.dumps(passkey.get(asked, **wrong)), "next": going},
    )


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def with_passkey(client, amina):
    """Amina, whose role needs a second step, has made one passkey and signed out."""
    sign_in(client, amina)
    passkey, answer = add(client)
    assert answer["Location"] == f"{PLACE}recovery-codes/"
    client.post("/en/account/logout/")
    return passkey


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://response.our-town.example", ("response.our-town.example",) * 2),
        ("https://Our-Town.example:443/", ("our-town.example", "our-town.example")),
        ("https://our-town.example:8443", ("our-town.example", "our-town.example:8443")),
        ("https://بلدية.example", ("xn--mgbai9azgqp6j.example",) * 2),
    ],
)
def test_passkeys_belong_to_the_address_that_people_reach(address, home):
    found = passkey_home(address)
    assert found is not None
    if "بلدية" in address:
        assert found.host.startswith("xn--")
    else:
        assert found == PasskeyHome(home[0], f"https://{home[1]}")


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "works"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]", False),
        ("http://our-town.example", False),
        ("ftp://our-town.example", False),
        ("https://", False),
        ("https://our-town.example:port", False),
        ("", False),
    ],
)
def test_passkeys_work_by_https_or_on_localhost_and_never_for_a_number(address, works):
    assert (passkey_home(address) is not None) is works


def test_where_no_passkey_can_be_made_the_page_says_why_and_offers_none(client, farid, settings):
    settings.BASE_URL = "http://our-town.example"
    sign_in(client, farid)

    page = client.get(PLACE)

    assert "need the https address" in page.content.decode()
    assert "passkeys/add/" not in page.content.decode()
    assert client.get(f"{PLACE}passkeys/add/")["Location"] == PLACE
    client.post("/en/account/logout/")
    assert "data-passkey" not in client.get("/en/account/login/").content.decode()


def test_whoever_needs_a_second_step_may_choose_a_passkey(client, amina):
    sign_in(client, amina)

    assert client.get("/en/desk/")["Location"] == PLACE
    assert "Your role needs a second step" in client.get(PLACE).content.decode()
    add(client)

    assert client.get("/en/desk/").status_code == 200
    assert "My telephone" in client.get(PLACE).content.decode()
    assert Authenticator.objects.filter(user=amina, type="recovery_codes").exists()


def test_a_passkey_signs_in_alone_and_is_both_steps(client, with_passkey):
    answer = show(client, with_passkey, going="/fr/desk/")

    assert answer["Location"] == "/en/desk/"  # in her own language
    assert client.session.get_expire_at_browser_close()
    assert client.get("/en/desk/").status_code == 200


def test_a_passkey_is_the_second_step_after_the_password(client, amina, with_passkey):
    answer = sign_in(client, amina, next="/en/desk/")
    assert answer["Location"] == f"{PLACE}authenticate/"
    page = client.get(f"{PLACE}authenticate/")
    assert "data-passkey" in page.content.decode()
    asked = page.context["js_data"]["request_options"]["publicKey"]

    credential = json.dumps(with_passkey.get(asked))
    answer = client.post(f"{PLACE}authenticate/", {"credential": credential})

    assert answer["Location"] == "/en/desk/"
    assert signed_in(client)


def test_without_a_passkey_only_a_code_is_asked_for(client, amina):
    give_totp(amina)
    sign_in(client, amina)

    assert "data-passkey" not in client.get(f"{PLACE}authenticate/").content.decode()


def test_a_recovery_code_stands_in_for_a_lost_passkey(client, amina, with_passkey):
    codes = Authenticator.objects.get(user=amina, type="recovery_codes").wrap()

    sign_in(client, amina)
    client.post(f"{PLACE}authenticate/", {"code": codes.get_unused_codes()[0]})

    assert signed_in(client)


WRONG = [
    {"verified": False},
    {"origin": "https://evil.example"},
    {"origin": "http://sub.localhost"},
    {"origin": "http://localhost:8001"},
    {"cross_origin": True},
    {"host": "evil.example"},
    {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_passkey_shown_wrongly_opens_nothing(client, with_passkey, wrong):
    answer = show(client, with_passkey, going="/en/desk/incidents/", **wrong)

    assert answer["Location"] == "/en/account/login/?next=%2Fen%2Fdesk%2Fincidents%2F"
    assert not signed_in(client)
    assert "The passkey was not accepted" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_passkey_made_wrongly_is_not_kept(client, farid, wrong):
    sign_in(client, farid)

    _, answer = add(client, **wrong)

    assert answer.status_code == 200
    assert "The passkey was not accepted" in answer.content.decode()
    assert not Authenticator.objects.filter(user=farid).exists()


def test_another_key_under_her_name_opens_nothing(client, with_passkey):
    show(client, with_passkey, key=ec.generate_private_key(ec.SECP256R1()))
    assert not signed_in(client)

    own = SoftPasskey()
    own.user_handle = with_passkey.user_handle
    show(client, own)
    assert not signed_in(client)


def test_ones_own_passkey_does_not_open_anothers_account(client, farid, amina, with_passkey):
    sign_in(client, farid)
    his, _ = add(client)
    client.post("/en/account/logout/")

    show(client, his, user_handle=with_passkey.user_handle)

    assert not signed_in(client)


def test_an_answer_serves_once(client, with_passkey):
    asked = client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"})
    credential = json.dumps(with_passkey.get(asked.json()["request_options"]["publicKey"]))
    client.post(f"{PLACE}passkeys/sign-in/", {"credential": credential})
    assert signed_in(client)
    client.post("/en/account/logout/")

    client.post(f"{PLACE}passkeys/sign-in/", {"credential": credential})

    assert not signed_in(client)


@pytest.mark.parametrize(
    "made_up",
    [
        "",
        "null",
        "[]",
        "1",
        '"x"',
        "{}",
        '{"response": []}',
        '{"response": {"clientDataJSON": "@@@"}}',
        '{"response": {"clientDataJSON": "e30"}, "id": 1}',
        "[" * 5000,
        '{"a": "' + "x" * 30_000 + '"}',
        "{",
    ],
    ids=lambda text: text[:30],
)
def test_a_made_up_answer_is_refused_in_words(client, farid, with_passkey, made_up):
    client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"})
    answer = client.post(f"{PLACE}passkeys/sign-in/", {"credential": made_up})
    assert answer.status_code == 302
    assert not signed_in(client)

    sign_in(client, farid)
    client.get(f"{PLACE}passkeys/add/")
    answer = client.post(f"{PLACE}passkeys/add/", {"name": "x", "credential": made_up})
    assert answer.status_code == 200
    assert "The passkey was not accepted" in answer.content.decode()


@pytest.mark.parametrize("part", ["authenticatorData", "signature", "clientDataJSON"])
def test_a_broken_part_of_an_answer_is_refused_in_words(client, with_passkey, part):
    asked = client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"})
    answer = with_passkey.get(asked.json()["request_options"]["publicKey"])
    for broken in ["", "AA", answer["response"][part][:-8], "gggg" * 400]:
        spoilt = answer | {"response": answer["response"] | {part: broken}}
        done = client.post(f"{PLACE}passkeys/sign-in/", {"credential": json.dumps(spoilt)})
        assert done.status_code == 302
        assert not signed_in(client)


def test_a_closed_account_is_opened_by_no_passkey(client, amina, with_passkey):
    amina.is_active = False
    amina.save()

    show(client, with_passkey)

    assert not signed_in(client)


def test_nobody_is_sent_to_another_site_after_a_passkey(client, with_passkey):
    assert show(client, with_passkey, going="https://evil.example/")["Location"] == "/en/desk/"


# Naming and removing


def test_the_last_second_step_of_a_role_that_needs_one_stays(client, amina, with_passkey):
    show(client, with_passkey)
    held = Authenticator.objects.get(user=amina, type="webauthn")
    address = f"{PLACE}passkeys/{held.pk}/remove/"

    assert "must stay" in client.get(address).content.decode()
    answer = client.post(address)

    assert "must stay" in answer.content.decode()
    assert Authenticator.objects.filter(pk=held.pk).exists()


def test_one_of_two_second_steps_can_go_and_the_codes_remain(client, amina, with_passkey):
    show(client, with_passkey)
    give_totp(amina)
    held = Authenticator.objects.get(user=amina, type="webauthn")

    answer = client.post(f"{PLACE}passkeys/{held.pk}/remove/")

    assert answer["Location"] == PLACE
    assert sorted(Authenticator.objects.filter(user=amina).values_list("type", flat=True)) == [
        "recovery_codes",
        "totp",
    ]
    client.post("/en/account/logout/")
    show(client, with_passkey)
    assert not signed_in(client)


def test_the_app_can_go_while_a_passkey_stays_and_not_the_other_way_round(
    client, amina, with_passkey
):
    give_totp(amina)
    show(client, with_passkey)

    client.post(f"{PLACE}totp/deactivate/")
    assert not Authenticator.objects.filter(user=amina, type="totp").exists()

    held = Authenticator.objects.get(user=amina, type="webauthn")
    client.post(f"{PLACE}passkeys/{held.pk}/remove/")
    assert Authenticator.objects.filter(pk=held.pk).exists()


def test_a_liaison_may_remove_the_only_one_and_its_codes_go_with_it(client, farid):
    sign_in(client, farid)
    add(client)
    held = Authenticator.objects.get(user=farid, type="webauthn")

    client.post(f"{PLACE}passkeys/{held.pk}/remove/")

    assert not Authenticator.objects.filter(user=farid).exists()


@pytest.mark.parametrize("page", ["remove/", "rename/"])
def test_anothers_passkey_is_not_found(client, farid, amina, with_passkey, page):
    held = Authenticator.objects.get(user=amina, type="webauthn")
    sign_in(client, farid)

    for answer in [
        client.get(f"{PLACE}passkeys/{held.pk}/{page}"),
        client.post(f"{PLACE}passkeys/{held.pk}/{page}", {"name": "Mine"}),
    ]:
        assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=held.pk).exists()


def test_anothers_passkey_is_not_removed_by_the_use_case(farid, amina, client, with_passkey, act):
    held = Authenticator.objects.get(user=amina, type="webauthn")

    with pytest.raises(NotAllowed):
        services.remove_passkey(act(farid), held, now=timezone.now())


def test_a_passkey_gets_another_name(client, farid):
    sign_in(client, farid)
    add(client)
    held = Authenticator.objects.get(user=farid, type="webauthn")

    client.post(f"{PLACE}passkeys/{held.pk}/rename/", {"name": " المفتاح الرمادي "})
    assert "<bdi" in client.get(PLACE).content.decode().partition("المفتاح الرمادي")[0][-40:]

    answer = client.post(f"{PLACE}passkeys/{held.pk}/rename/", {"name": "\u202egpj.exe"})
    assert "hidden character" in answer.content.decode()


def test_a_new_passkey_is_offered_the_name_of_the_device(client, farid):
    sign_in(client, farid)
    browser = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0"}
    add(client, name="Chrome · Windows")

    page = client.get(f"{PLACE}passkeys/add/", headers=browser)

    assert page.context["form"].initial["name"] == "Chrome · Windows 2"


def test_there_is_an_end_to_how_many(client, farid, act, monkeypatch):
    monkeypatch.setattr(services, "PASSKEYS_AT_MOST", 1)
    sign_in(client, farid)
    add(client)

    _, answer = add(client)

    assert "Remove one that you no longer use" in answer.content.decode()
    with pytest.raises(Refused):
        services.add_passkey(act(farid), farid, name="x", credential={}, now=timezone.now())


# The record, the other sessions


def test_what_is_done_to_passkeys_and_app_stands_in_the_record_without_names(client, amina):
    sign_in(client, amina)
    add(client, name="Amina's telephone")
    held = Authenticator.objects.get(user=amina, type="webauthn")
    client.post(f"{PLACE}passkeys/{held.pk}/rename/", {"name": "The grey key"})
    secret = client.get(f"{PLACE}totp/activate/").context["form"].secret
    client.post(f"{PLACE}totp/activate/", {"code": code_for(secret)})
    client.post(f"{PLACE}recovery-codes/generate/")
    client.post(f"{PLACE}passkeys/{held.pk}/remove/")
    add(client)
    client.post(f"{PLACE}totp/deactivate/")

    entries = Entry.objects.filter(log="installation").order_by("index")

    assert [entry.verb for entry in entries] == [
        "passkey.added",
        "passkey.renamed",
        "app.switched_on",
        "codes.made",
        "passkey.removed",
        "passkey.added",
        "app.switched_off",
    ]
    assert not any("telephone" in entry.canonical for entry in entries)
    assert entries[0].private == {"passkey": "Amina's telephone"}


def test_a_new_passkey_ends_the_sessions_that_began_without_one(client, farid):
    elsewhere = Client(SERVER_NAME="localhost")
    sign_in(elsewhere, farid)
    assert elsewhere.get("/en/desk/").status_code == 200
    sign_in(client, farid)

    add(client)

    assert elsewhere.get("/en/desk/").status_code == 302
    assert client.get("/en/desk/").status_code == 200


def test_whoever_changes_the_account_is_asked_again_and_may_show_the_passkey(client, with_passkey):
    show(client, with_passkey)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()

    answer = client.get(f"{PLACE}passkeys/add/")
    assert "/reauthenticate/" in answer["Location"]
    page = client.get(f"{PLACE}passkeys/reauthenticate/?next={PLACE}passkeys/add/")
    asked = page.context["js_data"]["request_options"]["publicKey"]
    wrong = {"credential": json.dumps(with_passkey.get(asked, origin="https://evil.example"))}
    again = client.post(f"{PLACE}passkeys/reauthenticate/", wrong)
    assert "The passkey was not accepted" in again.content.decode()

    asked = again.context["js_data"]["request_options"]["publicKey"]
    right = {"credential": json.dumps(with_passkey.get(asked)), "next": f"{PLACE}passkeys/add/"}
    answer = client.post(f"{PLACE}passkeys/reauthenticate/", right)
    assert answer["Location"] == f"{PLACE}passkeys/add/"
    assert client.get(f"{PLACE}passkeys/add/").status_code == 200


def test_a_form_that_was_sent_too_late_goes_through_the_sign_in_by_passkey(client, with_passkey):
    page = client.post("/en/desk/", {"text": "الشارع مغلق"})
    carried = re.search(r'name="kept" value="([^"]*)"', page.content.decode())[1]
    asked = client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"})
    asked = asked.json()["request_options"]["publicKey"]

    wrong = json.dumps(with_passkey.get(asked, verified=False))
    again = client.post(f"{PLACE}passkeys/sign-in/", {"credential": wrong, "kept": carried})
    assert carried in again.content.decode()
    assert "The passkey was not accepted" in again.content.decode()

    right = json.dumps(with_passkey.get(asked))
    answer = client.post(f"{PLACE}passkeys/sign-in/", {"credential": right, "kept": carried})
    assert answer["Location"] == "/en/account/kept/"
    assert "الشارع مغلق" in client.get(answer["Location"]).content.decode()


def test_asking_for_passkeys_has_an_end(client, settings):
    assert configured.MFA_RATE_LIMITS["webauthn_login"]
    settings.MFA_RATE_LIMITS = {"webauthn_login": "2/m/ip"}
    asked = [
        client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"}).status_code
        for _ in range(3)
    ]
    assert asked == [200, 200, 429]


def test_the_challenge_is_kept_sealed(client):
    client.get(f"{PLACE}passkeys/sign-in/", headers={"accept": "application/json"})
    assert Session.objects.get().session_data.startswith("t1.")
