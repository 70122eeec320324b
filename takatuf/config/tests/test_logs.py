"""A log line holds no key, and no more of a stranger's words than it must."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse

from takatuf.config.logs import LONGEST, Discreet
from takatuf.public.context import KEYED

pytestmark = pytest.mark.once


def line(path):
    record = logging.LogRecord("x", 30, "f", 1, "Not Found: %s", (path,), None)
    assert Discreet().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("name", sorted(KEYED))
def test_an_address_that_is_somebodys_key_is_blotted_out(name):
    path = reverse(f"public:{name}", args=["AaIHS1-k3y_="])

    assert "k3y" not in line(path)
    assert line(path).startswith("Not Found: /en/")


def test_a_line_is_cut_and_any_other_stays():
    assert len(line("/en/" + "A" * 60_000)) == LONGEST + 1
    assert line("/en/library/oslo-2011-support/") == "Not Found: /en/library/oslo-2011-support/"


def test_every_line_goes_through_it():
    assert all("discreet" in one["filters"] for one in settings.LOGGING["handlers"].values())
