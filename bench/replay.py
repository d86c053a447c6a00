"""`make replay`: imports a recorded deliberation and plays it, on the embedded default and on production's processes.

Each mode gets a server of its own with data of its own, started here and stopped here.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
EXPORT = ROOT.parent / "shared" / "data" / "polis-affordable-housing"
RESULTS = ROOT / "bench" / "results"
DATABASE = "postgresql://postgres@127.0.0.1:5432/echoroom"
REDIS = "redis://127.0.0.1:6379/8"
READY_SECONDS = 90
# honcho gives its processes 30 s.
STOP_SECONDS = 40

Environment = dict[str, str]


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    RESULTS.mkdir(parents=True, exist_ok=True)
    modes = ["embedded", "production"] if options.mode == "both" else [options.mode]
    verdicts = {mode: _replay(mode, options) for mode in modes}
    print("\nReplay: " + ", ".join(f"{mode} {'passed' if ok else 'FAILED'}" for mode, ok in verdicts.items()))
    sys.exit(0 if all(verdicts.values()) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("--mode", choices=["both", "embedded", "production"], default="both")
    parser.add_argument("--quests", type=int, default=10)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("POLIS_DATA") or EXPORT))
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    return parser.parse_args()


def _replay(mode: str, options: argparse.Namespace) -> bool:
    print(f"\n— {mode} —", flush=True)
    port = options.port or _free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="echoroom-replay-"))
        environment = _ENVIRONMENTS[mode](directory, port)
        if mode == "production":
            stack.callback(_drop_database, environment["DATABASE_URL"])
        stack.enter_context(_serving(mode, _COMMANDS[mode](port), environment, url))
        return _import_and_play(mode, options, environment, url)


def _import_and_play(mode: str, options: argparse.Namespace, environment: Environment, url: str) -> bool:
    report = RESULTS / f"replay-{mode}.json"
    report.unlink(missing_ok=True)
    which = ["--event", "REPLAY", "--quests", options.quests]
    return (
        _manage(environment, "import_polis", options.data, *which)
        and _manage(
            environment, "replay_polis", options.data, *which, "--url", url,
            "--concurrency", options.concurrency, "--label", mode, "--json", report,
        )
        and bool(json.loads(report.read_text())["passed"])
    )  # fmt: skip


def _embedded(directory: str, port: int) -> Environment:
    return {
        **os.environ,
        "ENVIRONMENT": "local",
        "DATA_DIR": directory,
        "DATABASE_URL": f"sqlite:///{directory}/echoroom.sqlite3",
        # Empty counts as not set, whatever a .env says.
        "REDIS_URL": "",
        **dict.fromkeys(("REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "REDIS_DB"), ""),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def _production(directory: str, port: int) -> Environment:
    return {
        **os.environ,
        "ENVIRONMENT": "production",
        # The nginx of `make serve`.
        "TRUSTED_PROXIES": "1",
        "DATA_DIR": directory,
        "DATABASE_URL": _own_database(os.environ.get("DATABASE_URL") or DATABASE, port),
        "REDIS_URL": os.environ.get("REDIS_URL") or ("" if os.environ.get("REDIS_HOST") else REDIS),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "PYTHONUNBUFFERED": "1",
    }


_ENVIRONMENTS: dict[str, Callable[[str, int], Environment]] = {"embedded": _embedded, "production": _production}
_COMMANDS: dict[str, Callable[[int], list[str]]] = {
    "embedded": lambda port: ["manage.py", "start", "--port", str(port)],
    "production": lambda _: ["-m", "deploy.serve"],
}


def _own_database(url: str, port: int) -> str:
    """Made by `deploy.serve`, gone with the replay: what anybody else keeps on that PostgreSQL stays as it is."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}_replay_{port}"))


def _drop_database(url: str) -> None:
    parts = urlsplit(url)
    name = psycopg.sql.Identifier(parts.path.strip("/"))
    try:
        with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    except psycopg.Error as error:
        print(f"The replay's database could not be dropped: {error}", flush=True)


@contextmanager
def _serving(mode: str, command: list[str], environment: Environment, url: str) -> Iterator[None]:
    log = RESULTS / f"replay-{mode}.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            # A Ctrl-C here must not reach it: it is stopped below, in order.
            start_new_session=True,
        )
        try:
            _wait_until_ready(server, url, log)
            yield
        finally:
            _stop(server)
            print(f"The server's log: {log.relative_to(ROOT)}", flush=True)


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"The server did not start. Its last lines:\n{_tail(log)}")
        try:
            with urllib.request.urlopen(f"{url}/api/health/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit(f"The server was not ready after {READY_SECONDS} s. Its last lines:\n{_tail(log)}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        print("The server did not stop by itself: it was killed.", flush=True)
        server.kill()
        server.wait()


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _manage(environment: Environment, *arguments: object) -> bool:
    """Whether the command succeeded; what went wrong it has said itself."""
    command = [sys.executable, "manage.py", *(str(argument) for argument in arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
