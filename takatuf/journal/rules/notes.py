"""Signed notes and checkpoints in C2SP's forms (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

A checkpoint is three lines, the log's origin, its size and its root, signed with Ed25519.
Whoever keeps one elsewhere can show later that the log was changed or cut short.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from takatuf.journal.rules.faults import Faulty

ED25519 = b"\x01"
DASH = "\u2014 "
MOST_SIGNATURES = 64


class BadNote(Faulty, ValueError):
    """A note that is not in form, or that no trusted key signed."""


class Head(NamedTuple):
    """What a checkpoint says: whose log, how many entries, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def root_text(self) -> str:
        """The root in base64, as the checkpoint writes it."""
        return base64.b64encode(self.root).decode()


def public_bytes(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    """The 32 bytes of the public key (RFC 8032)."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that tell this key under this name from others."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """The key as one line of text: `name+id+base64`."""
    body = base64.b64encode(ED25519 + public).decode()
    return f"{check_name(name)}+{key_id(name, public).hex()}+{body}"


def read_verifier_key(line: str) -> tuple[str, bytes]:
    """Name and public key. Raises `BadNote` where the line is not an Ed25519 verifier key."""
    try:
        name, hexed, body = line.strip().split("+", 2)
        raw = base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadNote("no-key", key=line.strip()[:80]) from error
    public = raw[1:]
    if raw[:1] != ED25519 or len(public) != 32 or hexed != key_id(name, public).hex():
        raise BadNote("no-key", key=line.strip()[:80])
    return name, public


def check_name(name: str) -> str:
    """The name of a key or log, without blanks or plus signs. Raises `BadNote`."""
    if not name or "+" in name or any(char.isspace() for char in name):
        raise BadNote("no-key-name", name=repr(name)[:80])
    return name


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The text with one signature line. Raises `BadNote` for a text that notes cannot hold."""
    _check_text(text)
    signature = key_id(check_name(name), public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n{DASH}{name} {base64.b64encode(signature).decode()}\n"


def open_note(note: str, verifier_keys: Iterable[str]) -> str:
    """The text of a note that at least one of these keys signed.

    Signatures by unknown keys are passed over; a wrong one by a known key spoils the note.
    Raises `BadNote`.
    """
    known = {}
    for line in verifier_keys:
        name, public = read_verifier_key(line)
        known[name, key_id(name, public)] = Ed25519PublicKey.from_public_bytes(public)
    text, signatures = _take_apart(note)
    signed = False
    for name, raw in signatures:
        key = known.get((name, raw[:4]))
        if key is None:
            continue
        try:
            key.verify(raw[4:], text.encode())
        except InvalidSignature as error:
            raise BadNote("signature-wrong", name=name) from error
        signed = True
    if not signed:
        raise BadNote("signed-by-nobody")
    return text


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise BadNote("note-out-of-form")


def _take_apart(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text and its signatures, as name and raw bytes."""
    body, gap, tail = note.rpartition("\n\n")
    text = body + "\n"
    if not gap or not tail.endswith("\n"):
        raise BadNote("no-note")
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("too-many-signatures")
    signatures = []
    for line in lines:
        try:
            dash, name, body = line.split(" ")
            raw = base64.b64decode(body, validate=True)
        except (ValueError, binascii.Error) as error:
            raise BadNote("signature-out-of-form") from error
        if dash != DASH.strip() or len(raw) < 5:
            raise BadNote("signature-out-of-form")
        signatures.append((check_name(name), raw))
    return text, signatures


def write_head(head: Head) -> str:
    """The three lines of a checkpoint."""
    return f"{check_name(head.origin)}\n{head.size}\n{head.root_text}\n"


def read_head(text: str) -> Head:
    """What a checkpoint's text (or whole note) says, unchecked. Raises `BadNote`."""
    try:
        origin, size, root, *_ = text.split("\n")
        raw = base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadNote("no-checkpoint") from error
    if not origin or not size.isascii() or not size.isdecimal() or str(int(size)) != size:
        raise BadNote("no-checkpoint")
    if len(raw) != 32:  # not a root
        raise BadNote("no-checkpoint")
    return Head(origin, int(size), raw)


def sign_head(head: Head, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a note, signed under the log's own origin."""
    return sign_note(write_head(head), head.origin, key)
