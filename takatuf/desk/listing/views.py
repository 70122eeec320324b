"""What the public list of members shows of the city: its mayor or coordinator chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from takatuf.desk.prepare import parts_of_prepare
from takatuf.desk.shortcuts import Request, carried_out, desk_page, in_city
from takatuf.network.access import check_may_list, may_list
from takatuf.network.services import choose_listing
from takatuf.network.vocabulary import Listing

if TYPE_CHECKING:
    from takatuf.network.models import City


class DegreesField(forms.FloatField):
    """Degrees as people write them, in Western or Arabic digits, with a point or a comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "count"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(str(int(char)) if char.isdecimal() else char for char in value)
            value = value.replace(",", ".").replace("٫", ".").replace("\u2212", "-")
        return super().to_python(value)


class ListingForm(forms.Form):
    listing = forms.ChoiceField(
        label=gettext_lazy("What does the public list show of your city?"),
        choices=Listing.choices,
        widget=forms.RadioSelect,
    )
    latitude = DegreesField(
        label=gettext_lazy("Latitude"),
        required=False,
        help_text=gettext_lazy("Degrees, south of the equator with a minus: 31.95"),
    )
    longitude = DegreesField(
        label=gettext_lazy("Longitude"),
        required=False,
        help_text=gettext_lazy("Degrees, west of Greenwich with a minus: 35.93"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def listing(request: Request, city: City) -> HttpResponse:
    """What is shown now, and for whoever may choose it the choice."""
    mine = may_list(request.actor, city.pk)
    if request.method == "POST":
        check_may_list(request.actor, city)
    shown = {name: getattr(city, name) for name in ("listing", "latitude", "longitude")}
    form = ListingForm(request.POST or None, initial=shown)
    done = carried_out(
        request,
        form,
        lambda: choose_listing(request.actor, city, now=timezone.now(), **form.cleaned_data),
        _("Saved. The public list shows it at once."),
    )
    if done is not None:
        return redirect("desk:listing", city=city.slug)
    return desk_page(
        request,
        "desk/listing/listing.html",
        here="prepare",
        page_title=_("Public list of members"),
        city=city,
        parts=parts_of_prepare(city, "listing"),
        form=form if mine else None,
        shown=Listing(shown["listing"]).label,
    )
