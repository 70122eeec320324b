"""What has much to do begins with room for its calls."""

import sys

import pytest

from takatuf.foundation.stack import SLOTS, with_room

pytestmark = pytest.mark.once


def test_room_changes_nothing_of_what_is_done():
    assert with_room(lambda: sum(range(5))) == 10
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0)


def test_the_frame_asks_for_a_piece_of_its_own():
    frame = with_room(lambda: sys._getframe().f_back)
    assert frame.f_code.co_stacksize == SLOTS
