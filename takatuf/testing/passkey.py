"""A passkey in Python, as a telephone would keep it: for tests that need no browser."""

from __future__ import annotations

import json
import secrets
import struct
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, KEY_TOLD = 0x01, 0x04, 0x40


def _cose(key: ec.EllipticCurvePublicKey) -> Any:
    return ES256.from_cryptography_key(key)  # type: ignore[no-untyped-call]


class SoftPasskey:
    """Answers what a browser is asked; each part of an answer can be told wrongly."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin = origin
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user_handle = ""

    def create(
        self, asked: dict[str, Any], *, verified: bool = True, **wrong: Any
    ) -> dict[str, Any]:
        """The answer to a page that makes a passkey."""
        self.user_handle = asked["user"]["id"]
        told = self._client_data("webauthn.create", asked["challenge"], wrong)
        about = AttestedCredentialData.create(b"\0" * 16, self.id, _cose(self.key.public_key()))
        data = self._data(wrong.get("host") or asked["rp"]["id"], verified, KEY_TOLD) + about
        kept = AttestationObject.create("none", AuthenticatorData(data), {})
        return self._answer(
            {"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(kept)}
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, asked: dict[str, Any], *, verified: bool = True, **wrong: Any) -> dict[str, Any]:
        """The answer to a page that asks for the passkey."""
        told = self._client_data("webauthn.get", asked["challenge"], wrong)
        data = self._data(wrong.get("host") or asked["rpId"], verified)
        key = wrong.get("key") or self.key
        return self._answer(
            {
                "clientDataJSON": websafe_encode(told),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(
                    key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
                ),
                "userHandle": wrong.get("user_handle") or self.user_handle,
            }
        )

    def _client_data(self, kind: str, challenge: str, wrong: dict[str, Any]) -> bytes:
        return json.dumps(
            {
                "type": kind,
                "challenge": wrong.get("challenge") or challenge,
                "origin": wrong.get("origin") or self.origin,
                "crossOrigin": wrong.get("cross_origin", False),
            }
        ).encode()

    def _data(self, host: str, verified: bool, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if verified else 0) | more
        return sha256(host.encode()).digest() + struct.pack(">BI", flags, 0)

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
