"""What matching shows on the pages of lower apps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from echoroom import slots
from echoroom.viewer import Viewer
from matching.selectors import rooms_to_fill, waiting_for
from matching.selectors.company import party_of
from matching.selectors.teams import likeness_in
from rooms.selectors.world import room_being_played


def quest_action(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """The button that finds a team, with whom it is looked for, or why there is none for this person now."""
    waiting, playing, party = waiting_for(viewer=viewer), room_being_played(viewer=viewer), party_of(viewer=viewer)
    shown = {"waiting": waiting, "playing": playing, "mates": [mate.name for mate in party.others] if party else []}
    etag = sha256(repr((shown, party)).encode()).hexdigest()[:20]
    return {quest_id: {**shown, "party": party, "quest_id": quest_id, "etag": f'"{etag}"'} for quest_id in ids}


def my_queue(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """The queue in which the viewer waits."""
    waiting = waiting_for(viewer=viewer)
    return {viewer.participant_id: {"waiting": waiting}} if waiting else {}


def fill_lobby(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """The button that fills a lobby's free seats with practice bots, where there are any."""
    return {code: {"missing": missing} for code, missing in rooms_to_fill(viewer=viewer, codes=ids).items()}


def why_this_team(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """What the people of a lobby have in common and what makes them mixed, where there is something to say."""
    found = likeness_in(viewer=viewer, codes=ids)
    return {code: {"likeness": told} for code, told in found.items() if told.common or told.mixed}


def always(viewer: Viewer, ids: Sequence[Any]) -> Mapping[Any, Mapping[str, Any]]:
    """What is the same for everybody. Asks the database nothing."""
    return {each: {} for each in ids}


def register() -> None:
    slots.register("room.lobby", "matching/slots/why_this_team.html", why_this_team)
    slots.register("room.lobby", "matching/slots/fill_lobby.html", fill_lobby)
    slots.register("quest.action", "matching/slots/find_team.html", quest_action)
    slots.register("world.now", "matching/slots/my_queue.html", my_queue)
    slots.register("me.now", "matching/slots/my_queue.html", my_queue)
    slots.register("me.company", "matching/slots/my_company.html", always)
    slots.register("world.ways", "matching/slots/party_way.html", always)
    slots.register("room.done", "matching/slots/rather_not.html", always)
    slots.register("page.notices", "matching/slots/notices.html", always)
