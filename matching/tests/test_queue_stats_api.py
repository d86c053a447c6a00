"""`GET /api/admin/queue-stats`: an event's figures, for who runs it and for its machines."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction
from django.test import Client

from echoroom.api.models import ApiKey
from echoroom.api.services import create_api_key
from echoroom.events.models import Event, Participant
from echoroom.events.tests.console import console_of
from matching.tests.factories import make_ticket
from rooms.tests.factories import make_people, make_quest
from tests.cast import Cast
from tests.queries import keeps_its_promise, statements_of

PATH = "/api/admin/queue-stats"


def asked(client: Client, query: str = "", *, status: int = 200) -> Any:
    response = client.get(f"{PATH}{query}")
    assert response.status_code == status, response.content
    return orjson.loads(response.content)


def wait(cast: Cast, number: int, **profile: object) -> None:
    people = make_people(cast.event, number)
    Participant.objects.filter(pk__in=[person.pk for person in people]).update(**profile)
    with transaction.atomic():
        for person in people:
            make_ticket(cast.quest, person, group="en")


def test_the_figures_of_an_event(cast: Cast):
    wait(cast, 2, country="PT", languages=["en"], skill="expert", gender="agender")
    told = asked(console_of(cast.ada), f"?event={cast.event.pk}")
    assert (told["event"], told["name"]) == (str(cast.event.pk), "Civic Weekend")
    (queue,) = told["queues"]
    assert (queue["quest"], queue["waiting"], queue["health"]["status"]) == (str(cast.quest.pk), 2, "good")
    assert queue["country"] == {"people": 2, "cells": [{"name": "Portugal", "count": 2}], "together": None}
    assert queue["gender"] == {"at": None, "distribution": None}
    assert queue["waits"][0]["group"] == "English"
    assert (queue["success"]["share"], queue["match_rate"]["per_minute"], queue["calibration"]) == (None, 0, [])
    assert "agender" not in str(told)


def test_advice_leads_to_where_it_is_acted_on(cast: Cast, clock):
    wait(cast, 1)
    clock.shift(60)
    (queue,) = asked(console_of(cast.ada))["queues"]
    (advice,) = queue["advice"]
    assert (advice["code"], advice["path"]) == ("invite", f"/admin/events/eventcode/sheet/?event={cast.event.pk}")


def test_without_a_question_it_is_the_organisers_newest_event(cast: Cast):
    assert asked(console_of(cast.ada))["name"] == "Civic Weekend"
    assert asked(console_of(cast.otto))["name"] == "Elsewhere"


def test_one_quest_can_be_asked_for(cast: Cast):
    other = make_quest(event=cast.event, slug="other", title="Another")
    assert [queue["title"] for queue in asked(console_of(cast.ada), f"?quest={other.pk}")["queues"]] == ["Another"]


def test_what_is_not_theirs_is_not_there(cast: Cast):
    elsewhere = make_quest(event=Event.objects.get(name="Elsewhere"), slug="foreign")
    for query, code in [
        (f"?event={elsewhere.event_id}", "event_not_found"),
        (f"?quest={elsewhere.pk}", "event_not_found"),
        (f"?event={cast.event.pk}&quest={elsewhere.pk}", "event_not_found"),
        ("?event=00000000-0000-4000-8000-000000000000", "event_not_found"),
    ]:
        assert asked(console_of(cast.ada), query, status=404)["code"] == code


def test_a_question_that_is_none_is_refused(cast: Cast):
    assert "event" in asked(console_of(cast.ada), "?event=that-one", status=400)["errors"]
    assert "page" in asked(console_of(cast.ada), "?page=2", status=400)["errors"]


def test_a_machine_with_the_scope_sees_its_event_only(cast: Cast):
    _, secret = create_api_key(by=cast.adam, name="Wall", scopes=[ApiKey.Scope.QUEUE_READ], event_id=cast.event.pk)
    machine = Client(headers={"Authorization": f"Api-Key {secret}"})
    assert asked(machine)["name"] == "Civic Weekend"
    elsewhere = Event.objects.get(name="Elsewhere")
    assert asked(machine, f"?event={elsewhere.pk}", status=404)["code"] == "event_not_found"


def test_any_number_of_queues_takes_as_many_queries(cast: Cast):
    client = console_of(cast.ada)
    asked(client)
    few = len(statements_of(lambda: asked(client)))
    for number in range(4):
        make_quest(event=cast.event, slug=f"quest-{number}")
    wait(cast, 12)
    # The session, who asks, the event, and three for its queues.
    keeps_its_promise(f"GET {PATH}", 6, lambda: asked(client))
    assert len(statements_of(lambda: asked(client))) == few
