from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.quest_files import QuestFileInvalid, read_yaml


class Command(BaseCommand):
    help = "Check quest files without importing them; every mistake is shown with its line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        broken = 0
        for path in files:
            try:
                spec = read_yaml(path)
            except QuestFileInvalid as error:
                broken += 1
                self.stderr.write(str(error))
            else:
                asked = f"{len(spec.fields)} fields" if spec.is_form else f"{len(spec.decisions)} decisions"
                self.stdout.write(f"{path}: {spec.title}, {asked}, fine")
        if broken:
            raise CommandError(f"{broken} of {len(files)} files have mistakes.")
