"""What a person does in a browser, in their words."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.e2e.line import Line
from tests.e2e.paper import CUT, PALE, PAPER, SCREEN_ONLY, WHITE, on_paper, pages_of

# Contrast in the middle of a fade is nobody's to read: wait for the animations that end.
SETTLED = """Promise.allSettled(document.getAnimations()
    .filter(animation => animation.effect.getComputedTiming().endTime !== Infinity)
    .map(animation => animation.finished))"""

# What is right is long, and nobody asks for it.
BARRIERS = """within => axe.run(within || document, { resultTypes: ["violations"] })
    .then(({ violations }) => violations)"""

WIDEST = """[...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(element => element.outerHTML.slice(0, 100)).slice(0, 5)"""
# What a browser or htmx notes of an answer that was meant to be a refusal, or of a connection that was meant to break
# (htmx calls that error undefined, and names it twice).
EXPECTED = (
    "Failed to load resource", "WebSocket", "Response Status Error Code 4", "htmx:sendError", "htmx:afterRequest",
    "undefined",
)  # fmt: skip


class Person:
    """Somebody, the page that they look at, and what any of their devices has complained of."""

    def __init__(
        self,
        name: str,
        page: Page,
        url: str,
        *,
        open_device: Callable[[str], Page] | None = None,
        line: Line | None = None,
    ) -> None:
        self.name, self.line, self.open_device = name, line, open_device
        self.url = f"http://127.0.0.1:{line.port}" if line else url
        self.errors: list[str] = []
        self.look_at(page)

    def look_at(self, page: Page) -> None:
        """From now on the person has this page before them; its complaints count like those of the one before."""
        self.page = page
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        # A refused answer or a lost connection is what some tests are about; a broken policy or script never is.
        if message.type == "error" and not any(text in message.text for text in EXPECTED):
            self.errors.append(message.text)

    def come_in(self, code: str) -> None:
        self.page.goto(f"{self.url}/")
        self.page.get_by_label("Your event’s code").fill(code)
        self.page.get_by_role("button", name="Come in").click()
        self.page.get_by_label(re.compile("^Name")).fill(self.name)
        self.page.get_by_label(re.compile("I agree that my team reads")).check()
        self.page.get_by_role("button", name="Show me the quests").click()
        expect(self.heading("Choose a quest")).to_be_visible()

    def is_in(self, code: str) -> None:
        """The forms that `come_in` fills are sent for this browser without being looked at."""
        context = self.page.context
        context.request.get(f"{self.url}/")
        for form, typed in (("/", {"code": code}), ("/profile", {"name": self.name, "consent": "on"})):
            token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "echoroom_csrf")
            context.request.post(f"{self.url}{form}", form={**typed, "csrfmiddlewaretoken": token}, max_redirects=0)
        self.page.goto(f"{self.url}/world")
        expect(self.heading("Choose a quest")).to_be_visible()

    def heading(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("heading", level=1, name=text)

    def mark_the_page(self) -> None:
        """A mark that a reload of the page would wipe out."""
        self.page.evaluate("window.unreloaded = true")

    def waits_until(self, condition: Callable[[], bool], *, seconds: int = 20) -> None:
        for _ in range(seconds * 20):
            if condition():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{self.name} waited in vain on {self.page.url}")

    def loses_the_line(self, meanwhile: Callable[[], None] = lambda: None, *, notices: bool = True) -> None:
        """The line breaks and the socket with it. Afterwards the page has a new one, by itself.

        Who `notices` has a device that knows it is offline; to others it looks as if the server did not answer.
        """
        assert self.line, "only who is breakable can lose their line"
        line, context = self.line, self.page.context
        self.waits_until(lambda: line.sockets > 0)
        if notices:
            context.set_offline(True)
        line.cut()
        meanwhile()
        assert line.sockets == 0
        line.mend()
        if notices:
            context.set_offline(False)
        self.waits_until(lambda: line.sockets > 0)

    def has_not_reloaded(self) -> bool:
        return bool(self.page.evaluate("window.unreloaded === true"))

    def settles_parts_after(self, milliseconds: int) -> None:
        """How long htmx leaves a part that it put in before it goes through it: news can fall into that moment."""
        self.page.evaluate("delay => { htmx.config.defaultSettleDelay = delay }", milliseconds)

    def queue_for(self, quest: str) -> None:
        self.page.get_by_role("link", name=quest).first.click()
        self.page.get_by_role("button", name="Find my team").click()

    def see_the_room(self) -> str:
        """The room's code, once the queue has moved on to it by itself."""
        self.page.wait_for_url(re.compile(r"/room/"))
        return self.page.url.rsplit("/", 1)[1].partition("?")[0]

    def start(self) -> None:
        self.page.get_by_role("button", name="Start the first decision").click()

    def vote(self, option: str, reason: str) -> None:
        self.choose(option, reason)
        self.page.get_by_role("button", name="Cast my vote").click()

    def choose(self, option: str, reason: str) -> None:
        self.page.locator(f"label.option:has(input[value='{option}'])").click()
        self.page.get_by_label(re.compile("^Why")).fill(reason)

    def commit(self, option: str) -> None:
        self.page.get_by_role("button", name=f"Commit to {option}").click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def does_not_see(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_have_count(0)

    def finds_no_barrier(self, within: str = "") -> None:
        """What axe says about the page as it stands, or about a part of it where the frame is a theme's."""
        # News may come in between: without motion it is there at once, and no fade begins while axe looks.
        moved = self.page.evaluate("!matchMedia('(prefers-reduced-motion: reduce)').matches")
        if moved:
            self.page.emulate_media(reduced_motion="reduce")
        self.page.evaluate(SETTLED)
        # Half a megabyte, which stays with the document.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(BARRIERS, within)
        if moved:
            self.page.emulate_media(reduced_motion="null")
        assert not found, [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]

    def prints_well(self) -> None:
        """Only what is to be read, dark on white whatever the screen's colours, and nothing cut off."""
        with on_paper(self.page) as page:
            assert not page.evaluate(SCREEN_ONLY)
            assert set(page.evaluate(PAPER)) <= WHITE
            assert not page.evaluate(PALE)
            assert not page.evaluate(CUT)
        assert pages_of(self.page) > 1

    def does_not_scroll_sideways(self) -> None:
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        widest = self.page.evaluate(WIDEST) if overflow > 0 else ""
        assert overflow <= 0, f"{self.name}: {self.page.url} is {overflow} px too wide because of {widest}"
