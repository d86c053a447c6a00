"""What `GET /api/admin/queue-stats` answers. Times of waits are seconds."""

from __future__ import annotations

from rest_framework import serializers

from echoroom.api.serializers import StrictSerializer, UUIDField
from matching.stats.advice import Kind
from matching.stats.health import Status
from matching.stats.rate import Trend


def _choices(values: type[Status] | type[Trend] | type[Kind]) -> list[tuple[str, str]]:
    return [(value.value, value.name.replace("_", " ").capitalize()) for value in values]


class StatsQuerySerializer(StrictSerializer):
    event = UUIDField(required=False)
    quest = UUIDField(required=False)


class CellSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="Null where it is hidden.")


class DistributionSerializer(serializers.Serializer[object]):
    people = serializers.IntegerField()
    cells = CellSerializer(many=True)
    together = serializers.IntegerField(allow_null=True, help_text="How many people the hidden cells hold.")


class GenderSerializer(serializers.Serializer[object]):
    """Cells under five people are hidden, and the whole is counted anew once enough people have come or gone."""

    at = serializers.DateTimeField(allow_null=True)
    distribution = DistributionSerializer(allow_null=True, help_text="Null while fewer than five people wait.")


class WaitsSerializer(serializers.Serializer[object]):
    group = serializers.CharField(help_text="The languages in which they can be teamed, and the party's size.")
    waiting = serializers.IntegerField()
    matched = serializers.IntegerField(help_text="In the last hour.")
    average = serializers.FloatField(allow_null=True, help_text="Of those who were matched.")
    p50 = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True, help_text="Null where more than one in ten were never matched.")
    longest = serializers.FloatField(allow_null=True)
    longest_now = serializers.FloatField(allow_null=True, help_text="Of those who wait.")


class RateSerializer(serializers.Serializer[object]):
    per_minute = serializers.FloatField(help_text="People matched per minute in the last ten.")
    before = serializers.FloatField(help_text="The same in the ten minutes before.")
    trend = serializers.ChoiceField(choices=_choices(Trend))
    minutes = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of the last thirty minutes, the oldest first."
    )
    teams = serializers.IntegerField(help_text="In the last thirty minutes.")


class SuccessSerializer(serializers.Serializer[object]):
    share = serializers.FloatField(allow_null=True, help_text="Matched of all whose wait ended in the last hour.")
    matched = serializers.IntegerField()
    left = serializers.IntegerField()
    expired = serializers.IntegerField()
    no_team = serializers.IntegerField()


class CalibrationSerializer(serializers.Serializer[object]):
    group = serializers.CharField()
    forecasts = serializers.IntegerField()
    under = serializers.IntegerField(help_text="Waits that stayed under the p90 they were shown.")
    share = serializers.FloatField(help_text="About 0.9 is right.")


class HealthSerializer(serializers.Serializer[object]):
    status = serializers.ChoiceField(choices=_choices(Status))
    reason = serializers.CharField()


class AdviceSerializer(serializers.Serializer[object]):
    code = serializers.ChoiceField(choices=_choices(Kind))
    text = serializers.CharField()
    evidence = serializers.CharField()
    path = serializers.CharField(help_text="The page of the console on which to act.")


class QueueStatsSerializer(serializers.Serializer[object]):
    quest = serializers.UUIDField()
    title = serializers.CharField()
    is_open = serializers.BooleanField()
    held_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField()
    team_size = serializers.IntegerField()
    health = HealthSerializer()
    advice = AdviceSerializer(many=True)
    all_waits = WaitsSerializer()
    waits = WaitsSerializer(many=True)
    match_rate = RateSerializer()
    success = SuccessSerializer()
    calibration = CalibrationSerializer(many=True)
    gender = GenderSerializer()
    country = DistributionSerializer()
    language = DistributionSerializer()
    skill = DistributionSerializer()


class EventStatsSerializer(serializers.Serializer[object]):
    event = serializers.UUIDField()
    name = serializers.CharField()
    at = serializers.DateTimeField()
    queues = QueueStatsSerializer(many=True)
