"""The overlaps among many activities, the strongest of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from takatuf.activities.comparing.blocking import pairs_among
from takatuf.activities.comparing.entries import Entry, Thresholds
from takatuf.activities.comparing.scoring import Match, Near, excluded, odds_at_a_glance, weighed
from takatuf.activities.comparing.texts import Texts

# Among more activities than so many, a crowd of likes would bury the rest: of each only the
# strongest few are proposed, and who settles these learns of the next.
MANY = 5_000
MOST_EACH = 3
# Of more activities than so many no texts are read side by side, and of fewer those of so many
# pairs, the most doubtful: five minutes.
MOST_READ, MOST_PAIRS = 1_000, 5_000
# From which log-odds on, at a glance, two may be an overlap at all, so that they are read closely.
FAINT = -2.0


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
    met = _met(entries, thresholds, settled)
    texts.read_closely(_in_doubt(entries, met, texts, thresholds))

    def match(a: Entry, b: Entry) -> Match | None:
        found = weighed(a, b, texts.near, thresholds, texts.closely)
        return found if found and found.score >= getattr(thresholds, found.rule) else None

    # Of a pair no more is kept at first than how it compares: half a million matches would take
    # a gigabyte.
    ranked = sorted(
        (not found.is_red, -found.score, found.a, found.b, place)
        for place, (a, b) in enumerate(met)
        if (found := match(a, b)) is not None
    )
    most = MOST_EACH if len(entries) > MANY else len(entries)
    taken: Counter[str] = Counter()
    kept = []
    for _amber, _score, one, other, place in ranked:
        if max(taken[one], taken[other]) < most:
            taken.update((one, other))
            if (found := match(*met[place])) is not None:
                kept.append(found)
    return kept


def read_ahead(
    entries: Sequence[Entry],
    thresholds: Thresholds,
    texts: Texts,
    *,
    settled: Collection[tuple[str, str]] = (),
    most: int,
) -> bool:
    """Read so many of the pairs closely that `overlaps_among` would read, so that nobody else
    waits long. Whether some are left: what is found before all are read would change again."""
    met = _met(entries, thresholds, settled)
    return texts.read_closely(_in_doubt(entries, met, texts, thresholds), most=most)


def _met(
    entries: Sequence[Entry], thresholds: Thresholds, settled: Collection[tuple[str, str]]
) -> list[tuple[Entry, Entry]]:
    """The pairs that are compared, and that nothing excludes."""
    return [
        (a, b)
        for a, b in (in_order(entries[one], entries[other]) for one, other in pairs_among(entries))
        if (a.key, b.key) not in settled and not excluded(a, b, thresholds)
    ]


def _in_doubt(
    entries: Sequence[Entry],
    met: Sequence[tuple[Entry, Entry]],
    texts: Texts,
    thresholds: Thresholds,
) -> list[tuple[Entry, Entry]]:
    """The pairs whose texts are read closely, after all were read at a glance."""
    # Those in two languages can be told apart by their meaning alone: they come first.
    across = [pair for pair in met if pair[0].written != pair[1].written]
    texts.prepare(entry for pairs in (across, met) for pair in pairs for entry in pair)
    if len(entries) > MOST_READ:
        return []
    return doubtful(met, texts.near, thresholds)[:MOST_PAIRS]


def doubtful(
    met: Sequence[tuple[Entry, Entry]], near: Near, thresholds: Thresholds
) -> list[tuple[Entry, Entry]]:
    """The pairs of whose texts a glance is not enough, the most doubtful first: those that may
    be an overlap at all, by how near their score is to where it would be proposed."""
    ranked = []
    for place, (a, b) in enumerate(met):
        odds = odds_at_a_glance(a, b, near, thresholds)
        if odds is not None and odds >= FAINT:
            ranked.append((abs(odds), place))
    return [met[place] for _doubt, place in sorted(ranked)]


def in_order(a: Entry, b: Entry) -> tuple[Entry, Entry]:
    """The two with the smaller key first: of ours, the one that was entered first."""
    return (a, b) if a.key < b.key else (b, a)
