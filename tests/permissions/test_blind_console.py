"""Before the reveal nothing in the console depends on what a vote says: not for organisers, not for admins.

No list, filter, search, order or count, no page of an object, no export, history, journal entry or delivery.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rooms.models import Vote, VoteChange
from rooms.services.seating import close_room
from rooms.tests.moves import everyone_votes, leave, vote, vote_again
from tests.permissions.blind_console import NEAR_A_VOTE, console_asks, lists_in_every_way
from tests.permissions.blind_scene import BlindScene, make_blind_scene, votes_secretly
from tests.permissions.console_matrix import LISTS
from tests.permissions.people import ANYBODY, PARTICIPANTS, ROLES, STAFF
from tests.two_worlds import AND_WAVERING, WORLDS, Ask, Secret, in_two_worlds, in_worlds

READING = ("organiser", "admin", "super_admin")
# Another event's organiser and on-call staff have no row near the vote.
OTHERS = ("other_organiser", "on_call")
# Whom the console lets in as far as its sign-in: there one door tells as much as all.
VISITORS = (ANYBODY, *PARTICIPANTS)


@pytest.fixture
def blind(db: None, clock: object) -> BlindScene:
    return make_blind_scene()


def look_at_the_console(
    blind: BlindScene, happens, roles=("admin",), *, everywhere: bool = False, worlds: Sequence[Secret] = WORLDS
) -> None:
    """What these roles are answered. `everywhere`: by all lists and pages, else by those that are near a vote."""
    staff = blind.scene.people.staff
    asks = [ask for role in roles for ask in console_asks(blind, role, everywhere=everywhere)]
    names = tuple(LISTS) if everywhere else NEAR_A_VOTE
    looks = [lists_in_every_way(staff[role], names) for role in roles if role in READING]
    in_worlds(worlds, happens, blind.clients, asks, looks)


class TestTheWorldsAreEqual:
    def test_after_a_vote_and_after_one_that_was_changed_for_an_admin(self, blind):
        """Nor does the console tell that somebody wavers."""
        look_at_the_console(blind, votes_secretly(blind), everywhere=True, worlds=AND_WAVERING)

    @pytest.mark.parametrize("roles", [["organiser"], OTHERS], ids=["organiser", "others"])
    def test_after_a_vote(self, blind, roles):
        look_at_the_console(blind, votes_secretly(blind), roles, everywhere=True)

    def test_after_a_vote_for_whoever_is_let_in_no_further_than_the_sign_in(self, blind):
        look_at_the_console(blind, votes_secretly(blind), VISITORS)

    def test_after_a_vote_in_the_second_round(self, blind):
        everyone_votes(blind.scene.cast.team, blind.room, "AAC")
        vote_again(blind.scene.cast.ben, blind.room)
        look_at_the_console(blind, votes_secretly(blind), ["super_admin"])

    def test_after_the_room_was_left_and_closed(self, blind):
        """These votes are never revealed, so they stay secret."""

        def votes_and_it_is_over(secret: Secret) -> None:
            vote(blind.voter, blind.room, secret.option, secret.reason)
            leave(blind.voter, blind.room)
            close_room(by=blind.scene.cast.ada, room_id=blind.room.pk)

        look_at_the_console(blind, votes_and_it_is_over)


def test_nobody_is_left_out():
    assert {*READING, *OTHERS, *VISITORS} == set(ROLES)


def test_an_unrevealed_vote_is_for_everybody_like_one_that_does_not_exist(blind):
    vote(blind.voter, blind.room, "C", "At first.")
    vote(blind.voter, blind.room, "A", "In the end.")
    rows = (("rooms/vote", Vote), ("rooms/votechange", VoteChange))
    for role in STAFF:
        browser = blind.scene.people.browser(role)
        for name, model in rows:
            newest = model._default_manager.order_by("-pk")[0].pk
            for page in ("change", "history", "delete"):
                there, nowhere = (browser.get(f"/admin/{name}/{pk}/{page}/") for pk in (newest, newest + 5))
                assert there.status_code == nowhere.status_code in {302, 403}, (role, name, page)
                assert there.headers.get("Location") == nowhere.headers.get("Location"), (role, name, page)


class TestTheTestWouldNotice:
    """The reveal itself shows in the console, to whom it may."""

    @pytest.mark.parametrize(
        ("role", "path"),
        [
            ("organiser", "/admin/rooms/vote/"), ("admin", "/admin/rooms/vote/?q={code}"),
            ("super_admin", "/admin/rooms/vote/?o=1"),
        ],
    )  # fmt: skip
    def test_a_revealed_vote(self, blind, role, path):
        def votes(secret: Secret) -> None:
            everyone_votes([blind.scene.cast.ben, blind.scene.cast.bob], blind.room, "AB")
            vote(blind.voter, blind.room, secret.option, secret.reason)

        with pytest.raises(AssertionError, match="A secret vote shows"):
            in_two_worlds(votes, blind.clients, [Ask(role, path.format(code=blind.room.code))])
        with pytest.raises(AssertionError, match="looked at"):
            in_two_worlds(
                votes, blind.clients, [], [lists_in_every_way(blind.scene.people.staff[role], ["rooms/vote"])]
            )
