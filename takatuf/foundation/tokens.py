"""Links that are their own proof: an identifier and a keyed hash of it, fit for an address.

Nothing is stored for them. A link is good while the installation's secret, or one that stands
among its predecessors (`SECRET_KEY_FALLBACKS`), is the one that it was made with; whether what
it leads to is still there and open is for the door behind it to say.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from takatuf.foundation.errors import NotFound


def token_of(pk: UUID, purpose: str, *, mac_bytes: int = 16) -> str:
    """The token for this identifier and this purpose: base64url (RFC 4648) without padding of
    its 16 bytes and the first `mac_bytes` of an HMAC-SHA-256. A token of one purpose is no good
    for another."""
    return _written(pk.bytes + _mac(pk, purpose, settings.SECRET_KEY, mac_bytes))


def id_in(token: str, purpose: str, *, mac_bytes: int = 16) -> UUID:
    """The identifier in a token of this purpose. Raises `NotFound`, and always the same, for one
    that was made up, changed, written in another way or made for another purpose."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        pk = UUID(bytes=raw[:16])
    except (ValueError, binascii.Error) as error:
        raise NotFound from error
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    good = any(hmac.compare_digest(raw[16:], _mac(pk, purpose, key, mac_bytes)) for key in keys)
    if not good or _written(raw) != token:
        raise NotFound
    return pk


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _mac(pk: UUID, purpose: str, key: str | bytes, mac_bytes: int) -> bytes:
    whole = salted_hmac(purpose, pk.bytes, secret=key, algorithm="sha256").digest()
    return whole[:mac_bytes]
