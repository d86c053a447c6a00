from __future__ import annotations

from rest_framework import serializers

from echoroom.api.serializers import BooleanField, CharField, ChoiceField, StrictSerializer
from echoroom.events.models import Participant


class StartSerializer(StrictSerializer):
    code = CharField(max_length=40, required=False, help_text="The code on the wall.")
    link = CharField(max_length=80, required=False, help_text="The token at the end of the join link.")

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either a code or a link.")
        return attrs


class ProfileSerializer(StrictSerializer):
    name = CharField(max_length=80, required=False)
    organisation = CharField(max_length=120, required=False, allow_blank=True)
    occupation = CharField(max_length=80, required=False, allow_blank=True)
    country = CharField(max_length=2, required=False, allow_blank=True, help_text="ISO 3166-1 alpha-2.")
    skill = ChoiceField(choices=Participant.Skill.choices, required=False, allow_blank=True)
    curiosity = CharField(max_length=300, required=False, allow_blank=True)
    interests = serializers.ListField(child=CharField(max_length=40), max_length=10, required=False)
    languages = serializers.ListField(
        child=CharField(max_length=40), max_length=10, required=False, help_text="ISO 639-1 codes."
    )
    gender = CharField(max_length=60, required=False, allow_blank=True, help_text="Never shown to players.")
    gender_category = ChoiceField(
        choices=[choice for choice in Participant.GenderCategory.choices if choice[0]], required=False, allow_blank=True
    )
    shows_organisation = BooleanField(required=False)
    shows_country = BooleanField(required=False)
    consent = BooleanField(required=False, write_only=True, help_text="True once: I agree to the rules of the event.")


class OwnProfileSerializer(ProfileSerializer):
    consent = None  # type: ignore[assignment]
    consented_at = serializers.DateTimeField(allow_null=True)


class EventSerializer(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    welcome = serializers.CharField()
    time_zone = serializers.CharField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(allow_null=True)


class MeSerializer(serializers.Serializer[object]):
    participant = serializers.UUIDField()
    event = EventSerializer()
    profile = OwnProfileSerializer()


class SeatSerializer(MeSerializer):
    token = serializers.CharField(help_text="Send it as `Authorization: Seat <token>`.")
    is_new = serializers.BooleanField(help_text="False when this token's seat was found again.")


class PersonalLinkSerializer(serializers.Serializer[object]):
    url = serializers.CharField()
