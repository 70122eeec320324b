"""The place Learn tells those who keep it that something waits."""

import pytest
from django.utils import timezone

from takatuf.config import world
from takatuf.network.models import Appointment
from takatuf.translation.services import load_first_reports

pytestmark = pytest.mark.django_db


def test_today_tells_the_secretariat_what_waits_and_nobody_else(signed_in, amina):
    load_first_reports(timezone.now())
    nadia = world.make_person("Nadia")
    Appointment.objects.create(person=nadia, role="secretariat")
    page = signed_in(nadia).get("/en/desk/today/").content.decode()
    assert "What waits for the secretariat" in page
    assert "<bdi>3</bdi> wait for you" in page
    assert "<bdi>3</bdi> wait for you" in signed_in(nadia).get("/en/desk/learn/").content.decode()
    assert "What waits for the secretariat" not in (
        signed_in(amina).get("/en/desk/today/").content.decode()
    )
