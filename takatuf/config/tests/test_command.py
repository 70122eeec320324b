"""The command as a city's IT team meets it: three exit statuses, one JSON document."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from takatuf.accounts.models import Person
from takatuf.alerts.models import Delivery
from takatuf.config import environment, world
from takatuf.config.command import main
from takatuf.config.commands import journal, language_of_the_environment, parser
from takatuf.config.commands.incident import KINDS
from takatuf.config.commands.serve import listening_at
from takatuf.foundation.errors import Refused
from takatuf.incidents.models import Incident
from takatuf.incidents.vocabulary import Kind
from takatuf.network.models import City
from takatuf.network.queries import offers_to
from takatuf.network.services import accept_offer
from takatuf.testing.prepared import prepared

ROOT = Path(__file__).parents[3]
LIST = (
    "Agency;Kind;Level;Person;Role;E-mail;Phone;Language;Call order\n"
    "Brann og redning;fire;municipality;Åse Ødegård;liaison;ase@brann.example;+4722001122;en;1\n"
    "Politiet – øst;police;national;Bjørn Sæther;;bjorn@politi.example;;fr;\n"
)


@pytest.fixture
def run(capsys):
    """One command with --json: its exit status and its document."""

    def ran(*words):
        status = main([*map(str, words), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return ran


@pytest.fixture
def oslo(run, db):
    status, document = run(
        "city", "add", "--slug", "oslo", "--name", "Oslo", "--country", "no",
        "--timezone", "Europe/Oslo", "--languages", "nb,en", "--coordinator", "Kari@oslo.example",
    )  # fmt: skip
    assert status == 0
    return document


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alone(*words, **environment):
    """The command in a process of its own, as the shell runs it."""
    return subprocess.run(
        [sys.executable, "-m", "takatuf.config.command", *map(str, words)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        cwd=ROOT,
        capture_output=True,
        timeout=120,
    )


def set_up(folder):
    done = alone("setup", TAKATUF_HOME=str(folder))
    assert done.returncode == 0, done.stderr


@pytest.mark.samples
@pytest.mark.parametrize("file", ["oslo_districts_epsg3857", "oslo_districts"])
def test_a_real_city_starts_from_its_own_files_and_calls_its_partners(
    run, oslo, samples, tmp_path, file
):
    assert oslo["coordinator"] == "kari@oslo.example"
    assert (oslo["country"], oslo["languages"]) == ("NO", ["nb", "en"])

    status, areas = run("import", "areas", samples / "geo" / f"{file}.geojson", "--city", "oslo")
    assert (status, areas["read"], areas["new"], areas["rejected"]) == (0, 18, 18, 0)

    contacts = tmp_path / "contacts.csv"
    contacts.write_bytes(LIST.encode("cp1252"))
    status, partners = run("import", "partners", contacts, "--city", "oslo")
    assert (status, partners["new"], partners["encoding"]) == (0, 2, "cp1252")

    status, declared = run(
        "incident", "declare", "--city", "oslo", "--title", "Shots at a bar", "--kind", "attack",
        "--severity", 3, "--lon", "10.7606", "--lat", "59.9127", "--as", "kari@oslo.example",
    )  # fmt: skip
    assert (status, declared["city"], declared["area"]) == (0, "oslo", "Gamle Oslo")
    assert declared["calls"] == 3
    assert declared["actions"] > 0

    status, shown = run("incident", "status", declared["id"])
    assert status == 0
    assert shown["phase"] == "first-hour"
    assert {row["agency"] for row in shown["roll_call"]} >= {"Brann og redning", "Politiet – øst"}
    assert {row["state"] for row in shown["roll_call"]} == {"asked"}
    assert shown["roll_call_counts"] == {
        "nobody_to_call": 0, "silent": 0, "asked": 3, "answered": 0,
    }  # fmt: skip
    assert len(shown["open_actions"]) == declared["actions"]


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--slug", "Os lo", "slug"),
        ("--slug", "new", "slug"),
        ("--name", " ", "name-missing"),
        ("--name", "x" * 121, "name-long"),
        ("--country", "XX", "country"),
        ("--country", "Norway", "country"),
        ("--timezone", "Oslo", "timezone"),
        ("--timezone", "../../etc/passwd", "timezone"),
        ("--languages", "klingonish", "language"),
        ("--languages", "ar,,zz-ZZ-zz", "language"),
        ("--languages", ",", "language"),
        ("--coordinator", "nobody", "email"),
    ],
)
def test_a_city_with_something_wrong_is_refused_and_nothing_is_written(
    run, db, option, value, code
):
    options = {
        "--slug": "oslo",
        "--name": "Oslo",
        "--country": "NO",
        "--timezone": "Europe/Oslo",
        "--languages": "nb,en",
        "--coordinator": "kari@oslo.example",
    }
    words = [word for pair in (options | {option: value}).items() for word in pair]
    status, document = run("city", "add", *words)
    assert (status, document["refused"]["code"]) == (1, code)
    assert document["refused"]["message"]
    assert set(document) == {"refused"}
    assert not City.objects.exists()


TOWN = ["--name", "Oslo", "--country", "NO", "--timezone", "Europe/Oslo", "--languages", "nb"]


def test_a_new_coordinator_is_handed_a_link_to_set_a_password(run, client, db):
    _status, document = run("city", "add", "--slug", "oslo", *TOWN, "--coordinator", "i@x.example")
    path = f"/{document['password_link'].split('/', 3)[3]}"
    assert "password1" in client.get(path).content.decode()
    chosen = {"password1": "six-quiet-boats", "password2": "six-quiet-boats"}
    assert "/account/login/?next=" in client.post(path, chosen)["Location"]
    person = Person.objects.get(email="i@x.example")
    assert (person.check_password("six-quiet-boats"), person.let_in_by) == (True, None)
    assert client.get(path).status_code == 404  # never a second time


def test_the_operator_lets_a_person_in_again(run, client, oslo):
    kari = Person.objects.get(email="kari@oslo.example")
    TOTP.activate(kari, generate_totp_secret())

    status, document = run("person", "password-link", "KARI@oslo.example")
    assert status == 0
    path = document["password_link"].split("/", 3)[3]
    assert client.get(f"/{path}", follow=True).status_code == 200

    assert run("person", "remove-second-step", kari.email, "--reason", "telephone lost")[0] == 0
    assert not Authenticator.objects.filter(user=kari).exists()
    refused = run("person", "remove-second-step", kari.email, "--reason", " ")
    assert (refused[0], refused[1]["refused"]["code"]) == (1, "no-reason")

    assert run("person", "close", kari.email)[1]["open"] is False
    assert run("person", "password-link", kari.email)[1]["refused"]["code"] == "no-such-person"
    assert run("person", "open", kari.email)[1]["open"] is True


def test_an_operator_is_appointed_and_dismissed_by_command(run, db):
    words = ["ola@town.example", "--role", "operator"]
    status, document = run("person", "appoint", *words)
    assert (status, document["role"]) == (0, "operator")
    assert document["password_link"]
    assert run("person", "dismiss", *words) == (0, {"email": "ola@town.example", "role": None})
    assert run("person", "dismiss", *words)[1]["refused"]["code"] == "not-appointed"


def test_a_slug_is_taken_once_and_a_coordinator_may_serve_two_cities(run, oslo):
    who = ["--coordinator", "kari@oslo.example"]
    assert run("city", "add", "--slug", "oslo", *TOWN, *who)[1]["refused"]["code"] == "slug-taken"
    assert run("city", "add", "--slug", "oslo-two", *TOWN, *who)[0] == 0


def test_the_shell_acts_as_a_coordinator_who_has_not_accepted_yet(run, oslo, client):
    """A city must be able to begin; it acts under what it wrote, and no account is touched."""
    made = run("city", "add", "--slug", "two", *TOWN, "--coordinator", "kari@oslo.example")[1]
    words = ["--title", "Shots", "--kind", "attack", "--severity", "3", "--as"]
    status, declared = run("incident", "declare", "--city", "two", *words, "kari@oslo.example")
    assert (status, declared["city"], declared["calls"]) == (0, "two", 1)
    assert run("incident", "status", declared["id"], "--as", "kari@oslo.example")[0] == 0
    kari = Person.objects.get(email="kari@oslo.example")
    assert kari.memberships.get().agency.city.slug == "oslo"
    path = f"/{made['password_link'].split('/', 3)[3]}"
    assert "You have an account here already?" in client.get(path).content.decode()
    chosen = {"password1": "six-quiet-boats", "password2": "six-quiet-boats"}
    assert "There is an account" in client.post(path, chosen).content.decode()
    offer = offers_to(kari, timezone.now()).get()
    accept_offer(world.acting(kari), offer, now=timezone.now())
    incident = Incident.objects.get(pk=declared["id"])
    assert incident.declared_by == kari
    assert set(Delivery.objects.values_list("person", flat=True)) == {kari.pk}
    assert not Person.objects.filter(pk=offer.pk).exists()
    assert client.get(path).status_code == 404  # the card is gone


def test_everything_about_an_incident_is_taken_out_and_verified(run, oslo, tmp_path, settings):
    settings.KEY_FOLDER = tmp_path / "keys"
    words = ["--title", "Shots", "--kind", "attack", "--severity", "3", "--as", "kari@oslo.example"]
    declared = run("incident", "declare", "--city", "oslo", *words)[1]
    out, listed = tmp_path / "inquiry.zip", tmp_path / "list.csv"
    taking = ["incident", "export", declared["id"], "--out", str(out), "--as"]
    assert run(*taking, "kari@oslo.example")[1]["refused"]["code"] == "not-allowed"
    office = City.objects.get(slug="oslo").agencies.order_by("id").first()
    world.make_person("Odile", (office, "data-protection"), email="odile@oslo.example")

    listed.write_text("what,reason,legal basis\nincident/title,A name is in it,Article 23\n")
    status, made = run(*taking, "odile@oslo.example", "--redact", str(listed))

    assert (status, made["redactions"]) == (0, 1)
    assert out.stat().st_size == made["bytes"]
    status, report = run("journal", "verify-bundle", str(out))
    assert (status, report["ok"]) == (0, True)
    assert report["logs"][0]["entries"] == made["entries"]
    listed.unlink()
    answer = run(*taking, "odile@oslo.example", "--redact", str(listed))[1]
    assert answer["refused"]["code"] == "cannot-read"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["import", "areas", "/nowhere.json", "--city", "oslo"], "file"),
        (["import", "areas", "/", "--city", "oslo"], "file"),
        (["import", "partners", __file__, "--city", "oslo"], "no-header"),
        (["import", "areas", __file__, "--city", "bergen"], "no-such-city"),
        (["token", "create", "--as", "nobody@oslo.example"], "no-such-person"),
        (["incident", "status", "0192d0b8-0000-7000-8000-000000000000"], "not-found"),
        (["journal", "export", "--out", "/nowhere/x.zip", "--city", "oslo"], "cannot-write"),
        (["journal", "verify-bundle", __file__], "bad-bundle"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(run, oslo, words, code):
    status, document = run(*words)
    assert (status, document["refused"]["code"]) == (1, code)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--as", "nobody@oslo.example"], "no-such-person"),
        (["--as", "kari@oslo.example", "--lon", "10"], "point"),
        (["--as", "kari@oslo.example", "--area", "Nowhere"], "no-area"),
        (["--as", "kari@oslo.example", "--plan", "nothing"], "no-plan"),
        (["--as", "kari@oslo.example", "--lead", "Nobody"], "no-lead"),
        (["--as", "kari@oslo.example", "--city", "bergen"], "not-found"),
    ],
)
def test_a_declaration_with_something_wrong_is_refused(run, oslo, more, code):
    words = ["--city", "oslo", "--title", "Shots", "--kind", "attack", "--severity", "3"]
    status, document = run("incident", "declare", *words, *more)
    assert (status, document["refused"]["code"]) == (1, code)


def test_who_serves_elsewhere_cannot_tell_that_the_city_exists(run, oslo, stranger):
    words = ["--title", "x", "--kind", "attack", "--severity", "3", "--as", stranger.email]
    mine = run("incident", "declare", "--city", "oslo", *words)
    none = run("incident", "declare", "--city", "bergen", *words)
    assert mine == none
    assert mine[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["city", "add"],
        ["incident", "status", "seven"],
        ["incident", "declare", "--city", "x", "--title", "x", "--kind", "party",
         "--severity", "3", "--as", "x"],
        ["incident", "declare", "--city", "x", "--title", "x", "--kind", "attack",
         "--severity", "5", "--as", "x"],
        ["incident", "declare", "--city", "x", "--title", "x", "--kind", "attack",
         "--severity", "1", "--as", "x", "--at", "yesterday"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_two_and_an_empty_standard_output(words, capsys):
    with pytest.raises(SystemExit) as end:
        main([*words, "--json"] if words else words)
    assert end.value.code == 2
    assert capsys.readouterr().out == ""


def test_the_kinds_of_the_command_are_those_of_the_room():
    assert list(KINDS) == Kind.values


@pytest.mark.django_db
def test_the_journal_is_verified_signed_and_taken_out(run, oslo, tmp_path):
    status, report = run("journal", "verify")
    assert (status, report["ok"]) == (0, True)
    assert {"log", "entries", "root", "ok", "first_bad"} <= set(report["logs"][0])
    status, signed = run("journal", "checkpoint", "--city", "oslo")
    kept = tmp_path / "kept.txt"
    kept.write_text(signed["checkpoints"][0]["note"])
    assert run("journal", "verify", "--checkpoint", kept)[0] == 0
    bundle = tmp_path / "bundle.zip"
    assert run("journal", "export", "--city", "oslo", "--out", bundle)[0] == 0
    done = alone("journal", "verify-bundle", bundle, "--json",
                 TAKATUF_HOME="/nowhere/at/all", DATABASE_URL="nonsense")  # fmt: skip
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)
    assert not Path("/nowhere").exists()


@pytest.mark.django_db
def test_a_token_is_made_for_a_person(run, oslo):
    status, made = run("token", "create", "--as", "kari@oslo.example", "--days", "30")
    assert status == 0
    assert len(made["token"]) > 30


@pytest.mark.django_db
def test_the_doctor_finds_what_is_missing(run):
    status, report = run("doctor")
    checks = {check["name"]: check["ok"] for check in report["checks"]}
    assert set(checks) == {"database", "migrations", "keys", "address", "mail", "sms", "sign-on",
                           "worker", "space", "languages", "fonts", "clock"}  # fmt: skip
    assert checks["database"]
    assert checks["migrations"]
    assert not checks["worker"]
    assert (status, report["ok"]) == (1, False)


def said_of(run, name):
    """What the doctor says of one thing."""
    _status, report = run("doctor")
    [check] = [check for check in report["checks"] if check["name"] == name]
    return check["ok"], check["message"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "ok", "words"),
    [
        ({}, True, "only this machine reaches"),
        ({"DEBUG": True}, False, "TAKATUF_DEBUG"),
        ({"BASE_URL": "https://response.example"}, False, "response.example to TAKATUF_HOSTS"),
        ({"EMAIL_HOST": "mail.example"}, False, "TAKATUF_BASE_URL"),
        ({"BASE_URL": "http://town.example"}, False, "passwords travel readable"),
        ({"BASE_URL": "https://town.example"}, False, "TAKATUF_HTTPS=1"),
        ({"BASE_URL": "https://town.example", "SESSION_COOKIE_SECURE": True}, True, "answers to"),
        ({"ROOT_CITY": "no-such-city"}, False, "TAKATUF_ROOT_CITY names no-such-city"),
    ],
)
def test_the_doctor_says_whether_people_can_follow_a_link(run, settings, values, ok, words):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "town.example"]
    for name, value in values.items():
        setattr(settings, name, value)

    found, message = said_of(run, "address")

    assert (found, words in message) == (ok, True), message


@pytest.mark.django_db
def test_the_doctor_says_of_a_server_that_does_not_answer_what_to_look_at(
    run, settings, monkeypatch
):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    monkeypatch.setenv("TAKATUF_SMS_URL", "http://127.0.0.1:1/send?to={to}&text={text}")
    for name, setting in {"mail": "TAKATUF_MAIL_HOST", "sms": "TAKATUF_SMS_URL"}.items():
        ok, message = said_of(run, name)
        assert not ok
        assert "Connection refused" in message
        assert setting in message


@pytest.mark.once
def test_set_up_can_be_repeated_and_speaks_the_shells_language(tmp_path):
    home = tmp_path / "home"
    for _time in range(2):
        done = alone("setup", "--json", TAKATUF_HOME=str(home))
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["framework"]
    assert (home / "takatuf.sqlite3").exists()
    done = alone("city", "list", "--json", TAKATUF_HOME=str(home), LANG="fr_FR.UTF-8")
    assert json.loads(done.stdout) == {"cities": []}


@pytest.mark.once
@pytest.mark.parametrize(
    ("environment", "code", "words"),
    [
        ({"DATABASE_URL": "mysql://x"}, "settings", "postgresql://user:password@host:port/name"),
        ({"TAKATUF_HOME": "/proc/nothing"}, "settings", "Name a folder"),
        ({"TAKATUF_HOME": "/proc/nothing", "LANG": "ar"}, "settings", "سمّوا مجلدًا"),
        ({"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, "database", "127.0.0.1:1/x"),
        ({}, "database", "takatuf setup"),
    ],
)
def test_an_installation_that_cannot_start_says_why(tmp_path, environment, code, words):
    done = alone("city", "list", "--json", **{"TAKATUF_HOME": str(tmp_path)} | environment)
    assert done.returncode == 1
    refused = json.loads(done.stdout)["refused"]
    assert refused["code"] == code
    assert words in refused["message"]
    assert "hidden" not in refused["message"]
    assert b"Traceback" not in done.stderr


@pytest.mark.once
def test_a_damaged_database_is_told_from_a_missing_one(tmp_path):
    (tmp_path / "takatuf.sqlite3").write_text("This was a database once, before the disk broke.")
    done = alone("city", "list", TAKATUF_HOME=str(tmp_path))
    assert done.returncode == 1
    assert b"restore the backup" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.once
def test_the_doctor_says_in_words_that_the_database_does_not_answer(tmp_path):
    home = {"TAKATUF_HOME": str(tmp_path), "DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x"}
    done = alone("doctor", "--language", "fr", **home)
    assert done.returncode == 1
    told = done.stdout.decode()
    assert "Error" not in told
    assert told.count("La base de données 127.0.0.1:1/x ne répond pas") == 3


@pytest.mark.once
@pytest.mark.parametrize("verb", ["serve", "worker"])
def test_nothing_is_served_from_tables_that_are_not_there(tmp_path, verb):
    done = alone(verb, "--json", *(["--port", str(free_port())] if verb == "serve" else []),
                 TAKATUF_HOME=str(tmp_path))  # fmt: skip
    assert done.returncode == 1
    assert "takatuf setup" in json.loads(done.stdout)["refused"]["message"]


@pytest.mark.once
@pytest.mark.parametrize("more", [[], ["--workers", "2", "--with-worker"]])
def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path, more):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = alone("serve", "--port", port, *more, TAKATUF_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        f"Port {port} is taken by another program, perhaps by Takatuf itself. End that, or take "
        f"another port: takatuf serve --port {port + 1}, or make run PORT={port + 1}."
    ]


@pytest.mark.once
def test_an_address_that_is_not_this_machines_is_refused():
    with pytest.raises(Refused) as refusal:
        listening_at("203.0.113.5", 8000)
    assert refusal.value.code == "no-such-host"


@pytest.mark.once
@pytest.mark.parametrize(
    ("read", "name", "value"),
    [
        (lambda name: environment.read_number(name, 1, 65535), "TAKATUF_MAIL_PORT", "smtp"),
        (lambda name: environment.read_number(name, 1, 65535), "TAKATUF_MAIL_PORT", "70000"),
        (lambda name: environment.read_choice(name, ("tls", "none")), "TAKATUF_MAIL_TLS", "ssl"),
        (environment.read_address, "TAKATUF_BASE_URL", "response.example"),
        (environment.read_address, "TAKATUF_BASE_URL", "https://response.example/desk"),
        (environment.read_address, "TAKATUF_BASE_URL", "https://response.example:port"),
        (environment.read_statuses, "TAKATUF_SMS_ACCEPTED", "200,ok"),
        (environment.read_contact, "TAKATUF_NETWORK_CONTACT", "javascript:alert(1)"),
        (environment.read_mark, "TAKATUF_NETWORK_MARK", "/nowhere/mark.svg"),
        (environment.read_slug, "TAKATUF_ROOT_CITY", "Marsa Noor"),
    ],
)
def test_a_setting_that_will_not_do_is_named_with_what_to_write(monkeypatch, read, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.BadSetting) as refusal:
        read(name)
    assert name in str(refusal.value)
    assert value in str(refusal.value)


@pytest.mark.once
@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgresql://host",
        "postgresql://user:hidden@host:port/name",
        "postgresql://user:hidden@[::1/name",
        "postgresql://user:hidden@host/name?autocommit=no",
    ],
)
def test_a_database_that_cannot_be_read_is_refused_without_its_password(monkeypatch, tmp_path, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(environment.BadSetting) as refusal:
        environment.database(tmp_path)
    assert "hidden" not in str(refusal.value)


@pytest.mark.once
def test_a_database_far_away_is_reached_as_its_address_says(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://us%40er:p%2Fw@db.example/name?sslmode=require")
    found = environment.database(tmp_path)
    assert (found["USER"], found["PASSWORD"], found["PORT"]) == ("us@er", "p/w", 5432)
    assert found["OPTIONS"] == {"connect_timeout": 10, "sslmode": "require"}


@pytest.mark.once
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_with_its_worker_and_both_end_when_asked(tmp_path, signal_number):
    home = {"TAKATUF_HOME": str(tmp_path), "TAKATUF_LOG_LEVEL": "INFO"}
    prepared("set-up", set_up, tmp_path)
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "takatuf.config.command", "serve", "--with-worker",
         "--port", str(port)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **home},
        stderr=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/ar/", timeout=20)
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline, "the server did not come up"
                time.sleep(0.2)
        assert answer.status_code == 200
        assert 'dir="rtl"' in answer.text
        serving.send_signal(signal_number)
        _out, told = serving.communicate(timeout=30)
    finally:
        serving.kill()
        serving.wait()
    assert serving.returncode == 0
    assert "worker" in told.decode()
    assert "ended" in told.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ar_JO.UTF-8"}, "ar"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "nb_NO.UTF-8"}, "en"),
        ({"LC_ALL": "fr_FR", "LANG": "ar_JO"}, "fr"),
        ({"LC_ALL": "", "LANG": "ar_JO"}, "ar"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_shell(environ, language):
    assert language_of_the_environment(environ) == language


def written_commands():
    """Each command that a document gives to be copied, with the document's name."""
    for path in [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text().replace("\\\n", " ")
        for line in re.findall(r"^(?:\.venv/bin/)?takatuf .+$", text, re.MULTILINE):
            yield path.relative_to(ROOT).as_posix(), line


@pytest.mark.once
def test_every_command_in_a_document_is_one_that_we_understand(capsys):
    wrong = []
    lines = list(written_commands())
    assert len(lines) > 15
    for name, line in lines:
        _program, *words = shlex.split(line, comments=True)
        try:
            parser().parse_args(words)
        except SystemExit as end:
            if end.code:
                wrong.append(f"{name}: {line}: {capsys.readouterr().err.splitlines()[-1]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.once
def test_every_command_stands_in_the_reference():
    reference = (ROOT / "docs" / "reference" / "command.md").read_text()

    def commands(found, path):
        subs = [a for a in found._actions if hasattr(a, "choices") and isinstance(a.choices, dict)]
        if not subs:
            yield path, [o for a in found._actions for o in a.option_strings if o != "-h"]
        for each in subs:
            for name, sub in each.choices.items():
                yield from commands(sub, f"{path} {name}")

    for path, options in commands(parser(), "takatuf"):
        assert f"`{path}" in reference, f"Write {path} into docs/reference/command.md"
        for option in options:
            assert f"`{option}" in reference or option in {"--help"}, f"{path} {option} is missing"


def test_a_bundle_from_anyone_does_not_steer_the_readers_terminal():
    log = {"ok": False, "log": "a\x1b[31m\nb", "entries": 1, "root": None, "why": "non\u00a0: x."}
    told = journal._told({"ok": False, "logs": [log], "unreadable": []}).text
    assert told == "✗ a�[31m b  1  non\u00a0: x."


@pytest.mark.django_db
def test_the_guide_is_written_to_a_file_in_a_language_that_exists(run, tmp_path):
    out = tmp_path / "guide.json"
    status, said = run("guide", "export", "--lang", "ar", "--format", "json", "--out", str(out))
    assert (status, said["bytes"]) == (0, out.stat().st_size)
    assert json.loads(out.read_text(encoding="utf-8"))["direction"] == "rtl"

    for lang, where, code in (
        ("tlh", out, "no-such-language"),
        ("ar", tmp_path / "nowhere" / "guide.json", "cannot-write"),
    ):
        status, said = run(
            "guide", "export", "--lang", lang, "--format", "json", "--out", str(where)
        )
        assert (status, said["refused"]["code"]) == (1, code)
