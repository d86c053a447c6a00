from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from unfold.decorators import action

View = TypeVar("View", bound=Callable[..., object])


def page_action(title: str, *, path: str, icon: str, permission: str = "act") -> Callable[[View], View]:
    """A button above a list or an object, at an address of its own below the page's."""
    return cast("Callable[[View], View]", action(description=title, url_path=path, permissions=[permission], icon=icon))
