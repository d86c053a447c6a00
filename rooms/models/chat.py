from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from echoroom.events.models import Event
from rooms.models.rooms import Membership, Room

if TYPE_CHECKING:
    from echoroom.accounts.models import User

LONGEST_MESSAGE = 2000
LONGEST_KEY = 64


class Chat(models.Model):
    """A room's talk. Its row gives the numbers out, so that nobody's vote waits for somebody's message.

    `version` counts what the others can see change: messages and read marks.
    """

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="chat")
    last_number = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"chat of {self.room}"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        return self.filter(chat__room__event__in=Event.objects.visible_to(user))


class Message(models.Model):
    """One message, numbered from 1 within its room."""

    # Not the room itself: a reference to its row would wait for the lock that a vote holds on it.
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(Membership, models.CASCADE, related_name="messages", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField(validators=[MaxLengthValidator(LONGEST_MESSAGE)])
    written_at = models.DateTimeField(default=timezone.now)
    # What the client called the message, so that it can be sent again when the answer was lost.
    key = models.CharField(max_length=LONGEST_KEY, null=True)  # noqa: DJ001 - many messages have none

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["chat", "number"]
        constraints = [
            # Twenty messages at once have twenty numbers. Also serves "the newest of this room".
            models.UniqueConstraint(fields=["chat", "number"], name="rooms_message_numbered_once_per_room"),
            models.UniqueConstraint(fields=["author", "key"], name="rooms_message_once_per_key"),
            models.CheckConstraint(condition=Q(number__gte=1), name="rooms_message_numbers_start_at_one"),
            models.CheckConstraint(condition=~Q(text=""), name="rooms_message_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"message {self.number}"


class ReadMark(models.Model):
    """Up to which message a member has read. A table of its own: the members' rows are the votes' hot path."""

    membership = models.OneToOneField(Membership, models.CASCADE, primary_key=True, related_name="read_mark")
    number = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="rooms_readmark_of_a_message")]

    def __str__(self) -> str:
        return f"read up to {self.number}"
