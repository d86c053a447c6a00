"""A scene in which every list that a page shows has a hundred rows and more."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from echoroom.events.services.seats import seat_of
from echoroom.events.tests.factories import EventCodeFactory
from matching.tests.factories import make_ticket
from rooms.models import DecisionMap, Membership, Room
from rooms.models.room_codes import new_room_code
from rooms.services.chatting import write_message
from rooms.tests.factories import make_people, make_quest
from rooms.tests.questions import crowd_answers
from tests.permissions.scene import Scene, make_scene

HUNDRED = 100


def make_scene_of_hundreds() -> Scene:
    scene = make_scene("voting")
    event = scene.cast.event
    with transaction.atomic():
        for number in range(HUNDRED):
            make_quest(
                event=event, slug=f"one-of-{number}", title=f"One of many {number:03}", region=f"Region {number % 10}"
            )
            write_message(by=seat_of(scene.cast.bea), room_code=scene.room.code, text=f"Word {number:03}.")
        for person in make_people(event, HUNDRED):
            make_ticket(scene.other_quest, person)
        EventCodeFactory.create_batch(HUNDRED, event=event)
        crowd_answers(scene.form, HUNDRED)
        _play_again(scene.finished, HUNDRED)
    return scene


def _play_again(played: Room, times: int) -> None:
    """The finished room, its team and its map, so many times more."""
    seats, shown = list(played.memberships.all()), played.decision_map.document
    for _ in range(times):
        room = Room.objects.get(pk=played.pk)
        room.pk, room.code = None, new_room_code()
        room.save(force_insert=True)
        for seat in seats:
            seat.pk, seat.room = None, room
        Membership.objects.bulk_create(seats)
        document = {**shown, "room": {**shown["room"], "code": room.code}}
        DecisionMap.objects.create(room=room, document=document, digest=uuid4().hex)
