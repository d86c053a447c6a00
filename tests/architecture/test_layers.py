"""import-linter's contracts over the whole tree, and over small houses in which one import points up."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

MODULES = """
    echoroom/urls echoroom/asgi echoroom/wsgi echoroom/celery
    echoroom/settings echoroom/refusals echoroom/pages echoroom/slots echoroom/viewer echoroom/configuration
    echoroom/observability echoroom/statements echoroom/postgresql echoroom/headers echoroom/messages
    echoroom/process_lock echoroom/bulk echoroom/formats
    echoroom/outbox/dispatcher echoroom/live/announcing echoroom/api/problem
    echoroom/audit/models echoroom/limits/checks echoroom/caches/backend echoroom/accounts/models
    echoroom/events/models rooms/models rooms/services rooms/selectors
    rooms/views rooms/domain_events matching/models voice/models
    badges/models monitoring/models
""".split()


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    # Every run of the small houses has the same module names: a shared cache would mix them up.
    return subprocess.run([command, "--no-cache"], cwd=directory, capture_output=True, text=True, check=False)


@pytest.fixture
def small_house(tmp_path):
    """Our contracts over empty modules; the returned function writes one import into one of them."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module in MODULES:
        path = tmp_path / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in [parent for parent in path.relative_to(tmp_path).parents if parent.name]:
            (tmp_path / parent / "__init__.py").touch()
        path.touch()

    def with_import(module: str, imported: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / f"{module}.py").write_text(f"import {imported}\n")
        return lint(tmp_path)

    return with_import


def test_imports_point_down():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_contracts_see_every_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(settings["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)


@pytest.mark.parametrize(
    ("module", "imported", "contract"),
    [
        ("rooms/services", "badges.models", "Imports point down"),
        ("matching/models", "voice.models", "Imports point down"),
        ("echoroom/accounts/models", "echoroom.events.models", "Imports point down"),
        ("echoroom/outbox/dispatcher", "rooms.models", "Imports point down"),
        ("echoroom/outbox/dispatcher", "echoroom.live.announcing", "Every module of the frame has its place"),
        (
            "echoroom/audit/models",
            "echoroom.caches.backend",
            "Of the frame only limits and api touch the cache",
        ),
        ("rooms/services", "echoroom.celery", "Imports point down"),
        ("rooms/selectors", "rooms.services", "Inside an app"),
        ("rooms/services", "rooms.views", "Inside an app"),
        ("rooms/models", "rooms.selectors", "Inside an app"),
        ("rooms/domain_events", "rooms.services", "Inside an app"),
    ],
)
def test_an_import_that_points_up_is_found(small_house, module, imported, contract):
    result = small_house(module, imported)
    assert result.returncode == 1
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), result.stdout


def test_an_import_that_points_down_passes(small_house):
    result = small_house("badges/models", "rooms.services")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_new_module_of_the_frame_needs_a_place(small_house):
    result = small_house("echoroom/newcomer", "json")
    assert result.returncode == 1
    assert "newcomer" in result.stdout + result.stderr
