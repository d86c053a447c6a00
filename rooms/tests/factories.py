from __future__ import annotations

from echoroom.events.models import Event, Participant
from echoroom.events.tests.factories import EventFactory, ParticipantFactory
from rooms.models import Quest, Room
from rooms.quest_files import DecisionSpec, OptionSpec, QuestSpec
from rooms.services.quests import import_quest
from rooms.services.seating import open_room


def quest_spec(*, decisions: int | tuple[DecisionSpec, ...] = 3, options: int = 3, **changes: object) -> QuestSpec:
    fields: dict[str, object] = {
        "slug": "the-bridge",
        "title": "The bridge",
        "region": "Riverside",
        "summary": "A bridge that may not hold.",
        "team_min": 2,
        "team_size": 3,
        "team_max": 3,
        "decisions": decisions
        if isinstance(decisions, tuple)
        else tuple(_decision(number, options) for number in range(1, decisions + 1)),
    }
    return QuestSpec(**{**fields, **changes})  # type: ignore[arg-type]


def _decision(number: int, options: int) -> DecisionSpec:
    return DecisionSpec(
        title=f"Step {number}",
        question=f"What now, number {number}?",
        options=tuple(OptionSpec(title=f"Way {key}", description=f"Go {key}.") for key in "ABCDEFGH"[:options]),
    )


def make_quest(*, event: Event | None = None, **spec: object) -> Quest:
    return import_quest(by=None, event=event or EventFactory.create(), spec=quest_spec(**spec))  # type: ignore[arg-type]


def make_room(quest: Quest, people: list[Participant]) -> Room:
    return open_room(by=None, quest=quest, participant_ids=[person.pk for person in people])


def make_people(event: Event, count: int) -> list[Participant]:
    return ParticipantFactory.create_batch(count, event=event)
