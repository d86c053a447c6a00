"""What hangs on the wall: one page per code, with its QR code, the code in large letters and how to enter."""

from __future__ import annotations

from uuid import UUID

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from echoroom.events.models import EventCode
from echoroom.events.services.events import MOST_CODES
from echoroom.refusals import NotFound


def join_qr(code: EventCode) -> SafeString:
    """The join link as an SVG. Only black and white: a brand's colour may be too pale for a camera."""
    url = code.join_url
    drawn = segno.make_qr(url, error="m").svg_inline(border=0, omitsize=True, dark="#000", title=url)
    return mark_safe(drawn)  # noqa: S308 (drawn by segno from our own address and a random token)


def sheet_page(request: HttpRequest, codes: QuerySet[EventCode]) -> HttpResponse:
    """Of `codes`, which the person may see, those of `?codes=1,2,3`, or all that let people in of `?event=`."""
    chosen = list(_chosen(request, codes.select_related("event"))[:MOST_CODES])
    if not chosen:
        raise NotFound("There is no code to print here. Make one first, or switch one on.")
    context = {
        "sheets": [{"code": code, "event": code.event, "qr": join_qr(code)} for code in chosen],
        "address": settings.PUBLIC_URL.partition("://")[2],
    }
    return render(request, "admin/events/sheet.html", context)


def _chosen(request: HttpRequest, codes: QuerySet[EventCode]) -> QuerySet[EventCode]:
    if (event := request.GET.get("event")) is not None:
        return codes.filter(event__in=_uuids(event), pk__in=EventCode.objects.usable(timezone.now()).values("pk"))
    named = request.GET.get("codes", "").split(",")[:MOST_CODES]
    return codes.filter(pk__in=[int(pk) for pk in named if pk.isascii() and pk.isdigit() and len(pk) < 16])


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
