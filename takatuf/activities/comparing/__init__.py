"""Where activities meet: which of them do the same for the same people, and why one thinks so.

Plain values in, plain values out: no database, no clock.

    entries.py   what is compared of an activity, and the thresholds
    scoring.py   two activities side by side: each part of the match, and the rule that holds
    kin.py       which services partners file the same work under
    texts.py     how near two texts are, by words and by meaning, and read side by side
    concepts.py  what a text speaks of, in three languages
    languages.py in which language it is written
    blocking.py  which pairs are worth comparing, never all of them
    finding.py   the overlaps of many activities
    wording.py   each part in words and figures
"""

from takatuf.activities.comparing.entries import Entry, Thresholds
from takatuf.activities.comparing.finding import overlaps_among, read_ahead
from takatuf.activities.comparing.scoring import Match, Part, Rule, match_of, what_parts
from takatuf.activities.comparing.texts import Texts

__all__ = [
    "Entry",
    "Match",
    "Part",
    "Rule",
    "Texts",
    "Thresholds",
    "match_of",
    "overlaps_among",
    "read_ahead",
    "what_parts",
]
