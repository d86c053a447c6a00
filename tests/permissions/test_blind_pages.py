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
    votes_secretly,
)
from tests.two_worlds import AND_WAVERING, WORLDS, Ask, Secret, in_two_worlds, in_worlds

# Those who see the room itself; what the others are told does not depend on where it stands.
TEAM = ("member", MATE)


@pytest.fixture
def blind(db: None, clock: object) -> BlindScene:
    return make_blind_scene()


def look_at_everything(
    blind: BlindScene, happens, readers: Sequence[str] = READERS, worlds: Sequence[Secret] = WORLDS
) -> None:
    in_worlds(worlds, happens, blind.clients, [*the_room_in_every_way(blind), *every_route(blind, readers)])


class TestTheWorldsAreEqual:
    def test_after_a_vote_and_after_one_that_was_changed(self, blind):
        """No version, ETag or frame tells that somebody wavers."""
        look_at_everything(blind, votes_secretly(blind), worlds=AND_WAVERING)

    def test_after_a_vote_and_after_one_that_was_changed_in_the_second_round(self, blind):
        everyone_votes(blind.scene.cast.team, blind.room, "AAC")
        vote_again(blind.scene.cast.ben, blind.room)
        look_at_everything(blind, votes_secretly(blind), TEAM, AND_WAVERING)

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

    def test_a_line_of_a_log_that_tells_of_wavering(self, blind):
        def leaks(secret: Secret) -> None:
            logging.getLogger("rooms").debug("Voted%s", " again" if secret.before else "")

        with pytest.raises(AssertionError, match="logged"):
            in_worlds(AND_WAVERING, leaks, blind.clients, [])
