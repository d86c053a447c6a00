"""Which badges people ought to have, counted again from the lines of a journal and from nothing else.

Written from the words of the rules, apart from the code that awards: an error would have to be made twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Line = Mapping[str, Any]
Person = int | str

EARLY = timedelta(hours=1)
NIGHT_BEGINS, NIGHT_ENDS = 22, 4
TEAM = 3
LONG_REASON = 50
LONG_REASONS = 3
TEAM_MATES = 10
MANY_QUESTS = 5
COUNTRIES = 3


@dataclass(frozen=True)
class Room:
    """One completed room. `decisions` numbers the quest's decisions from 1."""

    line: Line
    zone: ZoneInfo
    countries: Mapping[Person, str]

    @property
    def team(self) -> set[Person]:
        return set(self.line["people"])

    @property
    def stayed(self) -> set[Person]:
        """Who was still seated at the end: only they have completed the room."""
        return set(self.line["finished"])

    @property
    def decisions(self) -> set[int]:
        return set(range(1, self.line["decisions"] + 1))

    @property
    def votes(self) -> list[Line]:
        return [vote for vote in self.line["votes"] if vote["person"] in self.team]

    def first_votes(self, decision: int) -> dict[Person, str]:
        """Person → option, in the first round."""
        return {v["person"]: v["option"] for v in self.votes if (v["decision"], v["round"]) == (decision, 1)}


def first_steps(room: Room, person: Person) -> bool:
    return True


def team_player(room: Room, person: Person) -> bool:
    return len(room.stayed) >= TEAM


def collaborator(room: Room, person: Person) -> bool:
    return all(person in room.first_votes(decision) for decision in room.decisions)


def decision_maker(room: Room, person: Person) -> bool:
    last = [commit for commit in room.line["commits"] if commit["decision"] == room.line["decisions"]]
    return any(commit["author"] == person for commit in last)


def artifact_creator(room: Room, person: Person) -> bool:
    return bool(room.line["maps"])


def night_owl(room: Room, person: Person) -> bool:
    times = [vote["cast_at"] for vote in room.votes if vote["person"] == person and vote["cast_at"]]
    hours = [datetime.fromisoformat(time).astimezone(room.zone).hour for time in times]
    return any(hour >= NIGHT_BEGINS or hour < NIGHT_ENDS for hour in hours)


def storyteller(room: Room, person: Person) -> bool:
    told = {v["decision"] for v in room.votes if v["person"] == person and len(v["reason"].strip()) >= LONG_REASON}
    return len(told) >= LONG_REASONS


def perfect_team(room: Room, person: Person) -> bool:
    return len(room.team) >= TEAM and all(room.first_votes(decision).keys() >= room.team for decision in room.decisions)


def consensus_builder(room: Room, person: Person) -> bool:
    rounds = [room.first_votes(decision) for decision in room.decisions]
    return any(len(votes) >= TEAM and len(set(votes.values())) == 1 and person in votes for votes in rounds)


def diversity_champion(room: Room, person: Person) -> bool:
    return len({room.countries[member] for member in room.team if room.countries.get(member)}) >= COUNTRIES


IN_A_ROOM: dict[str, Callable[[Room, Person], bool]] = {
    rule.__name__: rule
    for rule in (
        first_steps, team_player, collaborator, decision_maker, artifact_creator, night_owl, storyteller,
        perfect_team, consensus_builder, diversity_champion,
    )
}  # fmt: skip


def recount(lines: Iterable[Line]) -> dict[Person, set[str]]:
    """Person → keys of badges. From the lines `event` (one), `person` and `room`; the others are passed over.

    People are those with a line of their own: whoever has none, a practice bot for one, is not counted anywhere.
    """
    kinds: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        kinds[line["kind"]].append(line)
    (event,) = kinds["event"]
    people = {line["person"]: line for line in kinds["person"]}
    countries = {person: line["country"] for person, line in people.items()}
    rooms = [Room(_of_people(line, people), ZoneInfo(event["time_zone"]), countries) for line in kinds["room"]]
    return {person: _badges_of(person, line, event, rooms) for person, line in people.items()}


def _of_people(line: Line, people: Mapping[Person, Line]) -> Line:
    return {
        **line,
        "people": [person for person in line["people"] if person in people],
        "finished": [person for person in line["finished"] if person in people],
    }


def _badges_of(person: Person, line: Line, event: Line, rooms: Iterable[Room]) -> set[str]:
    mine = [room for room in rooms if room.line["completed"] and person in room.stayed]
    found = {key for key, rule in IN_A_ROOM.items() if any(rule(room, person) for room in mine)}
    if len({room.line["quest"] for room in mine}) >= MANY_QUESTS:
        found.add("quest_master")
    if len({mate for room in mine for mate in room.team} - {person}) >= TEAM_MATES:
        found.add("social_connector")
    opened, entered = datetime.fromisoformat(event["opens_at"]), datetime.fromisoformat(line["entered_at"])
    if opened <= entered <= opened + EARLY:
        found.add("early_bird")
    return found
