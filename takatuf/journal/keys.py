"""The key that signs checkpoints: made once, kept in the data folder, readable by its owner."""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from takatuf.journal.rules.notes import public_bytes, verifier_key

PLACE = "/journal/"


def key_file() -> Path:
    return Path(settings.KEY_FOLDER) / "journal.key"


def signing_key() -> Ed25519PrivateKey:
    """The installation's key, made where there is none yet."""
    path = key_file()
    if not path.exists():
        _make(path)
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text().strip()))


def _make(path: Path) -> None:
    """Write a new key; where two processes do so at once, the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seed = Ed25519PrivateKey.generate().private_bytes(
        Encoding.Raw, PrivateFormat.Raw, NoEncryption()
    )
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(seed) + b"\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def public_key() -> bytes | None:
    """The 32 bytes of the public key; None where no checkpoint was ever signed here."""
    return public_bytes(signing_key()) if key_file().exists() else None


def origin_of(log: str) -> str:
    """The log's name in checkpoints: the installation's host, then the log's own name."""
    return f"{urlsplit(settings.BASE_URL).netloc or 'takatuf'}{PLACE}{log}"


def log_of(origin: str) -> str:
    """The log's own name again, whatever host the installation had when it signed."""
    return origin.partition(PLACE)[2]


def verifier_key_of(log: str) -> str:
    """The line that others keep in order to check this log's checkpoints."""
    return verifier_key(origin_of(log), public_bytes(signing_key()))
