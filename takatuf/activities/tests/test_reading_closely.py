"""Two texts read side by side: the encoder's file, its pieces, and what it was taught."""

import logging

import numpy as np
import pytest

from takatuf.activities.comparing.texts import TAUGHT_CLOSELY
from takatuf.foundation import closely
from takatuf.foundation.closely import Closely, Model

pytestmark = [pytest.mark.once, pytest.mark.reads_closely]


@pytest.fixture(scope="module")
def model():
    return Model(closely.file())


def test_a_text_is_put_together_from_the_likeliest_pieces(model):
    # The pieces that the package's own reader makes of them.
    assert model.tokens("query: وجبات ساخنة للعائلات في القاعة") == [
        0, 41, 1294, 12, 6, 215628, 6861, 66940, 250, 75304, 18684, 396, 240, 359, 208145, 2,
    ]  # fmt: skip
    assert model.tokens("passage: Hot meals for families, at the hall ﷺ ½") == [
        0, 46692, 12, 9903, 109911, 7, 100, 87143, 4, 99, 70, 23664, 16509, 1423, 4472, 8756,
        78660, 2,
    ]  # fmt: skip


def test_a_letter_that_no_piece_has_is_unknown_and_a_long_text_is_cut(model):
    assert model.unknown in model.tokens("𓀀")
    assert len(model.tokens("word " * 500)) == closely.MOST_TOKENS + 2


def test_the_lower_layers_read_a_text_the_same_alone_and_among_others():
    reader = Closely(TAUGHT_CLOSELY)
    texts = ["Hot meals", "وجبات ساخنة للعائلات", "Repas chauds pour les familles au gymnase"]
    together = reader.rows(texts)
    for text, rows in zip(texts, together, strict=True):
        assert np.allclose(reader.rows([text])[0], rows, atol=1e-3)


def test_the_order_of_two_texts_makes_no_difference():
    one, other = "Soutien aux endeuillés", "Visits to wounded people in hospital"
    taught = closely.odds_of(TAUGHT_CLOSELY, [(one, other), (other, one)], [True, True])
    assert taught[0] == pytest.approx(taught[1], abs=1e-3)


@pytest.mark.parametrize("damage", ["no package", "other file", "other lesson"])
def test_what_cannot_be_loaded_is_logged_once_and_none_is_said(
    damage, monkeypatch, tmp_path, caplog
):
    closely.let_go()
    taught = TAUGHT_CLOSELY
    if damage == "no package":
        monkeypatch.setattr(closely, "find_spec", lambda _name: None)
    elif damage == "other file":
        (tmp_path / "other.bin").write_bytes(b"nothing known" * 10)
        monkeypatch.setattr(closely, "file", lambda: tmp_path / "other.bin")
    else:
        taught = tmp_path / "other.npz"
        taught.write_bytes(b"no layers")
    with caplog.at_level(logging.ERROR):
        for _time in range(2):
            assert closely.odds_of(taught, [("a", "b")], [False]) is None
    closely.let_go()
    assert len([one for one in caplog.records if "side by side" in one.message]) == 1
