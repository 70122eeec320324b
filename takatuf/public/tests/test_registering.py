"""Coming to a dialogue without an account: asked, confirmed, waiting, leaving, forgotten."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.alerts.models import Mail
from takatuf.alerts.notices import letter_of
from takatuf.foundation.errors import Refused
from takatuf.journal.models import Entry
from takatuf.learning.jobs import forget_guests
from takatuf.learning.models import Dialogue, Registration
from takatuf.learning.rules import MOST_FROM_ONE
from takatuf.learning.services import Guest, load_dialogues, register_for_dialogue
from takatuf.public.forms import new_stamp

AT = "/en/dialogues/oslo-2023/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def dialogue(db, now):
    """A public dialogue of the next month with one place."""
    load_dialogues(now=now)
    first = now.date() + timedelta(days=30)
    Dialogue.objects.update(
        begins_on=first,
        ends_on=first + timedelta(days=1),
        precision="day",
        places=1,
        register_until=first - timedelta(days=1),
    )
    return Dialogue.objects.get()


def form(**fields):
    plain = {"name": "Nadia", "city": "Marsa Noor", "office": "Mayor’s office"}
    return plain | {"email": "nadia@example.org", "language": "fr", "stamp": new_stamp()} | fields


def guest(number, **fields):
    return Guest("N", "C", "O", f"guest{number}@example.org", "en")._replace(**fields)


def link_in_last_letter():
    context = Mail.objects.order_by("-id")[0].context
    return re.search(r"(/[a-z]{2}/dialogues/answer/[^/]+/)", context)[1]


def come(dialogue, number, client, now):
    register_for_dialogue(dialogue, guest(number), now=now)
    link = link_in_last_letter()
    client.post(link, {"answer": "yes"})
    return link


def test_whoever_registers_confirms_by_a_letter_in_their_language(client, dialogue):
    assert f"{AT}register/" in client.get(AT).content.decode()
    assert client.post(f"{AT}register/", form(), follow=True).status_code == 200
    letter = Mail.objects.get()

    assert letter.to == "nadia@example.org"
    assert letter.notice == "learning/letters/confirm"
    assert letter.language == "fr"
    link = link_in_last_letter()
    assert link.startswith("/fr/")
    assert client.get(link).status_code == 200
    assert Registration.objects.get().seat == "asked"  # a preview that opens it changes nothing
    client.post(link, {"answer": "yes"})
    assert Registration.objects.get().seat == "coming"
    page = client.get(link).content.decode()
    assert "Nadia" not in page
    assert page.count(link.split("/")[-2]) <= 6  # the languages alone lead back here
    assert "mistake/?about" not in page


def test_all_that_is_written_is_sealed_and_the_record_names_nobody(client, dialogue, now):
    from django.db import connection

    register_for_dialogue(dialogue, guest(1, needs="A ramp"), now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT told, address_digest FROM learning_registration")
        [[told, digest]] = cursor.fetchall()

    assert "ramp" not in told
    assert "guest1" not in told + digest
    entry = Entry.objects.get(verb="dialogue.registered")
    assert entry.facts == {"dialogue": "oslo-2023"}


def test_the_second_waits_and_moves_up_when_the_first_leaves(client, dialogue, now):
    first = come(dialogue, 1, client, now)
    second = come(dialogue, 2, client, now)
    assert "waiting list" in client.get(second).content.decode()
    client.post(first, {"answer": "no"})

    assert "You have a place" in client.get(second).content.decode()
    assert Mail.objects.filter(notice="learning/letters/moved-up").count() == 1
    assert Registration.objects.get(seat="left").told == ""


def test_an_address_that_is_known_gets_a_letter_and_its_sender_no_hint(client, dialogue, now):
    come(dialogue, 1, client, now)
    before = client.post(f"{AT}register/", form(email="other@example.org"))
    Mail.objects.update(written_at=now - timedelta(hours=1))
    again = client.post(f"{AT}register/", form(email="Guest1@example.org", name="Somebody else"))

    assert (again.status_code, again["Location"]) == (before.status_code, before["Location"])
    assert Mail.objects.order_by("-id")[0].notice == "learning/letters/registered-already"
    assert "Somebody else" not in Registration.objects.get(seat="coming").told


def test_a_stranger_cannot_send_their_own_words_in_our_letter(client, dialogue, now):
    bait = "Your account is locked: https://evil.example"
    register_for_dialogue(
        dialogue, guest(1, name=bait, city=bait, office=bait, needs=bait), now=now
    )
    letter = letter_of(Mail.objects.get())

    assert "evil" not in letter.subject + letter.text
    assert "dialogues/answer/" in letter.text


def test_one_network_registers_a_few_and_no_letter_is_sent_twice_in_a_row(client, dialogue):
    for number in range(MOST_FROM_ONE):
        client.post(f"{AT}register/", form(email=f"g{number}@example.org"))
    answer = client.post(f"{AT}register/", form(email="one-more@example.org"))

    assert answer.status_code == 429
    assert Mail.objects.count() == MOST_FROM_ONE


@pytest.mark.parametrize("email", ["nobody", "a@b\nBcc: c@example.org", "x" * 300 + "@example.org"])
def test_an_address_that_is_none_is_refused_beside_its_field(client, dialogue, email):
    answer = client.post(f"{AT}register/", form(email=email))

    assert answer.status_code == 422
    assert not Mail.objects.exists()
    assert "Nadia" in answer.content.decode()  # what was typed is kept


def test_nobody_registers_for_what_is_over_withdrawn_or_not_open(client, dialogue, now):
    link = come(dialogue, 1, client, now)
    Dialogue.objects.update(register_until=now.date() - timedelta(days=1))
    assert client.get(f"{AT}register/").status_code == 404
    with pytest.raises(Refused, match="closed"):
        register_for_dialogue(dialogue, guest(2), now=now)
    Dialogue.objects.update(state="withdrawn", withdrawn_at=now)
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "ä", "AAAA====", "a" * 500])
def test_a_link_that_was_made_up_leads_nowhere(client, dialogue, token):
    assert client.get(f"/en/dialogues/answer/{token}/").status_code == 404


def test_without_a_mail_server_the_form_says_that_nobody_can_register(client, dialogue, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    answer = client.post(f"{AT}register/", form())
    assert answer.status_code == 422
    assert "cannot send letters" in answer.content.decode()


def test_registrations_are_forgotten_some_days_after_the_dialogue(client, dialogue, now, settings):
    settings.REGISTRATION_DAYS = 30
    come(dialogue, 1, client, now)
    register_for_dialogue(dialogue, guest(2), now=now)
    forget_guests(now + timedelta(days=8))
    assert Registration.objects.get().seat == "coming"  # the other never confirmed
    forget_guests(now + timedelta(days=31 + 30))
    assert Registration.objects.count() == 1
    forget_guests(now + timedelta(days=32 + 30))

    assert not Registration.objects.exists()
    assert Entry.objects.get(verb="dialogue.forgotten").facts["count"] == 1
