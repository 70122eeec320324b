"""People: who they are, how they are reached, in which language they read."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.ids import uuid7


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person with this address; without a password nobody can sign in as them yet."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_card(self, city_id: UUID, email: str, **fields: Any) -> Person:
        """What one city wrote of somebody who has an account that it does not know of."""
        card = self.model(card_in=city_id, card_email=email.strip().lower(), **fields)
        card.set_unusable_password()
        card.save(using=self._db)
        return card

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)

    def joined(self) -> models.QuerySet[Person]:
        """Those with an account that they came to themselves; see `has_joined`."""
        chosen = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return self.filter(chosen | Q(linked=True), card_in=None)


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who works with the city. There is no public directory of people.

    Either an account, or a card: what one city wrote of somebody who has an account that
    serves others. A card has an address and a number, so that its city can call it, and no
    sign-in: `email` alone is one, and a card has none. Who has the account sees the post as an
    offer; until they accept, the city reads the card and nothing of the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Null and not empty on a card: only nulls may be many in a unique column.
    email = models.EmailField(_("e-mail"), max_length=254, unique=True, null=True)  # noqa: DJ001
    # A room below knows no cities: the city's id, opaque. None: this is an account.
    card_in = models.UUIDField(null=True, editable=False)
    card_email = models.EmailField(max_length=254, blank=True, db_index=True)
    # The city whose coordinator handed over the link by which the password was chosen. Until a
    # letter or the operator has let them in, nobody has shown that the address is theirs, and
    # the account opens that city alone: no offer of another waits for it.
    let_in_by = models.UUIDField(null=True, editable=False)
    # Whether they have come by way of the server at which people may sign in (allauth's
    # `SocialAccount`); here as well, so that a list of many people need not ask for each.
    linked = models.BooleanField(default=False, editable=False)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(
        _("mobile phone"), max_length=20, blank=True, help_text=_("With + and the country code.")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_in_any_case"),
            models.UniqueConstraint("card_in", Lower("card_email"), name="card_once_in_a_city"),
            models.CheckConstraint(
                condition=Q(card_in=None, card_email="", email__isnull=False)
                | (Q(card_in__isnull=False, email=None) & ~Q(card_email="")),
                name="person_is_account_or_card",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_card(self) -> bool:
        return self.card_in is not None

    @property
    def reached_at(self) -> str:
        """The address to which letters go: the account's, or the one on the card."""
        return self.email or self.card_email

    @property
    def has_joined(self) -> bool:
        """Whether they came themselves: chose a password or signed in at the other server, and
        accepted where they were asked.

        Until then all that a city sees of them is what it wrote; and it sees the same of
        somebody who is new and of somebody who serves another city.
        """
        return not self.is_card and (self.linked or self.has_usable_password())


class Token(models.Model):
    """A key by which a program acts as a person; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Token {self.id}"


class Receipt(models.Model):
    """That a person's request with this key was carried out, so that its repetition is not.

    What was asked stands here as a hash, what came of it as the name of the thing alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="receipts")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    thing = models.UUIDField(null=True)  # what the request made
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key_digest"], name="receipt_key_once"),
        ]

    def __str__(self) -> str:
        return f"Receipt {self.id}"
