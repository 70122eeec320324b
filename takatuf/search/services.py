"""Keeping the index in step with what is public, and working out meanings.

Nothing here is journalled: the index holds no word that does not stand elsewhere, and can be
made anew at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from django.db import transaction

from takatuf.foundation import meaning
from takatuf.search import engine
from takatuf.search.models import Document, Shelf
from takatuf.search.queries import Found, find
from takatuf.search.rules import sentences_of, terms_of
from takatuf.search.sources import SOURCES, Source, Thing, things_of
from takatuf.search.vocabulary import Kind

AT_ONCE = 400  # things read, written or worked out together
MEANT = 4  # texts of a thing, in reading order, that make its meaning
MOST_SENTENCES = 60
ASKED_COUNTS = 1.5  # a question that a card answers, beside a sentence of it
IN_PASSING = 120  # documents whose meaning a search works out before it answers: two seconds


def bring_up(*, whole: bool = False) -> int:
    """Take in what became public or got other words, forget what is public no more; answers
    how many documents were written or forgotten. Meanings are worked out apart.

    Where nothing changed it costs a few small queries. `whole` looks at everything, also
    where no mark moved: set-up does, which writes many rows at once.
    """
    marks = {shelf.kind: shelf.mark for shelf in Shelf.objects.all()}
    return sum(
        _bring_up(source, mark)
        for source in SOURCES
        if (mark := source.mark()) != marks.get(source.kind.value) or whole
    )


@transaction.atomic
def _bring_up(source: Source, mark: str) -> int:
    kind = source.kind.value
    Shelf.objects.get_or_create(kind=kind)
    shelf = Shelf.objects.select_for_update().get(kind=kind)  # two never write the same
    known = dict(Document.objects.filter(kind=kind).values_list("key", "stamp"))
    there = source.stamps()
    changed = [key for key, stamp in there.items() if known.get(key) != stamp]
    gone = [key for key in known if key not in there]
    count = _forget(kind, [*gone, *(key for key in changed if key in known)])
    for keys in _batches(changed):
        count += _write(source, keys, there)
    shelf.mark = mark
    shelf.edition += bool(count)
    shelf.save(update_fields=["mark", "edition"])
    return count


def _forget(kind: str, keys: list[str]) -> int:
    count = 0
    for some in _batches(keys):
        rows = Document.objects.filter(kind=kind, key__in=some)
        engine.drop(rows.values_list("pk", flat=True))
        count += rows.delete()[0]
    return count


def _write(source: Source, keys: list[str], stamps: Mapping[str, str]) -> int:
    written = [
        (thing, language) for thing in source.things(keys).values() for language in thing.languages
    ]
    documents = Document.objects.bulk_create(
        Document(kind=thing.kind, key=thing.key, language=language, stamp=stamps[thing.key])
        for thing, language in written
    )
    engine.write(
        [
            engine.Written(
                document.pk,
                terms_of(thing.titles.get(language, ""), language),
                [
                    term
                    for text in thing.texts.get(language, ())
                    for term in terms_of(text, language)
                ],
            )
            for document, (thing, language) in zip(documents, written, strict=True)
        ]
    )
    return len(documents)


def work_out(most: int = AT_ONCE, *, kinds: Iterable[str] = ()) -> int:
    """Work out the meaning of documents that have none yet, `most` of them; answers of how
    many. None where the encoder cannot be loaded: they wait for one that can."""
    waiting = Document.objects.filter(meaning=None)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    documents = list(waiting.order_by("kind", "pk")[:most])  # cards come first
    if not documents or meaning.encoder() is None:
        return 0
    things = things_of({(document.kind, document.key) for document in documents})
    meanings = meaning.meanings_of(
        [_sentences(things.get((each.kind, each.key)), each.language) for each in documents]
    )
    for document, found in zip(documents, meanings, strict=True):
        document.meaning = found or b""
    with transaction.atomic():
        Document.objects.bulk_update(documents, ["meaning"], batch_size=100)
        for kind in {document.kind for document in documents}:
            shelf = Shelf.objects.select_for_update().get(kind=kind)
            shelf.edition += 1
            shelf.save(update_fields=["edition"])
    return len(documents)


def answer(
    question: str,
    *,
    language: str,
    within: Collection[str] = (),
    kinds: Collection[str] = (),
    languages: Collection[str] = (),
    start: int = 0,
    most: int = 10,
) -> Found:
    """`queries.find` in an index that is up to date, also where no worker runs: the meaning of
    a few documents that wait for it is worked out in passing, those of cards first."""
    bring_up()
    work_out(IN_PASSING)
    return find(
        question,
        language=language,
        within=within,
        kinds=kinds,
        languages=languages,
        start=start,
        most=most,
    )


def _sentences(thing: Thing | None, language: str) -> list[tuple[str, float]]:
    """Sentences and how much each counts: those of the title and of the first text, which says
    it all in short, twice."""
    if thing is None or language not in meaning.LANGUAGES:
        return []  # what is no longer public is forgotten at the next round
    if thing.kind == Kind.MEMBER:
        return []  # names mean nothing: one would answer to whatever is asked
    texts = [thing.titles.get(language, ""), *thing.texts.get(language, ())]
    told = [
        (sentence, 2.0 if place < 2 else 1.0)
        for place, text in enumerate(texts[: 1 + MEANT])
        for sentence in sentences_of([text])
    ]
    asked = [(question, ASKED_COUNTS) for question in thing.asked.get(language, ())]
    return [*asked, *told][:MOST_SENTENCES]


def _batches(items: Iterable[str]) -> Iterator[list[str]]:
    left = iter(items)
    while some := list(islice(left, AT_ONCE)):
        yield some
