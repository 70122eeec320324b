"""The doors of this room: what anybody may read, and who keeps it right."""

from __future__ import annotations

from uuid import UUID

from takatuf.foundation import tokens
from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound
from takatuf.learning.models import Card, CardDraft, Dialogue, Registration
from takatuf.learning.vocabulary import DialogueState
from takatuf.network.access import check_may_curate

# As in a call's link: the row's identifier and 128 bits of a keyed hash for this one purpose.
PURPOSE = "takatuf.learning.registration"


def dialogue_for(actor: Actor, slug: str) -> Dialogue:
    """A dialogue in any state, for the secretariat; for anybody else there is none."""
    check_may_curate(actor)
    found = Dialogue.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def card_for(actor: Actor, slug: str) -> Card:
    """A card in any state, for the secretariat; for anybody else there is none to keep."""
    check_may_curate(actor)
    found = Card.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def card_draft_for(actor: Actor, pk: UUID) -> CardDraft:
    """A card that is being written, or was; for the secretariat alone."""
    check_may_curate(actor)
    found = CardDraft.objects.select_related("card", "city", "edited_by", "published_by")
    draft = found.filter(pk=pk).first()
    if draft is None:
        raise NotFound
    return draft


def public_dialogue(slug: str) -> Dialogue:
    """A dialogue that is, or was, public. Raises `NotFound` for one that is being prepared."""
    found = Dialogue.objects.exclude(state=DialogueState.DRAFT).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def token_of(registration: UUID) -> str:
    """The token of the link by which somebody confirms, answers or leaves."""
    return tokens.token_of(registration, PURPOSE)


def registration_by(token: str) -> Registration:
    """The registration whose link holds `token`.

    Raises `NotFound`, and always the same, for a token that was made up or changed, of
    somebody who was forgotten, or of a dialogue that nobody may see any more.
    """
    found = (
        Registration.objects.select_related("dialogue")
        .filter(pk=tokens.id_in(token, PURPOSE))
        .first()
    )
    if found is None or found.dialogue.state != DialogueState.PUBLISHED:
        raise NotFound
    return found
