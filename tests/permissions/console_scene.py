"""Two events with a row in every list: Ada's, and Otto's next door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.db.models import Model

from echoroom.api.models import ApiKey, IdempotencyRecord
from echoroom.api.services import create_api_key
from echoroom.events.admin.scoping import ScopedAdmin
from echoroom.events.models import Event
from echoroom.events.tests.console import fill
from echoroom.events.tests.factories import EventCodeFactory
from rooms.models import Quest, Room
from rooms.tests.factories import make_quest
from tests.cast import Cast, make_cast
from tests.permissions.people import People, people_of

ADMINS = {f"{model._meta.app_label}/{model._meta.model_name}": found for model, found in admin.site._registry.items()}


@dataclass
class ConsoleScene:
    cast: Cast
    people: People
    # Whose event it is → the event.
    events: dict[str, Event]
    live_rooms: dict[str, Room]

    def whose(self, role: str, *, own: bool) -> str:
        """The organiser whose object is looked at."""
        theirs = role if role in self.events else "organiser"
        return theirs if own else next(other for other in self.events if other != theirs)

    def object_of(self, name: str, whose: str) -> Model:
        """A row of this list, of that organiser's event if it is of an event at all."""
        model_admin = ADMINS[name]
        rows = model_admin.model._default_manager.all()
        if name == "accounts/user":
            return self.people.staff["on_call"]
        if name == "rooms/room":
            return self.live_rooms[whose]
        if isinstance(model_admin, ScopedAdmin):
            rows = rows.filter(**{model_admin.event_path: self.events[whose].pk})
        if name == "rooms/quest":
            # Has every button of a quest; a decision room has no answers to take away.
            rows = rows.filter(kind=Quest.Kind.FORM)
        found: Model = rows.order_by("pk")[0]
        return found

    def path(self, route: str, found: Any, whose: str = "organiser") -> str:
        pk = quote(str(found.pk), safe="") if found is not None else ""
        quest = str(self.live_rooms[whose].quest_id)
        return "/" + route.replace("<path:object_id>", pk).replace("<uuid:quest>", quest)


def make_console_scene(*, team: int = 3, decisions: int = 1) -> ConsoleScene:
    """Rooms of so many people and decisions have been played to their end; the live ones have nobody in them yet."""
    cast = make_cast(decisions=decisions, team_max=team)
    people = people_of(cast)
    elsewhere = Event.objects.get(name="Elsewhere")
    fill(cast.event, cast.quest, team=team)
    fill(elsewhere, team=team)
    EventCodeFactory.create(event=elsewhere, code="ELSEWHERE-1")
    create_api_key(by=cast.adam, name="Screen", scopes=ApiKey.Scope.values)
    IdempotencyRecord.objects.create(person_id=cast.ben.pk, route="POST /api/vote", key="once", status=200)
    rooms = {}
    for whose, event in (("organiser", cast.event), ("other_organiser", elsewhere)):
        title = f"Played at {event.name}"
        quest = make_quest(event=event, decisions=decisions, slug=f"of-{whose}", title=title, team_max=team)
        done = fill(event, quest, team=team)
        rooms[whose] = Room.objects.create(
            event=event,
            quest=quest,
            quest_version=done.quest_version,
            capacity=team,
            code=f"LIVE-{event.name[:2].upper()}",
        )
    return ConsoleScene(
        cast=cast,
        people=people,
        events={"organiser": cast.event, "other_organiser": elsewhere},
        live_rooms=rooms,
    )
