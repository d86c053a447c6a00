"""The command that gives what was never given."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from badges.models import Award
from badges.tests.playing import finished, have
from echoroom.events.models import Event
from echoroom.events.tests.factories import ParticipantFactory
from echoroom.outbox.testing import deliver_all
from rooms.services.decision_maps import make_decision_map
from rooms.tests.factories import make_people, make_quest
from tests.cast import Cast


@pytest.fixture
def played(cast: Cast) -> Cast:
    for number in range(2):
        quest = make_quest(event=cast.event, slug=f"quest-{number}", decisions=1)
        make_decision_map(room_id=finished(quest, cast.team, "AAB").pk)
    return cast


def backfill(**options: object) -> list[str]:
    out = StringIO()
    call_command("backfill_badges", stdout=out, **options)
    return out.getvalue().splitlines()


def awards() -> set[tuple[object, ...]]:
    """Of those who played: nobody was told that the others entered."""
    played = Award.objects.filter(participant__memberships__isnull=False)
    return set(played.values_list("participant_id", "badge", "room_id", "reason"))


def test_it_gives_what_the_workers_would_have_given(played):
    said = backfill()
    given = awards()
    assert said[0].startswith("2 of 2 rooms")
    assert said[-1] == f"{Award.objects.count()} badges awarded in 2 events."
    Award.objects.all().delete()
    deliver_all()
    assert given == awards()


def test_running_it_twice_gives_nothing_more(played):
    backfill()
    before = awards()
    assert backfill()[-1] == "0 badges awarded in 2 events."
    assert awards() == before


def test_who_never_played_is_looked_at_too(cast):
    make_people(cast.event, 120)
    said = backfill()
    assert "100 of 124 people, 100 badges" in said
    assert have(cast, "early_bird") == "Ben Bea Bob Cleo"


def test_one_event_only(played):
    eve = ParticipantFactory.create(event=Event.objects.get(name="Elsewhere"))
    assert backfill(event="civic-24")[-1].endswith("in 1 events.")
    assert not Award.objects.filter(participant=eve).exists()


def test_a_code_of_no_event_is_refused(cast):
    with pytest.raises(CommandError, match="No event has the code NOPE"):
        backfill(event="NOPE")
