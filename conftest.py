"""What every test gets: randomness of its own, empty caches and limits, a reason where it cannot run."""

from __future__ import annotations

import gc
import os
import random
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

SEED_VARIABLE = "ECHOROOM_TEST_SEED"
# Long, and of no use to the measurement of coverage: what they run other tests look at closely, or they run nothing.
EXHAUSTIVE = (
    "tests/permissions/", "tests/architecture/", "rooms/tests/test_room_life.py", "rooms/tests/test_admin_lists.py",
    "echoroom/events/tests/test_admin_scope.py", "matching/tests/test_replay.py",
    "matching/tests/test_simulation.py::test_nine_in_ten", "matching/tests/test_former_properties.py",
    "matching/tests/test_former_isolation.py",
)  # fmt: skip

# A busy two-core machine makes time limits per example a matter of luck.
hypothesis.settings.register_profile("echoroom", deadline=None, print_blob=True)
hypothesis.settings.load_profile("echoroom")


# Django makes and drops many small objects; looking for cycles among them is a twentieth of a run.
GARBAGE_AFTER = 50_000


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(GARBAGE_AFTER, 10, 10)
    # Set before the pytest-xdist workers start, which inherit it.
    os.environ.setdefault(SEED_VARIABLE, str(secrets.randbelow(1_000_000)))


def pytest_report_header(config: pytest.Config) -> list[str]:
    database = "PostgreSQL" if settings.POSTGRESQL else "SQLite"
    shared = "in process" if settings.EMBEDDED else "Redis"
    return [
        f"runs on: {database}, {shared}",
        f"random seed: {os.environ[SEED_VARIABLE]} (repeat with {SEED_VARIABLE}={os.environ[SEED_VARIABLE]})",
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The long ones first: at the end of a run only short ones are left to be shared.
    items.sort(key=lambda item: not item.nodeid.startswith(EXHAUSTIVE))
    for item in items:
        for marker, reason in _obstacles().items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
        # Tracing thousands of requests would double their time.
        if item.nodeid.startswith(EXHAUSTIVE):
            item.add_marker(pytest.mark.no_cover)


def _obstacles() -> dict[str, str]:
    """Marker → why tests that carry it cannot run here."""
    obstacles = {}
    if not settings.POSTGRESQL:
        obstacles["postgres"] = "row locks prove nothing on SQLite: set DATABASE_URL to a PostgreSQL"
    if settings.EMBEDDED:
        obstacles["redis"] = "set REDIS_URL to a Redis"
    # In CI a missing browser must not pass for success: there the tests run, and fail.
    if not find_chromium() and not os.environ.get("CI"):
        obstacles["e2e"] = "no Chromium found: apt install chromium, or set CHROMIUM to its path"
    return obstacles


def find_chromium() -> str | None:
    if named := os.environ.get("CHROMIUM"):
        return named
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser that the tests drive; they fail in CI when there is none."""
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium found: apt install chromium, or set CHROMIUM to its path")
    return path


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to copy: making them takes a process of its own longer than all else it does."""
    data = tmp_path_factory.mktemp("migrated")
    file = data / "echoroom.sqlite3"
    ours = {"DATA_DIR": str(data), "DATABASE_URL": f"sqlite:///{file}", "DJANGO_SETTINGS_MODULE": "echoroom.settings"}
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR, env=untraced | ours | {"REDIS_URL": "", "REDIS_HOST": ""}, check=True, timeout=120,
    )  # fmt: skip
    return file


@pytest.fixture(autouse=True)
def _own_randomness(request: pytest.FixtureRequest) -> None:
    """The same seed gives a test the same numbers, whatever ran before it."""
    random.seed(f"{os.environ[SEED_VARIABLE]}:{request.node.nodeid}")


@pytest.fixture(autouse=True)
def _nothing_left_over() -> None:
    """Caches, limits and recorded jobs outlive a rolled-back transaction."""
    from django.core.cache import caches

    from echoroom import limits
    from echoroom.outbox import dispatcher

    for cache in caches.all(initialized_only=True):
        cache.clear()
    limits.reset()
    dispatcher.reset()
