"""What badges show on the pages of lower apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from badges.catalogue import CATALOGUE
from badges.selectors.showing import badges_of, earned_in
from echoroom import slots
from echoroom.viewer import Viewer


def my_badges(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """What the viewer has earned."""
    return {viewer.participant_id: {"badges": badges_of(viewer=viewer), "of": len(CATALOGUE)}}


def earned_here(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """What the viewer has earned in a completed room, by its code."""
    return {code: {"code": code, "badges": earned_in(viewer=viewer, room_code=code)} for code in ids}


def listener(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """Hears of new badges on every page. Asks the database nothing, since every page shows it."""
    return {viewer.participant_id: {}}


def register() -> None:
    slots.register("me.badges", "badges/slots/my_badges.html", my_badges)
    slots.register("room.done", "badges/slots/earned_here.html", earned_here)
    slots.register("page.listeners", "badges/slots/listener.html", listener)
