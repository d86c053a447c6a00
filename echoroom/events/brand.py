"""An event's one colour, made readable: whatever an organiser chooses, text keeps WCAG AA in both schemes."""

from __future__ import annotations

from functools import lru_cache

Colour = tuple[float, float, float]

LIGHT_CARD, DARK_CARD = (255.0, 255.0, 255.0), (28.0, 27.0, 35.0)
LIGHT_PAPER, DARK_PAPER = (246.0, 245.0, 242.0), (19.0, 18.0, 24.0)
INK, SNOW = (22.0, 21.0, 27.0), (255.0, 255.0, 255.0)
BLACK = (0.0, 0.0, 0.0)
READABLE = 4.5
# The accent is also text on a wash of itself, which takes a little of the contrast away.
ON_LIGHT = 5.4
# On dark a brand is lightened until it glows; a grey that only just reads would look switched off.
ON_DARK, GREY_ON_DARK = 7.0, 12.0
GREY = 24
# Below this a filled button melts into the page and needs an edge, or, almost white, another fill.
VISIBLE, ALMOST_PAPER = 1.35, 1.12
WASH = 0.10


@lru_cache(maxsize=256)
def brand_style(colour: str) -> str:
    """Custom properties for a `style` attribute: accent, fill and wash for both schemes, and the text on each."""
    brand = _parse(colour)
    light = _towards(brand, BLACK, (LIGHT_CARD, LIGHT_PAPER), ON_LIGHT)
    dark = _towards(brand, SNOW, (DARK_CARD, DARK_PAPER), GREY_ON_DARK if max(brand) - min(brand) < GREY else ON_DARK)
    fill = brand if contrast(brand, LIGHT_CARD) >= ALMOST_PAPER else light
    properties = {
        "--accent-light": light,
        "--accent-dark": dark,
        "--fill-light": fill,
        "--edge-light": fill if contrast(fill, LIGHT_PAPER) >= VISIBLE else light,
        "--on-fill-light": _text_on(fill),
        "--on-accent-light": _text_on(light),
        "--on-accent-dark": _text_on(dark),
        "--wash-light": _mixed(LIGHT_CARD, light, WASH),
        "--wash-dark": _mixed(DARK_CARD, dark, WASH),
    }
    return ";".join(f"{name}:{_hex(value)}" for name, value in properties.items())


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    linear: float = channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
    return linear


def _towards(colour: Colour, end: Colour, backgrounds: tuple[Colour, ...], wanted: float) -> Colour:
    """The first shade on the way from `colour` to `end` that has the wanted contrast on every background."""
    shades = (_mixed(colour, end, step / 50) for step in range(51))
    return next(shade for shade in shades if all(contrast(shade, back) >= wanted for back in backgrounds))


def _text_on(colour: Colour) -> Colour:
    # Black is readable on whatever white is not.
    return next(ink for ink in (SNOW, INK, BLACK) if contrast(ink, colour) >= READABLE)


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (one + (two - one) * share for one, two in zip(colour, other, strict=True))
    return red, green, blue


def _parse(colour: str) -> Colour:
    red, green, blue = (float(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in colour)
