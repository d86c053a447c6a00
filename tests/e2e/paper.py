"""What a page looks like on paper: emulated by the browser, at the width that A4 leaves between its margins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

A4_WITHIN_MARGINS = {"width": 672, "height": 986}

# What is of use on a screen only, and is shown all the same.
SCREEN_ONLY = """[...document.querySelectorAll("nav, header.bar, form, button, .toast, .skip, .no-print, a[download]")]
    .filter(element => element.checkVisibility()).map(element => element.outerHTML.slice(0, 100))"""

# Texts with less contrast to what is behind them than 4.5 to 1; paper is white.
PALE = """() => {
    const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = colour => {
        ink.clearRect(0, 0, 1, 1);
        ink.fillStyle = colour;
        ink.fillRect(0, 0, 1, 1);
        return [...ink.getImageData(0, 0, 1, 1).data];
    };
    const part = value => value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const behind = element => {
        for (let each = element; each; each = each.parentElement) {
            const found = rgba(getComputedStyle(each).backgroundColor);
            if (found[3] === 255) return found;
        }
        return [255, 255, 255, 255];
    };
    const contrast = element => {
        const both = [rgba(getComputedStyle(element).color), behind(element)];
        const [dark, bright] = both.map(light).sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const pale = [];
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
        if (contrast(element) < 4.5) pale.push(texts.currentNode.data.trim().slice(0, 60));
    }
    return pale;
}"""

# The paper itself, and every sheet that covers all of it.
PAPER = (
    """["html", "body", "#page", "main"].map(name => getComputedStyle(document.querySelector(name)).backgroundColor)"""
)
WHITE = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}

CUT = """[...document.querySelectorAll("main, main *")].filter(element => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const hides = { x: overflowX !== "visible", y: overflowY !== "visible" };
    return element.checkVisibility() && !element.closest(".unseen") && (
        element.getBoundingClientRect().right > innerWidth + 1
        || hides.x && element.scrollWidth > element.clientWidth + 1
        || hides.y && element.scrollHeight > element.clientHeight + 1);
}).map(element => element.outerHTML.slice(0, 100))"""


@contextmanager
def on_paper(page: Page) -> Iterator[Page]:
    screen = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size(A4_WITHIN_MARGINS)  # type: ignore[arg-type]
    yield page
    page.emulate_media(media="screen")
    if screen:
        page.set_viewport_size(screen)


def pages_of(page: Page) -> int:
    """How many sheets the browser's own print makes of it."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
