"""Every setting that the environment may give: name, meaning, default. Held against the docs.

`docs/reference/settings.md` is this table; a test compares the two.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from takatuf.foundation.errors import Declined, Words


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
            "PostgreSQL as postgresql://user:password@host:port/name, with ?sslmode=require or the "
            "like where it is far away; empty means SQLite in TAKATUF_HOME",
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
        Setting(
            "TAKATUF_DEVICE_HOURS",
            "24",
            "Hours for which a device may show an incident's pages without a network, at most "
            "168; 0 keeps no page on any device",
        ),
        Setting(
            "TAKATUF_OIDC_ISSUER",
            "",
            "OpenID Connect: the issuer at which people may sign in, "
            "as https://login.our-town.example; empty means none",
        ),
        Setting("TAKATUF_OIDC_CLIENT_ID", "", "OpenID Connect: the client id of this system there"),
        Setting("TAKATUF_OIDC_CLIENT_SECRET", "", "OpenID Connect: its client secret"),
        Setting("TAKATUF_OIDC_NAME", "OpenID Connect", "OpenID Connect: what the button calls it"),
        Setting(
            "TAKATUF_OIDC_DOMAINS",
            "",
            "OpenID Connect: e-mail domains that are taken, with commas between; empty means all",
        ),
        Setting(
            "TAKATUF_OIDC_UNKNOWN",
            "refuse",
            "OpenID Connect: refuse whoever has no account here, or invite: "
            "they get one without any post",
        ),
        Setting(
            "TAKATUF_OIDC_TRUSTED_AMR",
            "",
            "OpenID Connect: values of amr that count as the second factor, with commas between "
            "(for example mfa); empty means that our own is asked for",
        ),
        Setting(
            "TAKATUF_OIDC_TRUSTED_ACR",
            "",
            "OpenID Connect: values of acr that count as the second factor; "
            "they are also asked for",
        ),
        Setting(
            "TAKATUF_NETWORK_NAME",
            "",
            "Name of the network of cities that runs this installation, shown on the public pages",
        ),
        Setting(
            "TAKATUF_NETWORK_MARK",
            "",
            "The network's mark: path of an SVG or PNG file of 100 kB at most",
        ),
        Setting(
            "TAKATUF_NETWORK_CONTACT",
            "",
            "Where people reach the network: an e-mail address, or a page as https://…",
        ),
        Setting(
            "TAKATUF_ROOT_CITY",
            "",
            "Short name of the one city whose public page is the first page here; empty means "
            "the page of the network",
        ),
        Setting(
            "TAKATUF_MISTAKES_TO",
            "",
            "E-mail address that is told, once in a quarter of an hour at most, that readers "
            "reported mistakes; empty means nobody: they wait at the desk",
        ),
        Setting(
            "TAKATUF_REGISTRATION_DAYS",
            "30",
            "Days after a dialogue for which it is kept who registered for it, 1 to 365",
        ),
        Setting(
            "TAKATUF_OVERLAP_HORIZONTAL",
            "50",
            "From which score on, 1 to 100, two activities of one level are proposed as an overlap",
        ),
        Setting(
            "TAKATUF_OVERLAP_VERTICAL",
            "50",
            "The same between a local and a national activity",
        ),
        Setting("TAKATUF_OVERLAP_NUMBER", "40", "The same for two telephone numbers for one need"),
        Setting("TAKATUF_OVERLAP_FUND", "40", "The same for two appeals for donations"),
        Setting("TAKATUF_OVERLAP_EVENT", "50", "The same for two commemorations"),
        Setting(
            "TAKATUF_OVERLAP_EVENT_DAYS",
            "3",
            "Days within which two commemorations are put side by side, 0 to 60",
        ),
        Setting(
            "TAKATUF_OVERLAP_HOURS",
            "36",
            "Hours for which a proposed overlap may stay unanswered before it passes to the next "
            "who may decide, 1 to 720",
        ),
        Setting(
            "TAKATUF_GAP_ENDS_DAYS",
            "30",
            "Days before its end from which an activity that nothing follows is a gap, 1 to 365",
        ),
        Setting(
            "TAKATUF_GAP_THIN_WEEKS",
            "4",
            "Cover is thin where those who help would need more than so many weeks to see "
            "everybody once, 1 to 52",
        ),
        Setting(
            "TAKATUF_TRANSLATOR",
            "memory",
            "Machine translation of public texts: memory (no machine), libretranslate or "
            "apertium (installed on this machine)",
        ),
        Setting(
            "TAKATUF_TRANSLATOR_URL",
            "",
            "Address of the LibreTranslate server; public texts are sent there, by https unless "
            "it runs on this machine",
        ),
        Setting(
            "TAKATUF_TRANSLATOR_KEY", "", "Key of the LibreTranslate server, if it asks for one"
        ),
        Setting("TAKATUF_SAMPLES", "", "Folder of third-party sample files for the tests"),
    ]
}


# What may stand after the ? of DATABASE_URL, as libpq understands it.
OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"})

CONTACT = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+|https://[^\s<>\"]+")
MARKS = (".svg", ".png")
LARGEST_MARK = 100_000


def read(name: str) -> str:
    """The value of a setting; an empty variable counts as unset.

    Raises `KeyError` for a name that is not in the table: a setting nobody documented.
    """
    return os.environ.get(name) or SETTINGS[name].default


class BadSetting(Declined):
    """A setting that will not do; its sentence names the variable and says what to write.

    It becomes words only when it is said: languages need settings, and these were not read.
    """

    code = "settings"

    def __init__(self, words: Words, **values: object) -> None:
        Exception.__init__(self)  # Declined's own would already look at the words
        self.words, self.values, self.field = words, values, None

    def __str__(self) -> str:
        return str(self.words) % self.values


def read_flag(name: str) -> bool:
    return read(name).strip().lower() in {"1", "true", "yes", "on"}


def read_list(name: str) -> list[str]:
    return [part.strip() for part in read(name).split(",") if part.strip()]


def read_number(name: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises `BadSetting`."""
    text = read(name).strip()
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise BadSetting(
            _("%(name)s is “%(text)s”: write a whole number from %(least)s to %(most)s."),
            name=name,
            text=text,
            least=least,
            most=most,
        )
    return int(text)


def read_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of a few words, in any case. Raises `BadSetting`."""
    text = read(name).strip()
    for choice in choices:
        if text.lower() == choice.lower():
            return choice
    raise BadSetting(
        _("%(name)s is “%(text)s”: write one of %(choices)s."),
        name=name,
        text=text,
        choices=" · ".join(choices),
    )


def read_statuses(name: str) -> frozenset[int]:
    """HTTP statuses, with commas between. Raises `BadSetting`."""
    texts = read_list(name)
    if not texts or not all(re.fullmatch("[1-5][0-9][0-9]", text) for text in texts):
        raise BadSetting(
            _("%(name)s is “%(text)s”: write HTTP statuses with commas between, as in 200,202."),
            name=name,
            text=read(name),
        )
    return frozenset(int(text) for text in texts)


def read_address(name: str) -> str:
    """The address of a web site, without a slash at its end. Raises `BadSetting`."""
    text = read(name).strip().rstrip("/")
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.path or parts.query or parts.fragment or " " in text:
        raise BadSetting(
            _("%(name)s is “%(text)s”: write it as in https://response.our-town.example"),
            name=name,
            text=text,
        )
    return text


def read_contact(name: str) -> str:
    """An e-mail address or the address of a page by https, or nothing. Raises `BadSetting`."""
    text = read(name).strip()
    if text and not CONTACT.fullmatch(text):
        raise BadSetting(
            _(
                "%(name)s is “%(text)s”: write an e-mail address, or the address of a page as in "
                "https://response.our-town.example/contact"
            ),
            name=name,
            text=text,
        )
    return text


def read_mark(name: str) -> Path | None:
    """The path of a small picture, SVG or PNG, or nothing. Raises `BadSetting`."""
    text = read(name).strip()
    if not text:
        return None
    path = Path(text).absolute()
    try:
        good = path.suffix.lower() in MARKS and 0 < path.stat().st_size <= LARGEST_MARK
    except OSError:
        good = False
    if not good:
        raise BadSetting(
            _("%(name)s is “%(text)s”: name an SVG or PNG file of 100 kB at most."),
            name=name,
            text=text,
        )
    return path


def read_slug(name: str) -> str:
    """A city's short name, or nothing. Raises `BadSetting`."""
    text = read(name).strip()
    if text and not re.fullmatch("[a-z0-9-]{1,60}", text):
        raise BadSetting(
            _("%(name)s is “%(text)s”: write the short name of a city, as in marsa-noor."),
            name=name,
            text=text,
        )
    return text


def read_issuer(name: str, client: str) -> str:
    """The issuer of an OpenID Connect server, or nothing. Raises `BadSetting`.

    What it says of people is believed, so it must come by https; on this machine it need not.
    """
    text = read(name).strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        near = parts.hostname in {"localhost", "127.0.0.1"}
        good = parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and near))
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or " " in text:
        raise BadSetting(
            _("%(name)s is “%(text)s”: write it as in https://login.our-town.example"),
            name=name,
            text=text,
        )
    if not read(client).strip():
        raise BadSetting(
            _("%(name)s is set, so %(client)s must be set too."), name=name, client=client
        )
    return text


def read_translator_address(name: str, translator: str) -> str:
    """Where the translation server is, if one is wanted. Raises `BadSetting`.

    What it answers is shown to readers and the key goes along, so it must be reached by https;
    on this machine it need not.
    """
    text = read(name).strip().rstrip("/")
    if translator != "libretranslate":
        return ""
    try:
        parts = urlsplit(text)
        near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        good = parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and near))
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or parts.username or " " in text:
        raise BadSetting(
            _("%(name)s is “%(text)s”: write it as in https://translate.our-town.example"),
            name=name,
            text=text,
        )
    return text


def home() -> Path:
    """The data folder, made if need be, closed to other users of the machine.

    Raises `BadSetting` where this user cannot work in it.
    """
    folder = Path(read("TAKATUF_HOME")).absolute()
    problem = ""
    try:
        folder = folder.resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            problem = os.strerror(13)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        problem = getattr(error, "strerror", None) or str(error)
    if problem:
        raise BadSetting(
            _(
                "TAKATUF_HOME: the data folder %(folder)s cannot be used (%(problem)s). "
                "Name a folder that this user may read and write."
            ),
            folder=folder,
            problem=problem,
        )
    return folder


def database(folder: Path) -> dict[str, object]:
    """Django's settings of the database: SQLite in the data folder, or what DATABASE_URL names.

    Raises `BadSetting`; the sentence repeats no password.
    """
    text = read("DATABASE_URL").strip()
    if not text:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "takatuf.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
            },
        }
    try:
        url = urlsplit(text)
        port = url.port or 5432
        more = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    except ValueError:
        url, port, more = urlsplit(""), 0, {}
    name = unquote(url.path[1:])
    if url.scheme not in {"postgres", "postgresql"} or not name or not OPTIONS.issuperset(more):
        raise BadSetting(
            _(
                "DATABASE_URL cannot be read: write postgresql://user:password@host:port/name, "
                "or leave it empty for SQLite. In the password, @ is written %%40, "
                ": %%3A, / %%2F and # %%23."
            )
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A host that swallows what is sent to it would hold every page for minutes.
        "OPTIONS": {"connect_timeout": 10} | more,
    }
