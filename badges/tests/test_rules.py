"""Every rule on both sides of its edge, without a database."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from badges.catalogue import BY_KEY, CATALOGUE, RoomRule, reasons
from badges.facts import FirstRound, PersonFacts, RoomFacts

ROOM = RoomFacts(
    quest="The bridge",
    decisions=4,
    team=2,
    stayed=2,
    countries=0,
    votes=0,
    fewest_votes=0,
    first_rounds=(),
    reasons=(),
    voted_at=(),
    made_last_commit=False,
    has_map=False,
)
PERSON = PersonFacts(completed_quests=0, team_mates=0, entered_after_opening=timedelta(days=1))


def room(**facts: Any) -> RoomFacts:
    return RoomFacts(**{**{name: getattr(ROOM, name) for name in ROOM.__slots__}, **facts})


def person(**facts: Any) -> PersonFacts:
    return PersonFacts(**{**{name: getattr(PERSON, name) for name in PERSON.__slots__}, **facts})


def unanimous(votes: int) -> FirstRound:
    return FirstRound(votes=votes, options=1)


# badge → what just earns it, and what just does not. Facts of the room, or of the person.
EDGES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "first_steps": ([{"completed_quests": 1}, {"completed_quests": 7}], [{"completed_quests": 0}]),
    "team_player": ([{"stayed": 3}, {"stayed": 5, "team": 5}], [{"stayed": 2}, {"stayed": 2, "team": 3}]),
    "collaborator": ([{"votes": 4}], [{"votes": 3}, {"votes": 0}, {"votes": 0, "decisions": 0}]),
    "decision_maker": ([{"made_last_commit": True}], [{"made_last_commit": False}]),
    "artifact_creator": ([{"has_map": True}], [{"has_map": False}]),
    "early_bird": (
        [{"entered_after_opening": timedelta(0)}, {"entered_after_opening": timedelta(hours=1)}],
        [
            {"entered_after_opening": timedelta(microseconds=-1)},
            {"entered_after_opening": timedelta(hours=1, microseconds=1)},
        ],
    ),
    "night_owl": (
        [{"voted_at": (time(22),)}, {"voted_at": (time(12), time(3, 59, 59, 999999))}, {"voted_at": (time(0),)}],
        [{"voted_at": (time(21, 59, 59, 999999),)}, {"voted_at": (time(4),)}, {"voted_at": ()}],
    ),
    "storyteller": (
        [{"reasons": (50, 50, 50)}, {"reasons": (50, 3, 900, 51)}],
        [{"reasons": (50, 50, 49)}, {"reasons": (500, 500)}, {"reasons": (49, 49, 49, 49)}],
    ),
    "social_connector": ([{"team_mates": 10}], [{"team_mates": 9}]),
    "perfect_team": (
        [{"team": 3, "fewest_votes": 4}, {"team": 5, "fewest_votes": 4}],
        [
            {"team": 2, "fewest_votes": 4},
            {"team": 3, "fewest_votes": 3},
            {"team": 3, "fewest_votes": 0, "decisions": 0},
        ],
    ),
    "consensus_builder": (
        [{"first_rounds": (unanimous(3),)}, {"first_rounds": (FirstRound(3, 2), unanimous(4))}],
        [{"first_rounds": (unanimous(2),)}, {"first_rounds": (FirstRound(3, 2),)}, {"first_rounds": ()}],
    ),
    "quest_master": ([{"completed_quests": 5}], [{"completed_quests": 4}]),
    "diversity_champion": ([{"countries": 3}], [{"countries": 2}]),
}


def earns(key: str, facts: dict[str, Any]) -> bool:
    of_room = isinstance(BY_KEY[key].rule, RoomRule)
    return key in (reasons(room(**facts), PERSON) if of_room else reasons(None, person(**facts)))


def test_every_badge_has_its_edges_and_stands_in_the_order_of_the_list():
    assert list(EDGES) == [badge.key for badge in CATALOGUE]


@pytest.mark.parametrize(("key", "facts"), [(key, facts) for key, edge in EDGES.items() for facts in edge[0]])
def test_this_just_earns_the_badge(key: str, facts: dict[str, Any]):
    assert earns(key, facts)


@pytest.mark.parametrize(("key", "facts"), [(key, facts) for key, edge in EDGES.items() for facts in edge[1]])
def test_this_just_does_not(key: str, facts: dict[str, Any]):
    assert not earns(key, facts)


def test_nothing_done_earns_nothing():
    assert reasons(ROOM, PERSON) == {}


def test_without_a_room_no_badge_of_a_room_is_earned():
    everything = person(completed_quests=9, team_mates=90, entered_after_opening=timedelta(0))
    assert set(reasons(None, everything)) == {"first_steps", "early_bird", "social_connector", "quest_master"}


RARITIES = {
    "common": "first_steps team_player collaborator decision_maker artifact_creator early_bird night_owl",
    "rare": "storyteller social_connector perfect_team consensus_builder",
    "epic": "quest_master diversity_champion",
    "legendary": "",
}


def test_how_rare_each_is():
    found = {rarity: [badge.key for badge in CATALOGUE if badge.rarity == rarity] for rarity in RARITIES}
    assert found == {rarity: keys.split() for rarity, keys in RARITIES.items()}


def test_each_says_how_and_why_in_a_sentence_and_has_a_drawing_of_its_own():
    facts = room(stayed=3, team=3, countries=3, reasons=(60, 60, 60), quest="T" * 120)
    said = [badge.rule.why(facts if isinstance(badge.rule, RoomRule) else PERSON) for badge in CATALOGUE]  # type: ignore[arg-type]
    assert all(reason.endswith(".") and len(reason) <= 300 for reason in said)
    assert all(badge.description.endswith(".") for badge in CATALOGUE)
    assert len({badge.name for badge in CATALOGUE}) == len({badge.icon for badge in CATALOGUE}) == 13


def test_the_rules_know_nothing_of_django():
    import subprocess
    import sys

    code = "import badges.catalogue, sys; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
