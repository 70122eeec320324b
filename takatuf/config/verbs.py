"""The sentences of acts on the installation as a whole."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "installation.backed_up": _(
        "%(actor)s took a backup of the whole installation, keys included."
    ),
}
