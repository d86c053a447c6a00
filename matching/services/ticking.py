"""The tick: turns who waits into rooms, one queue and one transaction at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.bulk import any_of
from echoroom.events.services.news import tell, tell_each
from matching.former import Matching, Team, Terms, Unplaced
from matching.journal import Question, packed, packed_answer
from matching.models import MatchTick, Queue, Ticket
from matching.selectors.snapshot import Snapshot, take_snapshot
from matching.selectors.weights import weights_in
from matching.services.forecasting import refresh_forecast
from matching.services.queueing import end_tickets, is_played, lock_queue, number_tickets, regroup, tell_queue
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
    """Form teams of one queue, with one matcher at a time.

    Teams are found while people go on joining and leaving; the queue's row is locked for seating them. Whoever has left
    by then is missed, and their team with them: another turn is due for the others.
    """
    quest = _read_quest(quest_id)
    # Deleted since somebody was sent here, or looked at by another matcher, which the next beat follows.
    if quest is None or not _lock_matcher(quest_id):
        return Ticked(0, is_more_due=False)
    now = timezone.now()
    if not is_played(quest=quest, moment=now):
        queue = lock_queue(quest_id=quest_id)
        # Opened since it was read, it may have been joined as well.
        if not is_played(quest=Quest.objects.select_related("event").get(pk=quest_id), moment=now):
            _send_away(queue, now)
        return Ticked(0, is_more_due=False)
    assert quest.current_id is not None  # `is_played` has looked
    content = content_of(quest.current_id)
    terms = Terms(content.team_min, content.team_size, content.team_max, float(content.patience_seconds))
    found = _find_teams(quest, terms, now)
    # From here on nobody comes or goes.
    queue = lock_queue(quest_id=quest_id)
    is_shorter = _expire_unseen(quest, now) > 0
    refresh_forecast(queue=queue, minimum=content.team_min)
    ticked, is_changed = Ticked(0, is_more_due=False), False
    if not queue.held_at:
        ticked, is_changed = _seat(queue, quest, found, now)
    if is_shorter or is_changed:
        tell_queue(queue, kind="matched" if ticked.teams else "left" if is_shorter else "waiting")
    return ticked


def _read_quest(quest_id: UUID) -> Quest | None:
    """With all that one statement can say of how teams are formed."""
    quests = Quest.objects.select_related("event__matching_weights", "queue").defer("queue__forecast")
    # Not `first()`, which sorts.
    return next(iter(quests.filter(pk=quest_id)), None)


# Tells this lock apart from other advisory locks of the database.
MATCHER = 0x6D61746368


def _lock_matcher(quest_id: UUID) -> bool:
    """Keep other matchers out of a queue until the transaction ends, and nobody else. False if one is at work there.

    Nobody waits for it: the few workers have other things to do. SQLite has one writing transaction at a time.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [str(quest_id), MATCHER])
        (is_mine,) = cursor.fetchone()
    return bool(is_mine)


class _Found(NamedTuple):
    """What the team-former was asked and answered, None and None where nobody waits or the queue is held."""

    snapshot: Snapshot
    terms: Terms
    question: Question | None
    matching: Matching | None
    milliseconds: int


def _find_teams(quest: Quest, terms: Terms, now: datetime) -> _Found:
    snapshot = take_snapshot(quest=quest, moment=now)
    queue: Queue | None = getattr(quest, "queue", None)
    if not snapshot.places or queue is None or queue.held_at:
        return _Found(snapshot, terms, None, None, 0)
    weights = weights_in(quest.event)
    question = Question(snapshot.pool, terms, weights, seed=queue.version, lobby_free=snapshot.lobby_free)
    began = time.perf_counter()
    matching = question.asked()
    return _Found(snapshot, terms, question, matching, round((time.perf_counter() - began) * 1000))


def _seat(queue: Queue, quest: Quest, found: _Found, now: datetime) -> tuple[Ticked, bool]:
    """What was done, and whether who still waits has something new to read."""
    snapshot, question, matching = found.snapshot, found.question, found.matching
    dropped = drop_who_plays(ticket_ids=snapshot.playing, now=now) if snapshot.playing else 0
    numbered = number_tickets(queue, ticket_ids=snapshot.unnumbered)
    if question is None or matching is None:
        return Ticked(0, is_more_due=numbered > 0), dropped > 0
    teams = _still_whole(quest, matching.teams)
    seated = seat_teams(quest=quest, snapshot=snapshot, teams=teams, now=now)
    told = tell_why(snapshot=snapshot, unplaced=matching.unplaced, terms=found.terms)
    alone = _give_up(snapshot, matching.unplaced, found.terms, now)
    if matching.teams or alone:
        tick = _journal(quest, question, matching, seated, found.milliseconds, now)
        journal_teams(tick=tick, seated=seated)
    # Of all at once: people are locked last and in one order.
    tell_each(dict.fromkeys(alone, "no_team") | {person: "matched" for one in seated for person in one.participant_ids})
    # A team that could not be seated has lost somebody: its others are due for a new team at once.
    is_more_due = len(seated) < len(matching.teams) or numbered > 0
    return Ticked(len(seated), is_more_due), bool(matching.teams or alone or told or dropped)


def _still_whole(quest: Quest, teams: Sequence[Team]) -> list[Team]:
    """Teams of whom everybody still waits, now that nobody can leave the queue any more."""
    if not teams:
        return []
    # All numbers of the queue: nearly as many are asked for, and to ask for each costs more than to read the others.
    waiting = set(Ticket.objects.waiting().filter(quest=quest).values_list("number", flat=True))
    return [team for team in teams if waiting.issuperset(team.tickets)]


def _give_up(snapshot: Snapshot, unplaced: Sequence[Unplaced], terms: Terms, now: datetime) -> list[UUID]:
    """Who has waited long enough although nobody here could ever make a team with them is told so.

    What they had waited before they were lost and came back does not count: they have only just come again.
    """
    latest = now - timedelta(seconds=terms.patience)
    hopeless = [snapshot.places[one.ticket] for one in unplaced if one.is_hopeless]
    places = [place for place in hopeless if max(place.joined_at, place.waits_since) <= latest]
    # Whoever has left meanwhile needs no news.
    waiting = Ticket.objects.waiting().filter(pk__in=any_of(place.ticket_id for place in places))
    people = dict(waiting.values_list("pk", "participant_id"))
    end_tickets(list(people), state=Ticket.State.NO_TEAM, now=now)
    return list(people.values())


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
    parties: dict[UUID, UUID | None] = dict(unseen.values_list("pk", "party_id"))
    expired = end_tickets(list(parties), state=Ticket.State.EXPIRED, now=now)
    regroup(party_ids={party for party in parties.values() if party is not None})
    return expired


def _send_away(queue: Queue, now: datetime) -> None:
    """The quest or its event was closed: nobody waits for what does not come."""
    waiting = Ticket.objects.waiting().filter(quest_id=queue.pk)
    people = dict(waiting.values_list("pk", "participant_id"))
    end_tickets(list(people), state=Ticket.State.CLOSED, now=now)
    tell(people.values(), kind="queue_closed")
    tell_queue(queue, kind="closed")
