"""Who keeps the public words right: the network's secretariat, and the command."""

from __future__ import annotations

from uuid import UUID

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotFound
from takatuf.foundation.roles import Role
from takatuf.translation.models import Mistake


def may_review(actor: Actor) -> bool:
    """Whether the actor reads what readers report, and settles it."""
    return (
        actor.id in {"system:command", "system:worker"}
        or Role.SECRETARIAT in actor.installation_roles
    )


def check_may_review(actor: Actor) -> None:
    """For anybody else there is no queue of reports."""
    if not may_review(actor):
        raise NotFound


def mistake_for(actor: Actor, pk: UUID) -> Mistake:
    """A reported mistake, for whoever reviews; `NotFound` for anybody else."""
    check_may_review(actor)
    found = Mistake.objects.select_related("settled_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
