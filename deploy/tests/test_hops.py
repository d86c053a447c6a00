"""What nginx tells Django about who asks and how, where something else ends TLS in front of it."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory

from deploy import rolling_restart, serve
from deploy.stack import planned
from echoroom.limits.keys import client_address
from tests.e2e.conftest import free_port

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
HOP, STRANGER, PERSON = "127.0.0.1", "127.0.0.2", "203.0.113.9"
pytestmark = pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"), reason="nginx is not installed: apt install nginx-light"
)


class Django(BaseHTTPRequestHandler):
    """Redirects what is not https, and answers with the address that limits would count."""

    def do_GET(self) -> None:
        request = RequestFactory(headers=dict(self.headers)).get(self.path, REMOTE_ADDR="")
        answer = SecurityMiddleware(lambda request: HttpResponse(client_address(request)))(request)
        assert isinstance(answer, HttpResponse)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def address_string(self) -> str:
        return "a unix socket"

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[int]:
    """nginx, which trusts `HOP`, before a Django whose PUBLIC_URL is https."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXIES = 1
    settings.ALLOWED_HOSTS = ["echoroom.example.org"]
    port = free_port()
    monkeypatch.setenv("LISTEN", f"127.0.0.1:{port}")
    monkeypatch.setenv("PUBLIC_URL", "https://echoroom.example.org")
    instances = planned(tmp_path, web=1, live=1)
    conf = serve.write_nginx_conf(tmp_path, instances, hops=[f"{HOP}/32"])
    instances[0].open_door()
    with ThreadingUnixStreamServer(str(instances[0].socket), Django) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        nginx = subprocess.Popen([str(NGINX), "-c", conf, "-g", "daemon off;"])
        try:
            assert rolling_restart.wait_until(lambda: listens(port), seconds=10)
            yield port
        finally:
            nginx.terminate()
            nginx.wait(timeout=10)
            server.shutdown()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, *, source: str, **headers: str) -> tuple[int, str]:
    """Status and body for a request from that address of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(source, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", "/", headers={"Host": "echoroom.example.org", **named})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_who_ends_tls_is_believed_about_the_person_and_the_scheme(port: int):
    said = {"X_Forwarded_Proto": "https", "X_Forwarded_For": f"198.51.100.1, {PERSON}"}
    assert ask(port, source=HOP, **said) == (200, PERSON)


def test_what_came_to_it_in_the_clear_is_redirected(port: int):
    assert ask(port, source=HOP, X_Forwarded_Proto="http", X_Forwarded_For=PERSON)[0] == 301


def test_nobody_else_is_believed_about_the_scheme(port: int):
    assert ask(port, source=STRANGER, X_Forwarded_Proto="https", X_Forwarded_For=PERSON)[0] == 301


def test_nobody_else_is_believed_about_the_person(port: int, settings):
    settings.SECURE_SSL_REDIRECT = False
    assert ask(port, source=STRANGER, X_Forwarded_Proto="https", X_Forwarded_For=PERSON) == (200, STRANGER)
