"""Whom the city calls: agencies, people in call order, turns of duty, lists taken in."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from takatuf.coordination.queries import holdings_of
from takatuf.coordination.services import let_go
from takatuf.desk.contacts.forms import (
    AgencyForm,
    AreasFileForm,
    EndForm,
    FindForm,
    PartnersFileForm,
    PersonForm,
    PostForm,
    ReachedForm,
    TurnFormSet,
    shifts_in,
    turns_of,
    week_of,
)
from takatuf.desk.prepare import parts_of_prepare
from takatuf.desk.shortcuts import (
    Request,
    address,
    carried_out,
    desk_page,
    in_city,
    page_of,
    pressed,
)
from takatuf.foundation.crypto import CannotRead, seal, unseal
from takatuf.foundation.errors import NotFound, Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import isolated
from takatuf.journal.access import may_read
from takatuf.network import services
from takatuf.network.access import (
    agency_for,
    check_may_plan,
    may_make_password_link,
    may_plan,
    may_set_rota,
    membership_for,
)
from takatuf.network.queries import areas_of, colleagues_of, contacts_of, declined_in, name_in
from takatuf.plans.access import may_read_phone_tree
from takatuf.translation.queries import in_language

if TYPE_CHECKING:
    from takatuf.network.models import Agency, City, Membership

DECLINED_SHOWN = timedelta(days=30)
KEPT_SECONDS = 30 * 60  # between the trial and its confirmation


def _page(
    request: Request, city: City, template: str, page_title: str, **context: Any
) -> HttpResponse:
    trail = [(_("Contacts"), address("contacts", city.slug))]
    return desk_page(
        request,
        f"desk/contacts/{template}.html",
        here="prepare",
        city=city,
        page_title=page_title,
        may_plan=may_plan(request.actor, city.pk),
        may_ring=may_read_phone_tree(request.actor, city.pk),
        **{"trail": trail} | context,
    )


@require_safe
@in_city
def contacts(request: Request, city: City) -> HttpResponse:
    """The agencies that the city calls, each with whom it calls first."""
    form = FindForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data.get("q", "")
    retired = "retired" in request.GET
    page = page_of(request, contacts_of(city, timezone.now(), wanted=wanted, retired=retired))
    return _page(
        request,
        city,
        "contacts",
        _("Contacts"),
        trail=[],
        form=form,
        page=page,
        agencies=[_shown(agency) for agency in page.object_list],
        wanted=wanted,
        retired=retired,
        areas=areas_of(city).count(),
        declined=list(declined_in(city, timezone.now() - DECLINED_SHOWN)[:20])
        if may_plan(request.actor, city.pk)
        else [],
        parts=parts_of_prepare(city, "contacts"),
        journal_url=address("journal", city.slug) if may_read(request.actor, city.log) else "",
    )


def _shown(agency: Any) -> dict[str, Any]:
    """An agency with its name in the reader's language, and whom it sends first."""
    called = [post for post in agency.posts if post.call_order]
    first = [post for post in called if post.call_order == called[0].call_order]
    return {
        "agency": agency,
        "name": name_in(agency.names, agency.name, get_language() or "en"),
        "first": first,
        "called": called,
        "posts": agency.posts,
    }


@require_safe
@in_city
def printed(request: Request, city: City) -> HttpResponse:
    """The whole list for paper: every agency, its people in call order, their numbers."""
    return _page(
        request,
        city,
        "print",
        _("Contact list"),
        agencies=[_shown(agency) for agency in contacts_of(city, timezone.now())],
        reader=request.actor.name,
    )


def _agency(request: Request, city: City, pk: UUID) -> Agency:
    agency = agency_for(request.actor, pk)
    if agency.city_id != city.pk:
        raise NotFound
    return agency


def _post(request: Request, city: City, pk: UUID) -> Membership:
    post = membership_for(request.actor, pk)
    if post.agency.city_id != city.pk:
        raise NotFound
    return post


@require_safe
@in_city
def agency(request: Request, city: City, pk: UUID) -> HttpResponse:
    """One agency: how many must answer, its people in call order, the week of duty."""
    wanted = _agency(request, city, pk)
    shown = _shown(contacts_of(city, timezone.now(), retired=True).get(pk=wanted.pk))
    week = week_of(city.country)
    rota = [
        (post, [[turn for turn in post.shifts.all() if turn.weekday == day] for day in week])
        for post in shown["posts"]
        if post.shifts.all()
    ]
    return _page(
        request,
        city,
        "agency",
        shown["name"],
        week=[WEEKDAYS[day] for day in week],
        rota=rota,
        minutes=AgencyForm.initial_of(wanted)["answer_minutes"],
        may_set_rota=may_set_rota(request.actor, wanted),
        waiting=may_plan(request.actor, city.pk)
        and not all(post.person.has_joined for post in shown["posts"]),
        **shown,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def add_agency(request: Request, city: City) -> HttpResponseBase:
    """Add an agency to those that the city calls."""
    check_may_plan(request.actor, city)
    form = AgencyForm(request.POST or None, languages=city.languages)
    return _form_page(
        request,
        city,
        form,
        _("Add an agency"),
        _("Add this agency"),
        lambda: services.create_agency(request.actor, city, now=timezone.now(), **form.values()),
        address("contacts", city.slug),
        _("The agency was added. Now say who is called there."),
        then=lambda made: address("agency", city.slug, made.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def edit_agency(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """Change what is known of an agency."""
    check_may_plan(request.actor, city)
    found = _agency(request, city, pk)
    form = AgencyForm(
        request.POST or None, languages=city.languages, initial=AgencyForm.initial_of(found)
    )
    return _form_page(
        request,
        city,
        form,
        _("Change the agency"),
        _("Save the changes"),
        lambda: services.edit_agency(
            request.actor, found, now=timezone.now(), **form.values(dict(found.names))
        ),
        address("agency", city.slug, pk),
        _("The changes are saved."),
        trail=_to(found),
    )


def _to(agency: Agency) -> list[tuple[str, str]]:
    """The trail to an agency's page."""
    slug = agency.city.slug
    return [
        (_("Contacts"), address("contacts", slug)),
        (str(agency), address("agency", slug, agency.pk)),
    ]


def _form_page(
    request: Request,
    city: City,
    form: Form,
    title: str,
    button: str,
    act: Callable[[], Any],
    back: str,
    said: str,
    then: Callable[[Any], str] | None = None,
    **context: Any,
) -> HttpResponseBase:
    """A page with one form: shown, or carried out and left."""
    done = carried_out(request, form, act, said)
    if done is not None:
        return redirect(then(done) if then else back)
    return _page(request, city, "form", title, form=form, button=button, back_url=back, **context)


@require_POST
@in_city
def retire(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """Call the agency no more."""
    found = _agency(request, city, pk)
    return pressed(
        request,
        lambda: services.retire_agency(request.actor, found, now=timezone.now()),
        _("The agency is not called any more. Bring it back here if that was a slip."),
        address("agency", city.slug, pk),
    )


@require_POST
@in_city
def restore(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """Call a retired agency again."""
    found = _agency(request, city, pk)
    return pressed(
        request,
        lambda: services.restore_agency(request.actor, found, now=timezone.now()),
        _("The agency is called again."),
        address("agency", city.slug, pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def add_person(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """Give a person a post in the agency."""
    check_may_plan(request.actor, city)
    found = _agency(request, city, pk)
    form = PersonForm(request.POST or None, initial={"language": city.language})
    return _form_page(
        request,
        city,
        form,
        _("Add a person to %(agency)s") % {"agency": found},
        _("Add this person"),
        lambda: services.give_post(request.actor, found, now=timezone.now(), **form.cleaned_data),
        address("agency", city.slug, pk),
        _("The person was added."),
        lambda post: _reached(request, post, form),
        trail=_to(found),
    )


def _reached(request: Request, post: Membership, form: Form) -> str:
    """To the agency; and what its clerk should know of how the person is reached."""
    person, told = post.person, form.cleaned_data
    if person.name != told["name"]:
        messages.warning(
            request,
            _(
                "%(email)s is the address of somebody who was here already: %(name)s. Name, "
                "number and language stay as they were."
            )
            % {"email": person.reached_at, "name": isolated(person.name)},
        )
    if person.phone and not person.phone.startswith("+"):
        messages.warning(
            request,
            _("The phone number %(number)s has no country code; no SMS can reach it.")
            % {"number": f"\u2066{person.phone}\u2069"},
        )
    return address("agency", post.agency.city.slug, post.agency_id)


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def edit_post(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """Change a person's role or the step at which they are called."""
    check_may_plan(request.actor, city)
    post = _post(request, city, pk)
    form = PostForm(
        request.POST or None, initial={"role": post.role, "call_order": post.call_order}
    )
    back = address("agency", city.slug, post.agency_id)
    done = carried_out(
        request,
        form,
        lambda: services.change_post(request.actor, post, now=timezone.now(), **form.cleaned_data),
        _("The changes are saved."),
    )
    if done is not None:
        return redirect(back)
    return _page(
        request,
        city,
        "post",
        _("Post of %(person)s") % {"person": post.person.name},
        form=form,
        post=post,
        may_link=may_make_password_link(request.actor, post.person, timezone.now()),
        trail=_to(post.agency),
        back_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def edit_person(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """Correct the name, the number or the language of somebody whom the city calls."""
    check_may_plan(request.actor, city)
    post = _post(request, city, pk)
    person = post.person
    form = ReachedForm(
        request.POST or None,
        initial={"name": person.name, "phone": person.phone, "language": person.language},
    )
    return _form_page(
        request,
        city,
        form,
        _("How %(person)s is reached") % {"person": person.name},
        _("Save the changes"),
        lambda: services.correct_contact(
            request.actor, post, now=timezone.now(), **form.cleaned_data
        ),
        address("edit-post", city.slug, post.pk),
        _("The changes are saved."),
        lambda _person: _reached(request, post, form),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def end_post(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """End a person's post now, with all that they hold before one's eyes, and who gets it."""
    check_may_plan(request.actor, city)
    post = _post(request, city, pk)
    now = timezone.now()
    held = holdings_of(post, now)
    form = EndForm(request.POST or {}, people=colleagues_of(city, now), leaver=post.person)
    if request.method != "POST":
        return _page(
            request,
            city,
            "end",
            _("End the post of %(person)s") % {"person": post.person.name},
            form=form if held.is_last and held.tasks else None,
            post=post,
            held=held,
            tasks=[(task, in_language(task.title, get_language() or "en")) for task in held.tasks],
            trail=_to(post.agency),
            back_url=address("edit-post", city.slug, pk),
        )
    if not form.is_valid():
        messages.error(request, _("Choose a person who serves this city."))
        return redirect(address("end-post", city.slug, pk))
    said = _("The post has ended; nobody is called for it any more.")
    if held.is_last and held.count:
        said += " " + (
            _("Actions handed over: %(count)s.")
            if form.heir()
            else _("Actions open again: %(count)s.")
        ) % {"count": held.count}
    return pressed(
        request,
        lambda: let_go(request.actor, post, to=form.heir(), now=now),
        said,
        address("agency", city.slug, post.agency_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def make_password_link(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """A link with which a person chooses a password, shown once to whoever hands it over."""
    post = _post(request, city, pk)
    back = address("edit-post", city.slug, pk)
    if request.method != "POST":  # the page in another language, or come back to
        return redirect(back)
    try:
        link = services.make_password_link(
            request.actor, post.person, city=city, now=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return _page(
        request,
        city,
        "password_link",
        _("A link for %(person)s") % {"person": post.person.name},
        link=link,
        post=post,
        back_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def duty(request: Request, city: City, pk: UUID) -> HttpResponseBase:
    """A person's weekly turns of duty, in the city's own time."""
    post = _post(request, city, pk)
    if not may_set_rota(request.actor, post.agency):
        check_may_plan(request.actor, city)
    formset = TurnFormSet(
        request.POST or None,
        initial=turns_of(post.shifts.all()),
        form_kwargs={"week": week_of(city.country)},
    )
    back = address("agency", city.slug, post.agency_id)
    refused = ""
    if request.method == "POST" and formset.is_valid():
        try:
            services.set_shifts(request.actor, post, shifts_in(formset), now=timezone.now())
            messages.success(request, _("The turns of duty are saved."))
            return redirect(back)
        except Refused as refusal:
            refused = str(refusal)
    return _page(
        request,
        city,
        "duty",
        _("Duty of %(person)s") % {"person": post.person.name},
        formset=formset,
        post=post,
        trail=_to(post.agency),
        refused=refused,
        back_url=back,
    )


# Lists taken in


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def import_partners(request: Request, city: City) -> HttpResponseBase:
    """Take in a contact list: first tried and shown, then, when confirmed, written."""
    check_may_plan(request.actor, city)
    if "kept" in request.POST:
        return _confirmed(request, city)
    form = PartnersFileForm(request.POST or None, request.FILES or None)
    report = carried_out(
        request,
        form,
        lambda: services.import_partners(
            request.actor,
            city,
            form.cleaned_data["file"],
            encoding=form.cleaned_data["encoding"] or None,
            dry_run=True,
            now=timezone.now(),
        ),
    )
    kept = ""
    if report is not None:
        kept = _keep(request, city, form.cleaned_data["file"], form.cleaned_data["encoding"])
    return _partners_page(request, city, form, report, kept)


def _partners_page(
    request: Request, city: City, form: Form, report: dict[str, Any] | None, kept: str = ""
) -> HttpResponse:
    return _page(
        request,
        city,
        "import_partners",
        _("Take in a contact list"),
        form=form,
        report=report,
        kept=kept,
        changes=bool(report and report["new"] + report["updated"]),
    )


def _cache_key(request: Request, city: City, kept: str) -> str:
    return f"partners:{city.pk}:{request.actor.person_id}:{kept}"


def _keep(request: Request, city: City, data: bytes, encoding: str) -> str:
    """Keep the file, sealed, until it is confirmed; nobody else's hands reach it."""
    kept = str(uuid7())
    sealed = seal(f"{encoding}|{b64encode(data).decode()}")
    cache.set(_cache_key(request, city, kept), sealed, KEPT_SECONDS)
    return kept


def _confirmed(request: Request, city: City) -> HttpResponseBase:
    kept = request.POST["kept"][:64]
    form = PartnersFileForm()
    try:
        encoding, _bar, data = unseal(cache.get(_cache_key(request, city, kept)) or "").partition(
            "|"
        )
    except CannotRead:
        data = ""
    if not data:
        messages.error(request, _("The trial is too old. Choose the file again."))
        return redirect("desk:import-partners", city.slug)
    try:
        report = services.import_partners(
            request.actor, city, b64decode(data), encoding=encoding or None, now=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:import-partners", city.slug)
    cache.delete(_cache_key(request, city, kept))
    messages.success(request, _("The list was taken in."))
    return _partners_page(request, city, form, report)


@require_http_methods(["GET", "HEAD", "POST"])
@in_city
def import_areas(request: Request, city: City) -> HttpResponse:
    """Take in the city's districts from a file."""
    check_may_plan(request.actor, city)
    form = AreasFileForm(request.POST or None, request.FILES or None)
    report = carried_out(
        request,
        form,
        lambda: services.import_areas(
            request.actor,
            city,
            form.cleaned_data["file"],
            name_property=form.cleaned_data["name_property"] or None,
            id_property=form.cleaned_data["id_property"] or None,
            now=timezone.now(),
        ),
        _("The districts were taken in."),
    )
    return _page(request, city, "import_areas", _("Take in districts"), form=form, report=report)
