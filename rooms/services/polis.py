"""A Pol.is export becomes an event: its statements are the decisions of quests."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from echoroom.accounts.models import User
from echoroom.events.models import EventCode
from echoroom.events.services.events import create_code, create_event
from rooms.errors import TooFewStatements
from rooms.models import Quest
from rooms.quest_files.polis import PolisExport, quests, statement_quest_spec
from rooms.quest_files.spec import QuestSpec
from rooms.quest_files.text import cut_at_word
from rooms.selectors.content import content_of
from rooms.selectors.quest_export import spec_of
from rooms.services.quests import import_quest

LONGEST_EVENT_NAME = 120


@dataclass(frozen=True, slots=True)
class ImportedQuest:
    """`is_new` is False for a quest whose current version says the same already."""

    quest: Quest
    version: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Imported:
    code: EventCode
    is_new_event: bool
    quests: list[ImportedQuest]


@transaction.atomic
def import_export(*, by: User | None, export: PolisExport, code: str, count: int | None = None) -> Imported:
    """The export's first `count` quests (all without one) in the event that `code` opens, made if there is none.

    What is there already stays as it is. Raises `TooFewStatements` for an export without a quest, `CodeTaken` when two
    first imports meet, `ValidationError` for a malformed code.
    """
    specs = [statement_quest_spec(export, number, each) for number, each in enumerate(quests(export)[:count], start=1)]
    if not specs:
        raise TooFewStatements
    found = EventCode.objects.select_related("event").filter(code=code.strip().upper()).first()
    entry = found or _new_event(by, export, code)
    return Imported(entry, found is None, [_import(by, entry, spec) for spec in specs])


def _new_event(by: User | None, export: PolisExport, code: str) -> EventCode:
    event = create_event(
        by=by,
        name=cut_at_word(export.topic, LONGEST_EVENT_NAME),
        welcome="Statements of a public deliberation, three at a time. Say with your team where you stand.",
    )
    return create_code(by=by, event=event, code=code)


def _import(by: User | None, entry: EventCode, spec: QuestSpec) -> ImportedQuest:
    known = Quest.objects.select_related("region").filter(event_id=entry.event_id, slug=spec.slug).first()
    if known and known.current_id and spec_of(known) == spec:
        return ImportedQuest(known, content_of(known.current_id).number, is_new=False)
    quest = import_quest(by=by, event=entry.event, spec=spec)
    assert quest.current is not None
    return ImportedQuest(quest, quest.current.number, is_new=True)
