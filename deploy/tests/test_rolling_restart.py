"""A rolling restart: every process anew while people come, listen and decide, and nothing is lost or done twice."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
import redis
from django.conf import settings
from psycopg import sql
from websockets.frames import CloseCode

from bench.faults.teams import PEOPLE
from deploy import rolling_restart
from deploy.stack import ROOT, WORKING, Instance, running
from deploy.tests.busy import ROOMS, Busy, busy
from deploy.tests.listening import Listener, say
from deploy.tests.steady import Steady

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


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


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of an empty database next to the tests' own, gone afterwards."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = sql.Identifier(f"{settings.DATABASES['default']['NAME']}_restart")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield urlunsplit(parts._replace(path=f"/{settings.DATABASES['default']['NAME']}_restart"))
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A short path, which sockets need."""
    with tempfile.TemporaryDirectory(prefix="er-") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
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
        "LIVE_INSTANCES": "2",
        "WORKER_CONCURRENCY": "1",
    }
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


@pytest.fixture(scope="module")
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


@dataclass(frozen=True)
class Renewed:
    """What became of people, pages and jobs while every process was restarted once."""

    pids: list[tuple[str, str]]
    load: Steady
    entered: int
    listeners: list[Listener]
    said: int
    jobs: dict[str, Any]


@pytest.fixture(scope="module")
def renewed(url: str, environment: dict[str, str], database: str, data_dir: Path) -> Renewed:
    instances = running(data_dir / "serve")
    before = [instance.pid_file.read_text() for instance in instances]
    with busy(environment) as jobs:
        load = restart_web(instances, Steady(url, jobs.link))
        entered = people_in(database)
        # The other way round than in a release: while the sockets are renewed the workers come back.
        restart_workers(instances, jobs)
        listeners, said = restart_live(instances, url, jobs)
        found = jobs.census()
    after = [instance.pid_file.read_text() for instance in instances]
    return Renewed(list(zip(before, after, strict=True)), load, entered, listeners, said, found)


def restart_web(instances: list[Instance], load: Steady) -> Steady:
    """Under requests that do not stop."""
    with load.running():
        load.wait_for(20)
        for instance in (each for each in instances if each.kind == "web"):
            rolling_restart.restart(instance, alone=False)
            load.wait_for(20)
    return load


def restart_live(instances: list[Instance], url: str, jobs: Busy) -> tuple[list[Listener], int]:
    """While somebody talks to two who listen, also in the moment in which they are cut off."""
    lock, said = threading.Lock(), 0

    def talk() -> None:
        nonlocal said
        with lock:
            say(url, jobs.room, jobs.tokens[0])
            said += 1

    listeners = [Listener(url, jobs.room, token, talk) for token in jobs.tokens[1:]]
    with listeners[0].running(), listeners[1].running():
        for instance in (each for each in instances if each.kind == "live"):
            talk()
            wait_for_all(listeners, lambda: said)
            rolling_restart.restart(instance, alone=False)
        wait_for_all(listeners, lambda: said)
    return listeners, said


def wait_for_all(listeners: list[Listener], said: Callable[[], int]) -> None:
    for listener in listeners:
        listener.wait_for(said)


def restart_workers(instances: list[Instance], jobs: Busy) -> None:
    """With work in their hands, and more of it before they are back."""
    for instance in (each for each in instances if each.kind in WORKING):
        jobs.complete(2)
        rolling_restart.restart(instance, alone=True)
        jobs.complete(2)


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
class TestWhileEveryProcessIsRestarted:
    def test_each_of_them_is_a_new_one(self, renewed: Renewed):
        assert len(renewed.pids) == 6
        assert all(old != new for old, new in renewed.pids)

    def test_no_request_fails_or_is_done_twice(self, renewed: Renewed):
        assert renewed.load.failures == {}
        assert renewed.entered == PEOPLE + renewed.load.entries, "A request was lost, or sent to two processes."

    def test_pages_are_told_of_the_restart_and_miss_nothing_that_was_said_meanwhile(self, renewed: Renewed):
        for listener in renewed.listeners:
            assert set(listener.closes) == {CloseCode.SERVICE_RESTART}
            assert listener.read == list(range(1, renewed.said + 1))

    def test_no_job_is_lost_or_done_twice(self, renewed: Renewed):
        jobs = renewed.jobs
        assert (jobs["rooms"], jobs["mapped_once"], jobs["surplus_maps"]) == (ROOMS, ROOMS, 0)
        assert (jobs["missing_badges"], jobs["surplus_badges"]) == ([], [])
        assert (jobs["delivered"], jobs["parked"]) == (jobs["deliveries"], 0)
