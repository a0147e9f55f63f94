"""Django's and Wagtail's settings, derived from the one settings file of an installation."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import environ
from django.utils.translation import gettext_lazy as _

from masthead.conf.cache import cache
from masthead.conf.installation import Installation
from masthead.conf.logs import logging_settings
from masthead.conf.mail_server import MailServer
from masthead.conf.mailbox import Mailbox
from masthead.conf.policies import PUBLIC_POLICY
from masthead.lib.bucket import Bucket

INSTALLATION = Installation.read()
HOME = INSTALLATION.home
ADDRESS = INSTALLATION.address
IS_SECURE = ADDRESS.is_secure
SECRET_KEY = INSTALLATION.secret_key
DEBUG = False

# Hosts are rows of Wagtail's Site: masthead.stories.middleware refuses all others.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "masthead.conf.urls"
WSGI_APPLICATION = "masthead.conf.wsgi.application"
SITE_ADDRESS = str(ADDRESS)

INSTALLED_APPS = [
    "masthead.upkeep",
    "masthead.desk",
    "masthead.discussion",
    "masthead.newsletter",
    "masthead.stories",
    "masthead.media",
    "masthead.readers",
    "masthead.mail",
    "masthead.bake",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
if find_spec("psycopg"):
    INSTALLED_APPS.append("django.contrib.postgres")

MIDDLEWARE = [
    "masthead.conf.middleware.health",
    "masthead.conf.middleware.told_by_the_edge",
    "masthead.conf.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "masthead.conf.middleware.content_security_policy",
    "masthead.stories.middleware.known_site",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "masthead.media.middleware.KeptWhileInUse",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        # Public pages. A newsroom's own templates come first: masthead.stories.own_templates.
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "masthead.stories.jinja.environment",
            "context_processors": [],
        },
    },
    {
        # Accounts, mails, the desk. A newsroom's own templates come first here too.
        "NAME": "django",
        "BACKEND": "masthead.stories.own_django_templates.OwnDjangoTemplates",
        "DIRS": [HOME / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database: SQLite in the data folder, or the one that the setting names.
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "masthead.sqlite3",
    # Kept open: the first connection makes the files beside the database, for which a full disk
    # has no room, and without them nothing can be read.
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        # A deferred transaction that reads, then writes fails at once, whatever the time-out.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": (
        environ.Env.db_url_config(INSTALLATION.database_url)
        | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
        if INSTALLATION.database_url
        else SQLITE
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": cache(INSTALLATION.cache_url)}

# Files: originals are private; what is public is re-encoded and has a name that nobody can guess.
BUCKET = Bucket.parse(INSTALLATION.bucket)
BACKUP_BUCKET = Bucket.parse(INSTALLATION.backup_bucket)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(HOME / "originals"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "public": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(HOME / "media"),
            "base_url": "/media/",
            "file_permissions_mode": 0o644,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    },
}
if BUCKET:
    for name, area in {"default": "originals", "public": "media"}.items():
        STORAGES[name]["BACKEND"] = "masthead.media.storage.BucketStorage"
        STORAGES[name]["OPTIONS"]["area"] = area
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = HOME / "static"
STATIC_URL = "/static/"
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{12}\..+$"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["masthead.media.upload_handlers.DeskUploadHandler"]
FILE_UPLOAD_TEMP_DIR = HOME / "uploads"
READS_ROOT = HOME / "reads"
READ_LOG = INSTALLATION.read_log
MEDIA_MAX_CLIP_BYTES = INSTALLATION.clip_megabytes * 1024 * 1024
MEDIA_MAX_FORM_BYTES = 500 * 1024 * 1024  # what comes whole; clips come in pieces
FFMPEG = INSTALLATION.ffmpeg
SPEECH_TO_TEXT = INSTALLATION.speech_to_text
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long story's blocks are many form fields

# Languages: those of the interface, and those that this newsroom publishes in.
LANGUAGE_CODE = INSTALLATION.language
LANGUAGES: list[tuple[str, Any]] = [
    ("en", _("English")),
    ("ar", _("Arabic")),
    ("de", _("German")),
    ("es", _("Spanish")),
    ("fr", _("French")),
]
LANGUAGES += [(code, code) for code in INSTALLATION.languages if code not in dict(LANGUAGES)]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES: list[tuple[str, Any]] = [
    (code, dict(LANGUAGES)[code])
    for code in dict.fromkeys((INSTALLATION.language, *INSTALLATION.languages))
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = INSTALLATION.time_zone

# Accounts: one user model for desk and readers; allauth signs everybody in.
AUTH_USER_MODEL = "readers.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "masthead.readers.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SESSION_REMEMBER = True  # two weeks, however one signs in; or until one signs out
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without one here, none is asked for at sign-in
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # a mail may take minutes; there are three guesses
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers cannot make us write to anybody
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address an account, replaced when the new one is confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = ADDRESS.scheme
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # an unattended screen does not give an account away
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ADDRESS.is_loopback

MFA_TOTP_ISSUER = ADDRESS.host

# Cookies and transport follow from the address.
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_SECURE
SECURE_SSL_REDIRECT = False  # the proxy that holds the certificate redirects
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # other names under the domain are not ours to decide on
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_TRUSTED_ORIGINS = [str(ADDRESS)]
CSRF_FAILURE_VIEW = "masthead.conf.views.form_not_from_here"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows previews in a frame
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains: see SECURE_HSTS_INCLUDE_SUBDOMAINS
    "security.W008",  # redirect to https: see SECURE_SSL_REDIRECT
    "security.W019",  # frames: see X_FRAME_OPTIONS
    "security.W021",  # preload: a newsroom's own decision, hard to take back
]

# Baked pages never pass the middleware: what it says of each public page stands here too.
BAKE_ROOT = HOME / "baked"
BAKE_HEADERS = {
    "Content-Security-Policy": PUBLIC_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": X_FRAME_OPTIONS,
}
if IS_SECURE:
    BAKE_HEADERS["Strict-Transport-Security"] = f"max-age={SECURE_HSTS_SECONDS}"

# Mail: everything is written into the outbox; the worker hands it on.
EMAIL_BACKEND = "masthead.mail.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = INSTALLATION.email_from or f"newsroom@{ADDRESS.mail_domain}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_SERVER = MailServer.parse(INSTALLATION.email_url)
EMAIL_HOST = MAIL_SERVER.host
EMAIL_PORT = MAIL_SERVER.port
EMAIL_HOST_USER = MAIL_SERVER.user
EMAIL_HOST_PASSWORD = MAIL_SERVER.password
EMAIL_USE_TLS = MAIL_SERVER.has_starttls
EMAIL_USE_SSL = MAIL_SERVER.has_tls
EMAIL_CONNECTIONS = INSTALLATION.email_connections
EMAIL_PER_CONNECTION = INSTALLATION.email_per_connection
EMAIL_PER_SECOND = INSTALLATION.email_per_second
EMAIL_PER_PROVIDER = INSTALLATION.email_per_provider
EMAIL_RETURNS = INSTALLATION.email_returns
EMAIL_MAILBOX = Mailbox.parse(INSTALLATION.email_mailbox)
ANYMAIL = {
    "WEBHOOK_SECRET": INSTALLATION.email_hooks,
    "MAILGUN_WEBHOOK_SIGNING_KEY": INSTALLATION.email_hooks_key,
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": INSTALLATION.email_hooks_key,
}
DKIM_FOLDER = HOME / "dkim"
SENDING_FOLDER = HOME / "sending"

# Upkeep.
BACKUP_FOLDER = Path(INSTALLATION.backup_folder or HOME / "backups")
BACKUP_KEEP = INSTALLATION.backup_keep
METRICS_TOKEN = INSTALLATION.metrics_token

# Who is asked about comments.
AKISMET_KEY = INSTALLATION.akismet_key
SCORER_URL = INSTALLATION.scorer_url
SCORER_KEY = INSTALLATION.scorer_key

# Wagtail.
WAGTAIL_SITE_NAME = "Masthead"
WAGTAILADMIN_BASE_URL = SITE_ADDRESS
WAGTAILADMIN_LOGIN_URL = "desk_entrance"  # a clear answer to whoever may not enter
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILUSERS_PASSWORD_REQUIRED = False
WAGTAIL_USER_TIME_ZONES = sorted(  # those with a place: browsers refuse some of the others
    name for name in available_timezones() if "/" in name or name == "UTC"
)
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Told by the baker; Wagtail's own signals would come before the new bytes, so its app is left out.
WAGTAILFRONTENDCACHE = {
    f"cache {number}": {
        "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
        "LOCATION": location,
    }
    for number, location in enumerate(INSTALLATION.purge, 1)
}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_AUTOSAVE_INTERVAL = 500
WAGTAIL_DATE_FORMAT = "%Y-%m-%d"
WAGTAIL_DATETIME_FORMAT = "%Y-%m-%d %H:%M"
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # editors are told, by their role
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False  # only whoever approves can edit meanwhile
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = True
WAGTAILIMAGES_IMAGE_MODEL = "media.Image"
WAGTAILIMAGES_RENDITION_STORAGE = "public"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 40 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "masthead.media.forms.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "masthead.media.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_MODEL = "media.Document"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILREDIRECTS_AUTO_CREATE = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
        },
    }
}
TAGGIT_CASE_INSENSITIVE = True

LOGGING = logging_settings(is_terminal=sys.stderr.isatty())
