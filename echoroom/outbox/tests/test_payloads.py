from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoroom.outbox import DomainEvent, receives
from echoroom.outbox.payloads import from_payload, to_payload


@dataclass(frozen=True, kw_only=True)
class Everything(DomainEvent):
    number: int
    share: float
    code: str
    is_late: bool
    person_id: UUID
    at: datetime
    day: date
    members: tuple[UUID, ...]
    rounds: list[int]
    left_at: datetime | None = None


events = st.builds(
    Everything,
    number=st.integers(-(2**53), 2**53),
    share=st.floats(allow_nan=False, allow_infinity=False),
    code=st.text(st.characters(exclude_categories=["Cs"])),
    is_late=st.booleans(),
    person_id=st.uuids(),
    at=st.datetimes(timezones=st.just(UTC)),
    day=st.dates(),
    members=st.lists(st.uuids()).map(tuple),
    rounds=st.lists(st.integers(0, 9)),
    left_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(events)
def test_an_event_comes_back_from_json_as_it_was(event):
    assert from_payload(Everything, json.loads(json.dumps(to_payload(event)))) == event


@dataclass(frozen=True, kw_only=True)
class Small(DomainEvent):
    room_id: int
    note: str = ""


@pytest.mark.parametrize("wrong", ["7", 7.0, True, None, object()])
def test_a_field_that_holds_something_else_is_refused(wrong):
    with pytest.raises(TypeError, match=r"Small\.room_id"):
        to_payload(Small(room_id=wrong))


def test_a_payload_of_an_older_version_is_understood():
    assert from_payload(Small, {"room_id": 1, "gone": True}) == Small(room_id=1)


def test_a_field_that_json_cannot_give_back_is_refused_at_the_registration():
    @dataclass(frozen=True, kw_only=True)
    class Careless(DomainEvent):
        room: object

    with pytest.raises(TypeError, match="ids and plain values"):
        receives(Careless)
