"""A request that is sent twice is carried out once, where its sender gave it a key.

A phone that lost the answer on a bad line sends the same request again; without this a city
would declare one incident twice. The key is the header `Idempotency-Key` of the API.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.models import Receipt
from takatuf.foundation.errors import Refused

KEPT = timedelta(days=7)


@transaction.atomic
def once(
    person_id: UUID | None, key: str, *, request: bytes, act: Callable[[], UUID], now: datetime
) -> tuple[UUID, bool]:
    """Do `act`, unless this person's request with this `key` was carried out before.

    Answers the identifier that `act` gave, now or then, and whether it was then. A refused
    act leaves no receipt, so that it can be tried again. Two at a time are carried out one
    after the other: the second waits on the unique key. Without a key `act` is simply done.
    Raises `Refused` when the key came before with another request.
    """
    if not key or person_id is None:
        return act(), False
    receipt, new = Receipt.objects.get_or_create(
        person_id=person_id,
        key_digest=sha256(key.encode()).hexdigest(),
        defaults={"request_digest": sha256(request).hexdigest(), "created_at": now},
    )
    if not new:
        if receipt.request_digest != sha256(request).hexdigest() or receipt.thing is None:
            raise Refused(
                _("This key was used for another request. Take a new one for each."),
                code="key-reused",
                field="Idempotency-Key",
            )
        return receipt.thing, True
    receipt.thing = act()
    receipt.save(update_fields=["thing"])
    Receipt.objects.filter(person_id=person_id, created_at__lt=now - KEPT).delete()
    return receipt.thing, False
