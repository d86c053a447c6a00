"""Ada makes, changes, closes and reopens her event in the console."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from echoroom.accounts.tests.factories import StaffFactory
from echoroom.audit.models import AuditEntry
from echoroom.events.admin.dashboard import dashboard
from echoroom.events.admin.navigation import sidebar
from echoroom.events.models import Event
from echoroom.events.tests.console import console_of, list_path, rows_of, said
from echoroom.events.tests.factories import EventFactory
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

EVENTS = "events_event"


@pytest.fixture
def cast():
    return make_cast(decisions=1)


def page_of(event: Event) -> str:
    return reverse("admin:events_event_change", args=[event.pk])


def form(**changes: object) -> dict[str, object]:
    return {
        "name": "Harbour Days",
        "welcome": "",
        "brand_colour": "#1f7a6d",
        "time_zone": "Europe/Berlin",
        "opens_at_0": "2025-06-01",
        "opens_at_1": "09:00",
        "closes_at_0": "",
        "closes_at_1": "",
        **changes,
    }


def test_the_event_that_ada_makes_is_hers(cast):
    console_of(cast.ada).post(reverse("admin:events_event_add"), form())
    event = Event.objects.get(name="Harbour Days")
    assert [organiser.user for organiser in event.organisers.all()] == [cast.ada]
    assert AuditEntry.objects.filter(action="event.created", target_id=str(event.pk), actor_id=cast.ada.pk).exists()


def test_times_are_typed_as_the_clocks_at_the_event_say(cast):
    console = console_of(cast.ada)
    console.post(reverse("admin:events_event_add"), form())
    event = Event.objects.get(name="Harbour Days")
    assert event.opens_at == datetime(2025, 6, 1, 7, tzinfo=UTC)
    assert 'value="09:00:00"' in console.get(page_of(event)).content.decode()


def test_an_event_that_closes_before_it_opens_is_refused(cast):
    answer = console_of(cast.ada).post(
        reverse("admin:events_event_add"), form(closes_at_0="2025-05-31", closes_at_1="09:00")
    )
    assert "The event must close after it opens." in answer.content.decode()
    assert not Event.objects.filter(name="Harbour Days").exists()


def test_a_change_is_recorded_by_field_and_not_by_text(cast):
    console_of(cast.ada).post(page_of(cast.event), form(name="Civic Fortnight"))
    cast.event.refresh_from_db()
    assert cast.event.name == "Civic Fortnight"
    entry = AuditEntry.objects.get(action="event.changed")
    assert "name" in entry.ids["fields"]
    assert "Fortnight" not in str(entry.ids)


def test_saving_what_is_there_already_changes_nothing(cast):
    console = console_of(cast.ada)
    for _ in range(2):
        console.post(page_of(cast.event), form())
    assert AuditEntry.objects.filter(action="event.changed").count() == 1


def test_adam_chooses_who_runs_an_event(cast):
    cleo = StaffFactory.create(name="Cleo")
    console_of(cast.adam).post(page_of(cast.event), form(organisers=[cleo.pk]))
    assert [organiser.user for organiser in cast.event.organisers.all()] == [cleo]
    assert AuditEntry.objects.filter(action="event.organisers_changed").exists()


def test_ada_cannot_choose_who_runs_an_event(cast):
    console = console_of(cast.ada)
    console.post(page_of(cast.event), form(organisers=[cast.otto.pk]))
    assert [organiser.user for organiser in cast.event.organisers.all()] == [cast.ada]
    assert "Otto" not in console.get(page_of(cast.event)).content.decode()


@pytest.mark.parametrize("path", ["list", "page"])
def test_closing_an_event_asks_first(cast, path):
    console = console_of(cast.ada)
    where, fields = (
        (list_path(EVENTS), {"action": "close_events", "_selected_action": [cast.event.pk]})
        if path == "list"
        else (page_of(cast.event).replace("/change/", "/close/"), {})
    )
    assert "Close the event?" in console.post(where, fields).content.decode()
    assert Event.objects.filter(pk=cast.event.pk, closes_at=None).exists()
    answer = console.post(where, {**fields, "confirmed": "yes"}, follow=True)
    assert Event.objects.filter(pk=cast.event.pk, closes_at__isnull=False).exists()
    assert "Nobody gets in any more." in said(answer)[0]


def test_a_closed_event_is_reopened(cast):
    console = console_of(cast.ada)
    console.post(page_of(cast.event).replace("/change/", "/close/"), {"confirmed": "yes"})
    console.post(page_of(cast.event).replace("/change/", "/reopen/"), {"confirmed": "yes"})
    cast.event.refresh_from_db()
    assert cast.event.is_open_at(timezone.now())
    console.post(list_path(EVENTS), {"action": "reopen_events", "_selected_action": [cast.event.pk]})
    assert AuditEntry.objects.filter(action="event.reopened").count() == 1


def test_events_are_found_by_whether_they_are_open(cast):
    now = timezone.now()
    upcoming = EventFactory.create(opens_at=now + timedelta(days=1))
    closed = EventFactory.create(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    console = console_of(cast.adam)
    found = {state: rows_of(console.get(f"{list_path(EVENTS)}?state={state}")) for state in ("upcoming", "closed")}
    assert found == {"upcoming": [upcoming], "closed": [closed]}
    assert cast.event in rows_of(console.get(f"{list_path(EVENTS)}?state=open"))
    assert len(rows_of(console.get(f"{list_path(EVENTS)}?state=nonsense"))) == 4


def test_an_event_is_never_deleted_by_hand(cast):
    assert console_of(cast.adam).post(reverse("admin:events_event_delete", args=[cast.event.pk])).status_code == 403


class TestFirstPage:
    @pytest.fixture(autouse=True)
    def _theme(self, settings):
        settings.UNFOLD = {
            "DASHBOARD_CALLBACK": "echoroom.events.admin.dashboard.dashboard",
            "SIDEBAR": {"navigation": "echoroom.events.admin.navigation.sidebar"},
        }

    def numbers(self, rf, user) -> dict[str, int]:
        request = rf.get("/admin/")
        request.user = user
        context = dashboard(request, {})
        return {number.label: number.value for number in context["alarms"] + context["calm"]}

    def test_it_counts_ones_own_event(self, cast, rf):
        assert self.numbers(rf, cast.ada)["People in open events"] == 4
        assert self.numbers(rf, cast.otto)["People in open events"] == 0

    def test_it_tells_that_nobody_can_get_in(self, cast, rf):
        type(cast.code).objects.update(is_active=False)
        assert self.numbers(rf, cast.ada)["Open events without a code"] == 1

    def test_it_says_when_nothing_needs_anybody(self, cast):
        page = console_of(cast.ada).get("/admin/").content.decode()
        assert "Nothing. Everybody is seated" in page
        assert "People in open events" in page

    def test_the_side_bar_offers_what_a_person_may_open(self, cast, rf):
        def titles(user) -> set[str]:
            request = rf.get("/admin/")
            request.user = user
            return {item["title"] for group in sidebar(request) for item in group["items"]}

        assert {"Rooms", "Codes"} <= titles(cast.ada)
        assert not {"Users", "Audit"} & titles(cast.ada)
        assert {"Users", "Audit", "Deliveries", "API keys"} <= titles(cast.adam)
