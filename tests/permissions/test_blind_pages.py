"""Before the reveal no page, fragment, answer, header, frame or log line depends on what a team-mate's vote says."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from rooms.services.seating import close_room
from rooms.tests.moves import everyone_votes, leave, vote, vote_again
from tests.permissions.blind_scene import (
    MATE,
    READERS,
    BlindScene,
    every_route,
    make_blind_scene,
    the_room_in_every_way,
)
from tests.two_worlds import WORLDS, Ask, Secret, in_two_worlds

# Those who see the room itself; what the others are told does not depend on where it stands.
TEAM = ("member", MATE)


@pytest.fixture
def blind(db: None, clock: object) -> BlindScene:
    return make_blind_scene()


def look_at_everything(blind: BlindScene, happens, readers: Sequence[str] = READERS) -> None:
    in_two_worlds(happens, blind.clients, [*the_room_in_every_way(blind), *every_route(blind, readers)])


class TestTheWorldsAreEqual:
    def test_after_a_vote(self, blind):
        look_at_everything(blind, lambda secret: vote(blind.voter, blind.room, secret.option, secret.reason))

    def test_after_a_vote_in_the_second_round(self, blind):
        everyone_votes(blind.scene.cast.team, blind.room, "AAC")
        vote_again(blind.scene.cast.ben, blind.room)
        look_at_everything(blind, lambda secret: vote(blind.voter, blind.room, secret.option, secret.reason), TEAM)

    def test_after_the_voter_has_left(self, blind):
        def votes_and_leaves(secret: Secret) -> None:
            vote(blind.voter, blind.room, secret.option, secret.reason)
            leave(blind.voter, blind.room)

        look_at_everything(blind, votes_and_leaves, TEAM)

    def test_in_a_room_that_was_closed(self, blind):
        def votes_and_it_is_over(secret: Secret) -> None:
            vote(blind.voter, blind.room, secret.option, secret.reason)
            close_room(by=blind.scene.cast.ada, room_id=blind.room.pk)

        look_at_everything(blind, votes_and_it_is_over, TEAM)


class TestNobodySeesThatSomebodyWavers:
    """One world has a vote, the other one the same vote after another: no version, ETag or frame tells them apart."""

    def test_in_the_first_round(self, blind):
        look_at_everything(blind, lambda secret: self.votes(blind, wavers=secret is WORLDS[1]))

    def test_in_the_second_round(self, blind):
        everyone_votes(blind.scene.cast.team, blind.room, "AAC")
        vote_again(blind.scene.cast.ben, blind.room)
        look_at_everything(blind, lambda secret: self.votes(blind, wavers=secret is WORLDS[1]), TEAM)

    def votes(self, blind: BlindScene, *, wavers: bool) -> None:
        if wavers:
            vote(blind.voter, blind.room, "C", "At first.")
            vote(blind.voter, blind.room, "B", "Or rather.")
        vote(blind.voter, blind.room, "A", "In the end.")


class TestTheTestWouldNotice:
    def test_the_first_round_in_the_second(self, blind):
        """Round one is revealed and shown, as it should be."""

        def votes(secret: Secret) -> None:
            vote(blind.scene.cast.ben, blind.room, "A")
            vote(blind.scene.cast.bob, blind.room, "B")
            vote(blind.voter, blind.room, secret.option, secret.reason)
            vote_again(blind.scene.cast.ben, blind.room)

        for role, path in (("member", f"/room/{blind.room.code}"), ("mate by token", f"/api/rooms/{blind.room.code}")):
            with pytest.raises(AssertionError, match="A secret vote shows"):
                in_two_worlds(votes, blind.clients, [Ask(role, path)])

    def test_a_line_of_a_log(self, blind):
        def leaks(secret: Secret) -> None:
            logging.getLogger("rooms").debug("Voted %s", secret.option)

        with pytest.raises(AssertionError, match="logged"):
            in_two_worlds(leaks, blind.clients, [])
