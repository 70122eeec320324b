"""Signing in at another server: a real second one, and every way in which it must not work."""

import base64
import json
import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from takatuf.accounts import oidc, services
from takatuf.accounts.access import Handed
from takatuf.accounts.models import Person
from takatuf.accounts.services import begin_with
from takatuf.config.command import main
from takatuf.config.commands.doctor import sign_on as sign_on_check
from takatuf.config.environment import BadSetting, read_issuer
from takatuf.foundation.actors import COMMAND
from takatuf.foundation.errors import Refused
from takatuf.journal.models import Entry
from takatuf.testing.provider import CLIENT, PASSWORD, SECRET, Known, provider
from tests.test_sign_in import code_for, give_totp, sign_in

# What two servers and a browser say to each other is the same above either database.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.urls("tests.plain_desk")]
CALLBACK = "/oidc/callback/"
SECOND = {"id_token": {"amr": ["pwd", "mfa"], "acr": "urn:level:2"}}
PEOPLE = [
    Known("amina", "amina@example.org", True, {}),
    Known("amina-mfa", "amina.mfa@example.org", True, SECOND),
    Known("farid", "Farid@Example.org", True, {"id_token": {"locale": "fr"}}),
    Known("unconfirmed", "chen@example.org", False, {}),
    Known("nadia", "nadia@else.example", True, {"id_token": {"name": "Nadia", "locale": "ar-JO"}}),
    *(
        # Each calls themselves Farid, and something else about them is wrong.
        Known(
            name, f"{name}@bent.example", True, {"id_token": {"email": "farid@example.org"} | bent}
        )
        for name, bent in {
            "second-farid": {},
            "nonce": {"nonce": "another"},
            "audience": {"aud": "another"},
            "issuer": {"iss": "https://evil.example"},
            "old": {"exp": 1_700_000_000},
            "no-subject": {"sub": "x" * 300},
        }.items()
    ),
    Known("two-people", "two@bent.example", True, {"userinfo": {"sub": "another"}}),
]


@pytest.fixture(scope="module")
def elsewhere_server():
    with provider(PEOPLE, callback=f"http://localhost{CALLBACK}") as running:
        yield running


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.BASE_URL = "http://localhost"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def server(elsewhere_server, settings):
    settings.OIDC_ISSUER = elsewhere_server.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_NAME = "Province ID"
    return elsewhere_server


@pytest.fixture
def client():
    return Client(SERVER_NAME="localhost")


def begin(client, language="en", **values):
    """Press the button; the address at the other server to which the page leads."""
    answer = client.post(f"/{language}/account/oidc/", values)
    assert answer.status_code == 200, answer["Location"]
    there = answer["Refresh"].removeprefix("0; url=")
    assert there.replace("&", "&amp;") in answer.content.decode()
    return there


def there_and_back(address, username, *, grant=True):
    """What a person does at the other server; the address to which it sends them back."""

    def token(page):
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]

    with httpx.Client(follow_redirects=True, verify=False) as browser:  # no certificates to read
        page = browser.get(address)
        page = browser.post(
            page.url,
            data={"csrfmiddlewaretoken": token(page), "login": username, "password": PASSWORD},
        )
        asked = re.search(r'name="request" value="([^"]+)"', page.text)[1]
        answer = browser.post(
            page.url.copy_with(query=None),
            data={
                "csrfmiddlewaretoken": token(page),
                "request": asked,
                "scopes": ["openid", "profile", "email"],
                "action": "grant" if grant else "cancel",
            },
            follow_redirects=False,
        )
    assert answer.status_code == 302
    return answer.headers["Location"].removeprefix("http://localhost")


def sign_on(client, username, language="en", **values):
    return client.get(there_and_back(begin(client, language, **values), username))


def signed_in(client):
    return "_auth_user_id" in client.session


# Who may


def test_without_a_setting_there_is_nothing_at_these_addresses(client, farid):
    for path in ("/en/account/oidc/", CALLBACK, "/en/account/oidc/cancelled/"):
        assert client.get(path).status_code == 404
    assert client.post("/en/account/oidc/").status_code == 404
    assert "oidc" not in client.get("/en/account/login/").content.decode()


def test_a_person_signs_in_there_and_is_linked_here(client, server, farid):
    page = client.get("/en/account/login/")
    assert "Sign in with Province ID" in page.content.decode()

    answer = sign_on(client, "farid")

    assert answer["Location"] == "/en/desk/"
    assert client.get("/en/desk/").status_code == 200
    assert client.session.get_expire_at_browser_close()
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.extra_data) == (farid, server.issuer, {})
    entry = Entry.objects.get(verb="sign_in.linked")
    assert entry.facts == {"server": "Province ID"}
    assert "Farid" not in entry.canonical


def test_the_second_time_the_link_is_enough_and_nothing_is_recorded(client, server, farid):
    sign_on(client, "farid")
    client.post("/en/account/logout/")
    farid.email = "another@example.org"
    farid.save()

    sign_on(client, "farid")

    assert signed_in(client)
    assert Entry.objects.filter(verb="sign_in.linked").count() == 1


def test_where_someone_was_going_opens_in_their_own_language(client, server, bilal, farid):
    farid.language = "ar"
    farid.save()

    answer = sign_on(client, "farid", next="/en/desk/details/")

    assert answer["Location"] == "/ar/desk/details/"


def test_nobody_is_sent_to_a_third_site(client, server, farid):
    assert sign_on(client, "farid", next="https://evil.example/")["Location"] == "/en/desk/"


def test_what_was_sent_too_late_comes_along(client, server, farid):
    page = client.post("/en/desk/", {"text": "الشارع مغلق"})
    carried = re.search(r'name="kept" value="([^"]*)"', page.content.decode())[1]

    answer = sign_on(client, "farid", kept=carried)

    assert answer["Location"] == "/en/account/kept/"
    assert "الشارع مغلق" in client.get("/en/account/kept/").content.decode()
    assert client.cookies["takatuf_kept"].value == ""


def test_a_form_is_no_way_to_another_site_and_a_link_sends_nobody_away(client, server):
    assert client.get("/en/account/oidc/")["Location"] == "/en/account/login/"
    answer = client.post("/en/account/oidc/")
    assert answer.status_code == 200  # no redirect, which form-action would stop
    assert "form-action 'self'" in answer["Content-Security-Policy"]


def test_what_is_asked_has_state_nonce_and_proof_key_and_leads_back_to_our_own_address(
    client, server
):
    asked = parse_qs(urlsplit(begin(client, "ar")).query)

    assert asked["redirect_uri"] == [f"http://localhost{CALLBACK}"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["ui_locales"] == ["ar"]
    assert len(asked["nonce"][0]) >= 32
    assert len(asked["state"][0]) >= 16
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


# The second factor


def test_our_own_second_step_still_applies(client, server, amina):
    secret = give_totp(amina)

    answer = sign_on(client, "amina")

    assert answer["Location"] == "/en/account/2fa/authenticate/"
    assert not signed_in(client)
    client.post("/en/account/2fa/authenticate/", {"code": code_for(secret)})
    assert client.get("/en/desk/").status_code == 200


def test_a_role_that_needs_a_second_step_must_set_one_up(client, server, amina):
    sign_on(client, "amina")

    assert client.get("/en/desk/")["Location"] == "/en/account/2fa/"


@pytest.mark.parametrize(
    ("trusted", "opens"),
    [
        ({}, False),
        ({"AMR": ["mfa"]}, True),
        ({"ACR": ["urn:level:2"]}, True),
        ({"AMR": ["otp"]}, False),
    ],
)
def test_theirs_counts_only_where_a_setting_says_so(
    client, server, amina, settings, trusted, opens
):
    amina.email = "amina.mfa@example.org"
    amina.save()
    give_totp(amina)
    for name, values in trusted.items():
        setattr(settings, f"OIDC_TRUSTED_{name}", values)

    answer = sign_on(client, "amina-mfa")

    assert signed_in(client) is opens
    if opens:
        assert client.get("/en/desk/").status_code == 200
    else:
        assert answer["Location"] == "/en/account/2fa/authenticate/"


def test_a_setting_opens_nothing_for_who_showed_one_factor_there(client, server, amina, settings):
    settings.OIDC_TRUSTED_AMR = ["mfa"]
    give_totp(amina)

    sign_on(client, "amina")

    assert not signed_in(client)


def test_a_trusted_level_is_also_asked_for(client, server, settings):
    settings.OIDC_TRUSTED_ACR = ["urn:level:2", "urn:level:3"]

    assert parse_qs(urlsplit(begin(client)).query)["acr_values"] == ["urn:level:2 urn:level:3"]


# Who may not, and what they read


def refused(client, answer, why, language="en"):
    """The page that says why; nobody is signed in and nobody is linked."""
    assert answer["Location"] == f"/{language}/account/oidc/{why}/"
    assert not signed_in(client)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Nobody here has your address"), ("fr", "ici"), ("ar", "لا أحد هنا")],
)
def test_whoever_has_no_account_is_refused_and_told_which_address_came(
    client, server, farid, language, words
):
    page = refused(client, sign_on(client, "nadia", language), "unknown", language)

    assert words in page
    assert "nadia@else.example" in page
    assert not Person.objects.filter(email="nadia@else.example").exists()


def test_where_a_setting_invites_them_they_come_in_without_any_right(client, server, settings):
    settings.OIDC_UNKNOWN = "invite"

    answer = sign_on(client, "nadia")

    assert answer["Location"] == "/ar/desk/"
    nadia = Person.objects.get()
    assert (nadia.name, nadia.language, nadia.email) == ("Nadia", "ar", "nadia@else.example")
    assert not nadia.has_usable_password()
    assert nadia.memberships.count() == 0
    assert list(Entry.objects.order_by("index").values_list("verb", flat=True)) == [
        "person.arrived",
        "sign_in.linked",
    ]


def test_an_address_that_is_not_confirmed_there_links_nobody(client, server, chen):
    page = refused(client, sign_on(client, "unconfirmed"), "unverified")

    assert "has not confirmed" in page
    assert not SocialAccount.objects.exists()


def test_addresses_of_other_domains_are_not_taken(client, server, farid, settings):
    settings.OIDC_DOMAINS = ["our-town.example"]

    refused(client, sign_on(client, "farid"), "other-domain")

    settings.OIDC_DOMAINS = ["example.org"]
    sign_on(client, "farid")
    assert signed_in(client)


def test_an_address_that_went_to_a_new_colleague_opens_nobodys_old_account(client, server, farid):
    sign_on(client, "farid")
    client.post("/en/account/logout/")

    page = refused(client, sign_on(client, "second-farid"), "linked-to-another")

    assert "belonged to another sign-in" in page


def test_whoever_a_coordinators_link_let_in_leaves_nothing_to_come_back_with(
    client, server, farid, municipality
):
    """Only a confirmed address shows whose account it is; see decision 0005."""
    begin_with(Handed(farid, municipality.city_id), "six-quiet-boats-at-sea", timezone.now())
    before = Client(SERVER_NAME="localhost")
    sign_in(before, farid, password="six-quiet-boats-at-sea")
    give_totp(farid)

    sign_on(client, "farid")

    farid.refresh_from_db()
    assert signed_in(client)
    assert "Only now is it shown" in client.get("/en/desk/").content.decode()
    assert farid.let_in_by is None
    assert not farid.has_usable_password()
    assert not Authenticator.objects.filter(user=farid).exists()
    assert before.get("/en/desk/").status_code == 302


def test_whoever_came_by_way_of_the_other_server_has_joined(client, server, farid):
    assert not farid.has_joined

    sign_on(client, "farid")

    farid.refresh_from_db()
    assert farid.has_joined
    assert farid in Person.objects.joined()
    client.post("/en/account/oidc/unlink/")
    assert farid not in Person.objects.joined()


def test_a_card_is_nobodys_sign_in(client, server, city):
    Person.objects.create_card(city.pk, "farid@example.org", name="Farid")

    refused(client, sign_on(client, "farid"), "unknown")


def test_a_closed_account_stays_closed_and_is_not_linked(client, server, farid):
    farid.is_active = False
    farid.save()

    answer = sign_on(client, "farid")

    assert answer["Location"] == "/en/account/inactive/"
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


def test_who_stops_there_reads_that_nothing_happened(client, server, farid):
    back = there_and_back(begin(client, "fr"), "farid", grant=False)

    page = refused(client, client.get(back), "cancelled", "fr")

    assert "Province ID" in page


@pytest.mark.parametrize(
    "username", ["nonce", "audience", "issuer", "old", "two-people", "no-subject"]
)
def test_a_token_that_is_not_for_this_sign_in_is_not_believed(client, server, farid, username):
    refused(client, sign_on(client, username), "not-proved")

    assert not SocialAccount.objects.exists()


def test_a_state_that_this_browser_did_not_begin_opens_nothing(client, server, farid):
    back = there_and_back(begin(client), "farid")
    thief = Client(SERVER_NAME="localhost")

    refused(thief, thief.get(back), "expired")
    refused(thief, thief.get(re.sub("state=[^&]+", "state=made-up", back)), "expired")
    refused(thief, thief.get(CALLBACK), "expired")


def test_the_key_back_after_the_sign_in_leads_to_the_desk(client, server, farid):
    back = there_and_back(begin(client), "farid")
    client.get(back)

    assert client.get(back)["Location"] == "/en/desk/"


def test_an_answer_of_another_issuer_is_not_believed(client, server, farid):
    back = there_and_back(begin(client), "farid")

    refused(client, client.get(f"{back}&iss=https://evil.example"), "not-proved")


def test_a_code_that_was_used_or_made_up_opens_nothing(client, server, farid):
    back = there_and_back(begin(client), "farid")

    refused(client, client.get(re.sub("code=[^&]+", "code=made-up", back)), "not-proved")


def test_a_server_that_is_down_is_said_to_be_down(client, server, farid, settings):
    back = there_and_back(begin(client), "farid")
    state = re.search("state=([^&]+)", back)[1]
    settings.OIDC_ISSUER = "http://127.0.0.1:1"

    page = refused(client, client.post("/en/account/oidc/"), "unreachable")
    assert "does not answer" in page
    # It went down between there and back: the state is of the other issuer, so nothing is known.
    refused(client, client.get(f"{CALLBACK}?state={state}&code=x"), "expired")


def test_a_server_that_goes_down_on_the_way_back_is_said_to_be_down(
    client, server, farid, monkeypatch
):
    back = there_and_back(begin(client), "farid")

    def down(*_args, **_kwargs):
        raise oidc.requests.ConnectionError

    monkeypatch.setattr(oidc.requests.Session, "get", down)
    refused(client, client.get(back), "unreachable")


def test_a_server_that_calls_itself_otherwise_is_not_believed(client, forge):
    forge.known["config"]["issuer"] = "https://evil.example"

    refused(client, client.post("/en/account/oidc/"), "not-proved")


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", "<html>"])
def test_a_server_that_answers_nonsense_gives_a_page(client, server, monkeypatch, body):
    class Nonsense(oidc.requests.Response):
        status_code = 200
        _content = body.encode()

    monkeypatch.setattr(oidc.requests.Session, "get", lambda *_a, **_k: Nonsense())

    refused(client, client.post("/en/account/oidc/"), "not-proved")


def test_beginning_has_an_end(client, server, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"oidc": "1/m/ip"}
    begin(client)

    assert client.post("/en/account/oidc/").status_code == 429


def test_no_page_of_a_reason_that_is_none(client, server):
    assert client.get("/en/account/oidc/nonsense/").status_code == 404


# Tokens, forged


NONCE = "n" * 32


@pytest.fixture
def forge(server, settings, monkeypatch):
    """A server whose one key we hold, and a maker of tokens by it."""
    settings.OIDC_ISSUER = "https://login.example"
    key = rsa.generate_private_key(65537, 2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    known = {
        "keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}],
        "config": {"issuer": "https://login.example", "jwks_uri": "https://login.example/jwks"},
    }

    def read(_self, address, headers=None):
        return {"keys": known["keys"]} if address.endswith("jwks") else known["config"]

    monkeypatch.setattr(oidc.Server, "_read", read)
    now = int(time.time())
    good = {"iss": "https://login.example", "sub": "1", "aud": CLIENT, "nonce": NONCE}
    good |= {"iat": now, "exp": now + 300}

    def check(claims=None, *, key=key, algorithm="RS256", kid="k1", without=()):
        told = {k: v for k, v in (good | (claims or {})).items() if k not in without}
        token = jwt.encode(told, key, algorithm=algorithm, headers={"kid": kid})
        with oidc._plainly():
            return (
                oidc.provider(HttpRequest()).get_oauth2_adapter(HttpRequest()).proved(token, NONCE)
            )

    check.known, check.public = known, public
    return check


def test_a_good_token_is_believed(forge):
    assert forge()["sub"] == "1"
    assert forge({"aud": [CLIENT, "another"], "azp": CLIENT})["sub"] == "1"


@pytest.mark.parametrize(
    "bend",
    [
        {"claims": {"aud": "another"}},
        {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": 7}},
        {"claims": {"exp": 1_700_000_000}},
        {"claims": {"iat": 9_700_000_000}},
        {"without": ["nonce"]},
        {"without": ["exp"]},
        {"without": ["sub"]},
        {"kid": "another"},
        {"key": rsa.generate_private_key(65537, 2048)},
        {"key": SECRET * 2, "algorithm": "HS256"},
        {"key": "", "algorithm": "none"},
    ],
    # Without the values: a key reads differently in every process that gathers the tests.
    ids=lambda bend: (
        "-".join(bend) + "-".join(map(str, bend.get("claims", bend.get("without", []))))
    ),
)
def test_a_forged_token_is_not_believed(forge, bend):
    with pytest.raises(oidc.Failed) as failed:
        forge(**bend)
    assert failed.value.why == "not-proved"


def test_a_token_signed_with_the_public_key_as_if_it_were_a_secret_is_not_believed(forge):
    body = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "k1"}).encode()).decode()
    for token in [f"{body.rstrip('=')}.e30.AAAA", "x", "", "a.b.c"]:
        with pytest.raises(oidc.Failed), oidc._plainly():
            oidc.provider(HttpRequest()).get_oauth2_adapter(HttpRequest()).proved(token, NONCE)


def test_two_keys_of_one_name_prove_nothing(forge):
    forge.known["keys"] = forge.known["keys"] * 2

    with pytest.raises(oidc.Failed):
        forge()


def test_an_issuer_by_https_may_not_lead_to_an_open_address(forge):
    forge.known["config"]["token_endpoint"] = "http://login.example/token"

    with pytest.raises(oidc.Failed):
        forge()


# The link


def test_a_person_sees_their_link_and_takes_it_away(client, server, farid):
    sign_on(client, "farid")
    assert "Your account is linked since" in client.get("/en/account/2fa/").content.decode()

    client.post("/en/account/oidc/unlink/")

    assert "Not linked yet" in client.get("/en/account/2fa/").content.decode()
    assert Entry.objects.filter(verb="sign_in.unlinked").count() == 1
    with pytest.raises(Refused):
        services.unlink_sign_in(COMMAND, farid, reason="again", now=timezone.now())


def test_the_operator_takes_a_link_away_with_a_reason(client, server, farid, capsys):
    sign_on(client, "farid")
    with pytest.raises(Refused):
        services.unlink_sign_in(COMMAND, farid, reason=" ", now=timezone.now())

    words = ["person", "unlink-sign-in", farid.email, "--reason", "new identity", "--json"]
    assert main(words) == 0

    assert json.loads(capsys.readouterr().out) == {"email": farid.email, "linked": False}
    assert Entry.objects.get(verb="sign_in.removed").private == {"reason": "new identity"}
    client.post("/en/account/logout/")
    sign_on(client, "second-farid")
    assert signed_in(client)


def test_a_link_of_another_issuer_is_no_link(client, server, farid, stranger):
    """Two servers may give the same name to different people."""
    subject = sub_of(client, "farid")
    SocialAccount.objects.all().delete()
    SocialAccount.objects.create(user=stranger, provider="https://old.example", uid=subject)

    sign_on(client, "farid")

    assert client.session["_auth_user_id"] == str(farid.pk)


def sub_of(client, username):
    sign_on(client, username)
    client.post("/en/account/logout/")
    return SocialAccount.objects.get().uid


def test_who_has_neither_password_nor_second_step_may_still_add_a_passkey(client, server, farid):
    farid.set_unusable_password()
    farid.save()
    sign_on(client, "farid")

    assert client.get("/en/account/2fa/passkeys/add/").status_code == 200


def test_signing_in_with_a_password_goes_on_as_before(client, server, farid):
    assert sign_in(client, farid)["Location"] == "/en/desk/"
    assert not Authenticator.objects.filter(user=farid).exists()


# The settings


def test_the_doctor_says_whether_the_server_answers(server, settings):
    assert sign_on_check() == (True, f"People may sign in at {server.issuer}, which answers.")
    settings.OIDC_ISSUER = "http://127.0.0.1:1"
    fine, words = sign_on_check()
    assert not fine
    assert "does not answer. Look at TAKATUF_OIDC_ISSUER" in words


@pytest.mark.once
@pytest.mark.parametrize(
    ("issuer", "client", "words"),
    [
        ("http://login.example", "x", "https://login.our-town.example"),
        ("https://login.example?x=1", "x", "https://login.our-town.example"),
        ("https://[", "x", "https://login.our-town.example"),
        ("login.example", "x", "https://login.our-town.example"),
        ("https://login.example", "", "TAKATUF_OIDC_CLIENT_ID must be set too"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_the_start(monkeypatch, issuer, client, words):
    monkeypatch.setenv("TAKATUF_OIDC_ISSUER", issuer)
    monkeypatch.setenv("TAKATUF_OIDC_CLIENT_ID", client)

    with pytest.raises(BadSetting) as refusal:
        read_issuer("TAKATUF_OIDC_ISSUER", client="TAKATUF_OIDC_CLIENT_ID")

    assert words in str(refusal.value)


@pytest.mark.once
@pytest.mark.parametrize("issuer", ["", "https://login.example/realms/x", "http://localhost:8080"])
def test_an_issuer_by_https_or_on_this_machine_will_do(monkeypatch, issuer):
    monkeypatch.setenv("TAKATUF_OIDC_ISSUER", issuer)
    monkeypatch.setenv("TAKATUF_OIDC_CLIENT_ID", "x")

    assert read_issuer("TAKATUF_OIDC_ISSUER", client="TAKATUF_OIDC_CLIENT_ID") == issuer
