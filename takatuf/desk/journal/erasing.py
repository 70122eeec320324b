"""Erasing a person's name beside the record, where they ask for it: the proof still holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from takatuf.desk.journal.views import at_journal
from takatuf.desk.shortcuts import Request, address, carried_out, desk_page
from takatuf.foundation.errors import NotFound
from takatuf.journal.access import check_may_erase
from takatuf.journal.services import erase_names
from takatuf.network.queries import everyone_in
from takatuf.ui.forms import by_name

if TYPE_CHECKING:
    from takatuf.accounts.models import Person
    from takatuf.network.models import City


class EraseForm(forms.Form):
    person = forms.TypedChoiceField(
        label=gettext_lazy("Whose name?"),
        coerce=UUID,
        error_messages={"required": gettext_lazy("Choose whose name is to be erased.")},
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I know that nobody can bring it back."),
        error_messages={"required": gettext_lazy("Tick this, since it cannot be undone.")},
    )

    def __init__(self, *args: object, people: Iterable[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        lines = [(str(one.pk), f"{one.name} · {one.reached_at}") for one in people]
        self.fields["person"].choices = [("", _("Choose")), *by_name(lines)]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@at_journal
def erase(request: Request, city: City | None) -> HttpResponse:
    """Erase a person's name and its salt beside every entry of the city's journal."""
    if city is None:
        raise NotFound
    check_may_erase(request.actor, city.log)
    form = EraseForm(request.POST or None, people=everyone_in(city))
    erased = carried_out(
        request,
        form,
        lambda: erase_names(request.actor, form.cleaned_data["person"], now=timezone.now()),
    )
    if erased is not None:
        words = ngettext(
            "The name is gone from %(count)s entry.", "The name is gone from %(count)s entries.",
            erased,
        )  # fmt: skip
        messages.success(request, words % {"count": erased})
        return redirect("desk:journal", city.slug)
    return desk_page(
        request,
        "desk/journal/erase.html",
        here="",
        city=city,
        page_title=_("Erase a name from the journal"),
        trail=[(_("Journal"), address("journal", city.slug))],
        form=form,
    )
