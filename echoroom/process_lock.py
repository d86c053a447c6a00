"""One embedded process on one data directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO


class AlreadyRunningError(RuntimeError):
    """Two processes on the same data would each have a broker and sockets: no news between them."""


# The open files that hold the locks. The system releases them with the process, however that ends.
_held: dict[Path, IO[str]] = {}


def hold(data_dir: Path) -> None:
    """Take the directory for this process; again is the same. Raises `AlreadyRunningError`, in words for people."""
    path = data_dir / "embedded.lock"
    if path not in _held:
        _held[path] = _locked(path)


def _locked(path: Path) -> IO[str]:
    file = path.open("a+")
    try:
        _lock(file)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunningError(
            f"EchoRoom already runs on {path.parent} (process {holder}).\n"
            "  Stop that one first, or give this one data of its own: DATA_DIR=/another/directory.\n"
            "  To run several processes together set REDIS_URL and DATABASE_URL."
        ) from None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        # Locks one byte far behind the text, which others may go on reading.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
