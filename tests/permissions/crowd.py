"""Scenes with many of everything: what is asked once for each row shows there, by the number of statements."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from echoroom.accounts.tests.factories import StaffFactory
from echoroom.events.models import Event, EventOrganiser, Participant
from echoroom.events.services.seats import register_browser, seat_of
from echoroom.events.tests.console import fill
from echoroom.events.tests.factories import EventCodeFactory
from matching.tests.factories import make_ticket
from rooms.models import Room
from rooms.services.chatting import write_message
from rooms.tests.factories import make_people, make_quest
from rooms.tests.moves import everyone_votes, join, start
from rooms.tests.questions import crowd_answers, make_survey
from tests.permissions.console_scene import ConsoleScene, make_console_scene
from tests.permissions.scene import Scene, Size, make_scene

TEAM, DECISIONS, MANY = 5, 5, 5


def make_crowded_scene(stage: str) -> Scene:
    scene = make_scene(stage, Size(more_mates=TEAM - 3, decisions=DECISIONS, played=MANY))
    _crowd(scene.cast.event)
    for person in [scene.cast.ben, scene.cast.cleo] * MANY:
        register_browser(by=seat_of(person))
    if scene.room.is_live:
        _talk(scene.room, scene.cast.team)
    with transaction.atomic():
        for person in make_people(scene.cast.event, MANY):
            make_ticket(scene.other_quest, person)
    crowd_answers(scene.form, MANY)
    return scene


def make_crowded_console() -> ConsoleScene:
    scene = make_console_scene(team=TEAM, decisions=DECISIONS)
    for whose, event in scene.events.items():
        _crowd(event)
        people, room = make_people(event, TEAM), scene.live_rooms[whose]
        for person in people:
            join(person, room)
        start(people[0], room)
        everyone_votes(people, room, "A" * TEAM)
        _talk(room, people)
    return scene


def _crowd(event: Event) -> None:
    """More rooms, people, votes, messages, maps, badges, tickets, codes, regions, quests, answers of this event."""
    for number in range(MANY):
        slug = f"crowd-{number}"
        quest = make_quest(event=event, slug=slug, title=f"Played by {slug}", decisions=DECISIONS, team_max=TEAM)
        fill(event, quest, team=TEAM)
        make_quest(event=event, slug=f"unplayed-{number}", region=f"Region {number}")
        EventCodeFactory.create(event=event)
        EventOrganiser.objects.create(event=event, user=StaffFactory.create())
    crowd_answers(make_survey(event), MANY)


def _talk(room: Room, people: Sequence[Participant]) -> None:
    for person in [*people] * MANY:
        write_message(by=seat_of(person), room_code=room.code, text="What do you think?")
