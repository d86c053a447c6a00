"""Embedded mode as it is started: one uvicorn, with worker and beat as threads."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

PUBLISH = """
import django; django.setup()
from django.utils import timezone
from echoroom.outbox.models import Delivery
Delivery.objects.create(receiver="nobody.hears.this", payload={}, due_at=timezone.now())
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    data = tmp_path_factory.mktemp("data")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "echoroom.settings",
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data}/echoroom.sqlite3",
        "REDIS_URL": "",
        "REDIS_HOST": "",
        "PYTHONUNBUFFERED": "1",
    }


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def serving(environment: dict[str, str], port: int) -> subprocess.Popen[str]:
    arguments = ["-m", "uvicorn", "echoroom.asgi:application", "--port", str(port), "--lifespan", "on"]
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def output_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    pytest.fail(f"it ended without saying {text!r}:\n{seen}")


def attempts(environment: dict[str, str]) -> int:
    with closing(sqlite3.connect(f"{environment['DATA_DIR']}/echoroom.sqlite3", timeout=10)) as database:
        return int(database.execute("SELECT attempts FROM outbox_delivery").fetchone()[0])


@pytest.fixture(scope="module")
def server(environment: dict[str, str], migrated: Path, free_port: int) -> Iterator[subprocess.Popen[str]]:
    shutil.copy(migrated, environment["DATA_DIR"])
    process = serving(environment, free_port)
    output_until(process, "Application startup complete")
    yield process
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_second_process_on_the_same_data_is_refused_in_plain_words(server, environment, free_port):
    other = serving(environment, free_port + 1)
    said, _ = other.communicate(timeout=30)
    assert other.returncode != 0
    assert f"EchoRoom already runs on {environment['DATA_DIR']} (process {server.pid})" in said
    assert "DATA_DIR=" in said
    assert "Traceback" not in said


def test_it_sweeps_what_is_owed_and_stops_within_seconds(server, environment):
    run(environment, "-c", PUBLISH)
    deadline = time.monotonic() + 20
    while not attempts(environment) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert attempts(environment) == 1
    began = time.monotonic()
    server.send_signal(signal.SIGINT)
    said, _ = server.communicate(timeout=15)
    assert "Application shutdown complete" in said
    assert time.monotonic() - began < 8
