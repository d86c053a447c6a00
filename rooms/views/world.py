from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from echoroom.events.models import Participant
from echoroom.events.pages import with_profile
from echoroom.events.services.seats import seat_of
from echoroom.pages import page
from rooms.pages.rule_words import RULES
from rooms.selectors.world import quest_page, room_being_played, world_of
from rooms.views.forms import form_page


@page
@require_safe
@with_profile("room_read")
def world(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The regions of the event and their quests."""
    viewer = seat_of(participant)
    context = {
        "participant": participant,
        "regions": world_of(viewer=viewer),
        "playing": room_being_played(viewer=viewer),
    }
    return render(request, "rooms/world.html", context)


@page
@require_safe
@with_profile("room_read")
def quest(request: HttpRequest, participant: Participant, pk: UUID) -> HttpResponse:
    """What a quest asks of a team, and the way into its queue; or a form."""
    found = quest_page(viewer=seat_of(participant), quest_id=pk)
    if found.content is None:
        return form_page(request, participant, found)
    rule, explained = RULES[found.content.rule]
    context = {"quest": found.card, "content": found.content, "rule": rule, "explained": explained}
    return render(request, "rooms/quest.html", context)
