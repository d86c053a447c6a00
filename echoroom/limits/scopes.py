"""Every rate limit, in one table. What may be done how often, by whom, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from limits import RateLimitItem, parse


class CountedBy(StrEnum):
    ADDRESS = "address"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`strict` scopes are exact in any window and never open, not even without Redis. The others are counted
    in
    fixed windows by django-ratelimit, where a burst across an edge does no harm."""

    limit: str
    by: CountedBy
    sentence: str
    strict: bool = True
    item: RateLimitItem = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "item", parse(self.limit))

    @property
    def rate(self) -> str:
        """The limit as django-ratelimit writes it."""
        return f"{self.item.amount}/{self.item.get_expiry()}s"


ADDRESS, PERSON = CountedBy.ADDRESS, CountedBy.PERSON

SCOPES: dict[str, Scope] = {
    "code_entry_failure": Scope(
        limit="5/15 minutes",
        by=ADDRESS,
        sentence="Too many wrong codes came from here. Wait, or use the join link.",
    ),
    "entry": Scope(limit="600/minute", by=ADDRESS, sentence="Too many people enter from here at once. Try again soon."),
    "personal_link_failure": Scope(
        limit="10/15 minutes",
        by=ADDRESS,
        sentence="Too many personal links that open nothing were tried from here. Wait a little.",
    ),
    "staff_sign_in": Scope(
        limit="10/15 minutes", by=ADDRESS, sentence="Too many sign-ins were tried from here. Wait a little."
    ),
    "queue_join": Scope(limit="5/minute", by=PERSON, sentence="You joined queues too often. Wait a minute."),
    # Each try may be a guess at the code of somebody else's party.
    "party_join": Scope(
        limit="20/minute", by=PERSON, sentence="You tried to come into parties too often. Wait a minute."
    ),
    "practice": Scope(
        limit="5/minute", by=PERSON, sentence="You asked for practice team-mates too often. Wait a minute."
    ),
    "vote": Scope(limit="60/minute", by=PERSON, sentence="You changed your vote too often. Wait a moment."),
    "commit": Scope(limit="30/minute", by=PERSON, sentence="You committed too often. Wait a moment."),
    "room_read": Scope(limit="300/minute", by=PERSON, sentence="You reload too often. Wait a moment."),
    "write": Scope(limit="120/minute", by=PERSON, sentence="You send too much at once. Wait a moment."),
    "chat_write": Scope(
        limit="30/minute", by=PERSON, sentence="You write too fast. Wait a moment, then send it again."
    ),
    # Of its own, so that a lively talk never costs anybody the sight of the votes.
    "chat_read": Scope(limit="300/minute", by=PERSON, sentence="You read the chat too often. Wait a moment."),
    "chat_mark": Scope(limit="120/minute", by=PERSON, sentence="You mark messages as read too often. Wait a moment."),
    "chat_typing": Scope(limit="40/minute", by=PERSON, sentence="You tell too often that you type. Wait a moment."),
    "export": Scope(limit="10/hour", by=PERSON, sentence="You exported often. Try again later."),
    "map_file": Scope(limit="20/minute", by=PERSON, sentence="You downloaded maps too often. Wait a minute."),
    "shared_map_file": Scope(
        limit="120/minute", by=ADDRESS, sentence="Too many maps were downloaded from here. Wait a minute."
    ),
    "voice_token": Scope(limit="20/minute", by=PERSON, sentence="You joined the call too often. Wait a moment."),
    "schema": Scope(
        limit="120/minute", by=ADDRESS, sentence="The API's description was asked for too often. Wait a minute."
    ),
    "page": Scope(
        limit="600/minute",
        by=ADDRESS,
        strict=False,
        sentence="Too many pages were asked for from here. Wait a moment.",
    ),
    "entry_page": Scope(
        limit="1200/minute",
        by=ADDRESS,
        strict=False,
        sentence="Too many people enter from here at once. Try again soon.",
    ),
}
