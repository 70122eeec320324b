"""The roles that people hold, the same words in the code, the command and the tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    MAYOR = "mayor", _("Mayor")
    COORDINATOR = "coordinator", _("Response coordinator")
    COMMUNICATIONS = "communications", _("Communications lead")
    COHESION = "cohesion", _("Community cohesion officer")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial lead")
    CENTRE_MANAGER = "centre-manager", _("Assistance centre manager")
    LIAISON = "liaison", _("Partner liaison")
    NATIONAL_LIAISON = "national-liaison", _("National liaison")
    DATA_PROTECTION = "data-protection", _("Data protection officer")
    SECRETARIAT = "secretariat", _("Network secretariat")
    OPERATOR = "operator", _("System operator")


# Those who see a city's incidents whichever agency they sit in; a liaison sees the
# incidents to which the agency was called, and an operator sees none.
CITY_WIDE = frozenset(
    {
        Role.MAYOR,
        Role.COORDINATOR,
        Role.COMMUNICATIONS,
        Role.COHESION,
        Role.PSYCHOSOCIAL,
        Role.CENTRE_MANAGER,
        Role.NATIONAL_LIAISON,
        Role.DATA_PROTECTION,
    }
)

# Those who see sensitive things must show a second factor when they sign in.
SECOND_FACTOR = frozenset(
    {
        Role.MAYOR,
        Role.COORDINATOR,
        Role.PSYCHOSOCIAL,
        Role.CENTRE_MANAGER,
        Role.DATA_PROTECTION,
        Role.SECRETARIAT,
        Role.OPERATOR,
    }
)
