"""The chat on the room's page: without a script, as parts of a page, and what is never markup."""

from __future__ import annotations

import re
from html import unescape

import pytest

from echoroom.events.models import Event, Participant
from echoroom.events.tests.browser import PART, browser_of
from rooms.models import Message, Room
from rooms.services.seating import close_room
from rooms.tests.factories import make_room
from rooms.tests.moves import everyone_votes, playing_room, read, type_something, vote, write
from tests.cast import Cast
from tests.queries import keeps_its_promise

HOSTILE = "<script>alert(1)</script>"
REMINDER = "Votes are secret until all are in; the chat is not."


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


def page_of(person: Participant, room: Room, path: str = "", **query: str) -> str:
    answer = browser_of(person).get(f"/room/{room.code}{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def news_of(person: Participant, room: Room, *, after: int = 0, etag: str = ""):
    headers = {**PART, "If-None-Match": etag} if etag else PART
    return browser_of(person).get(f"/room/{room.code}/chat/news", {"after": after}, headers=headers)


def numbers_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-number="(\d+)"', page)]


def etag_in(page: str) -> str:
    found = re.search(r'id="chat-state" hidden data-etag="(.+?)"', page)
    assert found
    return unescape(found[1])


def test_before_anybody_speaks_the_panel_invites(cast, room):
    page = page_of(cast.ben, room)
    assert "Say hello: nobody has written yet." in page
    assert "Organisers can read the chat." in page
    assert f'data-live-topic="chat:{room.code}" data-live-version="0"' in page


def test_the_page_shows_what_was_said_and_how_much_of_it_is_new(cast, room):
    write(cast.ben, room, "My own.")
    write(cast.bea, room, "Another's.")
    page = page_of(cast.ben, room)
    assert numbers_in(page) == [1, 2]
    assert page.count("1 new") == 2  # in the panel, and on the way to it
    assert 'class="message yours"' in page
    read(cast.ben, room, 2)
    assert "1 new" not in page_of(cast.ben, room)


def test_without_a_script_a_form_writes_and_leads_back(cast, room):
    browser = browser_of(cast.ben)
    page = browser.get(f"/room/{room.code}").content.decode()
    key = re.search(r'name="key" value="(\w{32})"', page)
    assert key
    for _ in range(2):  # a double click
        answer = browser.post(f"/room/{room.code}/chat", {"text": "Two\r\nlines.", "key": key[1]})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/room/{room.code}#chat")
    assert Message.objects.get().text == "Two\nlines."


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "The message is empty"), ("x" * 2001, "The message is too long"), ("x" * 100_000, "The message is too long")],
)
def test_what_is_no_message_is_said_beside_the_field_and_kept(cast, room, text, says):
    path = f"/room/{room.code}/chat"
    whole = browser_of(cast.ben).post(path, {"text": text})
    assert whole.status_code == 400
    assert says in whole.content.decode()
    assert f">{text}</textarea>" in whole.content.decode()
    part = browser_of(cast.ben).post(path, {"text": text}, headers=PART)
    assert (part.status_code, part.headers["HX-Retarget"]) == (400, "#chat-problem")
    assert says in part.content.decode()
    assert not Message.objects.exists()


def test_after_the_end_the_panel_is_for_reading(cast, room):
    write(cast.bea, room, "It was nice.")
    close_room(by=None, room_id=room.pk)
    page = page_of(cast.ben, room)
    assert "It was nice." in page
    assert "what was written stays here to read" in page
    assert 'id="chat-text"' not in page
    late = browser_of(cast.ben).post(f"/room/{room.code}/chat", {"text": "Late."}, headers=PART)
    assert (late.status_code, "The chat is closed" in late.content.decode()) == (409, True)
    parts = browser_of(cast.ben).get(f"/room/{room.code}/news", headers=PART).content.decode()
    assert 'id="chat-foot" hx-swap-oob="true"' in parts


def test_a_change_of_the_room_leaves_what_is_being_typed(cast, room):
    vote(cast.bea, room)
    parts = browser_of(cast.ben).get(f"/room/{room.code}/news", headers=PART).content.decode()
    assert "chat-foot" not in parts
    assert "chat-list" not in parts


def test_the_reminder_stands_while_votes_are_secret(cast):
    room = make_room(cast.quest, cast.team)
    assert REMINDER not in page_of(cast.ben, room)
    browser_of(cast.ben).post(f"/room/{room.code}/start")
    parts = browser_of(cast.ben).get(f"/room/{room.code}/news", headers=PART).content.decode()
    assert REMINDER in parts
    everyone_votes(cast.team, room, "AAA")
    assert REMINDER not in page_of(cast.ben, room)


class TestNews:
    def test_they_bring_what_the_page_does_not_have_yet(self, cast, room):
        for _ in range(3):
            write(cast.bea, room)
        news = news_of(cast.ben, room, after=1).content.decode()
        assert numbers_in(news) == [2, 3]
        assert 'hx-swap-oob="beforeend:#chat-list"' in news
        assert "data-newer" not in news
        assert "textarea" not in news

    def test_nothing_new_is_304(self, cast, room):
        write(cast.bea, room)
        page = page_of(cast.ben, room)
        assert news_of(cast.ben, room, after=1, etag=etag_in(page)).status_code == 304

    def test_a_long_absence_is_caught_up_in_steps(self, cast, room):
        for _ in range(60):
            write(cast.bea, room)
        news = news_of(cast.ben, room, after=2).content.decode()
        assert numbers_in(news) == list(range(3, 53))
        assert "data-newer" in news

    def test_they_say_who_types_and_who_has_seen_the_newest(self, cast, room):
        write(cast.ben, room)
        read(cast.bea, room, 1)
        type_something(cast.bob, room)
        news = news_of(cast.ben, room, after=1).content.decode()
        assert re.search(r'id="chat-seen"[^>]*>Seen by <bdi>Bea</bdi></p>', news)
        assert re.search(r'id="chat-typing"[^>]*><bdi>Bob</bdi> is typing…</p>', news)
        type_something(cast.bea, room)
        assert "<bdi>Bea</bdi> and <bdi>Bob</bdi> are typing…" in news_of(cast.ben, room).content.decode()

    def test_ones_own_message_comes_with_what_was_said_before_it(self, cast, room):
        write(cast.bea, room)
        path, body = f"/room/{room.code}/chat", {"text": "Mine.", "after": "0"}
        answer = browser_of(cast.ben).post(path, body, headers=PART).content.decode()
        assert numbers_in(answer) == [1, 2]

    def test_nonsense_about_what_is_shown_shows_everything(self, cast, room):
        write(cast.bea, room)
        for after in ("x", "-1", "9" * 30, "²"):
            answer = browser_of(cast.ben).get(f"/room/{room.code}/chat/news", {"after": after}, headers=PART)
            assert numbers_in(answer.content.decode()) == [1]

    def test_they_promise_their_statements(self, cast, room):
        browser, path = browser_of(cast.ben), f"/room/{room.code}/chat"
        for person in cast.team:
            write(person, room)
        # Where one sits, who talks, what they said, how much of it is new, and the event for its clock.
        keeps_its_promise("GET /chat/news", 5, lambda: browser.get(f"{path}/news", headers=PART))
        etag = etag_in(browser.get(f"/room/{room.code}").content.decode())
        headers = {**PART, "If-None-Match": etag}
        keeps_its_promise("GET /chat/news unchanged", 2, lambda: browser.get(f"{path}/news", headers=headers))


class TestTheWholeTalk:
    def test_older_messages_come_page_by_page(self, cast, room):
        for _ in range(120):
            write(cast.bea, room)
        assert "?before=71" in page_of(cast.ben, room)
        part = browser_of(cast.ben).get(f"/room/{room.code}/chat", {"before": "71"}, headers=PART).content.decode()
        assert numbers_in(part) == list(range(21, 71))
        assert "?before=21" in part
        whole = page_of(cast.ben, room, "/chat", before="21")
        assert numbers_in(whole) == list(range(1, 21))
        assert "The newest messages" in whole
        assert 'id="chat-text"' not in whole

    def test_a_search_marks_its_hits(self, cast, room):
        write(cast.bea, room, f"A {HOSTILE} of Bees & bees")
        for headers in ({}, PART):
            found = browser_of(cast.ben).get(f"/room/{room.code}/chat", {"q": "BEES"}, headers=headers).content.decode()
            assert "of <mark>Bees</mark> &amp; <mark>bees</mark>" in found
            assert HOSTILE not in found

    @pytest.mark.parametrize("asked", ["<script>", "amp", "&amp;", "script>alert"])
    def test_a_search_for_markup_finds_text(self, cast, room, asked):
        write(cast.bea, room, f"{HOSTILE} & &amp;")
        part = browser_of(cast.ben).get(f"/room/{room.code}/chat", {"q": asked}, headers=PART).content.decode()
        assert part.count("<mark>") >= 1
        assert "<script" not in part

    def test_a_search_says_when_it_finds_nothing_or_cannot_look(self, cast, room):
        assert "Nobody wrote" in page_of(cast.ben, room, "/chat", q="nothing")
        assert "Search for 2 to 100 characters." in page_of(cast.ben, room, "/chat", q="a")


def test_times_are_those_of_the_event(cast, room):
    Event.objects.filter(pk=cast.event.pk).update(time_zone="Asia/Tokyo")
    write(cast.bea, room)
    page = page_of(cast.ben, room)
    assert ">21:00</time>" in page
    assert "Monday 4 May" in page
    assert "(Asia/Tokyo)" in page


def test_what_people_write_is_never_markup_nor_a_link(cast, room):
    Participant.objects.filter(pk=cast.bea.pk).update(name=HOSTILE)
    write(cast.bea, room, f'{HOSTILE} "><img src=x onerror=alert(1)> https://example.org {{{{ 7|add:1 }}}}')
    read(cast.bea, room, 1)
    type_something(cast.bea, room)
    write(cast.ben, room)
    read(cast.bea, room, 2)
    for page in (page_of(cast.ben, room), page_of(cast.ben, room, "/chat"), news_of(cast.ben, room).content.decode()):
        assert HOSTILE not in page
        assert "<img" not in page
        assert "https://example.org {{ 7|add:1 }}" in page
        assert 'href="https://example.org' not in page


def test_a_name_from_right_to_left_stands_in_its_own_direction(cast, room):
    Participant.objects.filter(pk=cast.bea.pk).update(name="בוב כהן")
    write(cast.bea, room, "שלום")
    page = page_of(cast.ben, room)
    assert "<bdi>בוב כהן</bdi></b>" in page
    assert '<p class="said" dir="auto">שלום</p>' in page


def test_a_bot_is_marked_where_it_speaks(cast, room):
    Participant.objects.filter(pk=cast.bea.pk).update(is_bot=True)
    write(cast.bea, room)
    assert '<small class="bot">bot</small>' in page_of(cast.ben, room)


def test_a_mark_without_a_number_is_refused(cast, room):
    assert browser_of(cast.ben).post(f"/room/{room.code}/chat/read", {"number": "x"}).status_code == 400
