"""`make run`: started, played with, ended by Ctrl-C, and started again on the same data."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.conftest import free_port

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
ADDRESS = re.compile(r"EchoRoom +(?P<url>\S+)/\n")
SIGN_IN = re.compile(r"Organiser +\S+ +(?P<email>\S+) +(?P<password>.+)")


class House:
    """A data directory and a port of one's own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str, data: Path | None = None) -> subprocess.Popen[str]:
        # What the test run itself is configured with must not count, nor what stands in a developer's `.env`.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        unset = dict.fromkeys(
            ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "ENVIRONMENT", "SECRET_KEY", "PUBLIC_URL"), ""
        )
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**kept, **unset, "DATA_DIR": str(data or self.data), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self, *arguments: str, data: Path | None = None) -> subprocess.Popen[str]:
        return self.command("start", "--port", str(self.port), *arguments, data=data)

    @contextmanager
    def served(self, *arguments: str) -> Iterator[Served]:
        process = self.start(*arguments)
        try:
            served = Served(self, process, _said(process, "Ctrl-C stops it"))
            served.wait_until_it_answers()
            yield served
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


class Served:
    def __init__(self, house: House, process: subprocess.Popen[str], banner: str) -> None:
        self.house, self.process, self.banner = house, process, banner
        found = ADDRESS.search(banner)
        assert found, banner
        self.url = found["url"]

    def wait_until_it_answers(self) -> None:
        while self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/api/health", timeout=30).status_code == 200:
                    return
            except httpx.ConnectError:
                time.sleep(0.1)
        pytest.fail(f"it ended: {self.process.communicate()}")

    def sign_in(self) -> dict[str, str]:
        found = SIGN_IN.search(self.banner)
        assert found, self.banner
        return found.groupdict()

    def ask(self, method: str, path: str, **options: Any) -> Any:
        answer = httpx.request(method, f"{self.url}{path}", timeout=30, **options)
        assert answer.status_code < 400, answer.text
        return answer.json()

    def ctrl_c(self) -> str:
        """What it says while it ends."""
        self.process.send_signal(signal.SIGINT)
        said, complaints = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, complaints
        return said + complaints


def _said(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if last in line:
            return said
    pytest.fail(f"it ended without saying {last!r}: {said}{process.communicate()}")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def built(house: House, migrated: Path) -> House:
    """With its tables made, and nobody in it yet."""
    shutil.copy(migrated, house.data)
    return house


def half_a_request(house: House) -> socket.socket:
    ours = socket.create_connection(("127.0.0.1", house.port))
    head = "POST /api/vote HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    ours.sendall(f'{head}{{"room":'.encode())
    return ours


def open_socket(house: House) -> socket.socket:
    ours = socket.create_connection(("127.0.0.1", house.port))
    head = f"GET /ws/live HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nOrigin: {house.url}\r\n"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    ours.sendall(f"{head}{upgrade}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode())
    assert b" 101 " in ours.recv(1000)
    return ours


def test_a_second_start_finds_everything_as_it_was(house: House):
    with house.served() as first:
        code = re.search(r"Event code +(\S+)", first.banner)
        assert code
        me = first.ask("POST", "/api/auth/start", json={"code": code[1]})
        seat = {"Authorization": f"Seat {me['token']}"}
        first.ask("PATCH", "/api/profile", json={"name": "Ben", "consent": True}, headers=seat)
        still_open = [open_socket(house), open_socket(house), half_a_request(house)]
        said = first.ctrl_c()
        assert "Traceback" not in said
        assert still_open[2].recv(1000).startswith(b"HTTP/1.1 503 ")
        for each in still_open:
            each.close()
    secret = (house.data / "secret_key").read_text()
    with house.served() as second:
        assert second.banner == first.banner
        found = second.ask("GET", "/api/auth/me", headers=seat)
        assert (found["participant"], found["profile"]["name"]) == (me["participant"], "Ben")
        assert "Traceback" not in second.ctrl_c()
    assert (house.data / "secret_key").read_text() == secret


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::1]"])
def test_the_address_that_it_says_can_be_typed(built: House, host: str):
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    with built.served("--host", host) as one:
        assert urlsplit(one.url).port == built.port
        assert not ip_address(str(urlsplit(one.url).hostname)).is_unspecified
        link = re.search(r"Join link +(\S+)", one.banner)
        assert link
        assert link[1].startswith(one.url)
        assert httpx.get(link[1], timeout=30).status_code == 200
        one.ctrl_c()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_a_password_that_was_changed_is_not_shown(built: House):
    with built.served() as first:
        assert len(first.sign_in()["password"]) >= 20
        first.ctrl_c()
    changing = built.command("shell", "-c", f"{CHANGE}\nchange({first.sign_in()['email']!r})")
    assert changing.communicate()[1] == ""
    with built.served() as second:
        assert second.sign_in()["password"] == "(the password you chose)"
        assert first.sign_in()["password"] not in second.banner
        second.ctrl_c()


CHANGE = """
def change(email):
    user = User.objects.get(email=email)
    user.set_password("a-password-of-my-own")
    user.save()
"""


def test_while_one_runs_a_second_is_refused_before_it_says_or_does_anything(built: House, tmp_path: Path):
    with built.served() as first:
        said, complaint = built.start().communicate()
        assert said == ""
        assert complaint.startswith(
            f"CommandError: EchoRoom already runs on {built.data} (process {first.process.pid})."
        )
        assert "DATA_DIR=/another/directory" in complaint
        assert "Traceback" not in complaint
        elsewhere = tmp_path / "elsewhere"
        said, complaint = built.start(data=elsewhere).communicate()
        assert said == ""
        assert complaint.startswith(f"CommandError: 127.0.0.1:{built.port} cannot be served")
        assert f"--port {built.port + 1}" in complaint
        assert not (elsewhere / "echoroom.sqlite3").exists()
        first.ask("GET", "/api/health")
        first.ctrl_c()
