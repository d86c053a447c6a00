from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest

from deploy import rolling_restart, serve
from deploy.stack import ROOT, Instance, planned, running, upstreams


@pytest.fixture
def instance(tmp_path):
    return Instance(kind="web", number=1, run_dir=tmp_path)


@pytest.fixture
def keeper(instance):
    """Starts respawn with a command; whatever still runs afterwards is ended."""
    started = []

    def keep(command: str, kept: Instance = instance) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([ROOT / "deploy" / "respawn", kept.pid_file, command])
        started.append(process)
        return process

    yield keep
    for process in started:
        process.terminate()
        process.wait(timeout=10)


def written(path):
    assert rolling_restart.wait_until(lambda: path.exists() and path.read_text().strip() != "", seconds=5)
    return int(path.read_text())


def test_nginx_is_told_the_door_of_every_instance(tmp_path):
    blocks = upstreams(planned(tmp_path, web=2, live=1))
    assert blocks.count("server unix:") == 3
    assert f"server unix:{tmp_path}/web-2.open max_fails=0;" in blocks
    assert "worker" not in blocks


def test_those_who_serve_are_restarted_before_those_who_work(tmp_path):
    for instance in reversed(planned(tmp_path, web=2, live=2)):
        instance.pid_file.write_text("1")
    (tmp_path / "nginx.pid").write_text("1")
    names = [instance.name for instance in running(tmp_path)]
    assert names == ["web-1", "web-2", "live-1", "live-2", "worker-1", "beat-1"]


def test_a_closed_door_leaves_the_socket_where_it_is(instance):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(instance.socket))
        instance.open_door()
        instance.open_door()
        assert instance.door.exists()
        instance.close_door()
        instance.close_door()
        assert not instance.door.is_symlink()
        assert instance.socket.exists()


def test_waiting_connections_count_until_they_end(instance):
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(str(instance.socket))
        listener.listen()
        assert rolling_restart.connections_to(instance) == 0
        client.connect(str(instance.socket))
        assert rolling_restart.connections_to(instance) == 1
        accepted, _ = listener.accept()
        assert rolling_restart.connections_to(instance) == 1
        accepted.close()
        assert rolling_restart.connections_to(instance) == 0


def test_what_ends_is_started_again(instance, keeper):
    keeper("exec sleep 60")
    first = written(instance.pid_file)
    rolling_restart.replace_process(instance.pid_file)
    assert written(instance.pid_file) != first


def test_what_serves_is_stopped_behind_a_closed_door_that_opens_again(keeper, tmp_path):
    live = Instance(kind="live", number=1, run_dir=tmp_path)
    live.open_door()
    said = tmp_path / "said"
    keeper(f"exec {sys.executable} -c '{SAYS_WHETHER_THE_DOOR_WAS_OPEN}' {live.socket} {live.door} {said}", live)
    assert rolling_restart.wait_until(lambda: rolling_restart.is_ready(live), seconds=5)
    rolling_restart.restart(live, alone=False)
    assert said.read_text() == "closed"
    assert live.door.is_symlink()


SAYS_WHETHER_THE_DOOR_WAS_OPEN = """
import pathlib, signal, socket, sys
own, door, said = map(pathlib.Path, sys.argv[1:])
own.unlink(missing_ok=True)
def stop(*_):
    said.write_text("open" if door.is_symlink() else "closed")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
listener = socket.socket(socket.AF_UNIX)
listener.bind(str(own))
listener.listen()
signal.pause()
"""


def test_a_stopped_keeper_lets_its_command_finish(instance, keeper, tmp_path):
    done = tmp_path / "done"
    process = keeper(f"trap 'sleep 0.5; touch {done}; exit' TERM; while true; do sleep 0.05; done")
    written(instance.pid_file)
    time.sleep(0.3)
    process.terminate()
    assert process.wait(timeout=5) == 0
    assert done.exists()
    assert not instance.pid_file.exists()


def test_what_cannot_start_is_given_up(keeper):
    assert keeper("exit 3").wait(timeout=10) == 3


def test_workers_of_a_killed_master_do_not_stay(instance, keeper, tmp_path):
    orphan = tmp_path / "orphan"
    keeper(f"sleep 60 & echo $! > {orphan}; wait")
    worker = written(orphan)
    os.kill(written(instance.pid_file), signal.SIGKILL)
    assert rolling_restart.wait_until(lambda: not is_alive(worker), seconds=5)


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - gone between two looks
            return stat.read().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_one_secret_for_every_start(tmp_path):
    path = tmp_path / "secret_key"
    key = serve.kept_secret(path)
    assert len(key) >= 50
    assert serve.kept_secret(path) == key
    assert path.stat().st_mode & 0o077 == 0


def test_the_configuration_has_no_gap(tmp_path, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:8099")
    monkeypatch.delenv("PORT", raising=False)
    text = serve.write_nginx_conf(tmp_path, planned(tmp_path, web=2, live=2)).read_text()
    assert "listen 127.0.0.1:8099;" in text
    for gap in ("@RUN_DIR@", "@UPSTREAMS@", "@LISTEN@", "@USER@", "@PAGES@", "@STATIC_ROOT@", "@ACCESS_LOG@", "@HOPS@"):
        assert gap not in text


def test_nginx_accepts_the_configuration(tmp_path, monkeypatch):
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    monkeypatch.setenv("LISTEN", f"unix:{tmp_path}/front.sock")
    configuration = serve.write_nginx_conf(tmp_path, planned(tmp_path, web=2, live=2))
    result = subprocess.run([nginx, "-t", "-c", configuration], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_a_missing_service_is_named_with_its_cure():
    with pytest.raises(SystemExit, match=r"PostgreSQL [\s\S]*\n  How to set it right: "):
        serve.require_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(SystemExit, match=r"Redis [\s\S]*\n  How to set it right: "):
        serve.require_redis("redis://127.0.0.1:1/0")
