"""Codes: made, printed, switched off; organisers see why one does not let in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.models import EventCode, Participant
from echoroom.events.tests.console import console_of, list_path, rows_of, said
from echoroom.events.tests.factories import EventCodeFactory, ParticipantFactory
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

CODES = "events_eventcode"


@pytest.fixture
def cast():
    return make_cast(decisions=1)


@pytest.fixture
def console(cast):
    return console_of(cast.ada)


def page_of(code: EventCode) -> str:
    return reverse("admin:events_eventcode_change", args=[code.pk])


def new_code(cast, **changes: object) -> dict[str, object]:
    blank = {"max_uses": "", "expires_at_0": "", "expires_at_1": ""}
    return {"event": cast.event.pk, "code": "harbour-1", **blank, **changes}


def test_a_code_of_adas_own_wording(cast, console):
    console.post(reverse("admin:events_eventcode_add"), new_code(cast, max_uses="30"))
    code = EventCode.objects.get(code="HARBOUR-1")
    assert (code.event, code.max_uses, code.kind) == (cast.event, 30, EventCode.Kind.CUSTOM)
    assert AuditEntry.objects.filter(action="code.created", actor_id=cast.ada.pk).exists()


@pytest.mark.parametrize("code", ["abc", "with space", "CIVIC-24", "x" * 21])
def test_a_code_that_does_not_do_is_refused_on_the_form(cast, console, code):
    answer = console.post(reverse("admin:events_eventcode_add"), new_code(cast, code=code))
    assert answer.status_code == 200
    assert EventCode.objects.count() == 1


def test_a_used_code_keeps_its_uses(cast, console):
    EventCode.objects.filter(pk=cast.code.pk).update(uses=7)
    fields = {"expires_at_0": "", "expires_at_1": ""}
    answer = console.post(page_of(cast.code), {**fields, "max_uses": "5"})
    assert "so many have entered" in answer.content.decode()
    console.post(page_of(cast.code), {**fields, "max_uses": "9"})
    cast.code.refresh_from_db()
    assert (cast.code.uses, cast.code.max_uses) == (7, 9)


def test_twenty_codes_at_once(cast, console):
    answer = console.post(
        reverse("admin:events_eventcode_generate"),
        {"event": cast.event.pk, "count": 20, "beginning": "wall", "max_uses": 5},
        follow=True,
    )
    made = EventCode.objects.filter(code__startswith="WALL-", max_uses=5)
    assert made.count() == 20
    assert "20 codes made." in said(answer)[0]
    assert set(rows_of(answer)) == set(made)


@pytest.mark.parametrize("count", ["0", "101", "many", ""])
def test_no_codes_or_too_many_are_refused(cast, console, count):
    answer = console.post(reverse("admin:events_eventcode_generate"), {"event": cast.event.pk, "count": count})
    assert answer.status_code == 200
    assert EventCode.objects.count() == 1


def test_the_only_event_is_chosen_already(cast, console):
    page = console.get(reverse("admin:events_eventcode_generate")).content.decode()
    assert f'value="{cast.event.pk}" selected' in page


def test_codes_are_switched_off_and_on(cast, console):
    chosen = {"action": "deactivate", "_selected_action": [cast.code.pk]}
    assert "Switch these codes off?" in console.post(list_path(CODES), chosen).content.decode()
    cast.code.refresh_from_db()
    assert cast.code.is_active
    assert said(console.post(list_path(CODES), {**chosen, "confirmed": "yes"}, follow=True)) == ["1 switched off."]
    cast.code.refresh_from_db()
    assert not cast.code.is_active
    console.post(list_path(CODES), {**chosen, "action": "activate"})
    cast.code.refresh_from_db()
    assert cast.code.is_active


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_deleted_code_leaves_its_people(cast, console, way):
    person = ParticipantFactory.create(event=cast.event, code=cast.code)
    if way == "page":
        console.post(reverse("admin:events_eventcode_delete", args=[cast.code.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [cast.code.pk], "post": "yes"}
        console.post(list_path(CODES), chosen)
    assert not EventCode.objects.exists()
    assert Participant.objects.get(pk=person.pk).code_id is None
    assert AuditEntry.objects.filter(action="code.deleted", actor_id=cast.ada.pk).exists()


def test_codes_are_found_by_why_they_do_not_let_in(cast, console):
    soon, past = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=1)
    made = {
        "used_up": EventCodeFactory.create(event=cast.event, max_uses=2, uses=2, expires_at=soon),
        "expired": EventCodeFactory.create(event=cast.event, expires_at=past),
        "off": EventCodeFactory.create(event=cast.event, is_active=False),
    }
    for state, code in made.items():
        assert rows_of(console.get(f"{list_path(CODES)}?state={state}")) == [code]
    assert rows_of(console.get(f"{list_path(CODES)}?state=open")) == [cast.code]
    type(cast.event).objects.filter(pk=cast.event.pk).update(opens_at=soon)
    assert len(rows_of(console.get(f"{list_path(CODES)}?state=event_closed"))) == 4
    page = console.get(list_path(CODES)).content.decode()
    assert all(words in page for words in ("Used up", "Expired", "Switched off", "Event closed"))


class TestSheet:
    def test_it_shows_the_code_the_link_and_the_brand(self, cast, console):
        page = console.get(reverse("admin:events_eventcode_sheet") + f"?codes={cast.code.pk}").content.decode()
        assert "CIVIC-24" in page
        assert cast.event.brand_colour in page
        assert f"<title>{cast.code.join_url}</title>" in page

    def test_of_an_event_only_codes_that_let_in_are_printed(self, cast, console):
        EventCodeFactory.create(event=cast.event, code="OUT-OF-ORDER", is_active=False)
        page = console.get(f"/admin/events/event/{cast.event.pk}/sheet/", follow=True).content.decode()
        assert "CIVIC-24" in page
        assert "OUT-OF-ORDER" not in page

    def test_the_list_prints_what_is_chosen(self, cast, console):
        other = EventCodeFactory.create(event=cast.event, code="SECOND-1")
        EventCodeFactory.create(event=cast.event, code="THIRD-11")
        chosen = {"action": "print_sheet", "_selected_action": [cast.code.pk, other.pk]}
        page = console.post(list_path(CODES), chosen, follow=True).content.decode()
        assert page.count('class="sheet"') == 2
        assert "THIRD-11" not in page

    @pytest.mark.parametrize("query", ["", "?codes=", "?codes=x,-1,99999999999999999999", "?event=nonsense"])
    def test_without_a_code_it_says_so(self, console, query):
        answer = console.get(reverse("admin:events_eventcode_sheet") + query)
        assert answer.status_code == 404
        assert "There is no code to print here." in answer.content.decode()

    def test_names_cannot_become_markup(self, cast, console):
        type(cast.event).objects.filter(pk=cast.event.pk).update(name="<script>alert(1)</script>")
        page = console.get(reverse("admin:events_eventcode_sheet") + f"?codes={cast.code.pk}").content.decode()
        assert "<script>alert" not in page
