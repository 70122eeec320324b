"""allauth bent to the house: nobody signs up by themselves, secrets are sealed."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from takatuf.foundation.crypto import seal, unseal


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are invited by their city; a stranger cannot make an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SealedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The seeds of second factors stand encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
