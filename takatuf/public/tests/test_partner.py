"""A partner's own page: by a link, without an account, on a phone at night."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from takatuf.activities.access import acting_for, invitation_link, invitation_token
from takatuf.activities.jobs import ask_next, forget_addresses
from takatuf.activities.models import Activity
from takatuf.activities.services import (
    invite_partner,
    report_activity,
    reporting,
    withdraw_invitation,
)
from takatuf.alerts.models import Alert, Delivery, Mail
from takatuf.foundation.errors import Refused
from takatuf.incidents.services import involve, open_incident
from takatuf.journal.models import Entry
from takatuf.public.forms import new_stamp


@pytest.fixture
def incident(amina, act, city):
    return open_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, now=timezone.now()
    )


@pytest.fixture
def invitation(amina, act, incident):
    return invite_partner(
        act(amina), incident, name="Mosque of the Harbour", language="ar", now=timezone.now()
    )


@pytest.fixture
def page(invitation):
    return f"/en/partner/{invitation_token(invitation.pk)}/"


def told(**values):
    sent = {"service": "spiritual-care", "title": "دعاء ومواساة", "places": "city"}
    return {**sent, "populations": ["bereaved"], "stamp": new_stamp(), **values}


def test_a_partner_tells_what_it_does_and_confirms_it_without_an_account(
    client, page, invitation, incident
):
    assert "What does your organisation do?" in client.get(page).content.decode()
    answer = client.post(f"{page}report/", told(), follow=True)
    assert "Thank you." in answer.content.decode()
    one = Activity.objects.get()
    assert (one.organisation, one.source) == (invitation.organisation, "Mosque of the Harbour")
    Activity.objects.update(confirmed_at=timezone.now() - timedelta(days=9))
    assert "has not been confirmed for a while" in client.get(page).content.decode()
    client.post(f"{page}act/", {"act": "all"})
    one.refresh_from_db()
    assert one.confirmed_at > timezone.now() - timedelta(minutes=1)
    entry = Entry.objects.get(verb="activities.confirmed")
    assert entry.facts["organisation"] == "Mosque of the Harbour"


def test_a_partner_does_not_say_at_which_level_of_government_it_stands(
    client, page, invitation, incident, amina, act
):
    assert 'name="level"' not in client.get(page).content.decode()
    type(invitation.organisation).objects.update(level="neighbourhood")
    client.post(f"{page}report/", told(level="national"))
    one = Activity.objects.get()
    assert one.level == "neighbourhood"
    client.post(f"{page}report/?entry={one.pk}", told(level="national", title="Dua", version=1))
    one.refresh_from_db()
    assert (one.title, one.level) == ("Dua", "neighbourhood")
    with pytest.raises(Refused) as refused:
        reporting.change_activity(
            acting_for(invitation), one, facts={"level": "national"}, now=timezone.now()
        )
    assert refused.value.field == "level"
    reporting.change_activity(act(amina), one, facts={"level": "county"}, now=timezone.now())
    client.post(f"{page}report/?entry={one.pk}", told(title="Prayers", version=3))
    one.refresh_from_db()
    assert (one.title, one.level) == ("Prayers", "county")


def test_what_is_sent_twice_from_one_page_is_one_entry(client, page):
    sent = told()
    client.post(f"{page}report/", sent)
    client.post(f"{page}report/", sent)
    assert Activity.objects.count() == 1
    client.post(f"{page}report/", {**sent, "title": "Other words"})
    assert Activity.objects.count() == 2


def test_an_entry_is_changed_and_ended_by_its_own_organisation(client, page):
    client.post(f"{page}report/", told())
    one = Activity.objects.get()
    change = f"{page}report/?entry={one.pk}"
    assert "دعاء" in client.get(change).content.decode()
    client.post(change, told(title="Prayers", version=1))
    client.post(f"{page}act/", {"act": "ended", "entry": str(one.pk)})
    one.refresh_from_db()
    assert (one.title, one.status, one.version) == ("Prayers", "ended", 3)


def test_another_organisations_entries_are_not_found(client, page, amina, act, incident):
    now = timezone.now()
    other = report_activity(
        act(amina), incident, name="Red Crescent",
        facts={"service": "counselling", "places": ("city",)}, now=now,
    )  # fmt: skip
    assert "Red Crescent" not in client.get(page).content.decode()
    assert client.get(f"{page}report/?entry={other.pk}").status_code == 404
    assert client.post(f"{page}act/", {"act": "one", "entry": str(other.pk)}).status_code == 404


def test_a_link_in_the_wrong_hands_buries_neither_the_list_nor_the_record(
    client, page, invitation, amina, act, monkeypatch
):
    monkeypatch.setattr(reporting, "MOST_A_DAY", 1)
    monkeypatch.setattr(reporting, "MOST_CHANGES_A_DAY", 2)
    for_them = {"facts": {"service": "counselling", "places": ("city",)}, "now": timezone.now()}
    report_activity(act(amina), invitation.incident, name="Mosque of the Harbour", **for_them)
    for said in ("one", "two"):  # what the city entered for them is not counted
        answer = client.post(f"{page}report/", told(title=said))
    assert "That is a lot for one day" in answer.content.decode()
    one = Activity.objects.get(title="one")
    for at, said in enumerate(("a", "b", "c")):
        form = told(title=said, version=at + 1)
        answer = client.post(f"{page}report/?entry={one.pk}", form)
    assert "That is a lot for one day" in answer.content.decode()
    one.refresh_from_db()
    assert one.title == "b"
    size = Entry.objects.count()
    for form in ({"act": "all"}, {"act": "one", "entry": str(one.pk)}):
        answer = client.post(f"{page}act/", form, follow=True)
        assert "Thank you." in answer.content.decode()
    assert Entry.objects.count() == size


def test_a_link_that_ended_was_withdrawn_or_made_up_is_not_found(
    client, page, invitation, amina, act
):
    assert client.get("/en/partner/AaIHS1-k3y_=/").status_code == 404
    withdraw_invitation(act(amina), invitation, now=timezone.now())
    assert client.get(page).status_code == 404
    type(invitation).objects.update(withdrawn_at=None, ends_at=timezone.now())
    assert client.get(page).status_code == 404
    assert client.post(f"{page}report/", told()).status_code == 404


def test_where_the_letter_went_is_forgotten_a_while_after_the_link_has_ended(amina, act, incident):
    now, told = timezone.now(), {"name": "Mosque", "email": "imam@example.org", "days": 7}
    link = invite_partner(act(amina), incident, **told, now=now)
    for days, hold, kept in ((36, None, True), (38, now, True), (38, None, False)):
        type(incident).objects.update(held_since=hold)
        assert forget_addresses(now + timedelta(days=days)) is False
        link.refresh_from_db()
        assert bool(link.email) is kept


def test_the_page_is_kept_by_nobody_and_found_by_no_search(client, page):
    answer = client.get(page)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_what_is_missing_is_said_in_the_partners_language(client, page):
    answer = client.post(page.replace("/en/", "/ar/") + "report/", told(service="", places=""))
    assert answer.status_code == 422
    assert "اختاروا خدمة من القائمة." in answer.content.decode()


def test_the_letter_tells_the_city_and_the_link_and_nothing_of_the_incident(
    amina, act, incident, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    one = invite_partner(
        act(amina), incident, name="Mosque", email="imam@example.org", language="ar",
        now=timezone.now(),
    )  # fmt: skip
    letter = Mail.objects.get()
    assert invitation_link(one) in letter.context
    assert "Shots" not in letter.context
    withdraw_invitation(act(amina), one, now=timezone.now())
    assert not Mail.objects.exists()


def test_where_no_letter_leaves_the_link_is_shown_once(signed_in, amina, incident, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    browser, path = signed_in(amina), "/en/desk/marsa-noor/incidents/1/who-does-what/partners/"
    form = {"name": "Mosque", "email": "", "language": "ar", "days": "30", "key": "once"}
    shown = browser.post(path, form).content.decode()
    link = re.search(r"/ar/partner/[^/<]+/", shown)
    assert link
    assert link[0] not in browser.get(path).content.decode()
    assert "Mosque" in browser.get(path).content.decode()


def test_who_told_of_something_is_asked_by_day_and_once_whether_it_still_stands(
    amina, act, incident, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    told_at = incident.declared_at
    one = invite_partner(
        act(amina), incident, name="Mosque", email="imam@example.org", language="ar",
        days=90, now=told_at,
    )  # fmt: skip
    facts = {"service": "counselling", "places": ("city",)}
    report_activity(act(amina), incident, organisation=one.organisation, facts=facts, now=told_at)
    Mail.objects.all().delete()
    noon = (told_at + timedelta(days=8)).replace(hour=9)  # of Amman: at noon
    assert not ask_next(noon - timedelta(days=3))
    assert not ask_next(noon.replace(hour=0))
    assert ask_next(noon)
    assert not ask_next(noon + timedelta(hours=1))
    letter = Mail.objects.get()
    assert (letter.to, letter.notice) == ("imam@example.org", "activities/letters/confirm")
    assert Entry.objects.filter(verb="partner.asked_to_confirm").count() == 1


def test_the_liaison_of_an_agency_is_asked_at_the_desk(amina, act, farid, fire, incident):
    now = incident.declared_at
    involve(act(amina), incident, [fire], now=now)
    report_activity(
        act(amina), incident, agency=fire, facts={"service": "safety", "places": ("city",)}, now=now
    )
    assert ask_next((now + timedelta(days=8)).replace(hour=9))
    asked = Alert.objects.get(notice="activities/notices/to_confirm")
    assert asked.path.endswith("who-does-what/?stale=on")
    assert [one.person for one in Delivery.objects.filter(call__alert=asked, channel="email")] == [
        farid
    ]
