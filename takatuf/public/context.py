"""What a page that anyone may open knows in addition: its address, to be handed on."""

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import SimpleLazyObject

from takatuf.ui.context import Tongue, tongues

# Whoever knows the address is let in by it: it is told to nobody, and written down nowhere.
KEYED = {
    "answer",
    "application",
    "begin",
    "confirm-application",
    "dialogue-answer",
    "partner",
    "partner-act",
    "partner-report",
    "withdraw-application",
}
# Open to strangers, yet for one person or one device: nobody hands these on.
FOR_ONE = KEYED | {"dialogue-registered", "waiting", "search"}


def sharing(request: HttpRequest) -> dict[str, object]:
    """`shared`, the page in each language with its whole address, and the picture beside it.

    Empty for a page of the desk, and for a page whose address is somebody's own.
    """
    return {
        "shared": SimpleLazyObject(lambda: _shared(request)),
        "preview_image": SimpleLazyObject(
            lambda: settings.BASE_URL.rstrip("/") + static("ui/preview.png")
        ),
    }


def _shared(request: HttpRequest) -> list[Tongue]:
    match = request.resolver_match
    if match is None or match.app_name != "public" or match.url_name in FOR_ONE:
        return []
    return tongues(request.path)
