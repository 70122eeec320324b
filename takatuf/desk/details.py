"""A person's own particulars: how they are called, and in which language they read."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from takatuf.accounts import services
from takatuf.desk.shortcuts import Request, carried_out, desk_page
from takatuf.ui.forms import WordsInput


class DetailsForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), widget=WordsInput, max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Mobile phone"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("With + and the country code: your city calls you there by SMS."),
        widget=forms.TextInput({"type": "tel", "dir": "ltr"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.SPOKEN_LANGUAGES,
        help_text=gettext_lazy("In it your desk opens, and messages come."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: Request) -> HttpResponse:
    """Correct one's own name and number; choose the language of pages and messages."""
    person = request.user
    first = {name: getattr(person, name) for name in ("name", "phone", "language")}
    form = DetailsForm(request.POST or None, initial=first)

    def act() -> str:
        now, told = timezone.now(), form.cleaned_data
        changed = {name: told[name] for name in form.changed_data if name != "language"}
        services.correct_person(request.actor, person, **changed, now=now)  # type: ignore[arg-type]
        services.set_language(request.actor, person, told["language"], now)  # type: ignore[arg-type]
        return str(told["language"])

    language = carried_out(request, form, act, _("The changes are saved."))
    if language is not None:
        return redirect(f"/{language}/desk/details/")
    return desk_page(request, "desk/details.html", here="", page_title=_("Your details"), form=form)
