"""The organiser's questions about rooms, and closing one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.admin.dashboard import dashboard
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.console import console_of, fill, list_path, play_to_the_end, rows_of, said, vote
from rooms.models import DecisionMap, Membership, Room
from rooms.services.seating import leave_room
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

ROOMS = "rooms_room"


@pytest.fixture
def cast():
    return make_cast(decisions=1)


@pytest.fixture
def console(cast):
    return console_of(cast.ada)


def asked(console, question: str) -> list[object]:
    return rows_of(console.get(f"{list_path(ROOMS)}?{question}"))


def earlier(room: Room, field: str, **ago: int) -> None:
    Room.objects.filter(pk=room.pk).update(**{field: timezone.now() - timedelta(**ago)})


def test_who_waits_in_a_lobby_over_a_minute(cast, console):
    room, other = cast.room(started=False), make_room(cast.quest, make_people(cast.event, 2))
    earlier(room, "created_at", seconds=61)
    earlier(other, "created_at", seconds=50)
    assert asked(console, "now=lobby") == [room]


def test_which_room_lacks_one_person(cast, console):
    cast.room(started=False)
    pair = make_room(cast.quest, make_people(cast.event, 2))
    assert asked(console, "now=one_seat") == [pair]


def test_which_room_waits_for_one_vote(cast, console):
    room = cast.room()
    for person in (cast.ben, cast.bea):
        assert asked(console, "now=one_vote") == []
        vote(room, person, "A")
    assert asked(console, "now=one_vote") == [room]
    vote(room, cast.bob, "A")
    assert asked(console, "now=one_vote") == []


def test_who_has_left_or_is_away_is_not_waited_for(cast, console):
    room = cast.room()
    vote(room, cast.ben, "A")
    Membership.objects.filter(room=room, participant=cast.bob).update(away_at=timezone.now())
    assert asked(console, "now=one_vote") == [room]
    leave_room(by=seat_of(cast.bea), room_code=room.code)
    assert asked(console, "now=one_vote") == []


def test_which_rooms_are_overdue_or_idle(cast, console):
    late, quiet = cast.room(), make_room(cast.quest, make_people(cast.event, 2))
    earlier(late, "due_at", seconds=1)
    earlier(quiet, "active_at", minutes=11)
    assert asked(console, "now=overdue") == [late]
    assert asked(console, "now=idle") == [quiet]


def test_today_begins_at_midnight_of_the_event(cast, console):
    type(cast.event).objects.filter(pk=cast.event.pk).update(time_zone="Asia/Tokyo")
    room = fill(cast.event, cast.quest)
    # 00:30 in Tokyo on 2 June is 15:30 UTC on 1 June.
    with time_machine.travel(datetime(2025, 6, 1, 15, 30, tzinfo=UTC), tick=False):
        earlier(room, "completed_at", minutes=20)
        session = console_of(cast.ada)
        assert asked(session, "now=today") == [room]
        earlier(room, "completed_at", minutes=40)
        assert asked(session, "now=today") == []


def test_which_completed_room_has_no_map_after_ten_seconds(cast, console):
    room = play_to_the_end(cast.event, cast.quest, cast.team)
    DecisionMap.objects.all().delete()
    assert asked(console, "now=no_map") == []
    earlier(room, "completed_at", seconds=11)
    assert asked(console, "now=no_map") == [room]


def test_which_rooms_were_closed_and_why(cast, console):
    room = cast.room()
    console.post(reverse("admin:rooms_room_change", args=[room.pk]).replace("change", "close"), {"confirmed": "yes"})
    assert asked(console, "close_reason__exact=organiser") == [room]
    assert asked(console, "close_reason__exact=idle") == []
    assert "Closed by an organiser" in console.get(list_path(ROOMS)).content.decode()


def test_a_room_is_found_by_its_whole_code_only(cast, console):
    room = cast.room()
    assert asked(console, f"q={room.code.lower()}") == [room]
    assert asked(console, f"q={room.code[:4]}") == []


@pytest.mark.parametrize("way", ["page", "list"])
def test_closing_a_room_asks_first_and_says_why_in_the_journal(cast, console, way):
    room = cast.room()
    path, fields = (
        (list_path(ROOMS), {"action": "close_rooms", "_selected_action": [room.pk]})
        if way == "list"
        else (f"/admin/rooms/room/{room.pk}/close/", {})
    )
    assert "This cannot be undone." in console.post(path, fields).content.decode()
    room.refresh_from_db()
    assert room.is_live
    answer = console.post(path, {**fields, "confirmed": "yes"}, follow=True)
    room.refresh_from_db()
    assert (room.state, room.close_reason) == ("closed", "organiser")
    assert "closed" in said(answer)[0]
    assert AuditEntry.objects.get(action="room.closed").actor_id == cast.ada.pk


def test_a_completed_room_stays_completed(cast, console):
    room = fill(cast.event, cast.quest)
    chosen = {"action": "close_rooms", "_selected_action": [room.pk], "confirmed": "yes"}
    assert said(console.post(list_path(ROOMS), chosen, follow=True)) == ["0 closed. 1 had ended already."]


def test_otto_closes_no_room_of_adas(cast):
    room, otto = cast.room(), console_of(cast.otto)
    otto.post(list_path(ROOMS), {"action": "close_rooms", "_selected_action": [room.pk], "confirmed": "yes"})
    otto.post(f"/admin/rooms/room/{room.pk}/close/", {"confirmed": "yes"})
    room.refresh_from_db()
    assert room.is_live


def test_looking_at_the_closing_page_closes_nothing(cast, console):
    room = cast.room()
    console.get(f"/admin/rooms/room/{room.pk}/close/?confirmed=yes")
    room.refresh_from_db()
    assert room.is_live


def test_the_first_page_says_which_rooms_need_somebody(cast, rf):
    room = cast.room()
    earlier(room, "due_at", seconds=5)
    make_quest(event=cast.event, slug="other")
    for user, expected in ((cast.ada, 1), (cast.otto, None)):
        request = rf.get("/admin/")
        request.user = user
        alarms = {number.label: number.value for number in dashboard(request, {})["alarms"]}
        assert alarms.get("Rooms overdue") == expected


def test_a_maps_page_shows_its_document_as_text(cast, console):
    room = fill(cast.event, cast.quest)
    DecisionMap.objects.filter(room=room).update(document={"reason": "<script>alert(1)</script>"})
    page = console.get(reverse("admin:rooms_decisionmap_change", args=[room.decision_map.pk])).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
