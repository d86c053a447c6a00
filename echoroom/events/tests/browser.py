"""A browser in which somebody holds a seat, and the headers that htmx sends."""

from __future__ import annotations

from typing import Any

from django.test import Client

from echoroom.events.models import Participant
from echoroom.events.services.seats import register_browser, seat_of, seat_of_device
from echoroom.events.viewers import DEVICE

# A part of a page was asked for; a boosted link asks for all of it.
PART = {"HX-Request": "true"}


def browser_of(participant: Participant | None = None, **options: Any) -> Client:
    client = Client(**options)
    if participant is not None:
        session = client.session
        session[DEVICE] = seated_device(participant)
        session.save()
    return client


def seated_device(participant: Participant) -> str:
    """A registered browser, known to the cache already, as after any request of it."""
    device = register_browser(by=seat_of(participant))
    seat_of_device(device)
    return device
