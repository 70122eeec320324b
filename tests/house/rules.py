"""The rules of the house, each a function from what is looked at to a list of sentences.

An empty list means that all is well. Each sentence names the place and says what to do.
`test_house.py` runs the rules on the real thing, `test_house_bites.py` on broken examples.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Floors = Mapping[str, int]

LANGUAGES = ("ar", "en", "fr")


def floors_of(layers: Iterable[str]) -> dict[str, int]:
    """Room -> floor, 0 the lowest, from the layers of the import contract (highest first)."""
    layers = list(layers)
    return {
        room.strip(" ()"): len(layers) - 1 - place
        for place, layer in enumerate(layers)
        for room in layer.split("|")
    }


# Imports


def imports_of(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of whatever the code imports, inside functions and by name too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            name = called(node)
            words = [arg.value for arg in node.args if _is_text(arg)]
            if name in {"import_module", "import_string", "__import__"} and words:
                yield node.lineno, words[0]
            elif name == "get_model" and words:
                label = words[0].split(".")[0]
                yield node.lineno, f"takatuf.{label}.models"


def called(node: ast.Call) -> str:
    """The last word of what is called: `record` of `services.record(…)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def imports_go_down(path: str, source: str, floors: Floors) -> list[str]:
    """A room imports only from lower floors, inside functions too."""
    parts = Path(path).with_suffix("").parts
    here, package = parts[1], ".".join(parts[:-1])
    if here not in floors:
        return []
    faults = []
    for line, name in imports_of(ast.parse(source), package):
        words = name.split(".")
        if words[0] != "takatuf" or len(words) < 2:
            continue
        there = words[1]
        if there == "testing" and here != "config":
            faults.append(
                f"{path}:{line} imports takatuf.testing: only tests and the command may do that."
            )
        elif there != here and there in floors and floors[there] >= floors[here]:
            faults.append(
                f"{path}:{line} imports {name}, which stands on floor {floors[there]}, from floor "
                f"{floors[here]}. Call down only: move the code up, or pass the value as an "
                "argument."
            )
    return faults


def windows_take_no_models(path: str, source: str, windows: Collection[str]) -> list[str]:
    """Desk, public pages and API read through doors and queries, and write by use cases."""
    parts = Path(path).with_suffix("").parts
    if parts[1] not in windows:
        return []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            node.body = []  # a type is no way to a table
    return [
        f"{path}:{line} imports {name}: a window takes things from access.py, queries.py and "
        "services.py of a room, never from its tables. Add the query that you miss to the room."
        for line, name in imports_of(tree, ".".join(parts[:-1]))
        if re.match(r"takatuf\.\w+\.models(\.|$)", name)
        or name.endswith(".get_user_model")
        or name.startswith("django.contrib.auth.models")
    ]


def foreign_keys_go_down(fields: Iterable[tuple[str, str, str]], floors: Floors) -> list[str]:
    """`fields` are (room, "Model.field", room that it points to)."""
    return [
        f"{name} in {here} points to {there}, which does not stand below it. Turn the key round, "
        "or store an id and let a use case on a higher floor join the two."
        for here, name, there in fields
        if here in floors and there in floors and here != there and floors[there] >= floors[here]
    ]


# Python


def clocks_come_as_arguments(path: str, source: str, allowed: Mapping[str, str]) -> list[str]:
    """Rules, services and queries get `now`; `allowed` maps "path::function" to a reason."""
    tree = ast.parse(source)
    owners = {
        id(inner): outer.name
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
    }
    faults = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"now", "utcnow", "today", "localdate", "localtime"}
            and ast.unparse(node.func.value).split(".")[-1]
            in {"datetime", "timezone", "date", "dt"}
            and not (node.func.attr == "localtime" and node.args)
            and f"{path}::{owners.get(id(node), '')}" not in allowed
        ):
            faults.append(
                f"{path}:{node.lineno} asks the clock. Take `now: datetime` as an argument, so "
                "that a test can move it."
            )
    return faults


def public_functions_have_docstrings(path: str, source: str) -> list[str]:
    """Whoever reads a room's shelves learns what each function means, in its units."""
    return [
        f"{path}:{node.lineno} {node.name} has no docstring. Say in a sentence what it means; "
        "add units, refusals and the source of a formula where there are any."
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


# Words


def verbs_used(source: str) -> Iterator[tuple[int, str]]:
    """Line and verb of each entry that the code writes; * stands for what is filled in."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        if not re.fullmatch(r"_?(record|note)(_\w+)?|Act", name):
            continue
        place = 0 if name == "Act" else 1
        verb = node.args[place] if len(node.args) > place else None
        for keyword in node.keywords:
            if keyword.arg == "verb":
                verb = keyword.value
        yield from ((node.lineno, found) for found in _texts(verb) if "." in found)


def _texts(node: ast.AST | None) -> Iterator[str]:
    if node is not None and _is_text(node):
        yield node.value  # type: ignore[attr-defined]
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values
        )


def verbs_have_sentences(path: str, source: str, sentences: Mapping[str, str]) -> list[str]:
    """Each verb that the room writes stands in its verbs.py."""
    faults = []
    for line, verb in verbs_used(source):
        form = re.escape(verb).replace(r"\*", r"[a-z_]+")
        if not any(re.fullmatch(form, known) for known in sentences):
            faults.append(
                f"{path}:{line} records “{verb}”, which has no sentence. Add it to VERBS in the "
                "room's verbs.py, as a coordinator would say it aloud."
            )
        elif not re.fullmatch(r"[a-z_*]+\.[a-z_*]+", verb):
            faults.append(f"{path}:{line} “{verb}”: write thing.past_tense in small letters.")
    return faults


def sentences_are_spoken(room: str, sentences: Iterable[str], used: Collection[str]) -> list[str]:
    """No sentence waits in verbs.py for an act that nobody records."""
    forms = [re.escape(verb).replace(r"\*", r"[a-z_]+") for verb in used]
    return [
        f"takatuf/{room}/verbs.py has a sentence for “{verb}”, which no code records. Remove it."
        for verb in sentences
        if not any(re.fullmatch(form, verb) for form in forms)
    ]


PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
PLACE_WITHOUT_NAME = re.compile(r"%[sdr](?!\w)|\{\}")


def messages_are_translated(
    language: str, messages: Mapping[str, str], wanted: Iterable[str]
) -> list[str]:
    """Each sentence stands in the catalogue, with the same named placeholders."""
    faults = []
    for text in wanted:
        translated = messages.get(text, "")
        if not translated:
            faults.append(
                f"“{text}” has no {language} translation. Run `make words` and write it in "
                f"takatuf/locale/{language}/LC_MESSAGES/django.po."
            )
        elif set(PLACES.findall(text)) != set(PLACES.findall(translated)):
            faults.append(
                f"“{text}”: its {language} translation “{translated}” has other placeholders. "
                "Keep each %(name)s as it is."
            )
    return faults


def placeholders_have_names(messages: Iterable[str]) -> list[str]:
    """Words stand in another order in other languages; a nameless place cannot move."""
    return [
        f"“{text}” has a placeholder without a name. Write %(name)s."
        for text in messages
        if PLACE_WITHOUT_NAME.search(text.replace("%%", ""))
    ]


# Templates and styles

TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment.*?%}.*?{%\s*endcomment\s*%}|<!--.*?-->|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(
    r"{%\s*(blocktrans(?:late)?)\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
UNREAD = re.compile(r"(<(code|script|style)\b[^>]*>).*?</\2>", re.DOTALL | re.IGNORECASE)
# A block that fills an attribute nobody reads: its name ends in _class or _data.
UNSPOKEN_BLOCK = re.compile(r"{%\s*block\s+\w+_(?:class|data)\s*%}[\w\s-]*", re.DOTALL)
READ_ALOUD = re.compile(
    r"\s(title|alt|placeholder|aria-label|aria-description|label)=\"([^\"]*)\"", re.IGNORECASE
)
SPOKEN = re.compile(r"[^\W\d_]{2,}")
# Names that are the same in every language, and units.
NAMES = {"Takatuf", "kB", "MB", "GB", "UTC", "JSON", "CSV", "XLSX", "GeoJSON", "SMS", "PIN"}
NAMES |= {"API", "OpenAPI", "العربية", "English", "Français", "Facebook", "LinkedIn"}


def line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _blank(found: re.Match[str]) -> str:
    """As many lines as before, and nothing in them: line numbers stay true."""
    return " " + "\n" * found.group().count("\n")


def pages_answer_head(path: str, source: str) -> list[str]:
    """RFC 9110, 9.1: what answers GET answers HEAD; and HEAD, which no token guards, acts never."""
    found = {
        r"\brequire_GET\b": "Say require_safe",
        r"require_http_methods\(\[(?=[^]]*\"GET\")(?![^]]*\"HEAD\")": "Let it answer HEAD too",
        r"request\.method == \"GET\"": 'Ask for request.method != "POST", else HEAD would act',
    }
    return [
        f"{path}:{line_of(source, match.start())} leaves HEAD out. {what}."
        for form, what in found.items()
        for match in re.finditer(form, source)
    ]


# From a tag's beginning to an attribute of it; what stands in another's quotes is only words.
IN_A_TAG = r"<(?:[^>%\"]|\"[^\">]*\")*?"


def templates_have_no_inline_code(path: str, source: str) -> list[str]:
    """The content security policy has no exceptions; inline styles and scripts do not run."""
    text = COMMENT.sub(_blank, source)
    found = [
        (r"<style\b", "a <style> element"),
        (r"<script\b(?![^>]*\ssrc=)(?![^>]*type=\"application/(ld\+)?json\")", "an inline script"),
        (rf"{IN_A_TAG}\sstyle\s*=", "a style attribute"),
        (rf"{IN_A_TAG}\son[a-z]+\s*=", "an event attribute"),
        (r"(href|src|action)=\"\s*javascript:", "a javascript: address"),
        (r"\shx-on[:-]", "an hx-on attribute"),
    ]
    return [
        f"{path}:{line_of(text, match.start())} has {what}, which the content security policy "
        "stops. Put it into the stylesheet, or into a script file that works on data attributes."
        for form, what in found
        for match in re.finditer(form, text, re.IGNORECASE)
    ]


def nothing_from_third_parties(path: str, source: str) -> list[str]:
    """Styles, scripts, fonts and pictures come from this server alone."""
    text = COMMENT.sub(_blank, source)
    loads = (
        r"(?:src|srcset|poster|action|data-src|xlink:href)\s*=\s*[\"']?\s*((?:https?:)?//[^\s\"'>]+)"
        r"|<link\b[^>]*href\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]+)"
        r"|url\(\s*[\"']?((?:https?:)?//[^\s\"')]+)"
        r"|@import\s+[\"']((?:https?:)?//[^\"']+)"
        r"|(?:fetch|importScripts|EventSource|WebSocket|import)\(\s*[\"'`]((?:https?:|wss?:)?//[^\"'`]+)"
    )
    return [
        f"{path}:{line_of(text, match.start())} loads "
        f"{urlsplit(next(filter(None, match.groups()))).netloc}: "
        "nothing comes from a third party. Take it from a package and serve it from here."
        for match in re.finditer(loads, text, re.IGNORECASE)
    ]


def template_words_are_translatable(path: str, source: str) -> list[str]:
    """Whatever a reader reads stands in {% translate %} or {% blocktranslate %}."""
    text = COMMENT.sub(_blank, source)
    text = TRANSLATED.sub(_blank, text)
    text = UNREAD.sub(lambda found: found[1] + _blank(found), text)
    text = UNSPOKEN_BLOCK.sub(_blank, text)
    text = TAG.sub(_blank, text)
    faults = []
    for match in READ_ALOUD.finditer(text):
        if [word for word in SPOKEN.findall(match[2]) if word not in NAMES]:
            faults.append((match.start(), match[2].strip()))
    bare = text if path.endswith(".txt") else re.sub(r"<[^>]*>", _blank, text)
    bare = re.sub(r"&#?\w+;", " ", bare)
    for number, line in enumerate(bare.splitlines(), 1):
        if [word for word in SPOKEN.findall(line) if word not in NAMES]:
            faults.append((-number, line.strip()))
    return [
        f"{path}:{-place if place < 0 else line_of(text, place)} “{words}” cannot be translated. "
        "Wrap it in {% translate %}, or {% blocktranslate %} with named places."
        for place, words in faults
    ]


def styles_have_no_left_or_right(path: str, source: str) -> list[str]:
    """One stylesheet serves both directions of writing: start and end, never left and right."""
    text = re.sub(r"/\*.*?\*/", _blank, source, flags=re.DOTALL)
    text = re.sub(r"url\([^)]*\)|\"[^\"\n]*\"|'[^'\n]*'", " ", text)
    return [
        f"{path}:{line_of(text, match.start())} says “{match.group()}”. Say start and end: "
        "margin-inline-start, inset-inline-end, text-align: start."
        for match in re.finditer(r"(?<![\w.#])[\w-]*(?<![a-z])(?:left|right)(?![a-z])[\w-]*", text)
        if not re.match(r"\s*[,{]", text[match.end() :][:1])
    ]


# Addresses


class Address:
    """One address of the site: where it is, its name, whether anyone may open it."""

    def __init__(self, route: str, name: str, *, is_open: bool, foreign: bool = False) -> None:
        self.route, self.name, self.is_open, self.foreign = route, name, is_open, foreign

    def __repr__(self) -> str:
        return f"/{self.route} ({self.name})"


def addresses(patterns: Iterable[Any], route: str = "", name: str = "") -> Iterator[Address]:
    """All addresses below these patterns; LANG stands for the language."""
    from django.urls.resolvers import LocalePrefixPattern

    for pattern in patterns:
        part = "LANG/" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern)
        here = route + part.removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if hasattr(pattern, "url_patterns"):
            space = f"{name}{pattern.namespace}:" if pattern.namespace else name
            yield from addresses(pattern.url_patterns, here, space)
        else:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield Address(
                here,
                name + (pattern.name or ""),
                is_open=getattr(pattern.callback, "login_required", True) is False,
                foreign=not view.__module__.startswith("takatuf"),
            )


def names_lead_to_one_address(found: Iterable[Address]) -> list[str]:
    """Two addresses of one name that take as many things: which of them a template leads to is
    then a matter of luck."""
    routes: dict[tuple[str, int], list[str]] = {}
    for address in found:
        if not address.foreign:
            asked = (address.name, address.route.count("<"))
            routes.setdefault(asked, []).append(address.route)
    return [
        f"{name}: names {' and '.join(sorted(set(there)))}. Give each a name of its own."
        for (name, _count), there in sorted(routes.items())
        if len(set(there)) > 1
    ]


def addresses_need_a_sign_in(found: Iterable[Address], public: Collection[str]) -> list[str]:
    """A page is closed unless its name, or all that begins so (`api:*`), is on the list."""
    return [
        f"{address} opens for strangers. Remove login_not_required, or put its name on the "
        "public list with a reason."
        for address in found
        if address.is_open and not listed(address.name, public)
    ]


def listed(name: str, names: Collection[str]) -> bool:
    """Whether a name, or a beginning of it written with *, is on a list."""
    return any(
        name == known or (known.endswith("*") and name.startswith(known[:-1])) for known in names
    )


def public_list_is_true(found: Iterable[Address], public: Collection[str]) -> list[str]:
    """The list of open pages holds nothing that is gone or closed."""
    open_names = [address.name for address in found if address.is_open]
    return [
        f"“{known}” stands on the public list, but no open page has that name. Remove it."
        for known in public
        if not any(listed(name, [known]) for name in open_names)
    ]


def addresses_are_kebab_case(found: Iterable[Address]) -> list[str]:
    """Small letters, digits and single hyphens between; other people's packages are let be."""
    faults = []
    for address in found:
        if address.foreign:
            continue
        bare = re.sub(r"<[^>]*>|\(\?P<\w+>.*?\)(?=/|$)", "x", address.route.removeprefix("LANG/"))
        for part in filter(None, bare.split("/")):
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)?", part):
                faults.append(f"{address}: write “{part}” in kebab-case, as in first-hour.")
    return faults


def addresses_begin_with_a_language(
    found: Iterable[Address], without: Collection[str]
) -> list[str]:
    """Each page can be shared and comes back in the language that it was read in."""
    return [
        f"{address} does not begin with a language. Put it inside i18n_patterns, or on the list "
        "of addresses without one with a reason."
        for address in found
        if not address.route.startswith("LANG/")
        and not any(address.route.startswith(start) for start in without)
    ]


# Pages


def page_faults(html: str) -> list[str]:
    """What a served page owes its reader: one h1, a title, a language and a direction."""
    faults = []
    if len(re.findall(r"<h1[\s>]", html)) != 1:
        faults.append("The page needs exactly one h1.")
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    if not title or not title[1].strip():
        faults.append("The page needs a title that says where one is.")
    root = re.search(r"<html\b[^>]*>", html)
    if not root or not re.search(r"\slang=\"[a-z]{2,3}", root[0]):
        faults.append("The html element needs lang.")
    if not root or not re.search(r"\sdir=\"(rtl|ltr)\"", root[0]):
        faults.append("The html element needs dir.")
    elif bool(re.search(r"\slang=\"(ar|fa|he|ur)\b", root[0])) != ('dir="rtl"' in root[0]):
        faults.append("The direction does not fit the language.")
    if len(re.findall(r"<main[\s>]", html)) != 1:
        faults.append("The page needs one main element.")
    # A label, a link and a reader's software find the first of them alone.
    ids = Counter(re.findall(r"<[a-z][^<>]*?\sid=\"([^\"]+)\"", html))
    twice = sorted(name for name, times in ids.items() if times > 1)
    if twice:
        faults.append(f"These ids stand more than once: {', '.join(twice)}.")
    return faults


# The repository


def rooms_have_readmes(rooms: Iterable[str], exists: Callable[[str], bool]) -> list[str]:
    """What belongs in a room, what does not, and the three words to know."""
    return [
        f"takatuf/{room}/README.md is missing. Say what belongs there, what does not, and the "
        "three words one must know."
        for room in rooms
        if not exists(f"takatuf/{room}/README.md")
    ]


def settings_are_documented(names: Collection[str], document: str) -> list[str]:
    """The table of settings and the code name the same variables."""
    rows = set(re.findall(r"^\| `([A-Z_]+)`", document, re.MULTILINE))
    write = "Run `.venv/bin/python -m tests.house.settings_table`."
    return [
        *(f"{name} is missing in docs/reference/settings.md. {write}" for name in names - rows),
        *(f"{name} is documented, but no code knows it. {write}" for name in rows - names),
    ]


def settings_are_known(
    path: str, source: str, names: Collection[str], outside: Collection[str]
) -> list[str]:
    """No code reads a variable that the table of settings does not hold."""
    return [
        f"{path}:{node.lineno} reads {node.value}. Add it to SETTINGS in "
        "takatuf/config/environment.py with its meaning."
        for node in ast.walk(ast.parse(source))
        if _is_text(node)
        and re.fullmatch(r"TAKATUF_[A-Z_]+|DATABASE_URL", node.value)  # type: ignore[attr-defined]
        and node.value not in names  # type: ignore[attr-defined]
        and node.value not in outside  # type: ignore[attr-defined]
    ]


def nothing_of_this_machine(path: str, text: str, marks: Collection[str]) -> list[str]:
    """No file carries the address of a package index or a folder of whoever wrote it."""
    return [
        f"{path}:{line_of(text, text.index(mark))} names “{mark}”, which belongs to one machine. "
        "Remove it."
        for mark in marks
        if mark in text
    ]


def french_keeps_its_signs(path: str, said: Any, language: str = "") -> list[str]:
    """In data that is shipped, a French sign stays with its word: no line breaks between them."""
    if isinstance(said, Mapping):
        below = [(each, key if key in LANGUAGES else language) for key, each in said.items()]
    else:
        below = [(each, language) for each in said] if isinstance(said, list) else []
    faults = [fault for each, of in below for fault in french_keeps_its_signs(path, each, of)]
    if language == "fr" and isinstance(said, str) and re.search(r"\S [:;!?»](?!\S)|« ", said):
        faults.append(f"{path}: “{said}”. Put a no-break space before : ; ! ? » and after «.")
    return faults


def links_lead_somewhere(path: str, text: str, exists: Callable[[Path], bool]) -> list[str]:
    """Each relative link of a document leads to a file of the repository."""
    text = re.sub(r"```.*?```", _blank, text, flags=re.DOTALL)
    return [
        f"{path}:{line_of(text, found.start())} links to {found[1]}, which is not there."
        for found in re.finditer(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)", text)
        if not exists(Path(path).parent / found[1])
    ]
