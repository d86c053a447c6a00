from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from echoroom.events.admin.dashboard import dashboard
from echoroom.events.tests.console import console_of, list_path, rows_of
from matching.models import Ticket
from matching.tests.factories import make_ticket
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


def test_the_first_page_says_who_waits(cast, tickets, rf):
    def numbers(user) -> dict[str, int]:
        request = rf.get("/admin/")
        request.user = user
        context = dashboard(request, {})
        return {number.label: number.value for number in context["alarms"] + context["calm"]}

    Ticket.objects.filter(pk=tickets["alone"].pk).update(ended_at=timezone.now())
    adas = numbers(cast.ada)
    assert (adas["People waiting for a team"], adas["People waiting over 60 s"], adas["Left without a team"]) == (
        2,
        1,
        1,
    )
    assert numbers(cast.otto)["People waiting for a team"] == 0
