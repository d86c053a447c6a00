"""The badges of an hour: by the clock of the event's time zone, on days on which that clock is changed as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from badges.tests.playing import badges_of, finished, have
from echoroom.events.models import Event
from echoroom.events.services.entry import enter_with_code
from echoroom.outbox.testing import deliver_all
from echoroom.viewer import ANONYMOUS
from rooms.tests.factories import make_quest
from tests.cast import Cast

BERLIN = "Europe/Berlin"


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]


# Clocks in Berlin go forward on 29 March 2026 at 01:00 UTC, from 02:00 to 03:00.
SPRING = [
    (utc(2026, 3, 28, 2, 30), True),
    (utc(2026, 3, 28, 20, 30), False),
    (utc(2026, 3, 28, 20, 59, 59), False),
    (utc(2026, 3, 28, 21, 0), True),
    (utc(2026, 3, 29, 0, 59, 59), True),
    (utc(2026, 3, 29, 1, 0), True),
    (utc(2026, 3, 29, 1, 59, 59), True),
    (utc(2026, 3, 29, 2, 0), False),
    (utc(2026, 3, 29, 2, 30), False),
    (utc(2026, 3, 29, 19, 59, 59), False),
    (utc(2026, 3, 29, 20, 0), True),
]
# They go back on 25 October at 01:00 UTC, from 03:00 to 02:00: that hour is there twice.
AUTUMN = [
    (utc(2026, 10, 24, 1, 59, 59), True),
    (utc(2026, 10, 24, 2, 0), False),
    (utc(2026, 10, 24, 20, 0), True),
    (utc(2026, 10, 25, 0, 30), True),
    (utc(2026, 10, 25, 1, 30), True),
    (utc(2026, 10, 25, 2, 59, 59), True),
    (utc(2026, 10, 25, 3, 0), False),
    (utc(2026, 10, 25, 20, 59, 59), False),
    (utc(2026, 10, 25, 21, 0), True),
]
ELSEWHERE = [
    ("UTC", utc(2026, 5, 4, 21, 59, 59), False),
    ("UTC", utc(2026, 5, 4, 22, 0), True),
    ("UTC", utc(2026, 5, 4, 3, 59, 59), True),
    ("UTC", utc(2026, 5, 4, 4, 0), False),
    ("Asia/Kolkata", utc(2026, 5, 4, 16, 29), False),
    ("Asia/Kolkata", utc(2026, 5, 4, 16, 30), True),
]
IN_BERLIN = [(BERLIN, moment, is_night) for moment, is_night in (*SPRING, *AUTUMN)]


def in_zone(cast: Cast, zone: str) -> None:
    Event.objects.filter(pk=cast.event.pk).update(time_zone=zone)


@pytest.mark.parametrize(("zone", "moment", "is_night"), [*ELSEWHERE, *IN_BERLIN])
def test_the_night_is_that_of_the_events_time_zone(cast, clock, zone, moment, is_night):
    in_zone(cast, zone)
    clock.move_to(moment)
    finished(make_quest(event=cast.event, slug="late", decisions=1), cast.team, "AAB")
    deliver_all()
    assert have(cast, "night_owl") == ("Ben Bea Bob" if is_night else "")


# An hour is sixty minutes that pass, not what the clock on the wall moves by.
@pytest.mark.parametrize(
    ("opening", "wall_at_opening", "wall_after_an_hour"),
    [
        (utc(2026, 3, 29, 0, 30), "01:30", "03:30"),
        (utc(2026, 10, 25, 0, 30), "02:30", "02:30"),
    ],
    ids=["forward", "back"],
)
@pytest.mark.parametrize(
    ("after", "is_early"),
    [(timedelta(0), True), (timedelta(hours=1), True), (timedelta(hours=1, seconds=1), False)],
)
def test_the_first_hour_is_as_long_when_the_clocks_are_changed_in_it(
    cast, clock, opening, wall_at_opening, wall_after_an_hour, after, is_early
):
    in_zone(cast, BERLIN)
    Event.objects.filter(pk=cast.event.pk).update(opens_at=opening, closes_at=None)
    cast.event.refresh_from_db()
    on_the_wall = [f"{moment.astimezone(cast.event.zone):%H:%M}" for moment in (opening, opening + timedelta(hours=1))]
    assert on_the_wall == [wall_at_opening, wall_after_an_hour]
    clock.move_to(opening + after)
    entered = enter_with_code(by=ANONYMOUS, code=cast.code.code, address="10.0.0.1").participant
    deliver_all()
    assert ("early_bird" in badges_of(entered)) == is_early
