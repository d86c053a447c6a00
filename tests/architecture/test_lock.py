"""The one lock: pinned, hashed, and the same promise on every Python and system that we name.

What can be told without asking a package index: which pins apply where, whether they are all there, and whether a
package that is installed here refuses one of the Pythons.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.source import ROOT

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
# First and late ones of each: a marker on the third number must not leave a gap.
RELEASES = [f"{python}.{patch}" for python in PYTHONS for patch in (0, 3, 20)]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
LOCKS = {"requirements": ["requirements"], "requirements-dev": ["requirements", "requirements-dev"]}
HASHED = re.compile(r"(?: \\\n {4}--hash=sha256:[0-9a-f]{64})+\n", re.MULTILINE)


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Each pin with the lines that belong to it."""
    for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        if entry[:1].isalnum():
            yield entry.split(" \\\n")[0].strip(), entry


@cache
def pins(name: str) -> list[Requirement]:
    return [Requirement(pin) for pin, _ in entries((ROOT / f"{name}.txt").read_text())]


def asked(name: str) -> list[Requirement]:
    lines = [line.partition(" #")[0].strip() for line in (ROOT / f"{name}.in").read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def environment(release: str, system: str) -> dict[str, str]:
    python = ".".join(release.split(".")[:2])
    cpython = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    return {
        **{key: str(value) for key, value in default_environment().items()},
        **cpython,
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": release,
        "implementation_version": release,
    }


def applies(requirement: Requirement, where: dict[str, str], extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**where, "extra": extra})


def pinned(lock: str, where: dict[str, str]) -> dict[str, Version]:
    found: dict[str, Version] = {}
    for name in LOCKS[lock]:
        for pin in pins(name):
            if applies(pin, where):
                (exact,) = pin.specifier
                project, version = canonicalize_name(pin.name), Version(exact.version)
                assert found.setdefault(project, version) == version, f"{project} is pinned twice"
    return found


def missing(lock: str, where: dict[str, str]) -> Iterator[str]:
    """What is asked for, directly or by a package that is installed here, and has no pin that fits."""
    there = pinned(lock, where)
    todo = [(wanted, lock) for name in LOCKS[lock] for wanted in asked(name) if applies(wanted, where)]
    seen = set()
    while todo:
        wanted, by = todo.pop()
        name = canonicalize_name(wanted.name)
        if name not in there or not wanted.specifier.contains(there[name], prereleases=True):
            yield f"{wanted} of {by}"
            continue
        for extra in ("", *wanted.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                todo += [(each, name) for each in _requires(name, there[name]) if applies(each, where, extra)]


@cache
def _requires(name: str, version: Version) -> list[Requirement]:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return []  # of another system
    return [Requirement(line) for line in found.requires or []] if Version(found.version) == version else []


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_with_hashes(lock: str):
    text = (ROOT / f"{lock}.txt").read_text()
    found = list(entries(text))
    assert len(found) > 20
    for pin, entry in found:
        assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[A-Za-z0-9.!+]+( ; .+)?", pin), pin
        assert HASHED.search(entry), f"{pin} has no hash"
    # Nothing comes from elsewhere than the index that whoever installs it has chosen.
    assert not re.search(r"^(--|-e|-f|-i)|://|@ ", text, re.MULTILINE)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_on_every_system_finds_all_that_is_needed(lock: str, release: str, system: str):
    assert not list(missing(lock, environment(release, system)))


@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_refuses_one_of_the_pythons(lock: str):
    for name in LOCKS[lock]:
        for pin in pins(name):
            try:
                found = metadata.distribution(pin.name)
            except metadata.PackageNotFoundError:
                continue
            serves = SpecifierSet(found.metadata["Requires-Python"] or "")
            for release in RELEASES:
                is_for = pinned(name, environment(release, "linux")).get(canonicalize_name(pin.name))
                if is_for == Version(found.version):
                    assert serves.contains(release), f"{pin.name} {serves} refuses {release}"


def test_the_project_names_the_same_pythons():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["requires-python"] == ">=3.11"
    named = [line.removeprefix("Programming Language :: Python :: ") for line in project["project"]["classifiers"]]
    assert named == PYTHONS
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert "--python-version 3.11" in (ROOT / "bin" / "lock").read_text()
    assert "--universal --generate-hashes" in (ROOT / "bin" / "lock").read_text()


class TestTheGuardItself:
    """Finds what it is there to find."""

    @pytest.fixture
    def lock(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        monkeypatch.setattr("tests.architecture.test_lock.ROOT", tmp_path)
        (tmp_path / "requirements.in").write_text("redis>=8\n# a remark\n")
        pins.cache_clear()
        yield tmp_path / "requirements.txt"
        pins.cache_clear()

    def test_a_marker_that_cuts_a_python_off(self, lock: Path):
        lock.write_text("redis==8.1.0 ; python_full_version < '3.14' \\\n    --hash=sha256:00\n")
        assert not list(missing("requirements", environment("3.13.20", "linux")))
        assert list(missing("requirements", environment("3.14.0", "linux"))) == ["redis>=8 of requirements"]

    def test_a_pin_that_is_too_old(self, lock: Path):
        lock.write_text("redis==7.0.0 \\\n    --hash=sha256:00\n")
        assert list(missing("requirements", environment("3.12.0", "linux"))) == ["redis>=8 of requirements"]

    def test_a_dependency_that_is_not_pinned(self, lock: Path):
        version = metadata.version("kombu")
        (lock.parent / "requirements.in").write_text("kombu\n")
        lock.write_text(f"kombu=={version} \\\n    --hash=sha256:00\n")
        assert any("of kombu" in each for each in missing("requirements", environment("3.12.0", "linux")))

    def test_a_pin_without_hash(self):
        assert not HASHED.search("redis==8.1.0\n    # via celery\n")
