from __future__ import annotations

from rest_framework import serializers

from echoroom.api.serializers import CharField, StrictSerializer, UUIDField
from matching.models import Ticket


class JoinSerializer(StrictSerializer):
    quest = UUIDField()
    party = CharField(
        required=False,
        max_length=20,
        help_text="The code of the party that I mean to queue with. It queues with me anyway; another one is refused.",
    )


class QueueStatusSerializer(serializers.Serializer[object]):
    state = serializers.ChoiceField(choices=[("none", "Never queued"), *Ticket.State.choices])
    quest_id = serializers.UUIDField(allow_null=True)
    quest_title = serializers.CharField()
    team_size = serializers.IntegerField()
    position = serializers.IntegerField(allow_null=True)
    waiting = serializers.IntegerField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    room = serializers.CharField(allow_null=True)
    practice = serializers.BooleanField(help_text="Whether this event has practice team-mates.")
    party = serializers.CharField(allow_null=True, help_text="The code of the party with which I queued.")
    held = serializers.BooleanField(help_text="Whether an organiser holds the queue for now.")


class PracticeReceiptSerializer(serializers.Serializer[object]):
    room = serializers.CharField()
    bots = serializers.IntegerField()
