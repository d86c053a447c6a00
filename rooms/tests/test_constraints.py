"""What the database refuses, whatever the code above it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, F, Field, Model, QuerySet, UniqueConstraint
from django.utils import timezone

from badges.models import Award
from echoroom.accounts.models import User
from echoroom.events.models import Event, EventCode, EventOrganiser, Participant, SeatDevice
from matching.models import Block, MatchingWeights, Party, PartyMember, QueueReport, ReportSending, Ticket
from matching.tests.factories import make_ticket
from rooms.models import (
    AnswerSheet,
    Commit,
    Decision,
    DecisionMap,
    FormField,
    MapShare,
    Membership,
    Message,
    Option,
    Quest,
    QuestVersion,
    ReadMark,
    Region,
    Response,
    Reveal,
    Room,
    Vote,
)
from rooms.tests.factories import make_room
from rooms.tests.moves import commit, everyone_votes, playing_room, read, write
from rooms.tests.questions import answer, make_form
from tests.cast import Cast

APPS = ("accounts", "events", "rooms", "matching", "badges")


def to(**values: object) -> Callable[[QuerySet[Model]], object]:
    """Writes these values over one existing row."""
    return lambda rows: rows.filter(pk=rows.order_by("pk").values("pk")[:1]).update(**values)


def twin(**values: object) -> Callable[[QuerySet[Model]], object]:
    """Inserts a copy of one existing row with these values changed."""

    def insert(rows: QuerySet[Model]) -> object:
        row = rows.order_by("pk")[0]
        fresh = rows.model()
        for field in row._meta.concrete_fields:
            if not field.primary_key:
                setattr(fresh, field.attname, getattr(row, field.attname))
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(force_insert=True)
        return fresh

    return insert


def in_a_second_room(rows: QuerySet[Model]) -> object:
    other = make_room(Quest.objects.get(kind=Quest.Kind.DECISION_ROOM), [])
    return twin(room_id=other.pk)(rows)


NOW = timezone.now()
# constraint → the table, and what breaks exactly this one
BREAKS: dict[str, tuple[type[Model], Callable[[QuerySet[Model]], object]]] = {
    "accounts_user_staff_have_email": (User, to(role="organiser", email=None)),
    "events_event_closes_after_it_opens": (Event, to(closes_at=NOW - timedelta(days=9000))),
    "events_organiser_once_per_event": (EventOrganiser, twin()),
    "events_code_not_used_beyond_its_maximum": (EventCode, to(max_uses=1, uses=2)),
    "events_participant_once_per_event": (Participant, twin()),
    "events_seatdevice_only_a_revoked_one_has_a_reason": (SeatDevice, to(revoke_reason="taken_over")),
    "rooms_region_named_once_per_event": (Region, twin()),
    "rooms_quest_slug_once_per_event": (Quest, twin()),
    "rooms_version_numbered_once_per_quest": (QuestVersion, twin()),
    "rooms_version_has_one_or_two_rounds": (QuestVersion, to(rounds=3)),
    "rooms_version_team_of_two_to_five": (QuestVersion, to(team_min=1)),
    "rooms_decision_numbered_once_per_version": (Decision, twin()),
    "rooms_decision_numbers_start_at_one": (Decision, to(number=0)),
    "rooms_option_keyed_once_per_decision": (Option, twin()),
    "rooms_room_completed_has_its_time": (Room, to(completed_at=NOW)),
    "rooms_room_closed_has_its_time_and_reason": (Room, to(close_reason="idle")),
    "rooms_room_plays_only_in_progress": (Room, to(phase="")),
    "rooms_room_full_has_its_time": (
        Room,
        to(state="full", full_at=None, started_at=None, decision_number=0, round=0, phase=""),
    ),
    "rooms_room_seats_two_to_five": (Room, to(capacity=6)),
    "rooms_membership_once_per_room": (Membership, twin(seat=5, is_playing=False)),
    "rooms_membership_one_person_a_seat": (Membership, to(seat=2)),
    "rooms_membership_seat_one_to_five": (Membership, to(seat=6)),
    "rooms_membership_one_room_at_a_time": (Membership, in_a_second_room),
    "rooms_membership_left_means_not_playing": (Membership, to(left_at=NOW)),
    "rooms_vote_once_per_round": (Vote, twin(justification="Another.")),
    "rooms_vote_in_round_one_or_two": (Vote, to(round=3)),
    "rooms_vote_has_a_reason": (Vote, to(justification="")),
    "rooms_reveal_once_per_round": (Reveal, twin()),
    "rooms_commit_once_per_decision": (Commit, twin()),
    "rooms_message_numbered_once_per_room": (Message, twin(key="another")),
    "rooms_message_once_per_key": (Message, twin(number=2)),
    "rooms_message_numbers_start_at_one": (Message, to(number=0)),
    "rooms_message_has_a_text": (Message, to(text="")),
    "rooms_readmark_of_a_message": (ReadMark, to(number=0)),
    "rooms_field_numbered_once_per_version": (FormField, twin(key="another")),
    "rooms_field_keyed_once_per_version": (FormField, twin(number=99)),
    "rooms_field_numbers_start_at_one": (FormField, to(number=0)),
    "rooms_field_type_is_known": (FormField, to(type="colour", max_length=None)),
    "rooms_field_choices_are_of_a_choice": (FormField, to(choices=["A"])),
    "rooms_field_range_is_of_a_number": (FormField, to(minimum=1)),
    "rooms_field_range_is_not_empty": (FormField, to(type="number", max_length=None, minimum=2, maximum=1)),
    "rooms_field_length_is_of_a_text": (FormField, to(max_length=None)),
    "rooms_response_once_per_person": (Response, twin()),
    "rooms_sheet_is_of_a_person_or_in_a_group": (AnswerSheet, to(group=1)),
    "rooms_share_one_standing_per_member": (MapShare, twin(token_hash="1" * 64)),
    "rooms_share_withdrawn_after_it_was_made": (MapShare, to(withdrawn_at=NOW - timedelta(days=9000))),
    "matching_ticket_one_queue_at_a_time": (Ticket, twin()),
    "matching_ticket_ended_has_its_time": (Ticket, to(state="left")),
    "matching_ticket_somebody_waits": (Ticket, to(participant=None)),
    "matching_ticket_numbered_once_per_queue": (Ticket, twin(state="left", ended_at=timezone.now())),
    "matching_party_one_at_a_time": (PartyMember, twin()),
    "matching_block_once": (Block, twin()),
    "matching_block_somebody_else": (Block, to(blocked=F("blocker"))),
    "matching_weights_are_not_negative": (MatchingWeights, to(gender=-0.1)),
    "matching_weights_are_not_all_zero": (MatchingWeights, to(**dict.fromkeys(MatchingWeights.CRITERIA, 0))),
    "matching_report_five_minutes_to_a_day": (QueueReport, to(every_minutes=4)),
    "matching_sending_once": (ReportSending, twin()),
    "matching_sending_not_sent_and_given_up": (
        ReportSending,
        to(sent_at=timezone.now(), given_up_at=timezone.now()),
    ),
    "badges_award_once_per_participant": (Award, twin()),
    "badges_award_of_the_catalogue": (Award, to(badge="best_hat")),
}


@pytest.fixture
def a_bit_of_everything(cast: Cast) -> None:
    """At least one row in every table, in a state that all constraints allow."""
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAA")
    write(cast.ben, room, "Hello.", key="once")
    read(cast.bea, room, 1)
    commit(cast.ben, room)
    decision_map = DecisionMap.objects.create(room=room, document={}, digest="0" * 64)
    MapShare.objects.create(decision_map=decision_map, made_by=cast.ben, token_hash="0" * 64)
    make_ticket(cast.quest, cast.cleo)
    PartyMember.objects.create(party=Party.objects.create(event=cast.event), participant=cast.cleo)
    Block.objects.create(blocker=cast.cleo, blocked=cast.ben)
    MatchingWeights.objects.create(event=cast.event)
    report = QueueReport.objects.create(event=cast.event)
    ReportSending.objects.create(report=report, way="mail", of=timezone.now(), due_at=timezone.now())
    SeatDevice.objects.create(participant=cast.ben, token_hash="0" * 64)
    answer(cast.cleo, make_form(cast.event))
    Award.objects.create(participant=cast.ben, badge="first_steps", room=room, reason="Completed a first quest.")


def named_constraints() -> set[str]:
    return {
        constraint.name
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, (CheckConstraint, UniqueConstraint))
    }


@pytest.mark.parametrize("values", [{"type": "select"}, {"type": "date", "max_length": 9}, {"maximum": 1}])
def test_what_belongs_to_another_type_of_question_is_refused(a_bit_of_everything: None, values: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        to(**values)(FormField._base_manager.all())


def test_a_sheet_of_nobody_needs_a_group(a_bit_of_everything: None):
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerSheet.objects.update(response=None)
    AnswerSheet.objects.update(response=None, group=0)


def test_every_constraint_has_a_case():
    assert named_constraints() == set(BREAKS)


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_the_database_refuses(name: str, a_bit_of_everything: None):
    model, break_it = BREAKS[name]
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        break_it(model._base_manager.all())
    assert names(refused.value, model, name), str(refused.value)


def column_field(model: type[Model], name: str) -> Field[object, object]:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def names(error: IntegrityError, model: type[Model], name: str) -> bool:
    """PostgreSQL names what was broken; SQLite names unconditional unique constraints by their columns."""
    said = str(error)
    if name in said:
        return True
    constraint = next(each for each in model._meta.constraints if each.name == name)
    if not isinstance(constraint, UniqueConstraint):
        return False
    columns = [column_field(model, field).column for field in constraint.fields]
    return said.endswith(", ".join(f"{model._meta.db_table}.{column}" for column in columns))
