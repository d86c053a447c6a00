"""The event that a fresh installation can play at once."""

from __future__ import annotations

from django.db import transaction

from echoroom.accounts.models import User
from echoroom.events.models import Event, EventCode, EventOrganiser
from echoroom.events.services.events import create_code, create_event
from rooms.models import Quest
from rooms.quest_files import demo_forms, demo_quests
from rooms.services.quests import import_quest

DEMO_CODE = "ECHO-2026"


@transaction.atomic
def load_demo_event(*, by: User) -> EventCode:
    """The demo event, its code, its four quests, its form and its survey; made once, found again afterwards.

    An older demo event gets what came with a newer EchoRoom.
    """
    existing = EventCode.objects.filter(event__is_demo=True).select_related("event").first()
    if existing:
        EventOrganiser.objects.get_or_create(event=existing.event, user=by)
        _import_missing(by, existing.event)
        return existing
    event: Event = create_event(
        by=by,
        name="Four hard evenings",
        welcome="A demo event: four quests, each a dilemma without a right answer. Play it with whoever is around.",
        is_demo=True,
    )
    _import_missing(by, event)
    return create_code(by=by, event=event, code=DEMO_CODE)


def _import_missing(by: User, event: Event) -> None:
    there = set(Quest.objects.filter(event=event).values_list("slug", flat=True))
    for spec in (*demo_quests(), *demo_forms()):
        if spec.slug not in there:
            import_quest(by=by, event=event, spec=spec)
