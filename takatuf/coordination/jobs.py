"""What the worker does here: make the files that were ordered for an inquiry."""

from __future__ import annotations

import json
import logging
from datetime import datetime

from django.db import DatabaseError, InterfaceError
from django.utils import timezone, translation

from takatuf.coordination.inquiry.redacting import Redaction
from takatuf.coordination.services import take_out_for_inquiry
from takatuf.foundation.errors import Declined, NotAllowed
from takatuf.incidents.models import InquiryFile
from takatuf.incidents.services import (
    begin_inquiry_file,
    drop_old_inquiry_files,
    finish_inquiry_file,
    refuse_inquiry_file,
    tell_inquiry_progress,
)
from takatuf.network.queries import actor_for

logger = logging.getLogger(__name__)


def take_out_next(now: datetime) -> bool:
    """Make one file that was ordered, by the right that its orderer has now. False: none is."""
    drop_old_inquiry_files(now)
    ordered = begin_inquiry_file(now)
    if ordered is None:
        return False
    with translation.override(ordered.language):
        try:
            _make(ordered, now)
        except Declined as refusal:
            refuse_inquiry_file(ordered, str(refusal), now=now)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:  # begun again when it has been silent for a while
            logger.exception("the file for an inquiry %s cannot be made", ordered.pk)
    return True


def _make(ordered: InquiryFile, now: datetime) -> None:
    if ordered.ordered_by is None or not ordered.ordered_by.is_active:
        raise NotAllowed
    redactions = [Redaction(**one) for one in json.loads(ordered.redactions or "[]")]
    ordered.path.parent.mkdir(mode=0o700, exist_ok=True)
    take_out_for_inquiry(
        actor_for(ordered.ordered_by),
        ordered.incident,
        ordered.path,
        redactions=redactions,
        now=now,
        told=lambda done, parts: tell_inquiry_progress(ordered, done, parts, now=timezone.now()),
    )
    finish_inquiry_file(ordered, now=now)
