from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from echoroom.accounts.models import User
from echoroom.api.authentication import KeyGrant
from echoroom.api.keys import KeyAuthentication
from echoroom.api.models import ApiKey
from echoroom.api.permissions import AnyOf, HasScope
from echoroom.api.serializers import parse_query
from echoroom.api.views import ApiView
from echoroom.events.authentication import StaffSessionAuthentication
from echoroom.events.models import Event, EventQuerySet
from matching.advice_paths import path_of
from matching.api.stats_serializers import EventStatsSerializer, StatsQuerySerializer
from matching.errors import EventNotFound
from matching.selectors.queue_figures import QueueFigures, event_to_show, group_in_words, queue_figures
from matching.stats.cells import Distribution
from matching.stats.success import Held
from matching.stats.waits import Waits
from rooms.errors import QuestNotFound


class Organises(BasePermission):
    """Staff who run events. Which of them they may see is the query's filter."""

    message = "This is for the people who organise events."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.is_organiser


def _events(request: Request) -> EventQuerySet:
    if isinstance(request.auth, KeyGrant):
        of_key = request.auth.event_id
        return Event.objects.filter(pk=of_key) if of_key else Event.objects.none()
    assert isinstance(request.user, User)
    return Event.objects.visible_to(request.user)


class QueueStatsView(ApiView):
    """For organisers signed in to the console, and for machines with an API key of the event."""

    authentication_classes = [KeyAuthentication, StaffSessionAuthentication]
    permission = AnyOf(Organises, HasScope(ApiKey.Scope.QUEUE_READ))
    rate_scope = "room_read"

    @extend_schema(
        operation_id="queue_stats",
        parameters=[
            OpenApiParameter("event", str, description="Whose queues; the newest event of mine if left out."),
            OpenApiParameter("quest", str, description="Only this quest's queue."),
        ],
        responses=EventStatsSerializer,
    )
    def get(self, request: Request) -> dict[str, Any]:
        """How the queues of an event do: who waits, how long, with what success, and what could be done."""
        asked = parse_query(StatsQuerySerializer, request)
        event = event_to_show(events=_events(request), event_id=asked.get("event"), quest_id=asked.get("quest"))
        if event is None:
            raise EventNotFound
        queues = queue_figures(event=event, quest_id=asked.get("quest"))
        if "quest" in asked and not queues:
            raise QuestNotFound
        at = queues[0].at if queues else timezone.now()
        return {"event": event.pk, "name": event.name, "at": at, "queues": [_stats(event, each) for each in queues]}


def _stats(event: Event, queue: QueueFigures) -> dict[str, Any]:
    figures = queue.figures
    return {
        "quest": queue.quest_id,
        "title": queue.title,
        "is_open": queue.is_open,
        "held_at": queue.held_at,
        "waiting": figures.waiting,
        "team_size": queue.team_size,
        "health": asdict(figures.health),
        "advice": [
            {
                "code": each.kind,
                "text": each.text,
                "evidence": each.evidence,
                "path": path_of(each, event_id=event.pk, quest_id=queue.quest_id),
            }
            for each in figures.advice
        ],
        "all_waits": {**asdict(figures.all_waits), "group": "everybody"},
        "waits": [_waits(row) for row in figures.waits],
        "match_rate": asdict(figures.rate),
        "success": {**asdict(figures.success), "share": figures.success.share},
        "calibration": [_held(row) for row in figures.calibration],
        "gender": {"at": queue.gender.at, "distribution": _distribution(queue.gender.distribution)},
        "country": _distribution(queue.country),
        "language": _distribution(queue.language),
        "skill": _distribution(queue.skill),
    }


def _waits(row: Waits) -> dict[str, Any]:
    return {**asdict(row), "group": group_in_words(row.group)}


def _held(row: Held) -> dict[str, Any]:
    return {**asdict(row), "group": group_in_words(row.group), "share": row.share}


def _distribution(found: Distribution | None) -> dict[str, Any] | None:
    if found is None:
        return None
    cells = [{"name": cell.key, "count": cell.count} for cell in found.cells]
    return {"people": found.people, "cells": cells, "together": found.together}
