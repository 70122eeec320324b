"""Sensitive text at rest: AES-256-GCM with named keys kept in the data folder."""

import base64
import binascii
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

PREFIX = "t1"
KEY_FILE = "text.keys"


class CannotRead(Exception):
    """The text was sealed with a key that is not here, or was changed since."""


def key_file() -> Path:
    return Path(settings.KEY_FOLDER) / KEY_FILE


@lru_cache
def _keys(folder: Path) -> dict[str, AESGCM]:
    """Keys by name, the newest last; one is made where there is none.

    The file holds `name base64key` a line, so that an old key still reads what it sealed.
    """
    path = Path(folder) / KEY_FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        line = f"k1 {base64.b64encode(AESGCM.generate_key(256)).decode()}\n"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as out:
                out.write(line)
    pairs = (line.split() for line in path.read_text().splitlines() if line.strip())
    return {name: AESGCM(base64.b64decode(key)) for name, key in pairs}


def forget_keys() -> None:
    """Read the key file anew next time: a backup's keys took the place of others."""
    _keys.cache_clear()


def seal(text: str) -> str:
    """`text` encrypted, as `t1.key-name.base64`; the empty text stays empty."""
    if not text:
        return ""
    name, key = list(_keys(settings.KEY_FOLDER).items())[-1]
    nonce = os.urandom(12)
    sealed = nonce + key.encrypt(nonce, text.encode(), name.encode())
    return f"{PREFIX}.{name}.{base64.b64encode(sealed).decode()}"


def unseal(sealed: str) -> str:
    """The text again. Raises `CannotRead` when the key is missing or a byte was changed."""
    if not sealed:
        return ""
    try:
        prefix, name, body = sealed.split(".", 2)
        key = _keys(settings.KEY_FOLDER)[name]
        raw = binascii.a2b_base64(body, strict_mode=True)
        if prefix != PREFIX:
            raise ValueError(prefix)
        return key.decrypt(raw[:12], raw[12:], name.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise CannotRead(str(error)) from error


class SealedTextField(models.TextField):
    """Text that stands in the database encrypted and in the code plain."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else seal(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value)


def seal_bytes(data: bytes) -> bytes:
    """A file encrypted as `seal` encrypts text: key's name, a NUL, nonce and cipher."""
    name, key = list(_keys(settings.KEY_FOLDER).items())[-1]
    nonce = os.urandom(12)
    return name.encode() + b"\0" + nonce + key.encrypt(nonce, data, name.encode())


def unseal_bytes(sealed: bytes) -> bytes:
    """The file again. Raises `CannotRead` when the key is missing or a byte was changed."""
    try:
        name, _nul, body = bytes(sealed).partition(b"\0")
        return _keys(settings.KEY_FOLDER)[name.decode()].decrypt(body[:12], body[12:], name)
    except (KeyError, ValueError, InvalidTag) as error:
        raise CannotRead(str(error)) from error
