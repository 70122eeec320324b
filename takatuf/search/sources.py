"""What there is to be found, as it stands now: each kind of thing tells which of its things are
public, and reads their words. The index is only a way to them; nothing that is no longer
public is ever shown from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

from django.conf import settings
from django.db.models import Count, Max

from takatuf.communications.models import Report, ReportQuerySet
from takatuf.communications.queries import sheet_of
from takatuf.communications.vocabulary import Audience
from takatuf.learning.library import questions_to
from takatuf.learning.models import Card, Dialogue
from takatuf.learning.queries import library_stamp
from takatuf.network.places import country_name
from takatuf.network.queries import members, name_in
from takatuf.search.vocabulary import Kind
from takatuf.translation.models import PublicText, Text, TextChange
from takatuf.translation.queries import public_texts


class Thing(NamedTuple):
    """A thing to be found, with its words by language: title, and texts in reading order."""

    kind: str
    key: str
    titles: Mapping[str, str]
    texts: Mapping[str, Sequence[str]]
    # Questions to which it is the answer, by language: they make its meaning, nobody reads them.
    asked: Mapping[str, Sequence[str]] = {}

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys([*self.titles, *self.texts]))

    def title(self, language: str) -> tuple[str, str]:
        """The title for a reader of `language`, and the language that it is really in."""
        for wanted in (language, "en", *self.titles):
            if self.titles.get(wanted):
                return self.titles[wanted], wanted
        return self.key, ""


class Source(Protocol):
    """One kind of things."""

    kind: Kind

    def mark(self) -> str:
        """Something that is another when any of these things may have changed; cheap."""

    def stamps(self) -> Mapping[str, str]:
        """All that are public now, by key, with a stamp that is another for other words."""

    def things(self, keys: Collection[str]) -> Mapping[str, Thing]:
        """Those of the keys that are public now, with their words."""


class OfTexts:
    """Things whose words are public texts: `<kind>/<key>/<field>`."""

    def __init__(self, kind: Kind, *fields: str, more_in_title: str = "") -> None:
        """`fields` are the ones to read, in order; none: all that there are."""
        self.kind, self.fields, self.more_in_title = kind, fields, more_in_title

    def mark(self) -> str:
        """The last change of a public text, and the last that was added."""
        change = TextChange.objects.order_by("-id").values_list("id", flat=True).first()
        added = PublicText.objects.order_by("-id").values_list("id", flat=True).first()
        return f"{change}/{added}"

    def public(self, keys: Collection[str] | None) -> set[str] | None:
        """Those of the keys that anyone may read, of all where None; None: all may be read."""
        return None

    def stamps(self) -> Mapping[str, str]:
        rows = PublicText.objects.filter(kind=self.kind.value, withdrawn=False)
        ids: dict[str, list[str]] = {}
        for key, text in rows.order_by("key").values_list("key", "text_id"):
            name, _, field = key.split("/", 1)[1].partition("/")
            if self._reads(field):
                ids.setdefault(name, []).append(f"{field}={text}")
        allowed = self.public(None)
        return {
            name: sha256(" ".join(there).encode()).hexdigest()
            for name, there in ids.items()
            if allowed is None or name in allowed
        }

    def _reads(self, field: str) -> bool:
        return not self.fields or field in self.fields or field in ("title", self.more_in_title)

    def things(self, keys: Collection[str]) -> Mapping[str, Thing]:
        allowed = self.public(keys)
        wanted = [key for key in keys if allowed is None or key in allowed]
        titles: dict[str, dict[str, str]] = {}
        texts: dict[str, dict[str, list[str]]] = {}
        for path, text in self._texts(wanted).items():
            _kind, key, field = path.split("/", 2)
            for language, version in text.versions.items():
                words = version.get("words", "")
                if not words or not self._reads(field):
                    continue
                if field == "title":
                    titles.setdefault(key, {})[language] = words
                else:
                    texts.setdefault(key, {}).setdefault(language, []).append(words)
        return {
            key: Thing(self.kind.value, key, titles.get(key, {}), texts.get(key, {}))
            for key in wanted
            if key in titles
        }

    def _texts(self, keys: Iterable[str]) -> Mapping[str, Text]:
        if self.fields:
            names = ("title", *([self.more_in_title] if self.more_in_title else []), *self.fields)
            return public_texts(f"{self.kind.value}/{key}/{name}" for key in keys for name in names)
        wanted = set(keys)
        found = public_texts(f"{self.kind.value}/") if wanted else {}
        return {path: text for path, text in found.items() if path.split("/")[1] in wanted}


class Cards(OfTexts):
    """The cards of the library; one that was withdrawn is not found."""

    def __init__(self) -> None:
        super().__init__(
            Kind.CARD,
            *("lesson", "context", "done", "outcome", "caution", "known_how"),
            more_in_title="place",
        )

    def mark(self) -> str:
        newest, count = library_stamp()
        withdrawn = Card.objects.aggregate(last=Max("withdrawn_at"))["last"]
        return f"{super().mark()}/{newest}/{count}/{withdrawn}"

    def stamps(self) -> Mapping[str, str]:
        return {
            slug: sha256(f"{stamp}{asked}".encode()).hexdigest()
            if (asked := questions_to(slug))
            else stamp
            for slug, stamp in super().stamps().items()
        }

    def things(self, keys: Collection[str]) -> Mapping[str, Thing]:
        return {
            slug: thing._replace(asked=questions_to(slug))
            for slug, thing in super().things(keys).items()
        }

    def public(self, keys: Collection[str] | None) -> set[str] | None:
        cards = Card.objects.published()
        cards = cards if keys is None else cards.filter(slug__in=keys)
        return set(cards.values_list("slug", flat=True))


class Dialogues(OfTexts):
    """The dialogues that anyone may read of."""

    def __init__(self) -> None:
        super().__init__(Kind.DIALOGUE)

    def mark(self) -> str:
        told = Dialogue.objects.aggregate(Max("published_at"), Max("withdrawn_at"), Count("pk"))
        return f"{super().mark()}/{'/'.join(map(str, told.values()))}"

    def public(self, keys: Collection[str] | None) -> set[str] | None:
        return set(Dialogue.objects.published().values_list("slug", flat=True))


class Members:
    """The cities that chose to be listed: their names and their country's."""

    kind = Kind.MEMBER

    def mark(self) -> str:
        return sha256(repr(sorted(self.stamps().items())).encode()).hexdigest()

    def stamps(self) -> Mapping[str, str]:
        return {
            city.slug: sha256(
                repr((city.name, sorted(city.names.items()), city.country)).encode()
            ).hexdigest()
            for city in members()
        }

    def things(self, keys: Collection[str]) -> Mapping[str, Thing]:
        found = {}
        for city in members().filter(slug__in=list(keys)):
            languages = [code for code, _name in settings.LANGUAGES]
            found[city.slug] = Thing(
                self.kind.value,
                city.slug,
                {code: name_in(city.names, city.name, code) for code in languages},
                {code: [name] for code in languages if (name := country_name(city.country, code))},
            )
        return found


class Reports:
    """What cities gave to everyone and what still counts, in the languages it exists in."""

    kind = Kind.REPORT

    def _public(self) -> ReportQuerySet:
        return Report.objects.authoritative().filter(audience=Audience.PUBLIC)

    def mark(self) -> str:
        told = self._public().aggregate(Max("approved_at"), Count("pk"))
        return "/".join(map(str, told.values()))

    def stamps(self) -> Mapping[str, str]:
        rows = self._public().values_list("city__slug", "number", "approved_at", "content_hash")
        return {
            f"{city}/{number}": sha256(f"{at}/{content}".encode()).hexdigest()
            for city, number, at, content in rows
        }

    def things(self, keys: Collection[str]) -> Mapping[str, Thing]:
        found = {}
        for key in keys:
            city, _, number = key.rpartition("/")
            report = (
                self._public()
                .filter(city__slug=city, number=int(number))
                .select_related("city", "incident")
                .first()
            )
            if report is None:
                continue
            sheets = {code: sheet_of(report, code, public=True) for code in report.languages}
            found[key] = Thing(
                self.kind.value,
                key,
                {
                    code: f"{mark}{sheet['city']}: {sheet['title']}, {sheet['incident']}"
                    for code, sheet in sheets.items()
                    for mark in (f"{sheet['exercise']} · " if sheet["exercise"] else "",)
                },
                {
                    code: [
                        block["text"]
                        for section in sheet["sections"]
                        for part in section["parts"]
                        if part["language"] == code
                        for block in part["blocks"]
                    ]
                    for code, sheet in sheets.items()
                },
            )
        return found


SOURCES: tuple[Source, ...] = (
    OfTexts(Kind.GUIDE, "why", "pitfall"),
    Cards(),
    Dialogues(),
    OfTexts(Kind.PAGE),
    Members(),
    Reports(),
)
BY_KIND = {source.kind.value: source for source in SOURCES}


def things_of(found: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Thing]:
    """The things with these kinds and keys that are public now; few queries for each kind."""
    keys: dict[str, list[str]] = {}
    for kind, key in found:
        keys.setdefault(kind, []).append(key)
    return {
        (kind, key): thing
        for kind, wanted in keys.items()
        for key, thing in BY_KIND[kind].things(wanted).items()
    }
