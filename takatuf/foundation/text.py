"""Text as people type it, in many scripts: cleaned for keeping, folded for finding."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.errors import Refused

# Overrides turn neighbouring text round and serve to deceive; isolates are harmless.
OVERRIDES = re.compile("[\u202d\u202e]")
# Tabs and line ends may stay; every other control character is a copying accident, and what is
# no character at all makes XML, and so a workbook, that nobody can open.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
MARKS = re.compile("[\u0640\u064b-\u065f\u0670]")
INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
FOLDED = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ة": "ه",
        "ک": "ك",
        "ی": "ي",
        "ؤ": "و",
        "ئ": "ي",
        "ø": "o",
        "Ø": "o",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "ß": "ss",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
    }
)


# Between two names, and how it is shown: the dot ends a line and begins none.
BETWEEN, JOINT = " · ", "\N{NO-BREAK SPACE}· "


def clean_text(text: str) -> str:
    """Text fit for keeping: NFC, no control characters, no blank ends.

    Raises `Refused` where a direction override stands in it, since the text that a
    reader sees would then differ from the text that is kept.
    """
    if OVERRIDES.search(text):
        raise Refused(
            _("The text holds a hidden character that reverses its order. Type it again."),
            code="direction-override",
        )
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text).strip()


def file_name(text: str, most: int = 200) -> str:
    """The name of a file as it may be shown: its end, where what it is stands, on one line and
    without the characters by which it would look like another kind of file."""
    text = CONTROLS.sub("", OVERRIDES.sub("", text.replace("\\", "/"))).rpartition("/")[2]
    return unicodedata.normalize("NFC", " ".join(text.split()))[-most:]


def isolated(text: object) -> str:
    """A name, a day or somebody's words, kept from turning round what stands beside them: the
    Unicode form of `<bdi>`, for text that is no HTML. Nothing of nothing."""
    said = str(text)
    return JOINT.join([f"\u2068{part}\u2069" for part in directed(said)]) if said else ""


def directed(text: str) -> list[str]:
    """The parts of a name in two languages with a dot between, each of which has a direction of
    its own; any other text whole, its dots kept at the ends of lines.

    As one run such a name begins in the middle of a line that is too short for it. `JOINT` goes
    between the parts; which comes first is for the page to say.

    >>> directed("سوق · Market")
    ['سوق', 'Market']
    """
    if BETWEEN not in text:
        return [text]
    parts = text.split(BETWEEN)
    return parts if len({_begins_turned(part) for part in parts}) > 1 else [JOINT.join(parts)]


def _begins_turned(text: str) -> bool:
    """Whether a text runs from right to left, by its first letter, as `dir="auto"` has it."""
    kinds = map(unicodedata.bidirectional, text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def listed(items: Iterable[object]) -> str:
    """The items one after another, with the mark between them that the reader's language has."""
    return pgettext("between the items of a list", ", ").join(map(str, items))


def quoted(text: object) -> str:
    """Somebody's words or a cell of a file between the quotation marks of the reader's language,
    for text that is no HTML."""
    return gettext("“%(text)s”") % {"text": isolated(text)}


def labelled(label: object, text: object) -> str:
    """What something is called and what it says, with the mark between them that the reader's
    language has and the blank that it sets before it."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def search_key(text: str) -> str:
    """Fold text for finding: two spellings that a reader takes as one give one key.

    NFKC; tatweel, short vowels and direction marks dropped; forms of alef, yeh, heh and
    kaf made one; digits to ASCII; Latin marks dropped; case folded; blanks made single.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKC", text)
    text = INVISIBLE.sub("", MARKS.sub("", text)).translate(FOLDED)
    text = "".join(map(_bare, unicodedata.normalize("NFD", text)))
    return " ".join(text.casefold().split())


@cache
def _bare(char: str) -> str:
    """A character without what the key leaves out; kept, for texts repeat their letters."""
    if unicodedata.combining(char):
        return ""
    return str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char
