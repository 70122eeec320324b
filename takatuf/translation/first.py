"""The first reports in the queue: faults of the Arabic page that this product is built from.

It says itself that a machine translated it. Whoever reviews reads here what that does to a
text, and a person closes each report: nothing here is mended by being listed.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class First(NamedTuple):
    """A report that ships: what is wrong in our words, the place and the better wording in
    Arabic, which is the language of the page."""

    wrong: str | Promise
    reads: str
    should_read: str


FIRST: dict[str, First] = {
    "heading-cut-in-two": First(
        _(
            "A stray full stop cuts the name of the workshop in two, so that “communities” "
            "stands alone as a sentence of its own."
        ),
        "بناء القوة والمرونة. مجتمعات.",
        "بناء مجتمعات قوية وقادرة على الصمود.",
    ),
    "governing-mayor": First(
        _(
            "“Governing Mayor”, the title of the head of Oslo’s city government, became "
            "“ruling governor”. That is another office: a governor is appointed over a province."
        ),
        "المحافظ الحاكم",
        "رئيس حكومة مدينة أوسلو",
    ),
    "healing-weakened": First(
        _(
            "The sentence on what prevention does lost its balance: “not only support healing "
            "but also lower the risk” became “cannot only support healing, but it eases”, so "
            "that the lowered risk is no longer said of the city’s work."
        ),
        "لا يمكنها فقط دعم الشفاء للمتضررين ، ولكن يخفف أيضًا من خطر",
        "لا تدعم تعافي المتضررين فحسب، بل تحدّ أيضًا من خطر",
    ),
}
