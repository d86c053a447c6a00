"""What people say to each other in a room, how far they have read, and that they type.

A message never touches the room's row or version: voting neither waits for a talk nor is interrupted by it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from echoroom import audit, live
from echoroom.accounts.models import User
from echoroom.viewer import Viewer
from rooms.errors import ChatClosed, MessageEmpty, MessageKeyReused, MessageTooLong
from rooms.models import Chat, Message, ReadMark, Room
from rooms.models.chat import LONGEST_MESSAGE
from rooms.quest_files.text import blank, without_forbidden
from rooms.selectors.room_view import Place, place_of
from rooms.selectors.typing import TYPING_SECONDS, typing_key
from rooms.services.presence import note_presence

_MANY_BREAKS = re.compile(r"\n[ \t\n]*\n")


def write_message(*, by: Viewer, room_code: str, text: str, key: str = "") -> Message:
    """Say something to one's team. The same `key` again is the same success, with the same message."""
    said = _checked(text)
    place = place_of(viewer=by, room_code=room_code)
    if place.is_unseen(timezone.now()):
        note_presence(by=by, room_code=room_code)
    with transaction.atomic():
        chat = _locked_chat(place)
        if earlier := _sent_before(place, key):
            return _same(earlier, said)
        # As it stood before the lock, which is not the room's: a last word may overtake the end by a moment.
        if not place.room.is_live:
            raise ChatClosed
        message = _append(chat, place, said, key)
    cache.delete(typing_key(place.membership_id))
    return message


def _checked(text: str) -> str:
    said = without_forbidden(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    said = _MANY_BREAKS.sub("\n\n", said)
    if blank(said):
        raise MessageEmpty
    if len(said) > LONGEST_MESSAGE:
        raise MessageTooLong
    return said


def _locked_chat(place: Place) -> Chat:
    chat = Chat.objects.select_for_update().filter(pk=place.room.pk).first()
    if chat is None:
        # Two first messages at once: the second one waits here, and finds the row of the first.
        Chat.objects.bulk_create([Chat(room_id=place.room.pk)], ignore_conflicts=True)
        chat = Chat.objects.select_for_update().get(pk=place.room.pk)
    return chat


def _sent_before(place: Place, key: str) -> Message | None:
    return Message.objects.filter(author_id=place.membership_id, key=key).first() if key else None


def _same(earlier: Message, said: str) -> Message:
    if earlier.text != said:
        raise MessageKeyReused
    return earlier


def _append(chat: Chat, place: Place, said: str, key: str) -> Message:
    chat.last_number += 1
    message = Message.objects.create(
        chat=chat, author_id=place.membership_id, number=chat.last_number, text=said, key=key or None
    )
    _tell(chat, place, kind="message")
    return message


def _tell(chat: Chat, place: Place, *, kind: str) -> None:
    chat.version += 1
    chat.save(update_fields=["last_number", "version"])
    live.announce(f"chat:{place.room.code}", version=chat.version, type=kind)


def mark_read(*, by: Viewer, room_code: str, number: int) -> int:
    """Note that one has read up to `number`. Marks only move forward; the mark that stands is returned."""
    place = place_of(viewer=by, room_code=room_code)
    with transaction.atomic():
        chat = Chat.objects.select_for_update().filter(pk=place.room.pk).first()
        if chat is None:
            return 0
        # Read under the chat's lock: two devices of one person do not undo each other.
        mark = ReadMark.objects.filter(pk=place.membership_id).first()
        known, reached = mark.number if mark else 0, min(number, chat.last_number)
        if reached <= known:
            return known
        fresh = ReadMark(pk=place.membership_id, number=reached, read_at=timezone.now())
        fresh.save(force_insert=mark is None, force_update=mark is not None)
        _tell(chat, place, kind="read")
    return reached


def note_typing(*, by: Viewer, room_code: str) -> None:
    """Let the others see for a few seconds that one types. Nothing of it is stored."""
    place = place_of(viewer=by, room_code=room_code)
    if not place.room.is_live:
        raise ChatClosed
    cache.set(typing_key(place.membership_id), True, TYPING_SECONDS)
    version = Chat.objects.filter(pk=place.room.pk).values_list("version", flat=True).first()
    live.announce(f"chat:{place.room.code}", version=version or 0, type="typing")


@transaction.atomic
def note_chats_opened(*, by: User, room_ids: Collection[int]) -> None:
    """An organiser has opened a list with messages of these rooms: that is written down, not what they say."""
    rooms: dict[UUID, list[int]] = {}
    for event_id, room_id in Room.objects.filter(pk__in=set(room_ids)).order_by("pk").values_list("event_id", "pk"):
        rooms.setdefault(event_id, []).append(room_id)
    lines = [audit.Line(event_id, None, {"rooms": ids}) for event_id, ids in rooms.items()]
    audit.record_each("chat.list_opened", by=by, lines=lines)


@transaction.atomic
def note_message_opened(*, by: User, message: Message) -> None:
    """An organiser has opened one message."""
    room = message.chat.room
    audit.record("chat.message_opened", by=by, target=message, event_id=room.event_id, room_id=room.pk)
