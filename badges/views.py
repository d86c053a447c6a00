"""One's own badges, somebody's public ones, and the parts of other pages that tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from badges.catalogue import Badge
from badges.pages import news_words, shelf
from badges.selectors.showing import earned_in, is_public, news_for, person_shown, shelf_of
from badges.services.telling import mark_seen, show_badges
from echoroom.events.countries import COUNTRIES, LANGUAGES
from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.services.seats import seat_of
from echoroom.events.viewers import viewer_of
from echoroom.limits.decorators import page_limit
from echoroom.pages import go, is_unchanged, page, part, stamped, unchanged, wants_part
from echoroom.viewer import Viewer


@page
@require_safe
@with_profile("room_read")
def mine(request: HttpRequest, participant: Participant) -> HttpResponse:
    viewer = seat_of(participant)
    fresh = news_for(viewer=viewer)
    context = {**_shelf(viewer, fresh), **_showcase(viewer), "participant": participant}
    return render(request, "badges/mine.html", context)


@page
@require_safe
@seated("room_read")
def news(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A toast about what was earned since the person was last told, and the shelf again where an older one is shown."""
    fresh = news_for(viewer=viewer)
    if "shelf" in request.GET:
        return _news_on_the_shelf(request, viewer, fresh)
    if not fresh:
        return HttpResponse(status=204)
    return part(request, "badges/news_parts.html", _toast(fresh))


def _news_on_the_shelf(request: HttpRequest, viewer: Viewer, fresh: Sequence[Badge]) -> HttpResponse:
    # Another tab may have been first to tell: that nothing is news does not mean that this shelf shows it.
    shown = _shelf(viewer, fresh)
    etag = shown["shelf"].etag
    if is_unchanged(request, etag):
        return unchanged(etag)
    context = {**shown, **_toast(fresh), "swapped": True}
    return stamped(part(request, "badges/news_parts.html", context), etag)


@page
@require_POST
@seated("write")
def seen(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the page says that has shown new badges."""
    mark_seen(by=viewer, badges=request.POST.getlist("badge"))
    return HttpResponse(status=204)


@page
@require_safe
@seated("room_read")
def of_room(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """What the person has earned in one room."""
    return part(request, "badges/parts/compact.html", {"badges": earned_in(viewer=viewer, room_code=code)})


@page
@require_POST
@seated("write")
def showcase(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    show_badges(by=viewer, to_everybody="public" in request.POST)
    if not wants_part(request):
        return go(request, reverse("badges"))
    return part(request, "badges/parts/showcase.html", _showcase(viewer))


@page
@require_safe
@page_limit("page")
def person(request: HttpRequest, participant: UUID) -> HttpResponse:
    """Somebody's badges: for their own event, with their public profile, or for everybody if they agreed to that."""
    viewer = viewer_of(request)
    found = person_shown(viewer=viewer, participant_id=participant)
    context = {"person": found.participant, "badges": found.badges}
    if viewer.event_id == found.participant.event_id:
        context |= {"country": COUNTRIES.get(found.participant.shown_country), "is_inside": True}
        context["languages"] = [LANGUAGES.get(code, code) for code in found.participant.languages]
    response = render(request, "badges/person.html", context)
    # Shown to whoever has the link: that is not the whole world.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _toast(fresh: Sequence[Badge]) -> dict[str, Any]:
    if not fresh:
        return {}
    title, detail = news_words(fresh)
    return {"title": title, "detail": detail, "news": fresh}


def _shelf(viewer: Viewer, fresh: Sequence[Badge]) -> dict[str, Any]:
    return {"shelf": shelf(shelf_of(viewer=viewer)), "fresh": {badge.key for badge in fresh}, "news": fresh}


def _showcase(viewer: Viewer) -> dict[str, Any]:
    link = reverse("person", args=[viewer.seat_id])
    return {"is_public": is_public(viewer=viewer), "link": link}
