"""Who may read a log, and who may erase a name beside it.

A city's log is read by its data protection officer and its operator; every log by those who
hold one of these roles for the whole installation, and by the command on the server itself.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import COMMAND, Actor
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.roles import Role
from takatuf.journal.models import Hold, Log

HELD = _(
    "This is under legal hold: until it is lifted nothing of it is changed, removed or erased. "
    "What is new or right is added beside it."
)
READERS = frozenset({Role.DATA_PROTECTION, Role.OPERATOR})
ERASERS = frozenset({Role.DATA_PROTECTION})


def city_id_of(log: str) -> UUID | None:
    """The city whose log this is. Raises `NotFound` for what is no log's name."""
    if log == "installation":
        return None
    try:
        kind, key = log.split(":")
        if kind == "city":
            return UUID(key)
    except ValueError:
        pass
    raise NotFound


def _holds(actor: Actor, log: str, roles: frozenset[Role]) -> bool:
    if actor.id == COMMAND.id or actor.installation_roles & roles:
        return True
    city_id = city_id_of(log)
    return city_id is not None and bool(actor.roles_in(city_id) & roles)


def may_read(actor: Actor, log: str) -> bool:
    """Whether the actor reads this log."""
    return _holds(actor, log, READERS)


def may_read_texts(actor: Actor, log: str) -> bool:
    """Whether the actor also reads what people wrote: data protection does, an operator sees
    only what was done, when and to what."""
    return _holds(actor, log, ERASERS)


def log_for(actor: Actor, log: str) -> Log:
    """The door to a log; where nothing was recorded yet, a head that is not saved.

    Raises `NotFound` for another city's log and `NotAllowed` for a colleague without the role.
    """
    city_id = city_id_of(log)
    if not may_read(actor, log):
        raise NotFound if city_id and not actor.serves(city_id) else NotAllowed
    return Log.objects.filter(pk=log).first() or Log(name=log)


def logs_of(actor: Actor) -> list[Log]:
    """Every log that the actor may read; the installation's first. Raises `NotAllowed`."""
    found = [log for log in Log.objects.order_by("pk") if may_read(actor, log.name)]
    if not found and not (actor.id == COMMAND.id or reads_some_log(actor)):
        raise NotAllowed
    return sorted(found, key=lambda log: (log.name != "installation", log.name))


def reads_some_log(actor: Actor) -> bool:
    """Whether there is a log that the actor answers for."""
    return any(post.role in READERS for post in actor.posts)


def may_erase(actor: Actor, log: str) -> bool:
    """Whether the actor may erase names beside this log's entries."""
    return _holds(actor, log, ERASERS)


def check_not_held(about: str) -> None:
    """Refuse what would remove something of a thing that is held, see `services.hold`."""
    if about and Hold.objects.filter(about=about).exists():
        raise Refused(HELD, code="held")


def check_may_erase(actor: Actor, log: str | None = None) -> None:
    """Raises `NotFound` or `NotAllowed` unless the actor may erase in this log, or in any."""
    if log is None:
        if actor.id != COMMAND.id and not any(post.role in ERASERS for post in actor.posts):
            raise NotAllowed
        return
    log_for(actor, log)
    if not may_erase(actor, log):
        raise NotAllowed
