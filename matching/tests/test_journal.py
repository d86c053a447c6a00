from __future__ import annotations

import json
import zlib
from dataclasses import fields
from io import StringIO
from uuid import uuid4

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from echoroom.events.services.seats import seat_of
from matching.former import Pool, Weights
from matching.journal import packed, packed_answer, unpacked, unpacked_answer
from matching.models import MatchedTeam, MatchTick, Ticket
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from matching.tests.factories import make_block
from rooms.models import Room
from rooms.tests.factories import make_people
from tests.cast import Cast


def journaled(cast: Cast, people: int = 14) -> MatchTick:
    """A tick over so many people of different countries, skills and genders."""
    everybody = make_people(cast.event, people)
    for number, person in enumerate(everybody):
        person.country = ["DE", "FR", "JP", ""][number % 4]
        person.skill = ["newcomer", "expert", ""][number % 3]
        person.gender_category = ["woman", "man", "", "non_binary"][number // 2 % 4]
        person.interests = ["rivers", f"topic {number}"]
        person.languages = ["en"] if number % 5 else []
        person.save()
    make_block(everybody[0], everybody[1])
    for person in everybody:
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    tick()
    return MatchTick.objects.get()


def replay(tick: MatchTick, **weights: float) -> str:
    out = StringIO()
    call_command("replay_tick", str(tick.pk), stdout=out, **weights)
    return out.getvalue()


def test_a_tick_replays_to_the_same_teams_byte_for_byte(cast: Cast):
    kept = journaled(cast)
    assert packed_answer(unpacked(bytes(kept.problem)).asked()) == bytes(kept.result)


def test_a_question_is_the_same_after_being_kept(cast: Cast):
    question = unpacked(bytes(journaled(cast).problem))
    again = unpacked(packed(question))
    for field in fields(Pool):
        one, other = getattr(question.pool, field.name), getattr(again.pool, field.name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other), field.name
    assert packed(again) == packed(question)


def test_a_tick_names_nobody_and_no_attribute(cast: Cast):
    kept = journaled(cast)
    text = (zlib.decompress(bytes(kept.problem)) + zlib.decompress(bytes(kept.result))).decode()
    for person in cast.event.participants.all():
        assert str(person.pk) not in text
        assert person.name not in text
    for value in ("DE", "expert", "woman", "rivers"):
        assert value not in text


def test_a_tick_says_what_it_came_to(cast: Cast):
    kept = journaled(cast)
    answer = unpacked_answer(bytes(kept.result))
    placed = [ticket for team in answer["teams"] for ticket in team["tickets"]]
    assert (kept.waiting, kept.placed) == (14, len(placed))
    assert kept.score == answer["score"] > 0
    assert MatchedTeam.objects.filter(tick=kept).count() == Room.objects.count() == len(answer["teams"])


def test_a_team_keeps_its_scores_by_criterion(cast: Cast):
    team = MatchedTeam.objects.filter(tick=journaled(cast)).first()
    assert team
    assert set(team.criteria) >= {"gender", "country", "skill", "wait"}
    assert all(0 <= value <= 1 for value in team.criteria.values())
    assert 0 < team.score <= 1


def test_a_ticket_that_was_cut_from_its_person_still_replays(cast: Cast):
    kept = journaled(cast)
    person = Ticket.objects.exclude(room=None)[0].participant
    assert person
    Ticket.objects.filter(participant=person).update(participant=None)
    assert packed_answer(unpacked(bytes(kept.problem)).asked()) == bytes(kept.result)


def test_replaying_prints_the_teams(cast: Cast):
    said = replay(journaled(cast))
    assert "The same 4 teams, byte for byte" in said


def test_an_answer_that_has_changed_is_an_error(cast: Cast):
    kept = journaled(cast)
    answer = unpacked_answer(bytes(kept.result)) | {"score": 0.5}
    kept.result = zlib.compress(json.dumps(answer).encode())
    kept.save()
    with pytest.raises(CommandError, match="another answer"):
        replay(kept)


def test_other_weights_are_shown_beside_what_was(cast: Cast):
    said = replay(journaled(cast), country=9.0, wait=0.0)
    assert "what if" in said
    assert "longest wait, s" in said
    assert "give way to" in said


@pytest.mark.parametrize("weights", [{"country": -1.0}, dict.fromkeys(Weights.__dataclass_fields__, 0.0)])
def test_weights_that_weigh_nothing_are_refused(cast: Cast, weights: dict[str, float]):
    kept = journaled(cast)
    with pytest.raises(CommandError, match="at least one is above 0"):
        replay(kept, **weights)


def test_an_unknown_tick_is_refused(db: None):
    with pytest.raises(CommandError, match="No tick has the id"):
        call_command("replay_tick", str(uuid4()))


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"nonsense", "no journaled tick"), (zlib.compress(b'{"version": 0}'), "journaled in version 0")],
)
def test_what_is_no_tick_is_refused(data: bytes, says: str):
    with pytest.raises(ValueError, match=says):
        unpacked(data)
