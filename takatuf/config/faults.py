"""What a fault of the machine is called: a code and one sentence that says what to do."""

from __future__ import annotations

import getpass
import os

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from takatuf.config.languages import FolderFault
from takatuf.foundation.errors import Declined

# What SQLite and PostgreSQL say of a table or a column that is not there yet.
NO_TABLES = ("no such table", "no such column", "has no column named", "does not exist")
NO_ROOM = ("disk is full", "no space left", "no more space")
SHUT = ("unable to open database file", "readonly database", "disk i/o error")
DAMAGED = ("not a database", "malformed")


def words_of(fault: FolderFault) -> str:
    """What is wrong with a language's folder or a sentence in it, and what to do."""
    words = {
        "language-code": _(
            "%(folder)s is left out: a folder is named by the code of its language, such as nb "
            "or pt_BR."
        ),
        "language-file-missing": _(
            '%(folder)s is left out: it has no language.json. Write {"scope": "public"} into it.'
        ),
        "language-file": _("%(folder)s is left out: language.json cannot be read (%(problem)s)."),
        "language-scope": _("%(folder)s is left out: the scope in language.json must be “public”."),
        "language-name": _(
            "%(folder)s is left out: own_name in language.json must be words of 40 characters "
            "at most."
        ),
        "language-unknown": _(
            "%(folder)s is left out: the language is not known by this code. Check the code, or "
            "write its own_name into language.json."
        ),
        "catalogue": _("%(file)s cannot be read and is left out (%(problem)s)."),
        "placeholder": _(
            "%(file)s, line %(line)s is left out: its placeholders are not those of the source "
            "(%(places)s)."
        ),
    }
    return words[fault.code] % fault.details


def refusal_of(error: BaseException) -> tuple[str, str] | None:
    """Code and words for a refusal or a fault of the machine; None for a fault of ours."""
    if isinstance(error, Declined):
        return error.code, str(error)
    if isinstance(error, ImproperlyConfigured):
        return "settings", str(error)
    if isinstance(error, DatabaseError | InterfaceError):
        words = _of_the_database(error)
        return ("database", words) if words else None
    if isinstance(error, OSError) and error.filename:
        words = _(
            "%(file)s cannot be read or written (%(problem)s). "
            "See that it is there and belongs to the user %(user)s."
        )
        return "file", words % {
            "file": error.filename,
            "problem": error.strerror,
            "user": _user(),
        }
    return None


def _of_the_database(error: Exception) -> str:
    """What is wrong with the database; empty where the question itself was wrong."""
    from django.db import connection

    problem = str(error).strip().partition("\n")[0]
    said = problem.lower()
    values = connection.settings_dict
    more = {"problem": problem, "user": _user(), "where": values["NAME"]}
    if any(words in said for words in NO_TABLES) and "database" not in said:
        words = _("The tables are missing or not up to date. Run “takatuf setup”. (%(problem)s)")
    elif any(words in said for words in NO_ROOM):
        words = _("The disk of the database is full. Make room on it. (%(problem)s)")
    elif connection.vendor == "sqlite" and any(words in said for words in SHUT):
        words = _(
            "The database %(where)s cannot be opened or written (%(problem)s). "
            "See that it and its folder belong to the user %(user)s."
        )
    elif connection.vendor == "sqlite" and any(words in said for words in DAMAGED):
        words = _(
            "%(where)s is damaged or no database (%(problem)s). Keep a copy of it and restore "
            "the backup."
        )
    elif connection.vendor == "sqlite" and "locked" in said:
        words = _(
            "The database %(where)s is held by another program (%(problem)s). Try again when it "
            "has ended."
        )
    elif connection.vendor == "postgresql" and connection.connection is None:
        more["where"] = f"{values['HOST']}:{values['PORT']}/{values['NAME']}"
        words = _(
            "The database %(where)s does not answer (%(problem)s). "
            "See that it runs and that DATABASE_URL is right."
        )
    else:
        return ""
    return words % more


def _user() -> str:
    """The name of the user as whom this runs, for whoever gives them a right."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return str(os.geteuid())
