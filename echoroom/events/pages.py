"""Who may open a page: people with a seat, and where the others are sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from echoroom import limits
from echoroom.events.models import Participant
from echoroom.events.selectors import participant_of
from echoroom.events.viewers import viewer_of
from echoroom.pages import go
from echoroom.viewer import Viewer

P = ParamSpec("P")
Answered = Callable[Concatenate[HttpRequest, P], HttpResponse]


def seated(scope: str) -> Callable[[Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]], Answered[P]]:
    """Hand the view its viewer; whoever has not entered is sent to the entry. Costs no query."""

    def decorate(view: Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]) -> Answered[P]:
        @wraps(view)
        def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            viewer = viewer_of(request)
            if viewer.participant_id is None:
                return _to_entry(request)
            limits.check(scope, str(viewer.participant_id))
            return view(request, viewer, *args, **kwargs)

        return answered

    return decorate


def with_profile(
    scope: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Participant, P], HttpResponse]], Answered[P]]:
    """Hand the view its participant with their event, one query; without a profile they fill it in first."""

    def decorate(view: Callable[Concatenate[HttpRequest, Participant, P], HttpResponse]) -> Answered[P]:
        @wraps(view)
        @seated(scope)
        def answered(request: HttpRequest, viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            participant = participant_of(viewer=viewer)
            if participant is None:
                return _to_entry(request)
            request.event = participant.event  # type: ignore[attr-defined]
            if not participant.has_profile:
                return go(request, f"{reverse('profile')}?next={quote(_wanted(request))}")
            return view(request, participant, *args, **kwargs)

        return answered

    return decorate


def _to_entry(request: HttpRequest) -> HttpResponse:
    return go(request, f"{reverse('entry')}?next={quote(_wanted(request))}")


def _wanted(request: HttpRequest) -> str:
    """The page to come back to. Of a part or a form that is the page which showed it, as far as we know."""
    return request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/world"
