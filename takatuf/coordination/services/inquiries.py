"""Everything about an incident in one file, for an inquiry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from takatuf.coordination.inquiry.gathering import gathered
from takatuf.coordination.inquiry.redacting import Blotter, Redaction
from takatuf.coordination.inquiry.writing import write_inquiry
from takatuf.foundation.actors import Actor
from takatuf.incidents.access import check_may_take_out
from takatuf.incidents.models import Incident


def take_out_for_inquiry(
    actor: Actor,
    incident: Incident,
    path: Path,
    *,
    now: datetime,
    redactions: Sequence[Redaction] = (),
    told: Callable[[int, int], None] = lambda done, parts: None,
) -> dict[str, Any]:
    """Write everything about the incident into a ZIP file that stands on its own: data, pages
    in each language, reports, and the record's entries with proofs over what is not redacted.

    `told` hears how many parts are done, of how many. Not one transaction: reading it all
    must keep nobody waiting. Raises `Refused` where a redaction names nothing, with its line,
    or the file cannot be written; nothing is left of it then.
    """
    check_may_take_out(actor, incident)
    found = gathered(incident)
    return write_inquiry(actor, found, Blotter(found, list(redactions)), path, now=now, told=told)
