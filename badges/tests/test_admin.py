"""What an organiser asks about badges."""

from __future__ import annotations

import pytest
import time_machine

from badges.models import Award
from badges.services.awarding import check_room
from badges.tests.playing import finished
from echoroom.events.models import Event
from echoroom.events.tests.console import console_of, rows_of
from rooms.tests.factories import make_people, make_quest
from tests.cast import Cast

LIST = "/admin/badges/award/"


@pytest.fixture
def awarded(cast: Cast, clock: time_machine.Traveller) -> Cast:
    check_room(room_id=finished(cast.quest, cast.team, "AAA", "AAB", "AAB").pk)
    elsewhere = Event.objects.get(name="Elsewhere")
    check_room(room_id=finished(make_quest(event=elsewhere, decisions=1), make_people(elsewhere, 3), "AAA").pk)
    return cast


def badges_in(awarded: Cast, query: str) -> set[str]:
    return {award.badge for award in rows_of(console_of(awarded.ada).get(f"{LIST}?{query}"))}


def test_an_organiser_sees_the_badges_of_their_own_event(awarded):
    shown = rows_of(console_of(awarded.ada).get(LIST))
    assert {award.participant.event for award in shown} == {awarded.event}
    assert len(shown) == 19


def test_by_badge_and_by_rarity(awarded):
    assert badges_in(awarded, "badge__exact=team_player") == {"team_player"}
    assert badges_in(awarded, "rarity=rare") == {"consensus_builder", "perfect_team"}
    assert badges_in(awarded, "rarity=legendary") == set()


def test_lately(awarded, clock):
    assert len(badges_in(awarded, "when=lately")) == 7
    clock.shift(16 * 60)
    assert badges_in(awarded, "when=lately") == set()
    assert len(badges_in(awarded, "when=today")) == 7


def test_people_are_asked_for_by_having_some_or_none(awarded):
    client = console_of(awarded.ada)
    some = rows_of(client.get("/admin/events/participant/?badges=some"))
    assert sorted(person.name for person in some) == ["Bea", "Ben", "Bob"]
    assert [person.name for person in rows_of(client.get("/admin/events/participant/?badges=none"))] == ["Cleo"]


def test_an_award_tells_why_and_cannot_be_changed(awarded):
    award = Award.objects.filter(participant=awarded.ben, badge="team_player").get()
    path = f"{LIST}{award.pk}/change/"
    page = console_of(awarded.ada).get(path)
    assert award.reason in page.content.decode()
    assert console_of(awarded.adam).post(path, {"reason": "Because I say so."}).status_code == 403
