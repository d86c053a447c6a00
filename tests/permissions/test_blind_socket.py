"""Before the reveal no frame of anybody's socket depends on what a team-mate's vote says."""

from __future__ import annotations

import orjson
import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from echoroom import live
from echoroom.live.topics import authorise
from rooms.models import Room
from rooms.tests.moves import everyone_votes, vote, vote_again
from tests.permissions.blind_scene import BlindScene, make_blind_scene
from tests.permissions.blind_socket import while_all_listen
from tests.permissions.test_topics import named
from tests.two_worlds import WORLDS, Secret, in_two_worlds


@pytest.fixture
def blind(db: None, clock: object, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> BlindScene:
    # Redis's client logs the names of its channels, which are drawn anew each time.
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "echoroom.live.layers.LoopBoundInMemoryChannelLayer"}}
    # In the thread that the test runs in: only there can the uncommitted world be seen.
    monkeypatch.setattr("echoroom.live.consumer._authorise", sync_to_async(authorise))
    return make_blind_scene()


def listen(blind: BlindScene, happens) -> list[dict[str, object]]:
    """Assert that the worlds are equal; the frames of the last one."""
    listening, frames = while_all_listen(blind, list(named(blind.scene).values()), happens)
    in_two_worlds(listening, dict, [], [lambda: iter(frames())])
    return [orjson.loads(text) for _, text in frames()]


def votes(blind: BlindScene, secret: Secret) -> None:
    vote(blind.voter, blind.room, secret.option, secret.reason)


class TestTheWorldsAreEqual:
    def test_during_a_vote(self, blind):
        frames = listen(blind, lambda secret: votes(blind, secret))
        assert "vote_cast" in {frame["type"] for frame in frames}, "Nobody heard of the vote."

    def test_during_a_vote_in_the_second_round(self, blind):
        everyone_votes(blind.scene.cast.team, blind.room, "AAC")
        vote_again(blind.scene.cast.ben, blind.room)
        listen(blind, lambda secret: votes(blind, secret))

    def test_whether_somebody_wavers(self, blind):
        def wavers(secret: Secret) -> None:
            if secret is WORLDS[1]:
                vote(blind.voter, blind.room, "C", "At first.")
            vote(blind.voter, blind.room, "A", "In the end.")

        listen(blind, wavers)


class TestTheTestWouldNotice:
    @pytest.mark.parametrize("topic", ["room", "queue"])
    def test_a_kind_of_news_that_names_the_option(self, blind, topic):
        def leaks(secret: Secret) -> None:
            key = blind.room.code if topic == "room" else blind.scene.other_quest.pk
            live.announce(f"{topic}:{key}", version=99, type=f"voted_{secret.option}")

        with pytest.raises(AssertionError, match="looked at"):
            listen(blind, leaks)

    def test_a_version_that_counts_more_than_the_vote(self, blind):
        def leaks(secret: Secret) -> None:
            Room.objects.filter(pk=blind.room.pk).update(version=len(secret.reason))

        with pytest.raises(AssertionError, match="looked at"):
            listen(blind, leaks)
