"""The forms of whoever wants to join."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from takatuf.accounts.rules import sends_letters
from takatuf.network.places import countries_in
from takatuf.network.rules import APPLICATION_LENGTHS as LENGTHS
from takatuf.network.vocabulary import Applying, Proof
from takatuf.public.forms import OpenForm
from takatuf.ui.forms import WordsArea, WordsInput, needed_for

KINDS = "application/pdf,image/png,image/jpeg"


class Upload(forms.FileField):
    """A file whose name is nobody's matter: what it is, its content tells, and its name may be
    as long and as odd as it likes."""

    widget = forms.FileInput(attrs={"accept": KINDS})

    def to_python(self, data: Any) -> bytes:  # type: ignore[override]
        if data in self.empty_values:
            return b""
        return b"" if data.size == 0 else data.read(5 * 1024 * 1024 + 1)


class JoinForm(OpenForm):
    authority = forms.CharField(
        label=_("Name of your authority"),
        max_length=LENGTHS["authority"],
        widget=WordsInput,
        help_text=_("As it calls itself, in its own language: City of Oslo, بلدية عمّان"),
    )
    level = forms.ChoiceField(
        label=_("Its level of government"), choices=Applying.choices, widget=forms.RadioSelect
    )
    country = forms.ChoiceField(label=_("Country"))
    website = forms.CharField(
        label=_("Its official website"),
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "url", "dir": "ltr", "autocomplete": "url"}),
        help_text=_("For example https://www.our-town.example"),
    )
    contact_name = forms.CharField(
        label=_("Your name"),
        max_length=LENGTHS["name"],
        widget=WordsInput(attrs={"autocomplete": "name"}),
    )
    office = forms.CharField(
        label=_("Your office"),
        max_length=LENGTHS["office"],
        widget=WordsInput(attrs={"autocomplete": "organization-title"}),
        help_text=_("What you are there: mayor, head of civil protection, secretary general"),
    )
    email = forms.EmailField(
        label=_("Your official e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_(
            "We send a link to it at once. Nobody reads your application before you open it."
        ),
    )
    proof = forms.ChoiceField(
        label=_("How do you show that you hold this office?"),
        choices=Proof.choices,
        widget=forms.RadioSelect,
    )
    document = needed_for(
        _("for a document"),
        Upload(
            label=_("The document"),
            required=False,
            help_text=_(
                "PDF, PNG or JPEG, at most 5 MB. It is kept sealed and deleted afterwards."
            ),
        ),
    )
    letter_reference = needed_for(
        _("for a letter"),
        forms.CharField(
            label=_("Number and date of the letter, and where it can be looked up"),
            max_length=LENGTHS["letter"],
            required=False,
            widget=WordsInput,
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sends_letters():
            self.fields["email"].help_text = ""
        named = countries_in(get_language() or "en")
        self.fields["country"].choices = [("", ""), *named.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        needed = {Proof.DOCUMENT: "document", Proof.LETTER: "letter_reference"}
        field = needed.get(told.get("proof", ""))
        if field and not told.get(field) and field not in self.errors:
            said = _("Choose the file.") if field == "document" else _("Fill this in.")
            self.add_error(field, said)
        return told


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=_("Your answer"),
        max_length=LENGTHS["words"],
        required=False,
        widget=WordsArea({"rows": 4}),
    )
    document = Upload(
        label=_("Another document"),
        required=False,
        help_text=_("PDF, PNG or JPEG, at most 5 MB. It takes the place of the one sent before."),
    )
