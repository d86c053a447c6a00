"""The tick: turns who waits into rooms, one queue and one transaction at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.events.services.news import tell, tell_each
from matching.former import Matching, Terms, Unplaced
from matching.journal import Question, packed, packed_answer
from matching.models import MatchTick, Queue, Ticket
from matching.selectors.snapshot import Snapshot, take_snapshot
from matching.selectors.weights import weights_of
from matching.services.forecasting import refresh_forecast
from matching.services.queueing import end_tickets, is_played, lock_queue, number_tickets, tell_queue
from matching.services.seating import Seated, drop_who_plays, journal_teams, seat_teams
from matching.services.telling import tell_why
from rooms.models import Quest
from rooms.selectors.content import content_of

logger = logging.getLogger(__name__)
# A tick whose teams keep losing people to other rooms gives up for this time.
MOST_TURNS = 20


class Ticked(NamedTuple):
    teams: int
    is_more_due: bool


def tick(*, by: None = None) -> int:
    """Form teams in every queue in which somebody waits. Returns how many were seated."""
    quests = Ticket.objects.waiting().order_by("quest_id").values_list("quest_id", flat=True).distinct()
    seated = 0
    for quest_id in list(quests):
        try:
            seated += tick_until_done(quest_id=quest_id)
        except Exception:
            # One broken queue must not keep the others waiting.
            logger.exception("The tick of queue %s failed", quest_id)
    return seated


def tick_until_done(*, by: User | None = None, quest_id: UUID) -> int:
    """Form teams of one queue until no more can be formed now. Returns how many were seated."""
    seated = 0
    for _ in range(MOST_TURNS):
        ticked = tick_queue(quest_id=quest_id)
        seated += ticked.teams
        if not ticked.is_more_due:
            break
    return seated


@transaction.atomic
def tick_queue(*, by: None = None, quest_id: UUID) -> Ticked:
    """Form teams of one queue; its row keeps a second matcher out until this one has committed."""
    queue = lock_queue(quest_id=quest_id)
    quest = Quest.objects.select_related("event").get(pk=quest_id)
    now = timezone.now()
    if not is_played(quest=quest, moment=now):
        _send_away(queue, now)
        return Ticked(0, is_more_due=False)
    is_shorter = _expire_unseen(quest, now) > 0
    assert quest.current_id is not None  # `is_played` has looked
    content = content_of(quest.current_id)
    refresh_forecast(queue=queue, minimum=content.team_min)
    if queue.held_at:
        ticked, is_changed = Ticked(0, is_more_due=False), False
    else:
        terms = Terms(content.team_min, content.team_size, content.team_max, float(content.patience_seconds))
        ticked, is_changed = _form(queue, quest, terms, now)
    if is_shorter or is_changed:
        tell_queue(queue, kind="matched" if ticked.teams else "left" if is_shorter else "waiting")
    return ticked


def _form(queue: Queue, quest: Quest, terms: Terms, now: datetime) -> tuple[Ticked, bool]:
    """What was done, and whether who still waits has something new to read."""
    snapshot = take_snapshot(quest=quest, moment=now)
    dropped = drop_who_plays(ticket_ids=snapshot.playing, now=now) if snapshot.playing else 0
    numbered = number_tickets(queue, ticket_ids=snapshot.unnumbered)
    if not snapshot.places:
        return Ticked(0, is_more_due=numbered > 0), dropped > 0
    weights = weights_of(event_id=quest.event_id)
    question = Question(snapshot.pool, terms, weights, seed=queue.version, lobby_free=snapshot.lobby_free)
    began = time.perf_counter()
    matching = question.asked()
    milliseconds = round((time.perf_counter() - began) * 1000)
    seated = seat_teams(quest=quest, snapshot=snapshot, teams=matching.teams, now=now)
    told = tell_why(snapshot=snapshot, unplaced=matching.unplaced, terms=terms)
    alone = _give_up(snapshot, matching.unplaced, terms, now)
    if matching.teams or alone:
        tick = _journal(quest, question, matching, seated, milliseconds, now)
        journal_teams(tick=tick, seated=seated)
    # Of all at once: people are locked last and in one order.
    tell_each(
        {**{person: "matched" for one in seated for person in one.participant_ids}, **dict.fromkeys(alone, "no_team")}
    )
    # A team that could not be seated has lost who plays elsewhere: its others are due for a new team at once.
    is_more_due = len(seated) < len(matching.teams) or numbered > 0
    return Ticked(len(seated), is_more_due), bool(matching.teams or alone or told or dropped)


def _give_up(snapshot: Snapshot, unplaced: Sequence[Unplaced], terms: Terms, now: datetime) -> list[UUID]:
    """Who has waited long enough although nobody here could ever make a team with them is told so."""
    waited = dict(zip(snapshot.pool.tickets.tolist(), snapshot.pool.waited.tolist(), strict=True))
    hopeless = [one.ticket for one in unplaced if one.is_hopeless and waited[one.ticket] >= terms.patience]
    places = [snapshot.places[number] for number in hopeless]
    end_tickets([place.ticket_id for place in places], state=Ticket.State.NO_TEAM, now=now)
    return [place.participant_id for place in places]


def _journal(
    quest: Quest, question: Question, matching: Matching, seated: Sequence[Seated], milliseconds: int, now: datetime
) -> MatchTick:
    return MatchTick.objects.create(
        quest=quest,
        at=now,
        problem=packed(question.answered_in(matching.rounds)),
        result=packed_answer(matching),
        waiting=int((question.pool.lobbies < 0).sum()),
        placed=sum(len(one.participant_ids) for one in seated),
        score=matching.score,
        milliseconds=milliseconds,
    )


def _expire_unseen(quest: Quest, now: datetime) -> int:
    oldest = now - timedelta(seconds=settings.SEAT_HOLD_SECONDS)
    unseen = Ticket.objects.waiting().filter(quest=quest, seen_at__lte=oldest)
    return end_tickets(list(unseen.values_list("pk", flat=True)), state=Ticket.State.EXPIRED, now=now)


def _send_away(queue: Queue, now: datetime) -> None:
    """The quest or its event was closed: nobody waits for what does not come."""
    waiting = Ticket.objects.waiting().filter(quest_id=queue.pk)
    people = dict(waiting.values_list("pk", "participant_id"))
    end_tickets(list(people), state=Ticket.State.CLOSED, now=now)
    tell(people.values(), kind="queue_closed")
    tell_queue(queue, kind="closed")
