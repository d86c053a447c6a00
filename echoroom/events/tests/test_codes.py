from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.accounts.tests.factories import StaffFactory
from echoroom.audit.models import AuditEntry
from echoroom.events.errors import CodeTaken
from echoroom.events.models import Event, EventCode
from echoroom.events.services.events import (
    close_event,
    create_code,
    create_event,
    generate_codes,
    reopen_event,
    set_code_active,
)
from echoroom.events.tests.factories import EventFactory
from echoroom.refusals import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return StaffFactory.create(name="Ada")


@pytest.fixture
def event(ada: User) -> Event:
    return create_event(by=ada, name="Civic Weekend", opens_at=timezone.now() - timedelta(hours=1))


class TestACodeOfOnesOwn:
    def test_is_kept_in_capitals(self, ada: User, event: Event):
        assert create_code(by=ada, event=event, code=" civic-24 ").code == "CIVIC-24"

    @pytest.mark.parametrize("code", ["ABC", "X" * 21, "CIVIC 24", "CIVÍC", "<b>BOLD", ""])
    def test_has_a_shape_that_can_be_read_from_a_wall(self, ada: User, event: Event, code: str):
        with pytest.raises(ValidationError):
            create_code(by=ada, event=event, code=code)
        assert not EventCode.objects.exists()

    def test_belongs_to_one_event_only(self, ada: User, event: Event):
        create_code(by=ada, event=event, code="CIVIC-24")
        with pytest.raises(CodeTaken):
            create_code(by=ada, event=EventFactory.create(), code="civic-24")
        assert EventCode.objects.count() == 1

    def test_is_in_the_journal(self, ada: User, event: Event):
        made = create_code(by=ada, event=event, code="CIVIC-24")
        entry = AuditEntry.objects.get(action="code.created")
        assert (entry.actor_id, entry.target_id, entry.event_id) == (ada.pk, str(made.pk), event.pk)


class TestGeneratedCodes:
    def test_are_as_many_as_asked_for_and_all_different(self, ada: User, event: Event):
        made = generate_codes(by=ada, event=event, count=100, prefix="team", max_uses=1)
        assert len({code.code for code in made}) == 100
        assert all(code.code.startswith("TEAM-") and code.max_uses == 1 for code in made)

    @pytest.mark.parametrize("count", [0, -1, 101])
    def test_come_in_batches_of_one_to_a_hundred(self, ada: User, event: Event, count: int):
        with pytest.raises(Invalid):
            generate_codes(by=ada, event=event, count=count)

    def test_with_a_bad_prefix_leave_none(self, ada: User, event: Event):
        with pytest.raises(ValidationError):
            generate_codes(by=ada, event=event, count=3, prefix="a prefix that is too long")
        assert not EventCode.objects.exists()


class TestSwitching:
    def test_a_code_off_and_on_is_two_lines_in_the_journal(self, ada: User, event: Event):
        code = create_code(by=ada, event=event, code="CIVIC-24")
        for active in (False, False, True):
            set_code_active(by=ada, code_id=code.pk, active=active)
        code.refresh_from_db()
        actions = AuditEntry.objects.filter(action__startswith="code.").values_list("action", flat=True)
        assert code.is_active
        assert sorted(actions) == ["code.activated", "code.created", "code.deactivated"]

    def test_an_event_is_closed_once_and_reopened(self, ada: User, event: Event):
        for _ in range(2):
            close_event(by=ada, event_id=event.pk)
        event.refresh_from_db()
        assert not event.is_open_at(timezone.now())
        assert AuditEntry.objects.filter(action="event.closed").count() == 1
        reopen_event(by=ada, event_id=event.pk)
        event.refresh_from_db()
        assert event.is_open_at(timezone.now())

    def test_an_event_that_has_not_opened_cannot_be_closed_and_says_why(self, ada: User):
        later = EventFactory.create(opens_at=timezone.now() + timedelta(days=1))
        with pytest.raises(Invalid, match="not opened yet"):
            close_event(by=ada, event_id=later.pk)


def test_whoever_makes_an_event_organises_it(ada: User, event: Event):
    assert list(Event.objects.visible_to(ada)) == [event]
    assert not Event.objects.visible_to(StaffFactory.create()).exists()
    assert Event.objects.visible_to(StaffFactory.create(role=User.Role.ADMIN)).exists()


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"name": "E", "time_zone": "Mars/Olympus"}, {"name": "E", "brand_colour": "red"}]
)
def test_an_event_with_a_mistake_is_not_made(ada: User, fields: dict[str, str]):
    with pytest.raises(ValidationError):
        create_event(by=ada, **fields)  # type: ignore[arg-type]
    assert not Event.objects.exists()
