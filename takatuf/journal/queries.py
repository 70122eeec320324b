"""What pages and reports read of the record."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Max, QuerySet

from takatuf.foundation.errors import NotFound
from takatuf.journal import keys
from takatuf.journal.models import Checkpoint, Entry, Log
from takatuf.journal.rules.tree import consistency_proof, inclusion_proof

MOST_ACTS = 500  # that one look at a log reads; more say no more about what changed


def entries_of(
    log: str, *, about: str = "", thing: str = "", verbs: Iterable[str] = (), actor_id: str = ""
) -> QuerySet[Entry]:
    """A log's entries, the newest first, narrowed to what they tell of.

    Asks for no right: whoever calls has passed the door of the log (`access.log_for`) or that
    of the thing which the entries are about.
    """
    wanted = {"about": about, "thing": thing, "actor_id": actor_id}
    found = Entry.objects.filter(log=log, **{key: value for key, value in wanted.items() if value})
    if verbs := list(verbs):
        found = found.filter(verb__in=verbs)
    return found.order_by("-index")


def size_of(log: str) -> int:
    """How many entries a log has: another number after every act."""
    return Log.objects.filter(name=log).values_list("size", flat=True).first() or 0


def last_checkpoint(log: str) -> Checkpoint | None:
    """The newest signature over a log."""
    return Checkpoint.objects.filter(log=log).order_by("size").last()


def checkpoints_of(log: str) -> QuerySet[Checkpoint]:
    """Every checkpoint of a log, the newest first."""
    return Checkpoint.objects.filter(log=log).order_by("-size")


def signed_at(logs: Collection[str]) -> dict[str, datetime]:
    """When each of these logs was last signed; those that never were are missing."""
    rows = Checkpoint.objects.filter(log__in=logs).values("log").annotate(last=Max("at"))
    return {row["log"]: row["last"] for row in rows}


def verifier_key_of(log: str) -> str:
    """The public key, as the line that others keep to check this log's checkpoints."""
    return keys.verifier_key_of(log)


def proof_of_inclusion(log: str, index: int, size: int) -> list[bytes]:
    """That entry `index` stands in the log's tree of `size`. Raises `NotFound`."""
    leaves = _leaves(log, size)
    if not 0 <= index < size:
        raise NotFound
    return inclusion_proof(index, leaves)


def proof_of_consistency(log: str, old_size: int, size: int) -> list[bytes]:
    """That the log's tree of `size` grew from that of `old_size`. Raises `NotFound`."""
    leaves = _leaves(log, size)
    if not 0 < old_size <= size:
        raise NotFound
    return consistency_proof(old_size, leaves)


def _leaves(log: str, size: int) -> list[bytes]:
    rows = Entry.objects.filter(log=log, index__lt=size).order_by("index")
    leaves = [bytes.fromhex(leaf) for leaf in rows.values_list("leaf_hash", flat=True)]
    if len(leaves) != size:
        raise NotFound
    return leaves


def sizes_of(logs: Iterable[str]) -> dict[str, int]:
    """How many entries each of these logs has; those without any are missing."""
    return dict(Log.objects.filter(name__in=list(logs)).values_list("name", "size"))


def acts_since(log: str, index: int, after: datetime | None = None) -> dict[str, set[str]]:
    """The verbs of a log from this place on, by what they are about; at most the newest
    `MOST_ACTS`. `after` leaves out what was recorded before."""
    found = Entry.objects.filter(log=log, index__gte=index)
    if after is not None:
        found = found.filter(recorded_at__gt=after)
    acts: dict[str, set[str]] = {}
    rows = found.order_by("-index").values_list("about", "verb")
    for about, verb in rows[:MOST_ACTS]:
        acts.setdefault(about, set()).add(verb)
    return acts
