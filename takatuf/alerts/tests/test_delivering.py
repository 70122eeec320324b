"""Messages on their way: who gets what, in which words, and what happens when it fails."""

import email
import email.policy
from collections import Counter
from datetime import timedelta

import httpx
import pytest
from django.core import mail
from django.db import OperationalError

from takatuf.alerts import jobs, notices, rules
from takatuf.alerts.access import token_for
from takatuf.alerts.exchange import MailLine, SmsLine, Unreachable, message_id, sms_request
from takatuf.alerts.models import Call, Delivery
from takatuf.alerts.queries import deliveries_needing_a_person, queue, roll_call, worker_seen_at
from takatuf.alerts.services import (
    acknowledge,
    claim,
    forget_worker,
    give_up,
    keep_claims,
    mark_sent,
    retry_delivery,
    see_worker,
)
from takatuf.config import world
from takatuf.foundation.errors import NotFound, Refused
from takatuf.journal.models import Entry
from takatuf.testing.mail_sink import mail_sink


@pytest.fixture
def sink(settings):
    """A mail server on the loopback."""
    with mail_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink


@pytest.fixture
def twelve(health):
    """Twelve people of Health, all first in the call order."""
    return [world.make_person(f"Person {n:02}", (health, "liaison")) for n in range(12)]


def deliver(now, worker="a", **rest):
    return jobs.deliver_batch(now, worker, **rest)


def recipients(sink):
    return Counter(got.recipient for got in sink.accepted)


def test_each_reader_gets_their_own_language_the_link_and_no_more(
    call_out, health, fire, bilal, farid, now, settings
):
    settings.BASE_URL = "https://takatuf.example.org"
    call_out(health, fire)
    deliver(now)

    arabic, english = sorted(mail.outbox, key=lambda message: message.to)
    assert [arabic.to, english.to] == [[bilal.email], [farid.email]]
    assert arabic.extra_headers["Content-Language"] == "ar"
    assert english.subject == "Marsa Noor: a test of the calls"
    assert "اختبار للنداءات" in arabic.subject
    link = token_for(Delivery.objects.get(person=farid, channel="email").pk)
    assert f"https://takatuf.example.org/en/answer/{link}/" in english.body
    assert "https://takatuf.example.org/ar/answer/" in arabic.body
    assert "Bilal" not in english.body + arabic.body


def test_an_exercise_is_marked_on_all_that_leaves_whatever_its_template_says(
    call_out, health, chen, now, monkeypatch
):
    call_out(health, is_exercise=True)
    monkeypatch.setattr(notices, "_text", lambda alert, part, words: f"forgotten {words['link']}")
    delivery = Delivery.objects.filter(channel="email").select_related("person").get()
    chen.language = delivery.person.language = "en"

    letter, sms = notices.email_for(delivery), notices.sms_for(delivery)

    assert letter.subject.startswith("EXERCISE")
    assert letter.text.startswith("EXERCISE")
    assert sms.text.startswith("EXERCISE")


def test_a_letter_is_plain_text_from_a_machine_and_known_by_its_id(
    call_out, health, bilal, now, sink
):
    call_out(health)
    deliver(now)

    delivery = Delivery.objects.get(channel="email")
    got = email.message_from_bytes(sink.accepted[0].content, policy=email.policy.default)
    assert got["Message-ID"] == message_id(delivery.pk)
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content_type() == "text/plain"
    assert not [name for name in got if name.lower().startswith("x-")]
    assert delivery.sent_at is not None
    assert Entry.objects.filter(verb="email.sent", thing=f"delivery:{delivery.pk}").count() == 1


def test_names_with_signs_arrive_as_they_are_written(city, call_out, health, chen, now):
    city.name = "Smith & Sons' <City>"
    city.save()
    call_out(health)
    Delivery.objects.filter(channel="email").update(due_at=now)
    chen.language = "en"
    chen.save()
    deliver(now)

    assert mail.outbox[0].subject.startswith("Smith & Sons' <City>")


def test_a_recipient_refused_for_good_is_given_up_at_once_and_the_others_go_on(
    call_out, health, twelve, now, sink, city
):
    sink.answers["person.03"] = "550 no such mailbox"
    call_out(health)

    deliver(now)

    assert len(sink.accepted) == 11
    refused = Delivery.objects.get(channel="email", sent_at=None)
    assert (refused.given_up_at is not None, refused.attempts) == (True, 1)
    assert refused.error == "SMTP 550 no such mailbox"
    assert list(deliveries_needing_a_person(city, now)) == [refused]
    assert next(iter(roll_call("incident:test"))).trouble == [refused]
    assert Entry.objects.get(verb="email.given_up").thing == f"delivery:{refused.pk}"


def test_a_recipient_refused_for_now_is_tried_again_and_at_last_shown_to_a_person(
    call_out, health, chen, now, sink, city, act, amina
):
    sink.answers["chen"] = "451 later"
    call_out(health)
    at, tries = now, 0
    while deliver(at):
        tries += 1
        at = Delivery.objects.get(channel="email").due_at + timedelta(seconds=1)

    delivery = Delivery.objects.get(channel="email")
    assert tries == delivery.attempts == rules.MOST_ATTEMPTS
    assert list(deliveries_needing_a_person(city, at)) == [delivery]

    sink.answers.clear()
    retry_delivery(act(amina), delivery, now=at)
    deliver(at)

    assert sink.accepted[0].message_id == message_id(delivery.pk)
    assert not deliveries_needing_a_person(city, at).exists()
    with pytest.raises(Refused):
        retry_delivery(act(amina), delivery, now=at)


def test_a_server_that_is_away_costs_no_attempt(call_out, health, twelve, now, sink):
    call_out(health)
    sink.closed = True

    with pytest.raises(Unreachable):
        deliver(now)
    waiting = Delivery.objects.filter(channel="email")
    assert set(waiting.values_list("attempts", "claimed_by", "sent_at")) == {(0, "", None)}
    assert not deliver(now + timedelta(seconds=10))

    sink.closed = False
    assert deliver(now + timedelta(seconds=30)) == 12
    assert set(recipients(sink).values()) == {1}


def test_a_server_that_stays_away_is_shown_early_and_the_message_given_up_late(
    call_out, health, chen, now, sink, city
):
    call_out(health)
    sink.closed = True
    with pytest.raises(Unreachable):
        deliver(now)

    delivery = Delivery.objects.get(channel="email")
    assert not deliveries_needing_a_person(city, now + timedelta(minutes=1)).exists()
    assert list(deliveries_needing_a_person(city, now + timedelta(minutes=3))) == [delivery]
    with pytest.raises(Unreachable):
        deliver(now + rules.LONGEST_WAIT)
    delivery.refresh_from_db()
    assert delivery.given_up_at is not None


def test_a_server_that_hangs_up_now_and_then_gets_everything_once(
    call_out, health, twelve, now, sink
):
    sink.hang_up_after = 5
    call_out(health)

    deliver(now)

    assert len(recipients(sink)) == 12
    assert set(recipients(sink).values()) == {1}
    assert sink.connections == 3


def test_one_message_that_cannot_be_written_holds_up_no_other(
    call_out, health, twelve, now, sink, monkeypatch
):
    call_out(health)
    bad = twelve[4]

    def email_for(delivery):
        if delivery.person == bad:
            raise KeyError("place")
        return notices.email_for(delivery)

    monkeypatch.setattr(jobs, "email_for", email_for)
    deliver(now)

    assert len(sink.accepted) == 11
    assert Delivery.objects.get(person=bad, channel="email").error == "KeyError"


def test_two_workers_never_hold_the_same_message(call_out, health, twelve, now):
    call_out(health)

    first = {delivery.pk for delivery in claim("a", "email", now, 7)}
    second = {delivery.pk for delivery in claim("b", "email", now, 7)}

    assert (len(first), len(second)) == (7, 5)
    assert not first & second


def test_a_dead_workers_messages_are_free_soon_and_a_living_ones_are_not(
    call_out, health, twelve, now
):
    call_out(health)
    claim("dead", "email", now, 5)
    claim("living", "email", now, 5)
    later = now + timedelta(minutes=1)
    keep_claims("living", later)

    assert timedelta(minutes=1) > rules.CLAIM_LASTS
    assert len(claim("next", "email", later, 50)) == 7


def test_a_round_that_broke_off_leaves_nothing_behind(call_out, health, twelve, now):
    call_out(health)
    claim("a", "email", now, 50)

    assert len(claim("b", "email", now, 50)) == 0
    assert len(claim("a", "email", now, 50)) == 12


def test_a_worker_does_not_send_what_it_lost(call_out, health, twelve, now, sink, monkeypatch):
    call_out(health)
    line = MailLine()
    send = line.send

    def stolen(to, letter, delivery):
        send(to, letter, delivery)
        Delivery.objects.filter(claimed_by="slow").exclude(pk=delivery).update(claimed_by="quick")

    monkeypatch.setattr(line, "send", stolen)
    monkeypatch.setattr(rules, "RENEW_AFTER", timedelta(0))
    jobs.deliver_batch(now, "slow", line=line)
    line.close()

    assert len(sink.accepted) == 1
    assert Delivery.objects.filter(claimed_by="quick", sent_at=None).count() == 11


def test_what_the_server_took_is_recorded_even_if_the_database_was_away(
    call_out, health, chen, now, sink, monkeypatch
):
    call_out(health)
    failures = iter([OperationalError("away"), OperationalError("still away")])

    def flaky(delivery, at):
        for failure in failures:
            raise failure
        return mark_sent(delivery, at)

    monkeypatch.setattr(jobs, "mark_sent", flaky)
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # it is the test's own
    deliver(now)

    assert len(sink.accepted) == 1
    assert Delivery.objects.get(channel="email").sent_at is not None


def test_a_repeat_is_recorded_once(call_out, health, chen, now):
    call_out(health)
    delivery = claim("a", "email", now, 1)[0]

    assert mark_sent(delivery, now)
    assert not mark_sent(delivery, now)
    assert Entry.objects.filter(verb="email.sent").count() == 1


def test_without_a_mail_server_every_letter_waits_for_a_person(
    call_out, health, chen, now, settings, city, act, amina
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_out(health)

    waiting = deliveries_needing_a_person(city, now).get()
    assert (waiting.channel, waiting.error) == ("email", "no-mail-server")
    assert Delivery.objects.get(channel="desk").sent_at == now
    with pytest.raises(Refused, match="mail server"):
        retry_delivery(act(amina), waiting, now=now)
    acknowledge(act(chen), Call.objects.get(), person=chen, now=now)
    assert not deliveries_needing_a_person(city, now).exists()


def test_a_person_may_stop_a_message_and_a_stranger_may_not(
    call_out, health, chen, now, act, amina, stranger
):
    call_out(health)
    delivery = Delivery.objects.get(channel="email")

    with pytest.raises(NotFound):
        give_up(act(stranger), delivery, now=now)
    give_up(act(amina), delivery, now=now)

    assert deliver(now) == 0
    assert Entry.objects.filter(verb="email.dropped").exists()


def test_the_queue_can_be_read(call_out, health, twelve, now):
    call_out(health)
    claim("a", "email", now, 5)

    assert queue(now) == {"due": 7, "later": 0, "under_way": 5, "given_up": 0}


def test_a_worker_is_seen_and_gives_back_what_it_holds(call_out, health, twelve, now):
    assert worker_seen_at() is None
    call_out(health)
    claim("a", "email", now, 5)
    see_worker("a", now)
    see_worker("a", now + timedelta(seconds=10))

    forget_worker("a", now + timedelta(seconds=11))

    assert worker_seen_at() == now + timedelta(seconds=10)
    assert len(claim("b", "email", now, 50)) == 12


# SMS


@pytest.fixture
def gateway(settings, monkeypatch):
    """A gateway in Kannel's form that notes what it is asked and gives `gateway.answer`."""

    class Gateway:
        def __init__(self):
            self.asked, self.answer = [], httpx.Response(202, text="0: Accepted for delivery")

        def __call__(self, request):
            self.asked.append(request)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    settings.SMS_URL = (
        "http://127.0.0.1:13013/cgi-bin/sendsms?username=city&password=secret"
        "&from={from}&to={to}&text={text}&charset=UTF-8&coding={coding}"
    )
    gateway = Gateway()

    def open_line(self):
        self._client = httpx.Client(transport=httpx.MockTransport(gateway))

    monkeypatch.setattr(SmsLine, "open", open_line)
    return gateway


@pytest.fixture
def dina(fire):
    return world.make_person("Dina", (fire, "liaison"), phone="+962790000009", language="ar")


def test_an_sms_goes_out_in_kannels_form(call_out, fire, dina, now, gateway):
    call_out(fire)

    assert deliver(now, channel="sms") == 1

    asked = gateway.asked[0].url.params
    assert asked["to"] == "+962790000009"
    assert asked["from"] == "Takatuf"
    assert rules.sms_segments(asked["text"]) <= 2
    assert "/ar/answer/" in asked["text"]
    assert Delivery.objects.get(channel="sms").sent_at is not None


def test_without_a_gateway_or_a_number_there_is_no_sms(call_out, fire, dina, farid, settings, now):
    call_out(fire)
    assert not Delivery.objects.filter(channel="sms").exists()

    settings.SMS_URL = "http://127.0.0.1/?to={to}"
    call_out(fire, about="incident:other")
    assert Delivery.objects.get(channel="sms").person == dina


@pytest.mark.parametrize(
    ("answer", "given_up"),
    [
        (httpx.Response(400, text="no such number"), True),
        (httpx.Response(503), False),
        (httpx.Response(403, text="Authorization failed"), False),
        (httpx.ReadTimeout("late"), False),
    ],
)
def test_a_gateways_refusal_is_kept_without_its_password(
    call_out, fire, dina, now, gateway, answer, given_up
):
    gateway.answer = answer
    call_out(fire)
    deliver(now, channel="sms")

    delivery = Delivery.objects.get(channel="sms")
    assert delivery.attempts == 1
    assert (delivery.given_up_at is not None) is given_up
    assert delivery.error
    assert "secret" not in delivery.error


def test_a_gateway_that_is_away_costs_no_attempt(call_out, fire, dina, now, gateway):
    gateway.answer = httpx.ConnectError("refused")
    call_out(fire)

    with pytest.raises(Unreachable):
        deliver(now, channel="sms")
    assert Delivery.objects.get(channel="sms").attempts == 0


def test_places_are_encoded_once_and_never_filled_in_twice(settings):
    delivery = Delivery().pk
    settings.SMS_URL = "https://sms.example.org/?to={to}&text={text}&coding={coding}&id={id}"
    request = sms_request("+1 2", "a&b={to} é", delivery)
    assert httpx.URL(request.url).params["text"] == "a&b={to} é"
    assert httpx.URL(request.url).params["to"] == "+12"  # as a gateway dials it
    assert httpx.URL(request.url).params["coding"] == "0"
    assert httpx.URL(request.url).params["id"] == str(delivery)

    settings.SMS_METHOD, settings.SMS_HEADERS = "POST", {"Content-Type": "application/json"}
    settings.SMS_BODY = '{"to": "{to}", "text": "{text}"}'
    assert sms_request("+1", 'say "مرحبا"', delivery).body == (
        b'{"to": "+1", "text": "say \\"\\u0645\\u0631\\u062d\\u0628\\u0627\\""}'
    )

    settings.SMS_HEADERS, settings.SMS_BODY = {}, "to={to}&text={text}"
    request = sms_request("+1", "a b", delivery)
    assert request.body == b"to=%2B1&text=a%20b"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
