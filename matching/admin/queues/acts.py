"""What organisers do: each a form that is posted, each a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from echoroom.accounts.admin.confirming import CONFIRMED, Question
from echoroom.accounts.models import User
from matching.admin.queues.access import context_of, for_organisers, said
from matching.advice_paths import console_path
from matching.errors import TeamSizeImpossible, TicketOver
from matching.forecast.words import in_words
from matching.selectors.queue_people import Lobby, Sitting, lobbies, people_waiting
from matching.services.queue_control import hold_queue, quest_run_by, release_queue, set_team_size, tick_now
from matching.services.queue_people import match_by_hand, remove_from_queue
from matching.services.swapping import swap_people
from matching.stats.health import people
from rooms.errors import NotInTheRoom
from rooms.models import Quest


@dataclass(frozen=True)
class Asked:
    """What is posted again once the person has agreed."""

    question: Question
    chosen: Sequence[str]
    name: str
    values: Sequence[str]


@require_POST
@for_organisers
def hold(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    def act() -> str:
        hold_queue(by=user, quest_id=quest)
        return "The queue is held. Everybody keeps their place, and no teams are formed until you release it."

    return said(request, act, back=_board(user, quest))


@require_POST
@for_organisers
def release(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    def act() -> str:
        release_queue(by=user, quest_id=quest)
        return "The queue is released: teams are formed again."

    return said(request, act, back=_board(user, quest))


@require_POST
@for_organisers
def tick(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    def act() -> str:
        teams = tick_now(by=user, quest_id=quest)
        if not teams:
            return "Looked: no team can be formed just now."
        return f"{in_words(teams).capitalize()} {'team sits' if teams == 1 else 'teams sit'} in a room now."

    return said(request, act, back=_board(user, quest))


@require_POST
@for_organisers
def size(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    def act() -> str:
        wanted = request.POST.get("size", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 3):
            raise TeamSizeImpossible
        made = set_team_size(by=user, quest_id=quest, size=int(wanted))
        assert made.current is not None
        return f"Teams of {in_words(int(wanted))} from now on. This is version {made.current.number} of the quest."

    return said(request, act, back=_board(user, quest))


@require_POST
@for_organisers
def remove(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    found = quest_run_by(by=user, quest_id=quest)
    wanted = _uuids(request.POST.getlist("ticket"))[:1]
    question = Question(
        title="Remove from the queue?",
        sentence="They lose their place, and whoever queues with them as a party does too. They are told.",
        button="Remove",
    )

    def act() -> str:
        if not wanted:
            raise TicketOver
        ended = remove_from_queue(by=user, quest_id=quest, ticket_id=wanted[0])
        return f"{people(len(ended)).capitalize()} removed from the queue."

    asked = Asked(question, _names(found, wanted), "ticket", [str(ticket) for ticket in wanted])
    return _ask(request, found, asked) or said(request, act, back=_people(quest))


@require_POST
@for_organisers
def match(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    found = quest_run_by(by=user, quest_id=quest)
    wanted = _uuids(request.POST.getlist("tickets"))
    question = Question(
        title="Make them one team?",
        sentence="They get a room of their own at once, and are taken there.",
        button="Make a team",
    )

    def act() -> str:
        room = match_by_hand(by=user, quest_id=quest, ticket_ids=wanted)
        return f"They sit in room {room.code} now."

    asked = Asked(question, _names(found, wanted), "tickets", [str(ticket) for ticket in wanted])
    return _ask(request, found, asked) or said(request, act, back=_people(quest))


@require_POST
@for_organisers
def swap(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    found = quest_run_by(by=user, quest_id=quest)
    posted = request.POST.getlist("seats")
    wanted = [int(pk) for pk in posted if pk.isascii() and pk.isdigit() and len(pk) < 16]
    question = Question(
        title="Swap these two?",
        sentence="Each goes to the other's room, which has not started. Both teams see it at once.",
        button="Swap them",
    )

    def act() -> str:
        if len(wanted) < len(posted):
            raise NotInTheRoom
        swap_people(by=user, quest_id=quest, membership_ids=wanted)
        return "They have changed places."

    chosen = [f"{person.name}, room {lobby.code}" for lobby, person in _sitting(lobbies(quest=found).rooms, wanted)]
    asked = Asked(question, chosen, "seats", [str(pk) for pk in wanted])
    return _ask(request, found, asked) or said(request, act, back=_people(quest))


def _sitting(rooms: Sequence[Lobby], wanted: Sequence[int]) -> list[tuple[Lobby, Sitting]]:
    return [(lobby, person) for lobby in rooms for person in lobby.people if person.membership_id in wanted]


def _ask(request: HttpRequest, quest: Quest, asked: Asked) -> HttpResponse | None:
    """The page that asks, or None once the person has agreed, or has chosen nobody."""
    if CONFIRMED in request.POST or not asked.values:
        return None
    context = context_of(
        request, asked.question.title, question=asked.question, asked=asked, quest=quest, back=_people(quest.pk)
    )
    return TemplateResponse(request, "admin/matching/confirm.html", context)


def _names(quest: Quest, tickets: Sequence[UUID]) -> list[str]:
    people = people_waiting(quest=quest).people
    return [f"{each.name}, ticket {each.number}" for each in people if each.ticket_id in tickets]


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts[:200]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _board(user: User, quest_id: UUID) -> str:
    quest = quest_run_by(by=user, quest_id=quest_id)
    return f"{console_path(event_id=quest.event_id)}#queue-{quest.pk}"


def _people(quest_id: UUID) -> str:
    return reverse("queue-people", args=[quest_id])
