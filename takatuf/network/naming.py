"""Names of organisations: fit for keeping, folded for comparing, followed to whom they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text, search_key

if TYPE_CHECKING:
    from takatuf.network.models import Organisation

NAME_LENGTH = 200


def folded_name(name: str) -> str:
    """What names are compared by. Cut where folding made it longer than is kept."""
    return search_key(name)[:NAME_LENGTH]


def checked_name(name: str) -> str:
    """A name fit for keeping, on one line. `Refused` where it is missing or too long."""
    name = " ".join(clean_text(name).split())
    if not folded_name(name):
        raise Refused(
            _("Give the name of the organisation."), code="organisation-missing", field="name"
        )
    if len(name) > NAME_LENGTH:
        raise Refused(
            _("Keep the name of the organisation under %(most)s characters.")
            % {"most": NAME_LENGTH},
            code="organisation-long",
            field="name",
        )
    return name


def stands_for(organisation: Organisation) -> Organisation:
    """Whoever it was merged into, at the end of the chain."""
    seen = {organisation.pk}
    while (into := organisation.merged_into) is not None and into.pk not in seen:
        organisation = into
        seen.add(into.pk)
    return organisation
