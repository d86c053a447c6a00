from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from echoroom.events.admin.dashboard import dashboard
from echoroom.events.models import Participant
from echoroom.events.tests.console import console_of, list_path, rows_of
from matching.models import Queue, Ticket
from matching.selectors.queue_figures import queue_figures
from matching.stats.health import Status
from matching.tests.factories import make_ticket
from rooms.services.quests import set_quest_open
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

TICKETS = "matching_ticket"


@pytest.fixture
def cast():
    return make_cast(decisions=1)


@pytest.fixture
def tickets(cast) -> dict[str, Ticket]:
    now = timezone.now()

    def ticket(person, **fields: object) -> Ticket:
        return make_ticket(cast.quest, person, **fields)

    return {
        "long": ticket(cast.ben, joined_at=now - timedelta(seconds=61)),
        "fresh": ticket(cast.bea, joined_at=now - timedelta(seconds=20)),
        "alone": ticket(cast.cleo, state=Ticket.State.NO_TEAM, ended_at=now - timedelta(minutes=20)),
    }


def asked(cast, question: str) -> list[object]:
    return rows_of(console_of(cast.ada).get(f"{list_path(TICKETS)}?{question}"))


def test_who_waits_over_a_minute(cast, tickets):
    assert asked(cast, "now=long") == [tickets["long"]]


def test_who_was_left_without_a_team(cast, tickets):
    assert asked(cast, "now=no_team") == [tickets["alone"]]
    assert asked(cast, "now=alone_lately") == []


def test_who_waits_at_all(cast, tickets):
    assert set(asked(cast, "state__exact=waiting")) == {tickets["long"], tickets["fresh"]}


def test_the_list_says_how_long(cast, tickets):
    page = console_of(cast.ada).get(list_path(TICKETS)).content.decode()
    assert "20 s" in page or "21 s" in page


def numbers(rf, user) -> dict[str, int]:
    request = rf.get("/admin/")
    request.user = user
    context = dashboard(request, {})
    return {number.label: number.value for number in context["alarms"] + context["calm"]}


def test_the_first_page_says_who_waits(cast, tickets, rf):
    Ticket.objects.filter(pk=tickets["alone"].pk).update(ended_at=timezone.now())
    adas = numbers(rf, cast.ada)
    assert (adas["People waiting for a team"], adas["Left without a team"]) == (2, 1)
    assert numbers(rf, cast.otto)["People waiting for a team"] == 0


def alone(cast) -> None:
    Ticket.objects.exclude(participant=cast.ben).update(state=Ticket.State.LEFT, ended_at=timezone.now())


def held(cast) -> None:
    Queue.objects.filter(quest=cast.quest).update(held_at=timezone.now())


@pytest.mark.parametrize(
    ("seconds", "change", "alarms"),
    [
        (80, None, 0),
        (100, None, 1),
        (100, alone, 0),
        (100, held, 0),
        (100, lambda cast: Ticket.objects.update(why="language"), 0),
        (100, lambda cast: Participant.objects.update(is_bot=True), 0),
        (100, lambda cast: set_quest_open(by=cast.ada, quest_id=cast.quest.pk, is_open=False), 0),
    ],
)
def test_the_first_page_alarms_when_the_console_does(cast, rf, seconds, change, alarms):
    """The quest's patience is 30 s: it promises 90."""
    since = timezone.now() - timedelta(seconds=seconds)
    for person in (cast.ben, cast.bea):
        make_ticket(cast.quest, person, joined_at=since)
    if change:
        change(cast)
    (queue,) = queue_figures(event=cast.event, quest_id=cast.quest.pk)
    assert (queue.figures.health.status is Status.ALARM) == bool(alarms)
    assert numbers(rf, cast.ada).get("Queues that need you", 0) == alarms
    assert "Queues that need you" not in numbers(rf, cast.otto)
