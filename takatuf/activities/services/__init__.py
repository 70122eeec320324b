"""The use cases of this room, one verb each."""

from takatuf.activities.merging import Clash, Conflict
from takatuf.activities.services.ahead import (
    close_undone,
    come_again,
    date_by_trials,
    start_checklist,
    wake_task,
)
from takatuf.activities.services.importing import (
    Asked,
    begin_import,
    begin_work,
    forget_files,
    import_file,
    refuse_work,
    run_import,
    settle_layout,
    stop_import,
    try_import,
    work_on_import,
)
from takatuf.activities.services.inviting import invite_partner, withdraw_invitation
from takatuf.activities.services.leaving import lay_down_tasks
from takatuf.activities.services.overlapping import (
    Found,
    compare_activities,
    find_overlaps,
    keep_answers,
    pass_on_overlap,
    reopen_overlap,
    settle_overlap,
)
from takatuf.activities.services.reporting import (
    MOST_REASON,
    change_activity,
    confirm_activity,
    confirm_all_of,
    report_activity,
    restore_activity,
    withdraw_activity,
)
from takatuf.activities.services.reviewing import keep_agreement, remind_of_agreements
from takatuf.activities.services.taking_out import take_out_activities
from takatuf.activities.services.tasks import (
    MOST_NOTE,
    MOST_WORDS,
    add_task,
    block_task,
    finish_task,
    hand_over_task,
    note_task,
    reopen_task,
    take_task,
)
from takatuf.activities.services.undoing import settle_changes, undo_import

__all__ = [
    "MOST_NOTE",
    "MOST_REASON",
    "MOST_WORDS",
    "Asked",
    "Clash",
    "Conflict",
    "Found",
    "add_task",
    "begin_import",
    "begin_work",
    "block_task",
    "change_activity",
    "close_undone",
    "come_again",
    "compare_activities",
    "confirm_activity",
    "confirm_all_of",
    "date_by_trials",
    "find_overlaps",
    "finish_task",
    "forget_files",
    "hand_over_task",
    "import_file",
    "invite_partner",
    "keep_agreement",
    "keep_answers",
    "lay_down_tasks",
    "note_task",
    "pass_on_overlap",
    "refuse_work",
    "remind_of_agreements",
    "reopen_overlap",
    "reopen_task",
    "report_activity",
    "restore_activity",
    "run_import",
    "settle_changes",
    "settle_layout",
    "settle_overlap",
    "start_checklist",
    "stop_import",
    "take_out_activities",
    "take_task",
    "try_import",
    "undo_import",
    "wake_task",
    "withdraw_activity",
    "withdraw_invitation",
    "work_on_import",
]
