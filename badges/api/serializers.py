from __future__ import annotations

from rest_framework import serializers

from badges.catalogue import Rarity
from echoroom.api.serializers import BooleanField, StrictSerializer


class EarnedBadgeSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    rarity = serializers.ChoiceField(choices=[(rarity.value, rarity.value) for rarity in Rarity])
    description = serializers.CharField(help_text="How it is earned.")
    awarded_at = serializers.DateTimeField()
    room = serializers.CharField(allow_null=True, help_text="The code of the room in which it was earned.")
    reason = serializers.CharField(allow_null=True, help_text="Why it was earned; null for people elsewhere.")


class BadgeSerializer(EarnedBadgeSerializer):
    earned = serializers.BooleanField()
    awarded_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why it was earned.")


class ShelfSerializer(serializers.Serializer[object]):
    badges = BadgeSerializer(many=True)
    earned = serializers.IntegerField()
    of = serializers.IntegerField()


class PersonBadgesSerializer(serializers.Serializer[object]):
    participant = serializers.UUIDField()
    name = serializers.CharField()
    badges = EarnedBadgeSerializer(many=True)


class ShowcaseSerializer(StrictSerializer):
    public = BooleanField(help_text="True: people outside the event see my badges too.")
