"""Quests come in as specs (from YAML, from Pol.is) and are kept as versions that never change."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Event
from rooms.errors import QuestKindFixed
from rooms.models import Decision, FormField, Option, Quest, QuestVersion, Region
from rooms.quest_files.form_spec import FieldSpec
from rooms.quest_files.spec import DecisionSpec, QuestSpec


@transaction.atomic
def import_quest(*, by: User | None, event: Event, spec: QuestSpec) -> Quest:
    """Make the quest `spec.slug` of the event, or its next version. Rooms that play an older one keep it.

    Raises `QuestKindFixed` for a version that would make a form of a room, or the like.
    """
    # The event's row orders two imports at once, so that both find or make one region, one quest, one number.
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    region = _region(event, spec.region)
    quest, _ = Quest.objects.get_or_create(
        event=event,
        slug=spec.slug,
        defaults={
            "kind": spec.kind,
            "region": region,
            "title": spec.title,
            "summary": spec.summary,
            "position": _next_position(event),
        },
    )
    if quest.kind != spec.kind:
        raise QuestKindFixed
    quest.region, quest.title, quest.summary = region, spec.title, spec.summary
    quest.current = _write_version(quest, spec)
    quest.save()
    audit.record("quest.imported", by=by, target=quest, event_id=event.pk, version=quest.current.number)
    return quest


@transaction.atomic
def set_quest_open(*, by: User, quest_id: UUID, is_open: bool) -> None:
    quest = Quest.objects.select_for_update(no_key=True).get(pk=quest_id)
    if quest.is_open != is_open:
        quest.is_open = is_open
        quest.save(update_fields=["is_open"])
        audit.record("quest.opened" if is_open else "quest.closed", by=by, target=quest, event_id=quest.event_id)


def _region(event: Event, name: str) -> Region:
    last = Region.objects.filter(event=event).aggregate(last=Max("position"))["last"]
    region, _ = Region.objects.get_or_create(
        event=event, name=name, defaults={"position": 0 if last is None else last + 1}
    )
    return region


def _next_position(event: Event) -> int:
    last = Quest.objects.filter(event=event).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _write_version(quest: Quest, spec: QuestSpec) -> QuestVersion:
    last = quest.versions.aggregate(last=Max("number"))["last"] or 0
    version = QuestVersion.objects.create(
        quest=quest,
        number=last + 1,
        title=spec.title,
        summary=spec.summary,
        rule=spec.rule,
        rounds=spec.rounds,
        team_min=spec.team_min,
        team_size=spec.team_size,
        team_max=spec.team_max,
        vote_seconds=spec.vote_seconds,
        patience_seconds=spec.patience_seconds,
        lobby_seconds=spec.lobby_seconds,
    )
    for number, decision in enumerate(spec.decisions, start=1):
        _write_decision(version, number, decision)
    FormField.objects.bulk_create(_field(version, number, field) for number, field in enumerate(spec.fields, start=1))
    return version


def _field(version: QuestVersion, number: int, spec: FieldSpec) -> FormField:
    return FormField(
        version=version,
        number=number,
        key=spec.key,
        label=spec.label,
        help=spec.help,
        type=spec.type,
        required=spec.required,
        choices=list(spec.choices),
        minimum=spec.minimum,
        maximum=spec.maximum,
        max_length=spec.max_length,
    )


def _write_decision(version: QuestVersion, number: int, spec: DecisionSpec) -> None:
    decision = Decision.objects.create(
        version=version, number=number, title=spec.title, question=spec.question, context=spec.context
    )
    Option.objects.bulk_create(
        Option(
            decision=decision,
            key=key,
            title=option.title,
            description=option.description,
            impact=option.impact,
            trade_off=option.trade_off,
            risks=list(option.risks),
        )
        for key, option in spec.keyed_options()
    )
