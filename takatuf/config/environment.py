"""Every setting that the environment may give: name, meaning, default. Held against the docs.

`docs/reference/settings.md` is this table; a test compares the two.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """One environment variable; an empty value counts as unset."""

    name: str
    default: str
    meaning: str


SETTINGS = {
    setting.name: setting
    for setting in [
        Setting("TAKATUF_HOME", "./var", "Folder of the database, the keys and the uploaded files"),
        Setting(
            "DATABASE_URL",
            "",
            "PostgreSQL as postgresql://user:password@host:port/name; "
            "empty means SQLite in TAKATUF_HOME",
        ),
        Setting(
            "TAKATUF_SECRET_KEY",
            "",
            "Key for sessions and links; empty means one made at set-up and kept in TAKATUF_HOME",
        ),
        Setting("TAKATUF_DEBUG", "0", "1 shows errors to the developer; never in service"),
        Setting(
            "TAKATUF_BASE_URL",
            "http://127.0.0.1:8000",
            "Address that people reach, used in the links of messages",
        ),
        Setting(
            "TAKATUF_HOSTS",
            "127.0.0.1,localhost",
            "Host names that the server answers to, with commas between",
        ),
        Setting(
            "TAKATUF_HTTPS",
            "0",
            "1 when people reach the server by https: cookies are then sent by https alone",
        ),
        Setting("TAKATUF_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
        Setting(
            "TAKATUF_MAIL_HOST",
            "",
            "SMTP server; empty means that e-mail is not sent "
            "and each message is shown as waiting for a person",
        ),
        Setting("TAKATUF_MAIL_PORT", "587", "Port of the SMTP server"),
        Setting("TAKATUF_MAIL_USER", "", "User at the SMTP server"),
        Setting("TAKATUF_MAIL_PASSWORD", "", "Password at the SMTP server"),
        Setting("TAKATUF_MAIL_TLS", "starttls", "starttls, tls or none"),
        Setting("TAKATUF_MAIL_FROM", "takatuf@localhost", "Sender of every e-mail"),
        Setting(
            "TAKATUF_SMS_URL",
            "",
            "Address of the SMS gateway with {to}, {text}, {from}, "
            "{id} and {coding} in it, as Kannel's sendsms; empty means no SMS",
        ),
        Setting("TAKATUF_SMS_METHOD", "GET", "GET or POST"),
        Setting("TAKATUF_SMS_BODY", "", "Body of a POST, with the same places"),
        Setting("TAKATUF_SMS_HEADERS", "", "Headers as Name: value, with | between"),
        Setting("TAKATUF_SMS_FROM", "Takatuf", "Sender of every SMS"),
        Setting("TAKATUF_SMS_ACCEPTED", "200,201,202", "HTTP statuses that mean accepted"),
        Setting(
            "TAKATUF_CHECKPOINT_MINUTES", "60", "Minutes between signed checkpoints of the journal"
        ),
        Setting("TAKATUF_SAMPLES", "", "Folder of third-party sample files for the tests"),
    ]
}


def read(name: str) -> str:
    """The value of a setting; an empty variable counts as unset.

    Raises `KeyError` for a name that is not in the table: a setting nobody documented.
    """
    return os.environ.get(name) or SETTINGS[name].default


def read_flag(name: str) -> bool:
    return read(name).strip().lower() in {"1", "true", "yes", "on"}


def read_list(name: str) -> list[str]:
    return [part.strip() for part in read(name).split(",") if part.strip()]


def home() -> Path:
    """The data folder, made if need be, closed to other users of the machine."""
    folder = Path(read("TAKATUF_HOME")).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
