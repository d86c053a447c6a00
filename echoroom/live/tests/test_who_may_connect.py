from __future__ import annotations

import pytest

from echoroom.live.consumer import LiveConsumer
from echoroom.live.origins import OriginCheck
from echoroom.live.tests.conversation import Client
from echoroom.viewer import ANONYMOUS


async def anybody(scope):
    return ANONYMOUS


@pytest.mark.parametrize(
    ("origin", "answer"),
    [
        (b"https://play.example.org", "websocket.accept"),
        (b"https://evil.example.com", "websocket.close"),
        (b"https://play.example.org.evil.example.com", "websocket.close"),
        (b"null", "websocket.close"),
        (None, "websocket.accept"),  # no browser
    ],
)
async def test_browsers_connect_from_our_own_pages_only(settings, origin, answer):
    settings.ALLOWED_HOSTS = ["play.example.org"]
    headers = [(b"origin", origin)] if origin else []
    client = Client(OriginCheck(LiveConsumer(viewer_of=anybody)), headers=headers)
    assert (await client.open())["type"] == answer
    await client.leave()


@pytest.mark.filterwarnings("ignore:No directory at")
async def test_there_is_no_socket_elsewhere():
    from echoroom.asgi import application

    client = Client(application, path="/ws/elsewhere")
    assert await client.open() == {"type": "websocket.close", "code": 4404}


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:No directory at")
async def test_somebody_without_a_seat_hears_nothing_personal():
    from echoroom.asgi import application

    client = Client(application)
    assert (await client.open())["type"] == "websocket.accept"
    await client.say(subscribe=["me:0b8f0c2e-9f0b-4f0e-8a52-0d8f2b3c4d5e"])
    assert (await client.hear())["type"] == "refused"
    await client.leave()
