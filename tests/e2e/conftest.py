"""A real embedded server, and people in real browsers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.e2e.line import Line
from tests.e2e.people import Person

ROOT = Path(__file__).resolve().parents[2]
# Each window of Chromium loads pages of its own for its address bar, which nobody sees here, and keeps a process in
# reserve: most of what a short test took. It heeds only the last list of this kind, so Playwright's are named again.
WITHOUT = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)  # fmt: skip
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(WITHOUT)}",
]


@dataclass(frozen=True)
class Server:
    port: int
    url: str
    code: str
    join_link: str
    # E-mail and password of who runs the event.
    organiser: tuple[str, str]


def environment(data: Path) -> dict[str, str]:
    """No setting of whoever runs the tests, nor of a `.env`, nor of the tests themselves: set and empty is not set."""
    settings = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    ours = {"DATA_DIR": str(data), "ENVIRONMENT": "local", "DJANGO_SETTINGS_MODULE": "echoroom.settings"}
    return {**os.environ, **dict.fromkeys(settings, ""), **ours}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What `make run` starts, on data of its own."""
    port = free_port()
    data = tmp_path_factory.mktemp("e2e")
    output = (data / "output").open("w+")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "start", "--port", str(port)],
        cwd=ROOT,
        env=environment(data),
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/health", process, data / "output")
        said = (data / "output").read_text()
        code, link = re.search(r"Event code +(\S+)", said), re.search(r"Join link +(\S+)", said)
        organiser = re.search(r"Organiser .+ (\S+@\S+) +(\S+)", said)
        assert code, said
        assert link, said
        assert organiser, said
        yield Server(port, f"http://127.0.0.1:{port}", code[1], link[1], (organiser[1], organiser[2]))
    finally:
        process.terminate()
        process.wait(timeout=15)
        output.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"The server did not start:\n{output.read_text()}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield started
    started.close()


Entering = Callable[..., Person]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def open_device(browser: Browser, playwright: Playwright) -> Callable[..., Page]:
    """The first page of a new device. Who has not asked for motion has none, so that nothing waits for a fade."""

    def opened(device: str, *, dark: bool = False, moving: bool = False) -> Page:
        profile = dict(playwright.devices[device]) if device else dict(DESKTOP)
        profile.pop("default_browser_type", None)
        context = browser.new_context(
            **profile,
            color_scheme="dark" if dark else "light",
            reduced_motion="no-preference" if moving else "reduce",
        )
        context.set_default_timeout(20_000)
        return context.new_page()

    return opened


@pytest.fixture
def arrive(open_device: Callable[..., Page], server: Server) -> Iterator[Entering]:
    """`arrive("Ben", device="Pixel 5")`: a person with a browser of their own, who has not entered yet.

    A `breakable` person has a line of their own to the server. Whatever their devices complain of fails the test.
    """
    opened: list[Person] = []

    def come(
        name: str, *, device: str = "", dark: bool = False, moving: bool = False, breakable: bool = False
    ) -> Person:
        line = Line(server.port) if breakable else None
        # Who likes it dark, or moving, likes it so on every device.
        open_another = partial(open_device, dark=dark, moving=moving)
        person = Person(name, open_another(device), server.url, open_device=open_another, line=line)
        opened.append(person)
        return person

    yield come
    problems = [f"{person.name}: {error}" for person in opened for error in person.errors]
    for person in opened:
        person.page.context.close()
        if person.line:
            person.line.close()
    assert not problems, problems


@pytest.fixture
def enter(arrive: Entering, server: Server) -> Entering:
    """`enter("Ben", device="Pixel 5")`: a person who is in, and has the quests before them."""

    def is_in(name: str, **how: Any) -> Person:
        person = arrive(name, **how)
        person.is_in(server.code)
        return person

    return is_in


@pytest.fixture
def walk_in(arrive: Entering, server: Server) -> Entering:
    """The same, step by step: from the code on the wall, on pages that move."""

    def come_in(name: str, **how: Any) -> Person:
        person = arrive(name, moving=True, **how)
        person.come_in(server.code)
        return person

    return come_in
