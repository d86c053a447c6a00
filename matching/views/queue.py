"""The queue's page: it waits with the person, and moves on by itself."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.services.seats import seat_of
from echoroom.pages import go, is_unchanged, page, part, stamped, unchanged
from echoroom.viewer import Viewer
from matching.models import Ticket
from matching.pages import Waiting, state_of, waiting_page
from matching.selectors import QueueStatus, queue_status, waiting_for
from matching.selectors.company import party_of
from matching.selectors.elsewhere import elsewhere
from matching.services import queueing
from matching.services.practice import request_practice
from matching.slots import quest_action
from rooms.errors import QuestNotFound
from rooms.selectors.world import quest_card, room_being_played


def spin(request: HttpRequest) -> HttpResponse:
    return _join(request) if request.method == "POST" else _spin_page(request)


@page
@require_safe
@with_profile("room_read")
def _spin_page(request: HttpRequest, participant: Participant) -> HttpResponse:
    viewer = seat_of(participant)
    queueing.note_presence(by=viewer)
    waiting = _waiting(viewer)
    if waiting.room:
        return go(request, reverse("room", args=[waiting.room]))
    return render(request, "matching/spin.html", {"waiting": waiting, "participant": participant})


@page
@require_POST
@seated("queue_join")
def _join(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    queueing.join_queue(by=viewer, quest_id=_quest_id(request))
    return go(request, reverse("spin"))


@page
@require_safe
@seated("room_read")
def news(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The waiting part of the page; once matched, the way to the room, also for who waits `elsewhere`."""
    queueing.note_presence(by=viewer)
    waiting = _waiting(viewer)
    if waiting.room:
        return go(request, reverse("room", args=[waiting.room]))
    if "elsewhere" in request.GET:
        return HttpResponse(status=204)
    if is_unchanged(request, waiting.etag):
        return unchanged(waiting.etag)
    return stamped(part(request, "matching/spin_parts.html", {"waiting": waiting}), waiting.etag)


@page
@require_safe
@seated("room_read")
def action(request: HttpRequest, viewer: Viewer, quest: UUID) -> HttpResponse:
    """The button that finds a team, again after the party has changed; the queue once the party has been put into it.

    What the page shows is its `stage`: who reads of a wait stays where they are.
    """
    # Another event's quest does not exist here.
    card = quest_card(viewer=viewer, quest_id=quest)
    context = quest_action(viewer, [card.id])[card.id]
    if request.GET.get("stage") == "free" and context["waiting"] and context["waiting"].quest_id == quest:
        return go(request, reverse("spin"))
    if is_unchanged(request, context["etag"]):
        return unchanged(context["etag"])
    return stamped(part(request, "matching/slots/find_team.html", {**context, "swapped": True}), context["etag"])


@page
@require_safe
@seated("room_read")
def notice(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The queue in which the person waits, for pages that were loaded before: their party may have put them there."""
    waiting = waiting_for(viewer=viewer)
    return part(request, "matching/parts/notice.html", {"waiting": waiting})


@page
@require_POST
@seated("write")
def leave(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    quest_id = queue_status(viewer=viewer).quest_id
    queueing.leave_queue(by=viewer)
    return go(request, reverse("quest", args=[quest_id]) if quest_id else reverse("world"))


@page
@require_POST
@seated("practice")
def practice(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Fill up the room of whoever waits or sits in a lobby, and go there."""
    return go(request, reverse("room", args=[request_practice(by=viewer).room]))


def _waiting(viewer: Viewer) -> Waiting:
    status: QueueStatus = queue_status(viewer=viewer)
    # A match leads to its room only while the person sits there: an old ticket is history.
    playing = room_being_played(viewer=viewer) if status.state == Ticket.State.MATCHED else None
    # Where else to go is asked only for who has stopped waiting.
    is_done = state_of(status, playing) not in {Ticket.State.WAITING, Ticket.State.MATCHED, "none"}
    others = elsewhere(viewer=viewer, except_for=status.quest_id) if is_done else []
    return waiting_page(viewer, status, playing, elsewhere=others, mates=_mates(viewer, status))


def _mates(viewer: Viewer, status: QueueStatus) -> list[str]:
    """With whom they queued and still are; asked only about who queued with a party."""
    party = party_of(viewer=viewer) if status.party else None
    if party is None or party.code != status.party:
        return []
    return [mate.name for mate in party.others if mate.waits or status.state != Ticket.State.WAITING]


def _quest_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("quest", ""))
    except ValueError as error:
        raise QuestNotFound from error
