"""The page of a party: who is in it, the code that brings others in, and the way out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.qr import qr_of
from echoroom.events.services.seats import seat_of
from echoroom.pages import go, is_unchanged, page, part, stamped, unchanged, wants_part
from echoroom.refusals import Refusal
from echoroom.viewer import Viewer
from matching.pages import PartyShown, party_page
from matching.selectors import waiting_for
from matching.selectors.company import party_of
from matching.services import parties

# As many characters as the API takes.
LONGEST_CODE = 20


def party(request: HttpRequest) -> HttpResponse:
    return _make(request) if request.method == "POST" else _party_page(request)


@page
@require_http_methods(["GET", "HEAD"])
@with_profile("room_read")
def _party_page(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The party, or the ways into one. A link brings its code along, and the person presses the button."""
    typed = request.GET.get("code", "")[:LONGEST_CODE].replace("\0", "")
    return _whole_page(request, participant, typed)


def _whole_page(
    request: HttpRequest, participant: Participant, typed: str, refusal: Refusal | None = None
) -> HttpResponse:
    shown = _shown(seat_of(participant))
    context = {**_context(shown), "participant": participant, "typed": typed, "problem": refusal}
    response = render(request, "matching/party.html", context, status=refusal.status if refusal else 200)
    if refusal and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


@page
@require_POST
@seated("write")
def _make(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    parties.make_party(by=viewer)
    return go(request, reverse("party"))


@page
@require_POST
@with_profile("party_join")
def join(request: HttpRequest, participant: Participant) -> HttpResponse:
    """A code that does not let in is said beside it, and stays as it was typed."""
    typed = request.POST.get("code", "")[:LONGEST_CODE]
    try:
        parties.join_party(by=seat_of(participant), code=typed)
    except Refusal as refusal:
        if wants_part(request):
            context = {"typed": typed, "problem": refusal}
            return part(request, "matching/parts/party_code.html", context, refusal=refusal, into="#party-code")
        return _whole_page(request, participant, typed, refusal)
    return go(request, reverse("party"))


@page
@require_POST
@seated("write")
def leave(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    parties.leave_party(by=viewer)
    return go(request, reverse("party"))


@page
@require_safe
@seated("room_read")
def news(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The party again if it has changed; the queue once somebody of it has put it there."""
    shown = _shown(viewer)
    if shown.stage == "waiting" and request.GET.get("stage") == "together":
        return go(request, reverse("spin"))
    if is_unchanged(request, shown.etag):
        return unchanged(shown.etag)
    return stamped(part(request, "matching/party_parts.html", _context(shown)), shown.etag)


def _shown(viewer: Viewer) -> PartyShown:
    found = party_of(viewer=viewer)
    # Whoever is in a party waits with it.
    return party_page(viewer, found, None if found else waiting_for(viewer=viewer))


def _context(shown: PartyShown) -> dict[str, object]:
    return {"shown": shown, "party": shown.party, "qr": qr_of(shown.link) if shown.link else ""}
