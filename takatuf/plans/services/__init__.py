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

__all__ = [
    "StepFields",
    "add_action",
    "add_step",
    "decline_improvement",
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
]
