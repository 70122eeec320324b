"""What every page knows: its language, its direction, its address in the other languages."""

from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi


def page(request: HttpRequest) -> dict[str, object]:
    return {
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
