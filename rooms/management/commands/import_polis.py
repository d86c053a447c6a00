from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from echoroom.refusals import Refusal
from rooms.quest_files.polis import PolisFileInvalid, read_export
from rooms.services.polis import Imported, import_export


class Command(BaseCommand):
    help = "Make an event of a Pol.is export: three statements to a quest, most voters first. All or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="summary.csv, comments.csv, votes.csv")
        parser.add_argument("--event", required=True, metavar="CODE", help="the code of the event; made if new")
        parser.add_argument("--quests", type=int, metavar="N", help="only the first N quests")

    def handle(self, *args: Any, directory: Path, event: str, quests: int | None, **options: Any) -> None:
        if quests is not None and quests < 1:
            raise CommandError("--quests must be 1 or more.")
        try:
            export = read_export(directory)
            imported = import_export(by=None, export=export, code=event, count=quests)
        except PolisFileInvalid as error:
            raise CommandError(f"Nothing was imported from {directory}.\n{error}") from error
        except ValidationError as error:
            raise CommandError(f"Nothing was imported. {' '.join(error.messages)}") from error
        except Refusal as error:
            raise CommandError(f"Nothing was imported. {error.detail}") from error
        self._tell(imported)

    def _tell(self, imported: Imported) -> None:
        for each in imported.quests:
            state = "imported" if each.is_new else "unchanged"
            self.stdout.write(f"  {each.quest.slug}  version {each.version}  {state}  {each.quest.title}")
        new = sum(each.is_new for each in imported.quests)
        if not new:
            self.stdout.write(f"All {len(imported.quests)} quests were there already: nothing was imported.")
        else:
            self.stdout.write(f"{new} of {len(imported.quests)} quests imported.")
        event = imported.code.event
        self.stdout.write(f"Event      {event.name}{' (new)' if imported.is_new_event else ''}")
        self.stdout.write(f"Code       {imported.code.code}")
        self.stdout.write(f"Join link  {imported.code.join_url}")
