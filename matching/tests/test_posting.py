"""Posting to an address that somebody typed: against a real server, and never into our own network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from matching.reports import posting
from matching.reports.posting import Undelivered, is_public, post


@dataclass
class Receiver:
    url: str
    status: int = 200
    heard: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody's server, on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((self.path, body, dict(self.headers)))
            self.send_response(found.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://localhost:{server.server_port}/hook?a=1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def private(settings) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = True


def test_what_is_posted_arrives_under_its_own_name(receiver: Receiver, private):
    post(receiver.url, b'{"a": 1}', {"webhook-id": "msg_1"})
    ((path, body, headers),) = receiver.heard
    assert (path, body) == ("/hook?a=1", b'{"a": 1}')
    assert headers["Host"] == receiver.url.split("/")[2]
    assert (headers["Content-Type"], headers["webhook-id"]) == ("application/json", "msg_1")


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_only_a_success_counts_and_no_redirect_is_followed(receiver: Receiver, private, status: int):
    receiver.status = status
    with pytest.raises(Undelivered, match=f"It answered {status}"):
        post(receiver.url, b"{}", {})
    assert len(receiver.heard) == 1


def test_nothing_is_posted_into_our_own_network(receiver: Receiver, settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    with pytest.raises(Undelivered, match="https"):
        post(receiver.url, b"{}", {})
    with pytest.raises(Undelivered, match="private network"):
        post(receiver.url.replace("http:", "https:"), b"{}", {})
    assert receiver.heard == []


def test_a_name_with_one_private_address_among_public_ones_is_private(monkeypatch, settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.215.14", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    with pytest.raises(Undelivered, match="private network"):
        post("https://hooks.example.org/", b"{}", {})


def test_the_address_that_was_looked_at_is_the_one_that_is_called(monkeypatch, settings):
    """A name that answers differently the second time cannot lead elsewhere."""
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    called: list[tuple[str, str, str]] = []

    def status(target: str, body: bytes, headers: dict[str, str], *, sni: str) -> int:
        called.append((target, headers["Host"], sni))
        return 204

    monkeypatch.setattr(posting, "_status", status)
    post("https://hooks.example.org:8443/in?x=1", b"{}", {})
    assert called == [("https://93.184.215.14:8443/in?x=1", "hooks.example.org:8443", "hooks.example.org")]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_these_addresses_are_not_public(address: str):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_these_addresses_are_public(address: str):
    assert is_public(ip_address(address))


def test_a_server_that_does_not_answer_is_not_waited_for(private, monkeypatch):
    import httpx

    monkeypatch.setattr(posting, "TIMEOUT", httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Undelivered, match="No answer: ReadTimeout"):
            post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_a_server_that_answers_without_end_is_cut_off(private, monkeypatch):
    """One byte at a time keeps every single read short."""
    monkeypatch.setattr(posting, "LONGEST", 0.3)
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        peer, _ = listening.accept()
        with peer:
            peer.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            try:
                for _ in range(200):
                    peer.sendall(b"a")
                    if stop.wait(0.02):
                        return
                # Had nobody cut it off, it would have been a success.
                peer.sendall(b"\r\n\r\n")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        with pytest.raises(Undelivered):
            post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {})
        stop.set()
        thread.join(5)


def test_a_name_that_nobody_has_is_said_so(monkeypatch):
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(8, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Undelivered, match="name is not known"):
        post("https://hooks.example.org/", b"{}", {})
