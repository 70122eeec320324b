"""The place Learn tells those who keep it that something waits."""

import pytest
from django.utils import timezone

from takatuf.config import world
from takatuf.foundation.ids import uuid7
from takatuf.network.models import Appointment
from takatuf.network.queries import _free_slug
from takatuf.network.services import NewApplication, keep_application
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


def test_where_no_letter_leaves_an_application_waits_for_the_secretariat_at_once(
    signed_in, settings
):
    """No applicant can confirm an address there: somebody must see that they asked."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    keep_application(
        NewApplication(
            authority="Zaytoun Valley", level="municipality", country="JO",
            website="https://zaytoun.example.org", contact_name="Reem", office="Town clerk",
            email="reem@zaytoun.example.org", language="en", proof="letter",
            letter_reference="118", once=uuid7(),
        ),
        now=timezone.now(),
    )  # fmt: skip
    nadia = world.make_person("Nadia")
    Appointment.objects.create(person=nadia, role="secretariat")
    client = signed_in(nadia)
    assert "<bdi>1</bdi> waits for you" in client.get("/en/desk/today/").content.decode()
    for shown in ("", "?which=all"):
        page = client.get(f"/en/desk/learn/applications/{shown}").content.decode()
        assert "Zaytoun Valley" in page
        assert "No application waits" not in page


@pytest.mark.parametrize(
    ("authority", "website", "slug"),
    [
        ("Ville d’Orée-les-Bains", "https://oree.example.org", "ville-d-oree-les-bains"),
        ("بلدية وادي الورد", "https://www.wadi-ward.example.org", "wadi-ward"),
        ("بلدية وادي الورد", "https://xn--mgbtx2b.example.org", "jo-city"),
    ],
)
@pytest.mark.once
def test_a_city_is_called_in_addresses_as_it_calls_itself(authority, website, slug):
    """The short name stays for good, so what is put forward should be right as it is."""
    assert _free_slug(authority, website, "JO") == slug
