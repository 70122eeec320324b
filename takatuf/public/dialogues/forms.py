"""The forms by which somebody without an account comes to a dialogue."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from takatuf.public.forms import OpenForm
from takatuf.ui.forms import WordsArea, WordsInput

LONGEST_NEEDS = 1000


def _languages() -> list[tuple[str, str]]:
    return [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


class NeedsForm(forms.Form):
    needs = forms.CharField(
        label=_("What you need in order to take part"),
        max_length=LONGEST_NEEDS,
        required=False,
        widget=WordsArea({"rows": 3}),
        help_text=_("Access, a language of interpretation, an assistant. No diagnosis, please."),
    )


class RegisterForm(NeedsForm, OpenForm):
    """Who wants to come. Nothing is asked that the hosts do not need."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=WordsInput)
    city = forms.CharField(label=_("City or organisation"), max_length=120, widget=WordsInput)
    office = forms.CharField(label=_("Your office there"), max_length=120, widget=WordsInput)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("You get a letter with a link by which you confirm."),
    )
    language = forms.ChoiceField(label=_("Language of our letters to you"), choices=_languages)
    field_order = ("name", "city", "office", "email", "language", "needs")
