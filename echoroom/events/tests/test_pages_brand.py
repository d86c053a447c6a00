from __future__ import annotations

import itertools

import pytest

from echoroom.events.brand import DARK_CARD, DARK_PAPER, LIGHT_CARD, LIGHT_PAPER, _parse, brand_style, contrast

CHANNELS = ("00", "33", "5b", "80", "cc", "ff")
BRANDS = ["#" + "".join(channels) for channels in itertools.product(CHANNELS, repeat=3)]


def properties(brand):
    return {name: _parse(value) for name, _, value in (pair.partition(":") for pair in brand_style(brand).split(";"))}


@pytest.mark.parametrize("brand", BRANDS)
def test_every_brand_is_readable(brand):
    colour = properties(brand)
    pairs = [
        ("--accent-light", LIGHT_CARD),
        ("--accent-light", LIGHT_PAPER),
        ("--accent-light", colour["--wash-light"]),
        ("--accent-dark", DARK_CARD),
        ("--accent-dark", DARK_PAPER),
        ("--accent-dark", colour["--wash-dark"]),
        ("--on-fill-light", colour["--fill-light"]),
        ("--on-accent-light", colour["--accent-light"]),
        ("--on-accent-dark", colour["--accent-dark"]),
    ]
    assert all(contrast(colour[name], back) >= 4.5 for name, back in pairs)
    assert contrast(colour["--edge-light"], LIGHT_PAPER) >= 1.3


def test_a_brand_that_reads_well_stays_itself():
    assert "--fill-light:#5b4bdb" in brand_style("#5b4bdb")
    assert "--accent-light:#5b4bdb" in brand_style("#5b4bdb")


def test_yellow_fills_yellow_with_an_edge_that_can_be_seen():
    colour = properties("#ffe600")
    assert colour["--fill-light"] == _parse("#ffe600")
    assert colour["--edge-light"] == colour["--accent-light"]
