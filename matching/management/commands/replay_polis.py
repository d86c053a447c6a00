from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echoroom.events.models import EventCode
from matching.replay.director import CannotPlay, Plan, play
from matching.replay.journal import write_journal
from matching.replay.played import Played
from matching.replay.progress import Progress
from matching.replay.report import report_on
from matching.replay.scripts import Script, scripts_of
from matching.replay.tables import as_text
from rooms.quest_files.polis import PolisFileInvalid, read_export


class Command(BaseCommand):
    help = (
        "Play the people of a Pol.is export against a running server, through its public HTTP API only, and hold "
        "its tallies against votes.csv. Exits 1 unless everything agrees. The export must have been imported."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="summary.csv, comments.csv, votes.csv")
        parser.add_argument("--url", required=True, help="the server, as in http://127.0.0.1:8000")
        parser.add_argument("--quests", type=int, metavar="N", help="only the first N quests")
        parser.add_argument("--event", metavar="CODE", help="find the join link in this machine's database")
        parser.add_argument("--join-link", metavar="LINK", help="the event's join link, or its last part")
        parser.add_argument("--concurrency", type=int, default=64, metavar="C", help="requests at once (64)")
        parser.add_argument(
            "--joins-per-minute",
            type=int,
            default=5,
            metavar="J",
            help="begin a quest when all its people may queue within this limit of the server (5; 0: at once)",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="the report; the journal goes beside it")
        parser.add_argument("--label", default="", help="a word for the report's heading")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["quests"] or 1) < 1 or options["concurrency"] < 1:
            raise CommandError("--quests and --concurrency must be 1 or more.")
        try:
            export = read_export(options["directory"])
        except PolisFileInvalid as error:
            raise CommandError(f"{options['directory']} cannot be played.\n{error}") from error
        link = options["join_link"] or join_link(options["event"])
        plan = Plan(
            url=options["url"].rstrip("/"),
            link=token_of(link),
            concurrency=options["concurrency"],
            joins_per_minute=options["joins_per_minute"],
        )
        played = self._play(scripts_of(export, count=options["quests"]), plan)
        report = report_on(export, played, label=options["label"], url=plan.url, concurrency=plan.concurrency)
        self.stdout.write(as_text(report))
        if path := options["json"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", "utf-8")
            write_journal(path.with_suffix(".jsonl"), played)
        if not report.is_passed:
            sys.exit(1)

    def _play(self, scripts: list[Script], plan: Plan) -> Played:
        def write(text: str) -> None:
            self.stderr.write(text, ending="")
            self.stderr.flush()

        self.stderr.style_func = None
        # One line for every request would bury the progress.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        progress = Progress(write, is_terminal=self.stderr.isatty())
        try:
            return asyncio.run(play(scripts, plan, progress=progress))
        except CannotPlay as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end: there is no report.") from None


def token_of(link: str) -> str:
    """The unguessable last part of a join link; the part alone is taken as well."""
    return urlsplit(link).path.rstrip("/").rpartition("/")[2]


def join_link(code: str | None) -> str:
    """From the database that this command reads; for a server that uses another one, give the link itself."""
    # Without a code: the event that was imported last.
    wanted = {"code": code.strip().upper()} if code else {"event__quests__slug": "statements-01"}
    found = EventCode.objects.filter(**wanted).order_by("-created_at").first()
    if found is None:
        what = f"the code {code}" if code else "an imported export"
        raise CommandError(f"No event here has {what}. Import one with import_polis, or give --join-link.")
    return found.link_token
