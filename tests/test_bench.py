"""What `make bench` prints."""

from __future__ import annotations

import pytest

from takatuf.testing.bench.__main__ import TARGETS
from takatuf.testing.bench.overlap_labels import REPORTED

pytestmark = pytest.mark.once


@pytest.mark.parametrize("what", ["recall", "precision"])
@pytest.mark.parametrize("name", REPORTED)
def test_the_bench_holds_every_set_that_is_opened_to_report_against_the_bar(
    name: str, what: str
) -> None:
    """It prints what it has words for, so a set without any would go unseen."""
    _words, unit, bar, at_least = TARGETS[f"overlaps_{name}_{what}_all"]
    assert (unit, bar, at_least) == ("share", 0.95, True)
