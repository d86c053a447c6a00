"""An event of which every list of the console has a row, and a browser for whoever looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from badges.services.awarding import check_room
from badges.services.telling import show_badges
from echoroom.accounts.admin.base import ConsoleAdmin
from echoroom.accounts.models import User
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import issue_token, make_personal_link, seat_of
from echoroom.events.tests.factories import ParticipantFactory
from matching.former import Terms, Weights
from matching.journal import Question, packed, packed_answer
from matching.models import (
    MatchedTeam,
    MatchingWeights,
    MatchTick,
    PracticeRoom,
    Queue,
    QueueReport,
    ReportSending,
)
from matching.tests.factories import make_party_of, make_ticket
from matching.tests.pools import pool_of
from rooms.models import Quest, Room
from rooms.services.chatting import mark_read, write_message
from rooms.services.committing import commit
from rooms.services.decision_maps import make_decision_map
from rooms.services.seating import start_room
from rooms.services.sharing import share_map
from rooms.services.voting import cast_vote
from rooms.tests.factories import make_quest, make_room
from rooms.tests.questions import answer, make_form


def console_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lists() -> Iterator[tuple[str, ConsoleAdmin]]:
    """Every list of the console that is ours, as `rooms_room` and its admin."""
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, ConsoleAdmin):
            yield f"{model._meta.app_label}_{model._meta.model_name}", model_admin


def list_path(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


def rows_of(response: Any) -> list[Any]:
    """The rows that a list shows."""
    assert response.status_code == 200, response
    return list(response.context["cl"].result_list)


def said(response: Any) -> list[str]:
    """The messages above the page."""
    return [str(message) for message in response.context["messages"]]


def text_of(response: Any) -> str:
    """The page without what differs at every request."""
    body = response.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|csrfToken[^,]+', "", body)


def vote(room: Room, person: Participant, option: str, *, decision: int = 1, reason: str = "Because.") -> None:
    cast_vote(
        by=seat_of(person), room_code=room.code, decision_number=decision, option_key=option, justification=reason
    )


def play_to_the_end(event: Event, quest: Quest, people: list[Participant]) -> Room:
    room = start_room(by=seat_of(people[0]), room_code=make_room(quest, people).code)
    decisions = quest.current.decisions.count() if quest.current else 0
    for decision in range(1, decisions + 1):
        write_message(by=seat_of(people[0]), room_code=room.code, text="What do you think?")
        mark_read(by=seat_of(people[1]), room_code=room.code, number=decision)
        vote(room, people[0], "B", decision=decision, reason="A first thought.")
        for person in people:
            vote(room, person, "A", decision=decision)
        commit(by=seat_of(people[0]), room_code=room.code, decision_number=decision, option_key="A")
    made = make_decision_map(room_id=room.pk)
    assert made is not None
    share_map(by=seat_of(people[0]), map_id=made.pk, shows_my_name=False)
    room.refresh_from_db()
    assert room.state == Room.State.COMPLETED
    return room


EMPTY = np.array([], np.int32)


def journal(event: Event, room: Room) -> None:
    """What the matcher keeps of a room's team, and what the event's organisers have set."""
    question = Question(pool_of(0.0, 0.0, 0.0), Terms(2, 3, 3, 30.0), Weights(), seed=1, lobby_free=EMPTY)
    matching = question.asked()
    tick = MatchTick.objects.create(
        quest=room.quest,
        problem=packed(question.answered_in(matching.rounds)),
        result=packed_answer(matching),
        waiting=3,
        placed=3,
        score=matching.score,
        milliseconds=2,
    )
    MatchedTeam.objects.create(room=room, tick=tick, score=0.5, criteria={"country": 1.0, "gender": 0.0})
    MatchingWeights.objects.get_or_create(event=event)
    report, _ = QueueReport.objects.get_or_create(event=event, webhook_url="https://example.org/hook")
    now = timezone.now()
    ReportSending.objects.create(report=report, way="webhook", of=now, due_at=now, given_up_at=now)


def fill(event: Event, quest: Quest | None = None, *, team: int = 3) -> Room:
    """One more row, at least, in every list of this event."""
    people = ParticipantFactory.create_batch(team, event=event)
    with transaction.atomic():
        quest = quest or make_quest(event=event, decisions=1, team_max=team)
        make_party_of(*people[:3])
        for person in people:
            issue_token(by=seat_of(person))
            make_personal_link(by=seat_of(person))
            make_ticket(quest, person)
        Queue.objects.get_or_create(quest=quest)
        answer(people[0], make_form(event, slug=f"form-of-{quest.slug}"))
        room = play_to_the_end(event, quest, people)
        PracticeRoom.objects.create(room=room, asked_by=people[0], look_at=None)
        journal(event, room)
        check_room(room_id=room.pk)
        show_badges(by=seat_of(people[0]), to_everybody=True)
        return room
