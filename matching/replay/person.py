"""One person of the export: enters once, and in each quest queues, votes as they once did, and commits."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from matching.replay.api import Api, GaveUp, Refused
from matching.replay.scripts import Script
from matching.replay.stage import Room, Stage

REASON = "Imported vote, no reason given"
ROOM = "/api/rooms/{code}"


# The export knows nothing of it: made up, so that teams differ in how many countries they are from.
COUNTRIES = ("DE", "KE", "", "BR", "DE", "JP", "")


def name_of(person: int) -> str:
    return f"Person {person}"


def country_of(person: int) -> str:
    return COUNTRIES[person % len(COUNTRIES)]


@dataclass
class Guest:
    """Who a person is to the server, when they entered by the replay's own clock, and the badges they were shown."""

    participant: str
    event: dict[str, Any]
    entered_at: datetime
    country: str
    badges: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pauses:
    """How long to wait between two looks at something that has not changed: longer each time."""

    first: float = 0.5
    longest: float = 2.0

    def after(self, looks: int) -> float:
        return min(self.first * 1.5**looks, self.longest)


class Person:
    def __init__(self, number: int, *, api: Api, pauses: Pauses) -> None:
        self.number = number
        self._api = api
        self._pauses = pauses
        self._token = ""
        self._room: str | None = None
        self.guest: Guest | None = None
        # When this person asked to queue, for whoever keeps the pace.
        self.joins: deque[float] = deque(maxlen=32)

    @property
    def has_entered(self) -> bool:
        return bool(self._token)

    async def enter(self, link: str) -> None:
        seat = (await self._api.write("POST", "/api/auth/start", {"link": link})).data
        self._token, country = seat["token"], country_of(self.number)
        self.guest = Guest(seat["participant"], seat["event"], datetime.now(UTC), country)
        profile = {"name": name_of(self.number), "country": country, "consent": True}
        await self._write("/api/profile", profile, method="PATCH")

    async def quests(self) -> dict[str, str]:
        """The event's quests: slug → id."""
        reply = await self._api.get("/api/quests", token=self._token)
        return {quest["slug"]: quest["id"] for quest in reply.data["quests"]}

    async def look_at_badges(self) -> None:
        """Keep the keys of those that are shown as earned."""
        assert self.guest is not None
        shown = (await self._api.get("/api/badges", token=self._token)).data["badges"]
        self.guest.badges = sorted(badge["key"] for badge in shown if badge["earned"])

    async def play(self, stage: Stage) -> None:
        try:
            code = await self._find_team(stage)
            if code is None:
                stage.single = self.number
            else:
                await self._play_room(stage.room(code), stage.script)
        except (Refused, GaveUp) as error:
            stage.failed[self.number] = str(error)
        finally:
            stage.unplaced.discard(self.number)
            stage.finished.add(self.number)

    async def _find_team(self, stage: Stage) -> str | None:
        """A room's code, or None for whoever is left when all the others have a team."""
        while True:
            self.joins.append(time.monotonic())
            await self._write("/api/matching/join", {"quest": stage.quest_id})
            code = await self._wait_in_queue()
            if code is not None:
                stage.unplaced.discard(self.number)
                return code
            if stage.is_alone(self.number):
                return None

    async def _wait_in_queue(self) -> str | None:
        looks = 0
        while True:
            await asyncio.sleep(self._pauses.after(looks))
            status = (await self._api.get("/api/matching/status", token=self._token)).data
            if status["state"] == "matched":
                return str(status["room"])
            if status["state"] != "waiting":
                return None
            looks += 1

    async def _play_room(self, room: Room, script: Script) -> None:
        if self._room is not None:
            raise GaveUp(f"{name_of(self.number)} still sits in {self._room} and was seated in {room.code}")
        self._room = room.code
        room.people.add(self.number)
        etag, looks = "", 0
        while True:
            reply = await self._api.get(ROOM, token=self._token, etag=etag, code=room.code)
            if reply.status == 304:
                looks += 1
            else:
                etag, looks = reply.etag, 0
                if await self._has_ended(room, reply.data):
                    break
                try:
                    if await self._act(room, script, reply.data):
                        continue
                except Refused as refusal:
                    # A team-mate or the clock was faster: the refusal is counted, and the room is read afresh.
                    if refusal.status != 409:
                        raise
                    etag = ""
            await asyncio.sleep(self._pauses.after(looks))
        self._room = None

    async def _has_ended(self, room: Room, view: dict[str, Any]) -> bool:
        if view["state"] == "closed":
            room.closed = view["close_reason"] or "closed"
            return True
        if view["state"] != "completed":
            return False
        room.completed()
        if view["artifact"] is None:
            return False
        room.mapped_at = room.mapped_at or time.monotonic()
        is_first = not room.maps
        room.maps.add(view["artifact"])
        if is_first:
            found = await self._api.get("/api/artifacts/{id}", token=self._token, id=view["artifact"])
            room.document, room.map_made_at = found.data["document"], found.data["created_at"]
        return True

    async def _act(self, room: Room, script: Script, view: dict[str, Any]) -> bool:
        """Do what is this person's to do. True when the room should be read again at once."""
        may = view["you_may"]
        if may["start"] and view["your_seat"] == _first_seat(view):
            await self._write("/api/rooms/{code}/start", {}, code=room.code)
            return True
        if may["vote"] and view["your_vote"] is None:
            return await self._vote(room, script, view["decision_number"])
        if may["commit"]:
            return await self._commit(room, view["decision_number"], may["commit"][0])
        return False

    async def _vote(self, room: Room, script: Script, decision: int) -> bool:
        option = script.lines[decision - 1].options[self.number]
        vote = {"room": room.code, "decision": decision, "option": option, "justification": REASON}
        receipt = await self._write("/api/vote", vote)
        room.votes[self.number, decision] = receipt["option"]
        return bool(receipt["revealed"])

    async def _commit(self, room: Room, decision: int, option: str) -> bool:
        receipt = await self._write("/api/commit", {"room": room.code, "decision": decision, "option": option})
        room.commits[decision] = receipt["option"]
        if receipt["completed"]:
            room.completed()
        return True

    async def _write(self, route: str, body: dict[str, Any], *, method: str = "POST", **parts: str) -> Any:
        return (await self._api.write(method, route, body, token=self._token, **parts)).data


def _first_seat(view: dict[str, Any]) -> int:
    return min(int(member["seat"]) for member in view["members"] if member["presence"] != "left")
