"""The queue console: what its pages show and what its forms do. Who may use them stands in tests/permissions."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.console import console_of, said
from matching.errors import TeamNotAllowed
from matching.models import Block, Queue, Ticket
from matching.selectors import queue_people
from matching.services.queue_control import hold_queue
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from matching.tests.factories import make_ticket
from rooms.models import Membership
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import Cast
from tests.queries import keeps_its_promise

BOARD = "/admin/queue-dashboard/"


@pytest.fixture
def ada(cast: Cast) -> Client:
    return console_of(cast.ada)


def text(client: Client, path: str = BOARD) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def of(cast: Cast, name: str) -> str:
    return reverse(f"queue-{name}", args=[cast.quest.pk])


def after(client: Client, path: str, **data: Any) -> list[str]:
    return said(client.post(path, data, follow=True))


def test_an_empty_queue_is_quiet_and_says_what_will_be_here(ada: Client):
    page = text(ada)
    assert "Quiet. Nobody waits." in page
    assert "as soon as somebody joins" in page
    assert "Needs you" not in page


def test_a_busy_queue_has_its_numbers_in_words(cast: Cast, ada: Client, clock: time_machine.Traveller):
    people = make_people(cast.event, 8)
    Participant.objects.filter(pk__in=[person.pk for person in people]).update(languages=["en"], country="PT")
    for person in people:
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    clock.shift(10)
    tick()
    page = text(ada)
    assert "All well. Two people wait" in page
    assert "Six people in two teams in the last 30 minutes." in page
    assert "Portugal 2" in page
    assert "English" in page


def test_a_queue_that_has_emptied_does_not_explain_bars_that_are_not_there(cast: Cast, ada: Client):
    for person in (cast.ben, cast.bea, cast.bob):
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    tick()
    page = text(ada)
    assert "Three people in one team" in page
    assert "Language Nobody waits." in page


def test_what_people_call_a_quest_is_text(cast: Cast, ada: Client):
    make_quest(event=cast.event, slug="x", title="<script>alert(1)</script>")
    page = ada.get(BOARD).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_each_queue_listens_to_its_own_topic_and_reads_its_own_part(cast: Cast, ada: Client):
    hold_queue(by=cast.ada, quest_id=cast.quest.pk)
    page = ada.get(BOARD).content.decode()
    assert f'data-live-topic="queue:{cast.quest.pk}" data-live-version="1"' in page
    part = ada.get(of(cast, "figures")).content.decode()
    assert part.strip().startswith('<div class="er-queue-body">')
    assert "Release the queue" in part


def test_no_page_of_it_tells_a_gender(cast: Cast, ada: Client):
    Participant.objects.filter(pk__in=[cast.ben.pk, cast.cleo.pk]).update(gender="agender", gender_category="woman")
    for person in (cast.ben, cast.cleo):
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    for path in (BOARD, of(cast, "figures"), of(cast, "people"), of(cast, "add"), of(cast, "tickets")):
        found = ada.get(path).content.decode()
        assert "agender" not in found, path
        assert "Women" not in found, path


def test_an_organiser_without_an_event_is_told_so(cast: Cast):
    cast.event.organisers.all().delete()
    assert "no event that has opened yet" in text(console_of(cast.ada))


def test_an_event_without_a_decision_room_leads_to_where_one_is_imported(cast: Cast):
    otto = console_of(cast.otto)
    page = otto.get(BOARD).content.decode()
    assert "no decision room to queue for" in page
    way = re.search(r'href="([^"]+)"><u>Import a quest', page)
    assert way
    assert otto.get(way[1]).status_code == 200


def test_an_event_is_chosen_and_anothers_is_not_there(cast: Cast, ada: Client):
    assert "Civic Weekend" in text(ada, f"{BOARD}?event={cast.event.pk}")
    for query in ("event=00000000-0000-4000-8000-000000000000", "event=that-one", f"quest={cast.event.pk}"):
        assert ada.get(f"{BOARD}?{query}").status_code == 404


def test_the_queue_is_held_and_released(cast: Cast, ada: Client):
    assert "held" in after(ada, of(cast, "hold"))[0]
    assert Queue.objects.get().held_at
    assert "No teams are formed while it is" in after(ada, of(cast, "tick"))[0]
    assert "released" in after(ada, of(cast, "release"))[0]
    assert Queue.objects.get().held_at is None


def test_a_tick_says_what_it_did(cast: Cast, ada: Client):
    assert after(ada, of(cast, "tick")) == ["Looked: no team can be formed just now."]
    for person in cast.team:
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    assert after(ada, of(cast, "tick")) == ["One team sits in a room now."]


@pytest.mark.parametrize("size", ["", "two", "9", "-1", "²"])
def test_a_size_that_is_none_is_refused(cast: Cast, ada: Client, size: str):
    (told,) = after(ada, of(cast, "size"), size=size)
    assert told.startswith("Not a team of this quest.")


def test_the_size_is_changed(cast: Cast, ada: Client):
    assert after(ada, of(cast, "size"), size="2") == ["Teams of two from now on. This is version 2 of the quest."]


def test_somebody_is_found_by_name_and_added(cast: Cast, ada: Client):
    cast.room()
    page = text(ada, f"{of(cast, 'add')}?q=B")
    assert "Ben plays in a room" in page
    assert "Cleo" not in page
    assert after(ada, of(cast, "add"), person=str(cast.cleo.pk)) == ["Cleo waits now, as number 1."]
    assert "Finish or leave" in after(ada, of(cast, "add"), person=str(cast.ben.pk))[0]
    assert "No such person" in after(ada, of(cast, "add"), person="that-one")[0]


def test_removing_asks_first(cast: Cast, ada: Client):
    ticket = join_queue(by=seat_of(cast.cleo), quest_id=cast.quest.pk)
    asked = ada.post(of(cast, "remove"), {"ticket": str(ticket.pk)})
    assert "Cleo, ticket 1" in asked.content.decode()
    assert Ticket.objects.waiting().exists()
    assert after(ada, of(cast, "remove"), ticket=str(ticket.pk), confirmed="yes") == [
        "One person removed from the queue."
    ]
    assert not Ticket.objects.waiting().exists()


def test_a_team_is_made_of_the_chosen_after_asking(cast: Cast, ada: Client):
    tickets = [str(join_queue(by=seat_of(person), quest_id=cast.quest.pk).pk) for person in (cast.ben, cast.cleo)]
    asked = ada.post(of(cast, "match"), {"tickets": tickets}).content.decode()
    assert all(f'name="tickets" value="{ticket}"' in asked for ticket in tickets)
    assert "They sit in room" in after(ada, of(cast, "match"), tickets=tickets, confirmed="yes")[0]
    assert Membership.objects.filter(is_playing=True).count() == 2


def test_a_team_of_nobody_is_refused(cast: Cast, ada: Client):
    assert "Not a team of this quest" in after(ada, of(cast, "match"))[0]


def test_a_block_in_either_direction_and_a_missing_language_are_told_in_one_sentence_that_names_neither(
    cast: Cast, ada: Client
):
    """With what they speak shown beside it: nobody is to read off it that somebody blocked somebody."""
    tickets = [str(join_queue(by=seat_of(person), quest_id=cast.quest.pk).pk) for person in (cast.ben, cast.cleo)]
    told = []
    for blocker, blocked in ((cast.ben, cast.cleo), (cast.cleo, cast.ben)):
        block = Block.objects.create(blocker=blocker, blocked=blocked)
        told += after(ada, of(cast, "match"), tickets=tickets, confirmed="yes")
        block.delete()
    Participant.objects.filter(pk=cast.ben.pk).update(languages=["fi"])
    Participant.objects.filter(pk=cast.cleo.pk).update(languages=["pt"])
    told += after(ada, of(cast, "match"), tickets=tickets, confirmed="yes")
    assert told == [f"{TeamNotAllowed.title}. {TeamNotAllowed.detail}"] * 3
    assert not re.search("language|speak|block|meet|wish", told[0])


def test_two_people_are_swapped_after_asking(cast: Cast, ada: Client):
    make_room(cast.quest, [cast.ben, cast.bea])
    make_room(cast.quest, [cast.cleo, cast.bob])
    page = text(ada, of(cast, "people"))
    assert all(name in page for name in ("Ben", "Bea", "Cleo", "Bob"))
    seats = [Membership.objects.get(participant=person).pk for person in (cast.ben, cast.cleo)]
    assert "Ben, room" in ada.post(of(cast, "swap"), {"seats": seats}).content.decode()
    assert after(ada, of(cast, "swap"), seats=seats, confirmed="yes") == ["They have changed places."]
    assert after(ada, of(cast, "swap"), seats=["x"], confirmed="yes")[0].startswith("Somebody has left.")


def test_who_is_not_listed_is_counted(cast: Cast, ada: Client, monkeypatch):
    monkeypatch.setattr(queue_people, "MOST_WAITING", 2)
    with transaction.atomic():
        for person in make_people(cast.event, 5):
            make_ticket(cast.quest, person)
    assert "And 3 more, who came later." in text(ada, of(cast, "people"))
    Ticket.objects.filter(pk__in=Ticket.objects.values("pk")[:3]).update(state="left", ended_at=timezone.now())
    assert "more, who came later" not in text(ada, of(cast, "people"))


def test_a_lobby_is_listed_whole_or_counted(cast: Cast, ada: Client, monkeypatch):
    monkeypatch.setattr(queue_people, "MOST_LOBBIES", 2)
    for _ in range(3):
        make_room(cast.quest, make_people(cast.event, 3))
    told = text(ada, of(cast, "people"))
    assert told.count("3 of 3") == 2
    assert "And 1 more team, formed later." in told


def rows(client: Client, cast: Cast) -> list[list[str]]:
    body = client.get(of(cast, "tickets")).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_tickets_are_exported_with_formulas_made_harmless(cast: Cast, ada: Client, clock: time_machine.Traveller):
    Participant.objects.filter(pk=cast.cleo.pk).update(name="=HYPERLINK(1)", country="PT", gender="agender")
    join_queue(by=seat_of(cast.cleo), quest_id=cast.quest.pk)
    clock.shift(40)
    head, row = rows(ada, cast)
    line = dict(zip(head, row, strict=True))
    assert line["Name"] == "'=HYPERLINK(1)"
    assert (line["Ticket"], line["State"], line["Waited (s)"], line["Joined"]) == (
        "1", "Waiting", "40", "2026-05-04 12:00:00"
    )  # fmt: skip
    assert not {"PT", "Portugal", "agender"} & set(row)
    entry = AuditEntry.objects.get(action="queue.tickets_exported")
    assert (entry.actor_id, entry.ids["tickets"]) == (cast.ada.pk, 1)


def test_an_erased_person_is_exported_without_a_name(cast: Cast, ada: Client):
    with transaction.atomic():
        ticket = make_ticket(cast.quest, cast.cleo)
    Ticket.objects.filter(pk=ticket.pk).update(state="left", ended_at=timezone.now(), participant=None)
    assert rows(ada, cast)[1][1] == ""


def test_the_page_asks_as_often_for_many_queues_as_for_one(cast: Cast, ada: Client):
    ada.get(BOARD)
    for number in range(14):
        make_quest(event=cast.event, slug=f"quest-{number}", title=f"Quest {number}")
    # The session, who asks, the events to choose from, the event, and three for its queues.
    keeps_its_promise("the queue console", 7, lambda: ada.get(BOARD))
    page = ada.get(BOARD).content.decode()
    assert page.count("data-live-topic") == 12
    assert "Other quests" in page
