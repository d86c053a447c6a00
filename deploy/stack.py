"""The processes that `make serve` runs, the sockets they listen on, and what nginx is told about them.

An instance listens on `web-1.sock`; nginx knows it as `web-1.open`, a link to that socket. Without the link
nginx cannot connect, has therefore sent nothing, and may give any request to the next instance, a vote too. So
an instance is taken out and put back without telling nginx, whose reload would cut browsers' idle connections.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTENING = ("web", "live")
WORKING = ("worker", "beat")
# Linux allows 107 bytes for the address of a Unix socket.
LONGEST_SOCKET_PATH = 107


@dataclass(frozen=True, kw_only=True)
class Instance:
    kind: str
    number: int
    run_dir: Path

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}"

    @property
    def pid_file(self) -> Path:
        return self.run_dir / f"{self.name}.pid"

    @property
    def socket(self) -> Path:
        return self.run_dir / f"{self.name}.sock"

    @property
    def door(self) -> Path:
        return self.run_dir / f"{self.name}.open"

    @property
    def host_file(self) -> Path:
        """What a request's `Host` must be, as the start was told: an instance answers to no other name."""
        return self.run_dir / "host"

    @property
    def listens(self) -> bool:
        return self.kind in LISTENING

    def open_door(self) -> None:
        if not self.door.is_symlink():
            self.door.symlink_to(self.socket.name)

    def close_door(self) -> None:
        self.door.unlink(missing_ok=True)


def run_dir() -> Path:
    directory = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve() / "serve"
    if len(os.fsencode(directory / "live-10.sock")) > LONGEST_SOCKET_PATH:
        sys.exit(f"{directory} is too long a path for sockets.\n  How to set it right: a shorter DATA_DIR.")
    return directory


def planned(directory: Path, *, web: int, live: int) -> list[Instance]:
    counts = {"web": web, "live": live, "worker": 1, "beat": 1}
    return [
        Instance(kind=kind, number=number, run_dir=directory)
        for kind, count in counts.items()
        for number in range(1, count + 1)
    ]


def running(directory: Path) -> list[Instance]:
    """What the pid files say is there, in the order of a restart: those who serve before those who work."""
    found = [path.stem.rpartition("-") for path in directory.glob("*-*.pid")]
    instances = [Instance(kind=kind, number=int(number), run_dir=directory) for kind, _, number in found]
    order = [*LISTENING, *WORKING]
    return sorted(instances, key=lambda instance: (order.index(instance.kind), instance.number))


def upstreams(instances: Iterable[Instance]) -> str:
    """nginx's upstream blocks."""
    return "\n".join(_upstream(kind, [i for i in instances if i.kind == kind]) for kind in LISTENING)


def _upstream(kind: str, instances: list[Instance]) -> str:
    # max_fails=0: a refused connection costs nothing here, and an instance that is back must not be shunned
    # while its neighbour restarts. No keepalive: over a kept connection a request could reach one that leaves.
    servers = [f"    server unix:{instance.door} max_fails=0;" for instance in instances]
    return "\n".join([f"upstream {kind} {{", "    least_conn;", *servers, "}", ""])
