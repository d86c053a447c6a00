"""Organisers read their rooms' chats, and it is written down that they did."""

from __future__ import annotations

import pytest
from django.urls import reverse

from echoroom.audit.models import AuditEntry
from echoroom.events.tests.console import console_of, list_path, rows_of
from rooms.models import Message, Room
from rooms.tests.factories import make_room
from rooms.tests.moves import playing_room, write
from tests.cast import Cast

LIST = list_path("rooms_message")


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


def journal() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action__startswith="chat.").order_by("pk"))


def page_of(message: Message) -> str:
    return reverse("admin:rooms_message_change", args=[message.pk])


def test_opening_the_list_is_one_line_of_the_journal_and_holds_no_words(cast, room):
    write(cast.ben, room, "Only among us.")
    write(cast.bea, room, "Yes.")
    page = console_of(cast.ada).get(LIST)
    assert "Only among us." in page.content.decode()
    (entry,) = journal()
    assert (entry.action, entry.actor_id, entry.ids) == ("chat.list_opened", cast.ada.pk, {"rooms": [room.pk]})
    assert entry.event_id == room.event_id


def test_opening_a_message_is_another_line(cast, room):
    message = write(cast.ben, room, "Only among us.")
    assert "Only among us." in console_of(cast.ada).get(page_of(message)).content.decode()
    (entry,) = journal()
    assert (entry.action, entry.actor_id, entry.event_id) == ("chat.message_opened", cast.ada.pk, cast.event.pk)
    assert (entry.target_id, entry.ids) == (str(message.pk), {"room_id": room.pk})


def test_who_may_not_read_it_leaves_no_line(cast, room):
    message = write(cast.ben, room, "Only among us.")
    for user in (cast.otto, cast.ben.user):
        answer = console_of(user).get(page_of(message), follow=True)
        assert "Only among us." not in answer.content.decode()
    assert journal() == []


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_nobody_reads_it_past_the_journal_by_another_method(cast, room, method):
    message = write(cast.ben, room, "Only among us.")
    for path in (LIST, page_of(message)):
        answer = getattr(console_of(cast.ada), method)(path)
        assert answer.status_code == 405
        assert "Only among us." not in answer.content.decode()


def test_the_list_is_searched_by_room_and_by_words(cast, room):
    other = make_room(cast.quest, [cast.cleo])
    here, there = write(cast.ben, room, "Bees in here."), write(cast.cleo, other, "Wasps in there.")
    console = console_of(cast.ada)
    assert rows_of(console.get(LIST, {"q": room.code})) == [here]
    assert rows_of(console.get(LIST, {"q": "WASPS"})) == [there]
    assert set(rows_of(console.get(LIST, {"chat__room__event__id__exact": str(cast.event.pk)}))) == {here, there}
    assert room.code in console.get(reverse("admin:rooms_room_change", args=[room.pk])).content.decode()


def test_the_history_of_a_message_does_not_quote_it(cast, room):
    message = write(cast.ben, room, "Only among us.")
    page = console_of(cast.ada).get(reverse("admin:rooms_message_history", args=[message.pk])).content.decode()
    assert "Only among us." not in page
