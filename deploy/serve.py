"""`make serve`: production's processes on this machine, behind one nginx, kept by honcho.

PostgreSQL and Redis are the ones that DATABASE_URL and REDIS_URL name, or the local ones.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg
import redis
from honcho import environ as procfiles
from honcho import manager

from deploy.stack import ROOT, Instance, planned, run_dir, upstreams
from echoroom import configuration

DEFAULT_DATABASE = "postgresql://postgres@127.0.0.1:5432/echoroom"
DEFAULT_REDIS = "redis://127.0.0.1:6379/0"
ENV = environ.Env()
# Longer than the slowest process needs to finish what it has begun.
STOP_SECONDS = 30


def main() -> None:
    directory = run_dir()
    directory.mkdir(parents=True, exist_ok=True)
    if (ROOT / ".env").exists():
        environ.Env.read_env(ROOT / ".env")
    try:
        instances = planned(directory, web=_count("WEB_INSTANCES", 2), live=_count("LIVE_INSTANCES", 2))
        set_environment(directory, web_processes=_count("WEB_INSTANCES", 2) * _count("WEB_WORKERS", 1))
        redis_url = configuration.redis_url(ENV)
        configuration.require_production_parts(ENV, redis=redis_url)
        configuration.database(ENV, data_dir=directory)
        hops = configuration.trusted_hops(ENV, public_url=os.environ["PUBLIC_URL"])
    except configuration.Misconfigured as refusal:
        sys.exit(str(refusal))
    require_database(os.environ["DATABASE_URL"])
    require_redis(redis_url)
    nginx = find_nginx()
    commands = procfiles.parse_procfile((ROOT / "Procfile").read_text()).processes
    print("Preparing the release …", flush=True)
    if subprocess.run(["sh", "-c", commands["release"]], cwd=ROOT, check=False).returncode:
        sys.exit("The release failed, nothing was started: its last lines say why.")
    instances[0].host_file.write_text(urlsplit(os.environ["PUBLIC_URL"]).netloc)
    nginx_conf = write_nginx_conf(directory, instances, hops=hops)
    subprocess.run([nginx, "-t", "-q", "-c", nginx_conf], check=True)
    print(f"EchoRoom will be at {os.environ['PUBLIC_URL']}; Ctrl-C ends it.", flush=True)
    sys.exit(keep_running(instances, commands, nginx=f"exec {nginx} -c {nginx_conf} -g 'daemon off;'"))


def _count(name: str, default: int) -> int:
    count = configuration.integer(ENV, name, default=default, least=1, most=100)
    os.environ[name] = str(count)
    return count


def set_environment(directory: Path, *, web_processes: int) -> None:
    """Production's environment, as far as it is not set already."""
    port = os.environ.get("PORT") or "8080"
    defaults = {
        "DATABASE_URL": DEFAULT_DATABASE,
        "REDIS_URL": "" if os.environ.get("REDIS_HOST") else DEFAULT_REDIS,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "TRUSTED_PROXIES": "1",
        "PROCESS_COUNT": str(web_processes),
        "BEAT_SCHEDULE": str(directory / "beat-schedule"),
    }
    for name, value in defaults.items():
        os.environ[name] = os.environ.get(name) or value
    os.environ["ENVIRONMENT"] = "production"
    os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or kept_secret(directory / "secret_key")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # Lines reach honcho as they are written, not in blocks of four kilobytes.
    os.environ["PYTHONUNBUFFERED"] = "1"


def kept_secret(path: Path) -> str:
    """One secret for all processes and the next start, so that a restart signs nobody out."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(60))
    return path.read_text()


def require_database(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error) or "database" not in str(error):
            _stop(
                f"PostgreSQL does not let us in: {error}",
                "start it, or set DATABASE_URL to one that is running.",
            )
        create_database(url)


def create_database(url: str) -> None:
    parts = urlsplit(url)
    name = parts.path.strip("/")
    print(f"Database {name} is not there yet: creating it.", flush=True)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def require_redis(url: str) -> None:
    try:
        redis.Redis.from_url(url, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        _stop(f"Redis does not answer: {error}", "start it, or set REDIS_URL to one that is running.")


def find_nginx() -> str:
    # Debian keeps it where an ordinary user's PATH does not look.
    path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return path or _stop("nginx is not installed.", "apt install nginx-light")


def _stop(problem: str, cure: str) -> str:
    sys.exit(f"{problem.strip()}\n  How to set it right: {cure}")


def write_nginx_conf(directory: Path, instances: list[Instance], *, hops: Sequence[str] = ()) -> Path:
    address = urlsplit(os.environ["PUBLIC_URL"])
    values = {
        # Only root may choose, and nginx warns when anybody else does.
        "USER": f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
        "RUN_DIR": str(directory),
        "ACCESS_LOG": str(directory / "access.log"),
        "LISTEN": os.environ.get("LISTEN") or f"127.0.0.1:{os.environ.get('PORT') or address.port or 8080}",
        "STATIC_ROOT": str(ROOT / "staticfiles"),
        "PAGES": str(ROOT / "deploy" / "pages"),
        "UPSTREAMS": upstreams(instances),
        "REAL_IP_FROM": "\n".join(f"    set_real_ip_from {hop};" for hop in hops),
        "HOPS": "\n".join(f"        {hop} 1;" for hop in hops),
    }
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    target = directory / "nginx.conf"
    target.write_text(text)
    return target


def keep_running(instances: list[Instance], commands: dict[str, str], *, nginx: str) -> int:
    """Runs until Ctrl-C or until one of the keepers gives up; returns the exit code."""
    manager.KILL_WAIT = STOP_SECONDS
    honcho = manager.Manager()
    for instance in instances:
        if instance.listens:
            instance.open_door()
        honcho.add_process(
            instance.name,
            f"exec deploy/respawn '{instance.pid_file}' \"$COMMAND\"",
            env={**os.environ, "COMMAND": commands[instance.kind], **_socket_settings(instance)},
            cwd=str(ROOT),
        )
    honcho.add_process("nginx", nginx, env=dict(os.environ))
    honcho.loop()
    return int(honcho.returncode or 0)


def _socket_settings(instance: Instance) -> dict[str, str]:
    """Both servers prefer a socket named in their own variable to the port on the Procfile's command line."""
    variable = {"web": "GRANIAN_UDS", "live": "UVICORN_UDS"}.get(instance.kind)
    return {variable: str(instance.socket)} if variable else {}


if __name__ == "__main__":
    main()
