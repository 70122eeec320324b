"""The words of the documents as each database searches them: FTS5 in SQLite, tsvector in
PostgreSQL, both fed with the terms of `rules.terms_of`. The only SQL of this room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction

from takatuf.search.rules import weights_of

MOST = 300  # documents of one ranking
COMMON = 3_000  # documents with a word, from which on it finds nothing by itself
LOOKED_AT = 2_000  # documents, the best, of which kind and language are asked for
BODY_COUNTS = 0.7  # of what a word in the title counts


class Row(NamedTuple):
    """A document that was found, and how well."""

    kind: str
    key: str
    language: str
    score: float


class Written(NamedTuple):
    """A document's terms, by its row's id."""

    id: int
    title: Sequence[str]
    body: Sequence[str]


def write(documents: Sequence[Written]) -> None:
    """Put these documents' words in, in the place of what stood there under their ids."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "INSERT INTO search_words (id, title, words) "
                "VALUES (%s, %s::tsvector, %s::tsvector) "
                "ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, words = EXCLUDED.words",
                [
                    (one.id, _vector(one.title), _vector([*one.title, *one.body]))
                    for one in documents
                ],
            )
            return
        cursor.executemany(
            "DELETE FROM search_words WHERE rowid = %s", [(one.id,) for one in documents]
        )
        cursor.executemany(
            "INSERT INTO search_words (rowid, title, body) VALUES (%s, %s, %s)",
            [(one.id, " ".join(one.title), " ".join(one.body)) for one in documents],
        )


def drop(ids: Iterable[int]) -> None:
    """Take the words of these documents out."""
    name = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM search_words WHERE {name} = %s",  # noqa: S608  a name of ours
            [(one,) for one in ids],
        )


def drop_all() -> None:
    """Take all words out."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_words")


def ask(
    groups: Sequence[Sequence[str]],
    *,
    kinds: Collection[str] = (),
    languages: Collection[str] = (),
    most: int = MOST,
) -> list[Row]:
    """The documents that have any of the words, the best first.

    `groups` are the terms of each word (`rules.asked`): whichever of them a document has, it
    has the word, once. A word that few documents have tells more than one that many have, and
    in a title more than in a body. The score is the share of all that the question's words
    could tell: 1 where a title has every one of them. Both databases count alike.
    """
    with _by_index():
        found = [_having(group) for group in groups]
    if all(len(rows) >= COMMON for rows in found):
        telling = found[:1]  # nothing but words that stand everywhere: better some than none
    else:
        telling = [rows for rows in found if 0 < len(rows) < COMMON]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_document")
        weights = weights_of([len(rows) for rows in telling], cursor.fetchone()[0])
    scores: dict[int, float] = {}
    for rows, weight in zip(telling, weights, strict=True):
        for pk, in_title in rows:
            scores[pk] = scores.get(pk, 0.0) + (weight if in_title else weight * BODY_COUNTS)
    best = sorted(scores, key=lambda pk: (-scores[pk], pk))[:LOOKED_AT]
    return _rows(best, {pk: scores[pk] / sum(weights) for pk in best}, kinds, languages)[:most]


@contextmanager
def _by_index() -> Iterator[None]:
    """PostgreSQL takes a word that many documents have for a reason to read them all, and does
    not count what unpacking them costs: 110 ms of 30,000 documents, where the index takes 1."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan TO off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO on")  # an outer transaction goes on


def _having(group: Sequence[str]) -> list[tuple[int, bool]]:
    """The documents with any of these terms, and whether it stands in the title; no further
    than it matters.

    Title and words are asked for apart: both answers come from an index alone. A weight in the
    words would have PostgreSQL unpack each document that has one.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted = " | ".join(f"'{term}'" for term in group)
            ask = f"SELECT id FROM search_words WHERE {{}} @@ %s::tsquery LIMIT {COMMON}"  # noqa: S608
            asked = [(ask.format("words"), wanted), (ask.format("title"), wanted)]
        else:
            wanted = " OR ".join(f'"{term}"' for term in group)
            ask = f"SELECT rowid FROM search_words WHERE search_words MATCH %s LIMIT {COMMON}"  # noqa: S608
            asked = [(ask, wanted), (ask, f"title : ({wanted})")]
        having, titled = (_ids(cursor, *one) for one in asked)
    in_title = set(titled)
    return [(pk, pk in in_title) for pk in having]


def _ids(cursor: Any, statement: str, wanted: str) -> list[int]:
    cursor.execute(statement, [wanted])
    return [pk for (pk,) in cursor.fetchall()]


def _rows(
    ids: Sequence[int],
    scores: Mapping[int, float],
    kinds: Collection[str],
    languages: Collection[str],
) -> list[Row]:
    if not ids:
        return []
    where, values = _narrowed(kinds, languages)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id, d.kind, d.key, d.language FROM search_document d "  # noqa: S608
            f"WHERE d.id IN ({', '.join(map(str, ids))}){where}",
            values,
        )
        there = {pk: Row(kind, key, language, scores[pk]) for pk, kind, key, language in cursor}
    return [there[pk] for pk in ids if pk in there]


def _narrowed(kinds: Collection[str], languages: Collection[str]) -> tuple[str, list[str]]:
    where, values = "", list[str]()
    for column, wanted in (("kind", kinds), ("language", languages)):
        if wanted:
            where += f" AND d.{column} IN ({', '.join(['%s'] * len(wanted))})"
            values += wanted
    return where, values


def _vector(terms: Sequence[str]) -> str:
    """A tsvector in its written form: each term once, without its places, which nothing asks."""
    return " ".join(f"'{term}'" for term in dict.fromkeys(terms))
