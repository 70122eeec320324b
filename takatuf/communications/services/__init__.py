"""The use cases of a report: drafted, edited, approved by a second person, set as PDF."""

from takatuf.communications.services.approving import (
    approve_report,
    look_at_report,
    send_back,
    send_for_approval,
    withdraw_report,
)
from takatuf.communications.services.drafting import (
    Conflict,
    NewFigure,
    remove_figure,
    set_figure,
    set_scope,
    start_report,
    write_section,
)
from takatuf.communications.services.rendering import pdf_of_report

__all__ = [
    "Conflict",
    "NewFigure",
    "approve_report",
    "look_at_report",
    "pdf_of_report",
    "remove_figure",
    "send_back",
    "send_for_approval",
    "set_figure",
    "set_scope",
    "start_report",
    "withdraw_report",
    "write_section",
]
