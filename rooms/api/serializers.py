"""What the rooms' API takes and gives. The shapes below also are its documentation."""

from __future__ import annotations

from rest_framework import serializers

from echoroom.api.serializers import CharField, IntegerField, StrictSerializer
from rooms.models import FormField, Quest, QuestVersion, Reveal, Room

Plain = serializers.Serializer[object]


class VoteSerializer(StrictSerializer):
    room = CharField(max_length=12)
    decision = IntegerField(min_value=1, max_value=1000)
    option = CharField(max_length=1, min_length=1)
    # Longer and blank ones are refused by the service, with a code of their own.
    justification = CharField(allow_blank=True)
    round = IntegerField(
        min_value=1,
        max_value=2,
        required=False,
        help_text="The round that the vote is meant for. Left out, it counts in whichever is open when it arrives.",
    )


class VoteReceiptSerializer(Plain):
    room = serializers.CharField()
    decision = serializers.IntegerField()
    round = serializers.IntegerField()
    option = serializers.CharField()
    justification = serializers.CharField()
    revealed = serializers.BooleanField()
    version = serializers.IntegerField()
    deadline = serializers.DateTimeField(allow_null=True)


class CommitSerializer(StrictSerializer):
    room = CharField(max_length=12)
    decision = IntegerField(min_value=1, max_value=1000)
    option = CharField(max_length=1, min_length=1)
    round = IntegerField(
        min_value=1,
        max_value=2,
        required=False,
        help_text="The round whose votes the commit settles. Left out, it is whichever is revealed when it arrives.",
    )


class CommitReceiptSerializer(Plain):
    room = serializers.CharField()
    decision = serializers.IntegerField()
    round = serializers.IntegerField()
    option = serializers.CharField()
    tally = serializers.DictField(child=serializers.IntegerField())
    rule = serializers.ChoiceField(choices=QuestVersion.Rule.choices)
    rule_met = serializers.BooleanField()
    completed = serializers.BooleanField()
    version = serializers.IntegerField()


class RevoteSerializer(StrictSerializer):
    decision = IntegerField(min_value=1, max_value=1000)


class QuestCardSerializer(Plain):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    kind = serializers.ChoiceField(choices=Quest.Kind.choices)
    region_id = serializers.UUIDField()
    is_open = serializers.BooleanField()
    decisions = serializers.IntegerField()
    team_min = serializers.IntegerField()
    team_size = serializers.IntegerField()
    team_max = serializers.IntegerField()
    minutes = serializers.IntegerField()
    played = serializers.BooleanField(help_text="Completed by me: played to the end, or answered.")
    questions = serializers.IntegerField(help_text="Of a form or survey, which has no decisions and no team.")


class QuestListSerializer(Plain):
    quests = QuestCardSerializer(many=True)


class FormFieldSerializer(Plain):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    type = serializers.ChoiceField(choices=FormField.Type.choices)
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = serializers.ListField(child=serializers.CharField())
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    max_length = serializers.IntegerField(allow_null=True)


class QuestDetailSerializer(QuestCardSerializer):
    asks = FormFieldSerializer(many=True, help_text="The questions of a form or survey.")


class AnswersSerializer(StrictSerializer):
    # What each answer must be is the form's to say: the service checks it.
    answers = serializers.DictField(help_text="By field key. What is left out is not answered.")


class MyResponseSerializer(Plain):
    quest = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Quest.Kind.choices)
    answered = serializers.BooleanField()
    answered_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)
    answers = serializers.DictField(allow_null=True, help_text="Null of a survey: nobody can find its sheet again.")
    version = serializers.IntegerField(allow_null=True, help_text="The form's version that was answered.")


class RegionSerializer(Plain):
    id = serializers.UUIDField()
    name = serializers.CharField()
    is_open = serializers.BooleanField()
    quests = QuestCardSerializer(many=True)


class WorldSerializer(Plain):
    regions = RegionSerializer(many=True)
    room = serializers.CharField(allow_null=True, help_text="The room you play in now.")


class OptionSerializer(Plain):
    key = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    impact = serializers.CharField()
    trade_off = serializers.CharField()
    risks = serializers.ListField(child=serializers.CharField())


class DecisionSerializer(Plain):
    number = serializers.IntegerField()
    title = serializers.CharField()
    question = serializers.CharField()
    context = serializers.CharField()  # type: ignore[assignment]
    options = OptionSerializer(many=True)


class MemberSerializer(Plain):
    seat = serializers.IntegerField()
    name = serializers.CharField()
    is_you = serializers.BooleanField()
    voted = serializers.BooleanField()
    presence = serializers.ChoiceField(choices=["here", "away", "left"])
    is_captain = serializers.BooleanField()
    is_bot = serializers.BooleanField(help_text="A practice bot, not a person.")


class ShownVoteSerializer(Plain):
    seat = serializers.IntegerField()
    name = serializers.CharField()
    is_bot = serializers.BooleanField()
    option = serializers.CharField()
    justification = serializers.CharField()


class RoundSerializer(Plain):
    round = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=Reveal.Reason.choices)
    revealed_at = serializers.DateTimeField()
    seats = serializers.IntegerField()
    tally = serializers.DictField(child=serializers.IntegerField())
    votes = ShownVoteSerializer(many=True)


class ShownCommitSerializer(Plain):
    option = serializers.CharField()
    author = serializers.CharField()
    author_seat = serializers.IntegerField()
    rule = serializers.ChoiceField(choices=QuestVersion.Rule.choices)
    rule_met = serializers.BooleanField()
    was_tie = serializers.BooleanField()
    tally = serializers.DictField(child=serializers.IntegerField())
    dissent = serializers.ListField(child=serializers.IntegerField(), help_text="Seats that had voted otherwise.")
    committed_at = serializers.DateTimeField()


class RevealedDecisionSerializer(Plain):
    number = serializers.IntegerField()
    rounds = RoundSerializer(many=True)
    commit = ShownCommitSerializer(allow_null=True)


class YourVoteSerializer(Plain):
    option = serializers.CharField()
    justification = serializers.CharField()


class StepSerializer(Plain):
    number = serializers.IntegerField()
    title = serializers.CharField()


class RoomQuestSerializer(Plain):
    id = serializers.UUIDField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    rule = serializers.ChoiceField(choices=QuestVersion.Rule.choices)
    rounds = serializers.IntegerField()
    team_min = serializers.IntegerField()
    vote_seconds = serializers.IntegerField(help_text="How long a round takes votes, without extensions.")


class YouMaySerializer(Plain):
    start = serializers.BooleanField()
    vote = serializers.BooleanField()
    vote_again = serializers.BooleanField()
    commit = serializers.ListField(child=serializers.CharField(), help_text="The options you may commit to.")


class RoomSerializer(Plain):
    code = serializers.CharField()
    state = serializers.ChoiceField(choices=Room.State.choices)
    phase = serializers.ChoiceField(choices=Room.Phase.choices)
    close_reason = serializers.CharField()
    version = serializers.IntegerField()
    quest = RoomQuestSerializer()
    capacity = serializers.IntegerField()
    decision_number = serializers.IntegerField()
    round = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)
    steps = StepSerializer(many=True)
    decision = DecisionSerializer(allow_null=True)
    members = MemberSerializer(many=True)
    your_seat = serializers.IntegerField()
    your_vote = YourVoteSerializer(allow_null=True)
    you_may = YouMaySerializer()
    revealed = RevealedDecisionSerializer(many=True)
    artifact = serializers.UUIDField(allow_null=True, help_text="The decision map, once it is made.")


class ArtifactSerializer(Plain):
    id = serializers.UUIDField()
    digest = serializers.CharField(help_text="SHA-256 of the document's canonical bytes.")
    created_at = serializers.DateTimeField()
    document = serializers.JSONField()


class ShareSerializer(StrictSerializer):
    show_my_name = serializers.BooleanField(
        default=False, help_text="Keep your own name on the shared map. Your team-mates' names are never on it."
    )


class ShareLinkSerializer(Plain):
    url = serializers.URLField(help_text="Whoever has it reads the map without signing in.")
