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
from takatuf.network.services.offers import accept_offer, decline_offer
from takatuf.network.services.partners import import_partners
from takatuf.network.services.people import correct_contact, make_password_link

__all__ = [
    "accept_offer",
    "add_city",
    "appoint",
    "change_post",
    "choose_listing",
    "correct_contact",
    "create_agency",
    "decline_offer",
    "edit_agency",
    "end_appointment",
    "end_post",
    "give_post",
    "import_areas",
    "import_partners",
    "make_password_link",
    "restore_agency",
    "retire_agency",
    "set_shifts",
]
