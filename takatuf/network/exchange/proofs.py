"""A document that proves an office: what it is, by what stands in it and never by its name."""

from __future__ import annotations

import re
import struct
import zlib

from django.utils.translation import gettext as _

from takatuf.foundation.errors import Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_SIDE = 12_000  # pixels: more is made to break whoever opens it
PNG = b"\x89PNG\r\n\x1a\n"
MOST_SEGMENTS = 20_000  # of a JPEG before its picture; a camera writes a dozen


def _named(name: str) -> str:
    """A PDF name, each letter of which may be written as #xx (ISO 32000, 7.3.5)."""
    return "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)


# What makes a PDF act when it is opened, or carries another file in it. One pass finds it, so
# that no stranger's file takes longer than its length.
NAMES = ("JavaScript", "JS", "Launch", "EmbeddedFile", "RichMedia", "XFA")
ACTIVE = re.compile(f"/(?:{'|'.join(map(_named, NAMES))})".encode())
FILL = re.compile(rb"\xff+")
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


def checked_proof(data: bytes) -> str:
    """The kind of a document: pdf, png or jpeg.

    Raises `Refused` for anything else, for what is larger than 5 MB, is cut off, hides another
    file behind its end, or would act when it is opened.
    """
    if not data:
        raise _refused(_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise _refused(_("The file is larger than 5 MB. Send a smaller scan."))
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    raise _refused(
        _("This is no PDF, PNG or JPEG, whatever its name says. Scan or save it as one of these.")
    )


def _refused(words: str) -> Refused:
    return Refused(words, code="proof", field="document")


def _pdf(data: bytes) -> str:
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\r\n \t\0"):
        raise _refused(_("The PDF is cut off, or something stands behind its end. Save it anew."))
    if ACTIVE.search(data):
        raise _refused(
            _("The PDF holds scripts, forms or other files. Print it to a plain PDF and send that.")
        )
    return "pdf"


def _png(data: bytes) -> str:
    """Every chunk whole and true to its checksum, from IHDR to IEND, and nothing behind."""
    at, first = len(PNG), True
    while at + 12 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + size
        if end > len(data):
            break
        (checksum,) = struct.unpack(">I", data[end - 4 : end])
        if zlib.crc32(data[at + 4 : end - 4]) != checksum:
            break
        if first:
            if kind != b"IHDR" or size != 13:
                break
            _check_sides(*struct.unpack(">II", data[at + 8 : at + 16]))
        first, at = False, end
        if kind == b"IEND":
            if at == len(data):
                return "png"
            break
    raise _refused(_("The picture is damaged, or something stands behind its end. Save it anew."))


def _jpeg(data: bytes) -> str:
    """Every segment whole up to the picture's data, and its end the end of the file."""
    at, sized = 2, False
    for _segment in range(MOST_SEGMENTS):
        fill = FILL.match(data, at)
        if fill is None or fill.end() + 3 > len(data):
            break
        at = fill.end() - 1  # the last of them belongs to the mark
        mark = data[at + 1]
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC) and at + 9 <= len(data):
            high, wide = struct.unpack(">HH", data[at + 5 : at + 9])
            _check_sides(wide, high)
            sized = True
        if mark == 0xDA:
            if sized and data.rstrip(b"\0").endswith(b"\xff\xd9"):
                return "jpeg"
            break
        at += 2 + size
    raise _refused(_("The picture is damaged, or something stands behind its end. Save it anew."))


def _check_sides(wide: int, high: int) -> None:
    if not (0 < wide <= MOST_SIDE and 0 < high <= MOST_SIDE):
        raise _refused(_("The picture is too large to be shown. Send a smaller scan."))
