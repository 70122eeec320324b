"""Who is who: the organisations of an incident, under which names they go, who may be one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.activities.queries import Wanted, activities_of
from takatuf.coordination.services import merge_organisations, unmerge_organisation
from takatuf.coordination.whoiswho import (
    asked_first,
    keys_named,
    merged_into,
    names_of,
    organisations_here,
    organisations_of,
    proposals_of,
    questions_about,
    several_among,
)
from takatuf.desk.activities.lines import lines_of
from takatuf.desk.activities.parts import part_page
from takatuf.desk.shortcuts import (
    Request,
    address,
    at_incident,
    carried_out,
    page_of,
    pressed,
)
from takatuf.foundation.errors import NotFound
from takatuf.foundation.text import isolated
from takatuf.network.access import (
    check_may_sort_organisations,
    may_sort_organisations,
    organisation_for,
)
from takatuf.network.services import (
    add_name,
    edit_organisation,
    keep_apart,
    read_names,
    remove_name,
)
from takatuf.network.vocabulary import AgencyKind, Level, Sign
from takatuf.ui.forms import WordsInput, by_name

if TYPE_CHECKING:
    from takatuf.incidents.models import Incident
    from takatuf.network.models import Organisation

PROPOSED_AT_ONCE = 6


class FindForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Find an organisation"),
        required=False,
        max_length=100,
        widget=WordsInput,
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Another name, or its letters"), max_length=200, widget=WordsInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The form beside it has a name too: the one under which the organisation stands.
        kwargs.setdefault("auto_id", "id_another_%s")
        super().__init__(*args, **kwargs)


class NamesForm(forms.Form):
    """A list of names, as it is copied out of a spreadsheet."""

    lines = forms.CharField(
        label=gettext_lazy(
            "One organisation on each line, its names apart by a tab or a semicolon"
        ),
        help_text=gettext_lazy("Ministry of Health; MoH; وزارة الصحة"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Where the list comes from"), max_length=200, widget=WordsInput
    )

    def names(self) -> list[list[str]]:
        """The names of each line that is not empty."""
        told = self.cleaned_data["lines"].splitlines()
        return [re.split(r"[;\t؛]", line) for line in told if line.strip()]


class OrganisationForm(forms.Form):
    """What is known of an organisation."""

    name = forms.CharField(
        label=gettext_lazy("Name under which it stands"), max_length=200, widget=WordsInput
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level of government"),
        choices=[("", gettext_lazy("Not known")), *Level.choices],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Not known")), *AgencyKind.choices],
        required=False,
    )


class MergeForm(forms.Form):
    other = forms.TypedChoiceField(label=gettext_lazy("The same as"), coerce=UUID)

    def __init__(self, *args: Any, others: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose an organisation")),
            *by_name((str(each.pk), each) for each in others),
        ]


@require_safe
@at_incident
def organisations(request: Request, incident: Incident) -> HttpResponse:
    """Who is at work here, and, for those who say so, who of them may be one."""
    sorts = may_sort_organisations(request.actor, incident.city_id)
    form = FindForm(request.GET)
    found = organisations_of(incident, whole_city=sorts)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if words:
        found = found.filter(pk__in=keys_named(incident.city, words))
    proposed = asked_first(proposals_of(incident.city)) if sorts and not words else []
    waiting = page_of(request, proposed, PROPOSED_AT_ONCE, name="pairs")
    page = page_of(request, found)
    return part_page(
        request,
        incident,
        "organisations",
        "desk/activities/organisations.html",
        form=form,
        page=page,
        words=words,
        waiting=waiting,
        several=several_among(page.object_list),
        questions=questions_about(incident, list(waiting.object_list)),
        may_sort=sorts,
        list_url=_list(incident),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def names(request: Request, incident: Incident) -> HttpResponse:
    """Take in a list of names, so that organisations are known under all of them."""
    check_may_sort_organisations(request.actor, incident.city)
    form = NamesForm(request.POST or None)
    done = carried_out(
        request,
        form,
        lambda: read_names(
            request.actor,
            incident.city,
            form.names(),
            source=form.cleaned_data["source"],
            now=timezone.now(),
        ),
    )
    if done is not None:
        said = _(
            "Read. New names: %(names)s; new organisations: %(organisations)s; pairs that may be "
            "one and wait for your answer: %(proposed)s."
        )
        messages.success(request, said % done._asdict())
        return redirect("desk:organisations", incident.city.slug, incident.number)
    return part_page(
        request,
        incident,
        "organisations",
        "desk/activities/organisation-names.html",
        page_title=_("Read a list of names"),
        status=422 if form.errors else 200,
        form=form,
    )


def _shown(request: Request, incident: Incident, pk: UUID) -> Organisation:
    """The organisation, for those who sort them; for others where it has an entry here."""
    if may_sort_organisations(request.actor, incident.city_id):
        return organisation_for(request.actor, incident.city, pk)
    if pk not in set(organisations_here(incident)):
        raise NotFound
    return organisations_of(incident, whole_city=False).select_related("agency").get(pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_incident
def organisation(request: Request, incident: Incident, organisation: UUID) -> HttpResponse:
    """One organisation: its names, what it does here, what was merged into it; and the form
    that changes what is known of it."""
    found = _shown(request, incident, organisation)
    if request.method == "POST":
        check_may_sort_organisations(request.actor, incident.city)
    form = OrganisationForm(
        request.POST or None,
        initial={"name": found.name, "level": found.level, "kind": found.kind},
    )
    done = carried_out(
        request,
        form,
        lambda: edit_organisation(request.actor, found, now=timezone.now(), **form.cleaned_data),
        _("Saved."),
    )
    if done is not None:
        return redirect(_address(incident, found.pk))
    return _page(request, incident, found, form=form)


def _page(
    request: Request, incident: Incident, found: Organisation, **forms_of: Any
) -> HttpResponse:
    now = timezone.now()
    sorts = may_sort_organisations(request.actor, incident.city_id)
    wanted = Wanted(organisation=found.pk, status="all")
    page = page_of(request, activities_of(incident, wanted, now=now))
    others = (
        [each for each in organisations_of(incident, whole_city=True) if each.pk != found.pk]
        if sorts and found.merged_into_id is None
        else []
    )
    context: dict[str, Any] = {
        "form": OrganisationForm(
            initial={"name": found.name, "level": found.level, "kind": found.kind}
        ),
        "name_form": NameForm(),
        "merge_form": MergeForm(others=others) if others else None,
    } | forms_of
    wrong = any(getattr(form, "errors", None) for form in context.values())
    return part_page(
        request,
        incident,
        "organisations",
        "desk/activities/organisation.html",
        page_title=str(found),
        status=422 if wrong else 200,
        organisation=found,
        names=names_of(found),
        merged=merged_into(found),
        several=several_among([found]).get(found.pk, ()),
        page=page,
        lines=lines_of(page.object_list, incident.phase, now),
        may_sort=sorts,
        **context,
    )


@require_POST
@at_incident
def name_add(request: Request, incident: Incident, organisation: UUID) -> HttpResponse:
    """Note another name."""
    check_may_sort_organisations(request.actor, incident.city)
    found = organisation_for(request.actor, incident.city, organisation)
    form = NameForm(request.POST)
    done = carried_out(
        request,
        form,
        lambda: add_name(
            request.actor,
            found,
            form.cleaned_data["name"],
            source=request.actor.name,
            now=timezone.now(),
        ),
        _("The name is noted."),
    )
    if done is not None:
        return redirect(_address(incident, found.pk))
    return _page(request, incident, found, name_form=form)


@require_POST
@at_incident
def name_remove(
    request: Request, incident: Incident, organisation: UUID, name: UUID
) -> HttpResponse:
    """Take a name away."""
    check_may_sort_organisations(request.actor, incident.city)
    found = organisation_for(request.actor, incident.city, organisation)
    one = names_of(found).filter(pk=name).first()
    if one is None:
        raise NotFound
    return pressed(
        request,
        lambda: remove_name(request.actor, one, now=timezone.now()),
        _("“%(name)s” is no name of it any more. Add it again where that was a mistake.")
        % {"name": one.name},
        _address(incident, found.pk),
    )


@require_POST
@at_incident
def merge(request: Request, incident: Incident, organisation: UUID) -> HttpResponse:
    """Say that another organisation is the same as this one."""
    check_may_sort_organisations(request.actor, incident.city)
    kept = organisation_for(request.actor, incident.city, organisation)
    others = [each for each in organisations_of(incident, whole_city=True) if each != kept]
    form = MergeForm(request.POST, others=others)

    def act() -> object:
        gone = organisation_for(request.actor, incident.city, form.cleaned_data["other"])
        return merge_organisations(
            request.actor, kept, gone, reasons=_reasons(request), now=timezone.now()
        )

    from_list = "from-list" in request.POST
    said = (
        _(
            "One now: “%(name)s”, with both names and everything that they do. It can be undone "
            "on its page."
        )
        % {"name": isolated(kept)}
        if from_list
        else _("They are one now, with everything that they do. This can be undone on this page.")
    )
    done = carried_out(request, form, act, said)
    if done is not None:
        return redirect(_list(incident) if from_list else _address(incident, kept.pk))
    return _page(request, incident, kept, merge_form=form)


@require_POST
@at_incident
def apart(request: Request, incident: Incident, organisation: UUID, other: UUID) -> HttpResponse:
    """Say that two that were proposed as one are two."""
    check_may_sort_organisations(request.actor, incident.city)
    one = organisation_for(request.actor, incident.city, organisation)
    two = organisation_for(request.actor, incident.city, other)
    return pressed(
        request,
        lambda: keep_apart(request.actor, one, two, reasons=_reasons(request), now=timezone.now()),
        _("They stay two. They are not proposed again; who learns more merges them by hand."),
        _list(incident),
    )


@require_POST
@at_incident
def unmerge(request: Request, incident: Incident, organisation: UUID) -> HttpResponse:
    """Take a merged organisation out of the other again."""
    check_may_sort_organisations(request.actor, incident.city)
    gone = organisation_for(request.actor, incident.city, organisation)
    return pressed(
        request,
        lambda: unmerge_organisation(request.actor, gone, now=timezone.now()),
        _("They are two again, each with what it did."),
        _address(incident, gone.pk),
    )


def _reasons(request: Request) -> list[str]:
    return [code for code in request.POST.getlist("reason") if code in Sign.values]


def _list(incident: Incident) -> str:
    return address("organisations", incident.city.slug, incident.number)


def _address(incident: Incident, pk: UUID) -> str:
    return address("organisation", incident.city.slug, incident.number, pk)
