"""The use cases of this room, one verb each."""

from takatuf.alerts.notices import Notice
from takatuf.alerts.services.answering import (
    acknowledge,
    answer_by_link,
    take_back_tick,
    tick_by_voice,
)
from takatuf.alerts.services.calling import (
    ask_next_step,
    ask_person,
    call_again,
    climb,
    raise_alert,
    stop_climbing,
)
from takatuf.alerts.services.delivering import (
    claim,
    forget_worker,
    give_up,
    keep_claims,
    mark_failed,
    mark_sent,
    retry_delivery,
    see_worker,
    still_held,
    wait_for_server,
)
from takatuf.alerts.services.mailing import (
    claim_mail,
    mark_mail_failed,
    mark_mail_sent,
    take_back_mail,
    write_mail,
)
from takatuf.alerts.services.telling import tell

__all__ = [
    "Notice",
    "acknowledge",
    "answer_by_link",
    "ask_next_step",
    "ask_person",
    "call_again",
    "claim",
    "claim_mail",
    "climb",
    "forget_worker",
    "give_up",
    "keep_claims",
    "mark_failed",
    "mark_mail_failed",
    "mark_mail_sent",
    "mark_sent",
    "raise_alert",
    "retry_delivery",
    "see_worker",
    "still_held",
    "stop_climbing",
    "take_back_mail",
    "take_back_tick",
    "tell",
    "tick_by_voice",
    "wait_for_server",
    "write_mail",
]
