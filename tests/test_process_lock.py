"""One embedded process on one set of data, whatever names the data has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

# Ends when its input does. The second argument is an error that stands for a file system's.
HOLD = """
import os, sys
import django
django.setup()
from echoroom import process_lock
from echoroom.configuration import Misconfigured
def fails(file):
    raise OSError(int(sys.argv[1]), os.strerror(int(sys.argv[1])))
if len(sys.argv) > 1:
    process_lock._lock = fails
try:
    process_lock.hold()
    process_lock.hold()
except (process_lock.AlreadyRunningError, Misconfigured) as refusal:
    sys.exit(f"{type(refusal).__name__}: {refusal}")
print("held", flush=True)
sys.stdin.read()
"""

Hold = Callable[..., "Holder"]


class Holder:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.holds = process.stdout.readline() == "held\n"

    @property
    def complaint(self) -> str:
        assert not self.holds
        return self.process.communicate(timeout=30)[1]

    def end(self) -> None:
        self.process.communicate(timeout=30)


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Hold]:
    """Starts a process that takes a data directory and a database, and tells whether it got them."""
    started: list[Holder] = []

    def one(data: Path, *arguments: str, database: str = "") -> Holder:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, *arguments],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "echoroom.settings",
                "DATA_DIR": str(data),
                "DATABASE_URL": database,
                **dict.fromkeys(("REDIS_URL", "REDIS_HOST", "ENVIRONMENT"), ""),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(Holder(process))
        return started[-1]

    yield one
    for each in started:
        each.process.kill()
        each.process.communicate()


def test_the_next_process_gets_the_data_when_the_first_has_ended(hold: Hold, tmp_path: Path):
    first = hold(tmp_path)
    assert first.holds
    second = hold(tmp_path)
    assert (
        f"AlreadyRunningError: EchoRoom already runs on {tmp_path} (process {first.process.pid})." in second.complaint
    )
    first.end()
    assert hold(tmp_path).holds


def test_two_directories_do_not_share_one_file_of_sqlite(hold: Hold, tmp_path: Path):
    file, other_name = tmp_path / "shared.sqlite3", tmp_path / "link"
    other_name.symlink_to(tmp_path)
    first = hold(tmp_path / "a", database=f"sqlite:///{file}")
    assert first.holds
    second = hold(tmp_path / "b", database=f"sqlite:///{other_name}/shared.sqlite3")
    assert f"EchoRoom already runs on {file} (process {first.process.pid})." in second.complaint
    assert hold(tmp_path / "c", database=f"sqlite:///{tmp_path}/of-its-own.sqlite3").holds


@pytest.mark.postgres
@pytest.mark.django_db
def test_two_directories_do_not_share_one_database_of_postgresql(hold: Hold, tmp_path: Path):
    name = connection.settings_dict["NAME"]
    database = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    first = hold(tmp_path / "a", database=database)
    assert first.holds
    assert f"EchoRoom already runs on the database {name}." in hold(tmp_path / "b", database=database).complaint
    first.end()
    third = hold(tmp_path / "b", database=database)
    assert third.holds
    third.end()


def test_a_database_that_does_not_answer_is_refused_with_its_cure(hold: Hold, tmp_path: Path):
    complaint = hold(tmp_path, database="postgres://nobody@127.0.0.1:1/none").complaint
    assert complaint.startswith("Misconfigured: PostgreSQL does not let us in: ")
    assert "\n  How to set it: " in complaint


def test_a_lock_that_cannot_be_written_is_refused_with_its_path_and_cure(hold: Hold, tmp_path: Path):
    (tmp_path / "embedded.lock").mkdir()  # which root cannot write either
    complaint = hold(tmp_path).complaint
    assert complaint.startswith(f"Misconfigured: {tmp_path}/embedded.lock cannot be written: Is a directory.")
    assert f'sudo chown -R "$(id -un)" {tmp_path}' in complaint


def test_a_file_system_without_locks_is_not_taken_for_another_process(hold: Hold, tmp_path: Path):
    complaint = hold(tmp_path, "95").complaint  # EOPNOTSUPP
    assert complaint.startswith(f"Misconfigured: {tmp_path}/embedded.lock cannot be locked")
    assert "already runs" not in complaint
    assert "DATA_DIR=/another/directory on a disk of this machine" in complaint
