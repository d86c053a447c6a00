"""A form and a survey with one question of every type, and people who answer them."""

from __future__ import annotations

from collections.abc import Mapping

from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.factories import ParticipantFactory
from rooms.models import Quest
from rooms.quest_files import FieldSpec, QuestSpec
from rooms.selectors.responses import MyResponse
from rooms.services.quests import import_quest
from rooms.services.responding import respond

FIELDS = (
    FieldSpec(key="name", label="What do you bring?", type="text", required=True, max_length=200),
    FieldSpec(key="story", label="Tell us more", help="As much as you like.", type="long_text", max_length=2000),
    FieldSpec(key="mood", label="How was it?", type="select", choices=("Good", "Mixed", "Bad")),
    FieldSpec(key="topics", label="What about?", type="several", choices=("Water", "Heat", "Streets")),
    FieldSpec(key="arrival", label="When do you come?", type="date"),
    FieldSpec(key="guests", label="How many come along?", type="number", minimum=0, maximum=10),
)
ANSWERS: dict[str, object] = {
    "name": "A lamp",
    "story": "It was\nmy aunt's.",
    "mood": "Mixed",
    "topics": ["Water", "Streets"],
    "arrival": "2026-05-01",
    "guests": 2,
}


def form_spec(**changes: object) -> QuestSpec:
    fields: dict[str, object] = {
        "kind": "form",
        "slug": "what-you-bring",
        "title": "What do you bring?",
        "region": "Riverside",
        "summary": "For the shelf in the hall.",
        "fields": FIELDS,
    }
    return QuestSpec(**{**fields, **changes})  # type: ignore[arg-type]


def make_form(event: Event, **changes: object) -> Quest:
    return import_quest(by=None, event=event, spec=form_spec(**changes))


def make_survey(event: Event, **changes: object) -> Quest:
    return make_form(event, **{"kind": "survey", "slug": "how-it-went", "title": "How did it go?", **changes})


def answer(person: Participant, quest: Quest, **changes: object) -> MyResponse:
    """The answers above, some of them changed; one that becomes None is left out."""
    answers: Mapping[str, object] = {key: said for key, said in {**ANSWERS, **changes}.items() if said is not None}
    return respond(by=seat_of(person), quest_id=quest.pk, answers=answers)


def crowd_answers(quest: Quest, count: int, **changes: object) -> list[Participant]:
    """So many new people answer, each with a number of their own in the story."""
    people = ParticipantFactory.create_batch(count, event=quest.event)
    for number, person in enumerate(people, start=1):
        answer(person, quest, **{"story": f"Story {number}.", **changes})
    return people
