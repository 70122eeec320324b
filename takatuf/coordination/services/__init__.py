"""The use cases of this room, one verb each."""

from takatuf.coordination.services.gaps import name_answer, take_back_answer, take_up_gap
from takatuf.coordination.services.handing import answer_hand_over, offer_hand_over
from takatuf.coordination.services.inquiries import take_out_for_inquiry
from takatuf.coordination.services.issue_tables import SurveyTaken, import_issues, undo_issues
from takatuf.coordination.services.joining import (
    applicants_page,
    apply_to_join,
    approve_application,
    ask_for_more,
    confirm_application,
    invitation_link,
    reconsider_application,
    turn_down_application,
)
from takatuf.coordination.services.leaving import let_go
from takatuf.coordination.services.lessons import Lesson, write_lesson
from takatuf.coordination.services.life import (
    agencies_to_call,
    ask_for_hold,
    call_agencies,
    call_another_agency,
    change_phase,
    correct_key_date,
    declare_incident,
    draft_report,
    drop_key_date,
    enter_key_date,
    join_incidents,
    reopen_incident,
    report_to_existing,
    stand_down,
)
from takatuf.coordination.services.meetings import begin_meeting, end_meeting, record_outcome
from takatuf.coordination.services.mistakes import (
    answer_mistake,
    report_mistake,
    take_up_mistake,
)
from takatuf.coordination.services.organisations import (
    merge_organisations,
    unmerge_organisation,
)
from takatuf.coordination.services.scene import (
    add_methane_to_incident,
    declare_from_methane,
    report_from_scene,
)

__all__ = [
    "Lesson",
    "SurveyTaken",
    "add_methane_to_incident",
    "agencies_to_call",
    "answer_hand_over",
    "answer_mistake",
    "applicants_page",
    "apply_to_join",
    "approve_application",
    "ask_for_hold",
    "ask_for_more",
    "begin_meeting",
    "call_agencies",
    "call_another_agency",
    "change_phase",
    "confirm_application",
    "correct_key_date",
    "declare_from_methane",
    "declare_incident",
    "draft_report",
    "drop_key_date",
    "end_meeting",
    "enter_key_date",
    "import_issues",
    "invitation_link",
    "join_incidents",
    "let_go",
    "merge_organisations",
    "name_answer",
    "offer_hand_over",
    "reconsider_application",
    "record_outcome",
    "reopen_incident",
    "report_from_scene",
    "report_mistake",
    "report_to_existing",
    "stand_down",
    "take_back_answer",
    "take_out_for_inquiry",
    "take_up_gap",
    "take_up_mistake",
    "turn_down_application",
    "undo_issues",
    "unmerge_organisation",
    "write_lesson",
]
