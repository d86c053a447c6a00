from __future__ import annotations

import asyncio
from uuid import uuid4

from channels.layers import get_channel_layer
from django.db import OperationalError

from echoroom.live import Announcement, consumer
from echoroom.live.tests.conversation import connected
from echoroom.outbox.dispatcher import Dispatcher
from echoroom.viewer import ANONYMOUS, Viewer


async def test_a_listener_learns_the_version_and_then_what_happens(doors):
    doors.versions["a"] = 3
    async with connected() as client:
        await client.say(subscribe=["door:a"])
        assert await client.hear() == {"topic": "door:a", "version": 3, "type": "beat"}
        await Announcement(topic="door:a", version=4, type="opened")()
        assert await client.hear() == {"topic": "door:a", "version": 4, "type": "opened"}


async def test_news_from_another_threads_loop_arrives_at_once(doors):
    doors.versions["a"] = 3
    made = Dispatcher()
    async with connected() as client:
        await client.say(subscribe=["door:a"])
        await client.hear()
        made.call(Announcement(topic="door:a", version=4, type="opened"))
        assert (await client.hear(timeout=1))["version"] == 4
    await asyncio.to_thread(made.stop)


async def test_a_topic_that_is_not_allowed_is_refused_and_silent(doors):
    async with connected() as client:
        await client.say(subscribe=["door:a", "window:b", "nothing"])
        heard = [await client.hear() for _ in range(3)]
        assert heard == [{"topic": name, "type": "refused"} for name in ("door:a", "window:b", "nothing")]
        await Announcement(topic="door:a", version=1, type="opened")()
        assert await client.receive_nothing(timeout=0.2)


async def test_what_happens_while_the_right_to_listen_is_checked_is_not_missed(doors):
    doors.versions["a"] = 3
    async with connected() as client:
        plain = doors.authorise

        def slow(viewer, key):
            version = plain(viewer, key)
            asyncio.run_coroutine_threadsafe(announced(), loop).result(5)
            return version

        async def announced():
            await Announcement(topic="door:a", version=4, type="opened")()
            await asyncio.sleep(0.3)

        loop = asyncio.get_running_loop()
        doors.authorise = slow
        await client.say(subscribe=["door:a"])
        # The version that was read is older than the news, which therefore counts.
        assert await client.hear() == {"topic": "door:a", "version": 4, "type": "opened"}


async def test_nothing_is_heard_after_unsubscribing(doors):
    doors.versions["a"] = 3
    async with connected() as client:
        await client.say(subscribe=["door:a"])
        await client.hear()
        await client.say(unsubscribe=["door:a"])
        await asyncio.sleep(0.1)
        await Announcement(topic="door:a", version=4, type="opened")()
        assert await client.receive_nothing(timeout=0.2)


async def test_a_beat_repeats_every_version_with_one_check(doors, monkeypatch):
    monkeypatch.setattr(consumer, "BEAT", 0.2)
    doors.versions |= {"a": 1, "b": 1}
    hops = []
    plain = consumer._authorise

    async def counted(viewer, names, *, beating):
        hops.append(sorted(names))
        return await plain(viewer, names, beating=beating)

    monkeypatch.setattr(consumer, "_authorise", counted)
    async with connected() as client:
        await client.say(subscribe=["door:a", "door:b"])
        await client.hear()
        await client.hear()
        doors.versions["b"] = 9  # whose announcement was lost
        beats = {message["topic"]: message["version"] for message in [await client.hear(), await client.hear()]}
        assert beats == {"door:a": 1, "door:b": 9}
    assert hops[:2] == [["door:a", "door:b"]] * 2
    assert sorted(doors.beats[:2]) == ["a", "b"]


async def test_a_right_that_is_taken_away_ends_the_topic_at_the_next_beat(doors, monkeypatch):
    monkeypatch.setattr(consumer, "BEAT", 0.1)
    doors.versions["a"] = 1
    async with connected() as client:
        await client.say(subscribe=["door:a"])
        await client.hear()
        del doors.versions["a"]
        while (message := await client.hear())["type"] == "beat":
            pass
        assert message == {"topic": "door:a", "type": "refused"}
        await Announcement(topic="door:a", version=4, type="opened")()
        assert await client.receive_nothing(timeout=0.2)


async def test_who_is_listening_is_asked_again_at_every_beat(doors, monkeypatch):
    monkeypatch.setattr(consumer, "BEAT", 0.1)
    doors.versions["a"] = 1
    ben = Viewer(user_id=uuid4(), participant_id=uuid4(), event_id=uuid4(), role="player")
    async with connected(ben) as client:
        await client.say(subscribe=["door:a"])
        await client.hear()
        client.viewer = ANONYMOUS  # signed out, or the seat taken over
        await client.hear()
        await client.hear()
    assert doors.asked[0] == ben
    assert doors.asked[-1] == ANONYMOUS


async def test_a_check_that_fails_is_neither_a_yes_nor_a_no(doors):
    doors.versions |= {"a": 1, "b": ValueError("a bug"), "c": 1}
    async with connected() as client:
        await client.say(subscribe=["door:a", "door:b", "door:c"])
        heard = {message["topic"]: message["type"] for message in [await client.hear() for _ in range(3)]}
        assert heard == {"door:a": "beat", "door:b": "unavailable", "door:c": "beat"}


async def test_a_listener_that_nobody_can_check_is_let_go_after_three_beats(doors, monkeypatch):
    monkeypatch.setattr(consumer, "BEAT", 0.05)
    doors.versions["a"] = 1
    async with connected() as client:
        await client.say(subscribe=["door:a"])
        await client.hear()
        doors.versions["a"] = OperationalError("the database is away")
        assert await client.closed_with() == 1013


async def test_a_dead_database_is_asked_once_for_all_topics(doors):
    doors.versions |= dict.fromkeys("abc", OperationalError())
    async with connected() as client:
        await client.say(subscribe=["door:a", "door:b", "door:c"])
        assert {(await client.hear())["type"] for _ in range(3)} == {"unavailable"}
    assert len(doors.asked) == 1


async def test_two_sockets_hear_the_same(doors):
    doors.versions["a"] = 1
    async with connected() as ada, connected() as ben:
        for client in (ada, ben):
            await client.say(subscribe=["door:a"])
            await client.hear()
        await Announcement(topic="door:a", version=2, type="opened")()
        assert (await ada.hear())["version"] == (await ben.hear())["version"] == 2


async def test_a_socket_that_leaves_takes_its_groups_along(doors):
    doors.versions["a"] = 1
    async with connected() as client:
        await client.say(subscribe=["door:a"])
        await client.hear()
    assert "live.door.a" not in " ".join(get_channel_layer().groups)
