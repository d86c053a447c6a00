"""A room's chat as one of its members sees it. The page and the API show the same view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from echoroom.refusals import Invalid
from echoroom.statements import Compiled
from rooms.models import Membership, Message
from rooms.quest_files.text import without_forbidden
from rooms.selectors.room_view import Place
from rooms.selectors.typing import typing_among

PAGE = 50
SHORTEST_SEARCH, LONGEST_SEARCH = 2, 100
# What the same person writes so soon after is shown as one with what they wrote before.
IN_ONE_GO = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody who sits, or sat, in the room; `read` is the number up to which they have read, 0 for nothing."""

    membership_id: int
    seat: int
    name: str
    is_bot: bool
    is_you: bool
    has_left: bool
    read: int
    is_typing: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    number: int
    author_id: int
    seat: int
    name: str
    is_you: bool
    is_bot: bool
    text: str
    written_at: datetime
    # Whether the message before it is of the same person, moments earlier.
    follows: bool = False


@dataclass(slots=True)
class ChatHead:
    """All but the messages: what a conditional request compares."""

    place: Place
    talkers: list[Talker]
    version: int
    last_number: int

    @property
    def is_open(self) -> bool:
        return self.place.room.is_live

    @property
    def your_mark(self) -> int:
        return next(talker.read for talker in self.talkers if talker.is_you)

    @property
    def typing(self) -> list[Talker]:
        return [talker for talker in self.talkers if talker.is_typing]

    @property
    def etag(self) -> str:
        """The room's version is in it for the members' names, and for whether one may still write."""
        room, typing = self.place.room, "-".join(str(talker.seat) for talker in self.typing)
        return f'"chat.{room.code}.{room.version}.{self.version}.{self.place.seat}.{typing}"'


@dataclass(slots=True)
class ChatView:
    head: ChatHead
    messages: list[MessageView] = field(default_factory=list)
    has_older: bool = False
    has_newer: bool = False
    unread: int = 0
    # (number, author's membership) of the newest message that the reader has by now.
    newest: tuple[int, int] = (0, 0)

    @property
    def seen_by(self) -> list[Talker]:
        """Who, besides its author and the reader, has read the newest message."""
        number, author_id = self.newest
        readers = [each for each in self.head.talkers if each.membership_id != author_id and number]
        return [each for each in readers if each.read >= number and not (each.is_you or each.has_left)]


def _talkers(room_id: int) -> QuerySet[Membership, Any]:
    members = Membership.objects.filter(room_id=room_id).order_by("joined_at", "seat")
    return members.values_list(
        "pk", "seat", "participant__name", "participant__is_bot", "left_at", "read_mark__number",
        "room__chat__version", "room__chat__last_number",
    )  # fmt: skip


_talkers_of = Compiled(_talkers, 101)


def chat_head(place: Place) -> ChatHead:
    """One query, and one question to the cache about who types."""
    rows = _talkers_of.rows(place.room.pk)
    others = [row[0] for row in rows if row[4] is None and row[0] != place.membership_id]
    typing = typing_among(others) if place.room.is_live else set()
    talkers = [
        Talker(
            membership_id=pk,
            seat=seat,
            name=name,
            is_bot=is_bot,
            is_you=pk == place.membership_id,
            has_left=left_at is not None,
            read=read or 0,
            is_typing=pk in typing,
        )
        for pk, seat, name, is_bot, left_at, read, _, _ in rows
    ]
    return ChatHead(place, talkers, version=rows[0][6] or 0, last_number=rows[0][7] or 0)


def chat_view(head: ChatHead, *, before: int | None = None, after: int | None = None, query: str = "") -> ChatView:
    """The newest messages, or those `before` or `after` a number, at most 50, oldest first. At most two queries.

    `query` keeps those that contain it, in whatever case; raises `Invalid` if it is too short or too long.
    """
    asked = without_forbidden(query).strip()
    if asked:
        _check_search(asked)
    view = ChatView(head)
    if head.last_number:
        rows = _rows(head, before, after, asked)
        view.messages = _shown(head, rows, after, in_sequence=not asked)
        view.newest = rows[: PAGE + 1][-1][:2] if rows else view.newest
        view.has_newer = after is not None and len(rows) > PAGE + 1
        view.has_older = after is None and len(rows) > PAGE
    if head.your_mark < head.last_number:
        newer = Message.objects.filter(chat_id=head.place.room.pk, number__gt=head.your_mark)
        view.unread = newer.exclude(author_id=head.place.membership_id).count()
    return view


def _check_search(asked: str) -> None:
    if not SHORTEST_SEARCH <= len(asked) <= LONGEST_SEARCH:
        sentence = f"Search for {SHORTEST_SEARCH} to {LONGEST_SEARCH} characters."
        raise Invalid(sentence, errors={"q": [sentence]})


def _rows(head: ChatHead, before: int | None, after: int | None, asked: str) -> Sequence[Any]:
    """One row more than are shown, at the far end: it tells whether there is more, and who spoke before."""
    messages = Message.objects.filter(chat_id=head.place.room.pk)
    if asked:
        # Not icontains: on SQLite that tells a small ä from a capital one.
        messages = messages.filter(text__iregex=re.escape(asked))
    if before is not None:
        messages = messages.filter(number__lt=before)
    columns = ("number", "author_id", "text", "written_at")
    if after is not None:
        newer = messages.filter(number__gte=after).order_by("number").values_list(*columns)
        return list(newer[: PAGE + 2])
    return list(messages.order_by("-number").values_list(*columns)[: PAGE + 1])[::-1]


def _shown(head: ChatHead, rows: Sequence[Any], after: int | None, *, in_sequence: bool) -> list[MessageView]:
    talkers = {talker.membership_id: talker for talker in head.talkers}
    shown = []
    for index, (number, author_id, text, written_at) in enumerate(rows):
        earlier = rows[index - 1] if index and in_sequence else None
        follows = earlier is not None and earlier[1] == author_id and written_at - earlier[3] <= IN_ONE_GO
        author = talkers.get(author_id)
        if author is None:
            continue  # sat down and wrote between our two reads: the news of it is on its way
        shown.append(
            MessageView(
                number=number,
                author_id=author_id,
                seat=author.seat,
                name=author.name,
                is_you=author.is_you,
                is_bot=author.is_bot,
                text=text,
                written_at=written_at,
                follows=follows,
            )
        )
    if after is not None:
        return [message for message in shown if message.number > after][:PAGE]
    return shown[-PAGE:]


def pieces(text: str, query: str) -> list[tuple[str, bool]]:
    """The text cut at what was searched for: (piece, whether it is a hit)."""
    asked = without_forbidden(query).strip()
    if not asked:
        return [(text, False)]
    parts = re.split(f"({re.escape(asked)})", text, flags=re.IGNORECASE)
    return [(part, bool(index % 2)) for index, part in enumerate(parts) if part]
