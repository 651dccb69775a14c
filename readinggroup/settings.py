"""All settings, read once from the environment. The names and defaults are listed in README.md."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from readinggroup import embedded, environment

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = embedded.home()

DEBUG = environment.switch("DEBUG", default=False)
PORT = environment.port("PORT", 8000)
BASE_URL = environment.base_url("BASE_URL", f"http://127.0.0.1:{PORT}")
HTTPS = BASE_URL.startswith("https://")
BASE_HOST = urlsplit(BASE_URL).hostname
ALLOWED_HOSTS = environment.env.list("ALLOWED_HOSTS", default=[BASE_HOST, *environment.LOOPBACK])
CSRF_TRUSTED_ORIGINS = [BASE_URL]


def kept_secret_key() -> str:
    """Return the key in the data folder, made on the first start."""
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = environment.env.str("SECRET_KEY", "") or kept_secret_key()

# First values of the group's settings page.
GROUP_NAME = environment.env.str("GROUP_NAME", "Reading group")
GROUP_TIMEZONE = environment.time_zone("GROUP_TIMEZONE", "Asia/Shanghai")
GROUP_LANGUAGE = environment.choice("GROUP_LANGUAGE", "zh-hans", environment.LANGUAGES)
SIGNUP = environment.choice("SIGNUP", "invite", environment.SIGNUP_MODES)
# Those that somebody chose come before what the seed files say, by the name of the setting.
GROUP_CHOSEN = {
    field: value
    for field, variable, value in (
        ("name", "GROUP_NAME", GROUP_NAME),
        ("time_zone", "GROUP_TIMEZONE", GROUP_TIMEZONE),
        ("language", "GROUP_LANGUAGE", GROUP_LANGUAGE),
    )
    if environment.env.str(variable, "")
}

RATE_LIMITS = environment.switch("RATE_LIMITS", default=True)
if not RATE_LIMITS and BASE_HOST not in environment.LOOPBACK:
    environment.refuse("RATE_LIMITS", "limits can be off only while BASE_URL is a loopback address.")

# --- Django

INSTALLED_APPS = [
    "readinggroup.apps.OrganisersAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "papers",
]

MIDDLEWARE = [
    "papers.due.middleware.HealthzFirst",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "papers.members.middleware.RefuseUnreadableInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "papers.members.middleware.LanguageAndTimeZone",
    "papers.members.middleware.SignInRequired",
    "papers.members.middleware.LimitWrites",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "papers.htmx.AnswerRefusals",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "readinggroup.urls"
WSGI_APPLICATION = "readinggroup.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "papers.members.context.group",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# Kept connections are worth five times the requests of new ones (measured before the project began).
DATABASES = {
    "default": {
        **(environment.database("DATABASE_URL") or embedded.postgres_settings()),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": environment.env.str("CACHE_URL", "") or f"unix://{embedded.valkey_socket()}?db=1",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1, "IGNORE_EXCEPTIONS": True},
    }
}

# --- Celery: the broker only wakes; what is due is asked of the database.

CELERY_BROKER_URL = (
    environment.env.str("BROKER_URL", "") or f"redis+socket://{embedded.valkey_socket()}?virtual_host=0"
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    # A page that rings for a sender doesn't wait for a broker that is away.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_MAX_LOOP_INTERVAL = 2
CELERY_BEAT_SCHEDULER = "readinggroup.schedule.Scheduler"

# --- People

AUTH_USER_MODEL = "papers.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "papers.members.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "papers.members.account_forms.SignInForm",
    "request_login_code": "papers.members.account_forms.CodeByMailForm",
    "confirm_login_code": "papers.members.account_forms.SignInCodeForm",
    "confirm_email_verification_code": "papers.members.account_forms.AddressCodeForm",
    "confirm_password_reset_code": "papers.members.account_forms.ResetCodeForm",
    "add_email": "papers.members.account_forms.NewAddressForm",
    "change_password": "papers.members.account_forms.ChangePasswordForm",
    "set_password": "papers.members.account_forms.SetPasswordForm",
    "reset_password": "papers.members.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "papers.members.account_forms.NewPasswordForm",
    "reauthenticate": "papers.members.account_forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody joins by allauth's own page (that is `papers.joining`), but it asks here whether there are passwords.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Whatever has to be proved is proved by a code that is typed into the page which asks for it: a link would open in
# the browser of the mail program, where nobody is signed in.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
CODE_LIVES = 60 * 15
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_LIVES
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_LIVES
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_LIVES
# `ip` is an address on the network, `key` the e-mail address or the browser's session. A seminar comes from one
# address on the network.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": "60/m/ip,3/m/key,20/h/key",
    "reset_password": "20/m/ip,3/m/key,20/h/key",
    "guess_code": "10/10m/key",
    "join": "60/m/ip,3/m/key,20/h/key",
    "apply": "20/m/ip,3/h/key",
}
if not RATE_LIMITS:
    ACCOUNT_RATE_LIMITS = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# --- Mail: with no server, mails are kept as files in the data folder.

MAIL_FOLDER = HOME / "mail"
SMTP = environment.mail("EMAIL_URL")
if SMTP:
    EMAIL_BACKEND = "papers.mail.smtp.EmailBackend"
    globals().update(SMTP)
else:
    EMAIL_BACKEND = "papers.mail.files.EmailBackend"
EMAIL_TIMEOUT = 30
# How many mails a minute go to one domain; 0: as many as there are.
MAILS_PER_DOMAIN = environment.env.int("MAILS_PER_DOMAIN", 300)
DEFAULT_FROM_EMAIL = environment.env.str("MAIL_FROM", "") or f"reading-group@{BASE_HOST}"

# --- Languages and time

LANGUAGE_CODE = GROUP_LANGUAGE
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "papers" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "readinggroup.formats"

# --- Static files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# A source checkout serves the files as they lie; an image is built with collectstatic and hashed names.
COLLECTED = STATIC_ROOT.exists()
WHITENOISE_USE_FINDERS = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "papers.pages.errors.csrf_failure"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Where facts of papers are asked for, and whom the sources can write to.
ARXIV_API = environment.web_address("ARXIV_API", "https://export.arxiv.org/api/query")
# For programs; people are led to arxiv.org itself (https://info.arxiv.org/help/bulk_data.html).
ARXIV_PDF = environment.web_address("ARXIV_PDF", "https://export.arxiv.org/pdf")
CROSSREF_API = environment.web_address("CROSSREF_API", "https://api.crossref.org/works")
CHECK_LINKS = environment.switch("CHECK_LINKS", default=True)
SOURCES_CONTACT = environment.env.str("SOURCES_CONTACT", "").strip()
# Above this Django answers 413 by itself; the forms refuse far less with a sentence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Each line of a list that is imported is a field of its form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "filters": {"keys": {"()": "readinggroup.discretion.HideKeys"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    # Anybody can send any Host; it is answered with 400, and would fill the log.
    "loggers": {"django.security.DisallowedHost": {"level": "CRITICAL"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
}
