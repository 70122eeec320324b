"""What an attacker tries: strangers, insiders, stolen links, hostile files. Each did once work."""

import asyncio
import io
import json
import random
import re
import time
import zipfile
from datetime import timedelta
from itertools import cycle
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from takatuf.accounts.access import needs_second_factor
from takatuf.accounts.models import Person
from takatuf.accounts.services import create_token
from takatuf.activities.models import Overlap
from takatuf.activities.services import begin_import, invite_partner, report_activity
from takatuf.alerts import jobs
from takatuf.alerts.models import Answer, Call, Delivery
from takatuf.alerts.services import ask_person
from takatuf.config.asgi import application
from takatuf.config.command import main
from takatuf.config.commands import doctor
from takatuf.config.world import make_activity, make_person
from takatuf.coordination.services import declare_incident, import_issues
from takatuf.decisions.services import plan_meeting
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.incidents.services import send_methane
from takatuf.journal.models import Entry
from takatuf.learning.services import load_dialogues
from takatuf.network import services
from takatuf.network.exchange.areas import read_areas
from takatuf.network.exchange.partners import read_partners
from tests.test_sign_in import code_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(amina, act, city, fire, health, farid, bilal, chen):
    return declare_incident(
        act(amina),
        city=city,
        title="Shots at the harbour",
        kind="attack",
        severity=3,
        now=timezone.now(),
    )


@pytest.fixture(autouse=True)
def _words_in_english():
    with override("en"):
        yield


def at(incident, rest=""):
    return f"/en/desk/{incident.city.slug}/incidents/{incident.number}/{rest}"


@pytest.mark.parametrize(
    "path",
    [
        "/en/desk/today/",
        "/en/desk/marsa-noor/contacts/print/",
        "/en/desk/marsa-noor/nothing/",
        "/en/account/2fa/totp/activate/",
        "/en/",
    ],
)
def test_no_browser_keeps_what_a_signed_in_person_saw(signed_in, farid, path):
    """Else the key Back shows it to whoever sits there after the sign-out."""
    answer = signed_in(farid).get(path)

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_a_version_of_too_many_digits_breaks_nothing(signed_in, amina, incident):
    task = incident.tasks.first()
    answer = signed_in(amina).post(
        at(incident, f"actions/{task.pk}/take/"), {"version": "9" * 5000}
    )

    assert answer.status_code in {200, 302, 400, 422}


def test_buttons_pressed_when_there_is_nothing_to_do_are_refused_in_words(
    signed_in, amina, incident
):
    browser = signed_in(amina)
    sent = Delivery.objects.filter(channel="desk").first()

    for path in ("part/", f"roll-call/messages/{sent.pk}/"):
        answer = browser.post(at(incident, path), follow=True)
        assert answer.status_code == 200, path
        assert "success" not in str([m.tags for m in answer.context["messages"]])


def test_one_form_declares_once_although_it_is_sent_twice_at_once(
    signed_in, amina, city, fire, monkeypatch
):
    """The second request looks before the first has written: neither the incident nor a
    duplicate is there to be seen yet."""
    from takatuf.desk.incidents import views
    from takatuf.incidents.models import Incident

    monkeypatch.setattr(views, "incidents_of", lambda *_: Incident.objects.none())
    monkeypatch.setattr(views, "likely_duplicates", lambda *_, **__: [])
    form = {
        "once": "01900000-0000-7000-8000-000000000001",
        "kind": "attack",
        "title": "Shots at the harbour",
        "severity": "3",
        "happened_at": (timezone.now() - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"),
        "is_exercise": "0",
        "casualties": "unknown",
    }
    browser = signed_in(amina)
    with timezone.override(city.timezone):
        form["happened_at"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    first = browser.post("/en/desk/marsa-noor/incidents/declare/", form)
    second = browser.post("/en/desk/marsa-noor/incidents/declare/", form)

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 1


def test_the_link_of_somebody_whose_post_has_ended_answers_no_more(client, bilal, incident):
    from takatuf.alerts.access import token_for

    sent = Delivery.objects.get(person=bilal, channel="email")
    path = f"/en/answer/{token_for(sent.pk)}/"
    assert client.get(path).status_code == 200
    bilal.memberships.update(ends_at=timezone.now() - timedelta(minutes=1))

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert not sent.call.answers.exists()


def test_a_note_cannot_turn_the_text_around_it(act, amina, incident):
    from takatuf.alerts.services import tick_by_voice

    with pytest.raises(Refused, match="reverses"):
        tick_by_voice(
            act(amina), Call.objects.first(), now=timezone.now(), note="told \u202eenoyreve"
        )


def workbook(rows: str) -> bytes:
    """The smallest XLSX around these rows of XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    inside = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{inside}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{inside}/relationships"><Relationship Id="r1" '
        f'Type="{of}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{of}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{inside}/relationships">'
        f'<Relationship Id="r1" Type="{of}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


TWO_ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Agency</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>Fire</t></is></c></row>'
)


def test_a_workbook_with_a_row_a_billion_further_is_refused_soon():
    """A kilobyte would hold the server's processor for hours."""
    far = '<row r="999999999999"><c t="inlineStr"><is><t>Police</t></is></c></row>'
    with pytest.raises(Refused, match="Copy the list alone into a new workbook"):
        read_partners(workbook(TWO_ROWS + far))


def test_a_workbook_with_more_rows_than_a_sheet_can_have_is_refused_at_once():
    with pytest.raises(Refused, match="more memory or time"):
        read_partners(workbook(TWO_ROWS + "<row/>" * 2_000_000))


def test_a_workbook_of_a_million_empty_rows_is_read_soon():
    began = time.process_time()
    read = read_partners(workbook(TWO_ROWS + "<row/>" * 1_000_000))

    assert [row.agency for row in read.rows] == ["Fire"]
    assert time.process_time() - began < 10


def test_a_district_drawn_at_random_is_refused_and_not_repaired_for_minutes():
    """Forty kilobytes of points once took half a minute and a gigabyte; a hundred, an hour."""
    dice = random.Random(1)  # the same shape each time
    ring = [[10 + dice.random(), 59 + dice.random()] for _ in range(5_000)]
    file = {
        "type": "Feature",
        "properties": {"name": "Star"},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }
    began = time.process_time()
    read = read_areas(json.dumps(file).encode())

    assert "too often" in read.rejected[0]["reason"]
    assert time.process_time() - began < 10


def test_a_workbook_that_unpacks_to_far_more_than_a_list_is_refused():
    with pytest.raises(Refused, match="unpacks"):
        read_partners(workbook("<row/>" * 12_000_000))


def desk_addresses():
    """Every address of the desk that has a place for something, by its name."""
    return {
        name: tuple(params)
        for name, ways in get_resolver("takatuf.desk.urls").reverse_dict.lists()
        if isinstance(name, str)
        for way, params in ways[0][0]
        if params
    }


@pytest.mark.once  # two thousand pages: what hides a thing is the door, not the database
def test_another_citys_things_answer_byte_for_byte_as_what_never_was(
    signed_in, stranger, elsewhere, incident, amina, act
):
    """In every language, by every address of the desk and every method, also of one's own city."""
    step = incident.tasks.first()
    there = {
        "city": incident.city.slug,
        "number": incident.number,
        "call": Call.objects.first().pk,
        "delivery": Delivery.objects.first().pk,
        "answer": Answer.objects.create(
            call=Call.objects.first(), way="voice", at=timezone.now()
        ).pk,
        "pk": step.pk,
        "act": "take",
        "entry": 1,
        "plan": "main",
        "code": "leadership.prepare.contact-list",
        "workstream": "community",
        "step": step.pk,
        "size": 1,
        "report": 1,
        "made": begin_import(
            act(amina),
            incident,
            b"Who,What\nCrescent,Open hall\n",
            filename="3w.csv",
            now=timezone.now(),
        ).pk,
        "survey": import_issues(
            act(amina),
            incident,
            b"Need,Severity\nWater,low\n",
            filename="survey.csv",
            language="en",
            now=timezone.now(),
        ).survey.pk,
        "message": send_methane(
            act(amina), incident.city, location="X", language="en", now=timezone.now()
        ).number,
        "meeting": plan_meeting(
            act(amina),
            incident,
            at=timezone.now() + timedelta(hours=1),
            place="",
            now=timezone.now(),
        ).number,
        "need": 1,
        "activity": report_activity(
            act(amina),
            incident,
            name="Red Crescent",
            facts={"service": "counselling", "places": ("city",)},
            now=timezone.now(),
        ).pk,
        "invitation": invite_partner(
            act(amina), incident, name="Red Crescent", now=timezone.now()
        ).pk,
        "overlap": Overlap.objects.create(
            incident=incident,
            a=make_activity(incident, "counselling", "city", now=timezone.now()),
            b=make_activity(incident, "counselling", "city", now=timezone.now()),
            rule="horizontal",
            score=90,
            mark="as found",
            role="coordinator",
            found_at=timezone.now(),
            asked_at=timezone.now(),
        ).pk,
        "section": "summary",
        "figure": uuid7(),
        "key_date": uuid7(),
        "hand_over": uuid7(),
        "file": uuid7(),
        "organisation": services.organisation_named(
            incident.city, "Ministry of Health", source="4w.csv", now=timezone.now()
        ).pk,
        "other": uuid7(),
        "version": 1,
        "name": uuid7(),
        "language": "en",
        "slug": "oslo-2023",
        "part": "theme",
        "key": "healing",
        "page": "framework/leadership.prepare.contact-list",
        "text": "framework/leadership.prepare.contact-list/title",
    }
    load_dialogues(now=timezone.now())
    never = {name: uuid7() if hasattr(one, "hex") else one for name, one in there.items()}
    browser = signed_in(stranger)
    agency = incident.city.agencies.first()
    post = agency.memberships.first()
    for language, (name, params) in zip(cycle(["ar", "en", "fr"]), desk_addresses().items()):
        own = {"agency": agency.pk, "post": post.pk, "duty": post.pk}
        kind = next((one for one in own if one in name), None)
        real = there | ({"pk": own[kind]} if kind else {})
        for mine in (False, True):
            answers = []
            for values in (real, never | {"number": 999, "slug": "never-was"}):
                place = {param: values[param] for param in params}
                if "city" in place:
                    place["city"] = elsewhere.slug if mine else place["city"]
                    if values is not real and not mine:
                        place["city"] = "never-was"
                with override(language):
                    address = reverse(f"desk:{name}", kwargs=place)
                for method in ("get", "post", "head"):
                    answer = getattr(browser, method)(address)
                    told = b"".join(answer) if answer.streaming else answer.content
                    if answer.status_code == 302:
                        # From where a form is taken to the page above: told by the address alone.
                        assert method in {"get", "head"}
                        assert address.startswith(answer["Location"])
                        answer["Location"] = "above"
                    answers.append((method, answer.status_code, told, sorted(answer.items())))
            if mine and set(params) == {"city"}:
                continue
            half = len(answers) // 2
            assert answers[:half] == answers[half:], (name, mine)
            hidden = {302, 404, 405} | (
                {403} if mine else set()
            )  # 403: the role's, in one's own city
            assert all(status in hidden for _method, status, *_rest in answers), (name, mine)


def test_the_agency_of_the_last_coordinator_is_not_retired(act, amina, municipality, fire):
    """Its people lose their rights with it, and nobody would be left to bring it back."""
    with pytest.raises(Refused, match="last response coordinator"):
        services.retire_agency(act(amina), municipality, now=timezone.now())
    services.retire_agency(act(amina), fire, now=timezone.now())


def test_nobody_makes_themselves_the_data_protection_officer(act, amina, municipality, bilal):
    """Who leads the response could else read the journal of it and erase names there."""
    now = timezone.now()
    with pytest.raises(Refused, match="yourself"):
        services.give_post(
            act(amina),
            municipality,
            email=amina.email,
            name="",
            role="data-protection",
            call_order=0,
            now=now,
        )
    with pytest.raises(Refused, match="yourself"):
        services.change_post(act(amina), amina.memberships.get(), role="data-protection", now=now)
    report = services.import_partners(
        act(amina),
        municipality.city,
        f"Agency,E-mail,Role\n{municipality.name},{amina.email},data-protection\n".encode(),
        now=now,
    )
    assert report["rejected"] == 1
    assert set(amina.memberships.values_list("role", flat=True)) == {"coordinator"}


@pytest.fixture
def known(stranger):
    """Somebody of another city, with all that a coordinator here must not learn."""
    stranger.name, stranger.phone, stranger.language = "Secret Name", "+4790000000", "fr"
    stranger.set_password("six-quiet-boats")
    stranger.save()
    return stranger.email


NEVER = "never.was@example.org"  # as long as no other address here
LINE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\b\d{2}:\d{2}\b")
TYPED = {"name": "Our Nadia", "phone": "+962790000099", "language": "ar", "call_order": "1"}


def told_alike(answer, email):
    """What an answer says, but for the address that was typed, identifiers and the hour."""
    text = answer if isinstance(answer, str) else answer.content.decode()
    text = re.sub(r'(?s)name="(csrfmiddlewaretoken|key|kept)" value="[^"]*"', "", text)
    return LINE.sub("…", text.replace(email, "the address"))


def test_no_page_tells_a_coordinator_that_somebody_has_an_account_elsewhere(
    signed_in, amina, fire, known
):
    browser = signed_in(amina)
    where = f"/en/desk/marsa-noor/contacts/{fire.pk}/"
    seen = {}
    for email in (known, NEVER):
        with transaction.atomic():
            answers = []
            given = TYPED | {"email": email, "role": "mayor"}
            for _twice in range(2):  # the second time it is held already
                answer = browser.post(f"{where}add-person/", given, follow=True)
                answers.append((answer.status_code, answer.redirect_chain != []))
                answers.append(told_alike(answer, email))
            post = fire.memberships.get(role="mayor")
            pages = [where, "", "print/", "?q=nadia", f"posts/{post.pk}/", f"posts/{post.pk}/duty/"]
            for page in pages:
                path = page if page == where else f"/en/desk/marsa-noor/contacts/{page}"
                answers.append(told_alike(browser.get(path), email))
            ended = browser.post(f"/en/desk/marsa-noor/contacts/posts/{post.pk}/end/", follow=True)
            answers.append(told_alike(ended, email))
            again = browser.post(f"{where}add-person/", given, follow=True)
            answers.append(told_alike(again, email))
            seen[email] = answers
            transaction.set_rollback(True)

    assert seen[known] == seen[NEVER]
    assert "Our Nadia" in str(seen[known])
    assert "not joined yet" in str(seen[known])
    assert "Secret" not in str(seen[known])
    assert "90000000" not in str(seen[known]).replace("79000000", "")


def test_no_report_of_a_list_tells_that_somebody_has_an_account_elsewhere(act, amina, city, known):
    lists = [
        "Agency,Person,E-mail,Phone,Language,Role\nPolice,,{},,,coordinator\n",
        "Agency,Person,E-mail,Phone,Language,Role\nPolice,Nadia,{},+962790000099,fr,mayor\n",
        "Agency,Person,E-mail,Phone,Language,Role\nPolice,Other,{},,ar,mayor\n",
    ]
    seen = {}
    for email in (known, NEVER):
        with transaction.atomic():
            reports = [
                services.import_partners(
                    act(amina), city, text.format(email).encode(), now=timezone.now(), dry_run=dry
                )
                for text in lists
                for dry in (True, False)
            ]
            seen[email] = json.dumps(reports).replace(email, "the address")
            transaction.set_rollback(True)
    hidden = {email: re.sub(r'"sha256": "\w+"', "", text) for email, text in seen.items()}

    assert hidden[known] == hidden[NEVER]
    assert '"updated": 1' in hidden[known]


def test_neither_command_nor_api_tells_that_somebody_has_an_account_elsewhere(
    client, capsys, act, amina, fire, known, elsewhere
):
    seen = {}
    _token, secret = create_token(act(amina), amina, timezone.now())
    headers = {"Authorization": f"Bearer {secret}"}
    for email in (known, NEVER):
        with transaction.atomic():
            words = "--slug twin --name Twin --country JO --timezone Asia/Amman --languages ar,en"
            status = main(["city", "add", *words.split(), "--coordinator", email, "--json"])
            document = json.loads(capsys.readouterr().out)
            link = urlsplit(document.pop("password_link")).path
            opened = client.get(link).content.decode().replace(link.split("/")[-2], "token")
            document["opened"] = told_alike(opened, email)
            services.give_post(
                act(amina), fire, email=email, name="Nadia", role="coordinator", call_order=1,
                now=timezone.now(),
            )  # fmt: skip
            posts = Client().get(f"/api/v1/agencies/{fire.pk}/posts", headers=headers).json()
            ids = {one["person"].pop("id") for one in posts["contents"]}
            text = json.dumps([status, document, posts])
            seen[email] = told_alike(text, email)
            assert str(Person.objects.get(email=known).pk) not in ids
            transaction.set_rollback(True)

    assert seen[known] == seen[NEVER]
    assert '"joined": false' in seen[known]


def test_a_post_given_elsewhere_neither_calls_nor_binds_an_account(
    signed_in, act, amina, city, fire, stranger, known, mailoutbox, settings
):
    """It once forced the second step upon them, and rang their own telephone."""
    settings.SMS_URL = "http://127.0.0.1:9/"
    liaison = make_person("Quiet", password="six-quiet-boats")
    agency = stranger.memberships.get().agency
    agency.memberships.create(person=liaison, role="liaison")
    liaison.phone = "+4791111111"
    liaison.save()
    post = services.give_post(
        act(amina), fire, email=liaison.email, name="As typed", phone="+962790000099",
        role="mayor", call_order=1, language="ar", now=timezone.now(),
    )  # fmt: skip
    incident = declare_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=3, now=timezone.now()
    )
    sent = Delivery.objects.filter(call__agency=fire)
    to = {delivery.channel: jobs._written(delivery) for delivery in sent.exclude(channel="desk")}

    assert to["sms"][0] == "+962790000099"
    assert {letter.language for _to, letter in to.values()} == {"ar"}
    assert not liaison.deliveries.exists()
    assert not needs_second_factor(liaison, act(liaison))
    browser = signed_in(liaison)
    assert browser.get(at(incident)).status_code == 404
    assert browser.get("/en/desk/marsa-noor/contacts/").status_code == 404
    assert "A city offers you a post" in browser.get("/en/desk/today/").content.decode()
    page = browser.get("/en/desk/account/").content.decode()
    assert "As typed" in page
    assert fire.name in page

    browser.post(f"/en/desk/account/offers/{post.person_id}/accept/")

    assert browser.get(at(incident)).status_code == 200
    assert needs_second_factor(liaison, act(liaison))
    liaison.refresh_from_db()
    assert (liaison.name, liaison.phone, liaison.language) == ("Quiet", "+4791111111", "en")
    roll = signed_in(amina).get(at(incident, "roll-call/")).content.decode()
    assert "Quiet" in roll
    assert "As typed" not in roll


def test_a_declined_post_opens_nothing_and_names_no_account(
    signed_in, act, amina, city, fire, stranger, known
):
    post = services.give_post(
        act(amina), fire, email=known, name="As typed", role="mayor", call_order=1,
        now=timezone.now(),
    )  # fmt: skip
    browser = signed_in(stranger)
    page = browser.post(f"/en/desk/account/offers/{post.person_id}/decline/", follow=True)
    assert "You declined." in page.content.decode()
    assert browser.get("/en/desk/marsa-noor/contacts/").status_code == 404
    assert browser.post(f"/en/desk/account/offers/{post.person_id}/accept/").status_code == 404
    contacts = signed_in(amina).get("/en/desk/marsa-noor/contacts/").content.decode()
    assert "Declined posts" in contacts
    assert "As typed" in contacts
    assert "Secret" not in contacts
    for entry in Entry.objects.filter(log=city.log):
        assert str(stranger.pk) not in entry.canonical
        assert "Secret" not in str(entry.beside)


def test_no_last_post_tells_the_new_from_those_of_another_city(act, amina, municipality, known):
    """A refusal to leave a city without coordinator once would: only the new counted."""
    for email in (known, NEVER):
        with transaction.atomic():
            services.give_post(
                act(amina), municipality, email=email, name="N", role="coordinator",
                call_order=2, now=timezone.now(),
            )  # fmt: skip
            with pytest.raises(Refused, match="last response coordinator"):
                services.end_post(act(amina), amina.memberships.get(), now=timezone.now())
            transaction.set_rollback(True)


@pytest.mark.parametrize("letters", [True, False])
def test_no_link_of_a_coordinator_opens_or_shows_an_account_elsewhere(
    signed_in, client, act, amina, fire, known, stranger, settings, letters
):
    if not letters:
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    seen = {}
    browser = signed_in(amina)
    for email in (known, NEVER):
        with transaction.atomic():
            post = services.give_post(
                act(amina), fire, email=email, name="N", role="mayor", call_order=2,
                now=timezone.now(),
            )  # fmt: skip
            path = f"/en/desk/marsa-noor/contacts/posts/{post.pk}/"
            made = browser.post(f"{path}password-link/")
            answers = [told_alike(browser.get(path), email), made.status_code]
            if not letters:
                page = made.content.decode()
                link = re.search(r"http://[^/]+(/\w+/begin/[^<]+)", page)[1]
                answers += [told_alike(page.replace(link, "link"), email)]
                opened = client.get(link).content.decode().replace(link.split("/")[-2], "token")
                assert 'name="password1"' in opened
                answers += [told_alike(opened, email)]
                if email == known:
                    chosen = {"password1": "seven-loud-boats", "password2": "seven-loud-boats"}
                    assert client.post(link, chosen).status_code == 200  # refused
                    stranger.refresh_from_db()
                    assert stranger.check_password("six-quiet-boats")
            seen[email] = answers
            transaction.set_rollback(True)
    assert seen[known] == seen[NEVER]
    assert 403 in seen[known] if letters else 200 in seen[known]


def test_nobody_takes_an_address_first_and_waits_for_what_other_cities_offer_it(
    client, signed_in, act, amina, fire, stranger, elsewhere, settings, mailoutbox
):
    """The coordinator writes the address down, chooses its password by the link, and waits."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    taken = services.give_post(
        act(amina), fire, email=NEVER, name="N", role="liaison", call_order=0, now=timezone.now()
    ).person
    link = services.make_password_link(act(amina), taken, city=fire.city, now=timezone.now())
    chosen = {"password1": "seven-loud-boats", "password2": "seven-loud-boats"}
    assert client.post(urlsplit(link).path, chosen).status_code == 302
    there = stranger.memberships.get().agency
    offer = services.give_post(
        act(stranger), there, email=NEVER, name="Nadia", role="coordinator", call_order=2,
        now=timezone.now(),
    ).person  # fmt: skip
    taken.refresh_from_db()
    browser = signed_in(taken)
    accept = f"/en/desk/account/offers/{offer.pk}/accept/"
    assert there.name not in browser.get("/en/desk/account/").content.decode()
    assert "A city offers you" not in browser.get("/en/desk/today/").content.decode()
    assert browser.post(accept).status_code == 404

    TOTP.activate(taken, generate_totp_secret())
    settings.EMAIL_BACKEND = backend  # whoever reads the mailbox has the account, and the offer
    client.post("/en/account/password/reset/", {"email": NEVER})
    key = re.search(r"http://[^/]+(/\S+/key/\S+/)", mailoutbox[-1].body)[1]
    client.post(client.get(key)["Location"], chosen)
    assert browser.get("/en/desk/account/").status_code == 302  # the first sessions have ended
    assert not Authenticator.objects.filter(user=taken).exists()
    assert signed_in(Person.objects.get(pk=taken.pk)).post(accept).status_code == 302
    assert act(taken).serves(elsewhere.pk)


def test_nobody_whose_post_has_ended_is_asked_by_hand(act, amina, incident, chen):
    chen.memberships.update(ends_at=timezone.now() - timedelta(minutes=1))
    call = Call.objects.get(agency__memberships__person=chen)
    with pytest.raises(Refused, match="does not serve"):
        ask_person(act(amina), call, chen, now=timezone.now())


def test_numbers_are_read_in_the_contacts_by_those_alone_who_read_the_phone_tree(
    signed_in, municipality, amina, farid, fire
):
    lea = make_person("Lea", (municipality, "communications", 0))
    for path in ("", "print/", f"{municipality.pk}/"):
        address = f"/en/desk/marsa-noor/contacts/{path}"
        hidden = signed_in(lea).get(address).content.decode()
        shown = signed_in(farid).get(address).content.decode()
        assert "Amina" in hidden
        assert "000001" not in hidden, path
        assert amina.email not in hidden, path
        assert "000001" in shown.replace(" ", "").replace("\u00a0", ""), path


def test_the_link_for_a_new_password_leads_to_our_address_whatever_the_host(
    client, farid, settings, mailoutbox
):
    settings.ALLOWED_HOSTS = ["*"]
    farid.set_password("shoulder-to-shoulder")
    farid.save()
    client.post(
        "/en/account/password/reset/", {"email": farid.email}, headers={"host": "evil.example"}
    )

    assert settings.BASE_URL + "/" in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)  # the sessions end when the second step is written
def test_a_second_step_ends_the_sessions_that_were_begun_without_it(amina):
    """Who stole the password before would else stay signed in after it is not enough."""
    thief, owner = Client(), Client()
    for browser in (thief, owner):
        browser.force_login(amina)
        session = browser.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(amina.pk)
        session.save()
        browser.get("/en/account/2fa/totp/activate/")
    owner.post(
        "/en/account/2fa/totp/activate/",
        {"code": code_for(owner.session["mfa.totp.secret"])},
    )

    assert Authenticator.objects.filter(user=amina, type="totp").exists()
    assert "/account/login/" in thief.get("/en/desk/today/")["Location"]
    assert owner.get("/en/account/2fa/").status_code == 200


@pytest.mark.parametrize("says_how_long", [True, False])
def test_a_stranger_cannot_fill_the_disk_with_one_endless_request(says_how_long):
    """The whole body is read before anyone asks who sends it."""
    piece = b"x" * 1024 * 1024
    taken = 0

    async def receive():
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": piece, "more_body": True}

    answers = []

    async def send(message):
        answers.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"multipart/form-data; boundary=q")]
    if says_how_long:
        headers.append((b"content-length", b"1000000000"))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/en/account/login/",
        "raw_path": b"/en/account/login/",
        "query_string": b"",
        "headers": headers,
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    asyncio.run(asyncio.wait_for(application(scope, receive, send), 30))

    assert answers[0]["status"] == 413
    assert taken <= 20


def test_the_doctor_tells_that_others_can_read_the_database(settings, tmp_path):
    """A folder that was there before set-up keeps the rights that it had."""
    settings.HOME, settings.KEY_FOLDER = tmp_path, tmp_path / "keys"
    (tmp_path / "takatuf.sqlite3").touch()
    tmp_path.chmod(0o700)
    assert doctor.keys()[0]
    tmp_path.chmod(0o755)
    assert doctor.keys() == (
        False,
        f"Other users of this machine can reach {tmp_path}. Run: chmod go= {tmp_path}",
    )
