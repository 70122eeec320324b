"""Sessions as they stand in the database: sealed.

While somebody sets up the second step, allauth keeps its seed in the session, and after the
sign-in the session tells when and how. Whoever gets a copy of the database reads neither.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user
from django.contrib.sessions.backends import db

from takatuf.foundation.crypto import PREFIX, CannotRead, seal, unseal

if TYPE_CHECKING:
    from django.http import HttpRequest

    from takatuf.accounts.models import Person


class SessionStore(db.SessionStore):
    """Django's sessions of the database, each sealed with the keys of the data folder."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """What is written: the session's values signed by Django, then sealed."""
        return seal(super().encode(session_dict))

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """The values again; empty, and so signed out, where the key is missing."""
        session_data = session_data.decode() if isinstance(session_data, bytes) else session_data
        # A session begun before sessions were sealed goes on: nobody is signed out mid-incident.
        if session_data.startswith(f"{PREFIX}."):
            try:
                session_data = unseal(session_data)
            except CannotRead:
                return {}
        return super().decode(session_data)


def reader_of(session_key: str) -> Person | None:
    """Who is signed in with this session; None once it was ended, or its password changed."""
    asked = SimpleNamespace(session=SessionStore(session_key))
    found = get_user(cast("HttpRequest", asked))
    return found if found.is_authenticated else None
