"""What a room says when it declines. Windows turn these into pages, JSON or an exit status."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Declined(Exception):
    """Common ground of every refusal: words for a reader and a code for a program."""

    code = "refused"
    words: Words = _("This cannot be done.")

    def __init__(
        self, words: Words | None = None, *, code: str | None = None, field: str | None = None
    ) -> None:
        self.words = words or self.words
        self.code = code or self.code
        self.field = field
        super().__init__(self.words)

    def __str__(self) -> str:
        return str(self.words)


class Refused(Declined):
    """A rule of the domain says no; the words tell the person why and what to do (409 or 422)."""


class NotAllowed(Declined):
    """The person can see the thing but may not do this to it (403)."""

    code = "not-allowed"
    words = _("Your role does not allow this. Ask the response coordinator of your city.")


class NotFound(Declined):
    """No such thing, or none this person may know of: the two are never told apart (404)."""

    code = "not-found"
    words = _("Nothing was found at this address.")
