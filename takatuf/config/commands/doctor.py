"""`takatuf doctor`: what stands, what is missing, and what to do about it."""

import argparse
import shutil
import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from takatuf.config.commands import Answer, Subparsers, leaf

LITTLE_SPACE = 500 * 1024 * 1024
CLOCK_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)  # earlier than this code: the clock is wrong
Finding = tuple[bool, str]


def add_parser(sub: Subparsers) -> None:
    leaf(sub, "doctor", "Check the installation; exit status 1 if something is at fault", doctor)


def doctor(args: argparse.Namespace) -> Answer:
    from takatuf.config.faults import refusal_of

    checks = []
    labels, lines = _labels(), []
    for name, check in CHECKS.items():
        try:
            ok, message = check()
        except Exception as error:
            # Whatever breaks a check is what the doctor was called for.
            refusal = refusal_of(error)
            ok = False
            message = refusal[1] if refusal else f"{type(error).__name__}: {error}"
        checks.append({"name": name, "ok": ok, "message": message})
        lines.append(f"{'✓' if ok else '✗'} {labels[name]}: {message}")
    fault = not all(check["ok"] for check in checks)
    return Answer({"ok": not fault, "checks": checks}, "\n".join(lines), fault=fault)


def _labels() -> dict[str, str]:
    """What each check looks at, for people; programs know it by its name."""
    from django.utils.translation import pgettext

    return {
        "database": pgettext("check", "Database"),
        "migrations": pgettext("check", "Tables"),
        "keys": pgettext("check", "Keys"),
        "address": pgettext("check", "Address"),
        "mail": pgettext("check", "Mail"),
        "sms": pgettext("check", "SMS"),
        "sign-on": pgettext("check", "Single sign-on"),
        "worker": pgettext("check", "Worker"),
        "space": pgettext("check", "Space"),
        "languages": pgettext("check", "Languages"),
        "fonts": pgettext("check", "Fonts"),
        "clock": pgettext("check", "Clock"),
    }


def database() -> Finding:
    from django.db import connection
    from django.utils.translation import gettext as _

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, _("%(database)s answers.") % {"database": connection.display_name}


def tables_are_ready() -> bool:
    """Whether the database has every table and column of this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrations() -> Finding:
    from django.utils.translation import gettext as _

    if not tables_are_ready():
        return False, _("The tables are not up to date. Run “takatuf setup”.")
    return True, _("The tables are up to date.")


def keys() -> Finding:
    from pathlib import Path

    from django.conf import settings
    from django.utils.translation import gettext as _

    from takatuf.foundation.crypto import key_file, seal, unseal

    if unseal(seal("✓")) != "✓":
        return False, _(
            "What is sealed cannot be opened again. Restore the folder of keys from the backup."
        )
    folder = Path(settings.KEY_FOLDER)
    files = [key_file(), *(path for path in folder.rglob("*") if path.is_file())]
    files += [path for path in [Path(settings.HOME) / "secret.key"] if path.exists()]
    database = Path(settings.HOME) / "takatuf.sqlite3"
    home = [Path(settings.HOME)] if database.exists() else []  # who reads it reads all of it
    for path in [*home, folder, *files]:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            words = _("Other users of this machine can reach %(path)s. Run: chmod go= %(path)s")
            return False, words % {"path": path}
    return True, _("The keys are here and closed to other users.")


def address() -> Finding:
    """Whether people can follow a link of a message to this installation, and safely."""
    from django.conf import settings
    from django.http.request import validate_host
    from django.utils.translation import gettext as _

    from takatuf.network.queries import all_cities

    words = {"address": settings.BASE_URL, "host": urlsplit(settings.BASE_URL).hostname or ""}
    sends = bool(settings.EMAIL_HOST or settings.SMS_URL)
    here = words["host"] == "localhost" or words["host"].startswith("127.")
    if settings.DEBUG:
        return False, _(
            "TAKATUF_DEBUG is on, and faults show the insides to whoever meets them. Take it out."
        )
    root = settings.ROOT_CITY
    if root and not all_cities().filter(slug=root).exists():
        return False, _(
            "TAKATUF_ROOT_CITY names %(city)s, which is not here. "
            "“takatuf city list” shows what is."
        ) % {"city": root}
    if not validate_host(words["host"], settings.ALLOWED_HOSTS):
        return False, _(
            "Links lead to %(address)s, but the server does not answer to that name. "
            "Add %(host)s to TAKATUF_HOSTS."
        ) % words
    if here and sends:
        return False, _(
            "Links lead to %(address)s, which only this machine reaches. "
            "Set TAKATUF_BASE_URL to the address that people use."
        ) % words
    if here:
        return True, _("Links lead to %(address)s, which only this machine reaches.") % words
    if not settings.BASE_URL.startswith("https://"):
        return False, _(
            "Links lead to %(address)s: passwords travel readable. "
            "Serve by https and write it into TAKATUF_BASE_URL."
        ) % words
    if not settings.SESSION_COOKIE_SECURE:
        return False, _(
            "Links lead to %(address)s, but cookies are also sent without https. "
            "Set TAKATUF_HTTPS=1."
        ) % words
    return True, _("Links lead to %(address)s, and the server answers to that name.") % words


def mail() -> Finding:
    from django.conf import settings
    from django.utils.translation import gettext as _

    if not settings.EMAIL_HOST:
        return False, _(
            "No mail server is set, so nobody is called by e-mail. Set TAKATUF_MAIL_HOST."
        )
    where = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    if problem := _unreachable(settings.EMAIL_HOST, settings.EMAIL_PORT):
        words = _(
            "The mail server %(host)s:%(port)s does not answer (%(problem)s). See that it runs, "
            "that a firewall lets this machine through, and that TAKATUF_MAIL_HOST and "
            "TAKATUF_MAIL_PORT are right."
        )
        return False, words % {**where, "problem": problem}
    return True, _("The mail server %(host)s:%(port)s answers.") % where


def sms() -> Finding:
    from django.utils.translation import gettext as _

    from takatuf.config.environment import read

    url = read("TAKATUF_SMS_URL")
    if not url:
        return True, _("No SMS gateway is set; calls go by e-mail and the desk alone.")
    if not url.startswith(("http://", "https://")):
        return False, _("TAKATUF_SMS_URL must begin with http:// or https://.")
    if "{to}" not in url + read("TAKATUF_SMS_BODY"):
        return False, _("TAKATUF_SMS_URL or TAKATUF_SMS_BODY must hold {to}.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    port = port or (443 if url.startswith("https") else 80)
    where = {"host": host, "port": port}
    if problem := _unreachable(host, port):
        words = _(
            "The SMS gateway %(host)s:%(port)s does not answer (%(problem)s). See that it runs, "
            "that a firewall lets this machine through, and that TAKATUF_SMS_URL is right."
        )
        return False, words % {**where, "problem": problem}
    return True, _("The SMS gateway %(host)s:%(port)s answers.") % where


def _unreachable(host: str, port: int) -> str:
    """Why nothing answers there; empty where something does."""
    try:
        socket.create_connection((host, port), timeout=5).close()
    except (OSError, UnicodeError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def sign_on() -> Finding:
    from django.conf import settings
    from django.utils.translation import gettext as _

    from takatuf.accounts import oidc

    if not oidc.is_on():
        return True, _("Nobody signs in at another server.")
    where = {"issuer": settings.OIDC_ISSUER}
    try:
        oidc.look()
    except oidc.Failed as failed:
        if failed.why == "unreachable":
            words = _("%(issuer)s does not answer. Look at TAKATUF_OIDC_ISSUER and the network.")
        else:
            words = _("%(issuer)s does not describe itself as such. Look at TAKATUF_OIDC_ISSUER.")
        return False, words % where
    return True, _("People may sign in at %(issuer)s, which answers.") % where


def worker() -> Finding:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.alerts.queries import worker_seen_at

    seen = worker_seen_at()
    if seen is None:
        return False, _(
            "No worker has run yet, so nobody is called. Start “takatuf worker”, or serve with "
            "--with-worker."
        )
    seconds = (timezone.now() - seen).total_seconds()
    if seconds > 120:
        words = _(
            "The worker was last seen at %(at)s; since then nobody is called. "
            "Start “takatuf worker”."
        )
        return False, words % {"at": seen.isoformat(timespec="seconds")}
    return True, _("The worker is at work.")


def space() -> Finding:
    from django.utils.translation import gettext as _

    from takatuf.config.environment import home

    free = shutil.disk_usage(home()).free
    more = {"megabytes": free // 2**20, "home": home()}
    if free <= LITTLE_SPACE:
        words = _(
            "Only %(megabytes)s MB are free in %(home)s. Make room: on a full disk nothing can "
            "be declared or recorded."
        )
        return False, words % more
    return True, _("%(megabytes)s MB are free in %(home)s.") % more


def languages() -> Finding:
    from django.conf import settings
    from django.utils.translation import gettext as _

    from takatuf.config.faults import words_of
    from takatuf.config.languages import LOCALE, catalogues
    from takatuf.foundation.text import listed

    if settings.LANGUAGE_FAULTS:
        return False, words_of(settings.LANGUAGE_FAULTS[0])
    stale = [
        source.parents[1].name
        for source in catalogues(LOCALE, settings.HOME / "locale")
        if not (made := source.with_suffix(".mo")).exists()
        or made.stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        words = _("Not compiled: %(languages)s. Run “takatuf setup”.")
        return False, words % {"languages": listed(stale)}
    return True, _("The languages are compiled.")


def fonts() -> Finding:
    from django.utils.translation import gettext as _

    from takatuf.ui.assets import FOLDER, SCRIPTS, WEIGHTS

    if len(list(FOLDER.glob("*.woff2"))) < len(SCRIPTS) * len(WEIGHTS):
        return False, _("The fonts are not built. Run “takatuf setup”.")
    return True, _("The fonts are built.")


def clock() -> Finding:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    now = timezone.now()
    if now < CLOCK_BEGAN:
        words = _("The clock shows %(now)s. Set it: the record depends on it.")
        return False, words % {"now": now.isoformat(timespec="seconds")}
    return True, _("The clock shows %(now)s.") % {"now": now.isoformat(timespec="seconds")}


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": database,
    "migrations": migrations,
    "keys": keys,
    "address": address,
    "mail": mail,
    "sms": sms,
    "sign-on": sign_on,
    "worker": worker,
    "space": space,
    "languages": languages,
    "fonts": fonts,
    "clock": clock,
}
