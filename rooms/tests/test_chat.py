"""What people say in a room: numbered, kept, sent once, read, searched, and nobody else's to hear."""

from __future__ import annotations

import pytest
from django.conf import settings

from echoroom.events.models import Participant
from echoroom.live import Announcement
from echoroom.outbox import dispatcher
from rooms.errors import ChatClosed, MessageEmpty, MessageKeyReused, MessageTooLong, RoomNotFound
from rooms.models import Chat, Message, ReadMark, Room
from rooms.selectors.chat_view import ChatView, chat_head, chat_view
from rooms.selectors.room_view import place_of
from rooms.services.seating import close_room
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import commit, everyone_votes, join, leave, now, playing_room, read, type_something, write
from tests.cast import Cast


def chat_of(person: Participant, room: Room, cast: Cast, **asked: object) -> ChatView:
    return chat_view(chat_head(place_of(viewer=cast.viewer(person), room_code=room.code)), **asked)  # type: ignore[arg-type]


def texts(view: ChatView) -> list[str]:
    return [message.text for message in view.messages]


def finished_room(cast: Cast) -> Room:
    cast.quest = make_quest(event=cast.event, slug="short", decisions=1)
    room = playing_room(cast)
    write(cast.ben, room, "Before the end.")
    everyone_votes(cast.team, room, "AAA")
    commit(cast.ben, room)
    return now(room)


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


class TestWriting:
    def test_messages_are_numbered_from_one_in_each_room(self, cast, room):
        assert [write(cast.ben, room).number, write(cast.bea, room).number, write(cast.ben, room).number] == [1, 2, 3]
        other = make_room(cast.quest, [cast.cleo])
        assert write(cast.cleo, other).number == 1

    def test_in_the_lobby_one_can_talk_already(self, cast):
        assert write(cast.ben, make_room(cast.quest, cast.team)).number == 1

    def test_a_message_sent_again_under_its_key_is_written_once(self, cast, room):
        first, again = (write(cast.ben, room, "Hello.", key="k1") for _ in range(2))
        assert first.pk == again.pk
        assert Message.objects.count() == 1

    def test_a_key_is_its_authors_own(self, cast, room):
        assert write(cast.ben, room, key="k1").pk != write(cast.bea, room, key="k1").pk

    def test_another_message_under_a_used_key_is_refused(self, cast, room):
        write(cast.ben, room, "Hello.", key="k1")
        with pytest.raises(MessageKeyReused):
            write(cast.ben, room, "Good bye.", key="k1")

    def test_without_a_key_the_same_words_are_two_messages(self, cast, room):
        assert [write(cast.ben, room, "Yes.").number for _ in range(2)] == [1, 2]

    @pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200d", "\x07", "\u2028", "\ufeff "])
    def test_a_message_without_anything_to_see_is_refused(self, cast, room, text):
        with pytest.raises(MessageEmpty):
            write(cast.ben, room, text)
        assert not Chat.objects.exists()

    def test_two_thousand_characters_fit_and_one_more_does_not(self, cast, room):
        assert write(cast.ben, room, "🐝" * 2000).text == "🐝" * 2000
        with pytest.raises(MessageTooLong):
            write(cast.ben, room, "a" * 2001)

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  spaces around \n", "spaces around"),
            ("two\r\nlines", "two\nlines"),
            ("far\n\n\n \n\n\napart", "far\n\napart"),
            ("bell\x07 and \x1b[31mred", "bell  and  [31mred"),
            ("turn\u202ened", "turn ned"),
            ("می‌خواهم", "می‌خواهم"),
            ("👩‍👩‍👧 stays", "👩‍👩‍👧 stays"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ],
    )
    def test_what_is_no_text_is_cleaned_and_text_is_kept(self, cast, room, typed, kept):
        assert write(cast.ben, room, typed).text == kept

    def test_a_stranger_finds_no_room(self, cast, room):
        for act in (lambda: write(cast.cleo, room), lambda: read(cast.cleo, room, 1)):
            with pytest.raises(RoomNotFound):
                act()
        with pytest.raises(RoomNotFound):
            type_something(cast.cleo, room)

    def test_after_the_end_it_can_be_read_and_not_written(self, cast):
        room = finished_room(cast)
        for act in (write, type_something):
            with pytest.raises(ChatClosed):
                act(cast.bea, room)
        view = chat_of(cast.bea, room, cast)
        assert texts(view) == ["Before the end."]
        assert not view.head.is_open

    def test_in_a_closed_room_too(self, cast, room):
        close_room(by=None, room_id=room.pk)
        with pytest.raises(ChatClosed):
            write(cast.ben, room)

    def test_a_message_whose_answer_was_lost_at_the_end_is_still_the_same_success(self, cast, room):
        sent = write(cast.ben, room, key="k1")
        close_room(by=None, room_id=room.pk)
        assert write(cast.ben, room, key="k1").pk == sent.pk

    def test_the_room_does_not_change_by_what_is_said_in_it(self, cast, room):
        before = now(room)
        write(cast.ben, room)
        read(cast.bea, room, 1)
        type_something(cast.bob, room)
        after = now(room)
        assert (after.version, after.active_at) == (before.version, before.active_at)
        assert place_of(viewer=cast.viewer(cast.ben), room_code=room.code).membership_version == 0


class TestReading:
    def test_who_comes_later_reads_all_that_was_said(self, cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        write(cast.ben, room, "First.")
        write(cast.bea, room, "Second.")
        join(cast.bob, room)
        view = chat_of(cast.bob, room, cast)
        assert texts(view) == ["First.", "Second."]
        assert view.unread == 2

    def test_who_has_left_for_good_reads_no_further(self, cast, room):
        write(cast.ben, room)
        leave(cast.bob, room)
        with pytest.raises(RoomNotFound):
            chat_of(cast.bob, room, cast)

    def test_who_left_is_still_named_beside_their_words(self, cast, room):
        write(cast.bob, room, "Bye.")
        leave(cast.bob, room)
        assert chat_of(cast.ben, room, cast).messages[0].name == "Bob"

    def test_a_long_talk_comes_in_pages_of_fifty(self, cast, room):
        for number in range(1, 121):
            write(cast.ben, room, f"Message {number}.")
        newest = chat_of(cast.bea, room, cast)
        assert [newest.messages[0].number, newest.messages[-1].number, newest.has_older] == [71, 120, True]
        older = chat_of(cast.bea, room, cast, before=71)
        assert [older.messages[0].number, older.messages[-1].number, older.has_older] == [21, 70, True]
        oldest = chat_of(cast.bea, room, cast, before=21)
        assert [oldest.messages[0].number, oldest.messages[-1].number, oldest.has_older] == [1, 20, False]
        assert newest.unread == 120

    def test_who_was_away_catches_up_step_by_step_without_a_gap(self, cast, room):
        for number in range(1, 121):
            write(cast.ben, room, f"Message {number}.")
        seen, steps = 3, 0
        while (view := chat_of(cast.bea, room, cast, after=seen)).messages:
            assert view.messages[0].number == seen + 1
            seen, steps = view.messages[-1].number, steps + 1
            assert view.has_newer == (seen < 120)
        assert (seen, steps) == (120, 3)

    def test_what_one_person_says_in_one_go_stands_together(self, cast, room, clock):
        write(cast.ben, room)
        write(cast.ben, room)
        clock.shift(130)
        write(cast.ben, room)
        write(cast.bea, room)
        assert [message.follows for message in chat_of(cast.bob, room, cast).messages] == [False, True, False, False]
        assert [message.follows for message in chat_of(cast.bob, room, cast, after=1).messages] == [True, False, False]


class TestReadMarks:
    def test_a_mark_moves_forward_only_and_not_beyond_what_was_said(self, cast, room):
        assert read(cast.bea, room, 5) == 0
        for _ in range(3):
            write(cast.ben, room)
        assert [read(cast.bea, room, number) for number in (2, 1, 99)] == [2, 2, 3]
        assert ReadMark.objects.get().number == 3

    def test_ones_own_messages_are_not_new_to_oneself(self, cast, room):
        write(cast.ben, room)
        write(cast.bea, room)
        assert chat_of(cast.ben, room, cast).unread == 1
        read(cast.ben, room, 2)
        assert chat_of(cast.ben, room, cast).unread == 0

    def test_the_author_sees_who_has_seen_it(self, cast, room):
        write(cast.ben, room)
        for reader in (cast.bea, cast.bob, cast.ben):
            read(reader, room, 1)
        assert [talker.name for talker in chat_of(cast.ben, room, cast).seen_by] == ["Bea", "Bob"]
        assert [talker.name for talker in chat_of(cast.bea, room, cast).seen_by] == ["Bob"]
        assert [talker.name for talker in chat_of(cast.ben, room, cast, after=1).seen_by] == ["Bea", "Bob"]
        write(cast.ben, room)
        assert chat_of(cast.ben, room, cast).seen_by == []


class TestTyping:
    def names(self, person, room, cast):
        return [talker.name for talker in chat_of(person, room, cast).head.typing]

    def test_the_others_see_it_and_oneself_never(self, cast, room):
        type_something(cast.bea, room)
        assert self.names(cast.ben, room, cast) == ["Bea"]
        assert self.names(cast.bea, room, cast) == []

    @pytest.mark.skipif(not settings.EMBEDDED, reason="Redis has a clock of its own, which no test moves")
    def test_it_is_forgotten_after_five_seconds(self, cast, room, clock):
        type_something(cast.bea, room)
        clock.shift(6)
        assert self.names(cast.ben, room, cast) == []

    def test_it_ends_with_the_message(self, cast, room):
        type_something(cast.bea, room)
        write(cast.bea, room)
        assert self.names(cast.ben, room, cast) == []

    def test_nothing_of_it_is_stored(self, cast, room, django_assert_num_queries):
        with django_assert_num_queries(2):
            type_something(cast.bea, room)
        assert not Chat.objects.exists()


class TestNews:
    @pytest.fixture(autouse=True)
    def _begun(self, cast, room, django_capture_on_commit_callbacks):
        self.capture = django_capture_on_commit_callbacks

    def heard(self, act) -> list[tuple[str, int, str]]:
        dispatcher.recording.calls.clear()
        with self.capture(execute=True):
            act()
        told = [call for call in dispatcher.recording.calls if isinstance(call, Announcement)]
        return [(call.topic, call.version, call.type) for call in told]

    def test_each_change_is_told_once_with_its_version_and_none_of_its_words(self, cast, room):
        topic = f"chat:{room.code}"
        assert self.heard(lambda: write(cast.ben, room, "A secret.", key="k")) == [(topic, 1, "message")]
        assert self.heard(lambda: write(cast.ben, room, "A secret.", key="k")) == []
        assert self.heard(lambda: read(cast.bea, room, 1)) == [(topic, 2, "read")]
        assert self.heard(lambda: read(cast.bea, room, 1)) == []
        assert self.heard(lambda: type_something(cast.bob, room)) == [(topic, 2, "typing")]


class TestSearch:
    @pytest.mark.parametrize("asked", ["ÄPFEL", "äpfel", " pfel", "Äp"])
    def test_it_finds_a_part_of_a_word_in_whatever_case(self, cast, room, asked):
        write(cast.ben, room, "Zwei Äpfel, bitte.")
        write(cast.bea, room, "No fruit.")
        assert texts(chat_of(cast.bob, room, cast, query=asked)) == ["Zwei Äpfel, bitte."]

    @pytest.mark.parametrize("asked", [".*", "100%", "__", "\\d", "(a", "[", "***:x"])
    def test_signs_are_only_signs(self, cast, room, asked):
        write(cast.ben, room, "Plain words, 1003 of them: (b")
        assert texts(chat_of(cast.bob, room, cast, query=f"{asked}zz")) == []
        write(cast.ben, room, f"Here is {asked}zz itself")
        assert texts(chat_of(cast.bob, room, cast, query=f"{asked}zz")) == [f"Here is {asked}zz itself"]

    def test_other_rooms_are_not_searched(self, cast, room):
        write(cast.cleo, make_room(cast.quest, [cast.cleo]), "the needle")
        assert texts(chat_of(cast.ben, room, cast, query="needle")) == []

    def test_it_gives_the_newest_fifty_and_says_that_there_are_more(self, cast, room):
        for number in range(60):
            write(cast.ben, room, f"needle {number}")
        found = chat_of(cast.bea, room, cast, query="needle")
        assert (len(found.messages), found.has_older, found.messages[-1].text) == (50, True, "needle 59")


def test_a_bot_is_marked(cast, room):
    Participant.objects.filter(pk=cast.bob.pk).update(is_bot=True)
    write(cast.bob, room)
    assert chat_of(cast.ben, room, cast).messages[0].is_bot
