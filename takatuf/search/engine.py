"""The words of the documents as each database searches them: FTS5 in SQLite, tsvector in
PostgreSQL, both fed with the terms of `rules.terms_of`. The only SQL of this room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from takatuf.search.rules import weights_of

MOST = 300  # documents of one ranking
COMMON = 3_000  # documents with a word, from which on it finds nothing by itself
TITLE_COUNTS = 3.0  # times what the body counts


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
                "INSERT INTO search_words (id, words) VALUES (%s, %s::tsvector) "
                "ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words",
                [(one.id, _vector(one)) for one in documents],
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

    `groups` are the terms of each word (`rules.asked`). A word that few documents have tells
    more than one that many have, and in a title more than in a body.
    """
    if not groups:
        return []
    where, values = _narrowed(kinds, languages)
    if connection.vendor == "postgresql":
        return _ask_postgresql(groups, where, values, most)
    with connection.cursor() as cursor:
        match = " OR ".join(f'"{term}"' for group in groups for term in group)
        cursor.execute(
            f"SELECT d.kind, d.key, d.language, -bm25(search_words, {TITLE_COUNTS}, 1.0) AS score "  # noqa: S608
            "FROM search_words JOIN search_document d ON d.id = search_words.rowid "
            f"WHERE search_words MATCH %s{where} ORDER BY score DESC, d.id LIMIT {most}",
            [match, *values],
        )
        return [Row(*row) for row in cursor.fetchall()]


def _ask_postgresql(
    groups: Sequence[Sequence[str]], where: str, values: list[str], most: int
) -> list[Row]:
    queries = [" | ".join(f"'{term}'" for term in group) for group in groups]
    with connection.cursor() as cursor:
        # One count each, and none further than it matters.
        counted = ", ".join(
            f"(SELECT count(*) FROM (SELECT 1 FROM search_words "  # noqa: S608
            f"WHERE words @@ %s::tsquery LIMIT {COMMON}) counted)"
            for _query in queries
        )
        cursor.execute(
            f"SELECT (SELECT greatest(reltuples, 1) FROM pg_class "  # noqa: S608
            f"WHERE oid = 'search_words'::regclass), {counted}",
            queries,
        )
        of, *counts = cursor.fetchone()
        telling = [query for query, count in zip(queries, counts, strict=True) if count < COMMON]
        weights = weights_of(groups, dict(enumerate(counts)), max(int(of), *counts))
        score = " + ".join(
            "%s * ts_rank('{0.1, 0.1, 0.33, 1.0}', w.words, %s::tsquery, 1)" for _query in queries
        )
        cursor.execute(
            f"SELECT d.kind, d.key, d.language, {score} AS score FROM search_words w "  # noqa: S608
            "JOIN search_document d ON d.id = w.id "
            f"WHERE w.words @@ %s::tsquery{where} ORDER BY score DESC, w.id LIMIT {most}",
            [
                *(value for pair in zip(weights, queries, strict=True) for value in pair),
                " | ".join(telling or queries),
                *values,
            ],
        )
        return [Row(*row) for row in cursor.fetchall()]


def _narrowed(kinds: Collection[str], languages: Collection[str]) -> tuple[str, list[str]]:
    where, values = "", list[str]()
    for column, wanted in (("kind", kinds), ("language", languages)):
        if wanted:
            where += f" AND d.{column} IN ({', '.join(['%s'] * len(wanted))})"
            values += wanted
    return where, values


def _vector(document: Written) -> str:
    """A tsvector in its written form, with the title's words of weight A."""
    places: dict[str, list[str]] = {}
    at = 0
    for terms, weight in ((document.title, "A"), (document.body, "")):
        for term in terms:
            at = min(at + 1, 16_383)  # the highest place that PostgreSQL keeps
            there = places.setdefault(term, [])
            if len(there) < 255:
                there.append(f"{at}{weight}")
    return " ".join(f"'{term}':{','.join(there)}" for term, there in places.items())
