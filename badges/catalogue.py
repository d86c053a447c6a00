"""The badges, each with its rule. Nothing of Django here: a rule is read, and tested, by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from badges.facts import PersonFacts, RoomFacts


class Rarity(StrEnum):
    """From what most people earn to what hardly anybody does."""

    COMMON = "common"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


@dataclass(frozen=True, slots=True)
class RoomRule:
    """Met by what happened in one completed room. `why` says so in a sentence that names no person."""

    met: Callable[[RoomFacts], bool]
    why: Callable[[RoomFacts], str]

    def reason(self, room: RoomFacts | None, person: PersonFacts) -> str | None:
        return self.why(room) if room is not None and self.met(room) else None


@dataclass(frozen=True, slots=True)
class PersonRule:
    """Met by what a person has done in the event so far."""

    met: Callable[[PersonFacts], bool]
    why: Callable[[PersonFacts], str]

    def reason(self, room: RoomFacts | None, person: PersonFacts) -> str | None:
        return self.why(person) if self.met(person) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    key: str
    name: str
    rarity: Rarity
    # How it is earned, in a sentence to the person.
    description: str
    icon: str
    rule: RoomRule | PersonRule
    # Whether the room in which it was earned is remembered with it.
    has_room: bool = True

    @property
    def glyph(self) -> str:
        """The template of its drawing."""
        return f"badges/glyphs/{self.icon}.svg"


TEAM, LONG_REASON, LONG_REASONS = 3, 50, 3
MATES, QUESTS, COUNTRIES = 10, 5, 3
EVENING, MORNING = time(22), time(4)
EARLY = timedelta(hours=1)


def _voted_on_everything(votes: int, room: RoomFacts) -> bool:
    return room.decisions > 0 and votes >= room.decisions


def _is_night(moment: time) -> bool:
    return moment >= EVENING or moment < MORNING


def _long_reasons(room: RoomFacts) -> int:
    return sum(1 for length in room.reasons if length >= LONG_REASON)


def _had_consensus(room: RoomFacts) -> bool:
    return any(first.votes >= TEAM and first.options == 1 for first in room.first_rounds)


CATALOGUE = (
    Badge(
        key="first_steps",
        name="First Steps",
        rarity=Rarity.COMMON,
        description="Complete your first quest.",
        icon="steps",
        rule=PersonRule(lambda person: person.completed_quests >= 1, lambda person: "Completed a first quest."),
    ),
    Badge(
        key="team_player",
        name="Team Player",
        rarity=Rarity.COMMON,
        description="Complete a decision room with three or more of you still there at the end.",
        icon="team",
        rule=RoomRule(
            lambda room: room.stayed >= TEAM,
            lambda room: f"Completed “{room.quest}” as a team of {room.stayed}.",
        ),
    ),
    Badge(
        key="collaborator",
        name="Collaborator",
        rarity=Rarity.COMMON,
        description="Vote in every decision of a room that you complete.",
        icon="ballots",
        rule=RoomRule(
            lambda room: _voted_on_everything(room.votes, room),
            lambda room: f"Voted in every decision of “{room.quest}”.",
        ),
    ),
    Badge(
        key="decision_maker",
        name="Decision Maker",
        rarity=Rarity.COMMON,
        description="Make the commit that settles a room’s final decision.",
        icon="gavel",
        rule=RoomRule(
            lambda room: room.made_last_commit,
            lambda room: f"Made the final commit of “{room.quest}”.",
        ),
    ),
    Badge(
        key="artifact_creator",
        name="Artifact Creator",
        rarity=Rarity.COMMON,
        description="Complete a room, so that its decision map is made.",
        icon="map",
        rule=RoomRule(
            lambda room: room.has_map,
            lambda room: f"Left the decision map of “{room.quest}” with the team.",
        ),
    ),
    Badge(
        key="early_bird",
        name="Early Bird",
        rarity=Rarity.COMMON,
        description="Enter within an hour of the event’s opening.",
        icon="bird",
        rule=PersonRule(
            lambda person: timedelta(0) <= person.entered_after_opening <= EARLY,
            lambda person: "Entered within an hour of the opening.",
        ),
        has_room=False,
    ),
    Badge(
        key="night_owl",
        name="Night Owl",
        rarity=Rarity.COMMON,
        description="Vote between 22:00 and 04:00 by the event’s clock, in a room that you complete.",
        icon="owl",
        rule=RoomRule(
            lambda room: any(_is_night(moment) for moment in room.voted_at),
            lambda room: f"Voted in “{room.quest}” between 22:00 and 04:00.",
        ),
    ),
    Badge(
        key="storyteller",
        name="Storyteller",
        rarity=Rarity.RARE,
        description="Give reasons of 50 characters or more in three decisions of one room.",
        icon="quill",
        rule=RoomRule(
            lambda room: _long_reasons(room) >= LONG_REASONS,
            lambda room: f"Gave long reasons in {_long_reasons(room)} decisions of “{room.quest}”.",
        ),
    ),
    Badge(
        key="social_connector",
        name="Social Connector",
        rarity=Rarity.RARE,
        description="Complete rooms with ten different team-mates.",
        icon="links",
        rule=PersonRule(
            lambda person: person.team_mates >= MATES,
            lambda person: f"Completed rooms with {person.team_mates} different team-mates.",
        ),
    ),
    Badge(
        key="perfect_team",
        name="Perfect Team",
        rarity=Rarity.RARE,
        description="Be in a team of three or more in which everybody votes in every decision.",
        icon="star",
        rule=RoomRule(
            lambda room: room.team >= TEAM and _voted_on_everything(room.fewest_votes, room),
            lambda room: f"All {room.team} of the team voted in every decision of “{room.quest}”.",
        ),
    ),
    Badge(
        key="consensus_builder",
        name="Consensus Builder",
        rarity=Rarity.RARE,
        description="Vote in a first round of three or more in which all votes are for one option.",
        icon="consensus",
        rule=RoomRule(
            _had_consensus,
            lambda room: f"Was of one mind with the team at once in “{room.quest}”.",
        ),
    ),
    Badge(
        key="quest_master",
        name="Quest Master",
        rarity=Rarity.EPIC,
        description="Complete five different quests.",
        icon="crown",
        rule=PersonRule(
            lambda person: person.completed_quests >= QUESTS,
            lambda person: f"Completed {person.completed_quests} different quests.",
        ),
    ),
    Badge(
        key="diversity_champion",
        name="Diversity Champion",
        rarity=Rarity.EPIC,
        description="Complete a room in a team that shows three or more countries.",
        icon="globe",
        rule=RoomRule(
            lambda room: room.countries >= COUNTRIES,
            lambda room: f"Completed “{room.quest}” in a team from {room.countries} countries.",
        ),
    ),
)
BY_KEY = {badge.key: badge for badge in CATALOGUE}


def reasons(room: RoomFacts | None, person: PersonFacts) -> dict[str, str]:
    """The key of every badge that these facts earn, with the sentence that says why."""
    said = ((badge.key, badge.rule.reason(room, person)) for badge in CATALOGUE)
    return {key: reason for key, reason in said if reason is not None}
