"""Links that are their own proof."""

from uuid import UUID

import pytest

from takatuf.foundation.errors import NotFound
from takatuf.foundation.ids import uuid7
from takatuf.foundation.tokens import id_in, token_of

pytestmark = pytest.mark.once
ONE = UUID("01930000-0000-7000-8000-0000000000ff")


@pytest.mark.parametrize(("mac_bytes", "characters"), [(8, 32), (16, 43)])
def test_a_token_leads_to_what_it_was_made_for(mac_bytes, characters):
    token = token_of(ONE, "letters", mac_bytes=mac_bytes)
    assert len(token) == characters
    assert id_in(token, "letters", mac_bytes=mac_bytes) == ONE


def test_it_is_good_for_one_purpose_and_one_thing():
    token = token_of(ONE, "letters")
    other = token_of(uuid7(), "letters")
    for wrong in (token_of(ONE, "keys"), other[:22] + token[22:], token[:-2] + "AA"):
        with pytest.raises(NotFound):
            id_in(wrong, "letters")


@pytest.mark.parametrize("written", ["{}=", "{}\n", " {}", "{}A", "", "ä", "AAAA", "A" * 500])
def test_it_is_written_in_one_way(written):
    with pytest.raises(NotFound):
        id_in(written.format(token_of(ONE, "letters")), "letters")


def test_a_link_outlives_a_new_secret_for_as_long_as_the_old_one_is_known(settings):
    token = token_of(ONE, "letters")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert id_in(token, "letters") == ONE
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotFound):
        id_in(token, "letters")
