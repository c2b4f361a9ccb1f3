"""Every setting of the installation, from the environment; with none at all it runs on SQLite in ./data."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent

# Where state lives
THREADLINE_DATA = env.folder("THREADLINE_DATA", "data")
DATABASE_URL = env.text("DATABASE_URL")
THREADLINE_URL = env.text("THREADLINE_URL").rstrip("/")  # public URL: webhooks and signatures
THREADLINE_LOCAL_URL = env.text("THREADLINE_LOCAL_URL").rstrip("/")  # this machine's own, for the sandbox
THREADLINE_SANDBOX_URL = env.text("THREADLINE_SANDBOX_URL").rstrip("/")  # set by serve: offers practice mode
THREADLINE_FORMER_URLS = env.words("THREADLINE_FORMER_URLS")  # webhooks signed for these stay valid
THREADLINE_TRUSTED_PROXIES = env.words("THREADLINE_TRUSTED_PROXIES")
# How long a text of unknown outcome must stay missing from Twilio's list before it may be sent again, in seconds.
THREADLINE_UNKNOWN_GRACE = env.number("THREADLINE_UNKNOWN_GRACE", 15 * 60)
THREADLINE_SANDBOX_GRACE = env.number("THREADLINE_SANDBOX_GRACE", 30)
THREADLINE_IMPORT_MEGABYTES = env.number("THREADLINE_IMPORT_MEGABYTES", 200)  # the largest file of people


def _secret_key() -> str:
    """From the environment, or from a file in the data folder that is made once, readable by its owner alone."""
    if given := env.secret("SECRET_KEY"):
        return given
    path = THREADLINE_DATA / "secret.key"
    if not path.exists():
        THREADLINE_DATA.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process of the same start was quicker
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = (
    ["*"] if not THREADLINE_URL else [urlsplit(THREADLINE_URL).hostname or "", "localhost", "127.0.0.1", "[::1]"]
)
if THREADLINE_URL:
    CSRF_TRUSTED_ORIGINS = [THREADLINE_URL]
if THREADLINE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "threadline_session"
CSRF_COOKIE_NAME = "threadline_csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "threadline.events",
    "threadline.ui",
    "threadline.accounts",
    "threadline.billing",
    "threadline.numbers",
    "threadline.compliance",
    "threadline.contacts",
    "threadline.messaging",
    "threadline.campaigns",
    "threadline.inbox",
    "threadline.ingest",
    "threadline.api",
    "threadline.worker",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "threadline.accounts.middleware.WorkspaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_LOADERS = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
            )
        ],
    )
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": _LOADERS,
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "template_partials.templatetags.partials",
                "threadline.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "threadline.ui.context.frame",
            ],
        },
    }
]

# Databases: SQLite in the data folder, or one PostgreSQL shared by any number of hosts
if DATABASE_URL:
    DATABASES: dict[str, Any] = {
        "default": dj_database_url.parse(DATABASE_URL, conn_max_age=None, conn_health_checks=True)
    }
else:
    DATABASES = {"default": {"NAME": THREADLINE_DATA / "threadline.sqlite3", "CONN_MAX_AGE": None}}
if "postgresql" not in DATABASES["default"].get("ENGINE", ""):
    DATABASES["default"]["ENGINE"] = "threadline.lib.sqlite"

# Who may sign in: members come by invitation, sign-up is closed
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "threadline.accounts.adapter.ClosedSignup"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "threadline.accounts.adapter.SealedSecrets"
MFA_TOTP_ISSUER = "Threadline"
ACCOUNT_LOGOUT_ON_GET = False
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Language and time: stored in UTC, shown in the viewer's zone
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "threadline" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Static files and media
STATIC_URL = "static/"
STATIC_ROOT = THREADLINE_DATA / "static"
MEDIA_ROOT = THREADLINE_DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Nothing on a page may run but our own files
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
