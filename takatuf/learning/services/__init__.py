"""The use cases of this room, by what they are for."""

from takatuf.learning.services.dialogues import (
    Frame,
    add_dialogue_source,
    add_programme_item,
    add_theme,
    edit_dialogue,
    load_dialogues,
    prepare_dialogue,
    publish_dialogue,
    remove_dialogue_source,
    remove_programme_item,
    remove_theme,
    tell_what_came_of_it,
    withdraw_dialogue,
)
from takatuf.learning.services.loading import load_library
from takatuf.learning.services.pages import load_pages
from takatuf.learning.services.registrations import (
    Guest,
    confirm_registration,
    fill_places,
    forget_registrations,
    invite_to_dialogue,
    leave_dialogue,
    read_registrations,
    register_for_dialogue,
    tell_of_withdrawal,
)

__all__ = [
    "Frame",
    "Guest",
    "add_dialogue_source",
    "add_programme_item",
    "add_theme",
    "confirm_registration",
    "edit_dialogue",
    "fill_places",
    "forget_registrations",
    "invite_to_dialogue",
    "leave_dialogue",
    "load_dialogues",
    "load_library",
    "load_pages",
    "prepare_dialogue",
    "publish_dialogue",
    "read_registrations",
    "register_for_dialogue",
    "remove_dialogue_source",
    "remove_programme_item",
    "remove_theme",
    "tell_of_withdrawal",
    "tell_what_came_of_it",
    "withdraw_dialogue",
]
