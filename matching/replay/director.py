"""Plays one quest after another, each with all its people at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import httpx

from matching.replay.api import Api, GaveUp, Lanes, Refused
from matching.replay.badges import recount
from matching.replay.journal import entries
from matching.replay.person import Pauses, Person
from matching.replay.played import Played
from matching.replay.progress import Progress
from matching.replay.scripts import Script
from matching.replay.stage import Stage

# Far more than a quest takes: who has not finished then is stuck, and is reported.
LONGEST_STAGE = 900.0
MINUTE = 61.0
# How long after the last map a badge may come.
LONGEST_BADGES = 20.0


class CannotPlay(Exception):
    """The replay cannot begin: the link lets nobody in, or the event has not these quests."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`joins_per_minute` is the server's own limit. A person who ran into it would be held back a minute while the
    others are teamed without them; so a quest begins when all its people may queue. 0 begins at once."""

    url: str
    link: str
    concurrency: int = 64
    joins_per_minute: int = 5
    pauses: Pauses = field(default_factory=Pauses)


async def play(
    scripts: Sequence[Script],
    plan: Plan,
    *,
    progress: Progress,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Played:
    played = Played()
    began = time.monotonic()
    lanes = Lanes(url=plan.url, concurrency=plan.concurrency, transport=transport)
    director = _Director(Api(lanes, measures=played.measures), plan, progress, played)
    try:
        async with progress.shown(played):
            await director.play_all(scripts)
    finally:
        await lanes.close()
    played.seconds = time.monotonic() - began
    return played


class _Director:
    def __init__(self, api: Api, plan: Plan, progress: Progress, played: Played) -> None:
        self._api = api
        self._plan = plan
        self._progress = progress
        self._played = played
        self._people: dict[int, Person] = {}
        self._quests: dict[str, str] = {}

    async def play_all(self, scripts: Sequence[Script]) -> None:
        scripts = [script for script in scripts if script.people]
        if not scripts:
            raise CannotPlay("In this export nobody voted on all three statements of a quest.")
        self._progress.quests = len(scripts)
        await self._find_quests(scripts)
        for script in scripts:
            self._progress.enter(script)
            people = await self._entered(script)
            await self._pace(people)
            stage = Stage(script=script, quest_id=self._quests[script.slug])
            self._played.stages.append(stage)
            self._progress.note("")
            await self._perform(stage, people)
            self._progress.line()
        await self._look_at_badges()

    async def _look_at_badges(self) -> None:
        """Everybody's, again while somebody lacks one, and in the end once more: none may have come too many."""
        self._progress.note("everybody looks at their badges")
        expected, deadline = recount(entries(self._played)), time.monotonic() + LONGEST_BADGES
        waiting = list(self._people.values())
        while waiting and time.monotonic() < deadline:
            await self._ask(waiting)
            waiting = [person for person in waiting if expected[person.number] - set(self._shown_to(person))]
            await asyncio.sleep(self._plan.pauses.longest if waiting else self._plan.pauses.first)
        await self._ask(self._people.values())

    async def _ask(self, people: Iterable[Person]) -> None:
        looks = (person.look_at_badges() for person in people)
        for failed in await asyncio.gather(*looks, return_exceptions=True):
            if isinstance(failed, BaseException) and not isinstance(failed, (Refused, GaveUp)):
                raise failed

    def _shown_to(self, person: Person) -> list[str]:
        return self._played.guests[person.number].badges

    async def _find_quests(self, scripts: Sequence[Script]) -> None:
        first = self._person(scripts[0].people[0])
        try:
            await first.enter(self._plan.link)
            self._quests = await first.quests()
        except (Refused, GaveUp) as error:
            raise CannotPlay(f"Nobody gets in at {self._plan.url}: {error}") from error
        self._note_entry([first])
        missing = [script.slug for script in scripts if script.slug not in self._quests]
        if missing:
            raise CannotPlay(f"The event has no quest {missing[0]}. Import the export first (import_polis).")

    def _person(self, number: int) -> Person:
        if number not in self._people:
            self._people[number] = Person(number, api=self._api, pauses=self._plan.pauses)
        return self._people[number]

    async def _entered(self, script: Script) -> list[Person]:
        people = [self._person(number) for number in script.people]
        new = [person for person in people if not person.has_entered]
        try:
            await asyncio.gather(*(person.enter(self._plan.link) for person in new))
        except (Refused, GaveUp) as error:
            raise CannotPlay(f"Not everybody got in at {self._plan.url}: {error}") from error
        self._note_entry(new)
        return people

    def _note_entry(self, people: Iterable[Person]) -> None:
        self._played.guests |= {person.number: person.guest for person in people if person.guest}

    async def _pace(self, people: Sequence[Person]) -> None:
        limit = self._plan.joins_per_minute
        if not limit:
            return
        now = time.monotonic()
        free_at = [person.joins[-limit] + MINUTE for person in people if len(person.joins) >= limit]
        wait = max(free_at, default=now) - now
        if wait > 0:
            self._progress.note(f"waiting {wait:.0f} s until everybody may queue again")
            await asyncio.sleep(wait)

    async def _perform(self, stage: Stage, people: Sequence[Person]) -> None:
        tasks = {asyncio.create_task(person.play(stage)): person for person in people}
        done, stuck = await asyncio.wait(tasks, timeout=LONGEST_STAGE)
        for task in stuck:
            task.cancel()
            stage.failed[tasks[task].number] = f"was not finished after {LONGEST_STAGE:.0f} s"
        if stuck:
            await asyncio.wait(stuck)
        for task in done:
            # What is no refusal is a mistake of the replay itself: it must not pass for a result.
            task.result()
