"""The PDF of a report: set once for each approved version, kept, and handed out again."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256

from django.conf import settings

from takatuf.communications.exchange import TEMPLATE, pdf_of
from takatuf.communications.models import Rendering, Report
from takatuf.communications.queries import sheet_of


def pdf_of_report(report: Report, language: str, *, public: bool = False) -> bytes:
    """The report as PDF/UA-1 in one language, for a reader whom a door let in.

    A report that was approved is set once and kept under the hash of all that stands on its
    pages, its present state included; a draft is set each time. Gives the bytes.
    """
    sheet = sheet_of(report, language, public=public, base=settings.BASE_URL)
    if report.approved_at is None:
        return pdf_of(sheet, made_at=report.edited_at)
    written = json.dumps(sheet, sort_keys=True) + TEMPLATE.read_text()
    key = sha256(written.encode()).hexdigest()
    kept = Rendering.objects.filter(report=report, language=language, is_public=public).first()
    if kept is not None and kept.key == key:
        return b64decode(kept.pdf)
    pdf = pdf_of(sheet, made_at=report.approved_at)
    Rendering.objects.update_or_create(
        report=report,
        language=language,
        is_public=public,
        defaults={"key": key, "pdf": b64encode(pdf).decode()},
    )
    return pdf
