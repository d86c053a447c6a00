"""Places on a lower app's page that higher apps fill, so that a room shows voice and badges without knowing them.

The page names the place: `{% slot "room.aside" room.code %}`. An app that has something to show there registers a
template and a selector in `AppConfig.ready()`. The selector is asked once for all ids on the page, never per row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from echoroom.viewer import Viewer

Selector = Callable[[Viewer, Sequence[Any]], Mapping[Any, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Filling:
    """`selector(viewer, ids)` gives the template's context by id; an id that it leaves out shows nothing."""

    template: str
    selector: Selector


_fillings: dict[str, list[Filling]] = {}


def register(name: str, template: str, selector: Selector) -> None:
    """Fill the place `name`. Several apps may: they are shown in the order of INSTALLED_APPS."""
    filling = Filling(template, selector)
    if filling not in _fillings.setdefault(name, []):
        _fillings[name].append(filling)


def unregister(name: str, template: str) -> None:
    """Undo `register`; tests clean up with it."""
    _fillings[name] = [filling for filling in _fillings.get(name, []) if filling.template != template]


def fillings(name: str) -> Sequence[Filling]:
    return tuple(_fillings.get(name, ()))
