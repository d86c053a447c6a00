"""What the environment may say: each good form, and each refusal with its cure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import environ
import pytest

from echoroom import configuration
from echoroom.configuration import Misconfigured

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "PUBLIC_URL": "https://echoroom.example.org",
    "ALLOWED_HOSTS": "echoroom.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "TRUSTED_PROXIES": "1",
}


def env(**variables: str) -> environ.Env:
    found = environ.Env()
    found.ENVIRON = variables
    return found


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    """The refusal's first line; the second always names the cure."""
    with pytest.raises(Misconfigured) as refusal:
        call(*args, **kwargs)
    problem, cure = str(refusal.value).split("\n  How to set it: ")
    assert problem.endswith((".", "://"))
    assert cure
    return problem


class TestRedis:
    @pytest.mark.parametrize(
        ("variables", "url"),
        [
            ({}, ""),
            ({"REDIS_URL": "", "REDIS_HOST": ""}, ""),
            ({"REDIS_URL": "redis://cache:6380/2"}, "redis://cache:6380/2"),
            ({"REDIS_URL": "rediss://user:p%40ss@cache"}, "rediss://user:p%40ss@cache"),
            ({"REDIS_URL": "redis://[::1]:6379/0"}, "redis://[::1]:6379/0"),
            ({"REDIS_HOST": "cache"}, "redis://cache:6379/0"),
            ({"REDIS_HOST": "cache", "REDIS_PORT": "6380", "REDIS_DB": "3"}, "redis://cache:6380/3"),
            ({"REDIS_HOST": "cache", "REDIS_PASSWORD": "$p@s/s"}, "redis://:%24p%40s%2Fs@cache:6379/0"),
            ({"REDIS_HOST": "::1"}, "redis://[::1]:6379/0"),
            ({"REDIS_HOST": "[fd00::7]", "REDIS_PORT": "7000"}, "redis://[fd00::7]:7000/0"),
            ({"REDIS_HOST": "redis", "REDIS_PORT": "tcp://10.0.0.7:6379"}, "redis://redis:6379/0"),
            ({"REDIS_URL": "redis://redis/0", "REDIS_PORT": "tcp://10.0.0.7:6379"}, "redis://redis/0"),
        ],
        ids=str,
    )
    def test_is_found_by_its_address_or_its_parts(self, variables: dict[str, str], url: str):
        assert configuration.redis_url(env(**variables)) == url

    @pytest.mark.parametrize(
        ("variables", "problem"),
        [
            ({"REDIS_HOST": "cache", "REDIS_PORT": "abc"}, "REDIS_PORT=abc is no whole number"),
            ({"REDIS_HOST": "cache", "REDIS_PORT": "0"}, "REDIS_PORT=0 is no whole number"),
            ({"REDIS_HOST": "cache", "REDIS_PORT": "65536"}, "REDIS_PORT=65536 is no whole number"),
            ({"REDIS_HOST": "cache", "REDIS_PORT": "²"}, "REDIS_PORT=² is no whole number"),
            ({"REDIS_HOST": "cache", "REDIS_PORT": "9" * 5000}, "REDIS_PORT=9"),
            ({"REDIS_HOST": "cache", "REDIS_DB": "-1"}, "REDIS_DB=-1 is no whole number"),
            ({"REDIS_HOST": "cache", "REDIS_DB": "first"}, "REDIS_DB=first is no whole number"),
            ({"REDIS_HOST": "cache:6379"}, "REDIS_HOST=cache:6379 is no host name"),
            ({"REDIS_HOST": "redis://cache"}, "REDIS_HOST=redis://cache is no host name"),
            ({"REDIS_PORT": "6380"}, "REDIS_PORT is set without REDIS_HOST"),
            ({"REDIS_PASSWORD": "s3cret"}, "REDIS_PASSWORD is set without REDIS_HOST"),
            ({"REDIS_DB": "2"}, "REDIS_DB is set without REDIS_HOST"),
            ({"REDIS_URL": "redis://a", "REDIS_HOST": "b"}, "Both REDIS_URL and REDIS_HOST are set"),
            ({"REDIS_URL": "redis://a", "REDIS_DB": "2"}, "Both REDIS_URL and REDIS_DB are set"),
            ({"REDIS_URL": "http://cache:6379"}, "REDIS_URL must begin with one of redis://, rediss://"),
            ({"REDIS_URL": "cache:6379"}, "REDIS_URL must begin with one of redis://, rediss://"),
            ({"REDIS_URL": "redis:cache"}, "REDIS_URL must begin with one of redis://, rediss://"),
            ({"REDIS_URL": "nonsense"}, "REDIS_URL must begin with one of redis://, rediss://"),
            ({"REDIS_URL": "redis:///0"}, "REDIS_URL names no host"),
            ({"REDIS_URL": "redis://cache:port/0"}, "REDIS_URL is no valid address"),
            ({"REDIS_URL": "redis://[::1/0"}, "REDIS_URL is no valid address"),
            ({"REDIS_URL": "redis://::1:6379/0"}, "REDIS_URL is no valid address"),
            ({"REDIS_URL": "redis://cache/first"}, "REDIS_URL must end in the number of a database"),
            ({"REDIS_URL": "redis://:a#b@cache/0"}, "REDIS_URL"),
        ],
        ids=lambda value: str(value)[:60],
    )
    def test_is_refused(self, variables: dict[str, str], problem: str):
        assert refused(configuration.redis_url, env(**variables)).startswith(problem)


class TestDatabase:
    def test_is_a_file_beside_the_rest_when_none_is_named(self, tmp_path: Path):
        # Not through an address, in which a + is a blank and a % begins a code.
        odd = tmp_path / "c++ 100%"
        for variables in ({}, {"DATABASE_URL": ""}):
            found = configuration.database(env(**variables), data_dir=odd)
            assert found == {"ENGINE": "django.db.backends.sqlite3", "NAME": str(odd / "echoroom.sqlite3")}

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "pgsql"])
    def test_is_postgresql_by_any_of_its_names(self, scheme: str, tmp_path: Path):
        url = f"{scheme}://ada:p%40ss@db:5433/echoroom?sslmode=require"
        found = configuration.database(env(DATABASE_URL=url), data_dir=tmp_path)
        assert found["ENGINE"] == "django.db.backends.postgresql"
        assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
            "echoroom", "ada", "p@ss", "db", 5433,
        ]  # fmt: skip
        assert found["OPTIONS"] == {"sslmode": "require"}

    @pytest.mark.parametrize(
        ("url", "name"),
        [("sqlite:////srv/echo.sqlite3", "/srv/echo.sqlite3"), ("postgres:///echoroom", "echoroom")],
    )
    def test_needs_no_host(self, url: str, name: str, tmp_path: Path):
        assert configuration.database(env(DATABASE_URL=url), data_dir=tmp_path)["NAME"] == name

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("nonsense", "DATABASE_URL must begin with one of postgres://"),
            ("mysql://ada:s3cret@db/echoroom", "DATABASE_URL must begin with one of postgres://"),
            ("redis://db/0", "DATABASE_URL must begin with one of postgres://"),
            ("postgres:db/echoroom", "DATABASE_URL must begin with one of postgres://"),
            ("postgres://db:port/echoroom", "DATABASE_URL is no valid address"),
            ("postgres://ada:s3cret#1@db/echoroom", "DATABASE_URL"),
            ("postgres://ada:s3cret/1@db/echoroom", "DATABASE_URL is no valid address"),
            ("postgres://[::1/echoroom", "DATABASE_URL is no valid address"),
            ("postgres://db", "DATABASE_URL names no database"),
            ("postgres://db/", "DATABASE_URL names no database"),
            ("sqlite://echoroom.sqlite3", "DATABASE_URL names no file"),
            ("sqlite://", "DATABASE_URL names no file"),
            ("sqlite://:memory:", "DATABASE_URL"),
        ],
    )
    def test_is_refused_without_repeating_its_password(self, url: str, problem: str, tmp_path: Path):
        said = refused(configuration.database, env(DATABASE_URL=url), data_dir=tmp_path)
        assert said.startswith(problem)
        assert "s3cret" not in said


class TestWordsAndNumbers:
    def test_what_is_not_set_or_empty_is_the_default(self):
        for empty in (env(), env(N="", DEBUG="", LEVEL=" ")):
            assert configuration.integer(empty, "N", default=7) == 7
            assert not configuration.flag(empty, "DEBUG")
            assert configuration.one_of(empty, "LEVEL", ["a", "b"], default="b") == "b"

    @pytest.mark.parametrize("given", ["one", "-1", "1.5", "1e3", "101", "0x10", "१"])
    def test_a_number_is_a_whole_one_within_its_bounds(self, given: str):
        said = refused(configuration.integer, env(N=given), "N", default=7, most=100)
        assert said == f"N={given} is no whole number from 0 to 100."

    @pytest.mark.parametrize(("given", "meant"), [("true", True), ("YES", True), ("1", True), ("off", False)])
    def test_a_flag_is_yes_or_no(self, given: str, meant: bool):
        assert configuration.flag(env(DEBUG=given), "DEBUG") is meant

    @pytest.mark.parametrize("given", ["maybe", "2", "ture"])
    def test_a_flag_is_nothing_else(self, given: str):
        assert refused(configuration.flag, env(DEBUG=given), "DEBUG") == f"DEBUG={given} is neither yes nor no."

    def test_a_word_is_one_of_those_that_are_known(self):
        said = refused(configuration.one_of, env(LEVEL="loud"), "LEVEL", ["low", "high"], default="low")
        assert said == "LEVEL=loud is unknown."


class TestPlaces:
    def test_the_data_directory_is_made(self, tmp_path: Path):
        there = tmp_path / "a" / "b"
        assert configuration.data_dir(env(DATA_DIR=str(there)), default=tmp_path) == there
        assert there.is_dir()

    def test_a_file_is_no_data_directory(self, tmp_path: Path):
        (tmp_path / "file").write_text("")
        for name in ("file", "file/inside"):
            said = refused(configuration.data_dir, env(DATA_DIR=str(tmp_path / name)), default=tmp_path)
            assert "cannot be made" in said

    def test_a_secret_that_cannot_be_kept_is_refused(self, tmp_path: Path):
        said = refused(configuration.secret_key, env(), production=False, data_dir=tmp_path / "missing")
        assert "cannot be kept" in said

    def test_a_secret_that_cannot_be_read_is_refused(self, tmp_path: Path):
        (tmp_path / "secret_key").mkdir()  # which root cannot read either
        said = refused(configuration.secret_key, env(), production=False, data_dir=tmp_path)
        assert said == f"{tmp_path}/secret_key cannot be read: Is a directory."

    def test_an_emptied_secret_is_refused(self, tmp_path: Path):
        (tmp_path / "secret_key").write_text("\n")
        assert "is empty" in refused(configuration.secret_key, env(), production=False, data_dir=tmp_path)

    @pytest.mark.parametrize(
        ("given", "url"),
        [("https://e.example/", "https://e.example"), ("http://[::1]:8000", "http://[::1]:8000")],
    )
    def test_the_address_that_people_type(self, given: str, url: str):
        assert configuration.public_url(env(PUBLIC_URL=given), production=True) == url

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ("", "PUBLIC_URL is missing."),
            ("e.example", "PUBLIC_URL must begin with"),
            ("ftp://e.example", "PUBLIC_URL must begin with"),
            ("https://e.example:port", "PUBLIC_URL is no valid address."),
            ("https://:8000", "PUBLIC_URL must be a host, perhaps with a port, and nothing else."),
            ("https://e.example/room", "PUBLIC_URL must be a host, perhaps with a port, and nothing else."),
            ("https://ada@e.example", "PUBLIC_URL must be a host, perhaps with a port, and nothing else."),
            ("http://e.example", "PUBLIC_URL=http://e.example would send sessions in the clear."),
        ],
    )
    def test_what_people_cannot_type_is_refused(self, given: str, problem: str):
        assert refused(configuration.public_url, env(PUBLIC_URL=given), production=True).startswith(problem)

    def test_sockets_may_have_an_address_of_their_own(self):
        assert configuration.live_url(env(), https=True) == ""
        assert configuration.live_url(env(LIVE_URL="wss://live.example/"), https=True) == "wss://live.example"
        assert configuration.live_url(env(LIVE_URL="ws://live.example"), https=False) == "ws://live.example"

    @pytest.mark.parametrize("given", ["live.example", "https://live.example", "ws://live.example", "wss://"])
    def test_an_address_that_no_socket_opens_is_refused(self, given: str):
        assert refused(configuration.live_url, env(LIVE_URL=given), https=True).startswith("LIVE_URL")

    def test_error_reports_go_where_the_dsn_says(self):
        dsn = "https://key@sentry.example/prefix/1"
        assert configuration.sentry_dsn(env(SENTRY_DSN=dsn)) == dsn
        assert configuration.sentry_dsn(env()) == ""

    @pytest.mark.parametrize("given", ["nonsense", "https://sentry.example/1", "https://key@sentry.example"])
    def test_a_broken_dsn_is_refused(self, given: str):
        assert refused(configuration.sentry_dsn, env(SENTRY_DSN=given)).startswith("SENTRY_DSN")

    def test_host_names_are_separated_by_commas(self):
        assert allowed_hosts("a.example, .b.example,") == ["a.example", ".b.example"]
        assert allowed_hosts("", production=False) == ["here"]

    @pytest.mark.parametrize(
        ("given", "url"),
        [
            ("a.example", "https://A.example:8443"),
            (".b.example", "https://play.b.example"),
            (".b.example", "https://b.example"),
            ("[::1]", "http://[::1]:8080"),
        ],
    )
    def test_the_host_that_people_type_is_among_them(self, given: str, url: str):
        assert allowed_hosts(given, public_url=url) == [given]

    @pytest.mark.parametrize(
        ("given", "url", "host"),
        [
            ("www.a.example", "https://a.example", "a.example"),
            ("a.example", "https://www.a.example", "www.a.example"),
            ("::1", "http://[::1]:8080", "[::1]"),
        ],
    )
    def test_host_names_without_the_one_that_people_type_are_refused(self, given: str, url: str, host: str):
        assert refused(allowed_hosts, given, public_url=url) == (
            f"ALLOWED_HOSTS does not hold {host}, the host of PUBLIC_URL."
        )
        assert allowed_hosts(given, public_url=url, production=False) == [given]

    @pytest.mark.parametrize("given", ["", "*", "a.example,*", "https://a.example", "a.example b.example"])
    def test_host_names_that_are_none_are_refused(self, given: str):
        assert refused(allowed_hosts, given).startswith("ALLOWED_HOSTS")


def allowed_hosts(given: str, *, production: bool = True, public_url: str = "https://a.example") -> list[str]:
    return configuration.allowed_hosts(
        env(ALLOWED_HOSTS=given), production=production, public_url=public_url, default=["here"]
    )


class TestProduction:
    @pytest.mark.parametrize("key", ["", "short", "a" * 60, "django-insecure-" + "0123456789" * 6])
    def test_needs_a_real_secret(self, key: str, tmp_path: Path):
        said = refused(configuration.secret_key, env(SECRET_KEY=key), production=True, data_dir=tmp_path)
        assert said.startswith("SECRET_KEY is missing or too weak")
        assert not list(tmp_path.iterdir())

    def test_takes_a_secret_that_begins_with_a_dollar(self, tmp_path: Path):
        key = "$" + PRODUCTION["SECRET_KEY"]
        assert configuration.secret_key(env(SECRET_KEY=key), production=True, data_dir=tmp_path) == key

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"DEBUG": "true"}, "DEBUG is on in production."),
            ({"DATABASE_URL": ""}, "DATABASE_URL is missing or not PostgreSQL."),
            ({"DATABASE_URL": "sqlite:////srv/a"}, "DATABASE_URL is missing or not PostgreSQL."),
        ],
    )
    def test_refuses_a_part_that_is_missing_or_a_laptops(self, changes: dict[str, str], problem: str):
        variables = {**PRODUCTION, **changes}
        assert refused(configuration.require_production_parts, env(**variables), redis="redis://a") == problem

    def test_must_say_who_is_believed_about_addresses(self):
        for said_nothing in ({}, {"TRUSTED_PROXIES": ""}):
            said = refused(configuration.trusted_proxies, env(**said_nothing), production=True)
            assert said == "TRUSTED_PROXIES is missing."
            assert configuration.trusted_proxies(env(**said_nothing), production=False) == 0
        assert configuration.trusted_proxies(env(TRUSTED_PROXIES="0"), production=True) == 0
        assert configuration.trusted_proxies(env(TRUSTED_PROXIES="2"), production=True) == 2

    def test_believes_the_hops_in_front_of_nginx(self):
        given = env(TRUSTED_HOPS="10.0.0.7, 10.1.0.9/24,10.0.0.7,fd00::1")
        assert configuration.trusted_hops(given, public_url="https://a.example") == [
            "10.0.0.7/32", "10.1.0.0/24", "fd00::1/128",
        ]  # fmt: skip
        assert configuration.trusted_hops(env(), public_url="http://127.0.0.1") == []

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ("", "PUBLIC_URL is https, and TRUSTED_HOPS does not say who ends it in front of nginx."),
            ("balancer", "TRUSTED_HOPS holds balancer, which is no address and no network."),
            ("10.0.0.7; evil 1", "TRUSTED_HOPS holds 10.0.0.7; evil 1, which is no address and no network."),
            ("0.0.0.0/0", "TRUSTED_HOPS=0.0.0.0/0 would let everybody invent an address."),
        ],
    )
    def test_believes_nobody_else(self, given: str, problem: str):
        assert refused(configuration.trusted_hops, env(TRUSTED_HOPS=given), public_url="https://a.example") == problem

    def test_needs_redis(self):
        assert refused(configuration.require_production_parts, env(**PRODUCTION), redis="") == "REDIS_URL is missing."


def manage(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # What the test run itself is configured with must not count.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(tmp_path), **dict.fromkeys(NOT_OF_A_FILE, ""), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


# Set and empty wins over a developer's `.env`.
NOT_OF_A_FILE = [
    *PRODUCTION,
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_PASSWORD",
    "REDIS_DB",
    "DEBUG",
    "EMAIL_URL",
    "EMAIL_FROM",
]


@pytest.mark.parametrize(
    ("variables", "problem", "cure"),
    [
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT=staging is unknown.", "ENVIRONMENT=production"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES=one is no whole number from 0 to 10.", "TRUSTED_PROXIES=0"),
        ({**PRODUCTION, "TRUSTED_PROXIES": ""}, "TRUSTED_PROXIES is missing.", "TRUSTED_PROXIES=1 behind one proxy"),
        ({**PRODUCTION, "ALLOWED_HOSTS": "a.example"}, "ALLOWED_HOSTS does not hold", "=echoroom.example.org"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must begin with one of", "DATABASE_URL=postgres://"),
        ({"EMAIL_URL": "nonsense"}, "EMAIL_URL must begin with one of", "EMAIL_URL=smtp+tls://"),
        ({"EMAIL_FROM": "nonsense"}, "EMAIL_FROM=nonsense holds no address.", "EMAIL_FROM=EchoRoom <"),
        ({"WEBHOOKS_MAY_BE_PRIVATE": "2"}, "WEBHOOKS_MAY_BE_PRIVATE=2 is neither yes nor no.", "PRIVATE=true or"),
        ({"REDIS_HOST": "a", "REDIS_PORT": "abc"}, "REDIS_PORT=abc is no whole number", "REDIS_PORT=6379"),
    ],
)
def test_the_start_stops_with_the_sentence_and_the_cure(
    tmp_path: Path, variables: dict[str, str], problem: str, cure: str
):
    ended = manage(tmp_path, **variables)
    assert ended.returncode == 1
    assert ended.stdout == ""
    first, second = ended.stderr.splitlines()
    assert first.startswith(problem)
    assert second.startswith("  How to set it: ")
    assert cure in second


@pytest.mark.parametrize("variables", [{}, PRODUCTION], ids=["a laptop", "production"])
def test_what_is_right_starts(tmp_path: Path, variables: dict[str, str]):
    ended = manage(tmp_path, **variables)
    assert ended.returncode == 0, ended.stderr
