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


class ForecastSerializer(serializers.Serializer[object]):
    p50 = serializers.IntegerField(help_text="Seconds within which half of the waits end.")
    p90 = serializers.IntegerField(help_text="Seconds within which nine in ten end.")


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
    forecast = ForecastSerializer(allow_null=True, help_text="Of the wait since joining; null where nobody can say.")
    cannot_say = serializers.CharField(help_text="Why there is no forecast.")
    why = serializers.CharField(help_text="Why there is no team yet.")
    missing = serializers.IntegerField(allow_null=True, help_text="How many more people it takes, where that is known.")
    relaxed = serializers.CharField(help_text="Which rules have given way to my wait; empty while all hold.")
    held = serializers.BooleanField(help_text="Whether the organisers hold the queue.")
    party = serializers.CharField(allow_null=True, help_text="The code of the party with which I queued.")


class PracticeReceiptSerializer(serializers.Serializer[object]):
    room = serializers.CharField()
    bots = serializers.IntegerField()


class TeamSerializer(serializers.Serializer[object]):
    common = serializers.ListField(child=serializers.CharField(), help_text="What my team has in common.")
    mixed = serializers.ListField(child=serializers.CharField(), help_text="What makes it mixed.")
