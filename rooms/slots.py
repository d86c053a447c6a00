"""What rooms show on the pages of lower apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from echoroom import slots
from echoroom.viewer import Viewer
from rooms.selectors.maps import maps_of
from rooms.selectors.world import room_being_played


def my_room(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """The room in which the viewer sits now."""
    code = room_being_played(viewer=viewer)
    return {viewer.participant_id: {"playing": code}} if code else {}


def my_maps(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """The decision maps that the viewer took part in."""
    return {viewer.participant_id: {"maps": maps_of(viewer=viewer)}}


def register() -> None:
    slots.register("me.now", "rooms/slots/my_room.html", my_room)
    slots.register("me.maps", "rooms/slots/my_maps.html", my_maps)
