"""What others ask about people: who stands behind a key, who has this address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q, QuerySet

from takatuf.accounts.models import Person, Token
from takatuf.accounts.rules import PREFIX, digest_of

# A key's last use is written at most this often, so that reading stays reading.
USE_IS_NOTED_EVERY = timedelta(minutes=10)


def person_by_email(email: str) -> Person | None:
    """The person with this address in any case, whether or not they may sign in."""
    return Person.objects.filter(email__iexact=email.strip()).first()


def names_of(people: Collection[str]) -> dict[str, str]:
    """The names of these people, by their identifiers as text."""
    found = Person.objects.filter(pk__in=people) if people else Person.objects.none()
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def person_for_token(secret: str, now: datetime) -> Person | None:
    """Whom a key stands for; None when it is unknown, revoked, expired or its owner closed."""
    if not secret.startswith(PREFIX):
        return None
    token = (
        Token.objects.select_related("person")
        .filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            digest=digest_of(secret),
            revoked_at=None,
            person__is_active=True,
        )
        .first()
    )
    if token is None:
        return None
    if token.used_at is None or now - token.used_at > USE_IS_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token.person


def tokens_of(person: Person) -> QuerySet[Token]:
    """A person's keys that are not revoked, the newest first."""
    return Token.objects.filter(person=person, revoked_at=None).order_by("-created_at")


def working_tokens_of(person: Person, now: datetime) -> QuerySet[Token]:
    """Those of a person's keys that still open something."""
    return tokens_of(person).filter(Q(expires_at=None) | Q(expires_at__gt=now))


def linked_since(person: Person) -> datetime | None:
    """Since when a person's account is linked to the server at which they may sign in."""
    issuer = settings.OIDC_ISSUER.rstrip("/")
    links = SocialAccount.objects.filter(user=person, provider=issuer)
    return links.values_list("date_joined", flat=True).first()
