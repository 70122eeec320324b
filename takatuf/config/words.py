"""The words of the interface: found in code and templates, merged into the catalogues, compiled.

    python -m takatuf.config.words              find, merge, compile; tell what is untranslated
    python -m takatuf.config.words --compile    only compile what stands in the catalogues
    python -m takatuf.config.words --fill FILE  take translations in from JSON, then as above

FILE holds `{"Sign in": {"ar": "تسجيل الدخول", "fr": "Se connecter"}}`; a sentence with a
number has a list, six forms in Arabic and two in French; a context stands before the words
as `context|words`. Only the standard library and Babel are needed, no gettext programs.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from takatuf.config.languages import LOCALE, PLACEHOLDER, compile_languages

PACKAGE = Path(__file__).parents[1]
# Arabic counts in six forms: none, one, two, few (3 to 10), many (11 to 99), other.
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
    ": n%100>=11 && n%100<=99 ? 4 : 5;",
    "fr": "nplurals=2; plural=(n > 1);",
}
FORMS = {"ar": 6, "fr": 2}
# What the public pages show: a language of the public pages alone holds no more than this.
PUBLIC_ROOMS = frozenset({"public", "ui", "foundation"})
PUBLIC_SHELVES = frozenset(
    f"{room}/vocabulary.py" for room in ("plans", "incidents", "network", "translation", "learning")
)
FOR_STAFF = frozenset(
    {"answer", "begin", "device", "partner"}
)  # in `public`, yet for those who serve
FRENCH_BLANK = re.compile(r"(?<=\S) (?=»|[:;!?](?:[\s)»…]|$))|(?<=«) ")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(({LITERAL}(?:, {LITERAL})*)(?:, ?count)?\)")

Key = tuple[str | None, str]


Found = tuple[Path, str | None, str | tuple[str, ...]]


def _sources(pattern: str) -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob(pattern)):
        inside = path.relative_to(PACKAGE).parts
        if not {"tests", "migrations", "testing", "node_modules"} & set(inside):
            yield path


def _is_public(path: Path) -> bool:
    inside = path.relative_to(PACKAGE)
    if inside.as_posix() in PUBLIC_SHELVES:
        return True
    return inside.parts[0] in PUBLIC_ROOMS and not FOR_STAFF & set(inside.parts)


def _in_python() -> Iterator[Found]:
    for path in _sources("*.py"):
        with path.open("rb") as stream:
            for _line, words, _comments, context in extract("python", stream, KEYWORDS):
                yield path, context, words


def _in_templates() -> Iterator[Found]:
    for pattern in ("templates/**/*.html", "templates/**/*.txt"):
        for path in _sources(pattern):
            for call in CALL.finditer(templatize(path.read_text(), origin=str(path))):
                parts = [ast.literal_eval(found) for found in re.findall(LITERAL, call[2])]
                context = parts.pop(0) if "p" in call[1] else None
                counted = "n" in call[1] and len(parts) > 1
                yield path, context, tuple(parts) if counted else parts[0]


def _in_drawings() -> Iterator[Found]:
    """`{{ _("…") }}` in what Jinja2 draws; whole sentences without numbers are enough there."""
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    for path in _sources("jinja2/**/*.html"):
        parsed = Environment(autoescape=True).parse(path.read_text())
        for _line, _call, words in extract_from_ast(parsed, ["_"]):
            if not isinstance(words, str):
                raise SystemExit(f'{path}: write each sentence whole, as in _("Take").')
            yield path, None, words


Sentences = dict[Key, str | tuple[str, ...]]


def found_words(*, public: bool = False) -> Sentences:
    """Every translatable sentence of the house, or of its public pages alone, by its context
    and (singular) words."""
    everywhere, of_pages = _found()
    return of_pages if public else everywhere


def _found() -> tuple[Sentences, Sentences]:
    return _found_below(PACKAGE)


@lru_cache(maxsize=1)  # one run asks for each language, and reads a thousand files for it
def _found_below(_package: Path) -> tuple[Sentences, Sentences]:
    everywhere: Sentences = {}
    of_pages: Sentences = {}
    for path, context, words in [*_in_python(), *_in_templates(), *_in_drawings()]:
        singular = words[0] if isinstance(words, tuple) else words
        if not singular:
            continue
        for found in (everywhere, of_pages) if _is_public(path) else (everywhere,):
            key: Key = (context, singular)
            if isinstance(words, tuple) or key not in found:
                found[key] = words
    return everywhere, of_pages


def public_languages() -> list[str]:
    """The languages that ship for the public pages alone."""
    return sorted(
        folder.parent.name
        for folder in LOCALE.glob("*/language.json")
        if json.loads(folder.read_text())["scope"] == "public"
    )


def plural_forms(language: str) -> tuple[int, str]:
    """How many forms a language counts in, and the rule, as a catalogue's head says it."""
    if language in PLURALS:
        return FORMS[language], PLURALS[language]
    rule = get_plural(language)
    return rule.num_plurals, f"{rule.plural_forms};"


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? "(.*)"$')


def catalogue(language: str) -> Catalog:
    """The catalogue as it stands, for looking at."""
    with path_of(language).open("rb") as stream:
        return read_po(stream, locale=language)


def held_words(language: str) -> dict[Key, str | tuple[str, ...]]:
    """Every translation that the file holds, even where a merge of branches jumbled its lines.

    Git lays both sides of a merge one after the other (`merge=union` in `.gitattributes`),
    so that a sentence may stand there twice, translated on one side and empty on the other:
    the words win over the gap.
    """
    path = path_of(language)
    held: dict[Key, dict[int, str]] = {}
    context: str | None = None
    forms: dict[int, str] | None = None
    for line in path.read_text().splitlines() if path.exists() else []:
        found = LINE.match(line)
        if not found:
            continue
        part, number, text = found[1], int(found[2] or 0), _unquoted(found[3])
        if part == "msgctxt":
            context = text
        elif part == "msgid":
            forms = held.setdefault((context, text), {})
            context = None
        elif part == "msgstr" and forms is not None:
            forms[number] = forms.get(number) or text
    return {
        key: tuple(forms[n] for n in sorted(forms)) if len(forms) > 1 else forms.get(0, "")
        for key, forms in held.items()
        if key[1]
    }


def _unquoted(text: str) -> str:
    escapes = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
    return re.sub(r"\\(.)", lambda found: escapes.get(found[1], found[1]), text)


def forms_of(text: Any) -> list[str]:
    """The strings of one message: one, or one for each plural form."""
    return [str(form or "") for form in text] if isinstance(text, tuple | list) else [text or ""]


def key_of(message: Message) -> Key:
    return message.context, forms_of(message.id)[0]


def _fits(language: str, words: str | tuple[str, ...], held: Any) -> Any:
    """The held translation in the shape that the words need, empty where it does not fit."""
    if isinstance(words, tuple):
        forms = list(held) if isinstance(held, (tuple, list)) else []
        forms = [typeset(language, str(form or "")) for form in forms]
        return tuple((forms + [""] * plural_forms(language)[0])[: plural_forms(language)[0]])
    return typeset(language, held) if isinstance(held, str) else ""


def typeset(language: str, text: str) -> str:
    """The text with its blanks as the language sets them: French binds its double marks."""
    return FRENCH_BLANK.sub("\u00a0", text) if language == "fr" else text


def merge(language: str, fill: dict[str, dict[str, Any]] | None = None) -> Catalog:
    """Write the catalogue anew: exactly the words in use, each with the translation it had.

    Sorted by the words, without line numbers or dates, one line a sentence, so that two
    people's additions seldom meet in one place.
    """
    held: dict[Key, Any] = dict(held_words(language))
    for words, versions in (fill or {}).items():
        context, _, rest = words.rpartition("|")
        if language in versions:
            held[(context or None, rest)] = versions[language]
    merged = Catalog(locale=language)
    for key, sentence in _wanted(language, held).items():
        merged.add(sentence, _fits(language, sentence, held.get(key)), context=key[0])
    _write(language, merged)
    return merged


def _wanted(language: str, held: dict[Key, Any]) -> Sentences:
    """A spoken language needs every sentence; another those of the public pages, and keeps
    whatever else it has a translation of."""
    everywhere, of_pages = _found()
    if language not in public_languages():
        return everywhere
    more = {key: words for key, words in everywhere.items() if any(forms_of(held.get(key)))}
    return more | of_pages


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped.replace(chr(9), chr(92) + "t")}"'


def _write(language: str, merged: Catalog) -> None:
    lines = [
        'msgid ""',
        'msgstr ""',
        _quoted(f"Language: {language}\n"),
        _quoted("MIME-Version: 1.0\n"),
        _quoted("Content-Type: text/plain; charset=utf-8\n"),
        _quoted("Content-Transfer-Encoding: 8bit\n"),
        _quoted(f"Plural-Forms: {plural_forms(language)[1]}\n"),
        "",
    ]
    messages = (message for message in merged if message.id)
    for message in sorted(messages, key=lambda one: (key_of(one)[1], key_of(one)[0] or "")):
        if message.context:
            lines.append(f"msgctxt {_quoted(message.context)}")
        if isinstance(message.id, tuple | list):
            lines.append(f"msgid {_quoted(message.id[0])}")
            lines.append(f"msgid_plural {_quoted(message.id[1])}")
            forms = enumerate(forms_of(message.string))
            lines += [f"msgstr[{n}] {_quoted(form)}" for n, form in forms]
        else:
            lines.append(f"msgid {_quoted(message.id)}")
            lines.append(f"msgstr {_quoted(str(message.string))}")
        lines.append("")
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))


def placeholders(text: str) -> list[str]:
    return sorted({found[0] for found in PLACEHOLDER.finditer(text)})


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, a sentence each; an empty list is a good catalogue."""
    partial = language in public_languages()
    everywhere, of_pages = _found()
    held = {key_of(message): message for message in catalogue(language) if message.id}
    found = {**{key: everywhere[key] for key in held if key in everywhere}, **of_pages}
    if not partial:
        found = everywhere
    told = []
    for key in found.keys() - held.keys():
        told.append(f"{language}: not in the catalogue: {key[1]!r}")
    for key in held.keys() - found.keys():
        told.append(f"{language}: no longer used: {key[1]!r}")
    for key in found.keys() & held.keys():
        if not partial or any(forms_of(held[key].string)):
            told += _faults_of(language, held[key], found[key])
    return sorted(told)


def _faults_of(language: str, message: Message, words: str | tuple[str, ...]) -> Iterable[str]:
    sources = words if isinstance(words, tuple) else (words,)
    strings = forms_of(message.string)
    name = repr(sources[0])
    if any(string != typeset(language, string) for string in strings):
        yield f"{language}: a blank before or after a double mark may break the line: {name}"
    if message.fuzzy:
        yield f"{language}: fuzzy: {name}"
    if isinstance(words, tuple) != isinstance(message.string, tuple | list):
        yield f"{language}: counts in one and not in the other: {name}"
    count = plural_forms(language)[0]
    if isinstance(words, tuple) and len(strings) != count:
        yield f"{language}: has {len(strings)} plural forms, not {count}: {name}"
    if not all(strings):
        yield f"{language}: untranslated: {name}"
        return
    allowed = {place for source in sources for place in placeholders(source)}
    needed = set.intersection(*(set(placeholders(source)) for source in sources))
    for number, string in enumerate(strings):
        places = set(placeholders(string))
        # "One incident" and "two incidents" are whole words in Arabic and may leave the figure out.
        missing = needed - places if not (len(strings) == 6 and number < 3) else set()
        missing -= {"%%"}
        if missing or places - allowed - {"%%"}:
            odd = ", ".join(sorted(missing | (places - allowed)))
            yield f"{language}: placeholders differ ({odd}): {name}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="words", description="Find, merge and compile words.")
    parser.add_argument("--compile", action="store_true", help="only compile")
    parser.add_argument("--fill", type=Path, help="JSON with translations to take in")
    options = parser.parse_args(arguments)
    told: list[str] = []
    if not options.compile:
        fill = json.loads(options.fill.read_text()) if options.fill else None
        for language in (*PLURALS, *public_languages()):
            merge(language, fill)
            told += faults(language)
    compile_languages()
    sys.stdout.writelines(f"{line}\n" for line in told)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
