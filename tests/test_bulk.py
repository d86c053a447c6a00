"""Many rows in one statement: what comes out is what Django itself would have written."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.bulk import any_of, count_up, insert_rows, update_rows
from echoroom.events.models import Participant
from matching.models import Ticket
from rooms.models import Room
from rooms.tests.factories import make_people, make_quest
from tests.cast import make_cast
from tests.queries import statements_of

NASTY = ["plain", 'a "quoted" one', "back\\slash", "líne\nbreak", "日本語", "{brace}", "'; DROP TABLE x; --", ""]


@pytest.mark.django_db
class TestInserting:
    def test_texts_times_and_nested_values_come_back_as_they_went_in(self):
        event_id, now = uuid4(), timezone.now()
        columns: dict[str, list[Any]] = {
            "target_id": NASTY,
            "ids": [{"n": [number, {"text": text}]} for number, text in enumerate(NASTY)],
        }
        same = {"at": now, "actor_kind": "system", "action": "room.opened", "event_id": event_id}
        numbers = insert_rows(AuditEntry, columns, **same)
        rows = [AuditEntry.objects.get(pk=numbers[text]) for text in NASTY]
        assert [row.target_id for row in rows] == NASTY
        assert [row.ids for row in rows] == columns["ids"]
        assert {(row.event_id, row.at, row.request_id, row.actor_id) for row in rows} == {(event_id, now, "", None)}

    def test_keys_come_by_the_first_column(self):
        numbers = insert_rows(AuditEntry, {"target_id": [str(n) for n in range(500)]}, actor_kind="system")
        assert numbers == dict(AuditEntry.objects.values_list("target_id", "pk"))
        assert len(numbers) == 500

    def test_columns_of_ids_and_of_times_may_have_holes(self):
        cast = make_cast()
        people, now = make_people(cast.event, 2), timezone.now()
        columns: dict[str, list[Any]] = {
            "id": [uuid4(), uuid4()],
            "participant_id": [people[0].pk, None],
            "ended_at": [None, now],
            "state": ["waiting", "left"],
        }
        insert_rows(Ticket, columns, quest_id=cast.quest.pk)
        rows = [Ticket.objects.get(pk=pk) for pk in columns["id"]]
        assert [(row.participant_id, row.ended_at, row.state) for row in rows] == [
            (people[0].pk, None, "waiting"),
            (None, now, "left"),
        ]

    def test_constraints_are_the_databases(self):
        cast = make_cast()
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(Room, {"code": ["SAME", "SAME"]}, event_id=cast.event.pk, quest_id=cast.quest.pk, capacity=3,
                        quest_version_id=cast.quest.current_id)  # fmt: skip
        assert not Room.objects.exists()

    def test_columns_of_different_lengths_are_refused(self):
        with pytest.raises(ValueError, match="shorter"):
            insert_rows(AuditEntry, {"target_id": ["a", "b"], "action": ["c"]}, actor_kind="system")


@pytest.mark.django_db
class TestUpdating:
    def test_each_row_gets_its_own_value_and_all_the_same_others(self):
        cast = make_cast()
        tickets = [Ticket.objects.create(quest=cast.quest, participant=person) for person in cast.team]
        levels, now = [number + 1 for number in range(len(tickets))], timezone.now()
        columns: dict[str, list[Any]] = {"id": [ticket.pk for ticket in tickets], "level": levels}
        assert update_rows(Ticket, columns, where={"state": "waiting"}, state="left", ended_at=now) == len(tickets)
        rows = [Ticket.objects.get(pk=ticket.pk) for ticket in tickets]
        assert [(row.level, row.state, row.ended_at) for row in rows] == [(level, "left", now) for level in levels]

    def test_other_rows_and_those_that_have_changed_since_stay(self):
        cast = make_cast()
        left, waiting, other = (
            Ticket.objects.create(quest=cast.quest, participant=person) for person in make_people(cast.event, 3)
        )
        Ticket.objects.filter(pk=left.pk).update(state="left", ended_at=timezone.now())
        columns: dict[str, list[Any]] = {"id": [left.pk, waiting.pk, uuid4()], "level": [1, 2, 3]}
        assert update_rows(Ticket, columns, where={"state": "waiting"}) == 1
        assert [Ticket.objects.get(pk=each.pk).level for each in (left, waiting, other)] == [0, 2, 0]


@pytest.mark.django_db
class TestCounting:
    def test_adds_one_for_each_and_says_what_it_is_now(self):
        cast = make_cast()
        Participant.objects.filter(pk=cast.ben.pk).update(version=7)
        before = Participant.objects.get(pk=cast.bob.pk).version
        found = count_up(Participant, "version", [cast.bob.pk, cast.ben.pk, uuid4()])
        assert found == {cast.ben.pk: 8, cast.bob.pk: before + 1}
        assert found == dict(Participant.objects.filter(pk__in=found).values_list("pk", "version"))

    def test_leaves_everybody_else_alone(self):
        cast = make_cast()
        before = dict(Participant.objects.exclude(pk=cast.ben.pk).values_list("pk", "version"))
        count_up(Participant, "version", [cast.ben.pk])
        assert dict(Participant.objects.exclude(pk=cast.ben.pk).values_list("pk", "version")) == before

    def test_of_nobody_there_is_no_statement(self):
        assert statements_of(lambda: count_up(Participant, "version", [])) == []


@pytest.mark.django_db
class TestManyIds:
    def test_find_the_rows_that_have_them(self):
        cast = make_cast()
        wanted = [cast.ben.pk, cast.bob.pk, uuid4()]
        found = cast.event.participants.filter(pk__in=any_of(wanted)).order_by("entered_at", "pk")
        assert list(found) == [cast.ben, cast.bob]

    def test_are_one_parameter_however_many(self):
        quest = make_quest()
        many = any_of(uuid4() for _ in range(40_000))
        assert not quest.event.participants.filter(pk__in=many).exists()

    def test_without_any_there_is_no_statement(self):
        cast = make_cast()
        assert statements_of(lambda: list(cast.event.participants.filter(pk__in=any_of([])))) == []
