"""The overlaps among many activities, the strongest of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from takatuf.activities.comparing.blocking import pairs_among
from takatuf.activities.comparing.entries import Entry, Thresholds
from takatuf.activities.comparing.scoring import Match, excluded, weighed
from takatuf.activities.comparing.texts import Texts

# Among more activities than so many, a crowd of likes would bury the rest: of each only the
# strongest few are proposed, and who settles these learns of the next.
MANY = 5_000
MOST_EACH = 3


def overlaps_among(
    entries: Sequence[Entry],
    thresholds: Thresholds | None = None,
    texts: Texts | None = None,
    *,
    settled: Collection[tuple[str, str]] = (),
) -> list[Match]:
    """The overlaps of these activities, the strongest first: all of them, but of more than
    `MANY` activities at most `MOST_EACH` of each. In a match, as in `settled`, the smaller key
    stands first."""
    thresholds, texts = thresholds or Thresholds(), texts or Texts()
    met = [
        (a, b)
        for a, b in (in_order(entries[one], entries[other]) for one, other in pairs_among(entries))
        if (a.key, b.key) not in settled and not excluded(a, b, thresholds)
    ]
    # Those in two languages can be told apart by their meaning alone: they come first.
    across = [pair for pair in met if pair[0].written != pair[1].written]
    texts.prepare(entry for pairs in (across, met) for pair in pairs for entry in pair)
    # Of a pair no more is kept at first than how it compares: half a million matches would take
    # a gigabyte.
    ranked = sorted(
        (not match.is_red, -match.score, match.a, match.b, place)
        for place, (a, b) in enumerate(met)
        if (match := weighed(a, b, texts.near, thresholds)) is not None
    )
    most = MOST_EACH if len(entries) > MANY else len(entries)
    taken: Counter[str] = Counter()
    kept = []
    for _amber, _score, one, other, place in ranked:
        if max(taken[one], taken[other]) < most:
            taken.update((one, other))
            if (match := weighed(*met[place], texts.near, thresholds)) is not None:
                kept.append(match)
    return kept


def in_order(a: Entry, b: Entry) -> tuple[Entry, Entry]:
    """The two with the smaller key first: of ours, the one that was entered first."""
    return (a, b) if a.key < b.key else (b, a)
