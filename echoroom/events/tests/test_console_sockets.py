"""Whose socket it is in a browser in which an organiser has also entered an event as a player."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from echoroom.events.services.seats import register_browser, seat_of
from echoroom.events.viewers import DEVICE, _viewer_of_scope
from tests.cast import make_cast


@pytest.mark.django_db
def test_the_consoles_socket_is_the_organisers_and_every_other_the_players():
    cast = make_cast()
    client = Client()
    client.force_login(cast.ada)
    session = client.session
    session[DEVICE] = register_browser(by=seat_of(cast.ben))
    session.save()
    headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session.session_key}".encode())]
    players = _viewer_of_scope({"headers": headers, "query_string": b""})
    consoles = _viewer_of_scope({"headers": headers, "query_string": b"as=staff"})
    assert (players.participant_id, players.role) == (cast.ben.pk, "player")
    assert (consoles.user_id, consoles.participant_id, consoles.role) == (cast.ada.pk, None, "organiser")


@pytest.mark.django_db
def test_a_player_who_asks_to_be_staff_is_nobody():
    cast = make_cast()
    client = Client()
    session = client.session
    session[DEVICE] = register_browser(by=seat_of(cast.ben))
    session.save()
    headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session.session_key}".encode())]
    assert not _viewer_of_scope({"headers": headers, "query_string": b"as=staff"}).is_authenticated
