"""What a first start makes for itself."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

import environ

from echoroom.configuration import secret_key


def key_of(data_dir: Path) -> str:
    return secret_key(environ.Env(), production=False, data_dir=data_dir)


def test_processes_that_start_together_share_one_secret(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with get_context("spawn").Pool(4) as pool:
        keys = pool.map(key_of, [tmp_path] * 16, chunksize=1)
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 50


def test_the_secret_is_kept_for_its_owner_only(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert key_of(tmp_path) == key_of(tmp_path)
    (kept,) = tmp_path.iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == ("secret_key", 0o600)
