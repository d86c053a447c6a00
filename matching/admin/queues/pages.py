"""The console's pages: how the queues do, live, and who is in one."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echoroom.accounts.models import User
from echoroom.events.admin.scoping import MOST_CHOICES
from echoroom.events.models import Event
from matching.admin.queues.access import context_of, for_organisers, said
from matching.admin.queues.shown import Overall, shown
from matching.errors import EventNotFound, PersonNotFound
from matching.selectors.queue_figures import event_to_show, queue_figures
from matching.selectors.queue_people import lobbies, people_to_add, people_waiting
from matching.services.queue_control import quest_run_by
from matching.services.queue_people import add_to_queue
from rooms.errors import QuestNotFound

# A socket listens to no more than twenty topics.
MOST_LIVE = 12


@require_safe
@for_organisers
def dashboard(request: HttpRequest, user: User) -> HttpResponse:
    """The queues of one event, the busiest first; of those beyond a dozen only the name."""
    events = Event.objects.visible_to(user)
    event_id, quest_id = (_asked(request, name) for name in ("event", "quest"))
    event = event_to_show(events=events, event_id=event_id, quest_id=quest_id)
    if event is None and (event_id or quest_id):
        raise EventNotFound
    queues = queue_figures(event=event, quest_id=quest_id) if event else []
    if quest_id and not queues:
        raise QuestNotFound
    context = context_of(
        request,
        "Queues",
        shown_event=event,
        events=events.order_by("-opens_at", "-pk")[:MOST_CHOICES],
        only=quest_id,
        queues=[shown(queue, event_id=event.pk) for queue in queues[:MOST_LIVE]] if event else [],
        others=queues[MOST_LIVE:],
        overall=Overall.of(queues),
        live_url=settings.LIVE_URL,
    )
    return TemplateResponse(request, "admin/matching/queue_dashboard.html", context)


@require_safe
@for_organisers
def figures(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    """One queue's part of the page, which is read again when something has happened."""
    found = quest_run_by(by=user, quest_id=quest)
    queues = queue_figures(event=found.event, quest_id=quest)
    if not queues:
        raise QuestNotFound
    context = {"queue": shown(queues[0], event_id=found.event_id)}
    response = TemplateResponse(request, "admin/matching/parts/queue.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@for_organisers
def people(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    """Who waits and who sits in a lobby, to choose from. It stands still while somebody chooses."""
    found = quest_run_by(by=user, quest_id=quest)
    context = context_of(
        request,
        f"People of {found}",
        quest=found,
        waiting=people_waiting(quest=found),
        lobbies=lobbies(quest=found),
    )
    return TemplateResponse(request, "admin/matching/queue_people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def add(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    """Find somebody of the event by name, and put them into the queue."""
    found = quest_run_by(by=user, quest_id=quest)
    if request.method == "POST":
        return _added(request, user, quest)
    named = request.GET.get("q", "").replace("\0", "").strip()[:80]
    context = context_of(
        request,
        f"Add somebody to {found}",
        quest=found,
        named=named,
        people=people_to_add(quest=found, named=named),
    )
    return TemplateResponse(request, "admin/matching/queue_add.html", context)


def _added(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    def act() -> str:
        try:
            person = UUID(request.POST.get("person", ""))
        except ValueError as error:
            raise PersonNotFound from error
        ticket = add_to_queue(by=user, quest_id=quest, participant_id=person)
        return f"{ticket.participant} waits now, as number {ticket.number}."

    return said(request, act, back=reverse("queue-people", args=[quest]))


def _asked(request: HttpRequest, name: str) -> UUID | None:
    text = request.GET.get(name)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise EventNotFound from error
