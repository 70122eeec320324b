"""Keeping the library: a card is written by one person and published by another; what is
published is corrected in the same way, or withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text, listed
from takatuf.incidents.vocabulary import Kind
from takatuf.journal.services import INSTALLATION, record
from takatuf.learning.bodies import fill, sources_of, words_in
from takatuf.learning.models import Card, CardDraft, Source
from takatuf.learning.queries import body_of, key_of, others_who_curate
from takatuf.learning.rules import (
    ADDRESS,
    DATE,
    LONGEST,
    LONGEST_OF_SOURCE,
    MOST_SOURCES,
    SLUG,
    gaps_of,
    new_body,
)
from takatuf.learning.vocabulary import (
    CardField,
    CardKind,
    Confidence,
    DraftState,
    PlaceSize,
    Read,
    Region,
    gap_sentence,
)
from takatuf.network.access import check_may_curate
from takatuf.network.models import City
from takatuf.network.vocabulary import Level
from takatuf.plans.vocabulary import Phase, Workstream
from takatuf.translation.models import PublicText
from takatuf.translation.rules import mark_of
from takatuf.translation.services import Shipped, put_texts, write_version

OWNER = "library"
MOST_REASON = 2_000
ONE_OF: dict[str, list[str]] = {
    "kind": CardKind.values,
    "region": Region.values,
    "size": PlaceSize.values,
    "confidence": Confidence.values,
}
MANY_OF: dict[str, list[str]] = {"level": Level.values, "incident_kinds": Kind.values}
Given = Mapping[str, Any]


@transaction.atomic
def write_card(actor: Actor, body: Given, *, source_language: str, now: datetime) -> CardDraft:
    """Begin a card: a draft that nobody reads but the secretariat. `body` has the shape of the
    files and may be unfinished; its address and its title must be there."""
    check_may_curate(actor)
    told = _checked(new_body(source_language) | dict(body))
    _check_free(told["slug"])
    draft = CardDraft.objects.create(
        slug=told["slug"], body=told, edited_by_id=actor.person_id, edited_at=now
    )
    _note(actor, "card.begun", draft, now)
    return draft


@transaction.atomic
def offer_card(
    actor: Actor,
    city: City,
    body: Given,
    *,
    about: str,
    incident: str,
    source_language: str,
    now: datetime,
) -> CardDraft:
    """A city offers what it learned: a draft for the secretariat, which completes it and
    publishes it or puts it aside. `about` names what it was learned from, `incident` the
    incident of that; of one thing there is one open offer.

    Who may is asked by the use case of which this is a step.
    """
    City.objects.select_for_update().get(pk=city.pk)
    if CardDraft.objects.filter(about=about).exclude(state=DraftState.DROPPED).exists():
        raise Refused(
            _("A lesson was written about this already. The secretariat has it."),
            code="lesson-written",
        )
    told = _checked(new_body(source_language) | dict(body))
    draft = CardDraft.objects.create(
        slug=_free_slug(told["slug"]),
        body=told,
        about=about,
        city=city,
        edited_by_id=actor.person_id,
        edited_at=now,
    )
    draft.body["slug"] = draft.slug
    draft.save(update_fields=["body"])
    title = told["title"][source_language]
    for log, thing in ((city.log, about), (INSTALLATION, f"card-draft:{draft.pk}")):
        record(
            actor,
            "card.offered",
            log=log,
            thing=thing,
            about=incident if log == city.log else f"card:{draft.slug}",
            at=now,
            facts={"card": draft.slug, "city": city.name},
            private={"title": title},
        )
    return draft


def _free_slug(slug: str) -> str:
    """The address, with a number behind it where a card or a draft has it."""
    taken = {
        *Card.objects.filter(slug__startswith=slug).values_list("slug", flat=True),
        *CardDraft.objects.filter(slug__startswith=slug, state__in=CardDraft.OPEN).values_list(
            "slug", flat=True
        ),
    }
    free = (slug, *(f"{slug}-{number}" for number in range(2, 1_000)))
    return next(one for one in free if one not in taken)


@transaction.atomic
def begin_correction(actor: Actor, card: Card, *, now: datetime) -> CardDraft:
    """Begin to correct a published card; a correction that is open already is gone on with."""
    check_may_curate(actor)
    card = Card.objects.select_for_update().get(pk=card.pk)
    if card.withdrawn_at is not None:
        raise Refused(_("This card is withdrawn. Restore it first."), code="withdrawn")
    draft = CardDraft.objects.filter(slug=card.slug, state__in=CardDraft.OPEN).first()
    if draft is not None:
        return draft
    draft = CardDraft.objects.create(
        slug=card.slug,
        card=card,
        card_version=card.version,
        body=body_of(card),
        edited_by_id=actor.person_id,
        edited_at=now,
    )
    _note(actor, "card.correction_begun", draft, now)
    return draft


@transaction.atomic
def edit_card_draft(
    actor: Actor, draft: CardDraft, body: Given, *, version: int, now: datetime
) -> CardDraft:
    """Change what a draft says. One that waited for approval is a draft again; `version` is
    what the editor saw, and where somebody else saved since, the edit is refused."""
    draft = _opened(actor, draft, version)
    told = _checked(draft.body | dict(body))
    if draft.card_id and told["slug"] != draft.slug:
        raise Refused(_("A card keeps its address for good."), code="slug", field="slug")
    if told["slug"] != draft.slug:
        _check_free(told["slug"])
    if told == draft.body:
        return draft
    draft.body, draft.slug, draft.state = told, told["slug"], DraftState.DRAFT
    draft.version += 1
    draft.edited_by_id, draft.edited_at = actor.person_id, now
    draft.save()
    _note(actor, "card.draft_edited", draft, now)
    return draft


@transaction.atomic
def submit_card(
    actor: Actor, draft: CardDraft, *, version: int, now: datetime, reason: str = ""
) -> CardDraft:
    """Say that a draft is ready for a second person. A correction says what was wrong."""
    draft = _opened(actor, draft, version)
    _check_whole(draft)
    if draft.card_id:
        draft.reason = _reason(reason, _("Say what was wrong."))
    draft.state, draft.note = DraftState.SUBMITTED, ""
    draft.save(update_fields=["state", "note", "reason"])
    _note(actor, "card.submitted", draft, now)
    return draft


@transaction.atomic
def send_back_card(
    actor: Actor, draft: CardDraft, *, reason: str, version: int, now: datetime
) -> CardDraft:
    """Make it a draft again, with what is to be mended before it is published."""
    draft = _opened(actor, draft, version)
    _check_submitted(draft)
    draft.note = _reason(reason, _("Say what is to be mended."))
    draft.state = DraftState.DRAFT
    draft.save(update_fields=["state", "note"])
    _note(actor, "card.sent_back", draft, now, reason=draft.note)
    return draft


@transaction.atomic
def publish_card(
    actor: Actor, draft: CardDraft, *, version: int, now: datetime, alone_reason: str = ""
) -> Card:
    """Publish what another person wrote, or correct the published card by it.

    Where the secretariat has nobody else, its one person publishes alone with a reason, and
    readers are told. `version` is what was read.
    """
    draft = _opened(actor, draft, version)
    _check_submitted(draft)
    _check_whole(draft)
    if actor.person_id is None:
        raise NotAllowed(_("A person stands behind a card, never a program."))
    alone = draft.edited_by_id == actor.person_id
    if alone and others_who_curate(actor.person_id):
        raise Refused(
            _("You edited this card last, so another person of the secretariat publishes it."),
            code="second-person",
        )
    if alone:
        draft.alone_reason = _reason(
            alone_reason,
            _("Nobody else keeps the library here. Say why it cannot wait for a second person."),
            "alone_reason",
        )
    card, correction = _brought(draft, alone, now)
    _write_words(actor, draft, now)
    draft.state, draft.ended_at, draft.card = DraftState.PUBLISHED, now, card
    draft.published_by_id = actor.person_id
    draft.save()
    if correction and alone:
        _note(actor, "card.corrected_alone", draft, now, reason=draft.alone_reason)
    elif correction:
        _note(actor, "card.corrected", draft, now, reason=draft.reason)
    elif alone:
        _note(actor, "card.published_alone", draft, now, reason=draft.alone_reason)
    else:
        _note(actor, "card.published", draft, now)
    return card


@transaction.atomic
def drop_card_draft(actor: Actor, draft: CardDraft, *, version: int, now: datetime) -> CardDraft:
    """Put a draft aside for good; the published card, where there is one, stays as it is."""
    draft = _opened(actor, draft, version)
    draft.state, draft.ended_at = DraftState.DROPPED, now
    draft.save(update_fields=["state", "ended_at"])
    _note(actor, "card.draft_dropped", draft, now)
    return draft


@transaction.atomic
def withdraw_card(
    actor: Actor,
    card: Card,
    *,
    reason: str,
    language: str,
    now: datetime,
    replaced_by: str = "",
) -> Card:
    """Take a card out of the library. Its address stays, and tells anybody the reason, which
    is written in `language`; `replaced_by` is the address of the card that tells it now."""
    check_may_curate(actor)
    card = Card.objects.select_for_update().get(pk=card.pk)
    if card.withdrawn_at is not None:
        raise Refused(_("This card is withdrawn already."), code="withdrawn")
    reason = _reason(reason, _("Say why: whoever comes to its address will ask."))
    replaced_by = replaced_by.strip()
    others = Card.objects.published().exclude(pk=card.pk)
    if replaced_by and not others.filter(slug=replaced_by).exists():
        raise Refused(
            _("No published card has this address."), code="replaced-by", field="replaced_by"
        )
    card.withdrawn_at, card.withdrawn_by_id = now, actor.person_id
    card.withdrawn_reason, card.withdrawn_language = reason, language
    card.replaced_by = replaced_by
    _save_state(card, now)
    _note_card(actor, "card.withdrawn", card, now, reason=reason)
    return card


@transaction.atomic
def restore_card(actor: Actor, card: Card, *, now: datetime) -> Card:
    """Bring a withdrawn card back as it was."""
    check_may_curate(actor)
    card = Card.objects.select_for_update().get(pk=card.pk)
    if card.withdrawn_at is None:
        raise Refused(_("This card is not withdrawn."), code="not-withdrawn")
    card.withdrawn_at = card.withdrawn_by_id = None
    card.withdrawn_reason = card.withdrawn_language = card.replaced_by = ""
    _save_state(card, now)
    _note_card(actor, "card.restored", card, now)
    return card


def _save_state(card: Card, now: datetime) -> None:
    card.changed_at, card.stamp = now, uuid7().hex
    card.version += 1
    card.save()


def _opened(actor: Actor, draft: CardDraft, version: int) -> CardDraft:
    """The draft, held for this act alone, as the actor saw it."""
    check_may_curate(actor)
    draft = CardDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.state not in CardDraft.OPEN:
        raise Refused(_("This draft is closed. Begin a correction."), code="draft-closed")
    if version != draft.version:
        raise Refused(
            _(
                "Somebody else changed this card while you had it open. Look at it as it is now, "
                "then do it again."
            ),
            code="changed-meanwhile",
        )
    return draft


def _check_submitted(draft: CardDraft) -> None:
    if draft.state != DraftState.SUBMITTED:
        raise Refused(_("This card has not been submitted yet."), code="not-submitted")


def _check_free(slug: str) -> None:
    drafts = CardDraft.objects.filter(slug=slug, state__in=CardDraft.OPEN)
    if drafts.exists() or Card.objects.filter(slug=slug).exists():
        raise Refused(
            _("A card has this address already. Choose another."), code="slug-taken", field="slug"
        )


def _check_whole(draft: CardDraft) -> None:
    if gaps := gaps_of(draft.body):
        raise Refused(
            _("The card is not whole yet: %(gaps)s")
            % {"gaps": listed(dict.fromkeys(gap_sentence(*gap) for gap in gaps))},
            code=gaps[0][1],
        )


def _reason(text: str, said: Any, field: str = "reason") -> str:
    text = clean_text(text)
    if not text:
        raise Refused(said, code=f"{field.replace('_', '-')}-missing", field=field)
    if len(text) > MOST_REASON:
        raise _too_long(MOST_REASON, field)
    return text


def _too_long(most: int, field: str) -> Refused:
    return Refused(
        _("This is too long: %(most)s characters at most.") % {"most": most},
        code="text-long",
        field=field,
    )


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """A draft's body, cleaned. `Refused` says in which field a value cannot be."""
    own = str(body["source_language"])
    told: dict[str, Any] = {"source_language": own, "since": str(body.get("since", ""))}
    told["slug"] = clean_text(str(body["slug"]))
    if not SLUG.fullmatch(told["slug"]) or len(told["slug"]) > 80:
        raise Refused(
            _(
                "Write the address in small Latin letters as place, year and words, as in "
                "oslo-2011-follow-up."
            ),
            code="slug",
            field="slug",
        )
    for name, most in LONGEST.items():
        told[name] = _checked_words(body[name], most, name)
    if not told["title"].get(own):
        raise Refused(
            _("Give the card a title in the language in which it is written."),
            code="title-missing",
            field=f"title_{own}",
        )
    for name, known in ONE_OF.items():
        told[name] = _one_of(body[name], known, name)
    for name, known in MANY_OF.items():
        told[name] = [_one_of(code, known, name) for code in body[name]]
    told["cells"] = [
        [_one_of(phase, Phase.values, "cells"), _one_of(stream, Workstream.values, "cells")]
        for phase, stream in body["cells"]
    ]
    told["country"] = clean_text(str(body["country"])).upper()
    if told["country"] and not (len(told["country"]) == 2 and told["country"].isascii()):
        raise Refused(_("Choose from the list."), code="country", field="country")
    told["date"] = clean_text(str(body["date"]))
    if told["date"] and not DATE.fullmatch(told["date"]):
        raise Refused(
            _("Write the day, the month or the year of the event: 2019-03-15, 2019-03 or 2019."),
            code="date",
            field="date",
        )
    if len(body["sources"]) > MOST_SOURCES:
        raise Refused(
            _("A card has %(most)s sources at most.") % {"most": MOST_SOURCES}, code="sources"
        )
    told["sources"] = [_checked_source(source) for source in body["sources"]]
    told["links"] = list(body.get("links") or [])
    return told


def _checked_words(words: Mapping[str, str], most: int, field: str) -> dict[str, str]:
    cleaned = {language: clean_text(written) for language, written in words.items()}
    for language, written in cleaned.items():
        if len(written) > most:
            raise _too_long(most, f"{field}_{language}")
    return {language: written for language, written in cleaned.items() if written}


def _one_of(value: Any, known: list[str], field: str) -> str:
    if value and value not in known:
        raise Refused(_("Choose from the list."), code=field, field=field)
    return str(value)


def _checked_source(source: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(source["id"])}
    for name, most in LONGEST_OF_SOURCE.items():
        if name == "note":
            told[name] = _checked_words(source.get(name) or {}, most, name)
            continue
        told[name] = clean_text(str(source.get(name) or ""))
        if len(told[name]) > most:
            raise _too_long(most, name)
    for name in ("title", "publisher"):
        if not told[name]:
            raise Refused(
                _("Say what was read and who published it."), code=f"{name}-missing", field=name
            )
    told["language"] = told["language"] or "en"
    if told["url"] and not ADDRESS.fullmatch(told["url"]):
        raise Refused(
            _("Write an address that begins with https://, or none."), code="url", field="url"
        )
    told["url"] = told["url"] or None
    told["read"] = _one_of(source["read"], Read.values, "read")
    told["verified"] = bool(source.get("verified"))
    told["year"] = int(source["year"]) if source.get("year") else None
    fields = set(CardField.values) - {"title", "place"}
    told["supports"] = [_one_of(code, list(fields), "supports") for code in source["supports"]]
    if not told["supports"]:
        raise Refused(
            _("Choose what of the card this source supports."),
            code="supports-missing",
            field="supports",
        )
    return told


def _brought(draft: CardDraft, alone: bool, now: datetime) -> tuple[Card, bool]:
    """The card with what the draft says of it, saved, and whether it was there before."""
    card = Card.objects.select_for_update().filter(slug=draft.slug).first()
    correction = card is not None
    if card is None:
        card = Card(slug=draft.slug, published_at=now)
    fill(card, draft.body, now)
    card.published_alone = alone
    if correction:
        card.corrected_at = now
    card.save()
    Source.objects.filter(card=card).delete()
    Source.objects.bulk_create(list(sources_of(card, draft.body)))
    return card, correction


def _write_words(actor: Actor, draft: CardDraft, now: datetime) -> None:
    """Write the card's texts: new ones as drafts of whoever edited last, changed ones as new
    versions, so that what was approved stays in their history."""
    own = str(draft.body["source_language"])
    told = {key_of(draft.slug, name): words for name, words in words_in(draft.body).items()}
    there = PublicText.objects.select_related("text").in_bulk(list(told), field_name="key")
    new = {key: words for key, words in told.items() if key not in there and words.get(own)}
    put_texts(OWNER, [Shipped(key, words, own) for key, words in new.items()], now=now)
    hand = {"by": str(draft.edited_by_id or ""), "at": now.isoformat()}
    made = list(PublicText.objects.filter(key__in=new))
    for public in made:
        public.shipped, public.hands = "", dict.fromkeys(new[public.key], hand)
    PublicText.objects.bulk_update(made, ["shipped", "hands"])
    for key, public in there.items():
        source = public.text.source_language
        for language in sorted(told[key], key=lambda code: code != source):
            before = public.text.versions.get(language)
            if before is None or before["words"] != told[key][language]:
                seen = mark_of(public.text.versions, language, source)
                public = write_version(
                    actor, key, language, told[key][language], seen=seen, now=now
                )


def _note(actor: Actor, verb: str, draft: CardDraft, now: datetime, *, reason: str = "") -> None:
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"card-draft:{draft.pk}",
        about=f"card:{draft.slug}",
        at=now,
        facts={"card": draft.slug, "version": draft.version},
        private={"reason": reason} if reason else {},
    )


def _note_card(actor: Actor, verb: str, card: Card, now: datetime, *, reason: str = "") -> None:
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"card:{card.pk}",
        about=f"card:{card.slug}",
        at=now,
        facts={"card": card.slug},
        private={"reason": reason} if reason else {},
    )
