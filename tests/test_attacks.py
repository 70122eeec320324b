"""What an attacker tries: strangers, insiders, stolen links, hostile files. Each did once work."""

import asyncio
import io
import json
import random
import time
import zipfile
from datetime import timedelta
from itertools import cycle

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from takatuf.alerts.models import Call, Delivery
from takatuf.alerts.services import ask_person
from takatuf.config.asgi import application
from takatuf.config.commands import doctor
from takatuf.config.world import make_person
from takatuf.coordination.services import declare_incident
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
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


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Agency</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Fire</t></is></c></row>'
        '<row r="999999999999"><c t="inlineStr"><is><t>Police</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Agency</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Fire</t></is></c></row>' + "<row/>" * 2_000_000,
    ],
    ids=["a gap of a billion rows", "millions of empty rows"],
)
def test_a_workbook_of_endless_empty_rows_is_left_soon(rows):
    """A kilobyte would hold the server's processor for hours."""
    began = time.process_time()
    read = read_partners(workbook(rows))

    assert [row.agency for row in read.rows] == ["Fire"]
    assert "empty" in " ".join(read.warnings)
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
        "pk": step.pk,
        "act": "take",
        "entry": 1,
        "plan": "main",
        "step": step.pk,
        "size": 1,
    }
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
            for values in (real, never | {"number": 999}):
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
                        assert (method, address.startswith(answer["Location"])) == ("get", True)
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
