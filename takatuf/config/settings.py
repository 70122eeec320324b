"""Django's settings. What a city may change comes from `environment`, and only from there."""

import secrets
from pathlib import Path

import django
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from takatuf.config import environment
from takatuf.config.languages import find_languages, tell_django

PACKAGE = Path(__file__).parents[1]
HOME = environment.home()
DEBUG = environment.read_flag("TAKATUF_DEBUG")


def secret_key() -> str:
    """The configured key, or one made once and kept in the data folder."""
    if configured := environment.read("TAKATUF_SECRET_KEY"):
        return configured
    path = HOME / "secret.key"
    kept = path.read_text().strip() if path.exists() else ""
    if not kept:  # never made, or the disk was full when it was
        path.touch(mode=0o600)
        path.write_text(kept := secrets.token_urlsafe(50))
    return kept


SECRET_KEY = secret_key()
DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "foundation",
    "journal",
    "ui",
    "accounts",
    "network",
    "translation",
    "alerts",
    "plans",
    "incidents",
    "activities",
    "decisions",
    "community",
    "communications",
    "learning",
    "search",
    "coordination",
    "desk",
    "public",
    "api",
    "config",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "lucide",
    *(f"takatuf.{room}" for room in ROOMS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "takatuf.config.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "takatuf.public.languages.middleware.SpokenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "takatuf.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "takatuf.accounts.middleware.SessionUseMiddleware",
    "takatuf.accounts.middleware.KnownBrowserMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "takatuf.desk.middleware.ActorMiddleware",
    "takatuf.desk.outbox.OutboxMiddleware",
    "takatuf.config.room.RoomMiddleware",
]
ROOT_URLCONF = "takatuf.config.urls"
ASGI_APPLICATION = "takatuf.config.asgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "takatuf.ui.context.page",
                "takatuf.accounts.context.person_menu",
                "takatuf.public.context.sharing",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lucide.templatetags.lucide",
                "takatuf.ui.templatetags.ui",
            ],
        },
    },
    # What a page repeats, a line of a list, a field of a form: drawn ten times as fast.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "drawn",
        "APP_DIRS": True,
        # The house's own controls stand before Django's.
        "DIRS": [PACKAGE / "ui" / "jinja2", Path(django.__file__).parent / "forms" / "jinja2"],
        "OPTIONS": {"environment": "takatuf.ui.drawing.Drawing"},
    },
]
FORM_RENDERER = "takatuf.ui.forms.Renderer"

# Who signs in, and how
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "takatuf.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "public:front"
ACCOUNT_ADAPTER = "takatuf.accounts.adapter.ClosedAdapter"
MFA_ADAPTER = "takatuf.accounts.adapter.SealedMFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
# A shift of a hundred may sign in from one network within a minute; wrong passwords are
# counted apart (`accounts.adapter`): by network, by network and address, by address from
# anywhere, and for a browser that is known by itself.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "20/m/ip",
    "login_failed_from_here": "5/5m/key",
    "login_failed_from_anywhere": "30/h/key",
    "login_failed_in_known_browser": "10/5m/key,50/d/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "oidc": "300/m/ip",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Takatuf: "
ACCOUNT_FORMS = {
    "login": "takatuf.accounts.forms.SignInForm",
    "reset_password": "takatuf.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "takatuf.accounts.forms.NewPasswordForm",
    "change_password": "takatuf.accounts.forms.ChangePasswordForm",
    "reauthenticate": "takatuf.accounts.forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "takatuf.accounts.forms.CodeForm",
    "reauthenticate": "takatuf.accounts.forms.CodeAgainForm",
    "activate_totp": "takatuf.accounts.forms.FirstCodeForm",
    "add_webauthn": "takatuf.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "takatuf.accounts.forms.RenamePasskeyForm",
    "login_webauthn": "takatuf.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "takatuf.accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "takatuf.accounts.forms.PasskeyAgainForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # who was invited has their address from the city
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute wrong
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # finger, face or PIN: a passkey is both steps
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}  # asking and answering, one office
MFA_TOTP_ISSUER = "Takatuf"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_ENGINE = "takatuf.accounts.sessions"
SESSION_COOKIE_NAME = "takatuf_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "takatuf.public.views.stale_form"
CSRF_COOKIE_NAME = "takatuf_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Django's 300 would let a stranger wash out the count of wrong passwords with others.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# Signing in at another server, by OpenID Connect; see docs/how-to/connect-single-sign-on.md.
OIDC_ISSUER = environment.read_issuer("TAKATUF_OIDC_ISSUER", client="TAKATUF_OIDC_CLIENT_ID")
OIDC_CLIENT_ID = environment.read("TAKATUF_OIDC_CLIENT_ID").strip()
OIDC_CLIENT_SECRET = environment.read("TAKATUF_OIDC_CLIENT_SECRET").strip()
OIDC_NAME = environment.read("TAKATUF_OIDC_NAME").strip()
OIDC_DOMAINS = [name.lower().lstrip("@") for name in environment.read_list("TAKATUF_OIDC_DOMAINS")]
OIDC_UNKNOWN = environment.read_choice("TAKATUF_OIDC_UNKNOWN", ("refuse", "invite"))
OIDC_TRUSTED_AMR = environment.read_list("TAKATUF_OIDC_TRUSTED_AMR")
OIDC_TRUSTED_ACR = environment.read_list("TAKATUF_OIDC_TRUSTED_ACR")
SOCIALACCOUNT_ADAPTER = "takatuf.accounts.adapter.OneServerAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds that a person waits for the other server

# Closed by default
ALLOWED_HOSTS = environment.read_list("TAKATUF_HOSTS")
BASE_URL = environment.read_address("TAKATUF_BASE_URL")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.read_flag("TAKATUF_HTTPS"):
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Whose pages these are
NETWORK_NAME = environment.read("TAKATUF_NETWORK_NAME").strip()
NETWORK_MARK = environment.read_mark("TAKATUF_NETWORK_MARK")
NETWORK_CONTACT = environment.read_contact("TAKATUF_NETWORK_CONTACT")
ROOT_CITY = environment.read_slug("TAKATUF_ROOT_CITY")

# Languages: three equals, in which the whole system speaks; on the public pages all that are
# installed. Whoever lets a person or a city choose takes SPOKEN_LANGUAGES.
FOUND_LANGUAGES, LANGUAGE_FAULTS = find_languages(HOME)
tell_django(FOUND_LANGUAGES)
LANGUAGE_WORDS = {"ar": _("Arabic"), "en": _("English"), "fr": _("French")}
SPOKEN_LANGUAGES = [
    (one.code, LANGUAGE_WORDS.get(one.code, one.english_name))
    for one in FOUND_LANGUAGES
    if one.whole
]
LANGUAGES = [
    *SPOKEN_LANGUAGES,
    *((one.code, one.english_name) for one in FOUND_LANGUAGES if not one.whole),
]
LANGUAGES_BIDI = [one.code for one in FOUND_LANGUAGES if one.right_to_left]
OWN_NAMES = {one.code: one.own_name for one in FOUND_LANGUAGES}
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "takatuf_language"
LOCALE_PATHS = [HOME / "locale", PACKAGE / "locale"]  # the first wins
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # else each process that serves warns
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Set-up lays each file beside its compressed forms; the server only hands them out.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Before set-up has run, and for whoever works on the style sheet, files come from the source.
WHITENOISE_USE_FINDERS = DEBUG or not any(STATIC_ROOT.iterdir())
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Messages leave through `alerts`; these serve allauth's own letters (a forgotten password).
EMAIL_HOST = environment.read("TAKATUF_MAIL_HOST")
EMAIL_PORT = environment.read_number("TAKATUF_MAIL_PORT", 1, 65535)
EMAIL_HOST_USER = environment.read("TAKATUF_MAIL_USER")
EMAIL_HOST_PASSWORD = environment.read("TAKATUF_MAIL_PASSWORD")
MAIL_TLS = environment.read_choice("TAKATUF_MAIL_TLS", ("starttls", "tls", "none"))
EMAIL_USE_TLS = MAIL_TLS == "starttls"
EMAIL_USE_SSL = MAIL_TLS == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.read("TAKATUF_MAIL_FROM")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.dummy.EmailBackend"
)
MISTAKES_TO = environment.read("TAKATUF_MISTAKES_TO").strip()
# The SMS gateway: an HTTP request with places; see docs/how-to/connect-mail-and-sms.md.
SMS_URL = environment.read("TAKATUF_SMS_URL")
SMS_METHOD = environment.read_choice("TAKATUF_SMS_METHOD", ("GET", "POST"))
SMS_BODY = environment.read("TAKATUF_SMS_BODY")
SMS_FROM = environment.read("TAKATUF_SMS_FROM")
SMS_HEADERS = {
    name.strip(): value.strip()
    for name, colon, value in (
        header.partition(":") for header in environment.read("TAKATUF_SMS_HEADERS").split("|")
    )
    if colon
}
SMS_ACCEPTED = environment.read_statuses("TAKATUF_SMS_ACCEPTED")
# Machine translation of public texts; off until the operator sets it.
TRANSLATOR = environment.read_choice("TAKATUF_TRANSLATOR", ("memory", "libretranslate", "apertium"))
TRANSLATOR_URL = environment.read_translator_address("TAKATUF_TRANSLATOR_URL", TRANSLATOR)
TRANSLATOR_KEY = environment.read("TAKATUF_TRANSLATOR_KEY").strip()
REGISTRATION_DAYS = environment.read_number("TAKATUF_REGISTRATION_DAYS", 1, 365)
# From which score on two activities are proposed as an overlap, by rule; see
# docs/explanation/overlaps.md.
OVERLAPS = {
    "horizontal": environment.read_number("TAKATUF_OVERLAP_HORIZONTAL", 1, 100),
    "vertical": environment.read_number("TAKATUF_OVERLAP_VERTICAL", 1, 100),
    "number": environment.read_number("TAKATUF_OVERLAP_NUMBER", 1, 100),
    "fund": environment.read_number("TAKATUF_OVERLAP_FUND", 1, 100),
    "event": environment.read_number("TAKATUF_OVERLAP_EVENT", 1, 100),
    "event_days": environment.read_number("TAKATUF_OVERLAP_EVENT_DAYS", 0, 60),
}
GAP_ENDS_DAYS = environment.read_number("TAKATUF_GAP_ENDS_DAYS", 1, 365)
GAP_THIN_WEEKS = environment.read_number("TAKATUF_GAP_THIN_WEEKS", 1, 52)
OVERLAP_HOURS = environment.read_number("TAKATUF_OVERLAP_HOURS", 1, 720)
CHECKPOINT_MINUTES = environment.read_number("TAKATUF_CHECKPOINT_MINUTES", 1, 60 * 24 * 365)
DEVICE_HOURS = environment.read_number("TAKATUF_DEVICE_HOURS", 0, 168)
KEY_FOLDER = HOME / "keys"

LOG_LEVEL = environment.read_choice("TAKATUF_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "takatuf.config.logs.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["discreet"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "uvicorn.access", "fido2")},
}
