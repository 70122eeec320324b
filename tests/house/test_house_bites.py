"""Each rule of the house fails on a broken example: a rule that cannot bite protects nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import rules
from tests.house.rules import Address

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
FLOORS = rules.floors_of(["config", "desk | api", "alerts", "journal | ui", "foundation"])


def one(faults: list[str]) -> str:
    assert len(faults) == 1, faults
    return faults[0]


def test_floors_are_read_from_the_contract():
    assert FLOORS["foundation"] == 0
    assert FLOORS["ui"] == FLOORS["journal"] == 1
    assert FLOORS["config"] == 4


@pytest.mark.parametrize(
    "source",
    [
        "from takatuf.alerts.services import raise_alert",
        "import takatuf.alerts",
        "from takatuf import alerts",
        "from ..alerts import services",
        "def late():\n    from takatuf.alerts import services",
        "from importlib import import_module\nimport_module('takatuf.alerts.services')",
        "from django.apps import apps\napps.get_model('alerts', 'Call')",
        "from django.apps import apps\napps.get_model('alerts.Call')",
        "from takatuf.ui import forms",
    ],
    ids=range(9),
)
def test_a_room_that_calls_up_or_sideways_is_found(source):
    said = one(rules.imports_go_down("takatuf/journal/services.py", source, FLOORS))
    assert "Call down only" in said


def test_a_room_that_leans_on_the_test_builders_is_found():
    source = "from takatuf.testing import demo"
    assert one(rules.imports_go_down("takatuf/alerts/services.py", source, FLOORS))
    assert not rules.imports_go_down("takatuf/config/commands/demo.py", source, FLOORS)


def test_a_call_down_is_let_be():
    source = "from takatuf.journal.services import record\nfrom .models import Call"
    assert not rules.imports_go_down("takatuf/alerts/services.py", source, FLOORS)


@pytest.mark.parametrize(
    "source",
    [
        "from takatuf.alerts.models import Call",
        "from takatuf.alerts import models",
        "def view(request):\n    import takatuf.alerts.models",
        "from django.apps import apps\napps.get_model('alerts', 'Call')",
        "from django.contrib.auth import get_user_model",
    ],
    ids=range(5),
)
def test_a_window_that_takes_a_table_is_found(source):
    assert "Add the query" in one(
        rules.windows_take_no_models("takatuf/desk/views.py", source, {"desk"})
    )


def test_a_foreign_key_up_the_stairs_is_found():
    fields = [("journal", "Entry.call", "alerts"), ("alerts", "Call.entry", "journal")]
    assert "Entry.call" in one(rules.foreign_keys_go_down(fields, FLOORS))


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return timezone.now()",
        "def f():\n    return datetime.now(UTC)",
        "def f():\n    return datetime.datetime.now()",
        "def f():\n    return date.today()",
        "def f():\n    return timezone.localdate()",
        "def f():\n    return datetime.utcnow()",
    ],
    ids=range(6),
)
def test_a_rule_that_asks_the_clock_is_found(source):
    path = "takatuf/alerts/rules.py"
    assert "Take `now" in one(rules.clocks_come_as_arguments(path, source, {}))
    assert not rules.clocks_come_as_arguments(path, source, {f"{path}::f": "a reason"})


@pytest.mark.parametrize(
    "source",
    [
        "@require_GET",
        '@require_http_methods(["GET", "POST"])',
        'if request.method == "GET":',
    ],
    ids=range(3),
)
def test_a_page_that_leaves_head_out_is_found(source):
    assert "HEAD" in one(rules.pages_answer_head("takatuf/desk/views.py", source))
    assert not rules.pages_answer_head("x.py", '@require_http_methods(["GET", "HEAD", "POST"])')


def test_a_function_without_a_docstring_is_found():
    source = "def late(a):\n    return a\ndef _own():\n    pass\ndef said():\n    'What it is.'"
    assert "late has no docstring" in one(
        rules.public_functions_have_docstrings("takatuf/alerts/rules.py", source)
    )


@pytest.mark.parametrize(
    "source",
    [
        "record(actor, 'call.forgotten', log=l)",
        "services.record(actor, verb='call.forgotten')",
        "_note(actor, 'call.forgotten', task)",
        "_note_post(actor, 'call.forgotten', post)",
        "Act('call.forgotten', 'thing')",
        "record(actor, 'call.raised' if new else 'call.forgotten')",
        "record(actor, f'{kind}.forgotten')",
    ],
    ids=range(7),
)
def test_an_act_without_a_sentence_is_found(source):
    assert "has no sentence" in one(
        rules.verbs_have_sentences("takatuf/alerts/services.py", source, {"call.raised": "…"})
    )


def test_a_sentence_without_an_act_is_found():
    assert "“call.lost”" in one(
        rules.sentences_are_spoken("alerts", ["call.raised", "call.lost"], {"call.raised"})
    )
    assert not rules.sentences_are_spoken("decisions", ["promise.logged"], {"*.logged"})


def test_an_untranslated_sentence_is_found():
    messages = {"Declare": "", "%(actor)s left": "غادر %(name)s", "Open": "فتح"}
    faults = rules.messages_are_translated("ar", messages, messages)
    assert len(faults) == 2
    assert "has no ar translation" in faults[0]
    assert "other placeholders" in faults[1]


def test_a_nameless_placeholder_is_found():
    assert one(rules.placeholders_have_names(["%s left", "100%% of %(all)s", "Say it"]))
    assert one(rules.placeholders_have_names(["{} left"]))


@pytest.mark.parametrize(
    "source",
    [
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<p style="color: red">',
        '<button class="a" onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
    ],
    ids=range(6),
)
def test_inline_code_in_a_template_is_found(source):
    assert "content security policy" in one(
        rules.templates_have_no_inline_code("a.html", f"\n{source}")
    )


def test_a_script_from_our_own_files_is_let_be():
    source = "<script src=\"{% static 'ui/desk.js' %}\" defer></script>{# <style> #}"
    assert not rules.templates_have_no_inline_code("a.html", source)


@pytest.mark.parametrize(
    "source",
    [
        '<script src="https://cdn.example.org/a.js">',
        '<link rel="stylesheet" href="//fonts.example.org/css">',
        "a { background: url(https://example.org/a.png) }",
        "@import 'https://example.org/a.css';",
        "fetch('https://example.org/count')",
        '<img alt="" src="http://example.org/pixel.gif">',
    ],
    ids=range(6),
)
def test_a_third_party_is_found(source):
    assert "example.org" in one(rules.nothing_from_third_parties("a.html", source))


def test_a_link_to_read_elsewhere_is_let_be():
    source = '<a href="https://example.org/">x</a><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert not rules.nothing_from_third_parties("a.html", source)


@pytest.mark.parametrize(
    "source",
    [
        "<p>Declare an incident</p>",
        '<input placeholder="Your name">',
        '<svg aria-label="Late work"></svg>',
        "{% if late %}late{% endif %}",
        "<p>{{ count }} actions</p>",
    ],
    ids=range(5),
)
def test_words_that_cannot_be_translated_are_found(source):
    assert "cannot be translated" in one(rules.template_words_are_translatable("a.html", source))


def test_translatable_words_are_let_be():
    source = """{% comment %}Said to whoever edits.{% endcomment %}
    <h1 title="{% translate 'Declare' %}">{% translate "Declare an incident" %}</h1>
    <p>{% blocktranslate with name=name %}Call {{ name }} now{% endblocktranslate %} · Takatuf</p>
    <p class="late">{{ incident.title }} &nbsp; {# a remark #}</p>"""
    assert not rules.template_words_are_translatable("a.html", source)


@pytest.mark.parametrize(
    "source",
    [
        "a { margin-left: 1rem }",
        "a { text-align: right; }",
        "a { border-top-left-radius: 2px }",
        "a { left: 0 }",
        "a { float:left }",
    ],
    ids=range(5),
)
def test_left_and_right_in_a_stylesheet_are_found(source):
    assert "start and end" in one(rules.styles_have_no_left_or_right("a.css", source))


def test_start_and_end_are_let_be():
    source = "/* never left */ .a { margin-inline-start: 1rem; content: 'left'; align: upright }"
    assert not rules.styles_have_no_left_or_right("a.css", source)


def test_a_page_open_to_strangers_is_found():
    page = Address("LANG/desk/secret/", "desk:secret", is_open=True)
    assert "opens for strangers" in one(rules.addresses_need_a_sign_in([page], {"public:*"}))
    assert not rules.addresses_need_a_sign_in([page], {"desk:*"})


def test_a_public_list_with_a_page_that_is_closed_or_gone_is_found():
    closed = Address("LANG/desk/", "desk:home", is_open=False)
    assert "Remove it" in one(rules.public_list_is_true([closed], {"desk:home"}))


@pytest.mark.parametrize("route", ["LANG/desk/rollCall/", "LANG/roll_call/", "LANG/x/<int:n>/A/"])
def test_an_address_not_in_kebab_case_is_found(route):
    page = Address(route, "desk:x", is_open=False)
    assert "kebab-case" in one(rules.addresses_are_kebab_case([page]))


def test_an_address_in_kebab_case_is_let_be():
    page = Address("LANG/desk/<slug:city>/roll-call/<int:number>.csv", "desk:x", is_open=False)
    assert not rules.addresses_are_kebab_case([page])


def test_two_addresses_of_one_name_are_found():
    pages = [Address(f"LANG/desk/<slug:city>/{at}/", "desk:add", is_open=False)
             for at in ("plans", "log")]  # fmt: skip
    assert "a name of its own" in one(rules.names_lead_to_one_address(pages))


def test_an_address_without_a_language_is_found():
    page = Address("desk/", "desk:home", is_open=False)
    assert "i18n_patterns" in one(rules.addresses_begin_with_a_language([page], {"api/"}))


def test_the_addresses_of_a_site_are_walked():
    from django.conf.urls.i18n import i18n_patterns
    from django.contrib.auth.decorators import login_not_required
    from django.http import HttpRequest, HttpResponse
    from django.urls import include, path

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    @login_not_required
    def front(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    inner = ([path("list/<int:n>/", page, name="list")], "desk")
    found = list(
        rules.addresses(
            [
                *i18n_patterns(path("desk/", include(inner))),
                path("open/", front, name="open"),
            ]
        )
    )
    assert [(a.route, a.name, a.is_open) for a in found] == [
        ("LANG/desk/list/<int:n>/", "desk:list", False),
        ("open/", "open", True),
    ]


GOOD_PAGE = (
    '<!doctype html><html lang="ar" dir="rtl"><title>{t}</title><main><h1>{t}</h1></main></html>'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<h1>{t}</h1>", ""),
        ("</main>", "<h1>2</h1></main>"),
        ("<title>{t}</title>", "<title> </title>"),
        ("<title>{t}</title>", ""),
        (' lang="ar"', ""),
        (' dir="rtl"', ""),
        ('"rtl"', '"ltr"'),
        ("main", "div"),
        ("<h1>{t}</h1>", '<h1 id="a">{t}</h1><p class="b" id="a">'),
    ],
    ids=range(9),
)
def test_a_page_that_breaks_the_house_style_is_found(old, new):
    assert not rules.page_faults(GOOD_PAGE)
    assert rules.page_faults(GOOD_PAGE.replace(old, new))


def test_a_room_without_a_readme_is_found():
    said = rules.rooms_have_readmes(["alerts", "desk"], lambda path: "alerts" in path)
    assert "takatuf/desk/README.md is missing" in one(said)


def test_a_setting_that_only_one_side_knows_is_found():
    document = "| `TAKATUF_HOME` | x | y |\n| `TAKATUF_GONE` | x | y |\n"
    faults = rules.settings_are_documented({"TAKATUF_HOME", "TAKATUF_NEW"}, document)
    assert [fault.split()[0] for fault in faults] == ["TAKATUF_NEW", "TAKATUF_GONE"]


def test_a_variable_read_past_the_table_is_found():
    source = "import os\nos.environ['TAKATUF_SECRET_DOOR']"
    assert "TAKATUF_SECRET_DOOR" in one(
        rules.settings_are_known("takatuf/x.py", source, {"TAKATUF_HOME"}, set())
    )


def test_a_trace_of_the_machine_is_found():
    assert ":2 names" in one(
        rules.nothing_of_this_machine("a.md", "x\nsee packages.example.org", {"example.org"})
    )


def test_a_link_to_nowhere_is_found():
    text = "[a](b.md) [c](gone.md#x) [d](https://example.org/) [e](#here)"
    there = Path("docs/b.md")
    assert "gone.md" in one(rules.links_lead_somewhere("docs/a.md", text, lambda p: p == there))


# The import contracts themselves, on a small copy of the house


@pytest.fixture
def model_house(tmp_path):
    """All rooms with empty shelves, under the contracts of our own pyproject.toml."""
    contracts = (ROOT / "pyproject.toml").read_text().partition("[tool.importlinter]")
    (tmp_path / "pyproject.toml").write_text("".join(contracts[1:]))
    for room in ROOT.glob("takatuf/*/__init__.py"):
        here = tmp_path / "takatuf" / room.parent.name
        here.mkdir(parents=True)
        for shelf in ("__init__", "models", "access", "queries", "services", "jobs", "rules"):
            (here / f"{shelf}.py").touch()
    (tmp_path / "takatuf" / "__init__.py").touch()
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])",
        ],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
    )


def test_the_contracts_hold_in_an_empty_house(model_house):
    done = lint(model_house)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "source", "broken"),
    [
        ("journal/services.py", "from takatuf.alerts import services", "Floors"),
        ("activities/services.py", "from takatuf.decisions import services", "Floors"),
        ("alerts/rules.py", "def f():\n    from takatuf.plans import rules", "Floors"),
        ("alerts/models.py", "from takatuf.alerts import services", "Shelves"),
        ("incidents/queries.py", "from takatuf.incidents import services", "Shelves"),
        ("desk/views.py", "from takatuf.alerts.models import Call", "Windows"),
        ("api/views.py", "from takatuf.accounts import models", "Windows"),
    ],
    ids=range(7),
)
def test_a_broken_contract_is_found(model_house, path, source, broken):
    (model_house / "takatuf" / path).write_text(source)
    done = lint(model_house)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{broken}" in done.stdout
    assert "BROKEN" in done.stdout


def test_a_french_sign_that_may_fall_to_the_next_line_is_found():
    said = {"one": [{"en": "Is it so ?", "fr": "Est-ce vrai\u00a0?"}]}
    assert rules.french_keeps_its_signs("data.json", said) == []
    said["one"].append({"fr": ["Est-ce vrai ?"]})
    assert len(rules.french_keeps_its_signs("data.json", said)) == 1


def test_a_room_without_a_floor_is_found(model_house):
    shutil.copytree(model_house / "takatuf" / "ui", model_house / "takatuf" / "cellar")
    assert lint(model_house).returncode == 1
