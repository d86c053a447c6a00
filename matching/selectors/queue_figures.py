"""The figures of an event's queues, for whoever runs it: console, API, report. Practice bots are no part of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.utils import timezone

from echoroom.events.countries import COUNTRIES, LANGUAGES
from echoroom.events.models import Event, EventQuerySet, Participant
from matching.forecast.groups import languages_of, size_of
from matching.former import Terms as TeamTerms
from matching.former import Why
from matching.models import Queue, Ticket
from matching.selectors.looks import looks_at
from matching.stats.cells import SMALLEST, Distribution, guarded, spread
from matching.stats.figures import Figures, Terms, figures_of
from matching.stats.looks import Look
from matching.stats.tickets import Outcome, Seen
from rooms.models import Quest

# Ended tickets are looked at for so long, and so many of an event at most, the newest.
HISTORY = timedelta(hours=12)
MOST_ENDED = 6_000
UNFITTING = (Why.LANGUAGE, Why.NOBODY_FITS)
# In the order in which they are listed.
GENDERS = {
    Participant.GenderCategory.WOMAN.value: "Women",
    Participant.GenderCategory.MAN.value: "Men",
    Participant.GenderCategory.NON_BINARY.value: "Non-binary people",
    Participant.GenderCategory.UNSTATED.value: "Not stated",
}
NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class GenderLook:
    """Of those who waited at `at`; None for both while fewer than five people wait."""

    at: datetime | None
    distribution: Distribution | None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One quest's queue at `at`. `version` is that of its live topic."""

    quest_id: UUID
    title: str
    at: datetime
    version: int
    held_at: datetime | None
    is_open: bool
    team_min: int
    team_size: int
    team_max: int
    patience_seconds: int
    figures: Figures
    gender: GenderLook
    country: Distribution
    language: Distribution
    skill: Distribution

    @property
    def is_busy(self) -> bool:
        """Whether anybody waits, or was matched or lost lately."""
        return bool(self.figures.waiting or self.figures.success.ended)


class _Waiting(NamedTuple):
    quest_id: UUID
    person: UUID
    group: str
    waits_since: datetime
    joined_at: datetime
    p90: int | None
    why: str
    gender: str
    country: str
    shows_country: bool
    languages: list[str]
    skill: str


def queue_figures(*, event: Event, quest_id: UUID | None = None) -> list[QueueFigures]:
    """Of each decision room's queue, or of one, where most people wait first; three queries and a look at the cache."""
    now = timezone.now()
    quests = Quest.objects.filter(event=event, kind=Quest.Kind.DECISION_ROOM, current__isnull=False)
    if quest_id:
        quests = quests.filter(pk=quest_id)
    rows = list(quests.select_related("current", "region", "queue").order_by("position", "title", "pk"))
    ids = [quest.pk for quest in rows]
    waiting = _waiting(ids)
    ended = _ended(ids, now)
    # A person who leaves and joins again is the same one; eight bytes of each, for the cache.
    genders = {pk: {row.person.int % 2**63: row.gender for row in waiting[pk]} for pk in ids}
    looks = looks_at(genders, now=now.timestamp())
    found = []
    for quest in rows:
        gender = _gender_look(looks[quest.pk], waiting=len(waiting[quest.pk]))
        found.append(_figures_of(event, quest, waiting[quest.pk], ended[quest.pk], gender, now))
    return sorted(found, key=lambda each: (-each.figures.waiting, not each.is_busy))


def _gender_look(look: Look | None, *, waiting: int) -> GenderLook:
    if look is None or waiting < SMALLEST:
        return GenderLook(None, None)
    counts = {key: look.counts.get(key, 0) for key in GENDERS}
    return GenderLook(datetime.fromtimestamp(look.at, UTC), _named(counts))


def _named(counts: dict[str, int]) -> Distribution:
    return guarded({GENDERS[key]: count for key, count in counts.items()})


def _waiting(quest_ids: Sequence[UUID]) -> defaultdict[UUID, list[_Waiting]]:
    tickets = Ticket.objects.waiting().filter(quest__in=quest_ids, participant__is_bot=False)
    columns = [
        "quest_id", "participant_id", "group", "waits_since", "joined_at", "forecast_p90", "why",
        "participant__gender_category", "participant__country", "participant__shows_country",
        "participant__languages", "participant__skill",
    ]  # fmt: skip
    found: defaultdict[UUID, list[_Waiting]] = defaultdict(list)
    for row in tickets.order_by("waits_since", "pk").values_list(*columns):
        found[row[0]].append(_Waiting(*row))
    return found


OUTCOMES = {
    Ticket.State.MATCHED: Outcome.MATCHED,
    Ticket.State.LEFT: Outcome.LEFT,
    Ticket.State.EXPIRED: Outcome.EXPIRED,
    Ticket.State.NO_TEAM: Outcome.NO_TEAM,
    Ticket.State.CLOSED: Outcome.OTHER,
}


def _ended(quest_ids: Sequence[UUID], now: datetime) -> defaultdict[UUID, list[Seen]]:
    people = Q(participant=None) | Q(participant__is_bot=False)
    tickets = Ticket.objects.filter(people, quest__in=quest_ids, ended_at__gte=now - HISTORY)
    columns = [
        "quest_id", "group", "state", "waits_since", "joined_at", "ended_at", "forecast_p90", "room_id",
        "room__practice__room_id",
    ]  # fmt: skip
    found: defaultdict[UUID, list[Seen]] = defaultdict(list)
    for quest_id, *row in tickets.order_by("-ended_at", "-pk").values_list(*columns)[:MOST_ENDED]:
        found[quest_id].append(_seen_end(row, now))
    return found


def _seen_end(row: list[Any], now: datetime) -> Seen:
    group, state, waits_since, joined, ended, p90, room, practice = row
    return Seen(
        group=group,
        outcome=Outcome.OTHER if practice else OUTCOMES[state],
        waited=_seconds(waits_since, ended),
        since_joined=_seconds(joined, ended),
        ended=_seconds(ended, now),
        p90=p90,
        room=room,
    )


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def _figures_of(
    event: Event, quest: Quest, waiting: list[_Waiting], ended: list[Seen], gender: GenderLook, now: datetime
) -> QueueFigures:
    version, queue = quest.current, _queue_of(quest)
    assert version is not None
    held_at = queue.held_at if queue else None
    terms = terms_of(event, quest, now)
    tickets = [*(_seen_waiting(row, now) for row in waiting), *ended]
    waits = [(_seconds(row.waits_since, now), row.why) for row in waiting]
    return QueueFigures(
        quest_id=quest.pk,
        title=quest.title,
        at=now,
        version=queue.version if queue else 0,
        held_at=held_at,
        is_open=terms.is_open,
        team_min=version.team_min,
        team_size=version.team_size,
        team_max=version.team_max,
        patience_seconds=version.patience_seconds,
        figures=figures_of(tickets, terms, unfitting=unfitting_of(waits, terms), label=group_in_words),
        gender=gender,
        country=spread([_country(row)] for row in waiting),
        language=spread([_language(code) for code in row.languages] or [NOT_STATED] for row in waiting),
        skill=spread([_skill(row.skill)] for row in waiting),
    )


def terms_of(event: Event, quest: Quest, now: datetime) -> Terms:
    """What a decision room promises now; no query where its version, region and queue are there already."""
    version, queue = quest.current, _queue_of(quest)
    assert version is not None
    sizes = (version.team_min, version.team_size, version.team_max)
    return Terms(
        minimum=version.team_min,
        size=version.team_size,
        patience=version.patience_seconds,
        promise=TeamTerms(*sizes, version.patience_seconds).promise,
        held=_seconds(queue.held_at, now) if queue and queue.held_at else None,
        is_open=event.is_open_at(now) and quest.is_open and quest.region.is_open,
    )


def unfitting_of(waits: Iterable[tuple[float, str]], terms: Terms) -> int:
    """Of those who have waited so many seconds, for this reason, how many are past the promise and fit nobody."""
    return sum(why in UNFITTING and seconds > terms.promise for seconds, why in waits)


def _queue_of(quest: Quest) -> Queue | None:
    try:
        return quest.queue
    except ObjectDoesNotExist:
        return None


def _seen_waiting(row: _Waiting, now: datetime) -> Seen:
    return Seen(
        group=row.group,
        outcome=Outcome.WAITING,
        waited=_seconds(row.waits_since, now),
        since_joined=_seconds(row.joined_at, now),
        p90=row.p90,
    )


def _country(row: _Waiting) -> str:
    """As people of the event may read it: who keeps theirs to themselves stands with those who stated none."""
    return COUNTRIES.get(row.country, row.country) if row.shows_country and row.country else NOT_STATED


def _language(code: str) -> str:
    return LANGUAGES.get(code, code)


def _skill(skill: str) -> str:
    return Participant.Skill(skill).label if skill else NOT_STATED


def group_in_words(group: str) -> str:
    """`English or German, party of 2`; `any language` for who stated none."""
    spoken = " or ".join(sorted(_language(code) for code in languages_of(group))) or "any language"
    return spoken if size_of(group) == 1 else f"{spoken}, party of {size_of(group)}"


def event_to_show(*, events: EventQuerySet, event_id: UUID | None, quest_id: UUID | None = None) -> Event | None:
    """Of the events that somebody may see the one they ask for, or that of the quest, else the newest that has opened.

    One query.
    """
    if quest_id:
        events = events.filter(quests=quest_id)
    if event_id:
        events = events.filter(pk=event_id)
    elif not quest_id:
        events = events.filter(opens_at__lte=timezone.now())
    return events.order_by("-opens_at", "-pk").first()
