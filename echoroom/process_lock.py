"""One embedded process on one set of data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from echoroom.configuration import OWNER, refuse

# "EchoRoom" in ASCII. PostgreSQL's advisory locks are numbers, and each database has its own.
ADVISORY_LOCK = 0x4563686F526F6F6D


class AlreadyRunningError(RuntimeError):
    """Two processes on the same data would each have a broker and sockets: no news between them."""

    def __init__(self, data: str, cure: str) -> None:
        super().__init__(
            f"EchoRoom already runs on {data}.\n"
            f"  Stop that one first, or give this one data of its own: {cure}.\n"
            "  To run several processes together set REDIS_URL and DATABASE_URL."
        )


# The open files and the connection that hold the locks. The system releases them with the process, however that ends.
_held: dict[str, Any] = {}


def hold() -> None:
    """Take the data directory and the database for this process; again is the same.

    Both: two directories may name one database. Raises `AlreadyRunningError`, or `Misconfigured` where nothing can be
    locked, in words for people.
    """
    _hold_file(settings.DATA_DIR / "embedded.lock", of=settings.DATA_DIR, cure="DATA_DIR=/another/directory")
    database = connections[DEFAULT_DB_ALIAS]
    name = database.settings_dict["NAME"]
    if database.vendor == "postgresql":
        _hold_database(str(name))
    else:
        # Resolved: the same file under another name is the same data.
        file = Path(name).resolve()
        _hold_file(file.with_name(f"{file.name}.lock"), of=file, cure="DATABASE_URL=sqlite:////another/file")


def _hold_file(path: Path, *, of: Path, cure: str) -> None:
    if str(path) in _held:
        return
    try:
        file = path.open("a+")
    except OSError as error:
        raise refuse(
            f"{path} cannot be written: {error.strerror}.", OWNER.format(of if of.is_dir() else f"{of}*")
        ) from None
    try:
        _lock(file)
    except (BlockingIOError, PermissionError):  # the second is how Windows says it
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunningError(f"{of} (process {holder})", cure) from None
    except OSError as error:
        file.close()
        raise refuse(
            f"{path} cannot be locked, so nothing would keep a second process from the same data: {error.strerror}.",
            f"{cure} on a disk of this machine.",
        ) from None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    _held[str(path)] = file


def _hold_database(name: str) -> None:
    if name in _held:
        return
    # A connection of its own: Django closes the others when they are old. Whoever cuts it takes the lock away, too.
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
            taken = cursor.fetchone()[0]
    except OperationalError as error:
        cure = "start it, or set DATABASE_URL to one that is running."
        raise refuse(f"PostgreSQL does not let us in: {str(error).strip().rstrip('.')}.", cure) from None
    if not taken:
        connection.close()
        raise AlreadyRunningError(f"the database {name}", "DATABASE_URL=postgres://host/another")
    _held[name] = connection


if sys.platform == "win32":
    import msvcrt

    def _lock(file: Any) -> None:
        # Locks one byte far behind the text, which others may go on reading.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: Any) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
