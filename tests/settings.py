"""The settings of a test run: the real ones, on data of its own.

DATABASE_URL and REDIS_URL of the environment count, those of a `.env` do not: work in progress is no test data.
Each pytest-xdist worker takes the next Redis database after the named one, so that none empties another's.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit, urlunsplit


def redis_for_worker(url: str, worker: str) -> str:
    """`redis://host/9` stays so for gw0 and without workers, and is `redis://host/10` for gw1."""
    parts = urlsplit(url)
    database = int(parts.path.strip("/") or 0) + int(worker.removeprefix("gw") or 0)
    return urlunsplit(parts._replace(path=f"/{database}"))


_data_dir = tempfile.mkdtemp(prefix="echoroom-test-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)

os.environ.update(
    ENVIRONMENT="local",
    DEBUG="false",
    DATA_DIR=_data_dir,
    SECRET_KEY="of-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    PUBLIC_URL="http://127.0.0.1:8000",
    SENTRY_DSN="",
    LIVE_URL="",
    TRUSTED_PROXIES="0",
    ECHOROOM_PROCESS="",
)
os.environ.pop("ALLOWED_HOSTS", None)
# Set and empty means the same as not set.
os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or f"sqlite:///{_data_dir}/echoroom.sqlite3"
for name in ("REDIS_URL", "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "REDIS_DB"):
    os.environ.setdefault(name, "")
if os.environ["REDIS_URL"]:
    os.environ["REDIS_URL"] = redis_for_worker(os.environ["REDIS_URL"], os.environ.get("PYTEST_XDIST_WORKER", ""))

from echoroom.settings import *  # noqa: E402, F403

# Jobs are kept for the test to look at and run; see echoroom.outbox.dispatcher.
DISPATCHER = "record"
# Every test client loads the middleware anew: it need not read all static files each time.
WHITENOISE_AUTOREFRESH = True
# Signing in is not what most tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
