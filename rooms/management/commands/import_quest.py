from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from echoroom.events.models import Event
from echoroom.refusals import Refusal
from rooms.quest_files import QuestFileInvalid, QuestSpec, read_yaml
from rooms.services.quests import import_quest


class Command(BaseCommand):
    help = "Import quest files into an event; a known slug becomes the quest's next version. All or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--event", required=True, help="a code of the event")

    def handle(self, *args: Any, files: list[Path], event: str, **options: Any) -> None:
        found = Event.objects.filter(codes__code=event.upper()).first()
        if found is None:
            raise CommandError(f"No event has the code {event}.")
        try:
            specs = [read_yaml(path) for path in files]
        except QuestFileInvalid as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        with transaction.atomic():
            for spec in specs:
                self._import(found, spec)

    def _import(self, event: Event, spec: QuestSpec) -> None:
        try:
            quest = import_quest(by=None, event=event, spec=spec)
        except Refusal as refusal:
            raise CommandError(f"Nothing was imported. {spec.slug}: {refusal.detail}") from refusal
        self.stdout.write(f"{quest.title}: version {quest.current.number if quest.current else 0}")
