"""Every list: asks the database equally often for few rows and for many, and leaves history alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from echoroom.accounts.tests.factories import UserFactory
from echoroom.events.models import EventCode, EventOrganiser
from echoroom.events.tests.console import console_of, fill, list_path, lists, rows_of
from echoroom.events.tests.factories import EventFactory
from rooms.models import DecisionMap, VoteChange
from rooms.tests.factories import make_quest
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

NAMES = [name for name, _ in lists()]
EDITABLE = {
    "accounts_user", "events_event", "events_eventcode", "rooms_region", "rooms_quest", "matching_matchingweights",
    "matching_queuereport",
}  # fmt: skip
# Session and user, the page's count and rows, its filters' choices and what the row shows of others.
MOST_QUERIES = 12


def queries(user, path: str) -> int:
    console = console_of(user)
    console.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert console.get(path).status_code == 200
    return len(asked)


def test_no_list_asks_more_for_more_rows():
    cast = make_cast(decisions=1)
    fill(cast.event)
    few = {name: queries(cast.adam, list_path(name)) for name in NAMES}
    for number in range(3):
        fill(cast.event, make_quest(event=cast.event, decisions=1, slug=f"quest-{number}", region=f"Region {number}"))
        EventCode.objects.create(event=cast.event, code=f"MORE-{number}")
        EventOrganiser.objects.create(event=EventFactory.create(), user=UserFactory.create())
    many = {name: queries(cast.adam, list_path(name)) for name in NAMES}
    assert {name: (few[name], many[name]) for name in NAMES if many[name] > few[name]} == {}
    assert {name: count for name, count in many.items() if count > MOST_QUERIES} == {}


def test_a_list_writes_a_time_with_the_day_first_and_twenty_four_hours():
    cast = make_cast(decisions=1)
    fill(cast.event)
    page = console_of(cast.ada).get(list_path("rooms_decisionmap")).content.decode()
    made = timezone.localtime(DecisionMap.objects.get().created_at)
    assert made.strftime(f"{made.day} %b %Y, %H:%M:%S") in page


@pytest.mark.parametrize("name", ["rooms_room", "rooms_vote", "matching_ticket", "events_participant"])
def test_an_organisers_list_asks_no_more_for_more_rows(name):
    cast = make_cast(decisions=1)
    fill(cast.event)
    few = queries(cast.ada, list_path(name))
    fill(cast.event, cast.quest)
    fill(cast.event, cast.quest)
    assert queries(cast.ada, list_path(name)) == few


def test_a_rooms_page_asks_no_more_for_more_rows():
    cast = make_cast(decisions=1)
    room = fill(cast.event)
    one = queries(cast.ada, reverse("admin:rooms_room_change", args=[room.pk]))
    longer = fill(cast.event, make_quest(event=cast.event, decisions=4, slug="long"))
    assert queries(cast.ada, reverse("admin:rooms_room_change", args=[longer.pk])) == one


def test_history_is_neither_made_nor_changed_nor_removed_by_hand():
    cast = make_cast(decisions=1)
    fill(cast.event)
    assert VoteChange.objects.exists()
    console = console_of(cast.adam)
    for name in set(NAMES) - EDITABLE:
        row = rows_of(console.get(list_path(name)))[0]
        assert console.get(reverse(f"admin:{name}_add")).status_code == 403, name
        assert console.get(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403, name
        page = reverse(f"admin:{name}_change", args=[row.pk])
        assert console.get(page).status_code == 200, name
        assert console.post(page, {}).status_code == 403, name


def test_every_model_that_organisers_ask_about_has_a_list():
    assert set(NAMES) == {
        "accounts_user", "badges_award", "badges_showcase", "events_event", "events_eventcode",
        "events_eventorganiser", "events_participant", "events_personallink", "events_seatdevice",
        "matching_matchedteam", "matching_matchingweights", "matching_matchtick", "matching_party",
        "matching_partymember", "matching_practiceroom", "matching_queue", "matching_queuereport",
        "matching_reportsending", "matching_ticket", "rooms_answersheet", "rooms_chat",
        "rooms_commit", "rooms_decision", "rooms_decisionmap", "rooms_formfield", "rooms_mapshare",
        "rooms_membership", "rooms_message", "rooms_option", "rooms_quest", "rooms_questversion",
        "rooms_readmark", "rooms_region", "rooms_response", "rooms_reveal", "rooms_room", "rooms_vote",
        "rooms_votechange",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["audit_auditentry", "outbox_delivery"])
def test_a_journal_that_only_grows_is_never_counted(name):
    cast = make_cast(decisions=1)
    fill(cast.event)
    console = console_of(cast.adam)
    with CaptureQueriesContext(connection) as asked:
        assert rows_of(console.get(list_path(name)))
    assert not [query for query in asked if "COUNT(" in query["sql"]]
    assert console.get(f"{list_path(name)}?p=2").status_code in {200, 302}
