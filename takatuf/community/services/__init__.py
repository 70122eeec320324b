"""The use cases of this room, one verb each."""

from takatuf.community.services.issues import (
    MOST_NOTE,
    MOST_TEXT,
    IssueFacts,
    change_issue,
    close_issue,
    link_issue,
    reopen_issue,
    report_issue,
    unlink_issue,
)
from takatuf.community.services.tables import (
    IssueLine,
    TakenIn,
    keep_report,
    take_in_issues,
    undo_survey,
)

__all__ = [
    "MOST_NOTE",
    "MOST_TEXT",
    "IssueFacts",
    "IssueLine",
    "TakenIn",
    "change_issue",
    "close_issue",
    "keep_report",
    "link_issue",
    "reopen_issue",
    "report_issue",
    "take_in_issues",
    "undo_survey",
    "unlink_issue",
]
