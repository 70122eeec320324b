"""The contact list at the desk: kept by the coordinator, seen by those who serve the city."""

import datetime
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from takatuf.activities.services import add_task, take_task
from takatuf.config import world
from takatuf.coordination.services import declare_incident
from takatuf.foundation.actors import COMMAND
from takatuf.journal.queries import entries_of
from takatuf.network.models import Agency, Membership
from takatuf.network.services import appoint

CONTACTS = "/en/desk/marsa-noor/contacts/"

LIST = (
    "agency,kind,level,person,role,e-mail,phone,language,call order\n"
    "Harbour Police,police,region,Samir,liaison,samir@example.org,+962790000077,ar,1\n"
    ",,,Nobody,,nobody@example.org,,,\n"
)


def upload(name, data):
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())


def path_of(agency):
    return f"{CONTACTS}{agency.pk}/"


def test_a_liaison_sees_whom_the_city_calls_first(desk_of, farid, bilal, chen):
    page = desk_of(farid).get(CONTACTS).content.decode()
    assert "Health Directorate" in page
    assert "Bilal" in page
    assert "Chen" not in page  # second in order
    assert "Add an agency" not in page


def test_the_list_finds_agencies_and_people(desk_of, amina, bilal, fire):
    browser = desk_of(amina)
    found = browser.get(f"{CONTACTS}?q=bilal").content.decode()
    assert "Health Directorate" in found
    assert "Fire and Rescue" not in found
    assert "No agency and no person" in browser.get(f"{CONTACTS}?q=zzz").content.decode()


def test_the_list_costs_few_statements(desk_of, amina, city, statements_of):
    for number in range(60):
        agency = world.make_agency(city, f"Agency {number:02}")
        world.make_person(f"Person {number}", (agency, "liaison"))
    count, page = statements_of(desk_of(amina), CONTACTS)
    assert count <= 8
    assert "Agency 10" in page


def test_a_coordinator_adds_an_agency_with_its_people_and_its_week(desk_of, amina, city):
    browser = desk_of(amina)
    page = browser.post(
        f"{CONTACTS}add/",
        {
            "name": "Port Ambulance",
            "name_ar": "إسعاف الميناء",
            "kind": "ambulance",
            "level": "county",
            "answers_needed": "2",
            "answer_minutes": "5",
        },
        follow=True,
    ).content.decode()
    agency = Agency.objects.get(name="Port Ambulance")
    assert agency.answer_within == datetime.timedelta(minutes=5)
    assert "<bdi>5</bdi> minutes" in page

    browser.post(
        f"{path_of(agency)}add-person/",
        {
            "name": "Huda",
            "email": "huda@example.org",
            "phone": "+962790000055",
            "language": "ar",
            "role": "liaison",
            "call_order": "1",
        },
    )
    post = agency.memberships.get()
    browser.post(
        f"{CONTACTS}posts/{post.pk}/duty/",
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "0",
            "form-0-days": ["4", "5"],
            "form-0-starts": "20:00",
            "form-0-ends": "08:00",
        },
    )
    page = browser.get(path_of(agency)).content.decode()
    assert "Huda" in page
    assert page.count("<bdi>20:00</bdi> to <bdi>08:00</bdi>") == 2
    in_arabic = browser.get(path_of(agency).replace("/en/", "/ar/")).content.decode()
    assert "إسعاف الميناء" in in_arabic
    assert '<html lang="ar" dir="rtl"' in in_arabic


def test_half_a_turn_of_duty_is_refused_and_kept_on_the_page(desk_of, amina, bilal):
    post = bilal.memberships.get()
    page = desk_of(amina).post(
        f"{CONTACTS}posts/{post.pk}/duty/",
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "0",
            "form-0-days": ["1"],
            "form-0-starts": "20:00",
        },
    )
    assert "Say from when until when." in page.content.decode()
    assert not post.shifts.exists()


def test_a_liaison_keeps_the_duty_of_the_own_agency_and_of_no_other(desk_of, farid, bilal):
    own, other = farid.memberships.get(), bilal.memberships.get()
    browser = desk_of(farid)
    assert browser.get(f"{CONTACTS}posts/{own.pk}/duty/").status_code == 200
    assert browser.get(f"{CONTACTS}posts/{other.pk}/duty/").status_code == 403


def test_an_agency_is_changed_retired_and_brought_back(desk_of, amina, fire):
    browser = desk_of(amina)
    fire.names = {"de": "Feuerwehr"}
    fire.save()
    browser.post(
        f"{path_of(fire)}edit/",
        {"name": "Fire Brigade", "kind": "fire", "level": "county", "answers_needed": "1"},
    )
    fire.refresh_from_db()
    assert (fire.name, fire.level, fire.names) == ("Fire Brigade", "county", {"de": "Feuerwehr"})
    browser.post(f"{path_of(fire)}retire/")
    assert "Fire Brigade" not in browser.get(CONTACTS).content.decode()
    assert "Fire Brigade" in browser.get(f"{CONTACTS}?retired=yes").content.decode()
    browser.post(f"{path_of(fire)}restore/")
    assert "Fire Brigade" in browser.get(CONTACTS).content.decode()


def test_a_name_that_is_taken_is_refused_beside_the_field(desk_of, amina, fire, health):
    page = desk_of(amina).post(
        f"{path_of(fire)}edit/",
        {"name": "Health Directorate", "kind": "fire", "level": "county", "answers_needed": "1"},
    )
    assert "called “Health Directorate” already" in page.content.decode()


def test_a_post_is_changed_and_ended(desk_of, amina, bilal):
    post = bilal.memberships.get()
    browser = desk_of(amina)
    browser.post(f"{CONTACTS}posts/{post.pk}/", {"role": "psychosocial", "call_order": "3"})
    post.refresh_from_db()
    assert (post.role, post.call_order) == ("psychosocial", 3)
    browser.post(f"{CONTACTS}posts/{post.pk}/end/")
    assert "Nobody is called here." in browser.get(path_of(post.agency)).content.decode()


NO_LETTERS = "django.core.mail.backends.dummy.EmailBackend"


def test_who_cannot_sign_in_gets_a_link_that_serves_once(desk_of, client, amina, bilal, settings):
    settings.EMAIL_BACKEND = NO_LETTERS
    post = bilal.memberships.get()
    browser = desk_of(amina)
    page = browser.get(f"{CONTACTS}posts/{post.pk}/").content.decode()
    assert "has not chosen a password yet" in page

    page = browser.post(f"{CONTACTS}posts/{post.pk}/password-link/").content.decode()
    path = re.search(r"http://127.0.0.1:8000(/ar/begin/[^<]+)", page)[1]
    assert client.get(path).status_code == 200
    words = {"password1": "six-quiet-boats", "password2": "six-quiet-boats"}
    assert client.post(path, words | {"password2": "other"}).status_code == 200
    assert client.post(path, words).status_code == 302
    bilal.refresh_from_db()
    assert bilal.check_password("six-quiet-boats")
    for answer in (client.get(path), client.post(path, words)):
        assert answer.status_code == 404

    assert browser.get(f"{CONTACTS}posts/{post.pk}/password-link/").status_code == 302


def test_where_letters_leave_they_let_people_in_and_no_coordinator(desk_of, amina, bilal):
    """Who may open such a link can try whether the address has an account."""
    path = f"{CONTACTS}posts/{bilal.memberships.get().pk}/"
    page = desk_of(amina).get(path).content.decode()
    assert "sends them a letter" in page
    assert "Make a link" not in page
    assert desk_of(amina).post(f"{path}password-link/").status_code == 403


def test_only_the_coordinator_makes_such_a_link(desk_of, farid, stranger, bilal):
    path = f"{CONTACTS}posts/{bilal.memberships.get().pk}/password-link/"
    assert desk_of(farid).post(path).status_code == 403
    assert desk_of(stranger).post(path).status_code == 404


def test_for_an_account_that_opens_more_the_page_names_whom_to_ask(desk_of, amina, bilal, settings):
    settings.EMAIL_BACKEND = NO_LETTERS
    appoint(COMMAND, email=bilal.email, role="secretariat", now=timezone.now())
    path = f"{CONTACTS}posts/{bilal.memberships.get().pk}/"
    page = desk_of(amina).get(path).content.decode()
    assert "Ask the operator of this system." in page
    assert "password-link" not in page
    assert desk_of(amina).post(f"{path}password-link/").status_code == 403


def test_the_last_coordinator_stays_and_the_page_says_why(desk_of, amina):
    post = amina.memberships.get()
    page = desk_of(amina).post(f"{CONTACTS}posts/{post.pk}/end/", follow=True)
    assert "last response coordinator" in page.content.decode()


def test_a_contact_list_is_tried_then_taken_in(desk_of, amina, city):
    browser = desk_of(amina)
    trial = browser.post(
        f"{CONTACTS}import-partners/", {"file": upload("list.csv", LIST), "encoding": ""}
    ).content.decode()
    assert "What would happen" in trial
    assert "Harbour Police" in trial
    assert "The agency is missing." in trial
    assert not Agency.objects.filter(name="Harbour Police").exists()

    kept = trial.split('name="kept" value="')[1].split('"')[0]
    done = browser.post(f"{CONTACTS}import-partners/", {"kept": kept}).content.decode()
    assert "What was taken in" in done
    assert Agency.objects.get(name="Harbour Police").memberships.get().person.name == "Samir"

    again = browser.post(f"{CONTACTS}import-partners/", {"kept": kept}, follow=True)
    assert "Choose the file again" in again.content.decode()


def test_a_trial_belongs_to_the_one_who_made_it(desk_of, amina, municipality):
    other = world.make_person("Omar", (municipality, "coordinator"))
    trial = desk_of(amina).post(f"{CONTACTS}import-partners/", {"file": upload("a.csv", LIST)})
    kept = trial.content.decode().split('name="kept" value="')[1].split('"')[0]
    answer = desk_of(other).post(f"{CONTACTS}import-partners/", {"kept": kept}, follow=True)
    assert "Choose the file again" in answer.content.decode()
    assert not Agency.objects.filter(name="Harbour Police").exists()


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"just words", b"PK\x03\x04 no sheet"])
def test_a_file_that_is_no_list_is_refused_beside_its_field(desk_of, amina, data):
    page = desk_of(amina).post(f"{CONTACTS}import-partners/", {"file": upload("x.csv", data)})
    assert page.status_code == 200
    assert "Something needs mending" in page.content.decode()


def test_districts_are_taken_in(desk_of, amina, city):
    ring = [[35.0, 29.5], [35.1, 29.5], [35.1, 29.6], [35.0, 29.6], [35.0, 29.5]]
    feature = {
        "type": "Feature",
        "properties": {"name": "Old Harbour <b>"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [feature]})
    page = desk_of(amina).post(f"{CONTACTS}import-areas/", {"file": upload("a.geojson", data)})
    assert "Old Harbour &lt;b&gt;" in page.content.decode()
    assert city.areas.count() == 1


def test_the_printed_list_has_every_number_in_call_order(desk_of, farid, amina, bilal, chen):
    page = desk_of(farid).get(f"{CONTACTS}print/").content.decode()
    assert page.index("Bilal") < page.index("Chen")
    assert "+962790000001" in page


def test_only_the_coordinator_changes_contacts(desk_of, farid, amina, fire):
    browser = desk_of(farid)
    post = amina.memberships.get()
    for path in (
        f"{CONTACTS}add/",
        f"{path_of(fire)}edit/",
        f"{path_of(fire)}retire/",
        f"{path_of(fire)}add-person/",
        f"{CONTACTS}posts/{post.pk}/",
        f"{CONTACTS}posts/{post.pk}/end/",
        f"{CONTACTS}import-partners/",
        f"{CONTACTS}import-areas/",
    ):
        assert browser.post(path).status_code == 403, path


def test_a_stranger_finds_no_contacts(desk_of, stranger, amina, fire):
    browser = desk_of(stranger)
    post = amina.memberships.get()
    things = (path_of(fire), f"{path_of(fire)}edit/", f"{CONTACTS}posts/{post.pk}/")
    for path in (CONTACTS, f"{CONTACTS}print/", *things):
        assert browser.get(path).status_code == 404
    for path in things:  # through their own city's door neither
        assert browser.get(path.replace("marsa-noor", "elsewhere")).status_code == 404


def test_hostile_names_are_shown_as_names(desk_of, amina, city, samples):
    lines = json.loads((samples / "text" / "blns.json").read_text())
    for line in sorted({line for line in lines if "<" in line and len(line) < 150})[:40]:
        agency = world.make_agency(city, line)
        world.make_person(line[:100], (agency, "liaison"), email=f"a{agency.pk.hex}@example.org")
    for path in (CONTACTS, f"{CONTACTS}print/"):
        page = desk_of(amina).get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def person_form(**changes):
    return {
        "name": "ليلى", "email": "layla@example.org", "phone": "٠٠٩٦٢ ٧٩٠ ٠٠٠ ٠٠١",
        "language": "ar", "role": "liaison", "call_order": "1",
    } | changes  # fmt: skip


def test_a_number_is_kept_as_it_can_be_dialled_in_whatever_digits_it_was_typed(
    desk_of, amina, fire
):
    desk_of(amina).post(f"{path_of(fire)}add-person/", person_form())
    assert fire.memberships.get().person.phone == "+962790000001"


def test_a_number_that_no_sms_reaches_is_said(desk_of, amina, fire):
    page = desk_of(amina).post(
        f"{path_of(fire)}add-person/", person_form(phone="0790 000 001"), follow=True
    )
    assert "no SMS can reach it" in page.content.decode()
    assert fire.memberships.get().person.phone == "0790000001"


def test_what_is_no_number_is_refused_beside_its_field(desk_of, amina, fire):
    page = desk_of(amina).post(f"{path_of(fire)}add-person/", person_form(phone="ask the porter"))
    assert "is no phone number" in page.content.decode()
    assert page.context["form"].has_error("phone")
    assert not fire.memberships.exists()


def test_somebody_who_is_here_already_keeps_their_name_and_that_is_said(
    desk_of, amina, fire, bilal
):
    page = (
        desk_of(amina)
        .post(f"{path_of(fire)}add-person/", person_form(email=bilal.email.upper()), follow=True)
        .content.decode()
    )
    assert "who was here already" in page
    assert fire.memberships.get().person == bilal


def test_the_coordinator_corrects_how_somebody_is_reached(desk_of, amina, bilal, city):
    post = bilal.memberships.get()
    address = f"{CONTACTS}posts/{post.pk}/person/"
    told = {"name": "Bilal D.", "phone": "+962 79 000 0009", "language": "fr"}

    assert "Correct them" in desk_of(amina).get(f"{CONTACTS}posts/{post.pk}/").content.decode()
    desk_of(amina).post(address, told)

    bilal.refresh_from_db()
    assert (bilal.name, bilal.phone, bilal.language) == ("Bilal D.", "+962790000009", "fr")
    [entry] = entries_of(city.log).filter(verb="contact.corrected")
    assert '"fields":["name","phone","language"]' in entry.canonical
    assert desk_of(bilal).post(address, told).status_code == 403


def test_whoever_has_joined_corrects_that_alone_whomever_else_they_serve(
    desk_of, amina, bilal, chen, elsewhere
):
    bilal.set_password("six-quiet-boats")
    bilal.save()
    agency = world.make_agency(elsewhere, "Health Elsewhere")
    Membership.objects.create(person=chen, agency=agency, role="liaison")
    told = {"name": "B", "phone": "+962790000009", "language": "fr"}

    for person in (bilal, chen):
        post = person.memberships.get(agency__city__slug="marsa-noor")
        page = desk_of(amina).post(f"{CONTACTS}posts/{post.pk}/person/", told).content.decode()
        assert "only they can change this" in page
        person.refresh_from_db()
        assert person.name != "B"


def test_everyone_corrects_their_own_details_and_chooses_their_language(desk_of, farid):
    browser = desk_of(farid)
    assert "/en/desk/details/" in browser.get("/en/desk/today/").content.decode()
    told = {"name": "Farid K.", "phone": "call me", "language": "fr"}

    page = browser.post("/en/desk/details/", told)
    assert page.context["form"].has_error("phone")

    answer = browser.post("/en/desk/details/", told | {"phone": "+962790000003"})
    assert answer["Location"] == "/fr/desk/details/"
    farid.refresh_from_db()
    assert (farid.name, farid.phone, farid.language) == ("Farid K.", "+962790000003", "fr")


def test_before_a_post_ends_the_page_shows_what_is_held_and_asks_for_an_heir(
    desk_of, amina, farid, bilal, act, city, fire
):
    now = timezone.now()
    incident = declare_incident(
        act(amina), city=city, title="Fire", kind="attack", severity=1, now=now
    )
    task = add_task(
        act(amina), incident, title="Open the hall", language="en", agency=fire, now=now
    )
    take_task(act(farid), task, now=now)
    path = f"{CONTACTS}posts/{farid.memberships.get().pk}/end/"
    browser = desk_of(amina)
    page = browser.get(path).content.decode()
    assert "Open the hall" in page
    assert "Nobody: back to the role" in page
    wrong = browser.post(path, {"to": "x"}, follow=True).content.decode()
    assert "serves this city" in wrong

    page = browser.post(path, {"to": bilal.pk}, follow=True).content.decode()

    assert "Actions handed over: 1." in page
    task.refresh_from_db()
    assert task.taken_by == bilal
    own = browser.get(f"{CONTACTS}posts/{amina.memberships.get().pk}/end/").content.decode()
    assert "Nothing waits in their name." in own
