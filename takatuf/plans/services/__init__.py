"""What a coordinator does with a plan, one verb each."""

from takatuf.plans.services.editing import (
    StepFields,
    add_step,
    edit_step,
    load_framework,
    plan_begun,
    restore_step,
    retire_plan,
    retire_step,
    set_agencies,
    set_answer_within,
    start_plan,
)
from takatuf.plans.services.improving import (
    add_action,
    decline_improvement,
    take_all_untouched,
    take_improvement,
)
from takatuf.plans.services.leading import (
    Led,
    agree_leads,
    draft_leads,
    drop_leads,
    write_leads,
)

__all__ = [
    "Led",
    "StepFields",
    "add_action",
    "add_step",
    "agree_leads",
    "decline_improvement",
    "draft_leads",
    "drop_leads",
    "edit_step",
    "load_framework",
    "plan_begun",
    "restore_step",
    "retire_plan",
    "retire_step",
    "set_agencies",
    "set_answer_within",
    "start_plan",
    "take_all_untouched",
    "take_improvement",
    "write_leads",
]
