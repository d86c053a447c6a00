from __future__ import annotations

import os
import secrets
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser

from echoroom import process_lock
from echoroom.accounts.models import User
from echoroom.accounts.services import create_staff
from rooms.services.demo import load_demo_event

DEMO_ORGANISER = "organiser@echoroom.localhost"
# Hosts that are all of the machine's addresses: an address of documentation (RFC 5737, 3849), which is never near, and
# the machine's own when it is in no network.
EVERYWHERE = {
    "": (socket.AF_INET, "192.0.2.1", "127.0.0.1"),
    "0.0.0.0": (socket.AF_INET, "192.0.2.1", "127.0.0.1"),  # noqa: S104 - found, not bound
    "::": (socket.AF_INET6, "2001:db8::1", "::1"),
}


class Command(BaseCommand):
    help = "Migrate, load the demo event and serve everything from this one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("REDIS_URL is set: start the Procfile's processes instead (make serve).")
        # Before anything is written or said: whoever is refused has seen no password and changed no data.
        try:
            process_lock.hold()
        except process_lock.AlreadyRunningError as refusal:
            raise CommandError(str(refusal)) from None
        host = host.removeprefix("[").removesuffix("]")
        door = _door(host, port)
        reached = _reached_at(host)
        settings.ALLOWED_HOSTS.append(reached)
        address = f"http://{reached}:{port}"
        if not os.environ.get("PUBLIC_URL", "").strip():
            # Links are made for the address that this process serves.
            settings.PUBLIC_URL = address
        call_command("migrate", interactive=False, verbosity=0)
        organiser, password = _demo_organiser()
        code = load_demo_event(by=organiser)
        self.stdout.write(
            f"\n  EchoRoom         {address}/"
            f"\n  Event code       {code.code}"
            f"\n  Join link        {address}/join/{code.link_token}"
            f"\n  Organiser        {address}/admin/   {organiser.email}   {password}"
            f"\n  API              {address}/api/docs"
            f"\n\n  Ctrl-C stops it. Data is kept in {settings.DATA_DIR}\n"
        )
        self.stdout.flush()
        _serve(door)


def _door(host: str, port: int) -> socket.socket:
    """The address, taken and not yet open: who comes before there is an answer is better refused than kept waiting."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if sys.platform != "win32":
        # There it would take the address away from another process.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise CommandError(
            f"{host}:{port} cannot be served: {error.strerror}.\n"
            f"  Stop what is there, or choose another port: make run ARGS='--port {port + 1}'"
        ) from None
    return door


def _reached_at(host: str) -> str:
    """What people type for it: of all this machine's addresses the one that its network knows, IPv6 in brackets."""
    if host in EVERYWHERE:
        family, elsewhere, host = EVERYWHERE[host]
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))  # sends nothing: it only chooses the way, and so the address
            host = probe.getsockname()[0]
    return f"[{host}]" if ":" in host else host


def _serve(door: socket.socket) -> None:
    # Of a static file, which is small and read at once: nothing that whoever runs this could mend.
    warnings.filterwarnings("ignore", "StreamingHttpResponse must consume", Warning)
    # The sockets of open pages are told to come back; requests that run are answered.
    config = uvicorn.Config(
        "echoroom.asgi:application",
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        ws="websockets-sansio",
    )
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[door])
    if not server.started:
        sys.exit(1)


def _demo_organiser() -> tuple[User, str]:
    """The demo's organiser. The generated password is kept beside the data, readable by its owner only."""
    path = settings.DATA_DIR / "organiser_password"
    existing = User.objects.filter(email=DEMO_ORGANISER).first()
    if existing:
        kept = path.read_text().strip() if path.exists() else ""
        return existing, kept if existing.check_password(kept) else "(the password you chose)"
    password = secrets.token_urlsafe(15)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)
    organiser = create_staff(
        by=None, email=DEMO_ORGANISER, name="Demo organiser", password=password, role=User.Role.ORGANISER
    )
    return organiser, password
