"""`takatuf doctor`: what stands, what is missing, and what to do about it."""

import argparse
import shutil
import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime

from takatuf.config.commands import Answer, Subparsers, leaf

LITTLE_SPACE = 500 * 1024 * 1024
CLOCK_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)  # earlier than this code: the clock is wrong
Finding = tuple[bool, str]


def add_parser(sub: Subparsers) -> None:
    leaf(sub, "doctor", "Check the installation; exit status 1 if something is at fault", doctor)


def doctor(args: argparse.Namespace) -> Answer:
    checks = []
    for name, check in CHECKS.items():
        try:
            ok, message = check()
        except Exception as error:
            # Whatever breaks a check is what the doctor was called for.
            ok, message = False, f"{type(error).__name__}: {error}"
        checks.append({"name": name, "ok": ok, "message": message})
    fault = not all(check["ok"] for check in checks)
    lines = [f"{'✓' if c['ok'] else '✗'} {c['name']}: {c['message']}" for c in checks]
    return Answer({"ok": not fault, "checks": checks}, "\n".join(lines), fault=fault)


def database() -> Finding:
    from django.db import connection
    from django.utils.translation import gettext as _

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, _("%(database)s answers.") % {"database": connection.display_name}


def migrations() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.utils.translation import gettext as _

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return False, _("The tables are not up to date. Run “takatuf setup”.")
    return True, _("The tables are up to date.")


def keys() -> Finding:
    from pathlib import Path

    from django.conf import settings
    from django.utils.translation import gettext as _

    from takatuf.foundation.crypto import key_file, seal, unseal

    if unseal(seal("✓")) != "✓":
        return False, _("What is sealed cannot be opened again.")
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


def mail() -> Finding:
    from django.conf import settings
    from django.utils.translation import gettext as _

    if not settings.EMAIL_HOST:
        return False, _("No mail server is set: give TAKATUF_MAIL_HOST.")
    where = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=5).close()
    except OSError as error:
        words = _("The mail server %(host)s:%(port)s does not answer: %(problem)s")
        return False, words % {**where, "problem": error}
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
    return True, _("An SMS gateway is set.")


def worker() -> Finding:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.alerts.queries import worker_seen_at

    seen = worker_seen_at()
    if seen is None:
        return False, _("No worker has run yet. Start “takatuf worker”.")
    seconds = (timezone.now() - seen).total_seconds()
    if seconds > 120:
        words = _("The worker was last seen at %(at)s. Start “takatuf worker”.")
        return False, words % {"at": seen.isoformat(timespec="seconds")}
    return True, _("The worker is at work.")


def space() -> Finding:
    from django.utils.translation import gettext as _

    from takatuf.config.environment import home

    free = shutil.disk_usage(home()).free
    words = _("%(megabytes)s MB are free in %(home)s.")
    return free > LITTLE_SPACE, words % {"megabytes": free // 2**20, "home": home()}


def languages() -> Finding:
    from django.utils.translation import gettext as _

    from takatuf.config.languages import catalogues
    from takatuf.foundation.text import listed

    stale = [
        source.parents[1].name
        for source in catalogues()
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
    "mail": mail,
    "sms": sms,
    "worker": worker,
    "space": space,
    "languages": languages,
    "fonts": fonts,
    "clock": clock,
}
