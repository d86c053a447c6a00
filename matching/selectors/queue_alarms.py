"""Queues that need somebody now, as the console's own health says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from echoroom.accounts.models import User
from matching.models import Ticket
from matching.selectors.queue_figures import terms_of, unfitting_of
from matching.stats.figures import Terms
from matching.stats.health import State, Status, health_of
from matching.stats.success import Success
from rooms.models import Quest

# How waits ended lately never alarms.
NO_ENDS = Success(0, 0, 0, 0)


def queues_in_alarm(*, user: User) -> list[Quest]:
    """Of the events that somebody runs; three queries at most."""
    now = timezone.now()
    tickets = Ticket.objects.visible_to(user).waiting().filter(participant__is_bot=False)
    counts = dict(tickets.order_by().values_list("quest_id").annotate(Count("pk")))
    rooms = Quest.objects.filter(pk__in=counts, kind=Quest.Kind.DECISION_ROOM, current__isnull=False)
    rows = rooms.select_related("event", "current", "region", "queue").order_by("pk")
    terms = {quest.pk: terms_of(quest.event, quest, now) for quest in rows}
    waits = _past_promise(terms, now)
    return [quest for quest in rows if _alarms(counts[quest.pk], waits[quest.pk], terms[quest.pk])]


def _past_promise(terms: Mapping[UUID, Terms], now: datetime) -> defaultdict[UUID, list[tuple[float, str]]]:
    found: defaultdict[UUID, list[tuple[float, str]]] = defaultdict(list)
    if not terms:
        return found
    before = now - timedelta(seconds=min(each.promise for each in terms.values()))
    tickets = Ticket.objects.waiting().filter(quest__in=terms, participant__is_bot=False, waits_since__lt=before)
    for quest_id, since, why in tickets.values_list("quest_id", "waits_since", "why"):
        seconds = (now - since).total_seconds()
        if seconds > terms[quest_id].promise:
            found[quest_id].append((seconds, why))
    return found


def _alarms(waiting: int, waits: Sequence[tuple[float, str]], terms: Terms) -> bool:
    state = State(
        waiting=waiting,
        longest=max((seconds for seconds, _ in waits), default=0.0),
        overdue=len(waits),
        unfitting=unfitting_of(waits, terms),
        minimum=terms.minimum,
        promise=terms.promise,
        lately=NO_ENDS,
        held=terms.held,
        is_open=terms.is_open,
    )
    return health_of(state).status is Status.ALARM
