"""Where an organiser acts on an advice."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from matching.stats.advice import Advice, Kind


def console_path(*, event_id: UUID, quest_id: UUID | None = None) -> str:
    where = {"event": event_id, **({"quest": quest_id} if quest_id else {})}
    return f"{reverse('queue-dashboard')}?{urlencode(where)}"


def path_of(advice: Advice, *, event_id: UUID, quest_id: UUID) -> str:
    """A page of the organiser console: the codes to show people, the quests to open, or the queue's own actions."""
    match advice.kind:
        case Kind.INVITE:
            return f"{reverse('admin:events_eventcode_sheet')}?{urlencode({'event': event_id})}"
        case Kind.OPEN_QUEST:
            return f"{reverse('admin:rooms_quest_changelist')}?{urlencode({'event__id__exact': event_id})}"
        case _:
            return console_path(event_id=event_id, quest_id=quest_id)
