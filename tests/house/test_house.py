"""The house itself, held to its rules. A failure says what to do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver

from takatuf.config.environment import SETTINGS
from tests.house import rules, settings_table

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FLOORS = rules.floors_of(PROJECT["tool"]["importlinter"]["contracts"][0]["layers"])
ROOMS = settings.ROOMS
WINDOWS = {"desk", "public", "api"}
SHELVES = ("rules", "access", "queries", "services")
LANGUAGES = [code for code, _name in settings.SPOKEN_LANGUAGES if code != "en"]

# Whoever may open a page without signing in, and why.
PUBLIC = {
    "public:*",  # the front pages are for everyone
    "account_login",  # whoever signs in is not signed in yet
    "account_logout",
    "account_inactive",
    "account_signup",  # says that a city makes the accounts
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "mfa_authenticate",  # the second step of signing in
    "account_oidc",  # signing in at another server: there,
    "account_oidc_callback",  # and back,
    "account_oidc_failed",  # or why not
    "mfa_login_webauthn",  # signing in by a passkey alone
    "service-worker",  # a script of ours, the same for everybody
    "health",  # a load balancer asks; it answers no more than that all is well
    "account_email",  # a name that allauth wants; nothing is there
    "account_set_password",  # the same
    "api:*",  # each operation asks for a token: the API's own tests hold that
}
# What has no language: programs read it.
WITHOUT_LANGUAGE = {
    "oidc/callback/",
    "api/",
    "static/",
    "health/",
    "robots.txt",
    "favicon.ico",
    "sw.js",
}
# Where the clock is asked on purpose.
OWN_CLOCK = {
    "takatuf/journal/services.py::record_many": "the record's own time is not the caller's",
    "takatuf/network/queries.py::actor_for": "a post that ended gives no right, whoever asks",
}
# Variables that the tests and the tools around them read, never the product.
OUTSIDE = {"TAKATUF_SHOTS", "TAKATUF_CHROMIUM"}


def sentence(faults: list[str], most: int = 15) -> str:
    more = [f"… and {len(faults) - most} more."] if len(faults) > most else []
    return "\n" + "\n".join(faults[:most] + more)


def code() -> Iterator[tuple[str, str]]:
    """Path and text of the product's own code: no tests, no migrations."""
    for path in sorted((ROOT / "takatuf").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if "/tests/" not in name and "/migrations/" not in name:
            yield name, path.read_text()


def shelf(name: str) -> bool:
    """Whether a path is on a shelf that knows no clock: services.py or services/x.py."""
    parts = Path(name).with_suffix("").parts
    return len(parts) > 2 and parts[1] in FLOORS and parts[2] in SHELVES


def files(*endings: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "takatuf").rglob("*")):
        if path.suffix in endings and path.is_file():
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def templates() -> Iterator[tuple[str, str]]:
    return (
        (name, text)
        for name, text in files(".html", ".txt")
        if "/templates/" in name or "/jinja2/" in name
    )


def written_assets() -> Iterator[tuple[str, str]]:
    """Stylesheets and scripts that we wrote; what the set-up builds is ignored by git."""
    return ((name, text) for name, text in files(".css", ".js") if "/built/" not in name)


def sentences_of(room: str) -> dict[str, object]:
    try:
        return dict(import_module(f"takatuf.{room}.verbs").VERBS)
    except ModuleNotFoundError:
        return {}


def catalogue(language: str) -> dict[str, str]:
    path = ROOT / f"takatuf/locale/{language}/LC_MESSAGES/django.po"
    with path.open("rb") as file:
        found = read_po(file, locale=language, domain="django")
    messages = {}
    for message in found:
        if not message.id or message.fuzzy:
            continue
        if isinstance(message.id, tuple):
            full = isinstance(message.string, tuple) and all(message.string)
            messages[message.id[-1]] = message.string[-1] if full else ""
        else:
            messages[message.id] = str(message.string)
    return messages


def test_the_import_contracts_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nMove the import down a floor."


def test_every_room_stands_on_a_floor():
    assert set(ROOMS) == set(FLOORS), (
        "settings.ROOMS and the layers in pyproject.toml name different rooms: "
        f"{set(ROOMS) ^ set(FLOORS)}. Give each room its floor."
    )


def test_imports_go_down_even_inside_functions():
    faults = [fault for name, text in code() for fault in rules.imports_go_down(name, text, FLOORS)]
    assert not faults, sentence(faults)


def test_windows_take_nothing_from_the_tables():
    faults = [
        fault
        for name, text in code()
        for fault in rules.windows_take_no_models(name, text, WINDOWS)
    ]
    assert not faults, sentence(faults)


def test_foreign_keys_point_down_the_stairs_too():
    fields = [
        (model._meta.app_label, f"{model.__name__}.{field.name}", other._meta.app_label)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created and (other := field.related_model) and not isinstance(other, str)
    ]
    assert fields
    faults = rules.foreign_keys_go_down(fields, FLOORS)
    assert not faults, sentence(faults)


def test_the_journal_and_the_foundation_point_at_nobody():
    fields = [
        f"{model.__name__}.{field.name}"
        for room in ("foundation", "journal", "ui")
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
        if field.related_model
        and not field.auto_created
        and field.related_model._meta.app_label != room
    ]
    assert not fields, f"{fields}: the record outlives what it tells of. Store an id as text."


def all_addresses() -> list[rules.Address]:
    return list(rules.addresses(get_resolver().url_patterns))


def test_every_page_needs_a_sign_in_unless_it_is_named_public():
    faults = rules.addresses_need_a_sign_in(all_addresses(), PUBLIC)
    assert not faults, sentence(faults)


def test_the_public_list_names_nothing_that_is_closed_or_gone():
    faults = rules.public_list_is_true(all_addresses(), PUBLIC)
    assert not faults, sentence(faults)


def sample(route: str) -> str:
    """A route with something plausible in each of its places."""
    route = route.replace("LANG/", "en/")
    route = re.sub(r"<(?:uuid|uuidstr):\w+>", "019ab000-0000-7000-8000-000000000000", route)
    route = re.sub(r"<int:\w+>", "1", route)
    return "/" + re.sub(r"<[^>]*>", "x", route)


@pytest.mark.django_db
def test_whoever_is_not_signed_in_is_sent_to_sign_in(client):
    closed = [a for a in all_addresses() if not a.is_open]
    faults = []
    for address in closed:
        response = client.get(sample(address.route))
        if not (response.status_code == 302 and "/account/login/" in response["Location"]):
            faults.append(f"{address} answers {response.status_code} to a stranger.")
    assert len(closed) > 30
    assert not faults, sentence(faults)


@pytest.mark.django_db
def test_the_api_answers_nobody_without_a_token(client):
    described = {"api:openapi-json", "api:api-root", "api:nothing"}
    asked = [a for a in all_addresses() if a.name.startswith("api:") and a.name not in described]
    faults = []
    for address in asked:
        answers = {
            method: getattr(client, method)(sample(address.route)).status_code
            for method in ("get", "post", "put", "patch", "delete")
        }
        if not ({401} <= set(answers.values()) <= {401, 405}):
            faults.append(f"{address} answers {answers} to a stranger.")
    assert len(asked) > 30
    assert not faults, sentence(faults)


def test_addresses_are_in_kebab_case():
    faults = rules.addresses_are_kebab_case(all_addresses())
    assert not faults, sentence(faults)


def test_every_address_begins_with_its_language():
    faults = rules.addresses_begin_with_a_language(all_addresses(), WITHOUT_LANGUAGE)
    assert not faults, sentence(faults)


def test_every_address_has_a_name():
    nameless = [str(a) for a in all_addresses() if not a.foreign and not a.name.split(":")[-1]]
    assert not nameless, f"{nameless}: give each path a name, so that templates need no address."


def test_a_name_leads_to_one_address():
    faults = rules.names_lead_to_one_address(all_addresses())
    assert not faults, sentence(faults)


@pytest.mark.parametrize("room", ROOMS)
def test_every_journal_verb_has_a_sentence(room):
    sentences = sentences_of(room)
    faults = [
        fault
        for name, text in code()
        if name.startswith(f"takatuf/{room}/") and not name.endswith("journal/services.py")
        for fault in rules.verbs_have_sentences(name, text, sentences)
    ]
    assert not faults, sentence(faults)


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_is_recorded_by_somebody(room):
    used = {
        verb
        for name, text in code()
        if name.startswith(f"takatuf/{room}/")
        for _line, verb in rules.verbs_used(text)
    }
    faults = rules.sentences_are_spoken(room, sentences_of(room), used)
    assert not faults, sentence(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_journal_sentence_is_told_in_every_language(language):
    wanted = []
    for room in ROOMS:
        sentences_of(room)
        module = sys.modules.get(f"takatuf.{room}.verbs")
        # The words in the code, whatever language is active: lazy strings keep their arguments.
        wanted += [words._args[0] for words in vars(module)["VERBS"].values()] if module else []
    faults = rules.messages_are_translated(language, catalogue(language), wanted)
    assert wanted, "No room tells of its acts."
    assert not faults, sentence(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_no_gap(language):
    messages = catalogue(language)
    faults = rules.messages_are_translated(language, messages, messages)
    assert not faults, sentence(faults)


def test_every_placeholder_has_a_name():
    faults = rules.placeholders_have_names(catalogue("ar"))
    assert not faults, sentence(faults)


def test_every_room_tells_what_belongs_in_it():
    faults = rules.rooms_have_readmes(ROOMS, lambda path: (ROOT / path).exists())
    assert not faults, sentence(faults)


def test_the_settings_are_documented():
    document = settings_table.DOCUMENT.read_text()
    faults = rules.settings_are_documented(SETTINGS.keys(), document)
    assert not faults, sentence(faults)
    assert document == settings_table.table(), (
        "docs/reference/settings.md differs from the code. "
        "Run `.venv/bin/python -m tests.house.settings_table`."
    )


def test_no_setting_is_read_that_the_table_does_not_hold():
    faults = [
        fault
        for name, text in code()
        for fault in rules.settings_are_known(name, text, SETTINGS.keys(), OUTSIDE)
    ]
    assert not faults, sentence(faults)


@pytest.mark.parametrize(
    "rule",
    [
        rules.templates_have_no_inline_code,
        rules.nothing_from_third_parties,
        rules.template_words_are_translatable,
    ],
    ids=lambda rule: rule.__name__,
)
def test_templates_keep_the_house_style(rule):
    faults = [fault for name, text in templates() for fault in rule(name, text)]
    assert not faults, sentence(faults)


def test_styles_and_scripts_load_nothing_from_third_parties():
    faults = [
        fault
        for name, text in written_assets()
        for fault in rules.nothing_from_third_parties(name, text)
    ]
    assert not faults, sentence(faults)


def test_styles_say_start_and_end():
    faults = [
        fault
        for name, text in written_assets()
        if name.endswith(".css")
        for fault in rules.styles_have_no_left_or_right(name, text)
    ]
    assert not faults, sentence(faults)


def test_time_comes_in_as_an_argument():
    faults = [
        fault
        for name, text in code()
        if shelf(name)
        for fault in rules.clocks_come_as_arguments(name, text, OWN_CLOCK)
    ]
    assert not faults, sentence(faults)


def test_every_page_answers_head():
    faults = [fault for name, text in code() for fault in rules.pages_answer_head(name, text)]
    assert not faults, sentence(faults)


def test_every_public_function_says_what_it_means():
    faults = [
        fault
        for name, text in code()
        if shelf(name)
        for fault in rules.public_functions_have_docstrings(name, text)
    ]
    assert not faults, sentence(faults)


@pytest.mark.django_db
def test_the_migrations_are_complete(capsys, settings):
    settings.MIGRATION_MODULES = {}  # the other tests do without them
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(
            f"{capsys.readouterr().out}\nThe tables and the migrations differ. Run "
            "`takatuf manage makemigrations` and commit what it writes."
        )


def test_the_documents_link_to_what_is_there():
    faults = [
        fault
        for name in tracked()
        if name.endswith(".md")
        for fault in rules.links_lead_somewhere(
            name, (ROOT / name).read_text(), lambda path: (ROOT / path).exists()
        )
    ]
    assert not faults, sentence(faults)


def test_every_document_stands_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text()
    missing = [
        name
        for name in tracked()
        if name.startswith("docs/") and name.endswith(".md") and name != "docs/README.md"
        if f"]({name.removeprefix('docs/')}" not in index
    ]
    assert not missing, f"{missing}: give each a line in docs/README.md, under its mode."


def marks_of_this_machine() -> set[str]:
    """Folders and package indexes that this machine is set up with, where they can be known."""
    marks = {str(ROOT)}
    found = [
        os.environ.get(name, "") for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
    ]
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    )
    found += [word.strip("'\"") for word in asked.stdout.replace("=", " ").split()]
    marks |= {host for word in found if (host := urlsplit(word).hostname)}
    return marks - {"localhost", "127.0.0.1"}


def tracked() -> list[str]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if name]


def test_no_file_names_the_machine_it_was_written_on():
    marks = marks_of_this_machine()
    faults = []
    for name in tracked():
        try:
            text = (ROOT / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        faults += rules.nothing_of_this_machine(name, text, marks)
    assert not faults, sentence(faults)


def test_french_in_shipped_data_keeps_its_signs_with_their_words():
    faults = []
    for folder in ("plans/catalogue", "learning/library"):
        for path in sorted((ROOT / "takatuf" / folder).rglob("*.json")):
            said = json.loads(path.read_text())
            faults += rules.french_keeps_its_signs(str(path.relative_to(ROOT)), said)
    assert not faults, sentence(faults)


def test_the_lock_has_hashes_and_no_addresses():
    lock = (ROOT / "requirements.lock").read_text()
    pins = lock.count("==")
    assert pins > 50
    assert "--hash=sha256:" in lock, "Run `make lock`: each pin needs its hashes."
    assert "://" not in lock, "Run `make lock`: the lock must not say where packages come from."
