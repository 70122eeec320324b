"""What a password must be, in the house's words."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's own rule; its sentence has no Arabic yet."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short: take at least %(count)s character.",
            "This password is too short: take at least %(count)s characters.",
            self.min_length,
        ) % {"count": self.min_length}
