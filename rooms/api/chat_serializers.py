"""What the chat's API takes and gives. The shapes below also are its documentation."""

from __future__ import annotations

from rest_framework import serializers

from echoroom.api.serializers import CharField, IntegerField, StrictSerializer
from rooms.models.chat import LONGEST_KEY

Plain = serializers.Serializer[object]


class WriteSerializer(StrictSerializer):
    # Longer and blank ones are refused by the service, with a code of their own.
    text = CharField(allow_blank=True)
    key = CharField(
        max_length=LONGEST_KEY,
        required=False,
        help_text="Your name for this message: sent again under the same one, it is written once.",
    )


class MarkSerializer(StrictSerializer):
    number = IntegerField(min_value=1)


class MessageSerializer(Plain):
    number = serializers.IntegerField()
    seat = serializers.IntegerField()
    name = serializers.CharField()
    is_you = serializers.BooleanField()
    is_bot = serializers.BooleanField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()


class SentSerializer(Plain):
    number = serializers.IntegerField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()


class TalkerSerializer(Plain):
    seat = serializers.IntegerField()
    name = serializers.CharField()
    has_left = serializers.BooleanField()
    read = serializers.IntegerField(help_text="The number up to which they have read; 0 for nothing.")
    is_typing = serializers.BooleanField()


class ChatSerializer(Plain):
    room = serializers.CharField()
    version = serializers.IntegerField(help_text="That of the live topic `chat:<room>`.")
    is_open = serializers.BooleanField(help_text="Whether one may still write.")
    last_number = serializers.IntegerField()
    your_mark = serializers.IntegerField(help_text="The number up to which you have read.")
    unread = serializers.IntegerField(help_text="Messages of others beyond your mark.")
    messages = MessageSerializer(many=True)
    has_older = serializers.BooleanField()
    has_newer = serializers.BooleanField(help_text="With `after`: ask again, after the last one you have got.")
    talkers = TalkerSerializer(many=True)


class ReadSerializer(Plain):
    your_mark = serializers.IntegerField()
