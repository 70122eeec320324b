"""The list of what a refused form still needs."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override


class Asked(forms.Form):
    what = forms.CharField(label="What happened?")
    same = forms.CharField(label="ماذا جرى؟")
    place = forms.CharField(label="Place")


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_a_question_is_followed_by_its_error_without_a_colon(language):
    with override(language):
        summary = render_to_string("ui/parts/summary.html", {"form": Asked({})})
    assert "What happened? " in summary
    assert "ماذا جرى؟ " in summary
    assert "Place:" in summary or "Place\N{NO-BREAK SPACE}:" in summary
