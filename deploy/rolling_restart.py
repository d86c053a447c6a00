"""`python -m deploy.rolling_restart`: every process of `make serve` anew, one by one, and no request lost.

A web instance closes its door (see deploy.stack), ends the requests it has, stops, and opens the door when
the next process is ready. A live instance cannot be waited for, its sockets stay open for hours: it closes them
with "service restart" and the pages connect to another one.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.stack import Instance, run_dir, running

DRAIN_SECONDS = 30
START_SECONDS = 60
ACCEPTS_CONNECTIONS = 0x10000


def main() -> None:
    instances = running(run_dir())
    if not instances:
        sys.exit("Nothing to restart: `make serve` does not run here.")
    if not instances[0].host_file.exists():
        # Found out only later, it would leave the first instance behind its closed door.
        sys.exit("An older release started `make serve`.\n  How to set it right: end it and start it anew, this once.")
    for instance in instances:
        began = time.monotonic()
        restart(instance, alone=sum(other.kind == instance.kind for other in instances) == 1)
        print(f"{instance.name} restarted in {time.monotonic() - began:.1f} s", flush=True)


def restart(instance: Instance, *, alone: bool) -> None:
    if instance.listens and not alone:
        instance.close_door()
    if instance.kind == "web" and not alone:
        # One slow request must not hold up a release for ever; after this time it is cut.
        wait_until(lambda: connections_to(instance) == 0, seconds=DRAIN_SECONDS)
    replace_process(instance.pid_file)
    if instance.listens:
        require(lambda: is_ready(instance), what=f"{instance.name} is not ready")
        instance.open_door()


def replace_process(pid_file: Path) -> None:
    """Tells the process to stop; its keeper starts the next one and writes its number."""
    old = int(pid_file.read_text())
    os.kill(old, signal.SIGTERM)
    require(lambda: _number_in(pid_file) not in {None, old}, what=f"{pid_file.stem} did not stop")


def _number_in(pid_file: Path) -> int | None:
    # The keeper may be writing it at this moment.
    text = pid_file.read_text().strip() if pid_file.exists() else ""
    return int(text) if text else None


def connections_to(instance: Instance) -> int:
    """Connections to the instance's socket, waiting or accepted, as Linux lists them; not the listener."""
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    flags = [int(row[3], 16) for row in rows if row[-1] == str(instance.socket)]
    return sum(not flag & ACCEPTS_CONNECTIONS for flag in flags)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=3)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def is_ready(instance: Instance) -> bool:
    connection = UnixConnection(instance.socket)
    try:
        if instance.kind == "live":
            # uvicorn listens only after the application has started.
            connection.connect()
            return True
        connection.request("GET", "/api/health/ready", headers={"Host": instance.host_file.read_text()})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met


def require(condition: Callable[[], bool], *, what: str) -> None:
    if not wait_until(condition, seconds=START_SECONDS):
        sys.exit(f"{what} after {START_SECONDS} s; the others were left alone.")


if __name__ == "__main__":
    main()
