"""Whole numbers, typed as the pages write them."""

import pytest
from django import forms
from django.utils.translation import override

from takatuf.ui.forms import CountInput

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "language", "read"),
    [
        ("1200", "en", "1200"),
        ("1,200", "en", "1200"),
        ("12,345,678", "ar", "12345678"),
        ("1\u202f200", "fr", "1200"),
        ("1\u00a0200", "fr", "1200"),
        ("١٬٢٠٠", "ar", "١٢٠٠"),
        ("1,200", "fr", "1,200"),
        ("12,34", "en", "12,34"),
        ("1 20", "fr", "1 20"),
        ("-3", "en", "-3"),
        ("", "en", ""),
    ],
)
def test_marks_between_thousands_are_no_fault(typed, language, read):
    with override(language):
        assert CountInput().value_from_datadict({"many": typed}, {}, "many") == read


def test_what_is_left_out_stays_left_out():
    assert CountInput().value_from_datadict({}, {}, "many") is None
    assert forms.IntegerField(widget=CountInput).clean("١٢٠٠") == 1200
