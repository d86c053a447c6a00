"""A worker that is killed like a machine that loses power: the process and its pool, at once, without a last word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from celery import current_app

from bench.servers import ROOT, procfile

READY_SECONDS = 60


class Worker:
    def __init__(self, environment: Mapping[str, str], *, log: IO[bytes]) -> None:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._log = log
        self._environment = {**os.environ, **environment, "PATH": path}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """As whoever keeps the processes running would: with the Procfile's command, in a group of its own."""
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", procfile()["worker"]],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not current_app.control.ping(timeout=0.3):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The worker did not start: it ended with {self._process.returncode}.")

    def kill(self) -> int:
        """SIGKILL to every process of the group. Returns how many there were."""
        assert self._process is not None
        group = self._process.pid
        members = processes_of(group)
        os.killpg(group, signal.SIGKILL)
        self._process.wait()
        while processes_of(group):
            time.sleep(0.001)
        return len(members)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()


def processes_of(group: int) -> list[int]:
    """The living members of a process group, as Linux lists them."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if _group_of(pid) == group]


def _group_of(pid: int) -> int | None:
    try:
        # After the name in brackets, which may hold anything: state, parent, group.
        state, _, group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(group)
