"""The use cases of the network: cities taken in, agencies and posts kept, files read."""

from takatuf.network.services.agencies import (
    change_post,
    create_agency,
    edit_agency,
    end_post,
    give_post,
    restore_agency,
    retire_agency,
    set_shifts,
)
from takatuf.network.services.areas import import_areas
from takatuf.network.services.cities import (
    add_city,
    appoint,
    choose_listing,
    end_appointment,
)
from takatuf.network.services.joining import (
    NewApplication,
    answer_question,
    ask_applicant,
    confirm_address,
    confirm_by_hand,
    judge_yes,
    keep_application,
    look_again,
    mark_admitted,
    refuse_application,
    take_back_yes,
    take_up_application,
    withdraw_application,
)
from takatuf.network.services.offers import accept_offer, decline_offer
from takatuf.network.services.organisations import (
    Organisations,
    Wanted,
    organisation_named,
    organisation_of,
)
from takatuf.network.services.partners import import_partners
from takatuf.network.services.people import correct_contact, make_password_link
from takatuf.network.services.same import (
    add_name,
    edit_organisation,
    join_organisations,
    keep_apart,
    part_organisations,
    read_names,
    remove_name,
)

__all__ = [
    "NewApplication",
    "Organisations",
    "Wanted",
    "accept_offer",
    "add_city",
    "add_name",
    "answer_question",
    "appoint",
    "ask_applicant",
    "change_post",
    "choose_listing",
    "confirm_address",
    "confirm_by_hand",
    "correct_contact",
    "create_agency",
    "decline_offer",
    "edit_agency",
    "edit_organisation",
    "end_appointment",
    "end_post",
    "give_post",
    "import_areas",
    "import_partners",
    "join_organisations",
    "judge_yes",
    "keep_apart",
    "keep_application",
    "look_again",
    "make_password_link",
    "mark_admitted",
    "organisation_named",
    "organisation_of",
    "part_organisations",
    "read_names",
    "refuse_application",
    "remove_name",
    "restore_agency",
    "retire_agency",
    "set_shifts",
    "take_back_yes",
    "take_up_application",
    "withdraw_application",
]
