from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from badges.selectors.owing import events_to_check, people_to_check, rooms_to_check
from badges.services.awarding import check_people, check_room

# As many people as one check takes, and how often progress is told.
CHUNK, TELL_EVERY = 50, 100


class Command(BaseCommand):
    help = "Give every badge that is due by now and was not given. Running it again gives nothing more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--event", default="", help="a code of the event; without it, all events")

    def handle(self, *args: Any, event: str, **options: Any) -> None:
        events = events_to_check(event.upper())
        if event and not events:
            raise CommandError(f"No event has the code {event}.")
        awarded = sum(self._rooms(pk) + self._people(pk) for pk in events)
        self.stdout.write(f"{awarded} badges awarded in {len(events)} events.")

    def _rooms(self, event_id: UUID) -> int:
        awarded, rooms = 0, rooms_to_check(event_id)
        for number, room_id in enumerate(rooms, start=1):
            awarded += len(check_room(room_id=room_id))
            if number % TELL_EVERY == 0 or number == len(rooms):
                self.stdout.write(f"{number} of {len(rooms)} rooms, {awarded} badges")
        return awarded

    def _people(self, event_id: UUID) -> int:
        awarded, people = 0, people_to_check(event_id)
        for first in range(0, len(people), CHUNK):
            chunk = people[first : first + CHUNK]
            awarded += len(check_people(event_id=event_id, participant_ids=chunk))
            self.stdout.write(f"{first + len(chunk)} of {len(people)} people, {awarded} badges")
        return awarded
