"""Pure rules: when a call climbs, when a message is tried again, what fits into an SMS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

# A claim is renewed while its worker lives, so that a dead worker's messages are free soon.
CLAIM_LASTS = timedelta(seconds=45)
RENEW_AFTER = timedelta(seconds=15)
# A letter is claimed alone and not renewed: longer than a slow server may hold it.
MAIL_CLAIM_LASTS = timedelta(minutes=5)

# One message that a server will not take now: these pauses, the last one repeated.
PAUSES = [timedelta(seconds=30), *(timedelta(minutes=m) for m in (1, 2, 5, 10))]
MOST_ATTEMPTS = 8
# No server answers at all: the message is not to blame, so it waits without losing attempts.
RETRY_CONNECTION = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=2)
# After this long an unsent message is shown to a person although it is still being tried.
SHOWN_AFTER = timedelta(minutes=2)

LINK_LASTS = timedelta(days=3)
# A letter to somebody without an account that could not leave keeps its address this long.
LETTER_KEPT = timedelta(days=7)
FORGET_WORKER = timedelta(days=1)

# GSM 03.38 (3GPP TS 23.038, 6.2.1): the default alphabet and its extension table, in which
# a character takes two places of seven bits.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
MOST_SEGMENTS = 2
SHORTEST_WORD = 8  # below this a cut word says nothing

# Marks of good typography that would turn a 160-character SMS into one of 70.
PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "·": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
    }
)


def answers_counted(answers: Iterable[tuple[UUID | None, UUID | None, bool]]) -> int:
    """How many different people of an agency answered.

    Each answer is its person, who ticked it, and whether it is a tick that names nobody. Two
    whom nobody named may be the same one, and one whom somebody of the agency ticked who
    answered for themselves as well may be that very person: then they count as one.
    """
    found = list(answers)
    people = {person for person, _by, unnamed in found if person and not unnamed}
    named = sum(not unnamed for _person, _by, unnamed in found)
    return named + any(unnamed and by not in people for _person, by, unnamed in found)


def climbs_at(asked_at: datetime, answer_within: timedelta) -> datetime:
    """When the next in the call order are asked if the answers needed are not in by then."""
    return asked_at + answer_within


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a message is tried again after `attempts` failures; None: it is given up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + PAUSES[min(attempts, len(PAUSES)) - 1]


def next_connection(asked_at: datetime, now: datetime) -> datetime | None:
    """When a message waits for a server that does not answer; None: it waited too long."""
    if now - asked_at >= LONGEST_WAIT:
        return None
    return now + RETRY_CONNECTION


def is_gsm(text: str) -> bool:
    """Whether every character stands in GSM 03.38, so that seven bits are enough."""
    return all(char in GSM_BASIC or char in GSM_EXTENSION for char in text)


def sms_segments(text: str) -> int:
    """How many SMS carry `text`: 160 or 70 characters alone, 153 or 67 in each of several.

    A character of the extension table counts two septets, one outside the basic plane two
    UTF-16 units, and neither is parted between two segments (3GPP TS 23.040, 9.2.3.24).
    """
    if is_gsm(text):
        sizes = [2 if char in GSM_EXTENSION else 1 for char in text]
        alone, each = 160, 153
    else:
        sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
        alone, each = 70, 67
    if sum(sizes) <= alone:
        return 1
    segments, used = 1, 0
    for size in sizes:
        if used + size > each:
            segments, used = segments + 1, 0
        used += size
    return segments


def fits(text: str) -> bool:
    """Whether the text leaves as one message of at most two SMS segments."""
    return sms_segments(text) <= MOST_SEGMENTS


def plain_marks(text: str) -> str:
    """The text with typographic marks made plain and blanks made single, fit for an SMS."""
    return " ".join(text.translate(PLAIN).split())


def cut(text: str, length: int) -> str:
    """The first characters of `text` with dots at the end; all of it where it is short."""
    return text if len(text) <= length else text[: max(length - 3, 0)].rstrip() + "..."


def fit_sms(
    render: Callable[[Mapping[str, object]], str], words: Mapping[str, object], link: str
) -> str:
    """An SMS of two segments at most, with the link whole.

    `render` makes the text from `words`. Where it is too long the longest word (a place,
    mostly) is cut, then the next; at last the text itself is cut before the link.
    """
    text = plain_marks(render(words))
    lengths = {
        name: len(word)
        for name, word in words.items()
        if isinstance(word, str) and word and word != link and plain_marks(word) in text
    }
    while not fits(text) and max(lengths.values(), default=0) > SHORTEST_WORD:
        longest = max(lengths, key=lambda name: lengths[name])
        lengths[longest] -= 1
        shorter = {name: cut(str(words[name]), length) for name, length in lengths.items()}
        text = plain_marks(render({**words, **shorter}))
    if fits(text):
        return text
    before = text.replace(link, "").strip() if link else text
    length = len(before)
    while length > 0 and not fits(f"{cut(before, length)} {link}".strip()):
        length -= 1
    return f"{cut(before, length)} {link}".strip() if length > 0 else link
