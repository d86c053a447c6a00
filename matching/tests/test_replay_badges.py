"""The recount of badges, each rule on both sides of its edge. Nothing here knows how EchoRoom awards them."""

from __future__ import annotations

from typing import Any

import pytest

from matching.replay.badges import recount

ANN, BEN, CAM, DEE = 1, 2, 3, 4
BOT = 99
EVENT = {"kind": "event", "opens_at": "2026-05-01T09:00:00Z", "time_zone": "Europe/Berlin"}
NOON = "2026-05-01T12:00:00Z"
LATE = "2026-05-01T11:00:01Z"


def person(number: int, *, country: str = "", entered_at: str = LATE) -> dict[str, Any]:
    return {"kind": "person", "person": number, "country": country, "entered_at": entered_at}


def vote(who: int, decision: int, option: str = "A", *, round: int = 1, reason: str = "So.", at: str = NOON) -> Any:
    return {
        "person": who, "decision": decision, "round": round, "option": option, "reason": reason, "cast_at": at,
    }  # fmt: skip


def room(*people: int, votes: list[Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A completed room of two decisions in which nobody did more than be there."""
    return {
        "kind": "room", "room": "K7QX", "quest": "the-bridge", "completed": True, "decisions": 2,
        "people": list(people), "finished": list(people), "votes": votes or [], "commits": [], "maps": [], **changes,
    }  # fmt: skip


def badges_of(who: int, *lines: dict[str, Any], people: list[dict[str, Any]] | None = None) -> set[str]:
    known = people if people is not None else [person(number) for number in range(1, 30)]
    return recount([EVENT, *known, *lines])[who]


def test_who_has_played_nothing_has_nothing():
    assert badges_of(ANN) == set()


def test_the_first_completed_room_is_a_first_step():
    assert badges_of(ANN, room(ANN, BEN)) == {"first_steps"}


def test_a_room_that_did_not_end_counts_for_nothing():
    assert badges_of(ANN, room(ANN, BEN, CAM, completed=False, maps=["a-map"])) == set()


def test_who_left_before_the_end_has_not_completed_it():
    assert badges_of(ANN, room(ANN, BEN, CAM, finished=[BEN, CAM], maps=["a-map"])) == set()


@pytest.mark.parametrize(("left", "due"), [(3, True), (2, False)])
def test_a_team_player_was_one_of_three_at_the_end(left, due):
    assert ("team_player" in badges_of(ANN, room(ANN, BEN, CAM, finished=[ANN, BEN, CAM][:left]))) is due


@pytest.mark.parametrize(("decisions", "due"), [([1, 2], True), ([1], False), ([], False)])
def test_a_collaborator_voted_in_every_decision(decisions, due):
    votes = [vote(ANN, decision) for decision in decisions]
    assert ("collaborator" in badges_of(ANN, room(ANN, BEN, votes=votes))) is due


def test_a_vote_in_the_second_round_only_is_no_vote_in_the_first():
    votes = [vote(ANN, 1), vote(ANN, 2, round=2)]
    assert "collaborator" not in badges_of(ANN, room(ANN, BEN, votes=votes))


@pytest.mark.parametrize(("decision", "author", "due"), [(2, ANN, True), (1, ANN, False), (2, BEN, False)])
def test_a_decision_maker_wrote_the_last_commit(decision, author, due):
    commits = [{"decision": decision, "author": author}]
    assert ("decision_maker" in badges_of(ANN, room(ANN, BEN, commits=commits))) is due


@pytest.mark.parametrize(("maps", "due"), [(["a-map"], True), ([], False)])
def test_an_artifact_creator_has_a_map(maps, due):
    assert ("artifact_creator" in badges_of(ANN, room(ANN, BEN, maps=maps))) is due


@pytest.mark.parametrize(
    ("entered_at", "due"),
    [
        ("2026-05-01T08:59:59Z", False),
        ("2026-05-01T09:00:00Z", True),
        ("2026-05-01T10:00:00Z", True),
        ("2026-05-01T10:00:00.001Z", False),
    ],
)
def test_an_early_bird_entered_in_the_first_hour(entered_at, due):
    people = [person(ANN, entered_at=entered_at)]
    assert ("early_bird" in badges_of(ANN, people=people)) is due


@pytest.mark.parametrize(
    ("at", "due"),
    [
        # Berlin is two hours ahead in May.
        ("2026-05-01T19:59:59Z", False),
        ("2026-05-01T20:00:00Z", True),
        ("2026-05-02T01:59:59Z", True),
        ("2026-05-02T02:00:00Z", False),
        # And one in January.
        ("2027-01-01T20:30:00Z", False),
        ("2027-01-01T21:00:00Z", True),
        (None, False),
    ],
)
def test_a_night_owl_voted_between_ten_and_four_where_the_event_is(at, due):
    votes = [vote(ANN, 1, round=2, at=at), vote(BEN, 1, at="2026-05-01T23:00:00Z")]
    assert ("night_owl" in badges_of(ANN, room(ANN, BEN, votes=votes))) is due


@pytest.mark.parametrize(("length", "decisions", "due"), [(50, 3, True), (49, 3, False), (50, 2, False)])
def test_a_storyteller_gave_three_long_reasons_in_one_room(length, decisions, due):
    votes = [vote(ANN, number, reason=f"  {'x' * length}  ") for number in range(1, decisions + 1)]
    assert ("storyteller" in badges_of(ANN, room(ANN, BEN, votes=votes, decisions=3))) is due


def test_long_reasons_count_by_decision_and_by_room():
    twice = [vote(ANN, 1, round=number, reason="x" * 50) for number in (1, 2)]
    here = room(ANN, BEN, votes=[*twice, vote(ANN, 2, reason="x" * 50)])
    there = room(ANN, BEN, votes=[vote(ANN, 1, reason="x" * 50)], room="ABCD")
    assert "storyteller" not in badges_of(ANN, here, there)


@pytest.mark.parametrize(("mates", "due"), [(10, True), (9, False)])
def test_a_social_connector_had_ten_team_mates_in_all(mates, due):
    others = list(range(2, mates + 2))
    rooms = [room(ANN, *others[:5]), room(ANN, others[0], *others[5:], room="ABCD")]
    assert ("social_connector" in badges_of(ANN, *rooms)) is due


@pytest.mark.parametrize(("team", "silent", "due"), [(3, 0, True), (2, 0, False), (3, 1, False)])
def test_in_a_perfect_team_of_three_everybody_voted_every_time(team, silent, due):
    people = [ANN, BEN, CAM][:team]
    votes = [vote(who, decision) for who in people for decision in (1, 2)]
    assert ("perfect_team" in badges_of(ANN, room(*people, votes=votes[: len(votes) - silent]))) is due


@pytest.mark.parametrize(("options", "due"), [("AAA", True), ("AAB", False), ("AA", False)])
def test_consensus_is_three_votes_for_one_option(options, due):
    votes = [vote(who, 2, option) for who, option in zip([ANN, BEN, CAM], options, strict=False)]
    assert ("consensus_builder" in badges_of(ANN, room(ANN, BEN, CAM, votes=votes))) is due


def test_consensus_is_theirs_who_voted_and_of_the_first_round():
    first = [vote(who, 1) for who in (BEN, CAM, DEE)]
    second = [vote(who, 2, round=2) for who in (ANN, BEN, CAM)]
    played = room(ANN, BEN, CAM, DEE, votes=[*first, *second])
    assert "consensus_builder" not in badges_of(ANN, played)
    assert "consensus_builder" in badges_of(BEN, played)


@pytest.mark.parametrize(("quests", "due"), [("abcde", True), ("abcd", False), ("abcda", False)])
def test_a_quest_master_completed_five_different_quests(quests, due):
    rooms = [room(ANN, BEN, quest=quest, room=f"R{number}") for number, quest in enumerate(quests)]
    assert ("quest_master" in badges_of(ANN, *rooms)) is due


@pytest.mark.parametrize(("countries", "due"), [(["DE", "KE", "BR"], True), (["DE", "KE", "DE"], False)])
def test_diversity_is_three_countries_in_the_team(countries, due):
    people = [person(number, country=country) for number, country in enumerate(countries, start=1)]
    assert ("diversity_champion" in badges_of(ANN, room(ANN, BEN, CAM), people=people)) is due


def test_a_country_that_is_not_stated_is_none():
    people = [person(ANN, country="DE"), person(BEN, country="KE"), person(CAM)]
    assert "diversity_champion" not in badges_of(ANN, room(ANN, BEN, CAM), people=people)


def test_who_has_no_line_of_their_own_is_counted_nowhere():
    votes = [vote(who, decision) for who in (ANN, BEN, BOT) for decision in (1, 2)]
    people = [person(ANN, country="DE"), person(BEN, country="KE")]
    assert badges_of(ANN, room(ANN, BEN, BOT, votes=votes), people=people) == {"first_steps", "collaborator"}
    assert BOT not in recount([EVENT, *people, room(ANN, BEN, BOT, votes=votes)])


def test_other_lines_of_a_journal_are_passed_over():
    others: list[dict[str, Any]] = [{"kind": "quest", "quest": "q"}, {"kind": "single", "person": ANN}]
    assert recount([EVENT, person(ANN), *others]) == {ANN: set()}
