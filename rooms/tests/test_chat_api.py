"""The chat over the API: shapes, refusals by name, 304, limits."""

from __future__ import annotations

import pytest

from rooms.models import Message, Room
from rooms.tests.factories import make_room
from rooms.tests.moves import leave, playing_room, read, type_something, vote, write
from tests.cast import ApiClient, Cast


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


def path(room: Room, what: str = "messages") -> str:
    return f"/api/rooms/{room.code}/{what}"


def say(person, room, text: object = "Hello.", **more):
    return ApiClient(person).send("POST", path(room), {"text": text, **more})


def test_a_talk_as_its_members_read_it(cast, room):
    assert say(cast.ben, room).json()["number"] == 1
    assert say(cast.bea, room, "Hello, Ben.").json()["text"] == "Hello, Ben."
    assert ApiClient(cast.bea).send("POST", path(room, "read"), {"number": 2}).json() == {"your_mark": 2}
    assert ApiClient(cast.bob).send("POST", path(room, "typing")).status_code == 204
    chat = ApiClient(cast.ben).get(path(room)).json()
    assert [(each["number"], each["name"], each["is_you"], each["text"]) for each in chat["messages"]] == [
        (1, "Ben", True, "Hello."),
        (2, "Bea", False, "Hello, Ben."),
    ]
    assert (chat["version"], chat["last_number"], chat["your_mark"], chat["unread"]) == (3, 2, 0, 1)
    assert {each["name"]: (each["read"], each["is_typing"]) for each in chat["talkers"]} == {
        "Ben": (0, False),
        "Bea": (2, False),
        "Bob": (0, True),
    }
    assert (chat["is_open"], chat["has_older"], chat["has_newer"]) == (True, False, False)


def test_an_unchanged_chat_answers_304_until_something_changes(cast, room):
    say(cast.bea, room)
    ben, known = ApiClient(cast.ben), [""]

    def is_news() -> bool:
        answer = ben.get(path(room), headers={"If-None-Match": known[-1]})
        known.append(answer.headers["ETag"])
        assert answer.headers["Cache-Control"] == "private, no-cache"
        return answer.status_code == 200

    assert is_news()
    assert not is_news()
    for change in (
        lambda: write(cast.bea, room),
        lambda: read(cast.bob, room, 1),
        lambda: read(cast.ben, room, 1),
        lambda: type_something(cast.bob, room),
        lambda: vote(cast.bob, room),
    ):
        change()
        assert is_news()
        assert not is_news()


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 400, "message_empty"),
        (" \n ", 400, "message_empty"),
        ("x" * 2001, 400, "message_too_long"),
        ("x" * 50_000, 400, "message_too_long"),
        ("x" * 100_000, 413, "body_too_large"),
        (7, 400, "invalid"),
        (None, 400, "invalid"),
        ("a\0b", 400, "malformed"),
    ],
)
def test_what_is_no_message_is_refused_by_name(cast, room, text, status, code):
    answer = say(cast.ben, room, text)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Message.objects.exists()


def test_foreign_fields_and_long_keys_are_refused(cast, room):
    assert say(cast.ben, room, seat=2).json()["errors"] == {"seat": ["Unknown field."]}
    assert "key" in say(cast.ben, room, key="k" * 65).json()["errors"]
    assert say(cast.ben, room, key="k").json() == say(cast.ben, room, key="k").json()
    assert say(cast.ben, room, "Other.", key="k").json()["code"] == "message_key_reused"


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "after=1.5", "before=1&after=1", "before=2147483648", "q=a", f"q={'a' * 101}"]
)
def test_a_question_that_makes_no_sense_is_refused(cast, room, query):
    answer = ApiClient(cast.ben).get(f"{path(room)}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "query", ["before=0", "before=99999999999", "q=%00%00", "q=%ff%fe", "q=" + "%F0%9F%90%9D" * 50]
)
def test_a_question_that_finds_nothing_finds_nothing(cast, room, query):
    say(cast.ben, room)
    answer = ApiClient(cast.ben).get(f"{path(room)}?{query}")
    assert answer.status_code in {200, 400}


def test_marks_are_numbers_of_messages(cast, room):
    for number in (0, -1, 2**31, "1", True, None):
        answer = ApiClient(cast.ben).send("POST", path(room, "read"), {"number": number})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), number


def test_strangers_and_those_who_left_find_no_room(cast, room):
    say(cast.bob, room, "Good bye.")
    leave(cast.bob, room)
    for person in (cast.cleo, cast.bob):
        client = ApiClient(person)
        answers = [client.get(path(room)), say(person, room), client.send("POST", path(room, "read"), {"number": 1})]
        answers.append(client.send("POST", path(room, "typing")))
        assert [answer.status_code for answer in answers] == [404] * 4


def test_thirty_messages_a_minute_and_not_one_more(cast, room, clock):
    assert [say(cast.ben, room).status_code for _ in range(30)] == [200] * 30
    refused = say(cast.ben, room)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) > 0
    assert say(cast.bea, room).status_code == 200
    assert Message.objects.count() == 31


def test_typing_forty_times_a_minute_and_not_once_more(cast, room):
    client = ApiClient(cast.ben)
    answers = [client.send("POST", path(room, "typing")).status_code for _ in range(41)]
    assert answers == [204] * 40 + [429]


def test_a_lively_talk_does_not_cost_the_sight_of_the_votes(cast, room):
    client = ApiClient(cast.ben)
    while client.get(path(room)).status_code == 200:
        pass
    assert client.get(f"/api/rooms/{room.code}").status_code == 200


def test_two_rooms_do_not_hear_each_other(cast, room):
    other = make_room(cast.quest, [cast.cleo])
    say(cast.cleo, other, "Among us.")
    assert ApiClient(cast.ben).get(path(room)).json()["messages"] == []
