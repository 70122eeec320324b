"""Addresses and names that look like others: what to tell whoever checks an application.

Nothing is refused for it: a city may well have a domain in its own script. A person decides,
and must see what the eye cannot. The table of letters is our own and small; it holds what is
used to deceive in Latin addresses, not all of Unicode TS 39.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from rapidfuzz.distance import DamerauLevenshtein

# Letters of other scripts, and pairs, that a reader takes for Latin ones.
LETTERS = str.maketrans(
    {
        **dict(zip("авеёзікмнорстухѕјԁһɡӏ", "abeeeikmhopctyxsjdhgl", strict=True)),
        **dict(zip("αβεικνορτυχω", "abeikvoptuxw", strict=True)),
        **dict(zip("0135", "oles", strict=True)),
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "b", "\u200c": "", "\u200d": "",
    }
)  # fmt: skip
PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
FREE_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.fr", "live.com",
        "msn.com", "yahoo.com", "yahoo.fr", "ymail.com", "icloud.com", "me.com", "aol.com",
        "proton.me", "protonmail.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com",
        "mail.ru", "yandex.com", "yandex.ru", "zoho.com", "qq.com", "163.com", "orange.fr",
        "free.fr", "laposte.net", "wanadoo.fr", "online.no", "maktoob.com",
    }
)  # fmt: skip
NEAR = 2  # letters changed at most for one domain to be taken for another


class Warning(NamedTuple):
    """What is odd, as a code, and the words that show it."""

    code: str
    shown: str


def host_of(website: str) -> str:
    """The host of a web address in small letters, without www."""
    host = (urlsplit(website).hostname or "").lower()
    return host.removeprefix("www.")


def domain_of(email: str) -> str:
    """What stands behind the @."""
    return email.rpartition("@")[2].lower()


def is_of(domain: str, host: str) -> bool:
    """Whether an address at `domain` is of the site at `host`: the same, or one within the
    other."""
    one, other = _plain(domain), _plain(host)
    return bool(one and other) and (
        one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
    )


def skeleton(domain: str) -> str:
    """What a hasty reader sees of a domain: like letters made one."""
    text = unicodedata.normalize("NFKD", _plain(domain))
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = text.casefold().translate(LETTERS)
    for pair, letter in PAIRS:
        text = text.replace(pair, letter)
    return text


def warnings_for(
    *, email: str, website: str, authority: str, known: Iterable[str] = ()
) -> list[Warning]:
    """What whoever checks should look at twice. `known` are domains of others that are here."""
    domain, host = domain_of(email), host_of(website)
    found = []
    for label, text in (("mixed-domain", domain), ("mixed-website", host)):
        if scripts := _mixed(_plain(text)):
            found.append(Warning(label, f"{_plain(text)} ({scripts})"))
        if "xn--" in text:
            found.append(Warning("punycode", f"{text} = {_plain(text)}"))
    if scripts := _mixed(authority):
        found.append(Warning("mixed-name", f"{authority} ({scripts})"))
    if domain in FREE_MAIL:
        found.append(Warning("free-mail", domain))
    elif not is_of(domain, host):
        found.append(Warning("other-domain", f"{_plain(domain)} · {_plain(host)}"))
        if _looks_like(domain, host):
            found.append(Warning("looks-like", f"{_plain(domain)} ≈ {_plain(host)}"))
    for other in sorted(set(known)):
        for mine in dict.fromkeys((domain, host)):
            if mine not in FREE_MAIL and not is_of(mine, other) and _looks_like(mine, other):
                found.append(Warning("looks-like", f"{_plain(mine)} ≈ {_plain(other)}"))
    return list(dict.fromkeys(found))


def _looks_like(one: str, other: str) -> bool:
    if not one or not other:
        return False
    one, other = skeleton(one), skeleton(other)
    if one == other:
        return True
    short = min(len(one), len(other))
    return short > 7 and DamerauLevenshtein.distance(one, other, score_cutoff=NEAR) <= NEAR


def _plain(domain: str) -> str:
    """A domain as it is read, where it travels in another form."""
    try:
        return domain.lower().encode("ascii").decode("idna") if "xn--" in domain else domain.lower()
    except UnicodeError:
        return domain.lower()


def _mixed(text: str) -> str:
    """The scripts of a text where one of its words mixes several; digits and marks are none."""
    for word in text.replace(".", " ").replace("-", " ").split():
        scripts = sorted({s for char in word if (s := _script(char))})
        if len(scripts) > 1:
            return " + ".join(scripts)
    return ""


def _script(char: str) -> str:
    if not char.isalpha():
        return ""
    return unicodedata.name(char, "").partition(" ")[0].capitalize()
