"""A rolling restart: every web process anew under steady load, and not one request lost or done twice."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
import redis
from django.conf import settings
from psycopg import sql

from deploy import rolling_restart
from deploy.stack import ROOT, Instance, planned
from deploy.tests.steady import Steady

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
SEED = (
    "from echoroom.events.models import Event, EventCode;"
    "event = Event.objects.create(name='Restart');"
    "print('LINK', EventCode.objects.create(event=event, code='RESTART').link_token)"
)


class TestIsReady:
    @pytest.fixture
    def web(self, tmp_path: Path) -> Instance:
        web = Instance(kind="web", number=1, run_dir=tmp_path)
        web.host_file.write_text("echoroom.example.org")
        return web

    @pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False), (500, False), (302, False)])
    def test_a_web_process_is_ready_when_it_says_so(self, web, status, expected):
        with answering(web.socket, status) as asked:
            assert rolling_restart.is_ready(web) == expected
        assert asked == ["echoroom.example.org/api/health/ready"]

    def test_a_process_that_is_not_there_yet_is_not_ready(self, web):
        assert not rolling_restart.is_ready(web)

    def test_a_process_that_has_gone_and_left_its_socket_is_not_ready(self, web):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(web.socket))
        assert not rolling_restart.is_ready(web)

    def test_a_process_that_hangs_up_is_not_ready(self, web):
        with answering(web.socket, None):
            assert not rolling_restart.is_ready(web)

    def test_a_live_process_is_ready_when_it_listens(self, tmp_path):
        live = Instance(kind="live", number=1, run_dir=tmp_path)
        assert not rolling_restart.is_ready(live)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(live.socket))
            listener.listen()
            assert rolling_restart.is_ready(live)


@contextmanager
def answering(path: Path, status: int | None) -> Iterator[list[str]]:
    """A process that answers every request with `status`, or hangs up; yields the hosts and paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host']}{self.path}")
            if status is not None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def address_string(self) -> str:
            return "a unix socket"

        def log_message(self, *args: object) -> None:
            pass

    with UnixStreamServer(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database next to the tests' own, gone afterwards."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = sql.Identifier(f"{settings.DATABASES['default']['NAME']}_restart")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield urlunsplit(parts._replace(path=f"/{settings.DATABASES['default']['NAME']}_restart"))
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A short path, which sockets need."""
    with tempfile.TemporaryDirectory(prefix="er-") as directory:
        yield Path(directory)


@pytest.fixture
def environment(database: str, data_dir: Path) -> Iterator[dict[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "echoroom.settings",
        "ENVIRONMENT": "production",
        "SECRET_KEY": "of-this-restart-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
        "DATABASE_URL": database,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "TRUSTED_PROXIES": "1",
        "WEB_INSTANCES": "2",
        "WEB_WORKERS": "1",
        "LIVE_INSTANCES": "1",
        "WORKER_CONCURRENCY": "1",
    }
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


@pytest.fixture
def url(environment: dict[str, str], data_dir: Path) -> Iterator[str]:
    """Where `make serve` answers."""
    output = (data_dir / "output").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.serve"], cwd=ROOT, env=environment, stdout=output, stderr=output
    )
    try:
        address = environment["PUBLIC_URL"]
        ready = rolling_restart.wait_until(lambda: process.poll() is not None or answers(address), seconds=120)
        assert ready, (data_dir / "output").read_text()
        assert process.poll() is None, (data_dir / "output").read_text()
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)
        output.close()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def seed(environment: dict[str, str]) -> str:
    """The secret of a join link; it lets in any number of people."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", SEED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def people_in(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM events_participant").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.slow
@pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"), reason="nginx is not installed: apt install nginx-light"
)
def test_no_request_fails_while_the_web_processes_are_restarted_one_after_another(url, environment, database, data_dir):
    web = [instance for instance in planned(data_dir / "serve", web=2, live=1) if instance.kind == "web"]
    before = [instance.pid_file.read_text() for instance in web]
    with Steady(url, seed(environment)).running() as load:
        load.wait_for(20)
        for instance in web:
            rolling_restart.restart(instance, alone=False)
            load.wait_for(20)
    assert load.failures == {}
    assert people_in(database) == load.entries, "A request was lost, or sent to two processes."
    assert all(instance.pid_file.read_text() != old for instance, old in zip(web, before, strict=True))
