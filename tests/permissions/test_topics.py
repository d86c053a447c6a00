"""Every topic of the live socket, every role: who may listen, asked of the topics and once through a real socket."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async
from django.conf import settings

from echoroom.asgi import SOCKETS
from echoroom.live import topics
from echoroom.live.tests.conversation import Client
from echoroom.viewer import Viewer
from rooms.models import Room
from rooms.services.seating import close_room, leave_room
from tests.permissions.outcomes import undone
from tests.permissions.people import ANYBODY, PARTICIPANTS, ROLES, STAFF
from tests.permissions.scene import Scene, make_scene

# Who may listen; nobody else. Names of `named()`.
LISTENERS = {
    "room:of the member": {"member"},
    "chat:of the member": {"member"},
    # And for the console of who runs the event.
    "queue:of the event": {"member", "stranger", "organiser", "admin", "super_admin"},
    "queue:of the other event": {"elsewhere", "other_organiser", "admin", "super_admin"},
    "me:of the member": {"member"},
    "me:of the stranger": {"stranger"},
}
# Nobody listens to these, whether there is such a thing or not.
FOR_NOBODY = [
    "room:NOPE", "room", "room:", "chat:NOPE", "chat", "chat:",
    "queue:NOPE", "queue:00000000-0000-4000-8000-000000000000", "queue", "me", "me:",
    "me:00000000-0000-4000-8000-000000000000", "board:EVENT", "event:EVENT", "user:1", "delivery:1", "vote:1",
]  # fmt: skip


def named(scene: Scene) -> dict[str, str]:
    people = scene.people.participants
    return {
        "room:of the member": f"room:{scene.room.code}",
        "chat:of the member": f"chat:{scene.room.code}",
        "queue:of the event": f"queue:{scene.other_quest.pk}",
        "queue:of the other event": f"queue:{scene.foreign_quest.pk}",
        "me:of the member": f"me:{people['member'].pk}",
        "me:of the stranger": f"me:{people['stranger'].pk}",
    }


def hears(viewer: Viewer, topic: str) -> bool:
    return topics.authorise(viewer, [topic], beating=True)[topic] is not None


def test_every_topic_is_in_the_matrix():
    assert {name.partition(":")[0] for name in LISTENERS} == set(topics._topics), "Say here who may listen."


@pytest.mark.django_db
def test_who_may_listen_to_what():
    scene = make_scene("voting")
    for what, topic in named(scene).items():
        for role in ROLES:
            with undone() as written:
                heard = hears(scene.people.viewer(role), topic)
            assert heard == (role in LISTENERS[what]), (what, role)
            assert heard or not written, (what, role)


@pytest.mark.django_db
def test_what_nobody_may_listen_to():
    scene = make_scene("voting")
    finished = [f"room:{scene.room.code.lower()}", f"room:{scene.room.pk}", f"me:{scene.cast.ada.pk}"]
    for topic in [*FOR_NOBODY, *finished]:
        assert not [role for role in ROLES if hears(scene.people.viewer(role), topic)], topic


@pytest.mark.django_db
def test_a_topic_is_lost_with_the_seat():
    scene = make_scene("voting")
    member = scene.people.viewer("member")
    leave_room(by=member, room_code=scene.room.code)
    bea = scene.people.viewer("stranger")
    for topic in (f"room:{scene.room.code}", f"chat:{scene.room.code}"):
        assert not hears(member, topic)
        assert not hears(Viewer(bea.user_id, uuid4(), bea.event_id), topic)


@pytest.mark.django_db
def test_a_heartbeat_of_who_may_not_listen_is_no_sign_of_life():
    scene = make_scene("voting")
    Room.objects.filter(pk=scene.room.pk).update(version=7)
    for role in (ANYBODY, "stranger", "elsewhere", *STAFF):
        with undone() as written:
            topics.authorise(scene.people.viewer(role), [f"room:{scene.room.code}"], beating=True)
        assert not written, role


def scope_of(scene: Scene, role: str, *, by_token: bool) -> dict[str, Any]:
    if by_token and role in PARTICIPANTS:
        return {"subprotocols": ["echoroom", f"seat.{scene.people.tokens[role]}"]}
    cookie = f"{settings.SESSION_COOKIE_NAME}={scene.people.sessions.get(role, '')}"
    return {"headers": [(b"origin", b"http://testserver"), (b"cookie", cookie.encode())]}


async def heard_by(scene: Scene, role: str, *, by_token: bool) -> set[str]:
    """What of all the topics a real socket of this role is let listen to."""
    wanted = named(scene)
    client = Client(SOCKETS["/ws/live"], **scope_of(scene, role, by_token=by_token))
    assert (await client.open())["type"] == "websocket.accept"
    await client.say(subscribe=[*wanted.values(), *(name for name in FOR_NOBODY if not name.endswith(":"))])
    answers = [await client.hear() for _ in range(len(wanted) + len([n for n in FOR_NOBODY if not n.endswith(":")]))]
    await client.leave()
    let_in = {answer["topic"] for answer in answers if answer["type"] == "beat"}
    assert {answer["type"] for answer in answers} <= {"beat", "refused"}
    assert all(set(answer) == {"topic", "type"} for answer in answers if answer["type"] == "refused")
    return {what for what, topic in wanted.items() if topic in let_in} | (let_in - set(wanted.values()))


# A thread that kept its connection would keep the tests' database from being dropped.
in_a_thread = database_sync_to_async


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_token", [False, True], ids=["session", "token"])
async def test_a_real_socket_lets_the_same_people_listen(by_token):
    scene: Scene = await in_a_thread(make_scene)("voting")
    for role in ROLES:
        expected = {what for what, listeners in LISTENERS.items() if role in listeners}
        assert await heard_by(scene, role, by_token=by_token) == expected, role


@pytest.mark.django_db(transaction=True)
async def test_a_real_socket_falls_silent_when_the_seat_is_gone():
    scene: Scene = await in_a_thread(make_scene)("voting")
    await in_a_thread(scene.people.browser("member").post)("/me/leave")
    assert await heard_by(scene, "member", by_token=False) == set()


@pytest.mark.django_db(transaction=True)
async def test_another_sites_page_gets_no_socket():
    scene: Scene = await in_a_thread(make_scene)("voting")
    cookie = f"{settings.SESSION_COOKIE_NAME}={scene.people.sessions['member']}".encode()
    client = Client(SOCKETS["/ws/live"], headers=[(b"origin", b"https://evil.example"), (b"cookie", cookie)])
    assert (await client.open())["type"] == "websocket.close"
    await asyncio.sleep(0)


@pytest.mark.django_db
def test_a_closed_room_is_still_its_members():
    scene = make_scene("voting")
    close_room(by=scene.cast.ada, room_id=scene.room.pk)
    for topic in (f"room:{scene.room.code}", f"chat:{scene.room.code}"):
        assert hears(scene.people.viewer("member"), topic)
        assert not hears(scene.people.viewer("stranger"), topic)
