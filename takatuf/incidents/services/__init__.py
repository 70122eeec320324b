"""The use cases of this room, one verb each."""

from takatuf.incidents.services.closing import check_not_stood_down, close_incident, open_again
from takatuf.incidents.services.dates import move_key_date, remove_key_date, set_key_date
from takatuf.incidents.services.handing import answer_offer, withdraw_offer, write_offer
from takatuf.incidents.services.holding import lift_legal_hold, set_legal_hold
from takatuf.incidents.services.inquiries import (
    begin_inquiry_file,
    drop_old_inquiry_files,
    fetch_inquiry_file,
    finish_inquiry_file,
    order_inquiry_file,
    refuse_inquiry_file,
    tell_inquiry_progress,
)
from takatuf.incidents.services.life import (
    correct_incident,
    involve,
    join_into,
    note,
    open_incident,
    part_again,
    plan_meeting,
    set_lead,
    set_phase,
)
from takatuf.incidents.services.methane import close_methane, join_methane, send_methane

__all__ = [
    "answer_offer",
    "begin_inquiry_file",
    "check_not_stood_down",
    "close_incident",
    "close_methane",
    "correct_incident",
    "drop_old_inquiry_files",
    "fetch_inquiry_file",
    "finish_inquiry_file",
    "involve",
    "join_into",
    "join_methane",
    "lift_legal_hold",
    "move_key_date",
    "note",
    "open_again",
    "open_incident",
    "order_inquiry_file",
    "part_again",
    "plan_meeting",
    "refuse_inquiry_file",
    "remove_key_date",
    "send_methane",
    "set_key_date",
    "set_lead",
    "set_legal_hold",
    "set_phase",
    "tell_inquiry_progress",
    "withdraw_offer",
    "write_offer",
]
