"""A whole installation of its own, in other processes: what a test's transaction cannot show."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from takatuf.testing.prepared import prepared

ROOT = Path(__file__).parents[2]


class Installation:
    """Its environment, and ways to run code in it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def run(self, code: str, *words: str) -> str:
        """Run Python code in a set-up Django; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}", *words],
            env=self.environment, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def start(self, code: str) -> subprocess.Popen[bytes]:
        """Run Python code beside this process."""
        return subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.environment,
            cwd=ROOT,
        )

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """The server of this installation beside us; its address, which is its TAKATUF_BASE_URL."""
        base = self.environment["TAKATUF_BASE_URL"]
        command = "from takatuf.config.command import main; main()"
        server = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", str(urlsplit(base).port)],
            env=self.environment, cwd=ROOT,
        )  # fmt: skip
        try:
            wait_for(f"{base}/health/")
            yield base
        finally:
            server.terminate()
            server.wait(timeout=10)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    """Until a server answers there. Raises `RuntimeError` where none does."""
    for _attempt in range(150):
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"No server answered at {address}.")


@contextlib.contextmanager
def installation(**settings: str) -> Iterator[Installation]:
    """A fresh, migrated installation with these settings, gone when the block ends.

    It has a database of its own: a file, or one on the server that DATABASE_URL names.
    """
    with tempfile.TemporaryDirectory(prefix="takatuf-") as folder, _database() as url:
        environment = {
            **os.environ,
            "TAKATUF_HOME": folder,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "takatuf.config.settings",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        if environment["DATABASE_URL"]:
            _migrate(environment, Path(folder))
        else:
            prepared("migrated", partial(_migrate, environment), Path(folder))
        yield Installation(environment)


def _migrate(environment: dict[str, str], folder: Path) -> None:
    Installation(environment | {"TAKATUF_HOME": str(folder)}).run(
        "from django.core.management import call_command; call_command('migrate', '-v0')"
    )


@contextlib.contextmanager
def _database() -> Iterator[str]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"takatuf_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# Code for `run`: a city whose agencies have this many people, all called at once by e-mail.
CALL_MANY = """
import sys
from datetime import timedelta
from django.utils import timezone
from takatuf.accounts.models import Person
from takatuf.alerts.notices import test_notice
from takatuf.alerts.services import raise_alert
from takatuf.config import world
from takatuf.foundation.actors import COMMAND
from takatuf.network.models import Agency, Membership
import time
count, agencies = int(sys.argv[1]), int(sys.argv[2])
city = world.make_city()
houses = [world.make_agency(city, f"Agency {number}") for number in range(agencies)]
people = Person.objects.bulk_create(
    [Person(email=f"p{n}@example.org", name=f"Person {n}", language=["ar", "en", "fr"][n % 3])
     for n in range(count)], batch_size=500)
Membership.objects.bulk_create(
    [Membership(person=person, agency=houses[n % agencies]) for n, person in enumerate(people)],
    batch_size=500)
began = time.perf_counter()
raise_alert(COMMAND, test_notice(city.name, city.names, "incident:many"), city=city,
            agencies=houses, answer_within=timedelta(hours=1), now=timezone.now())
print(time.perf_counter() - began)
"""
