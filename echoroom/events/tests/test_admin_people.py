from __future__ import annotations

import pytest

from echoroom.events.tests.console import console_of, list_path, rows_of
from echoroom.events.tests.factories import ParticipantFactory
from matching.tests.factories import make_ticket
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

PEOPLE = "events_participant"


@pytest.fixture
def cast():
    return make_cast(decisions=1)


def found(cast, question: str) -> set[object]:
    return set(rows_of(console_of(cast.ada).get(f"{list_path(PEOPLE)}?{question}")))


def test_people_without_a_profile(cast):
    nameless = ParticipantFactory.create(event=cast.event, name="", consented_at=None)
    assert found(cast, "profile=missing") == {nameless}
    assert nameless not in found(cast, "profile=complete")


def test_people_in_a_room_now(cast):
    cast.room()
    assert found(cast, "room=now") == {cast.ben, cast.bea, cast.bob}
    assert found(cast, "room=never") == {cast.cleo}


def test_people_who_wait_now(cast):
    make_ticket(cast.quest, cast.cleo)
    assert found(cast, "queue=now") == {cast.cleo}


def test_people_are_found_by_name(cast):
    assert found(cast, "q=cle") == {cast.cleo}
