"""Two hundred rooms of five, and a seat for each socket."""

from __future__ import annotations

from dataclasses import dataclass

from bench import seed
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from rooms.quest_files import DecisionSpec, OptionSpec, QuestSpec
from rooms.selectors.content import content_of
from rooms.services import seating
from rooms.services.quests import import_quest

TEAM = 5
DECISIONS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A person with a token, and the room in which they sit."""

    token: str
    person: str
    room: str

    @property
    def topics(self) -> list[str]:
        return [f"me:{self.person}", f"room:{self.room}"]


def make_rooms(count: int) -> list[list[Place]]:
    """Started rooms whose first decision takes votes."""
    event = Event.objects.create(name="Sockets")
    quest = import_quest(by=None, event=event, spec=_quest())
    assert quest.current_id is not None
    world = seed.World(content_of(quest.current_id), event, quest)
    people = seed.people_with_seats(world, count * TEAM)
    rooms = []
    for start in range(0, len(people), TEAM):
        team = people[start : start + TEAM]
        room = seating.open_room(by=None, quest=quest, participant_ids=[person.pk for person, _ in team])
        seating.start_room(by=seat_of(team[0][0]), room_code=room.code)
        rooms.append([_place(person, token, room.code) for person, token in team])
    seed.analyse()
    return rooms


def _place(person: Participant, token: str, room: str) -> Place:
    return Place(token, str(person.pk), room)


def _quest() -> QuestSpec:
    decisions = tuple(
        DecisionSpec(
            title=f"Step {step}",
            question="What now?",
            options=tuple(OptionSpec(title=f"Way {key}", description="One way.") for key in "ABC"),
        )
        for step in range(1, DECISIONS + 1)
    )
    return QuestSpec(
        slug="sockets", title="Sockets", region="Somewhere", summary="Many votes.", team_min=2, team_size=TEAM,
        team_max=TEAM, rounds=2, vote_seconds=3600, decisions=decisions,
    )  # fmt: skip
