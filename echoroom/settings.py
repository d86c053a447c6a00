"""One settings file. What is not configured is embedded: SQLite, in-process cache, broker and sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.templatetags.static import static

from echoroom import configuration
from echoroom.observability import logging_lines, start_sentry

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

ENVIRONMENT = configuration.one_of(env, "ENVIRONMENT", ["local", "production"], default="local")
PRODUCTION = ENVIRONMENT == "production"
PROCESS = configuration.text(env, "ECHOROOM_PROCESS")
DATA_DIR = configuration.data_dir(env, default=BASE_DIR / "var")

REDIS_URL = configuration.redis_url(env)
EMBEDDED = not REDIS_URL
if PRODUCTION:
    configuration.require_production_parts(env, redis=REDIS_URL)

SECRET_KEY = configuration.secret_key(env, production=PRODUCTION, data_dir=DATA_DIR)
DEBUG = configuration.flag(env, "DEBUG")
PUBLIC_URL = configuration.public_url(env, production=PRODUCTION)
HTTPS = PUBLIC_URL.startswith("https://")
LIVE_URL = configuration.live_url(env, https=HTTPS)
ALLOWED_HOSTS = configuration.allowed_hosts(
    env,
    production=PRODUCTION,
    public_url=PUBLIC_URL,
    default=["127.0.0.1", "localhost", "[::1]", str(urlsplit(PUBLIC_URL).hostname), "testserver"],
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = configuration.trusted_proxies(env, production=PRODUCTION)
PROCESS_COUNT = configuration.integer(env, "PROCESS_COUNT", default=1, least=1, most=10_000)

INSTALLED_APPS = [
    "echoroom.api",
    "echoroom.audit",
    "echoroom.caches",
    "echoroom.limits",
    "echoroom.outbox",
    "echoroom.live",
    "echoroom.accounts",
    "echoroom.events",
    "rooms",
    "matching",
    "voice",
    "badges",
    "monitoring",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "echoroom.api.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "echoroom.headers.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "echoroom.messages.ConsoleMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "echoroom.api.problem.RefusalMiddleware",
]

ROOT_URLCONF = "echoroom.urls"
WSGI_APPLICATION = "echoroom.wsgi.application"
ASGI_APPLICATION = "echoroom.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "echoroom" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "echoroom.events.viewers.page_context",
            ],
        },
    }
]

# --- Database: SQLite in the data directory, or what DATABASE_URL names.
DATABASES: dict[str, dict[str, Any]] = {"default": configuration.database(env, data_dir=DATA_DIR)}
_database = DATABASES["default"]
_options = _database.get("OPTIONS", {})  # what follows the ? in the address, such as sslmode
POSTGRESQL = _database["ENGINE"].endswith("postgresql")
if POSTGRESQL:
    _database["ENGINE"] = "echoroom.postgresql"
    _database["CONN_HEALTH_CHECKS"] = True
    # A pool where many tasks share a process, elsewhere one persistent connection a thread: never both.
    _pool_max = configuration.integer(env, "DATABASE_POOL_MAX", default=10, least=1, most=1000)
    if PROCESS == "live":
        _database["CONN_MAX_AGE"] = 0
        _options |= {"pool": {"min_size": 1, "max_size": _pool_max, "timeout": 3}}
    else:
        _database["CONN_MAX_AGE"] = None if PROCESS in {"web", "worker"} else 0
        _options |= {"server_side_binding": True, "prepare_threshold": 2}
    _options.setdefault("connect_timeout", 3)
else:
    _options |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    _database["TEST"] = {"NAME": None}
_database["OPTIONS"] = _options
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, sessions, sockets, workers: Redis when there is one.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "echoroom.caches.backend.ResilientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "echoroom",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
}
RATELIMIT_USE_CACHE = "default"
# LocMemCache is exact within the one process that embedded mode consists of.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "echoroom_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "echoroom_csrf"
CSRF_FAILURE_VIEW = "echoroom.api.problem.csrf_failure"

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "echoroom.live.pipelining.PipeliningChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "echoroom-live"},
    }
    if REDIS_URL
    else {"BACKEND": "echoroom.live.layers.LoopBoundInMemoryChannelLayer"}
}
DISPATCHER = "thread"

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "socket_timeout": 1,
        "socket_connect_timeout": 0.5,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.2,
        "global_keyprefix": "echoroom:",
    }
    if REDIS_URL
    else {"polling_interval": 0.1}
)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"


def _every(task: str, seconds: float) -> dict[str, Any]:
    # Expires with its period: after a pause one run is owed, not a hundred.
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": _every("echoroom.outbox.tasks.sweep", 5),
    "rooms-sweep": _every("rooms.tasks.sweep", 2),
    "matching-tick": _every("matching.tasks.tick", 1),
    "matching-practice": _every("matching.tasks.practice", 2),
    "matching-reports": _every("matching.tasks.report", 20),
    "outbox-prune": {"task": "echoroom.outbox.tasks.prune", "schedule": crontab(hour="3", minute="10")},
    "idempotency-prune": {"task": "echoroom.api.tasks.prune", "schedule": crontab(minute="20")},
}

# --- People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- What it sends to the world outside: mail where there is a server for it, webhooks to public addresses.
MAIL_CONFIGURED = bool(configuration.text(env, "EMAIL_URL"))
vars().update(configuration.email(env))
EMAIL_TIMEOUT = configuration.email_timeout(env)
DEFAULT_FROM_EMAIL = configuration.email_from(env, default=f"EchoRoom <no-reply@{urlsplit(PUBLIC_URL).hostname}>")
WEBHOOKS_MAY_BE_PRIVATE = configuration.flag(env, "WEBHOOKS_MAY_BE_PRIVATE")

# --- API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "echoroom.events.authentication.SeatTokenAuthentication",
        "echoroom.events.authentication.SeatSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["echoroom.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["echoroom.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "echoroom.api.schema.Schema",
    "EXCEPTION_HANDLER": "echoroom.api.problem.exception_handler",
    "UNAUTHENTICATED_USER": "echoroom.viewer.anonymous",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "EchoRoom API",
    "DESCRIPTION": "Live group decisions: enter, queue, vote blind, commit, take the decision map with you.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Fields of one name that choose among different things.
    "ENUM_NAME_OVERRIDES": {"QuestKindEnum": "rooms.models.Quest.Kind"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "echoroom.api.schema.add_problem_responses",
    ],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# --- Pages and headers.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
if not PRODUCTION:
    STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "echoroom" / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
}
WHITENOISE_USE_FINDERS = not PRODUCTION
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
# Django takes the language's own formats before any that stand here.
FORMAT_MODULE_PATH = "echoroom.formats"

_live_origin = LIVE_URL or PUBLIC_URL.replace("http", "ws", 1)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", _live_origin],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^api/health"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

UNFOLD = {
    "SITE_TITLE": "EchoRoom",
    "SITE_HEADER": "EchoRoom",
    "SITE_SUBHEADER": "Organiser console",
    "SITE_SYMBOL": "graphic_eq",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "10px",
    "DASHBOARD_CALLBACK": "echoroom.events.admin.dashboard.dashboard",
    "SIDEBAR": {"navigation": "echoroom.events.admin.navigation.sidebar"},
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("echoroom/mark.svg")},
    ],
    "STYLES": [lambda request: static("console/console.css")],
    "COLORS": {
        "primary": {
            "50": "#f3f2fd",
            "100": "#e9e7fb",
            "200": "#d5d0f7",
            "300": "#b6aef0",
            "400": "#ada3f0",
            "500": "#9a8eec",
            "600": "#5b4bdb",
            "700": "#4a3bbd",
            "800": "#3e329b",
            "900": "#352d7c",
            "950": "#201a4f",
        },
        "base": {
            "50": "#f9f8f6",
            "100": "#f1efeb",
            "200": "#e4e1da",
            "300": "#cfcbc2",
            "400": "#a5a1b3",
            "500": "#716e7c",
            "600": "#5e5b69",
            "700": "#45424f",
            "800": "#2d2b37",
            "900": "#1c1b23",
            "950": "#131218",
        },
    },
}

# --- The game's own settings.
SEAT_HOLD_SECONDS = configuration.integer(env, "SEAT_HOLD_SECONDS", default=120)
ROOM_IDLE_SECONDS = configuration.integer(env, "ROOM_IDLE_SECONDS", default=1800, least=1)

LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOGGING = logging_lines(configuration.one_of(env, "LOG_LEVEL", LOG_LEVELS, default="INFO"))
start_sentry(configuration.sentry_dsn(env), environment=ENVIRONMENT)
