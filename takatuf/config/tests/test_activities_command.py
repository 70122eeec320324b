"""Who does what from the shell."""

import pytest
from django.utils import timezone

from takatuf.config import world
from takatuf.config.commands import parser
from takatuf.foundation.errors import NotFound
from takatuf.foundation.ids import uuid7
from takatuf.incidents.services import open_incident

NOW = timezone.now()


@pytest.fixture
def incident(city, amina, act):
    world.make_area(city, "Market", 33.1, 33.5, code="02")
    return open_incident(
        act(amina), city=city, title="Shots", kind="attack", severity=2, happened_at=NOW, now=NOW
    )


def asked(*words):
    args = parser().parse_args(["activities", "coverage", *words])
    args.language = "en"
    return args.run(args)


def test_the_command_answers_who_does_what_where(incident):
    world.make_activity(incident, "food", "city", now=NOW)
    world.make_activity(incident, "helpline", "Market", level="national", who="State", now=NOW)

    answer = asked(
        "--incident", str(incident.pk), "--by", "service,area", "--organisation", "STATE"
    )

    assert answer.document["incident"] == incident.pk
    assert [row["levels"] for row in answer.document["rows"]] == [{"national": 1}]
    assert answer.text == "    1  Helpline · Market"


def test_the_command_shows_an_incident_to_whom_the_desk_would(incident, stranger):
    with pytest.raises(NotFound):
        asked("--incident", str(incident.pk), "--as", stranger.email)
    with pytest.raises(NotFound):
        asked("--incident", str(uuid7()))
