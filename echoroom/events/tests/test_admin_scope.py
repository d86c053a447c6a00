"""Otto organises another event: nothing in the console tells him of Ada's."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from echoroom.accounts.models import User
from echoroom.accounts.services import note_in_history
from echoroom.accounts.tests.factories import StaffFactory
from echoroom.events.models import Event, EventCode, PersonalLink, SeatDevice
from echoroom.events.tests.console import console_of, fill, list_path, lists, rows_of, text_of
from tests.cast import make_cast

pytestmark = pytest.mark.django_db

NAMES = [name for name, _ in lists()]
SCOPED = [name for name in NAMES if name not in {"accounts_user", "rooms_votechange"}]
STAFF_ONLY = ["accounts_user", "rooms_votechange", "audit_auditentry", "outbox_delivery", "api_apikey"]


@pytest.fixture
def cast():
    made = make_cast(decisions=1)
    fill(made.event)
    return made


def page_of(name: str, pk: object, page: str = "change") -> str:
    return reverse(f"admin:{name}_{page}", args=[pk])


def shown(user: User, name: str) -> set[object]:
    return set(rows_of(console_of(user).get(list_path(name))))


# One world for all lists: building it takes longer than looking at it.
def test_ada_sees_the_rows_of_her_event_and_otto_none(cast):
    for name in SCOPED:
        adas = shown(cast.ada, name)
        assert adas, name
        assert not adas & shown(cast.otto, name), name


def test_adam_the_admin_sees_all(cast):
    for name in SCOPED:
        assert shown(cast.ada, name) <= shown(cast.adam, name), name


def test_a_page_of_it_is_for_otto_like_one_that_does_not_exist(cast):
    ada, otto = console_of(cast.ada), console_of(cast.otto)
    for name in SCOPED:
        row = rows_of(ada.get(list_path(name)))[0]
        for page in ("change", "history", "delete"):
            what = f"{page} of {name}"
            theirs = otto.get(page_of(name, row.pk, page), follow=True)
            nobodys = otto.get(page_of(name, _another(row.pk), page), follow=True)
            assert theirs.status_code == nobodys.status_code, what
            assert theirs.redirect_chain == nobodys.redirect_chain, what
            said_of_it = text_of(theirs).replace(f"“{row.pk}”", "")
            assert said_of_it == text_of(nobodys).replace(f"“{_another(row.pk)}”", ""), what


def _another(pk: object) -> object:
    return pk + 9_000_000 if isinstance(pk, int) else "00000000-0000-4000-8000-000000000000"


def test_no_filter_and_no_choice_names_it(cast):
    EventCode.objects.create(event=Event.objects.get(name="Elsewhere"), code="ELSEWHERE")
    otto = console_of(cast.otto)
    for name in SCOPED:
        for path in (list_path(name), reverse(f"admin:{name}_add")):
            page = otto.get(path).content.decode()
            assert "Civic Weekend" not in page, path
            assert "Riverside" not in page, path


def test_on_call_staff_open_no_list(cast):
    console = console_of(StaffFactory.create(role=User.Role.ON_CALL))
    assert {console.get(list_path(name)).status_code for name in [*NAMES, *STAFF_ONLY]} == {403}


def test_an_organiser_opens_no_list_of_the_house(cast):
    console = console_of(cast.ada)
    assert {console.get(list_path(name)).status_code for name in STAFF_ONLY} == {403}


def test_a_guest_does_not_get_in(cast):
    response = console_of(cast.ben.user).get(list_path("rooms_room"))
    assert (response.status_code, response.headers["Location"][:13]) == (302, "/admin/login/")


def test_on_call_staff_see_an_empty_first_page(cast):
    page = console_of(StaffFactory.create(role=User.Role.ON_CALL)).get("/admin/")
    assert page.status_code == 200
    assert not page.context["app_list"]


def test_otto_cannot_make_a_code_for_it(cast):
    console_of(cast.otto).post(
        reverse("admin:events_eventcode_add"),
        {"event": cast.event.pk, "code": "OTTOS-OWN", "max_uses": "", "expires_at_0": "", "expires_at_1": ""},
    )
    console_of(cast.otto).post(
        reverse("admin:events_eventcode_generate"), {"event": cast.event.pk, "count": 3, "beginning": "OTTO"}
    )
    assert not EventCode.objects.filter(code__startswith="OTTO").exists()


def test_otto_cannot_print_its_codes(cast):
    sheet, console = reverse("admin:events_eventcode_sheet"), console_of(cast.otto)
    assert console.get(f"{sheet}?codes={cast.code.pk}").status_code == 404
    assert console.get(f"{sheet}?event={cast.event.pk}").status_code == 404


@pytest.mark.parametrize("action", ["close_events", "reopen_events"])
def test_an_action_of_ottos_does_not_reach_it(cast, action):
    console_of(cast.otto).post(
        list_path("events_event"), {"action": action, "_selected_action": [cast.event.pk], "confirmed": "yes"}
    )
    cast.event.refresh_from_db()
    assert cast.event.closes_at is None


@pytest.mark.parametrize("page", ["close", "reopen", "codes", "sheet"])
def test_otto_cannot_close_it_on_its_own_page(cast, page):
    console_of(cast.otto).post(f"/admin/events/event/{cast.event.pk}/{page}/", {"confirmed": "yes"})
    cast.event.refresh_from_db()
    assert cast.event.closes_at is None


def test_an_organiser_who_leaves_an_event_sees_it_no_more(cast):
    cast.event.organisers.filter(user=cast.ada).delete()
    assert not rows_of(console_of(cast.ada).get(list_path("events_event")))


class TestGender:
    def test_no_page_of_a_person_mentions_it(self, cast):
        type(cast.ben).objects.filter(pk=cast.ben.pk).update(gender="agender-ben", gender_category="non_binary")
        for user in (cast.ada, cast.adam):
            console = console_of(user)
            for path in (list_path("events_participant"), page_of("events_participant", cast.ben.pk)):
                assert "gender" not in console.get(path).content.decode()

    @pytest.mark.parametrize(
        "probe", ["gender__startswith=a", "gender_category=non_binary", "gender__isnull=0", "shows_country=1"]
    )
    def test_nobody_probes_it_through_the_address(self, cast, probe):
        for user in (cast.ada, cast.adam):
            assert console_of(user).get(f"{list_path('events_participant')}?{probe}").status_code == 400


@pytest.mark.parametrize(
    ("name", "probe"),
    [
        ("accounts_user", "password__startswith=m"),
        ("events_seatdevice", "token_hash__startswith=a"),
        ("events_personallink", "token_hash__gt=a"),
        ("events_eventcode", "link_token__startswith=a"),
        ("rooms_room", "votes__option=1"),
        ("rooms_vote", "justification__contains=a"),
        ("rooms_membership", "version=1"),
    ],
)
def test_nobody_probes_a_secret_through_the_address(cast, name, probe):
    assert console_of(cast.adam).get(f"{list_path(name)}?{probe}").status_code == 400


def test_what_opens_a_seat_is_on_no_page(cast):
    link, device = PersonalLink.objects.all()[0], SeatDevice.objects.all()[0]
    console = console_of(cast.adam)
    shown: list[tuple[str, Any, str | None]] = [
        ("events_personallink", link, link.token_hash),
        ("events_seatdevice", device, device.token_hash),
    ]
    for name, row, secret in shown:
        assert secret
        assert secret not in console.get(list_path(name)).content.decode()
        assert secret not in console.get(page_of(name, row.pk)).content.decode()


def test_the_history_of_a_page_holds_ids_and_no_names(cast):
    note_in_history(by=cast.ada, targets=[cast.event], flag=2, message="Closed.")
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.object_id) == (str(cast.event.pk), str(cast.event.pk))
    assert "Closed." in console_of(cast.ada).get(page_of("events_event", cast.event.pk, "history")).content.decode()
