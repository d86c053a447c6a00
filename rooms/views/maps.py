"""A finished room's decision map: for its team, for those with a shared link, and as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from echoroom import limits
from echoroom.events.models import Participant
from echoroom.events.pages import with_profile
from echoroom.events.services.seats import seat_of
from echoroom.limits.decorators import page_limit
from echoroom.pages import go, page, part, wants_part
from rooms.faces.files import downloaded, etag_of, preview_picture
from rooms.faces.shown import ShownMap
from rooms.models import DecisionMap, MapShare
from rooms.pages.map_context import context_of
from rooms.selectors.maps import map_for, my_share, share_by_token
from rooms.services import sharing

PREVIEW_SECONDS = 300


@page
@require_safe
@with_profile("room_read")
def artifact(request: HttpRequest, participant: Participant, pk: UUID) -> HttpResponse:
    """The decision map of a room that the person played."""
    found = map_for(viewer=seat_of(participant), pk=pk)
    share = my_share(viewer=seat_of(participant), decision_map=found)
    return render(
        request, "rooms/map.html", {**context_of(found.document, found.digest), **_share_context(found, share)}
    )


@page
@require_safe
@with_profile("map_file")
def artifact_file(request: HttpRequest, participant: Participant, pk: UUID) -> HttpResponse:
    """One face of the map as a file."""
    found = map_for(viewer=seat_of(participant), pk=pk)
    return downloaded(request, ShownMap.of(found), request.GET.get("format"))


@page
@require_http_methods(["GET", "HEAD", "POST"])
@with_profile("write")
def share(request: HttpRequest, participant: Participant, pk: UUID) -> HttpResponse:
    """Make the person's link to this map, or show it again."""
    if request.method != "POST":
        return go(request, reverse("artifact", args=[pk]))
    shows_my_name = request.POST.get("show_my_name") == "yes"
    made = sharing.share_map(by=seat_of(participant), map_id=pk, shows_my_name=shows_my_name)
    return _share_part(request, made.decision_map, made)


@page
@require_http_methods(["GET", "HEAD", "POST"])
@with_profile("write")
def withdraw(request: HttpRequest, participant: Participant, pk: UUID) -> HttpResponse:
    if request.method != "POST":
        return go(request, reverse("artifact", args=[pk]))
    sharing.withdraw_my_share(by=seat_of(participant), map_id=pk)
    return _share_part(request, map_for(viewer=seat_of(participant), pk=pk), None)


def _share_part(request: HttpRequest, found: DecisionMap, made: MapShare | None) -> HttpResponse:
    if not wants_part(request):
        return go(request, f"{reverse('artifact', args=[found.pk])}#share")
    return part(request, "rooms/parts/map_share.html", {**_share_context(found, made), "is_answer": True})


def _share_context(found: DecisionMap, share: MapShare | None) -> dict[str, Any]:
    context: dict[str, Any] = {"map": found, "share": share}
    if share is not None:
        url = sharing.url_of(share)
        context |= {"share_url": url, "qr": _qr(url) if url else ""}
    return context


def _qr(text: str) -> SafeString:
    # Drawn by segno out of squares: nothing of the text is markup in it.
    drawn: str = segno.make(text, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="", lineclass="")
    return mark_safe(drawn)  # noqa: S308


@page
@require_safe
@ensure_csrf_cookie
@page_limit("page")
def shared_map(request: HttpRequest, token: str) -> HttpResponse:
    """The map for whoever has the link: without names, unknown to search engines, gone once it is withdrawn."""
    share = share_by_token(token=token)
    shown = ShownMap.for_outside(share)
    request.event = shown.event  # type: ignore[attr-defined]
    context = {
        **context_of(shown.document, shown.digest),
        "token": token,
        "url": f"{settings.PUBLIC_URL}{reverse('shared-map', args=[token])}",
        "kept": share.kept_place,
    }
    return _for_outside(render(request, "rooms/shared_map.html", context))


@page
@require_safe
def shared_map_file(request: HttpRequest, token: str) -> HttpResponse:
    limits.check("shared_map_file", limits.client_address(request))
    shown = ShownMap.for_outside(share_by_token(token=token))
    return _for_outside(downloaded(request, shown, request.GET.get("format")))


@page
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The picture that a messenger shows beside the link."""
    limits.check("shared_map_file", limits.client_address(request))
    shown = ShownMap.for_outside(share_by_token(token=token))
    response = HttpResponse(preview_picture(shown), content_type="image/png")
    response.headers["ETag"] = etag_of(shown, "png")
    # Short, and for whoever fetches it: a withdrawn link must not live on in a cache.
    response.headers["Cache-Control"] = f"private, max-age={PREVIEW_SECONDS}"
    return _for_outside(response)


def _for_outside(response: HttpResponse) -> HttpResponse:
    """The address is the key to the map: no search engine keeps it, and no other site learns it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
