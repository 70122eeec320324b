"""A small world that every test can stand in: one city, four agencies, and strangers."""

import gc
import os
import time
from functools import lru_cache
from importlib import import_module

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import translation

from takatuf.config import world
from takatuf.foundation import closely
from takatuf.foundation.samples import samples_folder
from takatuf.testing import prepared
from tests.house.rules import page_faults, templates_have_no_inline_code

# Thousands of small tests in one process: the collector would go through all modules again and
# again, and find nothing to collect.
gc.freeze()
gc.set_threshold(50_000, 20, 20)


def pytest_configure(config):
    """One folder of the run for what its processes prepare once and copy."""
    run = prepared.shared()
    run.__enter__()
    config.add_cleanup(lambda: run.__exit__(None, None, None))


def pytest_collection_modifyitems(items):
    """The long tests in a browser come first: at the end one process would be left with them
    and the other with nothing."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """The product hashes a password slowly on purpose, the tests hash hundreds of them."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[quick, *settings.PASSWORD_HASHERS]):
        yield


_loaded = closely._loaded


@pytest.fixture(scope="session", autouse=True)
def at_a_glance():
    """Texts are read side by side where that is tried; elsewhere it would only cost time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closely, "_loaded", lru_cache(lambda _taught: None))
        yield


@pytest.fixture(autouse=True)
def side_by_side(request, monkeypatch):
    """And there they are."""
    if request.node.get_closest_marker("reads_closely"):
        monkeypatch.setattr(closely, "_loaded", _loaded)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The search's index is no model: its migration lays it out, here too."""
    laying = import_module("takatuf.search.migrations.0001_initial")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        laying.lay_out(None, editor)


@pytest.fixture
def city(db):
    return world.make_city()


@pytest.fixture
def municipality(city):
    return world.make_agency(city, "Municipality of Marsa Noor", "municipality")


@pytest.fixture
def fire(city):
    return world.make_agency(city, "Fire and Rescue", "fire")


@pytest.fixture
def health(city):
    return world.make_agency(city, "Health Directorate", "health", level="region")


@pytest.fixture
def amina(municipality):
    """Response coordinator."""
    return world.make_person("Amina", (municipality, "coordinator"), phone="+962790000001")


@pytest.fixture
def mayor(municipality):
    return world.make_person("Rana", (municipality, "mayor", 2))


@pytest.fixture
def bilal(health):
    """First in Health's call order; reads Arabic."""
    return world.make_person("Bilal", (health, "liaison", 1), language="ar")


@pytest.fixture
def chen(health):
    """Second in Health's call order."""
    return world.make_person("Chen", (health, "liaison", 2), language="fr")


@pytest.fixture
def farid(fire):
    return world.make_person("Farid", (fire, "liaison", 1))


@pytest.fixture
def elsewhere(db):
    return world.make_city("elsewhere", name="Elsewhere")


@pytest.fixture
def stranger(elsewhere):
    """The coordinator of another city."""
    agency = world.make_agency(elsewhere, "Municipality of Elsewhere", "municipality")
    return world.make_person("Stranger", (agency, "coordinator"))


@pytest.fixture(scope="session")
def demo_server():
    """The demo city on a server of its own, for tests that only a real browser can ask."""
    from takatuf.testing.browser import chromium
    from takatuf.testing.shots import running_demo

    if chromium() is None:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("No Chromium was found. Install the package chromium.")
    with running_demo() as demo:
        yield demo


@pytest.fixture
def act():
    """The actor that a person is."""
    return world.acting


@pytest.fixture
def samples():
    """The folder of third-party sample files; without it the test is skipped, or fails in CI."""
    folder = samples_folder()
    if not folder.is_dir():
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop(f"No sample files at {folder}: set TAKATUF_SAMPLES to their folder.")
    return folder


@pytest.fixture(autouse=True)
def house_style(monkeypatch):
    """Hold every page that a test opens to the house style, without the test asking for it."""
    plain = Client.request

    def request(self, **environ):
        response = plain(self, **environ)
        whole_page = (
            response.get("Content-Type", "").startswith("text/html")
            and not response.streaming
            and "HTTP_HX_REQUEST" not in environ
            and response.content
        )
        if whole_page:
            html = response.content.decode()
            faults = [*page_faults(html), *templates_have_no_inline_code("the page", html)]
            assert not faults, f"{environ.get('PATH_INFO')}: {' '.join(faults)}"
        return response

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture(autouse=True)
def own_language():
    """A page in Arabic that one test opened does not set the language of the next test."""
    yield
    translation.deactivate()


@pytest.fixture
def signed_in(db):
    """A browser in which this person has signed in, with the second step that their role needs."""

    def browser(person):
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods_user"] = str(person.pk)
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session.save()
        return client

    return browser
